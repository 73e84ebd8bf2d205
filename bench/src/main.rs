//! Measures the ledger and the report over HTTP, and the machine's own limits in the same run. `cargo xtask bench ledger` starts it; figures go to
//! standard output as JSON, what is going on to standard error.

mod announce;
mod http;
mod incentive;
mod lift;
mod load;
mod pgbench;
mod process;
mod reach;
mod sqlite;
mod town;

use std::{net::SocketAddr, path::PathBuf};

use anyhow::{Context, Result};
use app::id::CampaignId;
use axum::{
    Router,
    body::Bytes,
    routing::{get, post},
};
use clap::{Args, Parser, Subcommand};
use serde_json::{Value, json};

use crate::{
    load::{Measured, median},
    process::{Process, verify},
    town::{CONNECTIONS, Requests, Town},
};

/// Shoppers for each connection and round, who play ten times each.
const SHOPPERS: usize = 5;
/// Rounds of which the median counts.
const ROUNDS: usize = 3;
/// Campaigns where the load is spread.
const CAMPAIGNS: usize = 64;
/// Who runs the retailer of many campaigns, and that of one.
const MANY: &str = "many@raiten.example";
const HOT: &str = "one@raiten.example";

#[derive(Parser)]
#[command(about = "Measures the ledger over HTTP")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves nothing, as fast as axum does
    Hello { address: SocketAddr },
    /// Gives the same answer, what a file holds, to whatever is posted to a path
    Ready {
        address: SocketAddr,
        path: String,
        file: PathBuf,
    },
    /// Measures the ledger
    Ledger(Ledger),
    /// Measures visits, the sums of lift, and the report
    Lift(lift::Wanted),
    /// Measures sizing, and what policies bring
    Incentive(incentive::Wanted),
    /// Measures what is near
    Reach(reach::Wanted),
}

#[derive(Args)]
struct Ledger {
    /// The program `raiten`, release build
    #[arg(long)]
    raiten: PathBuf,
    /// An empty folder on the disk that is meant
    #[arg(long)]
    folder: PathBuf,
    /// An empty PostgreSQL database that syncs
    #[arg(long)]
    postgres: Option<String>,
    /// The program `pgbench`
    #[arg(long, default_value = "pgbench")]
    pgbench: PathBuf,
}

fn main() -> Result<()> {
    match Cli::parse().command {
        Command::Hello { address } => {
            let router = Router::new().route("/", get(|| async {}));
            serve(address, router)
        }
        Command::Ready {
            address,
            path,
            file,
        } => {
            let body = Bytes::from(std::fs::read(file)?);
            let answer = post(move || {
                let body = body.clone();
                async move { ([("content-type", "application/json")], body) }
            });
            serve(address, Router::new().route(&path, answer))
        }
        Command::Ledger(ledger) => tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?
            .block_on(ledger.run()),
        Command::Incentive(wanted) => wanted.run(),
        Command::Lift(wanted) => tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?
            .block_on(wanted.run()),
        Command::Reach(wanted) => tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?
            .block_on(wanted.run()),
    }
}

#[tokio::main]
async fn serve(address: SocketAddr, router: Router) -> Result<()> {
    let listener = tokio::net::TcpListener::bind(address).await?;
    tokio::select! {
        served = axum::serve(listener, router) => Ok(served?),
        told = stopped() => told,
    }
}

async fn stopped() -> Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    terminate.recv().await;
    Ok(())
}

/// What is measured on one database with one spread of campaigns.
#[derive(Default)]
struct Rounds {
    play: Vec<Measured>,
    lookup: Vec<Measured>,
    redeem: Vec<Measured>,
}

#[derive(Default)]
struct Figures(Vec<Value>);

impl Figures {
    /// As JSON on standard output.
    fn print(&self) {
        println!("{:#}", Value::Array(self.0.clone()));
    }

