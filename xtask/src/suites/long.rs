//! `cargo xtask check --long`: what does not fit a test run.

use super::{Report, close, run};
use crate::cli;
use crate::places::Places;
use crate::process::say;
use anyhow::Result;
use std::time::Instant;

/// A long check: its name and what it does.
type Long = (&'static str, fn(&Places, &cli::Check) -> Result<Report>);

/// All of them; a new one is a line here.
const ALL: [Long; 2] = [("properties", properties), ("lift", lift)];

/// Two thousand towns with a known truth, each looked at on every day, optimized.
fn lift(places: &Places, _: &cli::Check) -> Result<Report> {
    let begun = Instant::now();
    let (counts, skipped) = run::lift(places, 2_000)?;
    Ok(Report {
        name: "lift".into(),
        counts,
        time: begun.elapsed(),
        skipped,
    })
}

/// Every property test, with many more cases than a test run tries.
fn properties(places: &Places, wanted: &cli::Check) -> Result<Report> {
    let begun = Instant::now();
    let (counts, skipped) = run::unit(places, Some(wanted.cases))?;
    Ok(Report {
        name: "properties".into(),
        counts,
        time: begun.elapsed(),
        skipped,
    })
}

/// `cargo xtask check --long`
pub fn command(places: &Places, wanted: &cli::Check) -> Result<()> {
    let begun = Instant::now();
    let mut reports = Vec::new();
    for (name, check) in ALL {
        say(format!("\n═══ {name} ═══"));
        reports.push(check(places, wanted)?);
    }
    let set_up = begun.elapsed() - reports.iter().map(|report| report.time).sum();
    close(&reports, set_up)
}
