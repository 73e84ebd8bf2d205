//! Where things are: the checkout, the cache, the target folders.

use anyhow::{Context, Result};
use std::env;
use std::path::{Path, PathBuf};

/// The folders that every command needs.
pub struct Places {
    /// The checkout.
    pub root: PathBuf,
    /// `$XDG_CACHE_HOME/raiten`: tools, logs and compiled code that outlive a clone.
    pub cache: PathBuf,
    /// Cargo's target folder for native code. Outside the checkout, so that a clean clone is warm.
    pub target: PathBuf,
    /// Cargo's target folder for wasm: apart, so that the two builds neither wait for nor rebuild each other.
    pub target_wasm: PathBuf,
}

impl Places {
    /// Reads the environment once.
    pub fn find() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .context("xtask lies in the checkout")?
            .to_path_buf();
        let root = match env::var_os("CARGO_MANIFEST_DIR") {
            // A binary that two checkouts share would remember the one that compiled it; cargo run says which one is meant.
            Some(manifest) => Path::new(&manifest)
                .parent()
                .map_or(root, Path::to_path_buf),
            None => root,
        };
        let cache = cache_root(
            env::var_os("XDG_CACHE_HOME").map(PathBuf::from),
            env::var_os("HOME")
                .or_else(|| env::var_os("USERPROFILE"))
                .map(PathBuf::from),
        )
        .unwrap_or_else(|| root.join("target"))
        .join("raiten");
        let target = env::var_os("CARGO_TARGET_DIR")
            .filter(|set| !set.is_empty())
            .map_or_else(|| cache.join("target"), |set| root.join(set));
        let mut target_wasm = target.clone().into_os_string();
        target_wasm.push("-wasm");
        Ok(Self {
            root,
            cache,
            target,
            target_wasm: target_wasm.into(),
        })
    }

    /// Where the bundled web side goes.
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// The program `raiten` as it is compiled beside the tests.
    pub fn raiten_under_test(&self) -> PathBuf {
        self.target
            .join("debug")
            .join(format!("raiten-under-test{}", env::consts::EXE_SUFFIX))
    }

    /// The command as a debug or release build leaves it.
    pub fn raiten(&self, profile: &str) -> PathBuf {
        self.target
            .join(profile)
            .join(format!("raiten{}", env::consts::EXE_SUFFIX))
    }

    /// Data kept beside the checkout that some tests and benches read; they say so when it is not there.
    pub fn shared_data(&self, file: &str) -> Option<PathBuf> {
        let path = self.root.join("../shared/data").join(file);
        path.exists().then_some(path)
    }
}

/// `$XDG_CACHE_HOME`, else `~/.cache`; a relative XDG path is to be ignored, says its specification.
fn cache_root(xdg: Option<PathBuf>, home: Option<PathBuf>) -> Option<PathBuf> {
    xdg.filter(|path| path.is_absolute())
        .or_else(|| home.map(|home| home.join(".cache")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_follows_the_xdg_rule() {
        let home = Some(PathBuf::from("/home/me"));
        assert_eq!(
            cache_root(Some("/x".into()), home.clone()),
            Some("/x".into())
        );
        assert_eq!(
            cache_root(Some("x".into()), home.clone()),
            Some("/home/me/.cache".into())
        );
        assert_eq!(cache_root(None, home), Some("/home/me/.cache".into()));
        assert_eq!(cache_root(None, None), None);
    }
}
