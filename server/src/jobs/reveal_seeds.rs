//! Makes the seeds of days that are over public.

use std::time::Duration;

use super::{Job, Outcome};
use crate::{db::draw_seeds, state::App};

pub(super) const JOB: Job = Job {
    name: "reveal_seeds",
    every: Duration::from_secs(60),
    run,
};

fn run(app: App) -> Outcome {
    Box::pin(async move { Ok(draw_seeds::reveal_due(&app.db, app.clock.now()).await?) })
}
