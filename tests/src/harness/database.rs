//! A fresh database for every test: a SQLite file in a folder of its own, or a PostgreSQL database of its own in the cluster
//! that `RAITEN_TEST_POSTGRES_URL` names.

use std::future::Future;

use anyhow::{Context, Result};
use app::id::CouponId;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};
use server::db::{Use, only};
use tempfile::TempDir;

/// Names the cluster, as `postgres://user@127.0.0.1:5432/postgres`.
pub const POSTGRES_URL: &str = "RAITEN_TEST_POSTGRES_URL";

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// A database that nobody else uses.
pub struct Fresh {
    /// As `RAITEN_DATABASE_URL` takes it.
    pub url: String,
    folder: TempDir,
}

impl Fresh {
    /// One that somebody else has made and takes away.
    pub fn at(url: String) -> Result<Self> {
        Ok(Self {
            url,
            folder: tempfile::tempdir()?,
        })
    }

    /// A folder that goes away with the test.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// A coupon's long code, as it would stand on paper: no screen shows it.
    pub async fn code_of(&self, coupon_id: CouponId) -> Result<String> {
        let connection = self.connect().await?;
        let statement = Statement::from_sql_and_values(
            connection.get_database_backend(),
            "SELECT code FROM coupons WHERE coupon_id = $1",
            [coupon_id.to_string().into()],
        );
        let row = connection.query_one_raw(statement).await?;
        let code = row.context("such a coupon")?.try_get("", "code")?;
        connection.close().await?;
        Ok(code)
    }

    /// A connection that does not go through the server, for looking behind it.
    pub async fn connect(&self) -> Result<DatabaseConnection> {
        open(&self.url, 2).await
    }

    /// The same as a single one, for settings that belong to a connection.
    pub async fn connect_alone(&self) -> Result<DatabaseConnection> {
        open(&self.url, 1).await
    }
}

async fn open(url: &str, connections: u32) -> Result<DatabaseConnection> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        return Ok(only(path, Use::Write).await?);
    }
    let mut options = ConnectOptions::new(url);
    options.sqlx_logging(false).max_connections(connections);
    Ok(Database::connect(options).await?)
}

/// Runs one test body on one kind of database and removes the database afterwards.
pub fn run<F>(kind: Kind, body: impl FnOnce(Fresh) -> F) -> Result<()>
where
    F: Future<Output = Result<()>>,
{
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?
        .block_on(async {
            let folder = tempfile::tempdir()?;
            match kind {
                Kind::Sqlite => {
                    let url = format!("sqlite:{}", folder.path().join("raiten.db").display());
                    body(Fresh { url, folder }).await
                }
                Kind::Postgres => match std::env::var(POSTGRES_URL) {
                    Ok(cluster) => on_postgres(&cluster, folder, body).await,
                    Err(_) => {
                        eprintln!("SKIPPED on PostgreSQL: {POSTGRES_URL} is not set (cargo xtask test sets it)");
                        Ok(())
                    }
                },
            }
        })
}

async fn on_postgres<F>(cluster: &str, folder: TempDir, body: impl FnOnce(Fresh) -> F) -> Result<()>
where
    F: Future<Output = Result<()>>,
{
    let admin = open(cluster, 2).await.context("the test cluster")?;
    let name = format!("raiten_test_{:032x}", rand::random::<u128>());
    admin
        .execute_unprepared(&format!("CREATE DATABASE {name}"))
        .await?;
    let url = with_database(cluster, &name);
    let outcome = body(Fresh { url, folder }).await;
    admin
        .execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)"))
        .await?;
    outcome
}

/// The cluster's address with another database name.
fn with_database(cluster: &str, name: &str) -> String {
    let (address, options) = cluster.split_once('?').unwrap_or((cluster, ""));
    let after_scheme = address.find("://").map_or(0, |at| at + 3);
    let server = address
        .get(after_scheme..)
        .and_then(|rest| rest.find('/'))
        .map_or(address, |slash| &address[..after_scheme + slash]);
    let question = if options.is_empty() { "" } else { "?" };
    format!("{server}/{name}{question}{options}")
}

/// One body, two tests: `sqlite::name` and `postgres::name`.
#[macro_export]
macro_rules! on_both_databases {
    ($($(#[$meta:meta])* async fn $name:ident($database:ident: $fresh:ty) -> $outcome:ty $body:block)+) => {
        $( $(#[$meta])* async fn $name($database: $fresh) -> $outcome $body )+

        mod sqlite {
            $(
                #[test]
                fn $name() -> anyhow::Result<()> {
                    $crate::harness::run($crate::harness::Kind::Sqlite, super::$name)
                }
            )+
        }

        mod postgres {
            $(
                #[test]
                fn $name() -> anyhow::Result<()> {
                    $crate::harness::run($crate::harness::Kind::Postgres, super::$name)
                }
            )+
        }
    };
}
