//! Forgets the answers that were given under idempotency keys a day ago; the keys stay.

use std::time::Duration;

use super::{Job, Outcome};
use crate::{db::idempotency, state::App};

pub(super) const JOB: Job = Job {
    name: "old_answers",
    every: Duration::from_secs(3_600),
    run,
};

fn run(app: App) -> Outcome {
    Box::pin(async move { Ok(idempotency::forget_answers(&app.db, app.clock.now()).await?) })
}
