//! What may be given by chance, over all campaigns of a retailer.

use anyhow::{Result, ensure};
use app::{
    api::{path, retailer::CampaignInput},
    problem::ProblemKind,
    yen::Yen,
};
use futures::future::try_join_all;

use crate::{
    harness::{DAY_MS, Fresh, Server, campaign, store},
    on_both_databases,
};

fn publishing(campaign_id: impl ToString) -> String {
    path::fill(path::CAMPAIGN_PUBLISH, &[&campaign_id.to_string()])
}

on_both_databases! {
    /// Two campaigns of ¥100,000 fill what sales of ten million allow; a third fits elsewhere, or later, or not at all.
    async fn campaigns_at_one_store_share_two_percent_of_its_sales(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let here = retailer.store(store("渋谷店")).await?;
        let there = retailer.store(store("新宿店")).await?;
        let input = campaign(&server, &[here.store_id]);
        retailer.publish(&input).await?;
        let second = retailer.publish(&input).await?;

        let yen_more = retailer.draft(&CampaignInput { budget: Yen(500), ..input.clone() }).await?;
        let refused = retailer.client.act(&publishing(yen_more.campaign_id)).await?.refused(ProblemKind::AgainstPrizeRules)?;
        let said = refused.errors.first().map(|error| (error.field.clone(), error.reason.clone()));
        ensure!(said.as_ref().is_some_and(|(field, why)| field == "budget" && why.contains("3 件") && why.contains("¥200,500")), "{refused:?}");
        // As little as a published one may grow.
        let grown = CampaignInput { budget: Yen(100_001), ..input.clone() };
        let address = path::fill(path::CAMPAIGN, &[&second.campaign_id.to_string()]);
        retailer.client.put(&address, &grown).await?.refused(ProblemKind::AgainstPrizeRules)?;

        retailer.publish(&CampaignInput { store_ids: vec![there.store_id], ..input.clone() }).await?;
        let (starts_at, ends_at) = (input.ends_at, input.ends_at + 30 * DAY_MS);
        retailer.publish(&CampaignInput { starts_at, ends_at, ..input.clone() }).await?;
        // Another retailer's sales are its own.
        let other = server.retailer("茶房みどり", "other@raiten.example").await?;
        let shop = other.store(store("渋谷店")).await?;
        other.publish(&campaign(&server, &[shop.store_id])).await?;
        server.stop().await
    }

    /// Only one of six fits beside the first; they are published at the same moment, by two servers.
    async fn two_that_do_not_fit_together_are_not_both_published(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let beside = server.beside(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let shop = retailer.store(store("渋谷店")).await?;
        let input = campaign(&server, &[shop.store_id]);
        retailer.publish(&input).await?;
        let second = retailer.client.at(&beside.anonymous()?)?;
        let mut paths = Vec::new();
        for _ in 0..6 {
            paths.push(publishing(retailer.draft(&input).await?.campaign_id));
        }
        let first = retailer.client.frozen()?;
        let acts = paths.iter().enumerate().map(|(n, path)| if n % 2 == 0 { first.act(path) } else { second.act(path) });
        let answers = try_join_all(acts).await?;
        let published = answers.iter().filter(|answer| answer.status.is_success()).count();
        ensure!(published == 1, "{published} were published where one fits");
        for answer in answers.iter().filter(|answer| !answer.status.is_success()) {
            answer.refused(ProblemKind::AgainstPrizeRules)?;
        }
        beside.stop().await?;
        server.stop().await
    }
}
