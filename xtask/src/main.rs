//! What a person types: `cargo xtask demo`, `test`, `lint` and their kin. It installs what is missing, builds, runs and counts.

mod bench;
mod cli;
mod demo;
mod fingerprint;
mod icons;
mod lint;
mod logins;
mod places;
mod process;
mod setup;
mod suites;
mod web;

use anyhow::Result;
use clap::Parser;
use cli::{Cli, Command};
use std::process::ExitCode;

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Without a backtrace: what went wrong went wrong in another program, whose words are in the error.
            process::note(format!("\ncargo xtask: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<()> {
    let places = places::Places::find()?;
    match cli.command {
        Command::Setup(wanted) => setup::command(&places, &wanted),
        Command::Demo(wanted) => demo::demo(&places, &wanted),
        Command::Serve(wanted) => demo::serve(&places, &wanted),
        Command::Build(wanted) => demo::build(&places, &wanted),
        Command::Test(wanted) => suites::command(&places, &wanted),
        Command::Lint(wanted) => lint::command(&places, &wanted),
        Command::Check(wanted) => suites::long::command(&places, &wanted),
        Command::Pictures(wanted) => suites::pictures::command(&places, &wanted),
        Command::Torture(wanted) => suites::torture::command(&places, &wanted),
        Command::Bench(wanted) => bench::command(&places, &wanted),
        Command::Icons(wanted) => icons::command(&places, &wanted),
        Command::Announce(wanted) => logins::announce(&wanted),
    }
}
