//! Visits imported, the sums of lift built from them, and the report, on both databases.

use super::Figure;
use super::ledger::{build, figures_of};
use super::scratch::Scratch;
use crate::cli;
use crate::places::Places;
use crate::process::program;
use crate::suites::cluster::{Cluster, Keeps};
use anyhow::Result;
use std::env;

pub fn measure(places: &Places, wanted: &cli::Bench) -> Result<Vec<Figure>> {
    build(places, wanted)?;
    let cluster = Cluster::start(places, Keeps::Everything)?;
    let scratch = Scratch::make("lift")?;
    let load = format!("raiten-bench{}", env::consts::EXE_SUFFIX);
    let mut command = program(places.target.join("release").join(load));
    command
        .arg("lift")
        .arg("--raiten")
        .arg(places.raiten("release"))
        .arg("--folder")
        .arg(&scratch.0)
        .args(["--postgres", &cluster.url]);
    figures_of(command)
}
