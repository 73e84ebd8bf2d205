//! Many tills take one code at the same moment, at two servers: one of them gets it, and the others learn why not.

use anyhow::{Context, Result, ensure};
use app::{
    api::{
        path,
        retailer::CampaignInput,
        till::{RefusalReason, TillRedemption},
    },
    problem::ProblemKind,
    yen::Yen,
};
use futures::future::try_join_all;
use serde_json::json;

use super::{
    Plan,
    fleet::{Process, Shop},
    insist,
};
use crate::{
    harness::{Client, Fresh, Staff, campaign_at, new_key, prize, system_now},
    on_both_databases,
};

on_both_databases! {
    async fn race_one_code(database: Fresh) -> Result<()> {
        let plan = Plan::of("race_one_code", 200)?;
        let claimers = if plan.long { 64 } else { 32 };
        let (first, second) = (Process::start(&database).await?, Process::start(&database).await?);
        let shop = Shop::open(&database, &first).await?;
        let input = CampaignInput {
            prizes: vec![prize("300 円引き", 300, 1)],
            floor: Yen(300),
            ceiling: Yen(300),
            budget: Yen(300 * i64::try_from(plan.rounds)?),
            plays_per_day: 10,
            expected_sales: Yen(100_000_000_000),
            ..campaign_at(system_now(), &[shop.store.store_id])
        };
        let running = shop.publish(&input).await?;
        let coupons = shop.coupons(&running, plan.rounds).await?;
        let elsewhere = Client::new(&second.url)?;
        let tills = (0..claimers)
            .map(|n| {
                let client = if n % 2 == 0 { shop.staff.client.frozen()? } else { shop.staff.client.at(&elsewhere)? };
                Ok(Staff { client, me: shop.staff.me.clone() })
            })
            .collect::<Result<Vec<_>>>()?;
        let mut wins = Vec::with_capacity(coupons.len());
        for (holder, coupon) in &coupons {
            let code = holder.shows(coupon).await?;
            let take = json!({ "store_id": shop.store.store_id, "code": code, "basket": null });
            let keys: Vec<String> = tills.iter().map(|_| new_key()).collect();
            let answers = try_join_all(
                tills.iter().zip(&keys).map(|(till, key)| insist(&till.client, path::TILL_REDEMPTIONS, Some(&take), key)),
            )
            .await?;
            let mut taken = None;
            for answer in &answers {
                if answer.status.is_success() {
                    let redemption: TillRedemption = answer.json()?;
                    let before = taken.replace(redemption.redemption_id);
                    ensure!(before.is_none(), "seed {}: {code} was taken twice", plan.seed);
                } else {
                    let refusal = answer.refused(ProblemKind::CouponRefused)?.refusal.context("why")?;
                    ensure!(refusal.reason == RefusalReason::AlreadyRedeemed, "{refusal:?}");
                    ensure!(refusal.at.is_some() && refusal.store_name.is_some(), "when and where: {refusal:?}");
                }
            }
            wins.push(taken.with_context(|| format!("seed {}: nobody got {code}", plan.seed))?);
        }
        let (available, reserved, spent) = shop.retailer.yen(running.campaign_id).await?;
        ensure!((available, reserved) == (0, 0) && spent == 300 * i64::try_from(wins.len())?, "{available} {reserved} {spent}");
        first.stop().await?;
        second.stop().await?;
        let refused = wins.len() * (claimers - 1);
        plan.close(&database, &format!("{claimers} claimers, {} wins, {refused} refusals", wins.len()))
    }
}
