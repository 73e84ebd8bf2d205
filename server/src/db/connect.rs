//! Opening a database: the settings durability needs, and the refusal of a database newer than the program.

use std::{path::PathBuf, sync::Arc, time::Duration};

use migrations::Migrator;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr,
    ProxyDatabaseTrait, Statement,
};
use sea_orm_migration::MigratorTrait;

use super::{
    Db, Write,
    group::{Limits, Queue},
    sqlite::{Connection, Only, Readers, Use},
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

/// Opens `sqlite:PATH`, `sqlite::memory:` (a file that nobody else sees, gone at the end) or `postgres://…`, applies what is missing of
/// the schema, and checks the settings.
///
/// # Errors
/// See [`ConnectError`]; nothing was changed then, except for migrations that had succeeded.
pub async fn connect_with(url: &str, limits: Limits) -> Result<Db, ConnectError> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        let path = path.trim_start_matches("//");
        let (path, folder) = if in_memory(path) {
            let folder = tempfile::tempdir().map_err(|error| DbErr::Custom(error.to_string()))?;
            (folder.path().join("memory.sqlite"), Some(Arc::new(folder)))
        } else {
            (PathBuf::from(path), None)
        };
        let whole = Only::open(path.clone(), Use::Write).await?;
        migrate(&proxy(whole.clone()).await?).await?;
        whole.whole()?;
        let read = proxy(Readers::short(path.clone())?).await?;
        let scan = proxy(Readers::long(path.clone())?).await?;
        let write = Connection::open(&path, Use::Write)?;
        Ok(Db {
            read,
            scan,
            write: Write::Queue(Queue::start(path, write, limits)),
            _folder: folder,
        })
    } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        let mut options = options(url);
        options.max_connections(20).acquire_timeout(limits.wait);
        let read = Database::connect(options).await?;
        migrate(&read).await?;
        Ok(Db {
            scan: read.clone(),
            read,
            write: Write::Pool,
            _folder: None,
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

async fn proxy(sqlite: impl ProxyDatabaseTrait + 'static) -> Result<DatabaseConnection, DbErr> {
    Database::connect_proxy(DbBackend::Sqlite, Arc::new(Box::new(sqlite))).await
}

/// One connection to a SQLite file, for one who does one thing after the other: nothing of the schema is looked at.
///
/// # Errors
/// When it cannot be opened.
pub async fn only(path: &str, purpose: Use) -> Result<DatabaseConnection, DbErr> {
    let path = PathBuf::from(path.trim_start_matches("//"));
    proxy(Only::open(path, purpose).await?).await
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
