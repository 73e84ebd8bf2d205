//! Starting other programs: in the open, in the background with a log, or line by line.

use crate::places::Places;
use anyhow::{Context, Result, bail};
use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Cargo in the checkout, with the target folder that all commands share.
pub fn cargo(places: &Places) -> Command {
    let mut command = program("cargo");
    command
        .current_dir(&places.root)
        .env("CARGO_TARGET_DIR", &places.target);
    if std::io::stdout().is_terminal() {
        command.env("CARGO_TERM_COLOR", "always");
    }
    command
}

/// A program that does not inherit what `cargo run` told xtask about xtask itself: build scripts would read it as theirs,
/// and another compiler would load this one's libraries.
pub fn program(name: impl Into<OsString>) -> Command {
    let mut command = Command::new(name.into());
    for (key, _) in env::vars_os() {
        let key_text = key.to_string_lossy();
        if [
            "CARGO_PKG_",
            "CARGO_MANIFEST_",
            "CARGO_BIN_",
            "CARGO_CRATE_",
            "CARGO_PRIMARY",
        ]
        .iter()
        .any(|prefix| key_text.starts_with(prefix))
        {
            command.env_remove(&key);
        }
    }
    if env::var_os("CARGO").is_some() {
        command.env_remove("CARGO").env_remove("LD_LIBRARY_PATH");
    }
    command
}

/// Puts folders before the others on a command's PATH.
pub fn with_path(command: &mut Command, folders: &[PathBuf]) -> Result<()> {
    let rest = env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(env::split_paths(&rest));
    command.env("PATH", env::join_paths(all)?);
    Ok(())
}

/// The first program of this name on the PATH.
pub fn find(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(format!("{name}{}", env::consts::EXE_SUFFIX)))
        .find(|candidate| candidate.is_file())
}

/// A command as a person would type it, for messages.
pub fn spelled(command: &Command) -> String {
    let name = Path::new(command.get_program())
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    command
        .get_args()
        .map(|argument| argument.to_string_lossy())
        .fold(name, |line, argument| format!("{line} {argument}"))
}

/// Runs a command in the open; an exit code other than 0 is an error.
pub fn run(command: &mut Command) -> Result<()> {
    let spelled = spelled(command);
    let status = command
        .status()
        .with_context(|| format!("cannot start {spelled}"))?;
    if !status.success() {
        bail!("{spelled}: {status}");
    }
    Ok(())
}

/// What a command writes to standard output; its complaints are part of the error when it fails.
pub fn capture(command: &mut Command) -> Result<String> {
    let spelled = spelled(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {spelled}"))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        bail!("{spelled}: {}\n{}", output.status, complaint.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Prints a result.
pub fn say(line: impl AsRef<str>) {
    // A closed pipe (`| head`) is no reason to stop the work.
    let _ = writeln!(std::io::stdout(), "{}", line.as_ref());
}

/// Tells what is going on. To standard error: where figures are asked for as JSON, standard output is theirs alone.
pub fn note(line: impl AsRef<str>) {
    let _ = writeln!(std::io::stderr(), "{}", line.as_ref());
}

/// Minutes and seconds, for people.
pub fn spoken(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    match seconds {
        0..=9 => format!("{:.1} s", elapsed.as_secs_f64()),
        10..=59 => format!("{seconds} s"),
        _ => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

/// A long job whose output goes to a log: its last line is shown now and then, the tail of the log when it fails.
pub struct Job<'a> {
    pub places: &'a Places,
    /// What it does, for people: "trunk 0.21.14".
    pub label: String,
    /// After this it is stopped: for programs that may wait for a server that never answers.
    pub limit: Option<Duration>,
}

impl<'a> Job<'a> {
    pub fn new(places: &'a Places, label: impl Into<String>) -> Self {
        Self {
            places,
            label: label.into(),
            limit: None,
        }
    }

    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Runs it to its end.
    pub fn run(&self, command: &mut Command) -> Result<()> {
        let logs = self.places.cache.join("logs");
        fs::create_dir_all(&logs)?;
        let name: String = self
            .label
            .chars()
            .map(|c| if c.is_alphanumeric() { c } else { '-' })
            .collect();
        // The process id keeps two runs at a time from writing into one log.
        let log = logs.join(format!("{name}-{}.log", std::process::id()));
        let file = File::create(&log)?;
        note(format!("▸ {} …", self.label));
        let started = Instant::now();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .env("CARGO_TERM_COLOR", "never")
            .spawn()
            .with_context(|| format!("cannot start {}", spelled(command)))?;
        let every = Duration::from_secs(if std::io::stdout().is_terminal() {
            10
        } else {
            60
        });
        let mut next = every;
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            let elapsed = started.elapsed();
            if self.limit.is_some_and(|limit| elapsed > limit) {
                child.kill()?;
                child.wait()?;
                bail!("{}: no end after {}", self.label, spoken(elapsed));
            }
            if elapsed >= next {
                next += every;
                let line = tail(&log, 1);
                note(format!(
                    "  {} · {} · {}",
                    self.label,
                    spoken(elapsed),
                    line.trim()
                ));
            }
            thread::sleep(Duration::from_millis(if elapsed.as_secs() < 2 {
                20
            } else {
                200
            }));
        };
        if !status.success() {
            bail!(
                "{}: {} ({status})\n{}",
                self.label,
                spelled(command),
                tail(&log, 30)
            );
        }
        note(format!("✓ {} ({})", self.label, spoken(started.elapsed())));
        let _ = fs::remove_file(&log);
        Ok(())
    }
}

/// The last lines of a file that may still be growing.
fn tail(path: &Path, lines: usize) -> String {
    let text = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let all: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}

/// Runs a command in the open and shows every line of it to `listen` as well. Returns whether it ended well.
pub fn listen(command: &mut Command, mut hear: impl FnMut(&str) + Send) -> Result<bool> {
    let spelled = spelled(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {spelled}"))?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let (sender, receiver) = std::sync::mpsc::channel::<String>();
    thread::scope(|scope| {
        let to_out = sender.clone();
        scope.spawn(move || forward(out, &to_out));
        scope.spawn(move || forward(err, &sender));
        for line in receiver {
            note(&line);
            hear(&without_colour(&line));
        }
    });
    let status = child.wait()?;
    if !status.success() {
        // The runner has said why, unless a signal ended it: then this is the only trace.
        note(format!("✗ {spelled}: {status}"));
    }
    Ok(status.success())
}

fn forward(source: Option<impl std::io::Read>, sink: &std::sync::mpsc::Sender<String>) {
    let Some(source) = source else { return };
    for line in BufReader::new(source).split(b'\n') {
        let Ok(line) = line else { return };
        let line = String::from_utf8_lossy(&line)
            .trim_end_matches('\r')
            .to_owned();
        if sink.send(line).is_err() {
            return;
        }
    }
}

/// A line without the terminal's colour codes (ECMA-48 `ESC [ … letter`).
pub fn without_colour(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            for code in characters.by_ref() {
                if code.is_ascii_alphabetic() {
                    break;
                }
            }
        } else {
            plain.push(character);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_taken_out_and_nothing_else() {
        assert_eq!(
            without_colour("\u{1b}[32;1m12 passed\u{1b}[0m, 来店"),
            "12 passed, 来店"
        );
    }

    #[test]
    fn times_read_as_people_say_them() {
        assert_eq!(spoken(Duration::from_millis(1_240)), "1.2 s");
        assert_eq!(spoken(Duration::from_secs(59)), "59 s");
        assert_eq!(spoken(Duration::from_secs(184)), "3 min 04 s");
    }
}
