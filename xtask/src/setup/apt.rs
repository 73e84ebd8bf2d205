//! System packages, on Debian and its kin. The only place that asks for privileges.

use crate::places::Places;
use crate::process::{Job, find, note, program};
use anyhow::{Result, bail};
use std::io::{IsTerminal, Write};
use std::process::{Command, Stdio};

/// Whether this is a system whose packages we know.
pub fn available() -> bool {
    find("apt-get").is_some() && find("dpkg-query").is_some()
}

/// The packages of a list that are not installed.
pub fn missing(packages: &[&'static str]) -> Vec<&'static str> {
    packages
        .iter()
        .copied()
        .filter(|package| !installed(package))
        .collect()
}

fn installed(package: &str) -> bool {
    program("dpkg-query")
        .args(["-W", "-f=${Status}", package])
        .stderr(Stdio::null())
        .output()
        .is_ok_and(|output| output.stdout.ends_with(b" installed"))
}

/// Says what would be installed and asks, unless the answer was given beforehand. Returns what to install.
pub fn agree(packages: &[&'static str], yes: bool) -> Result<Vec<&'static str>> {
    if packages.is_empty() {
        return Ok(Vec::new());
    }
    let names = packages.join(" ");
    if !available() {
        bail!(
            "These are missing, and apt-get, the only package manager that this set-up knows, is not here: {names}\n\
             Install their like by hand, then run the command again."
        );
    }
    note(format!("System packages to install with apt-get: {names}"));
    if yes || std::env::var("CI").is_ok_and(|ci| ci == "true") {
        return Ok(packages.to_vec());
    }
    if !std::io::stdin().is_terminal() {
        bail!(
            "Nobody is here to note yes: run it with --yes, or install them by hand: apt-get install {names}"
        );
    }
    print!("Go ahead? [y/N] ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    if !matches!(
        answer.trim().to_lowercase().as_str(),
        "y" | "yes" | "j" | "ja" | "はい"
    ) {
        bail!("Nothing was installed.");
    }
    Ok(packages.to_vec())
}

/// Installs packages that were agreed to.
pub fn install(places: &Places, packages: &[&'static str]) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    // An outdated list may still name packages that can be had: what fails then is the installation.
    if let Err(error) = Job::new(places, "package lists").run(apt_get()?.arg("update")) {
        note(format!("! {error}"));
    }
    Job::new(places, format!("system packages: {}", packages.join(" "))).run(
        apt_get()?
            .args(["install", "-y", "--no-install-recommends"])
            .args(packages),
    )
}

fn apt_get() -> Result<Command> {
    let mut command = if is_root()? {
        program("apt-get")
    } else {
        if find("sudo").is_none() {
            bail!("apt-get needs root, and there is no sudo here: run it as root");
        }
        // The job has no terminal to ask for a password in: sudo asks now, in the open, and remembers.
        crate::process::run(program("sudo").arg("--validate"))?;
        let mut command = program("sudo");
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        command
    };
    command.env("DEBIAN_FRONTEND", "noninteractive");
    // Another run of apt-get may be under way.
    command.args(["-o", "DPkg::Lock::Timeout=300"]);
    Ok(command)
}

/// Whether this process has root's rights.
pub fn is_root() -> Result<bool> {
    Ok(crate::process::capture(program("id").arg("-u"))?.trim() == "0")
}
