//! Folds shoppers whose window is over into the sums of lift, and publishes what may be shown of them.

use std::time::Duration;

use super::{Job, Outcome};
use crate::{db::lift, state::App};

pub(super) const JOB: Job = Job {
    name: "fold_lift",
    every: Duration::from_secs(60),
    run,
};

fn run(app: App) -> Outcome {
    Box::pin(async move {
        let now = app.clock.now();
        let folded = lift::fold(&app.db, now).await?;
        Ok(folded + lift::publish(&app.db, now).await?)
    })
}
