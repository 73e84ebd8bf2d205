//! Says that coupons are about to end.

use std::time::Duration;

use super::{Job, Outcome};
use crate::{announce::remind, state::App};

pub(super) const JOB: Job = Job {
    name: "remind",
    every: Duration::from_secs(600),
    run,
};

fn run(app: App) -> Outcome {
    Box::pin(async move { remind::work(&app).await })
}
