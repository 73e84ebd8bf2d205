//! The browser side: three programs with a page each, so that a shopper never downloads staff or console code. A fourth, the
//! gallery of components, is there for demo and tests only.

mod worker;

use crate::fingerprint::{Fingerprint, files};
use crate::places::Places;
use crate::process::{
    Job, capture, cargo, find, listen, note, program, run, say, spoken, with_path,
};
use crate::setup::{Ready, wasm};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// A page and where it goes.
pub struct Page {
    /// Of the program and of its HTML file in `frontend/`.
    pub name: &'static str,
    /// Below `dist/`.
    pub folder: &'static str,
    /// Where the server shows it.
    pub public_url: &'static str,
}

/// The shopper's lies around the other two, so it comes first.
pub const PAGES: [Page; 3] = [
    Page {
        name: "shopper",
        folder: "",
        public_url: "/",
    },
    Page {
        name: "staff",
        folder: "staff",
        public_url: "/staff/",
    },
    Page {
        name: "console",
        folder: "console",
        public_url: "/console/",
    },
];

/// What ships nowhere: every component on one page, for developers.
const GALLERY: Page = Page {
    name: "gallery",
    folder: "gallery",
    public_url: "/gallery/",
};

/// How much trouble the compiler takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// For demo and tests.
    Quick,
    /// Small: size-optimized, one unit, wasm-opt.
    Release,
}

impl Profile {
    fn cargo(self) -> &'static str {
        match self {
            Self::Quick => "wasm-dev",
            Self::Release => "wasm-release",
        }
    }

    /// What is built.
    fn pages(self) -> impl Iterator<Item = &'static Page> {
        PAGES
            .iter()
            .chain((self == Self::Quick).then_some(&GALLERY))
    }

    /// The features of the browser side. All pages of a build take the same, or its library would be compiled twice.
    fn features(self) -> &'static [&'static str] {
        match self {
            Self::Quick => &["--features", "gallery"],
            Self::Release => &[],
        }
    }
}

/// Everything that the bundle is made from.
const INPUTS: [&str; 7] = [
    "frontend",
    "app",
    "Cargo.toml",
    "Cargo.lock",
    "Trunk.toml",
    ".cargo/config.toml",
    "xtask/npm/package-lock.json",
];

/// Builds `dist/`, unless it was made from the same inputs. What release made is not good enough for demo and tests: it has no
/// gallery.
pub fn build(places: &Places, ready: &Ready, profile: Profile) -> Result<()> {
    let made = places.root.join("target/web-inputs");
    let already = fs::read_to_string(&made).unwrap_or_default();
    let complete = profile
        .pages()
        .all(|page| places.dist().join(page.folder).join("index.html").is_file());
    let wanted = format!("{} {}", profile.cargo(), inputs(places)?);
    if complete && already == wanted {
        return Ok(());
    }
    let started = Instant::now();
    note(format!("▸ web side ({}) …", profile.cargo()));
    compile(places, ready, profile)?;
    let staged = places.root.join("target/web-staged");
    let _ = fs::remove_dir_all(&staged);
    for page in profile.pages() {
        bundle(places, ready, profile, page, &staged)?;
    }
    let others: Vec<&str> = PAGES
        .iter()
        .map(|page| page.folder)
        .filter(|folder| !folder.is_empty())
        .collect();
    worker::write(&places.root.join("frontend/sw.js"), &staged, &others)?;
    // In one step, so that a running server never sees half of it.
    let _ = fs::remove_file(&made);
    let _ = fs::remove_dir_all(places.dist());
    fs::rename(&staged, places.dist()).context("cannot put dist/ in place")?;
    fs::write(&made, wanted)?;
    note(format!(
        "✓ web side in dist/ ({})",
        spoken(started.elapsed())
    ));
    Ok(())
}

fn inputs(places: &Places) -> Result<String> {
    let mut fingerprint = Fingerprint::new();
    for input in INPUTS {
        fingerprint.add_files(&places.root, Path::new(input))?;
    }
    Ok(fingerprint.text())
}

