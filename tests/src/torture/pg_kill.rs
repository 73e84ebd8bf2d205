//! PostgreSQL is killed under load, or the processes that serve our connections: what was acknowledged stays, nothing is there twice, and
//! the server, which is never started anew, finds back by itself. Meanwhile it asks to come again.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use reqwest::Method;
use sea_orm::ConnectionTrait;

use super::{
    Plan,
    cluster::{Cluster, Down},
    fleet::{Process, Shop},
    load::{endless, under_load},
};
use crate::harness::{Client, Fresh};

/// Ends every connection but the one that asks for it.
const TERMINATE: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'";

async fn pg_kill() -> Result<()> {
    let plan = Plan::of("pg_kill", 10)?;
    let mut dice = StdRng::seed_from_u64(plan.seed);
    let Some(mut cluster) = Cluster::start().await? else {
        eprintln!("SKIPPED: RAITEN_TEST_POSTGRES_BIN is not set (cargo xtask test sets it)");
        return Ok(());
    };
    let database = Fresh::at(cluster.url())?;
    let server = Process::start(&database).await?;
    let shop = Shop::open(&database, &server).await?;
    let campaign = endless(&shop).await?;
    let (acknowledged, (put_off, cluster)) =
        under_load(&shop, &campaign, plan.seed, async |load| {
            for round in 0..plan.rounds {
                tokio::time::sleep(Duration::from_millis(dice.random_range(30..300))).await;
                match round % 4 {
                    0 => cluster.restart(Down::Killed).await?,
                    1 => {
                        let connection = database.connect_alone().await?;
                        connection.execute_unprepared(TERMINATE).await?;
                        connection.close().await?;
                    }
                    2 => cluster.restart(Down::Immediate).await?,
                    _ => cluster.restart(Down::OneKilled).await?,
                }
                cluster.tend(load.goes_on(4)).await?;
            }
            Ok((load.seen.no_faults()?, cluster))
        })
        .await?;
    Client::new(&server.url)?
        .local()
        .send(Method::GET, "/readyz", None)
        .await?
        .done()?;
    server.stop().await?;
    let figures = acknowledged
        .compare(&database)
        .await
        .with_context(|| format!("seed {}", plan.seed))?;
    ensure!(put_off > 0, "nobody noticed anything: nothing was killed");
    plan.close(
        &database,
        &format!("{} kills, {put_off} put off, {figures}", plan.rounds),
    )?;
    drop(cluster);
    Ok(())
}

mod postgres {
    #[test]
    fn pg_kill() -> anyhow::Result<()> {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?
            .block_on(super::pg_kill())
    }
}
