//! Plays, redemptions and undos with every third request sent again: after its answer, instead of an answer that was dropped, or at two
//! servers at once. Each has one effect, and the same key always gives the same bytes.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use app::{
    api::{
        path,
        retailer::{Campaign, CampaignInput},
        shopper::PlayResult,
        till::{RedeemRequest, TillRedemption},
    },
    yen::Yen,
};
use futures::future::try_join_all;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

use super::{
    Plan,
    fleet::{Process, Shop},
    insist,
};
use crate::{
    harness::{Answer, Client, Fresh, Shopper, campaign_at, play_of, system_now},
    on_both_databases,
};

const WORKERS: usize = 16;
/// How many of a hundred requests are sent again.
const REPLAYS: u32 = 30;

/// What was acknowledged, kept outside of the database.
#[derive(Default)]
struct Journal {
    /// Coupon by key.
    wins: BTreeMap<String, String>,
    /// Redemption by key.
    taken: BTreeMap<String, String>,
    /// Undone redemption by key.
    undone: BTreeMap<String, String>,
    dropped: usize,
    repeated: usize,
}

struct Worker<'a> {
    shop: &'a Shop,
    running: &'a Campaign,
    /// The till at either server.
    tills: [Client; 2],
    dice: StdRng,
    sent: Arc<AtomicUsize>,
    journal: Journal,
}

impl Worker<'_> {
    /// One request under a key of its own, sometimes more than once.
    async fn once(
        &mut self,
        by: &[Client; 2],
        path: &str,
        body: Option<Value>,
    ) -> Result<(String, Answer)> {
        let key = format!("storm-{:032x}", self.dice.random::<u128>());
        let at = self.dice.random_range(0..2);
        self.sent.fetch_add(1, Ordering::Relaxed);
        if self.dice.random_range(0..100) >= REPLAYS {
            let answer = insist(&by[at], path, body.as_ref(), &key).await?;
            return Ok((key, answer));
        }
        self.sent.fetch_add(1, Ordering::Relaxed);
        let answer = match self.dice.random_range(0..3) {
            // The line is cut at some moment between sending and hearing.
            0 => {
                let cut = Duration::from_micros(self.dice.random_range(0..8_000));
                let lost = by[at].post_under(path, body.as_ref(), &key);
                let _ = tokio::time::timeout(cut, lost).await;
                self.journal.dropped += 1;
                insist(&by[1 - at], path, body.as_ref(), &key).await?
            }
            // At both servers at once.
            1 => {
                let (one, two) = tokio::join!(
                    insist(&by[0], path, body.as_ref(), &key),
                    insist(&by[1], path, body.as_ref(), &key)
                );
                let (one, two) = (one?, two?);
                same(&one, &two, &key)?;
                one
            }
            // After the answer has come.
            _ => insist(&by[at], path, body.as_ref(), &key).await?,
        };
        let again = insist(&by[1 - at], path, body.as_ref(), &key).await?;
        same(&answer, &again, &key)?;
        self.journal.repeated += 1;
        Ok((key, answer))
    }

    async fn work(mut self, until: usize) -> Result<Journal> {
        while self.sent.load(Ordering::Relaxed) < until {
            let shopper = Shopper::begin(self.tills[0].somebody_else()).await?;
            let pocket = [shopper.client.frozen()?, shopper.client.at(&self.tills[1])?];
            for _ in 0..self.running.plays_per_day {
                if self.sent.load(Ordering::Relaxed) >= until {
                    break;
                }
                self.visit(&shopper, &pocket).await?;
            }
        }
        Ok(self.journal)
    }

    /// Plays, redeems most of what was won, undoes some of it.
    async fn visit(&mut self, shopper: &Shopper, pocket: &[Client; 2]) -> Result<()> {
        let offer = shopper.offer(&self.shop.retailer, self.running).await?;
        let mut play = play_of(&offer);
        play.client_nonce = format!("{:032x}", self.dice.random::<u128>());
        let (key, answer) = self.once(pocket, path::PLAYS, Some(json!(play))).await?;
        let won: PlayResult = answer.json()?;
        let coupon = won.coupon.context("the table has no blank")?;
        self.journal.wins.insert(key, coupon.coupon_id.to_string());
        if self.dice.random_bool(0.2) {
            return Ok(());
        }
        let take = RedeemRequest {
            store_id: self.shop.store.store_id,
            code: shopper.shows(&coupon).await?,
            basket: Some(Yen(self.dice.random_range(1..600))),
        };
        let tills = self.tills.clone();
        let (key, answer) = self
            .once(&tills, path::TILL_REDEMPTIONS, Some(json!(take)))
            .await?;
        let taken: TillRedemption = answer.json()?;
        self.journal
            .taken
            .insert(key, taken.redemption_id.to_string());
        if self.dice.random_bool(0.25) {
            let undo = path::fill(path::TILL_UNDO, &[&taken.redemption_id.to_string()]);
            let (key, answer) = self.once(&tills, &undo, None).await?;
            let undone: TillRedemption = answer.json()?;
            ensure!(undone.reversed_at.is_some(), "{undone:?}");
            self.journal
                .undone
                .insert(key, undone.redemption_id.to_string());
        }
        Ok(())
    }
}

