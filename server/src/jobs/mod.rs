//! What happens later, without a request: one file a job, listed in [`all`].
//!
//! A job may run on several servers at once and may be cut off between two statements: it does its work in small
//! transactions, each by conditional updates, so that a second run finds nothing left to do.

mod announce;
mod expire_coupons;
mod fold_lift;
mod learn;
mod old_addresses;
mod old_answers;
mod old_cells;
mod old_sessions;
mod place_imports;
mod remind;
mod reveal_seeds;
mod seal_audit;
mod verify;

use std::{pin::Pin, time::Duration};

use secrecy::SecretString;
use tokio::{sync::watch, task::JoinSet};

use crate::{db::trouble, state::App};

/// What a run of a job gives back: how many things it did, for the log.
pub type Outcome = Pin<Box<dyn Future<Output = anyhow::Result<u64>> + Send>>;

/// Something that is done again and again.
#[derive(Clone, Copy)]
pub struct Job {
    /// For the log.
    pub name: &'static str,
    /// The pause between the end of one run and the beginning of the next.
    pub every: Duration,
    /// One run.
    pub run: fn(App) -> Outcome,
}

/// All jobs.
#[must_use]
pub fn all() -> Vec<Job> {
    vec![
        announce::JOB,
        expire_coupons::JOB,
        fold_lift::JOB,
        learn::JOB,
        old_addresses::JOB,
        old_answers::JOB,
        old_cells::JOB,
        old_sessions::JOB,
        place_imports::JOB,
        remind::JOB,
        reveal_seeds::JOB,
        seal_audit::JOB,
    ]
}

/// Starts every job; each ends by itself, after the run it is in, once `stopping` turns true.
pub fn start(tasks: &mut JoinSet<()>, app: &App, stopping: &watch::Receiver<bool>) {
    for job in all() {
        tasks.spawn(repeat(job, app.clone(), stopping.clone()));
    }
}

/// Starts verifying the ledger every so often beside the other jobs.
pub fn start_verifying(
    tasks: &mut JoinSet<()>,
    database_url: SecretString,
    every: Duration,
    stopping: &watch::Receiver<bool>,
) {
    tasks.spawn(verify::repeat(database_url, every, stopping.clone()));
}

async fn repeat(job: Job, app: App, mut stopping: watch::Receiver<bool>) {
    loop {
        match (job.run)(app.clone()).await {
            Ok(0) => {}
            Ok(done) => tracing::info!(job = job.name, done, "job"),
            // The next run tries again; nothing was half done.
            Err(error) => {
                trouble::stop_if_broken(&error);
                tracing::error!(job = job.name, cause = format!("{error:#}"), "job failed");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(job.every) => {}
            // An error means that the server is gone.
            _ = stopping.wait_for(|stop| *stop) => return,
        }
    }
}
