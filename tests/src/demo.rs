//! The town that `raiten demo` makes: alive, made once, and never on top of something real.

use anyhow::{Context, Result, ensure};
use app::api::{
    Items,
    account::{Me, Role},
    path,
    retailer::{Campaign, Report},
};

use crate::{
    harness::{Fresh, Server, login, raiten},
    on_both_databases,
};

on_both_databases! {
    async fn a_town_is_made_once_and_lives(database: Fresh) -> Result<()> {
        let town = raiten(&database, &["demo", "--json"])?.json()?;
        ensure!(town["made"] == true, "{town}");
        let again = raiten(&database, &["demo", "--json"])?.json()?;
        ensure!(again["made"] == false && again["logins"] == town["logins"], "{again}");

        let server = Server::start(&database).await?;
        let logins = town["logins"].as_array().context("logins")?;
        for role in ["owner", "staff"] {
            ensure!(logins.iter().any(|l| l["role"] == role), "nobody is {role}: {town}");
        }
        for one in logins {
            let (email, password) = (one["email"].as_str(), one["password"].as_str());
            let (email, password) = (email.context("an address")?, password.context("a password")?);
            let client = server.anonymous()?;
            let me: Me = client.post(path::LOGIN, &login(email, password)).await?.json()?;
            if me.role == Role::Staff {
                ensure!(!me.stores.is_empty(), "staff without a store: {me:?}");
                continue;
            }
            let report: Report = client.get(path::REPORT).await?;
            ensure!(report.total.visits > 0 && report.total.cost.0 > 0, "nobody came to {}: {:?}", me.retailer_name, report.total);
            let campaigns: Items<Campaign> = client.get(path::CAMPAIGNS).await?;
            ensure!(!campaigns.items.is_empty(), "{} has no campaign", me.retailer_name);
            for campaign in campaigns.items {
                let budget = campaign.budget;
                let parts = budget.available.0 + budget.reserved.0 + budget.spent.0;
                ensure!(budget.total.0 == parts && budget.available.0 >= 0, "{campaign:?}");
            }
        }
        server.stop().await
    }

    async fn a_real_database_is_left_alone(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let outcome = raiten(&database, &["demo", "--json"])?;
        ensure!(outcome.code == 1 && !outcome.stderr.trim().is_empty(), "{outcome:?}");
        let page: app::api::retailer::StorePage = retailer.client.get(path::STORES).await?;
        ensure!(page.total == 0, "a town was built on somebody's ground");
        server.stop().await
    }
}
