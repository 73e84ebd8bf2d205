//! What is near among a million stores, and announcing something to a million shoppers.

use super::Figure;
use super::ledger::{build, figures_of};
use super::scratch::Scratch;
use crate::cli;
use crate::places::Places;
use crate::process::program;
use crate::setup::node;
use anyhow::Result;
use std::env;

pub fn measure(places: &Places, wanted: &cli::Bench) -> Result<Vec<Figure>> {
    build(places, wanted)?;
    let scratch = Scratch::make("reach")?;
    let load = format!("raiten-bench{}", env::consts::EXE_SUFFIX);
    let mut command = program(places.target.join("release").join(load));
    command
        .arg("reach")
        .arg("--raiten")
        .arg(places.raiten("release"))
        .arg("--folder")
        .arg(&scratch.0)
        .arg("--npm")
        .arg(node::web_push(places)?);
    figures_of(command)
}
