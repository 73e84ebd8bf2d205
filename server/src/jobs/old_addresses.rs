//! Forgets addresses that nobody confirmed in time, codes that nobody typed, and what is known of LINE's telling longer than it tells.

use std::time::Duration;

use super::{Job, Outcome};
use crate::{db::contact, state::App};

pub(super) const JOB: Job = Job {
    name: "old_addresses",
    every: Duration::from_secs(3_600),
    run,
};

fn run(app: App) -> Outcome {
    Box::pin(async move {
        let now = app.clock.now();
        let addresses = contact::mail::forget_old(&app.db, now).await?;
        Ok(addresses + contact::line::forget_old(&app.db, now).await?)
    })
}
