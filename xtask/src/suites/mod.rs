//! `cargo xtask test`: every suite, its time, what was skipped and why, and one line that sums up.

pub mod cluster;
mod counts;
pub mod long;
pub mod pictures;
pub mod run;
pub mod torture;

use crate::cli::{self, Suite};
use crate::places::Places;
use crate::process::{say, spoken};
use crate::setup::{self, Needs, Ready};
use crate::web::Profile;
use anyhow::{Result, bail};
use counts::Counts;
use std::time::{Duration, Instant};

/// What became of a suite.
pub struct Report {
    pub name: String,
    pub counts: Counts,
    pub time: Duration,
    /// Why it, or a part of it, did not run.
    pub skipped: Option<String>,
}

/// `cargo xtask test`
pub fn command(places: &Places, wanted: &cli::Test) -> Result<()> {
    let started = Instant::now();
    let profile = if wanted.quick {
        Profile::Quick
    } else {
        Profile::Tested
    };
    let all = [
        Suite::Unit,
        Suite::Purity,
        Suite::Api,
        Suite::Browser,
        Suite::Faces,
        Suite::Lighthouse,
    ];
    let suites: Vec<Suite> = all
        .into_iter()
        .filter(|suite| {
            wanted.suites.contains(suite) || (wanted.suites.is_empty() && suite.is_usual())
        })
        .collect();
    let ready = prepare(places, &suites, profile, wanted.yes)?;
    let set_up = started.elapsed();
    if places.shared_data("stores_japan_osm_2014.csv").is_none() {
        say("! no ../shared/data beside this checkout: tests on real stores say so and skip");
    }
    let mut reports = Vec::new();
    for suite in suites {
        let name = format!("{suite:?}").to_lowercase();
        say(format!("\n═══ {name} ═══"));
        let begun = Instant::now();
        let (counts, skipped) = match suite {
            Suite::Unit => run::unit(places, None)?,
            Suite::Purity => run::purity(places, &ready)?,
            Suite::Api => run::api(places)?,
            Suite::Browser => run::browser(places, &ready, profile)?,
            Suite::Faces => run::faces(places, &ready, profile, "")?,
            Suite::Lighthouse if wanted.quick => (
                Counts::default(),
                Some("Lighthouse: --quick makes no pages that are worth measuring".into()),
            ),
            Suite::Lighthouse => run::lighthouse(places, &ready)?,
        };
        reports.push(Report {
            name,
            counts,
            time: begun.elapsed(),
            skipped,
        });
    }
    close(&reports, set_up)
}

/// The table and the closing line; an error when anything failed.
fn close(reports: &[Report], set_up: Duration) -> Result<()> {
    say(format!(
        "\n{:<14}{:>8}{:>8}{:>15}",
        "suite", "passed", "failed", "time"
    ));
    say(format!(
        "{:<14}{:>8}{:>8}{:>15}",
        "(set-up)",
        "",
        "",
        spoken(set_up)
    ));
    let mut sum = Counts::default();
    for report in reports {
        sum += report.counts;
        let Report {
            name,
            counts: Counts { passed, failed },
            time,
            skipped,
        } = report;
        say(format!(
            "{name:<14}{passed:>8}{failed:>8}{:>15}",
            spoken(*time)
        ));
        if let Some(reason) = skipped {
            say(format!("  skipped: {reason}"));
        }
    }
    if reports.iter().all(|report| report.skipped.is_none()) {
        say("Nothing was skipped.");
    }
    say(format!("{} passed, {} failed", sum.passed, sum.failed));
    if sum.failed > 0 {
        bail!("tests failed");
    }
    if sum.passed == 0 {
        bail!("no test ran");
    }
    Ok(())
}

/// Sets up what looking at pages needs.
fn setup_browser(places: &Places, yes: bool) -> Result<Ready> {
    prepare(places, &[Suite::Browser], Profile::Quick, yes)
}

/// Sets up what the suites need, all at once.
fn prepare(places: &Places, suites: &[Suite], profile: Profile, yes: bool) -> Result<Ready> {
    let browser = [Suite::Browser, Suite::Faces, Suite::Lighthouse]
        .iter()
        .any(|suite| suites.contains(suite));
    setup::ensure(
        places,
        &Needs {
            wasm: browser || suites.contains(&Suite::Purity),
            bundler: browser,
            optimizer: browser && profile.is_small(),
            browser,
            postgres: suites.contains(&Suite::Api),
            yes,
        },
    )
}
