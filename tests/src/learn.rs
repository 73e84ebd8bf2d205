//! The command line of learning: what it says of anybody's decisions and visits agrees with independent implementations.

use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::harness::{Fresh, Kind, raiten};

const ORACLES: &str = include_str!("../oracles/learn.json");

/// The dice of `oracles/learn.py`.
struct Dice(u64);

impl Dice {
    fn uniform(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        // 53 bits.
        #[allow(clippy::cast_precision_loss)]
        let bits = (self.0 >> 11) as f64;
        bits / 9_007_199_254_740_992.0
    }

    /// A whole number below `n`.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn below(&mut self, n: f64) -> u64 {
        (self.uniform() * n) as u64
    }

    /// Chances that sum to 1, in millionths.
    fn chances(&mut self, k: usize) -> Vec<u64> {
        let parts: Vec<u64> = (0..k).map(|_| 1 + self.below(1000.0)).collect();
        let whole: u64 = parts.iter().sum();
        let mut out: Vec<u64> = parts.iter().map(|part| 1_000_000 * part / whole).collect();
        let sum: u64 = out.iter().sum();
        out[0] += 1_000_000 - sum;
        out
    }
}

#[allow(clippy::cast_precision_loss)]
fn part(millionths: u64) -> f64 {
    millionths as f64 / 1e6
}

/// The decisions of `oracles/learn.py` as a file.
fn decisions(seed: u64, n: u64, k: usize) -> Result<String> {
    let mut dice = Dice(seed);
    let mut out = "action,reward,pscore".to_owned();
    for name in ["pi", "qhat"] {
        (0..k).try_for_each(|i| write!(out, ",{name}_{i}"))?;
    }
    out += "\n";
    for _ in 0..n {
        let (p, pi) = (dice.chances(k), dice.chances(k));
        let (mut u, mut action) = (dice.uniform(), 0_u32);
        for chance in p.iter().take(k - 1) {
            if u < part(*chance) {
                break;
            }
            u -= part(*chance);
            action += 1;
        }
        let reward = u8::from(dice.uniform() < 0.1 + 0.15 * f64::from(action));
        let qhat: Vec<u64> = (0..k).map(|_| dice.below(1e6)).collect();
        let chance = p.get(action as usize).context("no such action")?;
        write!(out, "{action},{reward},{}", part(*chance))?;
        pi.iter()
            .chain(&qhat)
            .try_for_each(|x| write!(out, ",{}", part(*x)))?;
        out += "\n";
    }
    Ok(out)
}

/// The visits of `oracles/learn.py` as a file.
fn visits(seed: u64, n: u64) -> Result<String> {
    const VALUES: [u32; 6] = [0, 50, 100, 300, 500, 1000];
    let mut dice = Dice(seed);
    let mut out = "km,visited,lapsed,value\n".to_owned();
    for _ in 0..n {
        let value = VALUES[usize::try_from(dice.below(6.0))?];
        let km = f64::from(u32::try_from(dice.below(20_000.0))?) / 1_000.0;
        let lapsed = u8::from(dice.uniform() < 0.4);
        let f = (f64::from(value) / 100.0).ln_1p();
        let z = -1.2 - 0.4 * km.ln_1p() + 0.3 * f64::from(lapsed) + f * (0.9 - 0.25 * km.ln_1p());
        let visited = u8::from(dice.uniform() < 1.0 / (1.0 + (-z).exp()));
        writeln!(out, "{km},{visited},{lapsed},{value}")?;
    }
    Ok(out)
}

fn number(of: &Value, name: &str) -> Result<f64> {
    of[name]
        .as_f64()
        .with_context(|| format!("no number “{name}” in {of}"))
}

fn agrees(a: f64, b: f64, within: f64) -> Result<()> {
    ensure!((a - b).abs() <= within * b.abs().max(1.0), "{a} is not {b}");
    Ok(())
}

async fn decisions_of_a_file(database: Fresh) -> Result<()> {
    let file = database.folder().join("decisions.csv");
    let oracles: Value = serde_json::from_str(ORACLES)?;
    for case in oracles["ope"].as_array().context("no cases")? {
        let whole = |name: &str| case[name].as_u64().context("no number");
        let (seed, n, k) = (
            whole("seed")?,
            whole("n")?,
            usize::try_from(whole("actions")?)?,
        );
        std::fs::write(&file, decisions(seed, n, k)?)?;
        let said = raiten(&database, &["ope", "decisions.csv", "--json"])?.json()?;
        for name in ["ips", "snips", "dr"] {
            agrees(number(&said[name], "estimate")?, number(case, name)?, 1e-9)?;
            ensure!(number(&said[name], "se")? > 0.0, "{said}");
        }
        ensure!(said["n"] == n && said["clip"].is_null(), "{said}");
        ensure!((1.0..=n as f64).contains(&number(&said, "ess")?), "{said}");
        let clipped = raiten(
            &database,
            &["ope", "decisions.csv", "--clip", "1.5", "--json"],
        )?
        .json()?;
        ensure!(
            number(&clipped, "clip")? == 1.5 && clipped["clipped"].as_u64() > Some(0),
            "{clipped}"
        );
        ensure!(
            number(&clipped["ips"], "estimate")? < number(&said["ips"], "estimate")?,
            "{clipped}"
        );
    }
    // Without a reward model there is nothing doubly robust, and what is wrong is named with its line.
    std::fs::write(
        &file,
        "action,reward,pscore,pi_0,pi_1\n0,1,0.5,0.25,0.75\n1,0,0.5,0.25,0.75\n",
    )?;
    let said = raiten(&database, &["ope", "decisions.csv", "--json"])?.json()?;
    ensure!(
        said["dr"].is_null() && number(&said["ips"], "estimate")? == 0.25,
        "{said}"
    );
    std::fs::write(
        &file,
        "action,reward,pscore,pi_0,pi_1\n2,1,0.5,0.25,0.75\n1,0,0,0.25,0.75\n1,x,0.5,0.25,0.75\n1,0,0.5,0.5,0.75\n",
    )?;
    let wrong = raiten(&database, &["ope", "decisions.csv", "--json"])?;
    ensure!(wrong.code == 1 && wrong.stdout.is_empty(), "{wrong:?}");
    for line in 2..=5 {
        ensure!(
            wrong.stderr.contains(&format!("decisions.csv:{line}: ")),
            "{wrong:?}"
        );
    }
    let neither = raiten(&database, &["ope", "--json"])?;
    ensure!(neither.code == 2, "{neither:?}");
    Ok(())
}

