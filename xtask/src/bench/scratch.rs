//! A folder for one measurement.

use anyhow::Result;
use std::fs;
use std::path::PathBuf;

/// A folder that is gone afterwards.
pub struct Scratch(pub PathBuf);

impl Scratch {
    /// Makes one in the system's folder for such things.
    pub fn make(name: &str) -> Result<Self> {
        let name = format!("raiten-bench-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
