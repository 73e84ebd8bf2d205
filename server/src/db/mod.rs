//! The database: the only module that knows tables. Rows turn into domain values here; entities do not leave.
//!
//! Every write goes through [`Db::begin`]: a place in a group that commits as one on SQLite, where one connection writes and others
//! read, the short questions of [`Db::read`] without a thread in between, those of [`Db::scan`] on threads of their own; one pool on
//! PostgreSQL. Promises are carried by conditional updates, keys and checks, not by isolation levels.

mod around;
mod bulk;
mod connect;
pub(crate) mod entity;
mod group;
mod sql;
mod sqlite;
mod transaction;

pub mod accounts;
pub mod announcements;
pub mod api_keys;
pub mod audit;
pub mod campaigns;
pub mod contact;
pub mod coupons;
pub mod decisions;
pub mod directory;
pub mod draw_log;
pub mod draw_seeds;
pub mod draws;
pub mod facts;
pub mod goals;
pub mod history;
pub mod holdout;
pub mod idempotency;
pub mod invitations;
pub mod journal;
pub mod journeys;
pub mod learning;
pub mod lift;
pub mod links;
pub mod members;
pub mod offers;
pub mod places;
pub mod ratings;
pub mod redemptions;
pub mod report;
pub mod retailers;
pub mod running;
pub mod secrets;
pub mod sessions;
pub mod shoppers;
pub mod short_codes;
pub mod stamps;
pub mod stores;
pub mod throttles;
pub mod town;
pub mod trouble;
pub mod visit_imports;
pub mod visits;

pub(crate) use around::EARTH_M;
pub use connect::{ConnectError, connect, connect_with, only};
pub use group::{Limits, settled};
pub use sql::Names;
pub use sqlite::Use;
pub use transaction::Transaction;

use std::sync::Arc;

use sea_orm::{DatabaseConnection, DbBackend, DbErr, RuntimeErr, SqlxError, TransactionTrait};
use tempfile::TempDir;

/// The connections.
#[derive(Clone, Debug)]
pub struct Db {
    read: DatabaseConnection,
    scan: DatabaseConnection,
    write: Write,
    /// Where a database is kept that was asked for in memory; it goes with the last of those who use it.
    _folder: Option<Arc<TempDir>>,
}

/// Where transactions come from.
#[derive(Clone, Debug)]
enum Write {
    /// PostgreSQL: the pool that is read from as well.
    Pool,
    /// SQLite: the one connection that writes.
    Queue(group::Queue),
}

impl Db {
    /// For looking something up outside a transaction: by a key, a page of a list. On SQLite the thread that asks does the work, and
    /// whoever shares that thread waits.
    #[must_use]
    pub fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// For reading much, outside a transaction: what counts or adds up.
    #[must_use]
    pub fn scan(&self) -> &DatabaseConnection {
        &self.scan
    }

    /// SQLite or PostgreSQL.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        self.read.get_database_backend()
    }

    /// Begins a transaction that may write. It stays inside one family of tables, is short, and waits for nothing but its statements.
    ///
    /// # Errors
    /// When the database cannot be reached or stays busy, which [`is_busy`] tells.
    pub async fn begin(&self) -> Result<Transaction, DbErr> {
        self.transaction(false).await
    }

    /// Begins a transaction of many rows: on SQLite it shares its COMMIT with nobody, so that nobody's answer waits for its end.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub async fn begin_alone(&self) -> Result<Transaction, DbErr> {
        self.transaction(true).await
    }

    async fn transaction(&self, alone: bool) -> Result<Transaction, DbErr> {
        Ok(match &self.write {
            Write::Pool => self.read.begin().await?.into(),
            Write::Queue(queue) => queue.begin(alone).await?.into(),
        })
    }

    /// Waits until writing stopped for good, because the disk did not take what was committed. On most machines that is for ever.
    pub async fn halted(&self) {
        match &self.write {
            Write::Pool => std::future::pending().await,
            Write::Queue(queue) => queue.halted().await,
        }
    }

    /// Whether it has.
    #[must_use]
    pub fn is_halted(&self) -> bool {
        matches!(&self.write, Write::Queue(queue) if queue.is_halted())
    }

    /// Ends all connections after what is under way has finished.
    ///
    /// # Errors
    /// When the database objects.
    pub async fn close(self) -> Result<(), DbErr> {
        if let Write::Queue(queue) = &self.write {
            queue.close().await;
        }
        self.scan.close().await?;
        self.read.close().await
    }
}

/// Whether an error is the violation of a unique key, which is often an answer rather than a fault.
#[must_use]
pub fn is_unique_violation(error: &DbErr) -> bool {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(driver))
        | DbErr::Query(RuntimeErr::SqlxError(driver)) => {
            matches!(driver.as_ref(), SqlxError::Database(answer) if answer.is_unique_violation())
        }
        _ => false,
    }
}

/// Whether an error only says that the database was busy: every connection in use for too long, another writer in the way, or two
/// transactions that waited for each other. Nothing was written then, and trying again a little later may do.
#[must_use]
pub fn is_busy(error: &DbErr) -> bool {
    let driver = match error {
        DbErr::ConnectionAcquire(_) => return true,
        DbErr::Conn(RuntimeErr::SqlxError(driver))
        | DbErr::Exec(RuntimeErr::SqlxError(driver))
        | DbErr::Query(RuntimeErr::SqlxError(driver)) => driver,
        _ => return false,
    };
    match driver.as_ref() {
        SqlxError::PoolTimedOut => true,
        SqlxError::Database(answer) => answer.code().is_some_and(|code| {
            // SQLite: busy, busy with a snapshot, locked. PostgreSQL: serialization failure, deadlock, too many connections.
            matches!(
                code.as_ref(),
                "5" | "517" | "6" | "40001" | "40P01" | "53300"
            )
        }),
        _ => false,
    }
}

/// A value of the database that is not what we ever write there.
///
/// Rows come from our own writes, so this is a fault and never an answer to a request.
pub fn corrupt<E: std::fmt::Display>(what: &'static str) -> impl FnOnce(E) -> DbErr {
    move |error| DbErr::Custom(format!("the database holds an impossible {what}: {error}"))
}