/// `raiten ope FILE` needs no database.
#[test]
fn other_policies_are_judged_as_open_bandit_pipeline_judges_them() -> Result<()> {
    crate::harness::run(Kind::Sqlite, decisions_of_a_file)
}

async fn visits_of_a_file(database: Fresh) -> Result<()> {
    let file = database.folder().join("visits.csv");
    let oracles: Value = serde_json::from_str(ORACLES)?;
    for case in oracles["fit"].as_array().context("no cases")? {
        let whole = |name: &str| case[name].as_u64().context("no number");
        std::fs::write(&file, visits(whole("seed")?, whole("n")?)?)?;
        let mut arguments = vec!["fit", "visits.csv", "--json"];
        if case["interact"] == true {
            arguments.extend(["--interact", "km"]);
        }
        let said = raiten(&database, &arguments)?.json()?;
        let (ours, theirs) = (
            &said["coefficients"],
            case["coefficients"].as_array().context("none")?,
        );
        ensure!(
            ours.as_array().map(Vec::len) == Some(theirs.len()),
            "{said}"
        );
        for one in theirs {
            let mine = ours
                .as_array()
                .and_then(|all| all.iter().find(|mine| mine["name"] == one["name"]))
                .with_context(|| format!("no {}", one["name"]))?;
            for what in ["estimate", "sd"] {
                agrees(number(mine, what)?, number(one, what)?, 1e-5)?;
            }
        }
    }
    std::fs::write(
        &file,
        "value,visited,km\n100,1,2\n-5,1,2\n100,2,2\n100,0,far\n",
    )?;
    let wrong = raiten(&database, &["fit", "visits.csv", "--json"])?;
    ensure!(wrong.code == 1 && wrong.stdout.is_empty(), "{wrong:?}");
    for line in 3..=5 {
        ensure!(
            wrong.stderr.contains(&format!("visits.csv:{line}: ")),
            "{wrong:?}"
        );
    }
    Ok(())
}

/// `raiten fit FILE` needs no database.
#[test]
fn a_response_is_fitted_as_statsmodels_fits_it() -> Result<()> {
    crate::harness::run(Kind::Sqlite, visits_of_a_file)
}

/// What a run of a town says.
fn town(database: &Fresh, policy: &str, more: &[&str]) -> Result<Value> {
    let mut arguments = vec![
        "simulate",
        "--shoppers",
        "1500",
        "--days",
        "25",
        "--seed",
        "7",
        "--json",
        "--policy",
        policy,
    ];
    arguments.extend(more);
    raiten(database, &arguments)?.json()
}

async fn a_made_up_town(database: Fresh) -> Result<()> {
    let whole = |of: &Value, name: &str| {
        of[name]
            .as_i64()
            .with_context(|| format!("no {name} in {of}"))
    };
    let mut plays = Vec::new();
    for policy in ["floor", "flat", "distance_lapse", "learned", "oracle"] {
        let run = town(&database, policy, &[])?;
        ensure!(
            town(&database, policy, &[])? == run,
            "{policy}: another town from the same seed"
        );
        ensure!(whole(&run, "redeemed")? <= whole(&run, "issued")?, "{run}");
        ensure!(whole(&run, "issued")? <= whole(&run, "plays")?, "{run}");
        let per = number(&run, "incremental_visits_per_10000_yen")?;
        let (more, spent) = (
            number(&run, "incremental_visits_true")?,
            number(&run, "spent_yen")?,
        );
        agrees(per, more / spent * 10_000.0, 1e-9)?;
        plays.push(whole(&run, "plays")?);
    }
    // Who plays and when is the town's and not the policy's.
    plays.dedup();
    ensure!(plays.len() == 1 && plays[0] > 1_000, "{plays:?}");
    // Where yen do not matter nobody comes because of them, and who knows that gives no more than is promised.
    let (oracle, floor) = (
        town(&database, "oracle", &["--town", "indifferent"])?,
        town(&database, "floor", &["--town", "indifferent"])?,
    );
    ensure!(whole(&oracle, "incremental_visits_true")? == 0, "{oracle}");
    ensure!(
        oracle["spent_yen"] == floor["spent_yen"],
        "{oracle} {floor}"
    );
    // A budget that does not last is never exceeded, and whom it fails is told so.
    for policy in ["distance_lapse", "learned", "oracle"] {
        let poor = town(&database, policy, &["--budget", "40000"])?;
        ensure!(
            whole(&poor, "spent_yen")? <= 40_000 && whole(&poor, "refused")? > 0,
            "{poor}"
        );
    }
    let wrong = raiten(&database, &["simulate", "--town", "atlantis"])?;
    ensure!(
        wrong.code == 2 && wrong.stderr.contains("falling, regulars, indifferent"),
        "{wrong:?}"
    );
    Ok(())
}

/// `raiten simulate` needs no database.
#[test]
fn a_town_is_the_same_for_every_policy() -> Result<()> {
    crate::harness::run(Kind::Sqlite, a_made_up_town)
}
