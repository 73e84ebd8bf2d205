//! Opening a database: the settings durability needs, and the refusal of a database newer than the program.

use std::time::Duration;

use migrations::Migrator;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement,
};
use sea_orm_migration::MigratorTrait;

use super::{
    Db, Write,
    group::{Limits, Queue, Source},
};

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The address is neither `sqlite:` nor `postgres:`.
    #[error("the database address must begin with sqlite: or postgres:")]
    UnknownKind,
    /// A migration was applied that this program does not know.
    #[error(
        "the database is newer than this program: it has the migration {migration}, which this version does not know. \
         Start the newer program, or restore a backup from before the upgrade"
    )]
    NewerDatabase {
        /// The first one that is not known.
        migration: String,
    },
    /// SQLite did not take a setting that durability rests on.
    #[error(
        "SQLite answered {found:?} for PRAGMA {pragma}, {wanted:?} is needed so that nothing acknowledged is lost"
    )]
    Pragma {
        /// Which.
        pragma: &'static str,
        /// Ours.
        wanted: &'static str,
        /// What it says.
        found: String,
    },
    /// The database objects.
    #[error("the database cannot be opened: {0}")]
    Db(#[from] DbErr),
}

/// [`connect_with`] the limits of the default configuration.
///
/// # Errors
/// As there.
pub async fn connect(url: &str) -> Result<Db, ConnectError> {
    connect_with(url, Limits::default()).await
}

/// Opens `sqlite:PATH`, `sqlite::memory:` or `postgres://…`, applies what is missing of the schema, and checks the settings.
///
/// # Errors
/// See [`ConnectError`]; nothing was changed then, except for migrations that had succeeded.
pub async fn connect_with(url: &str, limits: Limits) -> Result<Db, ConnectError> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        let path = path.trim_start_matches("//");
        let write = writer(path).await?;
        migrate(&write).await?;
        check_pragmas(&write).await?;
        let (source, read) = if in_memory(path) {
            (Source::Memory, write.clone())
        } else {
            (Source::File(path.to_owned()), sqlite(path, 8).await?)
        };
        check_pragmas(&read).await?;
        Ok(Db {
            read,
            write: Write::Queue(Queue::start(source, write, limits)),
        })
    } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        let mut options = options(url);
        options.max_connections(20).acquire_timeout(limits.wait);
        let read = Database::connect(options).await?;
        migrate(&read).await?;
        Ok(Db {
            read,
            write: Write::Pool,
        })
    } else {
        Err(ConnectError::UnknownKind)
    }
}

fn options(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .sqlx_logging(false)
        .connect_timeout(Duration::from_secs(10))
        .acquire_timeout(Duration::from_secs(10));
    options
}

fn in_memory(path: &str) -> bool {
    path.starts_with(":memory:")
}

/// The one connection that writes to a file.
pub(super) async fn writer(path: &str) -> Result<DatabaseConnection, DbErr> {
    sqlite(path, 1).await
}

async fn sqlite(path: &str, connections: u32) -> Result<DatabaseConnection, DbErr> {
    let memory = in_memory(path);
    let url = if memory {
        "sqlite::memory:".to_owned()
    } else {
        format!("sqlite:{path}?mode=rwc")
    };
    let synchronous = if planted!("synchronous_normal") {
        "NORMAL"
    } else {
        "FULL"
    };
    let mut options = options(&url);
    options
        .max_connections(connections)
        .min_connections(1)
        // A file does not hang up.
        .test_before_acquire(false)
        .map_sqlx_sqlite_opts(move |o| {
            o.pragma("journal_mode", "WAL")
                .pragma("synchronous", synchronous)
                .pragma("foreign_keys", "ON")
                .pragma("busy_timeout", "10000")
        });
    if memory {
        // An in-memory database ends with its connection.
        options
            .idle_timeout(Duration::from_secs(u64::from(u32::MAX)))
            .max_lifetime(Duration::from_secs(u64::from(u32::MAX)));
    }
    Database::connect(options).await
}

async fn migrate(connection: &DatabaseConnection) -> Result<(), ConnectError> {
    refuse_newer(connection).await?;
    Migrator::up(connection, None).await?;
    Ok(())
}

/// Names of the applied migrations that this program does not know.
async fn refuse_newer(connection: &DatabaseConnection) -> Result<(), ConnectError> {
    let known: Vec<String> = Migrator::migrations()
        .iter()
        .map(|m| m.name().to_owned())
        .collect();
    Migrator::install(connection).await?;
    let rows = connection
        .query_all_raw(Statement::from_string(
            connection.get_database_backend(),
            "SELECT version FROM seaql_migrations ORDER BY version",
        ))
        .await?;
    for row in rows {
        let version: String = row.try_get("", "version")?;
        if !known.contains(&version) {
            return Err(ConnectError::NewerDatabase { migration: version });
        }
    }
    Ok(())
}

async fn check_pragmas(connection: &DatabaseConnection) -> Result<(), ConnectError> {
    let full = if planted!("synchronous_normal") {
        "1"
    } else {
        "2"
    };
    for (pragma, wanted) in [("synchronous", full), ("foreign_keys", "1")] {
        let row = connection
            .query_one_raw(Statement::from_string(
                DbBackend::Sqlite,
                format!("PRAGMA {pragma}"),
            ))
            .await?;
        let found = row
            .and_then(|r| r.try_get_by_index::<i64>(0).ok())
            .map_or_else(|| "nothing".to_owned(), |n| n.to_string());
        if found != wanted {
            return Err(ConnectError::Pragma {
                pragma,
                wanted,
                found,
            });
        }
    }
    Ok(())
}
