//! Made-up sequences of acts, told to the servers and to a model of the ledger: every answer and every balance compared after each step.
//! What parts them is shrunk to a few steps before it is shown.

use anyhow::{Result, anyhow};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use tokio::{runtime::Handle, task::block_in_place};

use super::Plan;
use crate::{
    harness::{Fresh, PLANTED},
    ledger::{Stage, Step, story, tell},
    on_both_databases,
};

/// Dice of proptest that are thrown by our seed.
pub fn dice(seed: u64) -> TestRng {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    TestRng::from_seed(RngAlgorithm::ChaCha, &bytes)
}

/// A story, a line a step.
pub fn spelled(story: &[Step]) -> String {
    story
        .iter()
        .enumerate()
        .map(|(n, step)| format!("  {n:3} {step:?}\n"))
        .collect()
}

on_both_databases! {
    async fn stories(database: Fresh) -> Result<()> {
        let plan = Plan::of("stories", 12)?;
        let stage = Stage::set(&database).await?;
        let config = Config {
            cases: u32::try_from(plan.rounds)?,
            // A planted bug is only to be found.
            max_shrink_iters: if std::env::var_os(PLANTED).is_some() { 0 } else { 200 },
            failure_persistence: None,
            ..Config::default()
        };
        let mut runner = TestRunner::new_with_rng(config, dice(plan.seed));
        let steps = std::cell::Cell::new(0);
        let outcome = runner.run(&story(30..60, false), |story| {
            steps.set(steps.get() + story.len());
            block_in_place(|| Handle::current().block_on(tell(&stage, &story)))
                .map_err(|error| TestCaseError::fail(format!("{error:#}")))
        });
        match outcome {
            Ok(()) => {}
            Err(TestError::Fail(reason, story)) => {
                return Err(anyhow!("seed {}: {reason}\n{}", plan.seed, spelled(&story)));
            }
            Err(TestError::Abort(reason)) => return Err(anyhow!("seed {}: {reason}", plan.seed)),
        }
        stage.strike().await?;
        plan.close(&database, &format!("{} steps, each as the model says", steps.get()))
    }
}
