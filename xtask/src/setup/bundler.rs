//! trunk and wasm-bindgen, in folders of our own that name the version, unless the right ones are on the PATH.

use crate::places::Places;
use crate::process::{Job, capture, find, program};
use anyhow::{Context, Result};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// 0.22 asks for a newer compiler than ours.
pub const TRUNK: &str = "0.21.14";

/// Brings both; returns the folders to put on the PATH.
pub fn ensure(places: &Places) -> Result<Vec<PathBuf>> {
    let lock = fs::read_to_string(places.root.join("Cargo.lock"))?;
    let bindgen =
        locked_version(&lock, "wasm-bindgen").context("Cargo.lock has no wasm-bindgen")?;
    // One after the other: they share half of their libraries, and the second finds them compiled.
    let folders = [
        ensure_one(places, "trunk", "trunk", TRUNK)?,
        ensure_one(places, "wasm-bindgen-cli", "wasm-bindgen", &bindgen)?,
    ];
    // Compiled once, never needed again.
    let _ = fs::remove_dir_all(build_folder(places));
    Ok(folders.into_iter().flatten().collect())
}

fn build_folder(places: &Places) -> PathBuf {
    places.cache.join("tools/build")
}

/// None: the right version is on the PATH already.
fn ensure_one(
    places: &Places,
    package: &str,
    name: &str,
    version: &str,
) -> Result<Option<PathBuf>> {
    let root = places
        .cache
        .join("tools")
        .join(format!("{package}-{version}"));
    let bin = root.join("bin");
    if is_version(&mut program(bin.join(name)), version) {
        return Ok(Some(bin));
    }
    if find(name).is_some() && is_version(&mut program(name), version) {
        return Ok(None);
    }
    let mut install = program("cargo");
    // Not in the checkout: its .cargo/config.toml is no concern of another program's build. Unoptimized: it copies and
    // hashes files, and compiling is what one waits for.
    install
        .current_dir(&places.cache)
        .args([
            "install",
            "--debug",
            package,
            "--version",
            version,
            "--root",
        ])
        .arg(&root)
        .arg("--target-dir")
        .arg(build_folder(places))
        .env_remove("CARGO_TARGET_DIR")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("CARGO_INCREMENTAL", "0");
    if package == "trunk" {
        // No TLS and no look for updates: offline it needs neither, and compiles in half the time.
        install.args(["--locked", "--no-default-features"]);
    }
    Job::new(places, format!("{package} {version}")).run(&mut install)?;
    Ok(Some(bin))
}

fn is_version(command: &mut Command, version: &str) -> bool {
    capture(command.arg("--version")).is_ok_and(|said| says_version(&said, version))
}

/// Whether the answer to `--version` ("trunk 0.21.14") names this very version.
fn says_version(said: &str, version: &str) -> bool {
    said.split_whitespace()
        .any(|word| word.trim_start_matches('v') == version)
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

    #[test]
    fn a_version_must_agree_to_the_last_digit() {
        assert!(says_version("trunk 0.21.14\n", "0.21.14"));
        assert!(says_version("wasm-bindgen 0.2.130 (abc)", "0.2.130"));
        assert!(!says_version("trunk 0.21.140", "0.21.14"));
        assert!(!says_version("trunk 0.21.1", "0.21.14"));
    }
}
