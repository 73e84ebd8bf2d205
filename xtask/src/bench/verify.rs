//! How long `raiten verify` takes on a ledger of a million redemptions.

use super::Figure;
use crate::cli;
use crate::places::Places;
use crate::process::listen;
use crate::setup::{self, Needs};
use crate::suites::{
    cluster::{Cluster, Keeps},
    run,
};
use anyhow::{Result, ensure};

const REDEMPTIONS: u64 = 1_000_000;
/// What we aim at, seconds.
const AIM: f64 = 60.0;

pub fn measure(places: &Places, wanted: &cli::Bench) -> Result<Vec<Figure>> {
    setup::ensure(
        places,
        &Needs {
            wasm: false,
            bundler: false,
            optimizer: false,
            browser: false,
            postgres: true,
            yes: wanted.yes,
        },
    )?;
    let cluster = Cluster::start(places, Keeps::Nothing)?;
    let mut figures = Vec::new();
    let held = listen(
        run::only(places, "verify::scale::", false)
            .env("RAITEN_TEST_POSTGRES_URL", &cluster.url)
            .env("RAITEN_TEST_REDEMPTIONS", REDEMPTIONS.to_string()),
        |line| figures.extend(read(line)),
    )?;
    ensure!(held, "see above");
    Ok(figures)
}

/// `verify on sqlite: 1000000 redemptions, 12.3 s (filled in 100.0 s)`
fn read(line: &str) -> Option<Figure> {
    let (database, rest) = line.trim().strip_prefix("verify on ")?.split_once(": ")?;
    let (_, seconds) = rest.split_once("redemptions, ")?;
    let seconds = seconds.split_once(" s")?.0.parse().ok()?;
    Some(Figure {
        aim: Some(AIM),
        ..Figure::new(format!("verify_{database}"), seconds, "s")
    })
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn reads_the_seconds() {
        let line = "verify on postgres: 1000000 redemptions, 12.3 s (filled in 100.0 s)";
        let figure = read(line).map(|figure| (figure.name, figure.value));
        assert_eq!(figure, Some(("verify_postgres".to_owned(), 12.3)));
        assert!(read("test verify::scale ... ok").is_none());
    }
}
