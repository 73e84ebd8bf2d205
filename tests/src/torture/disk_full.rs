//! The disk is full: writes are put off (503 with `Retry-After`), nothing that was acknowledged is lost, and with some space it goes on.

use std::{sync::atomic::Ordering, time::Duration};

use anyhow::{Context, Result, ensure};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use reqwest::Method;

use super::{
    Plan,
    disk::Disk,
    fleet::{Process, Shop},
    load::{endless, under_load},
};
use crate::harness::{Client, Fresh, Kind, run};

async fn disk_full(database: Fresh) -> Result<()> {
    let plan = Plan::of("disk_full", 5)?;
    let mut dice = StdRng::seed_from_u64(plan.seed);
    let disk = Disk::under(&database)?;
    let server = Process::start_with(&database, disk.environment()).await?;
    let shop = Shop::open(&database, &server).await?;
    let campaign = endless(&shop).await?;
    let ready = Client::new(&server.url)?.local();
    let (acknowledged, put_off) = under_load(&shop, &campaign, plan.seed, async |load| {
        for _ in 0..plan.rounds {
            load.goes_on(1).await?;
            disk.leave(Some(dice.random_range(0..400_000)))?;
            // Full is it from here on; what was answered 503 before may belong to the last time.
            while disk.failed()? == 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            let before = load.seen.put_off.load(Ordering::Relaxed);
            while load.seen.put_off.load(Ordering::Relaxed) == before {
                load.seen.no_faults()?;
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            // It stays full for a while: nobody is told that something was done.
            tokio::time::sleep(Duration::from_millis(50)).await;
            let full = load.acknowledged();
            tokio::time::sleep(Duration::from_millis(150)).await;
            ensure!(
                load.acknowledged() == full,
                "acknowledged on a full disk: {} more",
                load.acknowledged() - full
            );
            // What only reads goes on.
            ready.send(Method::GET, "/readyz", None).await?.done()?;
            disk.leave(None)?;
            load.goes_on(8).await?;
        }
        load.seen.no_faults()
    })
    .await?;
    server.stop().await?;
    let figures = acknowledged
        .compare(&database)
        .await
        .with_context(|| format!("seed {}", plan.seed))?;
    plan.close(
        &database,
        &format!("{} times full, {put_off} put off, {figures}", plan.rounds),
    )
}

mod sqlite {
    #[test]
    fn disk_full() -> anyhow::Result<()> {
        super::run(super::Kind::Sqlite, super::disk_full)
    }
}
