//! `cargo xtask lint`: formatting, clippy, licences and the house rules that no other tool knows.

mod house;

use crate::cli;
use crate::places::Places;
use crate::process::{cargo, listen, say, spoken, with_path};
use crate::setup::cargo_tool::{self, Tool};
use crate::setup::{self, Needs, wasm};
use anyhow::{Result, bail};
use std::process::Command;
use std::time::Instant;

const CARGO_DENY: Tool<'_> = Tool {
    package: "cargo-deny",
    name: "cargo-deny",
    version: "0.20.2",
    options: &["--locked", "--no-default-features"],
};

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
        let tools = cargo_tool::ensure(places, &[CARGO_DENY])?;
        let mut deny = cargo(places);
        with_path(&mut deny, &tools)?;
        // Also those for platforms that nothing is built for here.
        passes(cargo(places).args(["fetch", "--locked"]))?;
        passes(deny.args([
            "deny",
            "--offline",
            "--all-features",
            "check",
            "bans",
            "licenses",
            "sources",
        ]))?;
        Ok(Some(
            "licences, bans and sources; advisories are left out, their server is not asked".into(),
        ))
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
                "wasm-release",
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
