//! Where a member of a group sits while it has its turn: the group's connection is lent to it, and can be taken away.

use std::{fmt, sync::Arc};

use sea_orm::{DbErr, RuntimeErr, SqlxError};
use tokio::sync::Mutex;

use super::refused;
use crate::db::sqlite::Connection;

/// The group's connection on loan.
#[derive(Clone)]
pub(in crate::db) struct Seat {
    lent: Arc<Mutex<Lent>>,
    /// Whether statements may take long, so that they run on a thread where nobody waits for them.
    long: bool,
}

struct Lent {
    connection: Option<Connection>,
    /// The error after which SQLite may have thrown the whole transaction away by itself. A further statement would then run outside
    /// of any, so there is none.
    broken: Option<DbErr>,
}

impl fmt::Debug for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seat")
    }
}

impl Seat {
    pub(super) fn new(connection: Connection, long: bool) -> Self {
        Self {
            lent: Arc::new(Mutex::new(Lent {
                connection: Some(connection),
                broken: None,
            })),
            long,
        }
    }

    /// Runs one statement.
    ///
    /// # Errors
    /// Its own; when the member took too long and was shown out, or the transaction is broken.
    pub(in crate::db) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, DbErr> + Send + 'static,
    ) -> Result<T, DbErr> {
        if self.long {
            // The thread keeps the place: whoever stops waiting leaves nothing half done.
            let mut lent = Arc::clone(&self.lent).lock_owned().await;
            tokio::task::spawn_blocking(move || lent.run(work))
                .await
                .map_err(|error| DbErr::Custom(error.to_string()))?
        } else {
            self.lent.lock().await.run(work)
        }
    }

    /// Takes the connection back, after the statement that may be running; with the error that broke the transaction, if one did.
    pub(super) async fn vacate(&self) -> (Option<Connection>, Option<DbErr>) {
        let mut lent = self.lent.lock().await;
        (lent.connection.take(), lent.broken.take())
    }
}

impl Lent {
    fn run<T>(&mut self, work: impl FnOnce(&Connection) -> Result<T, DbErr>) -> Result<T, DbErr> {
        if let Some(error) = &self.broken {
            return Err(error.clone());
        }
        let connection = self.connection.as_ref().ok_or_else(|| refused("slow"))?;
        let result = work(connection);
        if let Err(error) = &result
            && primary_code(error).is_some_and(throws_away)
        {
            self.broken = Some(error.clone());
        }
        result
    }
}

/// Errors after which SQLite may have rolled back the whole transaction: out of memory, interrupted, input or output, corrupt, full.
const fn throws_away(code: u32) -> bool {
    matches!(code, 7 | 9 | 10 | 11 | 13)
}

/// SQLite's code of an error without its finer distinctions.
pub(super) fn primary_code(error: &DbErr) -> Option<u32> {
    let (DbErr::Conn(RuntimeErr::SqlxError(driver))
    | DbErr::Exec(RuntimeErr::SqlxError(driver))
    | DbErr::Query(RuntimeErr::SqlxError(driver))) = error
    else {
        return None;
    };
    match driver.as_ref() {
        SqlxError::Database(answer) => answer.code()?.parse().ok().map(|code: u32| code & 0xff),
        _ => None,
    }
}
