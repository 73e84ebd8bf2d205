//! `cargo xtask lint`: formatting, clippy, licences and the house rules that no other tool knows.

mod house;

use crate::cli;
use crate::licences;
use crate::places::Places;
use crate::process::{cargo, find, listen, say, spoken};
use crate::setup::{self, Needs, wasm};
use anyhow::{Result, bail};
use std::process::Command;
use std::time::Instant;

/// `cargo xtask lint`: runs every check, then says which failed.
pub fn command(places: &Places, wanted: &cli::Lint) -> Result<()> {
    let ready = setup::ensure(
        places,
        &Needs {
            wasm: true,
            yes: wanted.yes,
            ..Needs::default()
        },
    )?;
    let wasm = ready.wasm()?;
    let mut failed = Vec::new();
    let mut check = |name: &'static str, outcome: &mut dyn FnMut() -> Result<Option<String>>| {
        let begun = Instant::now();
        match outcome() {
            Ok(note) => {
                let note = note.map(|note| format!(": {note}")).unwrap_or_default();
                say(format!("✓ {name} ({}){note}", spoken(begun.elapsed())));
            }
            Err(error) => {
                say(format!("✗ {name}: {error:#}"));
                failed.push(name);
            }
        }
    };

    check("house rules", &mut || house::check(places));
    check("formatting", &mut || {
        passes(cargo(places).args(["fmt", "--all", "--check"]))
    });
    check("libraries", &mut || {
        let count = licences::check(places)?;
        Ok(Some(format!(
            "{count} libraries, all from crates.io and under allowed licences"
        )))
    });
    check("cargo deny", &mut || {
        if find("cargo-deny").is_none() {
            return Ok(Some(
                "skipped, it is not installed; the check before this one holds the same file"
                    .into(),
            ));
        }
        passes(cargo(places).args(["deny", "check", "bans", "licenses", "sources"]))?;
        Ok(Some("without advisories, whose server is not asked".into()))
    });
    check("clippy", &mut || {
        passes(cargo(places).args([
            "clippy",
            "--workspace",
            "--exclude",
            "frontend",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]))
    });
    check("clippy, browser side", &mut || {
        let mut clippy = cargo(places);
        clippy.args(["clippy", "--package", "frontend"]);
        if wasm.has_clippy() {
            // The profile of the web build, whose procedural macros are compiled already.
            clippy.env("CARGO_TARGET_DIR", &places.target_wasm).args([
                "--target",
                wasm::TARGET,
                "--profile",
                "wasm-dev",
                "--lib",
                "--bins",
            ]);
        }
        clippy.args(["--", "-D", "warnings"]);
        passes(&mut clippy)?;
        Ok((!wasm.has_clippy()).then(|| "natively, since Debian's compiler has no clippy".into()))
    });

    if !failed.is_empty() {
        bail!("lint: {}", failed.join(", "));
    }
    Ok(())
}

/// A check without more to say than its exit code.
fn passes(command: &mut Command) -> Result<Option<String>> {
    if !listen(command, |_| ())? {
        bail!("see above");
    }
    Ok(None)
}
