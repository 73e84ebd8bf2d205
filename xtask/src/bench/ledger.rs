//! Redeem and play over HTTP on both databases, next to what the machine itself can do.

use super::Figure;
use super::scratch::Scratch;
use crate::cli;
use crate::places::Places;
use crate::process::{Job, cargo, program, spelled};
use crate::setup::{self, Needs, postgres};
use crate::suites::cluster::{Cluster, Keeps};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::env;
use std::process::{Command, Stdio};

/// Builds the release of the program and of what measures it, and sees to it that there is a PostgreSQL.
pub(super) fn build(places: &Places, wanted: &cli::Bench) -> Result<()> {
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
    let mut build = cargo(places);
    build.args(["build", "--release", "--package", "server"]);
    build.args(["--package", "bench"]);
    Job::new(places, "raiten and its load, release build").run(&mut build)
}

pub fn measure(places: &Places, wanted: &cli::Bench) -> Result<Vec<Figure>> {
    build(places, wanted)?;
    let cluster = Cluster::start(places, Keeps::Everything)?;
    let scratch = Scratch::make("ledger")?;
    let load = format!("raiten-bench{}", env::consts::EXE_SUFFIX);
    let mut command = program(places.target.join("release").join(load));
    command
        .arg("ledger")
        .arg("--raiten")
        .arg(places.raiten("release"))
        .arg("--folder")
        .arg(&scratch.0)
        .args(["--postgres", &cluster.url])
        .arg("--pgbench")
        .arg(postgres::programs()?.join("pgbench"));
    figures_of(command)
}

/// What a program that measures says on standard output.
pub(super) fn figures_of(mut command: Command) -> Result<Vec<Figure>> {
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let spelled = spelled(&command);
    let output = command
        .spawn()
        .with_context(|| format!("cannot start {spelled}"))?
        .wait_with_output()?;
    ensure!(output.status.success(), "{spelled}: {}", output.status);
    let figures: Vec<Value> = serde_json::from_slice(&output.stdout)?;
    figures.iter().map(read).collect()
}

fn read(figure: &Value) -> Result<Figure> {
    let units = ["1/s", "ms", "ns", "s", "stores", "times", "x", "yen"];
    let unit = units
        .into_iter()
        .find(|unit| figure["unit"] == **unit)
        .with_context(|| format!("a unit: {figure}"))?;
    Ok(Figure {
        name: figure["name"].as_str().context("a name")?.to_owned(),
        value: figure["value"].as_f64().context("a value")?,
        unit,
        aim: figure["aim"].as_f64(),
    })
}

#[cfg(test)]
mod tests {
    use super::read;
    use serde_json::json;

    #[test]
    fn reads_what_the_load_tells() -> anyhow::Result<()> {
        let figure = read(&json!({ "name": "redeem", "value": 2.5, "unit": "x", "aim": 0.35 }))?;
        assert_eq!(
            (figure.value, figure.unit, figure.aim),
            (2.5, "x", Some(0.35))
        );
        assert!(read(&json!({ "name": "redeem", "value": 2.5, "unit": "miles" })).is_err());
        Ok(())
    }
}
