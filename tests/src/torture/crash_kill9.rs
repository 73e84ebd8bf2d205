//! A server is killed in the middle of its work, again and again: what it acknowledged is there, once, and what it did not acknowledge is
//! either there or not, as the same key tells afterwards.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use app::{
    api::{
        path,
        retailer::{Campaign, CampaignInput},
        shopper::{Offer, PlayResult},
        till::{RedeemRequest, TillRedemption},
    },
    yen::Yen,
};
use futures::future::try_join_all;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use reqwest::Method;
use serde_json::json;

use super::{
    Plan,
    fleet::{Process, Shop},
    insist, patiently,
};
use crate::{
    harness::{Client, Fresh, Shopper, campaign_at, play_of, prize, system_now},
    on_both_databases,
};

const WORKERS: usize = 8;

/// What was acknowledged, kept outside of the database.
#[derive(Default)]
struct Journal {
    coupons: Vec<String>,
    redemptions: Vec<String>,
}

struct Worker<'a> {
    shop: &'a Shop,
    running: &'a Campaign,
    dice: StdRng,
    over: Arc<AtomicBool>,
    journal: Journal,
}

impl Worker<'_> {
    async fn work(mut self) -> Result<Journal> {
        while !self.over.load(Ordering::Relaxed) {
            let shopper = patiently(|| async {
                Shopper::begin(self.shop.staff.client.somebody_else()).await
            })
            .await?;
            for _ in 0..self.running.plays_per_day {
                if self.over.load(Ordering::Relaxed) {
                    break;
                }
                self.visit(&shopper).await?;
            }
        }
        Ok(self.journal)
    }

    async fn visit(&mut self, shopper: &Shopper) -> Result<()> {
        let offer: Offer = patiently(|| shopper.offer(&self.shop.retailer, self.running)).await?;
        let mut play = play_of(&offer);
        play.client_nonce = format!("{:032x}", self.dice.random::<u128>());
        let answer = insist(
            &shopper.client,
            path::PLAYS,
            Some(&json!(play)),
            &play.client_nonce,
        )
        .await?;
        let coupon = answer
            .json::<PlayResult>()?
            .coupon
            .context("the table has no blank")?;
        self.journal.coupons.push(coupon.coupon_id.to_string());
        let take = RedeemRequest {
            store_id: self.shop.store.store_id,
            code: patiently(|| shopper.shows(&coupon)).await?,
            basket: Some(Yen(self.dice.random_range(1..600))),
        };
        let key = format!("kill-{:032x}", self.dice.random::<u128>());
        let answer = insist(
            &self.shop.staff.client,
            path::TILL_REDEMPTIONS,
            Some(&json!(take)),
            &key,
        )
        .await?;
        let taken: TillRedemption = answer.json()?;
        self.journal
            .redemptions
            .push(taken.redemption_id.to_string());
        Ok(())
    }
}

on_both_databases! {
    async fn crash_kill9(database: Fresh) -> Result<()> {
        let plan = Plan::of("crash_kill9", 20)?;
        let mut dice = StdRng::seed_from_u64(plan.seed);
        let mut server = Process::start(&database).await?;
        let url = server.url.clone();
        let shop = Shop::open(&database, &server).await?;
        let input = CampaignInput {
            prizes: vec![prize("300 円引き", 300, 9), prize("500 円引き", 500, 1)],
            budget: Yen(1_000_000_000),
            plays_per_day: 10,
            expected_sales: Yen(100_000_000_000),
            ..campaign_at(system_now(), &[shop.store.store_id])
        };
        let running = shop.publish(&input).await?;
        let over = Arc::new(AtomicBool::new(false));
        let workers = try_join_all((0..WORKERS).map(|n| {
            Worker {
                shop: &shop,
                running: &running,
                dice: StdRng::seed_from_u64(plan.seed.wrapping_add(n as u64 + 1)),
                over: Arc::clone(&over),
                journal: Journal::default(),
            }
            .work()
        }));
        let killer = async {
            for _ in 0..plan.rounds {
                tokio::time::sleep(Duration::from_millis(dice.random_range(60..400))).await;
                server.kill()?;
                server.again(&database).await?;
            }
            over.store(true, Ordering::Relaxed);
            anyhow::Ok(server)
        };
        let (journals, server) = tokio::try_join!(workers, killer).with_context(|| format!("seed {}", plan.seed))?;
        // The last server stands: everything it says is final.
        Client::new(&url)?.local().send(Method::GET, "/readyz", None).await?.done()?;
        server.stop().await?;

        let books = super::books(&database).await?;
        let coupons: Vec<String> = journals.iter().flat_map(|j| j.coupons.clone()).collect();
        let redemptions: Vec<String> = journals.iter().flat_map(|j| j.redemptions.clone()).collect();
        for (what, acknowledged, there) in [("coupons", &coupons, &books.coupons), ("redemptions", &redemptions, &books.redemptions)] {
            let once: BTreeSet<String> = acknowledged.iter().cloned().collect();
            ensure!(once.len() == acknowledged.len(), "seed {}: {what} acknowledged twice", plan.seed);
            let lost: Vec<_> = once.difference(there).collect();
            ensure!(lost.is_empty(), "seed {}: acknowledged and lost: {what} {lost:?}", plan.seed);
            let double: Vec<_> = there.difference(&once).collect();
            // Everybody insisted until the answer came, so nothing is there that was not acknowledged.
            ensure!(double.is_empty(), "seed {}: {what} that nobody was told of: {double:?}", plan.seed);
        }
        let figures = format!("{} SIGKILLs, {} coupons and {} redemptions acknowledged, 0 lost, 0 double", plan.rounds, coupons.len(), redemptions.len());
        plan.close(&database, &figures)
    }
}
