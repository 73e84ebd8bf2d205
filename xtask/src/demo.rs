//! `demo`, `serve` and `build`: from sources to pages in a browser.

use crate::cli;
use crate::logins;
use crate::places::Places;
use crate::process::{Job, capture, cargo, program, run, say, spoken};
use crate::setup::{self, Needs, Ready};
use crate::web::{self, Profile};
use anyhow::{Context, Result, bail};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// `cargo xtask demo`
pub fn demo(places: &Places, wanted: &cli::Demo) -> Result<()> {
    let started = Instant::now();
    free(wanted.port)?;
    let data = places.root.join(&wanted.data_dir);
    make(places, wanted.yes)?;
    say("▸ a town in the database (seconds; a second time nothing is left to do) …");
    let town = capture(
        program(places.raiten("debug"))
            .current_dir(&places.root)
            .args(["demo", "--json", "--data-dir"])
            .arg(&data),
    )?;
    say(format!("Ready after {}.", spoken(started.elapsed())));
    start(
        places,
        wanted.port,
        &data,
        &logins::text(&town, wanted.port),
    )
}

/// `cargo xtask serve`
pub fn serve(places: &Places, wanted: &cli::Demo) -> Result<()> {
    free(wanted.port)?;
    make(places, wanted.yes)?;
    let data = places.root.join(&wanted.data_dir);
    start(places, wanted.port, &data, &logins::pages(wanted.port))
}

/// `cargo xtask build`
pub fn build(places: &Places, wanted: &cli::Build) -> Result<()> {
    let started = Instant::now();
    if !wanted.release {
        make(places, wanted.yes)?;
        say(format!("The program: {}", places.raiten("debug").display()));
        return Ok(());
    }
    let ready = web(places, wanted.yes, Profile::Release)?;
    let sizes = web::sizes(places)?;
    web::print(&sizes);
    web::Budget::read(places)?.hold(&sizes)?;
    drop(ready);
    run(cargo(places).args([
        "build",
        "--release",
        "--package",
        "server",
        "--bin",
        "raiten",
        "--features",
        "embed-web",
    ]))?;
    let made = places.raiten("release");
    let bytes = std::fs::metadata(&made)?.len();
    say(format!(
        "One file to copy to a server: {} ({:.1} MB), after {}",
        made.display(),
        bytes as f64 / 1e6,
        spoken(started.elapsed())
    ));
    Ok(())
}

/// Sets up and builds the web side alone.
pub fn web(places: &Places, yes: bool, profile: Profile) -> Result<Ready> {
    let ready = setup::ensure(
        places,
        &Needs {
            wasm: true,
            bundler: true,
            optimizer: profile == Profile::Release,
            yes,
            ..Needs::default()
        },
    )?;
    web::build(places, &ready, profile)?;
    Ok(ready)
}

/// The web side and the program, side by side: the one links while the other compiles.
fn make(places: &Places, yes: bool) -> Result<()> {
    // Settled before anything compiles: it may have to ask a person.
    setup::ensure(
        places,
        &Needs {
            wasm: true,
            yes,
            ..Needs::default()
        },
    )?;
    let (server, web) = std::thread::scope(|scope| {
        let server =
            scope.spawn(|| Job::new(places, "the program raiten").run(&mut raiten(places)));
        let web = web(places, yes, Profile::Quick);
        let server = server
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        (server, web)
    });
    web?;
    server
}

/// Builds the program without the web side inside.
fn raiten(places: &Places) -> Command {
    let mut command = cargo(places);
    command.args(["build", "--package", "server", "--bin", "raiten"]);
    command
}

/// Better now than after ten minutes of compiling.
fn free(port: u16) -> Result<()> {
    TcpListener::bind(("127.0.0.1", port))
        .map(drop)
        .with_context(|| {
            format!("port {port} is taken: end what listens there, or choose another with --port")
        })
}

/// Becomes the server, so that Ctrl-C and every other signal reach it and nothing stands between.
fn start(places: &Places, port: u16, data: &Path, text: &str) -> Result<()> {
    let raiten: PathBuf = places.raiten("debug");
    if !raiten.is_file() {
        bail!("{} is not there", raiten.display());
    }
    program(std::env::current_exe()?)
        .args(["announce", "--port", &port.to_string(), "--text", text])
        .spawn()?;
    let mut command = program(raiten);
    command
        .current_dir(&places.root)
        .arg("serve")
        .arg("--data-dir")
        .arg(data)
        .args(["--listen", &format!("127.0.0.1:{port}")])
        .arg("--web-dir")
        .arg(places.dist());
    replace(command)
}

#[cfg(unix)]
fn replace(mut command: Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    Err(command.exec()).context("cannot start raiten")
}

#[cfg(not(unix))]
fn replace(mut command: Command) -> Result<()> {
    run(&mut command)
}
