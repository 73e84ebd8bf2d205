//! The suites themselves.

use super::cluster::{Cluster, Keeps};
use super::counts::{Counts, of_line};
use crate::places::Places;
use crate::process::{capture, cargo, find, listen, program, say};
use crate::setup::{Ready, chromium, wasm};
use crate::web::{self, Profile};
use anyhow::Result;
use std::process::Command;

/// Counts, and why something was skipped.
type Outcome = Result<(Counts, Option<String>)>;

/// Runs a test runner and reads its closing lines. One that fails without naming a failed test (it did not compile, say)
/// counts as one failure.
fn counted(command: &mut Command) -> Result<Counts> {
    let mut counts = Counts::default();
    let good = listen(command, |line| counts += of_line(line))?;
    if !good && counts.failed == 0 {
        counts.failed = 1;
    }
    Ok(counts)
}

/// One check that has no runner of its own.
fn check(name: &str, result: Result<()>) -> Counts {
    match result {
        Ok(()) => {
            say(format!("✓ {name}"));
            Counts {
                passed: 1,
                failed: 0,
            }
        }
        Err(error) => {
            say(format!("✗ {name}: {error:#}"));
            Counts {
                passed: 0,
                failed: 1,
            }
        }
    }
}

fn nextest() -> bool {
    find("cargo-nextest").is_some()
}

/// The tests of some crates. Always compiled as one workspace: a part of it has other features, and would compile every
/// library a second time.
fn crates(places: &Places, inside: bool) -> Command {
    let mut command = cargo(places);
    if nextest() {
        let filter = if inside {
            "package(tests)"
        } else {
            "not package(tests)"
        };
        command.args([
            "nextest",
            "run",
            "--workspace",
            "--no-fail-fast",
            "--no-tests=pass",
        ]);
        command.args([
            "--filterset",
            filter,
            "--status-level=fail",
            "--final-status-level=slow",
        ]);
    } else if inside {
        command.args(["test", "--package", "tests", "--no-fail-fast"]);
    } else {
        command.args([
            "test",
            "--workspace",
            "--exclude",
            "tests",
            "--all-targets",
            "--no-fail-fast",
        ]);
    }
    command
}

/// Unit and property tests of every crate, and the examples in their documentation. `cases`: for each property.
pub fn unit(places: &Places, cases: Option<u32>) -> Outcome {
    let mut command = crates(places, false);
    let mut documentation = cargo(places);
    documentation.args(["test", "--doc", "--workspace", "--no-fail-fast"]);
    if let Some(cases) = cases {
        command.env("PROPTEST_CASES", cases.to_string());
        documentation.env("PROPTEST_CASES", cases.to_string());
    }
    let mut counts = counted(&mut command)?;
    counts += counted(&mut documentation)?;
    Ok((counts, None))
}

/// Whether the intervals of lift hold what they say, in so many made-up towns.
pub fn lift(places: &Places, towns: u32) -> Outcome {
    let mut command = cargo(places);
    command
        .env("RAITEN_TEST_TOWNS", towns.to_string())
        .args(["test", "--release", "--package", "app", "--test", "engine"])
        .args(["lift::", "--", "--nocapture"]);
    Ok((counted(&mut command)?, None))
}

/// Crates that bring a clock, randomness or the browser into what depends on them.
const IMPURE: [&str; 9] = [
    "getrandom",
    "instant",
    "web-time",
    "js-sys",
    "wasm-bindgen",
    "web-sys",
    "tokio",
    "iana-time-zone",
    "fastrand",
];

/// The domain takes time and randomness as arguments. Three checks: it compiles for the browser, its code calls nothing that
/// `app/clippy.toml` forbids nor depends on the order of a hash map, and its libraries bring nothing of the kind.
pub fn purity(places: &Places, ready: &Ready) -> Outcome {
    let toolchain = ready.wasm()?;
    let mut compile = cargo(places);
    compile.env("CARGO_TARGET_DIR", &places.target_wasm).args([
        "check",
        "--package",
        "app",
        "--target",
        wasm::TARGET,
        // The profile of the pages under test, whose procedural macros are compiled already.
        "--profile",
        "wasm-release",
    ]);
    toolchain.apply(&mut compile);
    let mut counts = check("app compiles for the browser", in_the_open(&mut compile));

    let mut calls = cargo(places);
    calls.args([
        "clippy",
        "--package",
        "app",
        "--all-features",
        "--",
        "-D",
        "clippy::disallowed_methods",
    ]);
    calls.args([
        "-D",
        "clippy::disallowed_types",
        "-D",
        "clippy::iter_over_hash_type",
    ]);
    counts += check(
        "app calls no clock, randomness, file or network",
        in_the_open(&mut calls),
    );

    counts += check("app's libraries bring none either", libraries(places));
    Ok((counts, None))
}

fn in_the_open(command: &mut Command) -> Result<()> {
    anyhow::ensure!(listen(command, |_| ())?, "see above");
    Ok(())
}

fn libraries(places: &Places) -> Result<()> {
    let tree = capture(cargo(places).args([
        "tree",
        "--package",
        "app",
        "--target",
        wasm::TARGET,
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{lib}",
    ]))?;
    let found = impure(&tree);
    anyhow::ensure!(
        found.is_empty(),
        "{} (cargo tree --package app --target {} --invert NAME says through what)",
        found.join(", "),
        wasm::TARGET
    );
    Ok(())
}

