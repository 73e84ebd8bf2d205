//! The compiler's wasm target: through rustup, else Debian's compiler with a standard library built from Debian's source.
//! Everything about the second way is in this file.

use crate::fingerprint;
use crate::places::Places;
use crate::process::{Job, capture, find, note, program};
use anyhow::{Context, Result, bail};
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The target's name.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// What the Debian way installs: a compiler beside rustup's, the source of std, a linker.
pub const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-19"];

const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_LINKER: &str = "wasm-ld-19";

/// A compiler that can make wasm.
pub enum Toolchain {
    /// The default one; nothing to set.
    Own,
    /// Debian's, with its target library in this private sysroot.
    Debian { sysroot: PathBuf },
}

/// What a first look found.
pub enum Found {
    Ready(Toolchain),
    /// The Debian way, and packages of it are missing.
    NeedsDebian,
    /// The Debian way; the library is still to be built.
    NeedsLibrary,
}

impl Toolchain {
    /// Makes a cargo command (or one that calls cargo) use it for the wasm target.
    pub fn apply(&self, command: &mut Command) {
        if let Self::Debian { sysroot } = self {
            command
                .env("RUSTC", DEBIAN_RUSTC)
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", DEBIAN_LINKER)
                .env(
                    "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
                    format!("--sysroot={}", sysroot.display()),
                );
        }
    }

    /// Whether the default toolchain's clippy can check wasm code: Debian's compiler has no clippy.
    pub fn has_clippy(&self) -> bool {
        matches!(self, Self::Own)
    }

    /// For people.
    pub fn origin(&self) -> String {
        match self {
            Self::Own => "the default toolchain has it".into(),
            Self::Debian { sysroot } => {
                format!("Debian's compiler, library in {}", sysroot.display())
            }
        }
    }
}

/// Looks for a toolchain, asks rustup for the target when there is none.
pub fn look(places: &Places) -> Result<Found> {
    let forced = env::var("RAITEN_WASM_TOOLCHAIN").is_ok_and(|way| way == "debian");
    if !forced && has_library(&own_sysroot()?) {
        return Ok(Found::Ready(Toolchain::Own));
    }
    if Path::new(DEBIAN_RUSTC).exists() && find(DEBIAN_LINKER).is_some() {
        let sysroot = private_sysroot(places)?;
        if has_library(&sysroot) {
            return Ok(Found::Ready(Toolchain::Debian { sysroot }));
        }
    }
    if !forced && find("rustup").is_some() {
        let asked = Job::new(places, "wasm target through rustup")
            .limit(Duration::from_secs(300))
            .run(program("rustup").args(["target", "add", TARGET]));
        match asked {
            Ok(()) if has_library(&own_sysroot()?) => return Ok(Found::Ready(Toolchain::Own)),
            Ok(()) => note("! rustup added the target to another toolchain than the one in use"),
            Err(error) => {
                let error = error.to_string();
                let reason = error.lines().last().unwrap_or_default();
                note(format!(
                    "! not through rustup ({reason}): with Debian's compiler instead"
                ));
            }
        }
    }
    let missing = !super::apt::missing(&DEBIAN_PACKAGES).is_empty();
    Ok(if missing {
        Found::NeedsDebian
    } else {
        Found::NeedsLibrary
    })
}

/// After the packages are there: builds the library where it is still missing.
pub fn finish(places: &Places, found: Found) -> Result<Toolchain> {
    if let Found::Ready(toolchain) = found {
        return Ok(toolchain);
    }
    let sysroot = private_sysroot(places)?;
    if !has_library(&sysroot) {
        build_library(places, &sysroot)?;
    }
    Ok(Toolchain::Debian { sysroot })
}

/// Where rustc looks for the libraries of the target, below a sysroot.
fn library(sysroot: &Path) -> PathBuf {
    sysroot.join("lib/rustlib").join(TARGET).join("lib")
}

fn has_library(sysroot: &Path) -> bool {
    rlibs(&library(sysroot)).is_ok_and(|found| {
        found.iter().any(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("libstd-"))
        })
    })
}

fn own_sysroot() -> Result<PathBuf> {
    let said = capture(program("rustc").args(["--print", "sysroot"]))?;
    Ok(said.trim().into())
}

/// A sysroot under the user's cache that holds the wasm library alone. Its name follows from the compiler's whole version,
/// so that a security update of the compiler gets a library of its own; /usr is never written.
fn private_sysroot(places: &Places) -> Result<PathBuf> {
    let version = capture(program(DEBIAN_RUSTC).arg("-vV"))?;
    let key = fingerprint::of_bytes(version.as_bytes());
    Ok(places.cache.join("sysroot").join(key))
}

/// Builds std for the target from Debian's source (41 s on two cores when first tried).
fn build_library(places: &Places, sysroot: &Path) -> Result<()> {
    let scratch = places
        .cache
        .join(format!("sysroot/build-{}", std::process::id()));
    fs::create_dir_all(scratch.join("src"))?;
    fs::write(
        scratch.join("Cargo.toml"),
        "[package]\nname = \"scratch\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[workspace]\n\n\
         [profile.release]\npanic = \"abort\"\nopt-level = \"s\"\n",
    )?;
    fs::write(scratch.join("src/lib.rs"), "#![no_std]\n")?;
    let mut command = program("/usr/bin/cargo");
    command
        .current_dir(&scratch)
        .args([
            "build",
            "--release",
            "--target",
            TARGET,
            "-Zbuild-std=std,panic_abort",
        ])
        // Debian's source carries the libraries that std depends on.
        .env("CARGO_TARGET_DIR", scratch.join("target"))
        .env("RUSTC", DEBIAN_RUSTC)
        .env("RUSTC_BOOTSTRAP", "1")
        .env(
            "RUSTFLAGS",
            "-Zforce-unstable-if-unmarked -Cembed-bitcode=yes",
        )
        .env_remove("RUSTUP_TOOLCHAIN");
    Job::new(places, "standard library for wasm").run(&mut command)?;

    let built = scratch.join("target").join(TARGET).join("release/deps");
    // Made complete elsewhere and moved in one step: a run that was stopped halfway leaves nothing that looks finished.
    let staged = scratch.join("sysroot");
    let into = library(&staged);
    fs::create_dir_all(&into)?;
    for path in rlibs(&built)? {
        let name = path.file_name().context("a file has a name")?;
        if !name.to_string_lossy().starts_with("libscratch-") {
            fs::copy(&path, into.join(name))?;
        }
    }
    if !has_library(&staged) {
        bail!("the build left no libstd in {}", built.display());
    }
    if let Err(error) = fs::rename(&staged, sysroot)
        && !has_library(sysroot)
    {
        return Err(error).context("cannot move the library into place");
    }
    let _ = fs::remove_dir_all(&scratch);
    Ok(())
}

fn rlibs(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension() == Some(OsStr::new("rlib")) {
            found.push(path);
        }
    }
    Ok(found)
}
