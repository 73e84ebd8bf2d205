//! `cargo xtask pictures`: every page and state as a picture, contact sheets of them, and the pictures of the README.

use super::{run, setup_browser};
use crate::cli;
use crate::places::Places;
use crate::process::say;
use crate::web::Profile;
use anyhow::{Result, bail};

/// Takes the pictures, checks what the suite `faces` checks, and puts them on sheets.
pub fn command(places: &Places, wanted: &cli::Pictures) -> Result<()> {
    let ready = setup_browser(places, wanted.yes)?;
    let (counts, skipped) = run::faces(places, &ready, Profile::Quick, &wanted.only)?;
    if let Some(reason) = skipped {
        bail!("skipped: {reason}");
    }
    run::in_chromium(
        places,
        &ready,
        Profile::Quick,
        "faces/sheet.mjs",
        "faces",
        &[],
    )?;
    say(format!(
        "Every picture on one page: {}",
        places.root.join("test-output/faces/index.html").display()
    ));
    if wanted.only.is_empty() {
        let shown = places.root.join("docs/pictures");
        let shown = shown.to_string_lossy();
        run::in_chromium(
            places,
            &ready,
            Profile::Quick,
            "faces/showcase.mjs",
            "showcase",
            &[("RAITEN_SHOWCASE", &shown)],
        )?;
    }
    say(format!(
        "{} passed, {} failed",
        counts.passed, counts.failed
    ));
    if counts.failed > 0 {
        bail!("some pages have faults: see above");
    }
    Ok(())
}
