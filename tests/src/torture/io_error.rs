//! A sync or a write fails. After a failed sync nobody knows what the disk holds, so the server stops at once and says so, by a code of its
//! own; what it had acknowledged is there when it is started again.

use std::{
    fs,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::{
    Plan,
    disk::{Disk, Fails},
    fleet::{Process, Shop},
    load::{endless, under_load},
};
use crate::harness::{Fresh, Kind, run};

async fn io_error(database: Fresh) -> Result<()> {
    let plan = Plan::of("io_error", 6)?;
    let mut dice = StdRng::seed_from_u64(plan.seed);
    let disk = Disk::under(&database)?;
    let words = database.folder().join("stderr.log");
    let mut server = Process::start_with(&database, disk.environment()).await?;
    let shop = Shop::open(&database, &server).await?;
    let campaign = endless(&shop).await?;
    let (acknowledged, (server, stopped, went_on)) =
        under_load(&shop, &campaign, plan.seed, async |load| {
            let (mut stopped, mut went_on) = ([0, 0], 0);
            for round in 0..plan.rounds {
                load.goes_on(1).await?;
                // The first two are one of each kind, for good.
                let what = if round % 2 == 0 {
                    Fails::Syncs
                } else {
                    Fails::Writes
                };
                let for_good = round < 2 || dice.random_bool(0.7);
                disk.fail(what, dice.random_range(0..40), for_good)?;
                fs::write(&words, "")?;
                let begun = Instant::now();
                while disk.failed()? == 0 {
                    ensure!(
                        begun.elapsed().as_secs() < 60,
                        "nothing was written or synced"
                    );
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
                let patience = if for_good { 20_000 } else { 700 };
                match server.ended_within(Duration::from_millis(patience)).await? {
                    Some(status) => {
                        let said = fs::read_to_string(&words)?;
                        ensure!(
                            status.code().is_some_and(|code| code != 0)
                                && said.contains("the disk"),
                            "ended with {status} after {what:?} failed, and said {said:?}"
                        );
                        stopped[round % 2] += 1;
                        disk.mend()?;
                        server.again(&database).await?;
                    }
                    // A single one may be the checkpoint's, which nobody waits for and which is made anew from the log.
                    None if !for_good => {
                        disk.mend()?;
                        went_on += 1;
                    }
                    None => anyhow::bail!("it went on although {what:?} failed"),
                }
            }
            Ok((server, stopped, went_on))
        })
        .await?;
    server.stop().await?;
    let figures = acknowledged
        .compare(&database)
        .await
        .with_context(|| format!("seed {}", plan.seed))?;
    plan.close(
        &database,
        &format!(
            "stopped by {} failed syncs and {} failed writes, {went_on} single ones in a checkpoint, {figures}",
            stopped[0], stopped[1]
        ),
    )
}

mod sqlite {
    #[test]
    fn io_error() -> anyhow::Result<()> {
        super::run(super::Kind::Sqlite, super::io_error)
    }
}
