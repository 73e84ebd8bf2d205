//! A server is killed in the middle of its work, again and again: what it acknowledged is there, once, and what it did not acknowledge is
//! either there or not, as the same key tells afterwards.

use std::time::Duration;

use anyhow::{Context, Result};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use reqwest::Method;

use super::{
    Plan,
    fleet::{Process, Shop},
    load::{endless, under_load},
};
use crate::{
    harness::{Client, Fresh},
    on_both_databases,
};

on_both_databases! {
    async fn crash_kill9(database: Fresh) -> Result<()> {
        let plan = Plan::of("crash_kill9", 20)?;
        let mut dice = StdRng::seed_from_u64(plan.seed);
        let mut server = Process::start(&database).await?;
        let url = server.url.clone();
        let shop = Shop::open(&database, &server).await?;
        let campaign = endless(&shop).await?;
        let (acknowledged, server) = under_load(&shop, &campaign, plan.seed, async |_| {
            for _ in 0..plan.rounds {
                tokio::time::sleep(Duration::from_millis(dice.random_range(60..400))).await;
                server.kill()?;
                server.again(&database).await?;
            }
            Ok(server)
        })
        .await?;
        // The last server stands: everything it says is final.
        Client::new(&url)?.local().send(Method::GET, "/readyz", None).await?.done()?;
        server.stop().await?;
        let figures = acknowledged.compare(&database).await.with_context(|| format!("seed {}", plan.seed))?;
        plan.close(&database, &format!("{} SIGKILLs, {figures}", plan.rounds))
    }
}
