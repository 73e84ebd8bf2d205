//! The browser side: four programs with a page each, so that a shopper never downloads staff or console code. A fifth, the
//! gallery of components, is in quick builds only.

mod pack;
mod page;
mod part;
mod size;
mod slim;
mod styles;
mod worker;

pub use size::{Budget, print, sizes};

use crate::fingerprint::Fingerprint;
use crate::places::Places;
use crate::process::{Job, cargo, listen, note, program, run, spoken, with_path};
use crate::setup::{Ready, wasm};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;
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

/// The shopper's lies around the others, so it comes first.
pub const PAGES: [Page; 4] = [
    Page {
        name: "shopper",
        folder: "",
        public_url: "/",
    },
    Page {
        name: "my",
        folder: "my",
        public_url: "/my/",
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

/// A program that the shopper's page fetches later.
pub const NEAR: Page = Page {
    name: "near",
    folder: "near",
    public_url: "/near/",
};

/// What ships nowhere: every component on one page, for developers.
const GALLERY: Page = Page {
    name: "gallery",
    folder: "gallery",
    public_url: "/gallery/",
};

/// How much trouble the compiler takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// For demo, and for tests that somebody waits for.
    Quick,
    /// What ships, with the gallery beside it: for tests.
    Tested,
    /// What ships. Small: size-optimized, one unit, wasm-opt, packed.
    Release,
}

impl Profile {
    fn cargo(self) -> &'static str {
        match self {
            Self::Quick => "wasm-dev",
            Self::Tested | Self::Release => "wasm-release",
        }
    }

    /// Whether it is made small, and weighed.
    pub fn is_small(self) -> bool {
        self != Self::Quick
    }

    fn has_gallery(self) -> bool {
        self != Self::Release
    }

    /// What is built.
    fn pages(self) -> impl Iterator<Item = &'static Page> {
        PAGES.iter().chain(self.has_gallery().then_some(&GALLERY))
    }

    /// The features of the browser side. All pages of a build take the same, or its library would be compiled twice.
    fn features(self) -> &'static [&'static str] {
        if self.has_gallery() {
            &["--features", "gallery"]
        } else {
            &[]
        }
    }
}

/// Everything that the bundle is made from.
const INPUTS: [&str; 8] = [
    "frontend",
    "app",
    "Cargo.toml",
    "Cargo.lock",
    "Trunk.toml",
    ".cargo/config.toml",
    "xtask/npm",
    "xtask/src/web",
];

/// Builds `dist/`, unless it was made from the same inputs by the same profile: what release made has no gallery.
pub fn build(places: &Places, ready: &Ready, profile: Profile) -> Result<()> {
    let made = places.root.join("target/web-inputs");
    let already = fs::read_to_string(&made).unwrap_or_default();
    let complete = profile
        .pages()
        .all(|page| places.dist().join(page.folder).join("index.html").is_file());
    let wanted = format!(
        "{} {} {}",
        profile.cargo(),
        profile.features().concat(),
        inputs(places)?
    );
    if complete && already == wanted {
        return Ok(());
    }
    let started = Instant::now();
    note(format!("▸ web side ({}) …", profile.cargo()));
    compile(places, ready, profile)?;
    let staged = places.root.join("target/web-staged");
    let _ = fs::remove_dir_all(&staged);
    for page in profile.pages().chain([&NEAR]) {
        bundle(places, ready, profile, page, &staged)?;
        if profile.is_small() {
            slim::slim(places, &staged.join(page.folder))?;
        }
        styles::join(&staged.join(page.folder), page.public_url)?;
    }
    part::name(&staged, &NEAR)?;
    let others: Vec<&str> = profile
        .pages()
        .chain([&NEAR])
        .map(|page| page.folder)
        .filter(|folder| !folder.is_empty())
        .collect();
    worker::write(&places.root.join("frontend/sw.js"), &staged, &others)?;
    if profile.is_small() {
        pack::pack(&staged)?;
    }
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
    if profile.is_small() {
        command.arg("--release");
    }
    ready.wasm()?.apply(&mut command);
    with_path(&mut command, &ready.tools)?;
    Job::new(places, format!("bundle {}", page.name)).run(&mut command)
}
