//! Failure tests: the real program as processes, load from outside, a journal of our own of what was acknowledged, and `raiten verify`
//! at the end.
//!
//! Each has a short form, which runs with every test run, and a long one: `cargo xtask torture NAME --rounds N --seed S`.

mod budget_edge;
mod clock;
mod cluster;
mod crash_kill9;
#[cfg(target_os = "linux")]
mod disk;
#[cfg(target_os = "linux")]
mod disk_full;
mod fleet;
mod fuzz;
mod idem_storm;
#[cfg(target_os = "linux")]
mod io_error;
mod load;
mod pg_kill;
mod planted_bugs;
#[cfg(target_os = "linux")]
mod power_cut;
mod race_one_code;
mod stories;

use std::{
    collections::BTreeSet,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use sea_orm::{ConnectionTrait, Statement};

use crate::harness::{Answer, Client, Fresh, Refused, raiten};

/// How much of it, and which dice.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    name: &'static str,
    /// What a round is depends on the test.
    pub rounds: usize,
    /// The dice of delays, choices and keys.
    pub seed: u64,
    /// Whether this is the long form.
    pub long: bool,
    begun: Instant,
}

impl Plan {
    /// The short form, unless the environment asks for more.
    pub fn of(name: &'static str, short: usize) -> Result<Self> {
        let number = |variable: &str| -> Result<Option<u64>> {
            std::env::var(variable)
                .ok()
                .map(|text| text.parse().with_context(|| format!("{variable}={text}")))
                .transpose()
        };
        let rounds = number("RAITEN_TEST_ROUNDS")?;
        Ok(Self {
            name,
            rounds: rounds.map_or(Ok(short), usize::try_from)?,
            seed: number("RAITEN_TEST_SEED")?.unwrap_or_else(|| u64::from(rand::random::<u32>())),
            long: rounds.is_some(),
            begun: Instant::now(),
        })
    }

    /// Ends it: nothing serves any more, and the ledger is clean. Prints the summary.
    pub fn close(&self, database: &Fresh, figures: &str) -> Result<()> {
        let verified = raiten(database, &["verify"])?;
        let kind = database.url.split(':').next().unwrap_or_default();
        println!(
            "{} on {kind}: seed {}, {} rounds, {figures}, {:.1} s, verify {}",
            self.name,
            self.seed,
            self.rounds,
            self.begun.elapsed().as_secs_f64(),
            if verified.code == 0 {
                "clean"
            } else {
                "VIOLATED"
            }
        );
        ensure!(verified.code == 0, "seed {}: {verified:#?}", self.seed);
        Ok(())
    }
}

/// What was answered instead of what was asked for.
#[derive(Debug, Default)]
pub struct Seen {
    /// 503 with the seconds to wait.
    pub put_off: AtomicUsize,
    /// Every other fault.
    faults: Mutex<Vec<String>>,
    last: Mutex<String>,
}

impl Seen {
    fn note(&self, answer: &Answer) {
        if !answer.status.is_server_error() {
            return;
        }
        let told = format!("{}: {} {}", answer.asked, answer.status, answer.text());
        if answer.status == 503
            && answer.header("retry-after").is_some()
            && answer.problem().is_ok()
        {
            self.put_off.fetch_add(1, Ordering::Relaxed);
        } else {
            lock(&self.faults).push(told.clone());
        }
        *lock(&self.last) = told;
    }

    /// The last trouble there was.
    pub fn last(&self) -> String {
        lock(&self.last).clone()
    }

    /// Nobody was answered by a fault; gives how many were asked to come again.
    pub fn no_faults(&self) -> Result<usize> {
        let faults = lock(&self.faults);
        ensure!(
            faults.is_empty(),
            "{} answers were faults instead of 503 with Retry-After: {:?}",
            faults.len(),
            faults.first()
        );
        Ok(self.put_off.load(Ordering::Relaxed))
    }
}

fn lock<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sends a POST under a key until there is a definite answer: through lost replies, servers that are gone, and first attempts that
/// are still at work.
pub async fn insist(
    client: &Client,
    path: &str,
    body: Option<&serde_json::Value>,
    key: &str,
) -> Result<Answer> {
    insist_seeing(client, path, body, key, &Seen::default()).await
}

/// The same, and notes what was answered meanwhile.
pub async fn insist_seeing(
    client: &Client,
    path: &str,
    body: Option<&serde_json::Value>,
    key: &str,
    seen: &Seen,
) -> Result<Answer> {
    const PATIENCE: Duration = Duration::from_secs(60);
    let begun = Instant::now();
    loop {
        let trouble = match client.post_under(path, body, key).await {
            Ok(answer) => {
                seen.note(&answer);
                let told = format!("{} {}", answer.status, answer.text());
                if !answer.status.is_server_error() && !told.contains("idempotency-key-in-flight") {
                    return Ok(answer);
                }
                told
            }
            Err(error) => format!("{error:#}"),
        };
        ensure!(
            begun.elapsed() < PATIENCE,
            "no answer to {path} under {key}: {trouble}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Asks again what changes nothing, until the server is there and has the time.
pub async fn patiently<T, F: Future<Output = Result<T>>>(ask: impl Fn() -> F) -> Result<T> {
    patiently_seeing(&Seen::default(), ask).await
}

/// The same, and notes what was answered meanwhile.
pub async fn patiently_seeing<T, F: Future<Output = Result<T>>>(
    seen: &Seen,
    ask: impl Fn() -> F,
) -> Result<T> {
    for _ in 0..1_000 {
        match ask().await {
            Ok(answer) => return Ok(answer),
            Err(error) => {
                if let Some(Refused(answer)) = error.downcast_ref() {
                    seen.note(answer);
                }
            }
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    ask().await
}

/// What the database holds in the end, read behind the servers' backs.
#[derive(Debug, Default)]
pub struct Books {
    pub coupons: BTreeSet<String>,
    pub redemptions: BTreeSet<String>,
    pub undone: BTreeSet<String>,
}

/// Reads them.
pub async fn books(database: &Fresh) -> Result<Books> {
    let connection = database.connect().await?;
    let ids = async |sql: &str| -> Result<BTreeSet<String>> {
        let backend = connection.get_database_backend();
        connection
            .query_all_raw(Statement::from_string(backend, sql))
            .await?
            .iter()
            .map(|row| Ok(row.try_get_by_index(0)?))
            .collect()
    };
    let books = Books {
        coupons: ids("SELECT coupon_id FROM coupons").await?,
        redemptions: ids("SELECT redemption_id FROM redemptions").await?,
        undone: ids("SELECT redemption_id FROM reversals").await?,
    };
    connection.close().await?;
    Ok(books)
}
