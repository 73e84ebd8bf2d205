//! Sends what retailers announce.

use std::time::Duration;

use super::{Job, Outcome};
use crate::{announce, state::App};

pub(super) const JOB: Job = Job {
    name: "announce",
    every: Duration::from_millis(250),
    run,
};

fn run(app: App) -> Outcome {
    Box::pin(async move { announce::work(&app).await })
}
