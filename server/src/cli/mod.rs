//! The command line: one file a command. Answers go to stdout, everything else to stderr; exit codes are 0, 1 for bad input or a
//! refusal, 2 for wrong usage; `verify` says 2 where it could not look.

mod demo;
mod draws;
mod fit;
mod import;
mod lift;
mod migrate;
mod ope;
mod openapi;
mod push_key;
mod retailer;
mod rows;
mod serve;
mod simulate;
mod size;
mod verify;

use std::{io::IsTerminal, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use secrecy::ExposeSecret;
use tracing_subscriber::EnvFilter;

use crate::{
    clock::Clock,
    config::{Config, Flags, LogFormat},
    db::{self, Db, secrets},
    keys::Keys,
};

/// Raiten 来店: turns a moment on a phone into a visit to a store, and proves that it did.
#[derive(Debug, Parser)]
#[command(name = "raiten", version, arg_required_else_help = true)]
struct Cli {
    #[command(flatten)]
    everywhere: Everywhere,
    #[command(subcommand)]
    command: Command,
}

/// Flags of every command.
#[derive(Args, Clone, Debug)]
struct Everywhere {
    /// A configuration file [default: raiten.toml in the data directory, if it is there]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where SQLite and files are kept [default: raiten-data]
    #[arg(long, global = true, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve until Ctrl-C or SIGTERM
    Serve(serve::Serve),
    /// Bring the tables up to this version
    Migrate,
    /// Fill an empty database with a believable town
    Demo(demo::DemoCommand),
    /// Add and look after retailers
    Retailer(retailer::Retailer),
    /// Check and write published draws
    Draws(draws::Draws),
    /// Read a file into the database
    Import(import::Import),
    /// What a treatment did to an outcome, from anybody's table
    ///
    /// Estimates, intervals that hold however often one looks, and a verdict; see the end of --help for the formulas.
    Lift(lift::Lift),
    /// What a value does to the chance of a visit, from anybody's table
    ///
    /// A logistic regression with a normal prior; see the end of --help for the formula.
    Fit(fit::Fit),
    /// What another policy would have brought, from decisions made with known chances
    ///
    /// Inverse propensity scores, plain and self-normalized, and doubly robust; see the end of --help for the formulas.
    Ope(ope::Ope),
    /// A campaign in a made-up town of which it is known what yen do there
    Simulate(simulate::Simulate),
    /// What a shopper would be offered, and why
    Size(size::Size),
    /// Check every promise of the ledger on one snapshot of the database: 0 clean, 1 violated, 2 could not look
    Verify(verify::Verify),
    /// The key that messages to browsers are signed with
    PushKey(push_key::PushKey),
    /// Print the OpenAPI document
    Openapi,
}

/// Runs the command that the arguments of this process name.
#[must_use]
pub fn main() -> ExitCode {
    // Before anything speaks TLS. An error means that one was installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("raiten: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let flags = Flags {
        config: cli.everywhere.config,
        data_dir: cli.everywhere.data_dir,
        ..Flags::default()
    };
    match cli.command {
        Command::Verify(command) => return Ok(command.run(&flags)),
        Command::Draws(command) => return command.run(&flags),
        Command::Serve(command) => command.run(flags),
        Command::Migrate => migrate::run(&flags),
        Command::Demo(command) => command.run(&flags),
        Command::Retailer(command) => command.run(&flags),
        Command::Import(command) => command.run(&flags),
        Command::Lift(lift) => lift.run(),
        Command::Fit(command) => command.run(),
        Command::Ope(command) => command.run(&flags),
        Command::Simulate(command) => command.run(),
        Command::Size(command) => command.run(),
        Command::PushKey(command) => command.run(&flags),
        Command::Openapi => openapi::run(),
    }?;
    Ok(ExitCode::SUCCESS)
}

/// The configuration of this process, with logging set up as it says.
fn configure(flags: &Flags) -> anyhow::Result<Config> {
    let config = Config::load(flags, std::env::vars())?;
    let filter = EnvFilter::try_new(&config.log)
        .map_err(|_| anyhow::anyhow!("log must be a level or a filter, such as info"))?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let set = match config.log_format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    set.map_err(|error| anyhow::anyhow!("cannot log: {error}"))?;
    Ok(config)
}

/// A runtime for the asynchronous part of a command.
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?)
}

/// A database that a command works on, with what belongs to it.
struct Opened {
    /// The database, its tables up to date.
    db: Db,
    /// The keys that belong to it.
    keys: Keys,
    /// The time.
    clock: Clock,
}

/// Opens the configured database with its keys, making both where they are missing.
async fn open(config: &Config) -> anyhow::Result<Opened> {
    config.make_data_dir()?;
    let keys = config.keys()?;
    let db = db::connect(config.database_url.expose_secret()).await?;
    let clock = Clock::System;
    secrets::check_key(&db, &keys, clock.now()).await?;
    Ok(Opened { db, keys, clock })
}

/// A number above 0, for an argument.
fn above_zero(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number > 0.0 && number.is_finite() => Ok(number),
        _ => Err("a number above 0".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_holds_together() {
        Cli::command().debug_assert();
    }
}
