//! More to write than gets done: whoever would wait too long is told to come again, and nothing is lost or done by halves.

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Result, bail, ensure};
use app::{api::path, problem::ProblemKind};
use futures::future::join_all;
use reqwest::Method;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use server::db::Limits;

use crate::{
    harness::{Client, Fresh, Kind, Server, Shopper, raiten, run},
    on_both_databases,
};

/// More than there are connections or places to wait.
const CROWD: usize = 40;

async fn shoppers(database: &Fresh) -> Result<i64> {
    let connection = database.connect().await?;
    let row = connection
        .query_one_raw(Statement::from_string(
            connection.get_database_backend(),
            "SELECT COUNT(*) FROM shoppers",
        ))
        .await?;
    let count = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    connection.close().await?;
    Ok(count)
}

on_both_databases! {
    async fn who_would_wait_too_long_is_told_to_come_again(database: Fresh) -> Result<()> {
        let server = Server::start_with(&database, |setup| {
            setup.writes = Limits { waiting: 8, wait: Duration::from_millis(300) };
        })
        .await?;
        let clients = (0..CROWD).map(|_| server.anonymous()).collect::<Result<Vec<_>>>()?;
        // Somebody else writes and does not come to an end.
        let other = database.connect_alone().await?;
        let hold = match other.get_database_backend() {
            DbBackend::Sqlite => "BEGIN IMMEDIATE",
            _ => "BEGIN; LOCK TABLE shoppers IN ACCESS EXCLUSIVE MODE",
        };
        other.execute_unprepared(hold).await?;
        let (freed, answers) = tokio::join!(
            async {
                tokio::time::sleep(Duration::from_millis(1_500)).await;
                other.execute_unprepared("ROLLBACK").await
            },
            join_all(clients.iter().map(|client| async {
                let begun = Instant::now();
                (client.act(path::SHOPPER_SESSION).await, begun.elapsed())
            })),
        );
        freed?;
        let (mut begun, mut refused) = (0, 0);
        for (answer, took) in answers {
            let answer = answer?;
            if answer.status.is_success() {
                begun += 1;
                continue;
            }
            let (kind, problem) = answer.problem()?;
            ensure!(kind == ProblemKind::Unavailable && problem.retry_after == Some(1), "{}", answer.text());
            ensure!(answer.headers.contains_key("retry-after"), "{:?}", answer.headers);
            ensure!(took < Duration::from_millis(1_400), "refused after {took:?}");
            refused += 1;
        }
        ensure!(refused >= 10, "{refused} of {CROWD} refused");
        ensure!(shoppers(&database).await? == begun, "{begun} acknowledged");
        // Those who come again are served.
        let mut again = 0;
        while again < 5 {
            let came = Instant::now();
            while let Err(error) = Shopper::begin(server.anonymous()?).await {
                ensure!(came.elapsed() < Duration::from_secs(20), "{error:#}");
            }
            again += 1;
        }
        ensure!(shoppers(&database).await? == begun + again);
        if database.url.starts_with("sqlite:") {
            let figures = server.local()?.send(Method::GET, "/metrics", None).await?.text();
            for figure in ["raiten_group_commit_size_bucket", "raiten_writes_waiting", "raiten_writes_refused_total"] {
                ensure!(figures.contains(figure), "no {figure} in {figures}");
            }
        }
        server.stop().await
    }
}

/// The disk takes no more in the middle of a COMMIT (here: a file may not grow beyond a limit). The server ends, and what it
/// acknowledged is there.
#[test]
fn a_disk_that_fails_stops_the_server() -> Result<()> {
    run(Kind::Sqlite, async |database: Fresh| {
        // The tables first, without a limit.
        ensure!(raiten(&database, &["migrate"])?.code == 0);
        let port = std::net::TcpListener::bind(("127.0.0.1", 0))?
            .local_addr()?
            .port();
        // SIGXFSZ would end it before SQLite learns of anything.
        let mut child = Command::new("/bin/bash")
            .args(["-c", "trap '' XFSZ; ulimit -f 2500; exec \"$@\"", "bash"])
            .arg(env!("CARGO_BIN_EXE_raiten-under-test"))
            .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
            .env("RAITEN_DATABASE_URL", &database.url)
            .env("RAITEN_DATA_DIR", database.folder())
            .env("RAITEN_SECRET_KEY", crate::harness::SECRET_KEY)
            .env("RAITEN_REQUESTS_PER_SECOND", "100000")
            .env("RAITEN_REQUESTS_AT_ONCE", "100000")
            .current_dir(database.folder())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let before = shoppers(&database).await?;
        let client = Client::new(&format!("http://127.0.0.1:{port}"))?;
        let begun = Instant::now();
        let mut acknowledged = 0;
        let ended = loop {
            if let Some(ended) = child.try_wait()? {
                break ended;
            }
            if begun.elapsed() > Duration::from_secs(60) {
                child.kill()?;
                bail!("after {acknowledged} writes it still serves");
            }
            let answers = join_all(
                (0..8)
                    .map(|_| client.somebody_else())
                    .map(async |somebody: Client| somebody.act(path::SHOPPER_SESSION).await),
            )
            .await;
            let done = answers
                .iter()
                .filter(|answer| answer.as_ref().is_ok_and(|a| a.status.is_success()))
                .count();
            if done == 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            acknowledged += i64::try_from(done)?;
        };
        ensure!(!ended.success(), "it ended with {ended}");
        ensure!(acknowledged > 100, "{acknowledged} writes");
        let there = shoppers(&database).await? - before;
        ensure!(
            there >= acknowledged,
            "{acknowledged} acknowledged, {there} are there"
        );
        ensure!(raiten(&database, &["verify"])?.code == 0);
        Ok(())
    })
}
