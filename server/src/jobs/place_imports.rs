//! Goes on with imports of visits that a server did not get through.

use std::time::Duration;

use super::{Job, Outcome};
use crate::{db::visit_imports, state::App};

pub(super) const JOB: Job = Job {
    name: "place_imports",
    every: Duration::from_secs(60),
    run,
};

fn run(app: App) -> Outcome {
    Box::pin(async move { Ok(visit_imports::place_all(&app.db, app.clock.now()).await?) })
}