/// All at once, in the open: trunk, which compiles one by one and shows nothing of it, finds them done.
fn compile(places: &Places, ready: &Ready, profile: Profile) -> Result<()> {
    let mut command = cargo(places);
    command
        .env("CARGO_TARGET_DIR", &places.target_wasm)
        .args(["build", "--manifest-path"])
        .arg(places.root.join("frontend/Cargo.toml"))
        .args([
            "--bins",
            "--target",
            wasm::TARGET,
            "--profile",
            profile.cargo(),
        ])
        .args(profile.features());
    ready.wasm()?.apply(&mut command);
    if std::io::IsTerminal::is_terminal(&std::io::stdout()) {
        run(&mut command)
    } else if listen(&mut command, |_| ())? {
        Ok(())
    } else {
        bail!("the web side does not compile")
    }
}

fn bundle(
    places: &Places,
    ready: &Ready,
    profile: Profile,
    page: &Page,
    staged: &Path,
) -> Result<()> {
    let mut command = program("trunk");
    command
        .current_dir(&places.root)
        .env("CARGO_TARGET_DIR", &places.target_wasm)
        // trunk reads NO_COLOR as a truth value and stumbles over the usual "1".
        .env("NO_COLOR", "true")
        .args([
            "build",
            "--offline",
            "--cargo-profile",
            profile.cargo(),
            "--public-url",
            page.public_url,
        ])
        .args(profile.features())
        .arg("--dist")
        .arg(staged.join(page.folder))
        .arg(format!("frontend/{}.html", page.name));
    if profile == Profile::Release {
        command.arg("--release");
    }
    ready.wasm()?.apply(&mut command);
    with_path(&mut command, &ready.tools)?;
    Job::new(places, format!("bundle {}", page.name)).run(&mut command)
}

/// The bytes that a page's first load fetches.
pub struct Size {
    pub page: &'static str,
    pub raw: u64,
    /// None where there is no Node to compress with.
    pub brotli: Option<u64>,
}

/// Measures each page's own files: HTML, script, program, styles.
pub fn sizes(places: &Places) -> Result<Vec<Size>> {
    PAGES
        .iter()
        .map(|page| {
            let own: Vec<PathBuf> = files(&places.dist().join(page.folder))?
                .into_iter()
                .filter(|path| {
                    // The shopper's folder holds the other two.
                    let below = path.strip_prefix(places.dist()).unwrap_or(path);
                    page.folder.is_empty()
                        != PAGES.iter().any(|other| {
                            !other.folder.is_empty() && below.starts_with(other.folder)
                        })
                })
                .filter(|path| {
                    let extension = path.extension().and_then(|end| end.to_str());
                    matches!(extension, Some("html" | "js" | "wasm" | "css"))
                })
                .collect();
            let mut raw = 0;
            for path in &own {
                raw += fs::metadata(path)?.len();
            }
            Ok(Size {
                page: page.name,
                raw,
                brotli: brotli(&own)?,
            })
        })
        .collect()
}

/// The sum of the files' sizes under brotli at its best, as the server keeps them.
fn brotli(paths: &[PathBuf]) -> Result<Option<u64>> {
    if find("node").is_none() {
        return Ok(None);
    }
    let script = "const fs = require('fs'), zlib = require('zlib');\
        console.log(process.argv.slice(1).reduce((sum, path) => sum + zlib.brotliCompressSync(fs.readFileSync(path)).length, 0))";
    let said = capture(program("node").args(["-e", script, "--"]).args(paths))?;
    Ok(Some(said.trim().parse().context("node's answer")?))
}

/// The sizes as a table, in kB of 1,000 bytes.
pub fn print_sizes(sizes: &[Size]) {
    let kilo = |bytes: u64| format!("{:.1}", bytes as f64 / 1_000.0);
    say(format!("{:<10}{:>12}{:>14}", "page", "raw kB", "brotli kB"));
    for size in sizes {
        let brotli = size.brotli.map_or_else(|| "no node".into(), kilo);
        say(format!(
            "{:<10}{:>12}{:>14}",
            size.page,
            kilo(size.raw),
            brotli
        ));
    }
}
