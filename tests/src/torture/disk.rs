//! A disk that misbehaves on demand under a server on SQLite: full, failing, or losing what was not synced. It stands between the program
//! and the C library (`tests/shim/disk.c`, by `LD_PRELOAD`), so it needs no rights that a test run does not have.

use std::{
    fs::{self, File, OpenOptions},
    os::unix::fs::FileExt,
    path::PathBuf,
    process::Command,
};

use anyhow::{Context, Result, ensure};

use crate::harness::Fresh;

/// Where each figure stands in the control file, see the shim.
#[derive(Clone, Copy)]
enum Field {
    Space,
    Fails,
    Before,
    ForGood,
    Failed,
    Keep,
}

const FIELDS: usize = 6;

/// What is to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fails {
    Syncs,
    Writes,
}

/// The disk under one database.
pub struct Disk {
    folder: PathBuf,
    library: PathBuf,
    control: File,
}

impl Disk {
    /// Builds the shim and lays a sound disk under a database.
    pub fn under(database: &Fresh) -> Result<Self> {
        let folder = database.folder().canonicalize()?;
        let library = folder.join("disk.so");
        let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
        let made = Command::new(&compiler)
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(&library)
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/shim/disk.c"))
            .output()
            .with_context(|| format!("starting the C compiler {compiler}"))?;
        ensure!(made.status.success(), "{compiler}: {made:?}");
        let control = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(folder.join("disk.control"))?;
        let disk = Self {
            folder,
            library,
            control,
        };
        disk.control.set_len(u64::try_from(FIELDS * 8)?)?;
        disk.set(Field::Space, -1)?;
        Ok(disk)
    }

    /// For the program that is to stand on it.
    pub fn environment(&self) -> Vec<(String, PathBuf)> {
        vec![
            ("LD_PRELOAD".to_owned(), self.library.clone()),
            ("RAITEN_TEST_DISK".to_owned(), self.folder.clone()),
        ]
    }

    fn set(&self, field: Field, value: i64) -> Result<()> {
        Ok(self
            .control
            .write_all_at(&value.to_ne_bytes(), 8 * field as u64)?)
    }

    /// So many bytes may be written from now on; without a number as many as there are.
    pub fn leave(&self, bytes: Option<i64>) -> Result<()> {
        self.set(Field::Failed, 0)?;
        self.set(Field::Space, bytes.unwrap_or(-1))
    }

    /// After so many that succeed one fails, and all after it where it is for good.
    pub fn fail(&self, what: Fails, after: i64, for_good: bool) -> Result<()> {
        self.set(Field::Failed, 0)?;
        self.set(Field::Before, after)?;
        self.set(Field::ForGood, i64::from(for_good))?;
        self.set(Field::Fails, if what == Fails::Syncs { 1 } else { 2 })
    }

    /// It is sound again.
    pub fn mend(&self) -> Result<()> {
        self.set(Field::Fails, 0)?;
        self.leave(None)
    }

    /// How many calls were made to fail.
    pub fn failed(&self) -> Result<i64> {
        let mut bytes = [0; 8];
        self.control
            .read_exact_at(&mut bytes, 8 * Field::Failed as u64)?;
        Ok(i64::from_ne_bytes(bytes))
    }

    /// Remembers from now on what each file was at its last sync.
    pub fn remember(&self) -> Result<()> {
        self.set(Field::Keep, 1)
    }

    /// The power is gone: of every file there is what was synced last, and nothing else. No server may be running.
    pub fn cut_power(&self) -> Result<()> {
        for name in ["raiten.db", "raiten.db-wal"] {
            let (file, synced) = (
                self.folder.join(name),
                self.folder.join(format!("{name}.synced")),
            );
            if synced.exists() {
                fs::copy(&synced, &file)?;
            } else if file.exists() {
                // Never synced since the disk was told to remember: the file system may have nothing of it.
                fs::remove_file(&file)?;
            }
        }
        let index = self.folder.join("raiten.db-shm");
        if index.exists() {
            fs::remove_file(index)?;
        }
        Ok(())
    }
}
