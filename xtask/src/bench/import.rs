//! How long real stores take from a CSV file into SQLite, with the release build.

use super::Figure;
use super::scratch::Scratch;
use crate::cli;
use crate::places::Places;
use crate::process::{Job, capture, cargo, program};
use anyhow::{Context, Result};
use serde_json::Value;
use std::process::Command;
use std::time::Instant;

const FILE: &str = "stores_japan_osm_2014.csv";

pub fn measure(places: &Places, wanted: &cli::Bench) -> Result<Vec<Figure>> {
    let file = places
        .shared_data(FILE)
        .with_context(|| format!("it needs ../shared/data/{FILE} beside the checkout"))?;
    let mut build = cargo(places);
    build.args([
        "build",
        "--release",
        "--package",
        "server",
        "--bin",
        "raiten",
    ]);
    if wanted.json {
        // Standard output belongs to the figures.
        capture(&mut build)?;
    } else {
        Job::new(places, "raiten, release build").run(&mut build)?;
    }
    let scratch = Scratch::make("import")?;
    let raiten = |words: &[&str]| -> Command {
        let mut command = program(places.raiten("release"));
        command
            .current_dir(&scratch.0)
            .args(words)
            .arg("--data-dir")
            .arg(&scratch.0);
        command
    };
    let town: Value = serde_json::from_str(&capture(&mut raiten(&["demo", "--json"]))?)?;
    let retailer = town["retailers"][0]
        .as_str()
        .context("the demo names its retailers")?;

    let mut import = raiten(&["import", "stores", "--retailer", retailer, "--json"]);
    let begun = Instant::now();
    let said = capture(import.arg(&file))?;
    let seconds = begun.elapsed().as_secs_f64();
    let said: Value = serde_json::from_str(&said)?;
    let mut figures = vec![Figure {
        aim: Some(10.0),
        ..Figure::new("import", seconds, "s")
    }];
    for name in ["rows", "imported", "duplicates", "near_duplicates"] {
        let value = said[name]
            .as_f64()
            .with_context(|| format!("the import says {name}"))?;
        if name == "rows" {
            figures.push(Figure::new("rows_per_second", value / seconds, "1/s"));
        }
        figures.push(Figure::new(name, value, "1"));
    }
    Ok(figures)
}