    fn add(&mut self, name: impl Into<String>, value: f64, unit: &str, aim: Option<f64>) {
        self.0
            .push(json!({ "name": name.into(), "value": value, "unit": unit, "aim": aim }));
    }

    fn measured(&mut self, name: &str, measured: Measured) {
        self.add(name, measured.rate, "1/s", None);
        self.add(format!("{name}_p50"), measured.p50, "ms", None);
        self.add(format!("{name}_p99"), measured.p99, "ms", None);
    }
}

fn note(line: impl AsRef<str>) {
    eprintln!("  {}", line.as_ref());
}

impl Ledger {
    async fn run(self) -> Result<()> {
        let mut figures = Figures::default();
        let mut hellos = Vec::new();
        let file = self.folder.join("raiten.sqlite");
        let url = format!("sqlite:{}", file.display());
        let sqlite = self
            .database("sqlite", &url, &mut hellos, &mut figures)
            .await?;
        note("sqlite: the statements alone");
        let (one, many) = sqlite::bare(&file)?;

        let mut ratios = Vec::new();
        let hello = |hellos: &[Measured]| median(hellos).context("hello");
        ratios.push((
            "play_sqlite_per_hello",
            sqlite.0,
            hello(&hellos)?.rate,
            Some(0.25),
        ));
        ratios.push((
            "lookup_sqlite_per_hello",
            sqlite.1,
            hello(&hellos)?.rate,
            Some(0.7),
        ));
        ratios.push((
            "redeem_sqlite_per_hello",
            sqlite.2,
            hello(&hellos)?.rate,
            Some(0.35),
        ));
        figures.add("sqlite_alone_one_a_commit", one, "1/s", None);
        figures.add("sqlite_alone_256_a_commit", many, "1/s", None);
        ratios.push(("redeem_sqlite_per_alone", sqlite.2, many, None));

        if let Some(url) = &self.postgres {
            let before = hellos.len();
            let postgres = self
                .database("postgres", url, &mut hellos, &mut figures)
                .await?;
            note("postgres: the statements alone");
            let alone = pgbench::run(url, &self.pgbench, &self.folder, CONNECTIONS).await?;
            let near = hello(hellos.get(before..).unwrap_or_default())?.rate;
            figures.add("pgbench", alone, "1/s", None);
            ratios.push(("play_postgres_per_hello", postgres.0, near, None));
            ratios.push(("redeem_postgres_per_hello", postgres.2, near, None));
            ratios.push(("redeem_postgres_per_pgbench", postgres.2, alone, Some(0.6)));
            let hot = self.hot(url, &mut figures).await?;
            ratios.push(("play_one_campaign_per_many", hot.0, postgres.0, Some(0.5)));
            ratios.push(("redeem_one_campaign_per_many", hot.1, postgres.2, Some(0.5)));
        }
        figures.measured("hello", hello(&hellos)?);
        for (name, part, whole, aim) in ratios {
            figures.add(name, part / whole, "x", aim);
        }
        figures.print();
        Ok(())
    }

