//! Erases coarse cells older than 30 days, also of shoppers who never come back.

use std::time::Duration;

use app::day::{Day, JST};

use super::{Job, Outcome};
use crate::{db::shoppers, state::App};

pub(super) const JOB: Job = Job {
    name: "old_cells",
    every: Duration::from_secs(3_600),
    run,
};

fn run(app: App) -> Outcome {
    Box::pin(async move {
        let now = app.clock.now();
        Ok(shoppers::forget_old_cells(&app.db, Day::of(now, JST), now).await?)
    })
}
