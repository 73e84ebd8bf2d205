//! `cargo xtask icons`: the icons for home screens, drawn by Chromium from the one mark. They are committed, so that a build needs
//! no browser.

use crate::cli;
use crate::places::Places;
use crate::process::{program, run, say};
use crate::setup::{self, Needs, chromium};
use anyhow::Result;

/// Draws them all.
pub fn command(places: &Places, wanted: &cli::Lint) -> Result<()> {
    setup::ensure(
        places,
        &Needs {
            browser: true,
            yes: wanted.yes,
            ..Needs::default()
        },
    )?;
    let folder = places.root.join("frontend/assets/icons");
    run(program("node")
        .arg(places.root.join("tests/browser/icons.mjs"))
        .arg(places.root.join("frontend/assets/mark.svg"))
        .arg(&folder)
        .env("CHROMIUM", chromium()))?;
    say(format!("Drawn: {}", folder.display()));
    Ok(())
}
