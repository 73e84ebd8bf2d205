//! trunk and wasm-bindgen.

use super::cargo_tool::{self, Tool};
use crate::places::Places;
use anyhow::{Context, Result};
use std::fs;
use std::path::PathBuf;

/// 0.22 asks for a newer compiler than ours.
pub const TRUNK: &str = "0.21.14";

/// Brings both; returns the folders to put on the PATH.
pub fn ensure(places: &Places) -> Result<Vec<PathBuf>> {
    let lock = fs::read_to_string(places.root.join("Cargo.lock"))?;
    let bindgen =
        locked_version(&lock, "wasm-bindgen").context("Cargo.lock has no wasm-bindgen")?;
    cargo_tool::ensure(
        places,
        &[
            Tool {
                package: "trunk",
                name: "trunk",
                version: TRUNK,
                // No TLS and no look for updates: offline it needs neither, and compiles in half the time.
                options: &["--locked", "--no-default-features"],
            },
            Tool {
                package: "wasm-bindgen-cli",
                name: "wasm-bindgen",
                // The program refuses what another version of the library has made.
                version: &bindgen,
                // Without --locked: a library that its lock file names was not to be had.
                options: &[],
            },
        ],
    )
}

/// The version of a package in a Cargo.lock.
pub fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.next()?;
    let version = lines.next()?.strip_prefix("version = \"")?;
    Some(version.strip_suffix('"')?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.2.131\"\n\n\
                        [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";

    #[test]
    fn the_lock_is_asked_for_the_very_package() {
        assert_eq!(
            locked_version(LOCK, "wasm-bindgen").as_deref(),
            Some("0.2.130")
        );
        assert_eq!(locked_version(LOCK, "wasm"), None);
    }
}
