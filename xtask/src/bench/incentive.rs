//! What sizing and drawing cost, and what each policy brings in towns whose response is known.

use super::Figure;
use super::ledger::figures_of;
use crate::cli;
use crate::places::Places;
use crate::process::{Job, cargo, program};
use anyhow::Result;
use std::env;

pub fn measure(places: &Places, _: &cli::Bench) -> Result<Vec<Figure>> {
    let mut build = cargo(places);
    build.args(["build", "--release", "--package", "bench"]);
    Job::new(places, "the towns, release build").run(&mut build)?;
    let load = format!("raiten-bench{}", env::consts::EXE_SUFFIX);
    let mut command = program(places.target.join("release").join(load));
    command
        .arg("incentive")
        .arg("--csv")
        .arg(places.target.join("incentive.csv"));
    figures_of(command)
}
