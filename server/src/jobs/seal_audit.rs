//! Chains the audit log's entries.

use std::time::Duration;

use super::{Job, Outcome};
use crate::{db::audit, state::App};

pub(super) const JOB: Job = Job {
    name: "seal_audit",
    every: Duration::from_secs(5),
    run,
};

fn run(app: App) -> Outcome {
    Box::pin(async move { Ok(audit::seal(&app.db).await?) })
}
