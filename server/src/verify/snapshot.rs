//! The connection and the one moment that all rules look at.

use std::time::Duration;

use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr,
    IsolationLevel, Statement, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;

use super::{Report, check};
use crate::db::{Use, only};

/// Why nothing could be verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The address is neither `sqlite:` nor `postgres:`.
    #[error("the database address must begin with sqlite: or postgres:")]
    UnknownKind,
    /// Rules speak about the tables of this version only.
    #[error(
        "the database has other tables than this version knows (first difference: {migration}); bring it up to date by \
         `raiten migrate`, or run the newer program"
    )]
    OtherTables {
        /// The first migration that only one of the two has.
        migration: String,
    },
    /// The database objects.
    #[error("the database cannot be read: {0}")]
    Db(#[from] DbErr),
}

/// Opens a connection of its own, which can only read, and asks every rule on one snapshot. Changes nothing, makes nothing.
///
/// # Errors
/// See [`VerifyError`].
pub async fn run(url: &str) -> Result<Report, VerifyError> {
    let connection = open(url).await?;
    let report = on_snapshot(&connection).await;
    connection.close().await?;
    report
}

async fn on_snapshot(connection: &DatabaseConnection) -> Result<Report, VerifyError> {
    let snapshot = connection.begin_with_options(options(connection)).await?;
    if snapshot.get_database_backend() == DbBackend::Postgres {
        // For this transaction only: sorting a ledger needs more than the 4 MB of a usual query.
        snapshot
            .execute_unprepared("SET LOCAL work_mem = '256MB'; SET LOCAL jit = off")
            .await?;
    }
    same_tables(&snapshot).await?;
    let report = check(&snapshot).await?;
    snapshot.rollback().await?;
    Ok(report)
}

fn options(connection: &DatabaseConnection) -> TransactionOptions {
    match connection.get_database_backend() {
        // The first statement takes the snapshot, and the write-ahead log keeps it for as long as this lasts.
        DbBackend::Sqlite => TransactionOptions::default(),
        _ => TransactionOptions {
            isolation_level: Some(IsolationLevel::RepeatableRead),
            access_mode: Some(AccessMode::ReadOnly),
            ..TransactionOptions::default()
        },
    }
}

async fn open(url: &str) -> Result<DatabaseConnection, VerifyError> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        // A name misspelled is an error and not a new, clean database.
        return Ok(only(path, Use::Inspect).await?);
    }
    if !url.starts_with("postgres:") && !url.starts_with("postgresql:") {
        return Err(VerifyError::UnknownKind);
    }
    let mut options = ConnectOptions::new(url);
    options
        .sqlx_logging(false)
        .max_connections(1)
        .connect_timeout(Duration::from_secs(10))
        .acquire_timeout(Duration::from_secs(10));
    Ok(Database::connect(options).await?)
}

/// Whether exactly the migrations of this program were applied.
async fn same_tables(snapshot: &impl ConnectionTrait) -> Result<(), VerifyError> {
    let rows = snapshot
        .query_all_raw(Statement::from_string(
            snapshot.get_database_backend(),
            "SELECT version FROM seaql_migrations ORDER BY version",
        ))
        .await?;
    let applied = rows
        .iter()
        .map(|row| row.try_get("", "version"))
        .collect::<Result<Vec<String>, _>>()?;
    let mut known: Vec<String> = migrations::Migrator::migrations()
        .iter()
        .map(|migration| migration.name().to_owned())
        .collect();
    known.sort();
    let differs = |a: &[String], b: &[String]| a.iter().find(|name| !b.contains(name)).cloned();
    match differs(&known, &applied).or_else(|| differs(&applied, &known)) {
        Some(migration) => Err(VerifyError::OtherTables { migration }),
        None => Ok(()),
    }
}
