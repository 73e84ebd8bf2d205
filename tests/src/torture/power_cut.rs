//! The power is cut: of every file there is what was synced last and nothing else. What was acknowledged is there.

use std::time::Duration;

use anyhow::{Context, Result};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::{
    Plan,
    disk::Disk,
    fleet::{Process, Shop},
    load::{endless, under_load},
};
use crate::harness::{Fresh, Kind, run};

async fn power_cut(database: Fresh) -> Result<()> {
    let plan = Plan::of("power_cut", 5)?;
    let mut dice = StdRng::seed_from_u64(plan.seed);
    let disk = Disk::under(&database)?;
    disk.remember()?;
    let mut server = Process::start_with(&database, disk.environment()).await?;
    let shop = Shop::open(&database, &server).await?;
    let campaign = endless(&shop).await?;
    let (acknowledged, server) = under_load(&shop, &campaign, plan.seed, async |load| {
        for _ in 0..plan.rounds {
            load.goes_on(1).await?;
            tokio::time::sleep(Duration::from_millis(dice.random_range(60..400))).await;
            server.kill()?;
            disk.cut_power()?;
            server.again(&database).await?;
        }
        Ok(server)
    })
    .await?;
    server.stop().await?;
    let figures = acknowledged
        .compare(&database)
        .await
        .with_context(|| format!("seed {}", plan.seed))?;
    plan.close(&database, &format!("{} cuts, {figures}", plan.rounds))
}

mod sqlite {
    #[test]
    fn power_cut() -> anyhow::Result<()> {
        super::run(super::Kind::Sqlite, super::power_cut)
    }
}
