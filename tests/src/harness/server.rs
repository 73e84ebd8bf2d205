//! The real server, in this process, on a port of its own.

use std::net::SocketAddr;

use anyhow::Result;
use app::api::retailer::Holdout;
use server::{
    clock::Clock,
    db::Db,
    keys::Keys,
    logins::{NewOwner, create_owner},
    serve::{self, Setup},
    state::{App, RateLimit},
};

use super::{Client, Fresh, PASSWORD, Retailer, Shopper};

/// A key as `RAITEN_SECRET_KEY` takes it.
pub const SECRET_KEY: &str = "7465737474657374746573747465737474657374746573747465737474657374";
pub const HOUR_MS: i64 = 3_600_000;
pub const DAY_MS: i64 = 24 * HOUR_MS;
/// When a test begins: ten in the morning in Japan.
pub const START: i64 = 1_796_086_800_000;
/// The day of it.
pub const TODAY: &str = "2026-12-01";

/// A running server and the hand on its clock.
pub struct Server {
    pub clock: Clock,
    running: serve::Server,
}

impl Server {
    /// On a test's database, with a clock that stands at ten in the morning of [`TODAY`].
    pub async fn start(database: &Fresh) -> Result<Self> {
        Self::start_with(database, |_| {}).await
    }

    /// The same with other settings.
    pub async fn start_with(database: &Fresh, change: impl FnOnce(&mut Setup)) -> Result<Self> {
        Self::start_at(database, Clock::manual(START), change).await
    }

    /// By the system's clock: for a database that a command filled, which goes by that.
    pub async fn by_the_systems_clock(database: &Fresh) -> Result<Self> {
        Self::start_at(database, Clock::System, |_| {}).await
    }

    /// A further server on the same database and clock.
    pub async fn beside(&self, database: &Fresh) -> Result<Self> {
        self.beside_with(database, |_| {}).await
    }

    /// The same with other settings.
    pub async fn beside_with(
        &self,
        database: &Fresh,
        change: impl FnOnce(&mut Setup),
    ) -> Result<Self> {
        Self::start_at(database, self.clock.clone(), change).await
    }

    async fn start_at(
        database: &Fresh,
        clock: Clock,
        change: impl FnOnce(&mut Setup),
    ) -> Result<Self> {
        let mut setup = Setup::new(&database.url, Keys::from_hex(SECRET_KEY)?);
        setup.clock = clock.clone();
        // Clients say which address they come from, see `Client`.
        setup.trusted_proxies = vec!["127.0.0.0/8".parse()?];
        // What bounds a stranger is tested where it is the subject; here hundreds of requests a second are normal.
        setup.rate_limit = RateLimit {
            per_second: 100_000,
            burst: 100_000,
        };
        // Time moves by hand, so jobs that run by the real clock would come at any moment.
        setup.run_jobs = false;
        change(&mut setup);
        Ok(Self {
            clock,
            running: serve::start(setup).await?,
        })
    }

    /// Somebody who has never been here.
    pub fn anonymous(&self) -> Result<Client> {
        Client::new(&self.running.url())
    }

    /// Somebody on the machine itself, behind no proxy.
    pub fn local(&self) -> Result<Client> {
        Ok(self.anonymous()?.local())
    }

    pub fn address(&self) -> SocketAddr {
        self.running.address()
    }

    /// A new shopper.
    pub async fn shopper(&self) -> Result<Shopper> {
        Shopper::begin(self.anonymous()?).await
    }

    /// A retailer with its owner, as the command line makes them.
    pub async fn make_owner(&self, name: &str, email: &str) -> Result<()> {
        let new = NewOwner {
            retailer_name: name,
            retailer_name_en: None,
            name: "店長",
            email,
            password: PASSWORD,
            holdout: Holdout::NOBODY,
        };
        create_owner(&self.running.app().db, &new, self.clock.now()).await?;
        Ok(())
    }

    /// A new retailer, its owner signed in.
    pub async fn retailer(&self, name: &str, email: &str) -> Result<Retailer> {
        self.make_owner(name, email).await?;
        Retailer::sign_in(self.anonymous()?, email).await
    }

    /// The server's own way to the database, for what jobs do.
    pub fn db(&self) -> &Db {
        &self.running.app().db
    }

    /// What its jobs are given.
    pub fn app(&self) -> &App {
        self.running.app()
    }

    /// Stops as `raiten serve` does.
    pub async fn stop(self) -> Result<()> {
        Ok(self.running.stop().await?)
    }
}
