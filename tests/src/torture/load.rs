//! Shoppers who play and redeem all the time, and what they were told, kept outside of the database.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
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
use serde_json::json;

use super::{Seen, fleet::Shop, insist_seeing, patiently_seeing};
use crate::harness::{Fresh, Shopper, campaign_at, play_of, prize, system_now};

const WORKERS: usize = 8;

/// What was acknowledged, kept outside of the database.
#[derive(Default)]
struct Journal {
    coupons: Vec<String>,
    redemptions: Vec<String>,
}

/// The load while it runs.
#[derive(Default)]
pub struct Running {
    over: AtomicBool,
    acknowledged: AtomicUsize,
    /// What was answered instead of an acknowledgement.
    pub seen: Seen,
}

impl Running {
    /// Plays and redemptions that were acknowledged so far.
    pub fn acknowledged(&self) -> usize {
        self.acknowledged.load(Ordering::Relaxed)
    }

    /// Waits until so many more were acknowledged.
    pub async fn goes_on(&self, more: usize) -> Result<()> {
        let (before, begun) = (self.acknowledged(), std::time::Instant::now());
        while self.acknowledged() < before + more {
            ensure!(
                begun.elapsed().as_secs() < 60,
                "nothing was acknowledged any more for a minute: {}",
                self.seen.last()
            );
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        Ok(())
    }
}

struct Worker<'a> {
    shop: &'a Shop,
    campaign: &'a Campaign,
    dice: StdRng,
    running: Arc<Running>,
    journal: Journal,
}

impl Worker<'_> {
    fn is_over(&self) -> bool {
        self.running.over.load(Ordering::Relaxed)
    }

    async fn work(mut self) -> Result<Journal> {
        while !self.is_over() {
            let shopper = patiently_seeing(&self.running.seen, || async {
                Shopper::begin(self.shop.staff.client.somebody_else()).await
            })
            .await?;
            for _ in 0..self.campaign.plays_per_day {
                if self.is_over() {
                    break;
                }
                self.visit(&shopper).await?;
            }
        }
        Ok(self.journal)
    }

    async fn visit(&mut self, shopper: &Shopper) -> Result<()> {
        let seen = &self.running.seen;
        let offer: Offer =
            patiently_seeing(seen, || shopper.offer(&self.shop.retailer, self.campaign)).await?;
        let mut play = play_of(&offer);
        play.client_nonce = format!("{:032x}", self.dice.random::<u128>());
        let answer = insist_seeing(
            &shopper.client,
            path::PLAYS,
            Some(&json!(play)),
            &play.client_nonce,
            seen,
        )
        .await?;
        let coupon = answer
            .json::<PlayResult>()?
            .coupon
            .context("the table has no blank")?;
        self.journal.coupons.push(coupon.coupon_id.to_string());
        self.running.acknowledged.fetch_add(1, Ordering::Relaxed);
        let take = RedeemRequest {
            store_id: self.shop.store.store_id,
            code: patiently_seeing(seen, || shopper.shows(&coupon)).await?,
            basket: Some(Yen(self.dice.random_range(1..600))),
        };
        let key = format!("load-{:032x}", self.dice.random::<u128>());
        let answer = insist_seeing(
            &self.shop.staff.client,
            path::TILL_REDEMPTIONS,
            Some(&json!(take)),
            &key,
            seen,
        )
        .await?;
        let taken: TillRedemption = answer.json()?;
        self.journal
            .redemptions
            .push(taken.redemption_id.to_string());
        self.running.acknowledged.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

/// What was acknowledged in all.
pub struct Acknowledged {
    coupons: Vec<String>,
    redemptions: Vec<String>,
}

/// A campaign that neither ends nor runs out.
pub async fn endless(shop: &Shop) -> Result<Campaign> {
    let input = CampaignInput {
        prizes: vec![prize("300 円引き", 300, 9), prize("500 円引き", 500, 1)],
        budget: Yen(1_000_000_000),
        plays_per_day: 10,
        expected_sales: Yen(100_000_000_000),
        ..campaign_at(system_now(), &[shop.store.store_id])
    };
    shop.publish(&input).await
}

/// Keeps shoppers busy while something happens to the server, and until it is over.
pub async fn under_load<T, F>(
    shop: &Shop,
    campaign: &Campaign,
    seed: u64,
    happens: impl FnOnce(Arc<Running>) -> F,
) -> Result<(Acknowledged, T)>
where
    F: Future<Output = Result<T>>,
{
    let running = Arc::new(Running::default());
    let workers = try_join_all((0..WORKERS).map(|n| {
        Worker {
            shop,
            campaign,
            dice: StdRng::seed_from_u64(seed.wrapping_add(n as u64 + 1)),
            running: Arc::clone(&running),
            journal: Journal::default(),
        }
        .work()
    }));
    let trouble = async {
        let outcome = happens(Arc::clone(&running)).await?;
        running.over.store(true, Ordering::Relaxed);
        anyhow::Ok(outcome)
    };
    let (journals, outcome) =
        tokio::try_join!(workers, trouble).with_context(|| format!("seed {seed}"))?;
    let mut all = Acknowledged {
        coupons: Vec::new(),
        redemptions: Vec::new(),
    };
    for journal in journals {
        all.coupons.extend(journal.coupons);
        all.redemptions.extend(journal.redemptions);
    }
    Ok((all, outcome))
}

impl Acknowledged {
    /// Everything that was acknowledged is there, once, and nothing else: everybody insisted until the answer came. Gives the figures.
    pub async fn compare(&self, database: &Fresh) -> Result<String> {
        let books = super::books(database).await?;
        for (what, acknowledged, there) in [
            ("coupons", &self.coupons, &books.coupons),
            ("redemptions", &self.redemptions, &books.redemptions),
        ] {
            let once: BTreeSet<String> = acknowledged.iter().cloned().collect();
            ensure!(
                once.len() == acknowledged.len(),
                "{what} acknowledged twice"
            );
            let lost: Vec<_> = once.difference(there).collect();
            ensure!(lost.is_empty(), "acknowledged and lost: {what} {lost:?}");
            let double: Vec<_> = there.difference(&once).collect();
            ensure!(
                double.is_empty(),
                "{what} that nobody was told of: {double:?}"
            );
        }
        Ok(format!(
            "{} coupons and {} redemptions acknowledged, 0 lost, 0 double",
            self.coupons.len(),
            self.redemptions.len()
        ))
    }
}
