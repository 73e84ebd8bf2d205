//! Runs `raiten verify` now and then and shows what came of it among the figures. Changes nothing; a violation is for people.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::sync::watch;

use crate::verify;

/// Until a server that has just started has other things to do.
const FIRST: Duration = Duration::from_secs(300);

/// Verifies again and again, over connections of its own, until `stopping` turns true.
pub(super) async fn repeat(
    database_url: SecretString,
    every: Duration,
    mut stopping: watch::Receiver<bool>,
) {
    let mut pause = FIRST.min(every);
    loop {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            // An error means that the server is gone.
            _ = stopping.wait_for(|stop| *stop) => return,
        }
        pause = every;
        // Cut off in the middle nothing is lost, so a stopping server does not wait for it.
        let run = tokio::select! {
            run = verify::run(database_url.expose_secret()) => run,
            _ = stopping.wait_for(|stop| *stop) => return,
        };
        match run {
            Ok(report) => {
                verify::publish(&report);
                for finding in report.violated() {
                    tracing::error!(
                        rule = finding.rule.name,
                        violations = finding.violations,
                        example = finding.example.as_deref().unwrap_or_default(),
                        "the ledger breaks a promise"
                    );
                }
                tracing::info!(
                    job = "verify",
                    clean = report.is_clean(),
                    seconds = report.took.as_secs_f64(),
                    "job"
                );
            }
            Err(error) => {
                tracing::error!(job = "verify", cause = %error, "job failed");
            }
        }
    }
}
