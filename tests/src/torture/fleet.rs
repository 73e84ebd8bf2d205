//! Servers as processes on one database, and the people who use them.

use std::{
    fs::OpenOptions,
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use app::api::{
    retailer::{Campaign, CampaignInput, Holdout, Store},
    shopper::Coupon,
};
use server::logins::{NewOwner, create_owner};

use crate::harness::{
    Client, Fresh, PASSWORD, Retailer, Shopper, Staff, program, store, system_now,
};

/// A running `raiten serve`.
pub struct Process {
    child: Child,
    pub url: String,
    port: u16,
    on: Vec<(String, PathBuf)>,
}

impl Process {
    /// Starts one on any free port and waits until it is ready.
    pub async fn start(database: &Fresh) -> Result<Self> {
        Self::start_with(database, Vec::new()).await
    }

    /// The same with more in its environment.
    pub async fn start_with(database: &Fresh, on: Vec<(String, PathBuf)>) -> Result<Self> {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let child = spawn(database, port, &on)?;
        let mut process = Self {
            child,
            url: format!("http://127.0.0.1:{port}"),
            port,
            on,
        };
        process.ready().await?;
        Ok(process)
    }

    async fn ready(&mut self) -> Result<()> {
        let begun = Instant::now();
        let client = Client::new(&self.url)?.local();
        loop {
            if let Ok(answer) = client.send(reqwest::Method::GET, "/readyz", None).await
                && answer.status.is_success()
            {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("raiten serve ended with {status}");
            }
            ensure!(
                begun.elapsed() < Duration::from_secs(60),
                "raiten serve is not ready"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Kills it as the system does when memory runs out: SIGKILL, no time for anything.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Starts it again at its old address.
    pub async fn again(&mut self, database: &Fresh) -> Result<()> {
        self.child = spawn(database, self.port, &self.on)?;
        self.ready().await
    }

    /// How it ended, if it did within a time.
    pub async fn ended_within(&mut self, time: Duration) -> Result<Option<ExitStatus>> {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(Some(status));
            }
            if begun.elapsed() > time {
                return Ok(None);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Asks it to end, and waits until it has.
    pub async fn stop(mut self) -> Result<()> {
        let asked = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()?;
        ensure!(asked.success(), "kill: {asked}");
        let begun = Instant::now();
        loop {
            if let Some(ended) = self.child.try_wait()? {
                ensure!(ended.success(), "raiten serve ended with {ended}");
                return Ok(());
            }
            ensure!(
                begun.elapsed() < Duration::from_secs(40),
                "raiten serve does not end"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Process {
    /// A test that failed leaves nothing behind.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(database: &Fresh, port: u16, on: &[(String, PathBuf)]) -> Result<Child> {
    // What it says last, where it is expected to end by itself.
    let words = if on.is_empty() {
        Stdio::inherit()
    } else {
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(database.folder().join("stderr.log"))?;
        Stdio::from(log)
    };
    program(database)
        .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
        .env("RAITEN_TRUSTED_PROXIES", "127.0.0.0/8")
        .env("RAITEN_REQUESTS_PER_SECOND", "100000")
        .env("RAITEN_REQUESTS_AT_ONCE", "100000")
        .env("RAITEN_LOG", "error")
        .envs(on.iter().map(|(name, value)| (name, value)))
        .stdout(Stdio::null())
        .stderr(words)
        .spawn()
        .context("starting raiten serve")
}

/// A retailer with a store and somebody at its till.
pub struct Shop {
    pub retailer: Retailer,
    pub store: Store,
    pub staff: Staff,
}

impl Shop {
    /// Opens it through a server; the owner's login is made beforehand, as the command line makes it.
    pub async fn open(database: &Fresh, at: &Process) -> Result<Self> {
        let db = server::db::connect(&database.url).await?;
        let new = NewOwner {
            retailer_name: "喫茶ライテン",
            retailer_name_en: None,
            name: "店長",
            email: "owner@raiten.example",
            password: PASSWORD,
            holdout: Holdout::NOBODY,
        };
        create_owner(&db, &new, system_now()).await?;
        db.close().await?;
        let retailer = Retailer::sign_in(Client::new(&at.url)?, "owner@raiten.example").await?;
        let shop = retailer.store(store("渋谷店")).await?;
        let staff = retailer
            .staff(
                Client::new(&at.url)?,
                "hana@raiten.example",
                &[shop.store_id],
            )
            .await?;
        Ok(Self {
            retailer,
            store: shop,
            staff,
        })
    }

    /// Publishes a campaign.
    pub async fn publish(&self, input: &CampaignInput) -> Result<Campaign> {
        self.retailer.publish(input).await
    }

    /// That many coupons of a campaign where everybody wins, with their holders, who play ten times each.
    pub async fn coupons(
        &self,
        running: &Campaign,
        many: usize,
    ) -> Result<Vec<(Arc<Shopper>, Coupon)>> {
        let mut coupons = Vec::with_capacity(many);
        while coupons.len() < many {
            let shopper = Arc::new(Shopper::begin(self.staff.client.somebody_else()).await?);
            for _ in 0..running.plays_per_day {
                if coupons.len() < many {
                    let coupon = shopper.win(&self.retailer, running).await?;
                    coupons.push((Arc::clone(&shopper), coupon));
                }
            }
        }
        Ok(coupons)
    }
}
