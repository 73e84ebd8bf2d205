//! Whether anything changed: a digest of files' names and contents.

use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// 64-bit FNV-1a (Fowler, Noll, Vo). It guards against forgetting to build, not against an attacker.
pub struct Fingerprint(u64);

impl Fingerprint {
    pub fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// Takes in bytes, marked off from those that follow.
    pub fn add(&mut self, bytes: &[u8]) {
        let length = bytes.len() as u64;
        for byte in length.to_le_bytes().iter().chain(bytes) {
            self.0 ^= u64::from(*byte);
            self.0 = self.0.wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    /// Takes in a file or all files below a folder, in the order of their names, each with its path below `root`.
    pub fn add_files(&mut self, root: &Path, below: &Path) -> Result<()> {
        for path in files(&root.join(below))? {
            let name = path.strip_prefix(root).unwrap_or(&path);
            self.add(name.to_string_lossy().as_bytes());
            self.add(&fs::read(&path).with_context(|| path.display().to_string())?);
        }
        Ok(())
    }

    /// 16 hexadecimal digits.
    pub fn text(&self) -> String {
        format!("{:016x}", self.0)
    }
}

/// The fingerprint of one piece.
pub fn of_bytes(bytes: &[u8]) -> String {
    let mut fingerprint = Fingerprint::new();
    fingerprint.add(bytes);
    fingerprint.text()
}

/// All files of a folder and those below it, sorted; a file is its own only member, nothing has none.
pub fn files(path: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            if entry.file_name() != "node_modules" {
                found.extend(files(&entry.path())?);
            }
        }
        found.sort();
    } else if path.is_file() {
        found.push(path.to_path_buf());
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder that is gone after the test.
    struct Folder(PathBuf);

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn folder(name: &str) -> Result<Folder> {
        let path = std::env::temp_dir().join(format!("raiten-{name}-{}", std::process::id()));
        fs::create_dir_all(path.join("src/inner"))?;
        fs::write(path.join("src/inner/a.rs"), "a")?;
        fs::write(path.join("src/b.rs"), "b")?;
        Ok(Folder(path))
    }

    fn of(folder: &Folder) -> Result<String> {
        let mut fingerprint = Fingerprint::new();
        fingerprint.add_files(&folder.0, Path::new("src"))?;
        Ok(fingerprint.text())
    }

    #[test]
    fn content_counts_and_time_does_not() -> Result<()> {
        let folder = folder("content")?;
        let first = of(&folder)?;
        fs::write(folder.0.join("src/b.rs"), "b")?;
        assert_eq!(of(&folder)?, first, "written again, the same content");
        fs::write(folder.0.join("src/b.rs"), "c")?;
        assert_ne!(of(&folder)?, first, "another content");
        Ok(())
    }

    #[test]
    fn a_renamed_and_a_new_file_count() -> Result<()> {
        let folder = folder("names")?;
        let first = of(&folder)?;
        fs::rename(folder.0.join("src/b.rs"), folder.0.join("src/c.rs"))?;
        let renamed = of(&folder)?;
        assert_ne!(renamed, first);
        fs::write(folder.0.join("src/empty"), "")?;
        assert_ne!(of(&folder)?, renamed);
        Ok(())
    }

    #[test]
    fn pieces_do_not_run_into_each_other() {
        let mut one = Fingerprint::new();
        one.add(b"ab");
        one.add(b"c");
        let mut other = Fingerprint::new();
        other.add(b"a");
        other.add(b"bc");
        assert_ne!(one.text(), other.text());
    }
}
