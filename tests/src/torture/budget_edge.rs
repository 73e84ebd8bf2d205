//! Many shoppers play for the last yen of a budget at the same moment, at two servers: as many win as it pays for.

use anyhow::{Result, ensure};
use app::{
    api::{path, retailer::CampaignInput, shopper::PlayResult},
    problem::ProblemKind,
    yen::Yen,
};
use futures::future::try_join_all;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

use super::{
    Plan,
    fleet::{Process, Shop},
    insist, patiently,
};
use crate::{
    harness::{Client, Fresh, Shopper, campaign_at, new_key, play_of, prize, system_now},
    on_both_databases,
};

on_both_databases! {
    async fn budget_edge(database: Fresh) -> Result<()> {
        let plan = Plan::of("budget_edge", 25)?;
        let racers = if plan.long { 128 } else { 64 };
        let mut dice = StdRng::seed_from_u64(plan.seed);
        let (first, second) = (Process::start(&database).await?, Process::start(&database).await?);
        let shop = Shop::open(&database, &first).await?;
        let elsewhere = Client::new(&second.url)?;
        let mut shoppers = Vec::with_capacity(racers);
        for n in 0..racers {
            let shopper = Shopper::begin(shop.staff.client.somebody_else()).await?;
            let client = if n % 2 == 0 { shopper.client.frozen()? } else { shopper.client.at(&elsewhere)? };
            shoppers.push(Shopper { client, ..shopper });
        }
        let (mut wins, mut losses) = (0, 0);
        for round in 0..plan.rounds {
            let value = dice.random_range(100..=500);
            let budget = dice.random_range(value..value * 6);
            let input = CampaignInput {
                prizes: vec![prize("割引", value, 1)],
                floor: Yen(value),
                ceiling: Yen(value),
                budget: Yen(budget),
                ..campaign_at(system_now(), &[shop.store.store_id])
            };
            let running = shop.publish(&input).await?;
            let offers = try_join_all(
                shoppers.iter().map(|shopper| patiently(|| shopper.offer(&shop.retailer, &running))),
            )
            .await?;
            let plays: Vec<(Value, String)> = offers.iter().map(|offer| (json!(play_of(offer)), new_key())).collect();
            let answers = try_join_all(
                shoppers.iter().zip(&plays).map(|(shopper, (play, key))| insist(&shopper.client, path::PLAYS, Some(play), key)),
            )
            .await?;
            let mut won = 0;
            for answer in &answers {
                if answer.status.is_success() {
                    let result: PlayResult = answer.json()?;
                    ensure!(result.coupon.is_some() && result.value == Yen(value), "{result:?}");
                    won += 1;
                } else {
                    let (kind, _) = answer.problem()?;
                    ensure!(
                        matches!(kind, ProblemKind::CampaignNotRunning | ProblemKind::OddsChanged),
                        "seed {}, campaign {round}: {}", plan.seed, answer.text()
                    );
                    losses += 1;
                }
            }
            ensure!(won == budget / value, "seed {}, campaign {round}: {won} coupons of {value} from {budget}", plan.seed);
            let yen = shop.retailer.yen(running.campaign_id).await?;
            ensure!(yen == (budget % value, won * value, 0), "seed {}, campaign {round}: {yen:?}", plan.seed);
            wins += won;
        }
        first.stop().await?;
        second.stop().await?;
        plan.close(&database, &format!("{racers} racers, {wins} wins, {losses} too late, 0 yen over"))
    }
}