/// Which of the impure crates a `cargo tree` names.
fn impure(tree: &str) -> Vec<&'static str> {
    let named: Vec<String> = tree
        .lines()
        .map(|line| line.trim().replace('_', "-"))
        .collect();
    IMPURE
        .into_iter()
        .filter(|name| named.iter().any(|line| line == name))
        .collect()
}

/// Tests of the API whose path begins so, one at a time and with everything they print.
pub fn only(places: &Places, path: &str, release: bool) -> Command {
    let mut command = cargo(places);
    let profile = release.then_some("--release");
    if nextest() {
        command.args([
            "nextest",
            "run",
            "--workspace",
            "--no-fail-fast",
            "--no-capture",
        ]);
        command.args(profile);
        command.args([
            "--filterset",
            &format!("package(tests) and test(/^{path}/)"),
            "--final-status-level=fail",
        ]);
    } else {
        command.args(["test", "--package", "tests", "--test", "tests"]);
        command.args(profile);
        command.args(["--", path, "--nocapture", "--test-threads=1"]);
    }
    command
}

/// The API on SQLite and on a PostgreSQL that lives as long as the suite.
pub fn api(places: &Places) -> Outcome {
    let cluster = match Cluster::start(places, Keeps::Nothing) {
        Ok(cluster) => cluster,
        Err(error) => {
            let counts = check("PostgreSQL starts", Err(error));
            return Ok((
                counts,
                Some("the API on both databases: PostgreSQL did not start".into()),
            ));
        }
    };
    let mut command = crates(places, true);
    cluster.tell(&mut command);
    let mut counts = counted(&mut command)?;
    counts += planted(places, &cluster)?;
    Ok((counts, None))
}

/// Every planted bug, each by the test that catches it, in a build that nothing else uses.
pub fn planted(places: &Places, cluster: &Cluster) -> Result<Counts> {
    let mut command = cargo(places);
    // The whole workspace, as everywhere: a part of it would have other features, and every library would be compiled once more.
    let features = ["--workspace", "--features", "tests/planted"];
    let bugs = "torture::planted_bugs::caught::";
    if nextest() {
        command
            .args(["nextest", "run", "--no-fail-fast"])
            .args(features);
        command.args([
            "--filterset",
            &format!("package(tests) and test(/^{bugs}/)"),
        ]);
        command.args(["--status-level=fail", "--final-status-level=slow"]);
    } else {
        command.args(["test", "--no-fail-fast"]).args(features);
        command.args(["--", bugs]);
    }
    cluster.tell(&mut command);
    counted(&mut command)
}

/// What the pages weigh, and the journeys through them, in Chromium.
pub fn browser(places: &Places, ready: &Ready, profile: Profile) -> Outcome {
    let (mut counts, skipped) = in_chromium(places, ready, profile, "run.mjs", "browser", &[])?;
    if profile == Profile::Quick {
        return Ok((counts, Some("what the pages weigh, by --quick".into())));
    }
    counts += check("first loads are within frontend/budget.toml", weigh(places));
    Ok((counts, skipped))
}

fn weigh(places: &Places) -> Result<()> {
    let sizes = web::sizes(places)?;
    web::print(&sizes);
    web::Budget::read(places)?.hold(&sizes)
}

/// The shopper's pages as they ship, on the slow phone that Lighthouse imitates.
pub fn lighthouse(places: &Places, ready: &Ready) -> Outcome {
    in_chromium(
        places,
        ready,
        Profile::Tested,
        "lighthouse.mjs",
        "lighthouse",
        &[],
    )
}

/// Every page and state, in every combination of size, scheme and language. `only`: those whose name has it.
pub fn faces(places: &Places, ready: &Ready, profile: Profile, only: &str) -> Outcome {
    in_chromium(
        places,
        ready,
        profile,
        "faces/run.mjs",
        "faces",
        &[("RAITEN_FACES", only)],
    )
}

/// A script of `tests/browser` that drives Chromium against the program and the pages, built beforehand. Its pictures and logs go to
/// `test-output/NAME`.
pub fn in_chromium(
    places: &Places,
    ready: &Ready,
    profile: Profile,
    script: &str,
    name: &str,
    environment: &[(&str, &str)],
) -> Outcome {
    if let Err(error) = web::build(places, ready, profile) {
        return Ok((
            check("the web side is built", Err(error)),
            Some(format!("all of {name}")),
        ));
    }
    // The program that the API's tests drive, compiled with them: `cargo build` would take other features, since it leaves the
    // tests' libraries out, and compile every library once more.
    let mut program_build = cargo(places);
    program_build.args(["test", "--no-run", "--workspace"]);
    if let Err(error) = in_the_open(&mut program_build) {
        return Ok((
            check("raiten is built", Err(error)),
            Some(format!("all of {name}")),
        ));
    }
    let output = places.root.join("test-output").join(name);
    std::fs::create_dir_all(&output)?;
    let counts = counted(
        program("node")
            .current_dir(&places.root)
            .arg(places.root.join("tests/browser").join(script))
            .env("RAITEN_BIN", places.raiten_under_test())
            .env("RAITEN_WEB_DIR", places.dist())
            .env("CHROMIUM", chromium())
            .env("RAITEN_TEST_OUTPUT", &output)
            .envs(environment.iter().copied()),
    )?;
    say(format!("Screenshots and logs: {}", output.display()));
    Ok((counts, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_impure_library_is_found_by_its_whole_name() {
        assert_eq!(impure("serde\nweb_time\nrand_core\n"), ["web-time"]);
        assert!(impure("instant_segment\nserde\ngeo\n").is_empty());
    }
}
