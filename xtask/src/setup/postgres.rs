//! The PostgreSQL server's programs. The cluster itself is thrown away after each test run: see `suites::cluster`.

use super::apt;
use crate::process::{capture, find, program};
use anyhow::{Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

pub use super::apt::is_root;

/// The packages to install.
pub fn missing_packages() -> Vec<&'static str> {
    if programs().is_ok() {
        Vec::new()
    } else {
        apt::missing(&["postgresql"])
    }
}

/// The folder with `initdb` and `postgres`: the newest of Debian's versions, else what the PATH or pg_config knows.
pub fn programs() -> Result<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, folder)| complete(folder))
        .collect();
    versions.sort();
    if let Some((_, folder)) = versions.pop() {
        return Ok(folder);
    }
    if let Some(folder) = find("initdb").and_then(|path| path.parent().map(Path::to_path_buf))
        && complete(&folder)
    {
        return Ok(folder);
    }
    if let Ok(folder) = capture(program("pg_config").arg("--bindir")) {
        let folder = PathBuf::from(folder.trim());
        if complete(&folder) {
            return Ok(folder);
        }
    }
    bail!("no PostgreSQL server found: initdb and postgres")
}

fn complete(folder: &Path) -> bool {
    folder.join("initdb").exists() && folder.join("postgres").exists()
}
