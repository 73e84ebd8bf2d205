//! Where a member of a group sits while it has its turn: the group's transaction is lent to it, and can be taken away.

use std::fmt;

use sea_orm::{DatabaseTransaction, DbErr, RuntimeErr, SqlxError};
use tokio::sync::{Mutex, MutexGuard};

use super::refused;

/// The group's transaction on loan.
pub(in crate::db) struct Seat(Mutex<Lent>);

struct Lent {
    outer: Option<DatabaseTransaction>,
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
    pub(super) fn new(outer: DatabaseTransaction) -> Self {
        Self(Mutex::new(Lent {
            outer: Some(outer),
            broken: None,
        }))
    }

    /// For one statement.
    pub(in crate::db) async fn sit(&self) -> Sitting<'_> {
        Sitting(self.0.lock().await)
    }

    /// Takes the transaction back, after the statement that may be running; with the error that broke it, if one did.
    pub(super) async fn vacate(&self) -> (Option<DatabaseTransaction>, Option<DbErr>) {
        let mut lent = self.0.lock().await;
        (lent.outer.take(), lent.broken.take())
    }
}

/// The right to run one statement.
pub(in crate::db) struct Sitting<'a>(MutexGuard<'a, Lent>);

impl Sitting<'_> {
    /// The transaction.
    ///
    /// # Errors
    /// When the member took too long and was shown out, or the transaction is broken.
    pub(in crate::db) fn outer(&self) -> Result<&DatabaseTransaction, DbErr> {
        if let Some(error) = &self.0.broken {
            return Err(error.clone());
        }
        self.0.outer.as_ref().ok_or_else(|| refused("slow"))
    }

    /// Passes a statement's result on, and notes whether the transaction is still whole.
    pub(in crate::db) fn noted<T>(&mut self, result: Result<T, DbErr>) -> Result<T, DbErr> {
        if let Err(error) = &result
            && primary_code(error).is_some_and(throws_away)
        {
            self.0.broken = Some(error.clone());
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