fn same(one: &Answer, two: &Answer, key: &str) -> Result<()> {
    let headers = |answer: &Answer| {
        ["content-type", "content-language", "retry-after"]
            .map(|name| answer.header(name).map(ToOwned::to_owned))
    };
    ensure!(
        one.status == two.status && one.body == two.body && headers(one) == headers(two),
        "two answers to {key}: {} {} and {} {}",
        one.status,
        one.text(),
        two.status,
        two.text()
    );
    Ok(())
}

on_both_databases! {
    async fn idem_storm(database: Fresh) -> Result<()> {
        let plan = Plan::of("idem_storm", 10)?;
        let until = plan.rounds * 500;
        let (first, second) = (Process::start(&database).await?, Process::start(&database).await?);
        let shop = Shop::open(&database, &first).await?;
        let input = CampaignInput {
            budget: Yen(1_000_000_000),
            plays_per_day: 10,
            expected_sales: Yen(100_000_000_000),
            ..campaign_at(system_now(), &[shop.store.store_id])
        };
        let running = shop.publish(&input).await?;
        let elsewhere = Client::new(&second.url)?;
        let sent = Arc::new(AtomicUsize::new(0));
        let workers = (0..WORKERS)
            .map(|n| {
                Ok(Worker {
                    shop: &shop,
                    running: &running,
                    tills: [shop.staff.client.frozen()?, shop.staff.client.at(&elsewhere)?],
                    dice: StdRng::seed_from_u64(plan.seed.wrapping_add(u64::try_from(n)?)),
                    sent: Arc::clone(&sent),
                    journal: Journal::default(),
                })
            })
            .collect::<Result<Vec<_>>>()?;
        let journals = try_join_all(workers.into_iter().map(|worker| worker.work(until))).await
            .with_context(|| format!("seed {}", plan.seed))?;
        first.stop().await?;
        second.stop().await?;

        let mut all = Journal::default();
        for journal in journals {
            all.wins.extend(journal.wins);
            all.taken.extend(journal.taken);
            all.undone.extend(journal.undone);
            all.dropped += journal.dropped;
            all.repeated += journal.repeated;
        }
        let books = super::books(&database).await?;
        let acknowledged = |of: &BTreeMap<String, String>| of.values().cloned().collect::<std::collections::BTreeSet<_>>();
        ensure!(acknowledged(&all.wins).len() == all.wins.len(), "one coupon under two keys");
        ensure!(acknowledged(&all.wins) == books.coupons, "seed {}: coupons that nobody won, or won and lost", plan.seed);
        ensure!(acknowledged(&all.taken) == books.redemptions, "seed {}: redemptions that nobody made, or made and lost", plan.seed);
        ensure!(acknowledged(&all.undone) == books.undone, "seed {}: undone otherwise than acknowledged", plan.seed);
        let figures = format!(
            "{} requests, {} repeated ({} after a dropped reply), {} coupons, {} redemptions, {} undone: one effect each",
            sent.load(Ordering::Relaxed), all.repeated, all.dropped, all.wins.len(), all.taken.len(), all.undone.len()
        );
        plan.close(&database, &figures)
    }
}
