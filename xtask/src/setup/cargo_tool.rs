//! Programs that cargo installs, each in a folder of our own that names the version, unless the right one is on the PATH.

use crate::places::Places;
use crate::process::{Job, capture, find, program};
use anyhow::Result;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// A program and the crate that it comes from.
pub struct Tool<'a> {
    pub package: &'a str,
    pub name: &'a str,
    pub version: &'a str,
    /// More words for `cargo install`.
    pub options: &'a [&'a str],
}

/// Brings them, one after the other: they share libraries, and the second finds them compiled. Returns the folders to put on
/// the PATH.
pub fn ensure(places: &Places, tools: &[Tool<'_>]) -> Result<Vec<PathBuf>> {
    // A folder for each process, since another checkout may be installing too.
    let names: Vec<&str> = tools.iter().map(|tool| tool.name).collect();
    let build = places.cache.join(format!(
        "tools/build-{}-{}",
        names.join("-"),
        std::process::id()
    ));
    let folders: Result<Vec<_>> = tools
        .iter()
        .map(|tool| ensure_one(places, tool, &build))
        .collect();
    // Compiled once, never needed again.
    let _ = fs::remove_dir_all(build);
    Ok(folders?.into_iter().flatten().collect())
}

/// None: the right version is on the PATH already.
fn ensure_one(places: &Places, tool: &Tool<'_>, build: &PathBuf) -> Result<Option<PathBuf>> {
    let Tool {
        package,
        name,
        version,
        options,
    } = tool;
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
    fs::create_dir_all(&places.cache)?;
    let mut install = program("cargo");
    // Not in the checkout: its .cargo/config.toml is no concern of another program's build. Unoptimized: they copy and read
    // files, and compiling is what one waits for.
    install
        .current_dir(&places.cache)
        .args(["install", "--debug", package, "--version", version])
        .args(*options)
        .arg("--root")
        .arg(&root)
        .arg("--target-dir")
        .arg(build)
        .env_remove("CARGO_TARGET_DIR")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("CARGO_INCREMENTAL", "0");
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_must_agree_to_the_last_digit() {
        assert!(says_version("trunk 0.21.14\n", "0.21.14"));
        assert!(says_version("wasm-bindgen 0.2.130 (abc)", "0.2.130"));
        assert!(!says_version("trunk 0.21.140", "0.21.14"));
        assert!(!says_version("trunk 0.21.1", "0.21.14"));
    }
}
