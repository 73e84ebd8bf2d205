//! Node packages, each from a lock file of ours, without scripts of theirs.

use crate::fingerprint;
use crate::places::Places;
use crate::process::{Job, find, program};
use anyhow::{Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// wasm-opt (npm package binaryen: Debian's is too old) and esbuild, with the script that uses both. Returns the folder to put on the PATH.
pub fn optimizer(places: &Places) -> Result<PathBuf> {
    let lock = places.root.join("xtask/npm");
    let folder = places.cache.join("tools/npm");
    fs::create_dir_all(&folder)?;
    for file in ["package.json", "package-lock.json", ".npmrc", "slim.mjs"] {
        fs::copy(lock.join(file), folder.join(file))?;
    }
    install(
        places,
        "Node packages binaryen (wasm-opt), esbuild",
        &folder,
    )?;
    Ok(folder.join("node_modules/.bin"))
}

/// What messages to browsers are measured beside. Returns the folder.
pub fn web_push(places: &Places) -> Result<PathBuf> {
    let lock = places.root.join("bench/npm");
    let folder = places.cache.join("tools/web-push");
    fs::create_dir_all(&folder)?;
    for file in [
        "package.json",
        "package-lock.json",
        ".npmrc",
        "web-push.mjs",
    ] {
        fs::copy(lock.join(file), folder.join(file))?;
    }
    install(places, "Node package web-push", &folder)?;
    Ok(folder)
}

/// What the browser journeys import.
pub fn browser_tests(places: &Places) -> Result<()> {
    install(
        places,
        "Node packages of the browser tests",
        &places.root.join("tests/browser"),
    )
}

fn install(places: &Places, label: &str, folder: &Path) -> Result<()> {
    let lock = fingerprint::of_bytes(&fs::read(folder.join("package-lock.json"))?);
    // Inside node_modules, so that it goes when they go.
    let mark = folder.join("node_modules/.installed");
    if fs::read_to_string(&mark).is_ok_and(|done| done == lock) {
        return Ok(());
    }
    if find("npm").is_none() {
        bail!("{label}: npm is not on the PATH; Node 20 or newer is needed");
    }
    // npm ci wants the folder to itself: two checkouts may share the tools.
    Job::new(places, label).run(program("npm").current_dir(folder).args([
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--prefer-offline",
    ]))?;
    fs::write(mark, lock)?;
    Ok(())
}
