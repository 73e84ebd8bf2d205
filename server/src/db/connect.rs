//! Opening a database: the settings durability needs, and the refusal of a database newer than the program.

use std::time::Duration;

use migrations::Migrator;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement,
};
use sea_orm_migration::MigratorTrait;

use super::Db;

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

/// Opens `sqlite:PATH`, `sqlite::memory:` or `postgres://…`, applies what is missing of the schema, and checks the settings.
///
/// # Errors
/// See [`ConnectError`]; nothing was changed then, except for migrations that had succeeded.
pub async fn connect(url: &str) -> Result<Db, ConnectError> {
    let db = if let Some(path) = url.strip_prefix("sqlite:") {
        open_sqlite(path).await?
    } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        let mut options = options(url);
        options.max_connections(20);
        let pool = Database::connect(options).await?;
        Db {
            read: pool.clone(),
            write: pool,
        }
    } else {
        return Err(ConnectError::UnknownKind);
    };
    refuse_newer(&db.write).await?;
    Migrator::up(&db.write, None).await?;
    if db.backend() == DbBackend::Sqlite {
        check_pragmas(&db.write).await?;
        check_pragmas(&db.read).await?;
    }
    Ok(db)
}

fn options(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .sqlx_logging(false)
        .connect_timeout(Duration::from_secs(10))
        .acquire_timeout(Duration::from_secs(10));
    options
}

async fn open_sqlite(path: &str) -> Result<Db, ConnectError> {
    let memory = path.starts_with(":memory:");
    let url = if memory {
        "sqlite::memory:".to_owned()
    } else {
        format!("sqlite:{}?mode=rwc", path.trim_start_matches("//"))
    };
    let open = |connections: u32| {
        let mut options = options(&url);
        options
            .max_connections(connections)
            .min_connections(1)
            .map_sqlx_sqlite_opts(|o| {
                o.pragma("journal_mode", "WAL")
                    .pragma("synchronous", "FULL")
                    .pragma("foreign_keys", "ON")
                    .pragma("busy_timeout", "10000")
            });
        if memory {
            // An in-memory database ends with its connection.
            options
                .idle_timeout(Duration::from_secs(u64::from(u32::MAX)))
                .max_lifetime(Duration::from_secs(u64::from(u32::MAX)));
        }
        Database::connect(options)
    };
    let write = open(1).await?;
    let read = if memory {
        write.clone()
    } else {
        open(8).await?
    };
    Ok(Db { read, write })
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
    for (pragma, wanted) in [("synchronous", "2"), ("foreign_keys", "1")] {
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
