//! The command `raiten` as people run it: a process with arguments, output and an exit code.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::Fresh;

/// How a run of the program ended.
#[derive(Debug)]
pub struct Outcome {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Names the bug that is planted, see `torture::planted_bugs`.
pub const PLANTED: &str = "RAITEN_TEST_PLANTED";

/// The program on a test's database, in the test's folder, with none of the caller's settings.
pub fn program(database: &Fresh) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_raiten-under-test"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("RAITEN_") && name != PLANTED {
            command.env_remove(name);
        }
    }
    command
        .env("RAITEN_DATABASE_URL", &database.url)
        .env("RAITEN_DATA_DIR", database.folder())
        .env("RAITEN_SECRET_KEY", super::server::SECRET_KEY)
        .current_dir(database.folder())
        .stdin(Stdio::null());
    command
}

/// Runs `raiten` on a test's database.
pub fn raiten(database: &Fresh, arguments: &[&str]) -> Result<Outcome> {
    let output = program(database)
        .args(arguments)
        .output()
        .context("starting raiten")?;
    Ok(Outcome {
        code: output.status.code().context("ended by a signal")?,
        stdout: String::from_utf8(output.stdout)?,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

impl Outcome {
    /// The JSON it printed, after a success.
    pub fn json(&self) -> Result<Value> {
        ensure!(self.code == 0, "{self:?}");
        serde_json::from_str(&self.stdout).with_context(|| format!("{self:?}"))
    }
}
