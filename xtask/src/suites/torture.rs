//! `cargo xtask torture`: the failure tests in their long form.

use super::cluster::{Cluster, Keeps};
use super::run;
use crate::cli::{self, Trial};
use crate::places::Places;
use crate::process::{listen, say, spoken};
use crate::setup::{self, Needs};
use anyhow::{Result, bail};
use clap::ValueEnum;
use std::time::Instant;

const fn default_rounds(trial: Trial) -> u64 {
    match trial {
        Trial::RaceOneCode => 10_000,
        Trial::BudgetEdge
        | Trial::CrashKill9
        | Trial::Stories
        | Trial::PgKill
        | Trial::PowerCut
        | Trial::DiskFull => 1_000,
        Trial::IoError => 500,
        Trial::IdemStorm => 2_000,
        Trial::Clock => 100_000,
        Trial::Fuzz => 60,
        Trial::PlantedBugs => 1,
    }
}

fn name(trial: Trial) -> String {
    trial
        .to_possible_value()
        .map(|value| value.get_name().to_owned())
        .unwrap_or_default()
}

/// `cargo xtask torture [NAME] [--rounds N] [--seed S]`
pub fn command(places: &Places, wanted: &cli::Torture) -> Result<()> {
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
    let trials = wanted
        .name
        .map_or_else(|| Trial::value_variants().to_vec(), |one| vec![one]);
    let mut lines = Vec::new();
    let mut broken = Vec::new();
    for trial in trials {
        let (name, begun) = (name(trial), Instant::now());
        let rounds = wanted.rounds.unwrap_or_else(|| default_rounds(trial));
        say(format!("\n═══ {name}: {rounds} rounds ═══"));
        if trial == Trial::PlantedBugs {
            let counts = run::planted(places, &cluster)?;
            lines.push(format!(
                "{name}: {} caught, {} not",
                counts.passed, counts.failed
            ));
            if counts.failed > 0 || counts.passed == 0 {
                broken.push(name);
            }
            continue;
        }
        let mut command = run::only(places, &format!("torture::{name}::"), wanted.release);
        cluster.tell(&mut command);
        command.env("RAITEN_TEST_ROUNDS", rounds.to_string());
        if let Some(seed) = wanted.seed {
            command.env("RAITEN_TEST_SEED", seed.to_string());
        }
        // Each prints a line of its own with seed and figures, one for either database.
        let held = listen(&mut command, |line| {
            if line.trim_start().starts_with(&format!("{name} on ")) {
                lines.push(line.trim().to_owned());
            }
        })?;
        if !held {
            broken.push(name.clone());
        }
        say(format!("{name}: {}", spoken(begun.elapsed())));
    }
    say("");
    for line in &lines {
        say(line);
    }
    if !broken.is_empty() {
        bail!("violated or broken: {}", broken.join(", "));
    }
    if lines.is_empty() {
        bail!("nothing ran");
    }
    say("Everything held.");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_tests() {
        let names: Vec<String> = Trial::value_variants().iter().map(|t| name(*t)).collect();
        assert_eq!(
            names,
            [
                "race_one_code",
                "budget_edge",
                "crash_kill9",
                "idem_storm",
                "stories",
                "pg_kill",
                "power_cut",
                "disk_full",
                "io_error",
                "clock",
                "fuzz",
                "planted_bugs"
            ]
        );
    }
}
