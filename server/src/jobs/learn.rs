//! Works out, once a day, what the offers of campaigns that learn go by.

use std::time::Duration;

use super::{Job, Outcome};
use crate::{learn, state::App};

pub(super) const JOB: Job = Job {
    name: "learn",
    every: Duration::from_secs(600),
    run,
};

fn run(app: App) -> Outcome {
    Box::pin(async move { learn::work(&app).await })
}
