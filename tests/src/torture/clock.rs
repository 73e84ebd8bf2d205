//! The server's clock jumps back and forth by milliseconds and by weeks, between any two acts: times of validity, caps per day, the seeds of
//! the day, passes, sessions and the ten minutes of an undo go by what it says now, and nothing happens twice.

use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, TestRunner},
};

use super::{
    Plan,
    stories::{dice, spelled},
};
use crate::{
    harness::Fresh,
    ledger::{Stage, Step, story, tell},
    on_both_databases,
};

/// A retailer's wallet and campaigns are compared after each step, so stories have to end.
const LENGTH: usize = 100;

on_both_databases! {
    async fn clock(database: Fresh) -> Result<()> {
        let plan = Plan::of("clock", 400)?;
        let stage = Arc::new(Stage::set(&database).await?);
        let mut runner = TestRunner::new_with_rng(Config::default(), dice(plan.seed));
        let (mut steps, mut jumps) = (0, 0);
        while steps < plan.rounds {
            let tree = story(LENGTH..LENGTH + 1, true)
                .new_tree(&mut runner)
                .map_err(|reason| anyhow!("{reason}"))?;
            let told = tree.current();
            steps += told.len();
            jumps += told.iter().filter(|step| matches!(step, Step::Wait(ms) if *ms < 0)).count();
            tell(&stage, &told)
                .await
                .with_context(|| format!("seed {}\n{}", plan.seed, spelled(&told)))?;
        }
        Arc::into_inner(stage).context("one stage")?.strike().await?;
        plan.close(&database, &format!("{steps} steps, {jumps} jumps back"))
    }
}