    /// Rounds on one database; leaves coupons that are issued. Gives the rates of play, lookup and redemption.
    async fn database(
        &self,
        name: &str,
        url: &str,
        hellos: &mut Vec<Measured>,
        figures: &mut Figures,
    ) -> Result<(f64, f64, f64)> {
        let retailer_id = town::found(url, MANY).await?;
        let server = Process::raiten(&self.raiten, &self.folder, url)?;
        let mut town = Town::open(server.address, retailer_id, MANY).await?;
        let campaigns = town.campaigns(CAMPAIGNS).await?;
        let mut rounds = Rounds::default();
        for round in 1..=ROUNDS {
            hellos.push(hello_once().await?);
            rounds.one(&mut town, server.address, &campaigns).await?;
            note(format!(
                "{name}, round {round} of {ROUNDS}: {}",
                rounds.last()
            ));
        }
        let redeem = median(&rounds.redeem).context("rounds")?;
        // How long one waits when there is no crowd: at half of that, at a steady pace.
        let mut aside = Rounds::default();
        let last = aside.seen(&mut town, server.address, &campaigns).await?;
        let pace = Some(redeem.rate / 2.0);
        let (half, _) = load::run(server.address, last, 201, pace).await?;
        // For the statements alone.
        let left = town.plays(&campaigns, SHOPPERS).await?;
        load::run(server.address, left.requests, 200, None).await?;
        server.stop()?;
        verify(&self.raiten, &self.folder, url)?;
        let play = median(&rounds.play).context("rounds")?;
        let lookup = median(&rounds.lookup).context("rounds")?;
        figures.measured(&format!("play_{name}"), play);
        figures.measured(&format!("lookup_{name}"), lookup);
        figures.measured(&format!("redeem_{name}"), redeem);
        figures.add(format!("redeem_{name}_half_p50"), half.p50, "ms", None);
        figures.add(
            format!("redeem_{name}_half_p99"),
            half.p99,
            "ms",
            Some(10.0),
        );
        Ok((play.rate, lookup.rate, redeem.rate))
    }

    /// All of them at one campaign, on PostgreSQL, whose transactions wait for each other there.
    async fn hot(&self, url: &str, figures: &mut Figures) -> Result<(f64, f64)> {
        let retailer_id = town::found(url, HOT).await?;
        let server = Process::raiten(&self.raiten, &self.folder, url)?;
        let mut town = Town::open(server.address, retailer_id, HOT).await?;
        let campaigns = town.campaigns(1).await?;
        let mut rounds = Rounds::default();
        for round in 1..=ROUNDS {
            rounds.one(&mut town, server.address, &campaigns).await?;
            note(format!(
                "one campaign, round {round} of {ROUNDS}: {}",
                rounds.last()
            ));
        }
        server.stop()?;
        let play = median(&rounds.play).context("rounds")?;
        let redeem = median(&rounds.redeem).context("rounds")?;
        figures.measured("play_one_campaign", play);
        figures.measured("redeem_one_campaign", redeem);
        Ok((play.rate, redeem.rate))
    }
}

impl Rounds {
    /// New shoppers play, and what they won is looked at and redeemed.
    async fn one(
        &mut self,
        town: &mut Town,
        address: SocketAddr,
        campaigns: &[CampaignId],
    ) -> Result<()> {
        let redemptions = self.seen(town, address, campaigns).await?;
        let (redeem, _) = load::run(address, redemptions, 201, None).await?;
        self.redeem.push(redeem);
        Ok(())
    }

    /// New shoppers play, and what they won is looked at; gives the requests to redeem it.
    async fn seen(
        &mut self,
        town: &mut Town,
        address: SocketAddr,
        campaigns: &[CampaignId],
    ) -> Result<Requests> {
        let plays = town.plays(campaigns, SHOPPERS).await?;
        let (play, won) = load::run(address, plays.requests, 200, None).await?;
        let looks = town.looks(&plays.cookies, &won).await?;
        let (lookup, seen) = load::run(address, looks, 200, None).await?;
        self.play.push(play);
        self.lookup.push(lookup);
        town.redemptions(&seen)
    }

    fn last(&self) -> String {
        let rate = |all: &[Measured]| all.last().map_or(0.0, |m| m.rate);
        format!(
            "{:.0} plays/s, {:.0} lookups/s, {:.0} redemptions/s",
            rate(&self.play),
            rate(&self.lookup),
            rate(&self.redeem)
        )
    }
}

async fn hello_once() -> Result<Measured> {
    const EACH: usize = 2_000;
    let server = Process::hello()?;
    let ask = http::request("GET", "/", "", None, None::<&()>)?;
    let asks = vec![vec![ask; EACH]; CONNECTIONS];
    let (measured, _) = load::run(server.address, asks, 200, None).await?;
    server.stop()?;
    note(format!("hello: {:.0}/s", measured.rate));
    Ok(measured)
}
