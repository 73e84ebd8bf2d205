//! Installs what is missing, and only that: a second time nothing is left to do and it takes a second.

mod apt;
mod browser;
mod bundler;
pub mod cargo_tool;
pub mod node;
pub mod postgres;
pub mod wasm;

pub use browser::chromium;

use crate::cli::{self, Part};
use crate::places::Places;
use crate::process::{say, spoken};
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::time::Instant;

/// What a command needs before it can start.
#[derive(Clone, Copy, Default)]
pub struct Needs {
    pub wasm: bool,
    pub bundler: bool,
    /// wasm-opt, which only release builds use.
    pub optimizer: bool,
    pub browser: bool,
    pub postgres: bool,
    /// Whether the person said yes beforehand.
    pub yes: bool,
}

/// What was found or made.
pub struct Ready {
    pub wasm: Option<wasm::Toolchain>,
    /// Folders to put before the PATH: bundler and optimizer.
    pub tools: Vec<PathBuf>,
}

impl Ready {
    /// The wasm toolchain, which the needs asked for.
    pub fn wasm(&self) -> Result<&wasm::Toolchain> {
        self.wasm
            .as_ref()
            .context("the wasm target was not asked for")
    }
}

/// Brings everything that is needed; what can be done at the same time is.
pub fn ensure(places: &Places, needs: &Needs) -> Result<Ready> {
    let wasm = if needs.wasm {
        Some(wasm::look(places)?)
    } else {
        None
    };
    let mut packages = Vec::new();
    if matches!(wasm, Some(wasm::Found::NeedsDebian)) {
        packages.extend(wasm::DEBIAN_PACKAGES);
    }
    if needs.browser {
        packages.extend(browser::missing_packages());
    }
    if needs.postgres {
        packages.extend(postgres::missing_packages());
    }
    // Asked before anything starts, so that nobody finds a question behind ten minutes of compiling.
    let packages = apt::agree(&packages, needs.yes)?;

    let (system, bundler, optimizer, tests) = std::thread::scope(|scope| {
        let system = scope.spawn(|| -> Result<Option<wasm::Toolchain>> {
            apt::install(places, &packages)?;
            wasm.map(|found| wasm::finish(places, found)).transpose()
        });
        let bundler = scope.spawn(|| {
            if needs.bundler {
                bundler::ensure(places)
            } else {
                Ok(Vec::new())
            }
        });
        let optimizer = scope.spawn(|| {
            if needs.optimizer {
                node::optimizer(places).map(Some)
            } else {
                Ok(None)
            }
        });
        let tests = scope.spawn(|| {
            if needs.browser {
                node::browser_tests(places)
            } else {
                Ok(())
            }
        });
        (
            joined(system),
            joined(bundler),
            joined(optimizer),
            joined(tests),
        )
    });
    tests?;
    let mut tools = bundler?;
    tools.extend(optimizer?);
    Ok(Ready {
        wasm: system?,
        tools,
    })
}

/// The result of a thread; a panic in it goes on here.
fn joined<T>(handle: std::thread::ScopedJoinHandle<'_, T>) -> T {
    handle
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// `cargo xtask setup`
pub fn command(places: &Places, wanted: &cli::Setup) -> Result<()> {
    let started = Instant::now();
    let wants = |part: Part| wanted.only.is_empty() || wanted.only.contains(&part);
    let ready = ensure(
        places,
        &Needs {
            wasm: wants(Part::Wasm),
            bundler: wants(Part::Tools),
            optimizer: wants(Part::Tools),
            browser: wants(Part::Browser),
            postgres: wants(Part::Postgres),
            yes: wanted.yes,
        },
    )?;
    if let Some(wasm) = &ready.wasm {
        say(format!("✓ wasm target: {}", wasm.origin()));
    }
    if wants(Part::Tools) {
        say(format!(
            "✓ trunk {}, wasm-bindgen and wasm-opt",
            bundler::TRUNK
        ));
    }
    if wants(Part::Browser) {
        say(format!("✓ Chromium: {}", chromium().display()));
    }
    if wants(Part::Postgres) {
        say(format!("✓ PostgreSQL: {}", postgres::programs()?.display()));
    }
    say(format!("Set up in {}.", spoken(started.elapsed())));
    Ok(())
}
