//! SQLite, without a thread between a statement and whoever runs it where it is short.
//!
//! A statement by a key takes a few microseconds, and sending it to a thread and waiting for the answer takes several times as long. So
//! what is short runs where it is called: [`Connection`] for the one who writes, [`Readers::short`] for whoever looks something up. What
//! may take long is sent to a thread: [`Readers::long`], and [`Only`] for a transaction that reads or migrates.

mod error;
mod pool;
mod rows;

use std::{borrow::Cow, path::Path, time::Duration};

use rusqlite::{
    CachedStatement, Connection as Driver, OpenFlags, config::DbConfig, types::ToSqlOutput,
};
use sea_orm::{DbErr, ProxyExecResult, ProxyRow, Statement, Value};

pub(super) use self::pool::{Only, Readers};
use self::{
    error::{executing, opening, querying},
    rows::Columns,
};

/// How long it waits for another process that writes.
const PATIENCE: Duration = Duration::from_secs(10);
/// Statements that stay prepared.
const PREPARED: usize = 256;

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Writing; the file is made where there is none.
    Write,
    /// Reading, in a program that writes as well.
    Read,
    /// Reading a file that belongs to somebody else, much of it at once.
    Inspect,
}

/// One connection to a file.
pub(super) struct Connection(Driver);

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Connection")
    }
}

impl Connection {
    /// Opens a file with the settings that durability rests on, and looks whether they were taken.
    ///
    /// # Errors
    /// When it cannot be opened, or does not take a setting.
    pub(super) fn open(path: &Path, purpose: Use) -> Result<Self, DbErr> {
        let access = match purpose {
            Use::Write => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
            Use::Read => OpenFlags::SQLITE_OPEN_READ_WRITE,
            Use::Inspect => OpenFlags::SQLITE_OPEN_READ_ONLY,
        };
        // Whoever holds a connection is alone with it.
        let driver = Driver::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(opening)?;
        driver.set_prepared_statement_cache_capacity(PREPARED);
        driver.busy_timeout(PATIENCE).map_err(opening)?;
        // Without it a statement is planned anew whenever a value that is bound to it might make another plan better.
        driver
            .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
            .map_err(opening)?;
        let connection = Self(driver);
        match purpose {
            Use::Write => {
                connection.batch("PRAGMA journal_mode = WAL")?;
                connection.durable()?;
                // 64 MB of pages, so that a transaction of many rows need not be written out before its end.
                connection.batch("PRAGMA cache_size = -65536")?;
                // What a statement of many rows needs in case that it is taken back in the middle: not by way of a file.
                connection.batch("PRAGMA temp_store = MEMORY")?;
            }
            Use::Read => {
                connection.durable()?;
                connection.batch("PRAGMA query_only = ON")?;
            }
            Use::Inspect => {
                connection.batch(
                    "PRAGMA query_only = ON; PRAGMA cache_size = -200000; PRAGMA mmap_size = 4294967296",
                )?;
            }
        }
        Ok(connection)
    }

    fn durable(&self) -> Result<(), DbErr> {
        let (synchronous, number) = if planted!("synchronous_normal") {
            ("NORMAL", "1")
        } else {
            ("FULL", "2")
        };
        self.batch(&format!(
            "PRAGMA synchronous = {synchronous}; PRAGMA foreign_keys = ON"
        ))?;
        for (pragma, wanted) in [
            ("journal_mode", "wal"),
            ("synchronous", number),
            ("foreign_keys", "1"),
        ] {
            let found = self.pragma(pragma)?;
            if found != wanted {
                return Err(DbErr::Custom(format!(
                    "SQLite answered {found:?} for PRAGMA {pragma}, {wanted:?} is needed so that nothing acknowledged is lost"
                )));
            }
        }
        Ok(())
    }

    fn pragma(&self, name: &str) -> Result<String, DbErr> {
        let value: rusqlite::types::Value = self
            .0
            .query_row(&format!("PRAGMA {name}"), [], |row| row.get(0))
            .map_err(querying)?;
        Ok(match value {
            rusqlite::types::Value::Integer(n) => n.to_string(),
            rusqlite::types::Value::Text(text) => text,
            _ => "nothing".to_owned(),
        })
    }

    /// Begins a transaction that may write. `false`: another process is writing, and nothing was waited for.
    ///
    /// # Errors
    /// When the database objects.
    pub(super) fn try_begin(&self) -> Result<bool, DbErr> {
        self.0.busy_timeout(Duration::ZERO).map_err(executing)?;
        let begun = self.fixed("BEGIN IMMEDIATE");
        self.0.busy_timeout(PATIENCE).map_err(executing)?;
        match begun {
            Err(error) if super::is_busy(&error) => Ok(false),
            Err(error) => Err(error),
            Ok(()) => Ok(true),
        }
    }

    /// One of our own short statements, which stays prepared.
    ///
    /// # Errors
    /// When the database objects.
    pub(super) fn fixed(&self, text: &'static str) -> Result<(), DbErr> {
        let mut prepared = self.0.prepare_cached(text).map_err(executing)?;
        prepared.raw_execute().map_err(executing)?;
        Ok(())
    }

    /// Statements without parameters.
    ///
    /// # Errors
    /// When the database objects.
    pub(super) fn batch(&self, text: &str) -> Result<ProxyExecResult, DbErr> {
        self.0.execute_batch(text).map_err(executing)?;
        Ok(self.done())
    }

    /// Runs one statement to its end.
    ///
    /// # Errors
    /// When the database objects.
    pub(super) fn execute(&self, statement: &Statement) -> Result<ProxyExecResult, DbErr> {
        let mut prepared = self.prepare(statement).map_err(executing)?;
        let mut rows = prepared.raw_query();
        while rows.next().map_err(executing)?.is_some() {}
        drop(rows);
        Ok(self.done())
    }

    /// Runs one statement for its rows, of which at most `limit` are wanted.
    ///
    /// # Errors
    /// When the database objects.
    pub(super) fn query(
        &self,
        statement: &Statement,
        limit: usize,
    ) -> Result<Vec<ProxyRow>, DbErr> {
        let mut prepared = self.prepare(statement).map_err(querying)?;
        let columns = Columns::of(&prepared);
        let mut found = Vec::new();
        let mut rows = prepared.raw_query();
        // To its end also where fewer rows are wanted: it may write, and what it writes is complete then.
        while let Some(row) = rows.next().map_err(querying)? {
            if found.len() < limit {
                found.push(columns.read(row).map_err(querying)?);
            }
        }
        Ok(found)
    }

    fn prepare(&self, statement: &Statement) -> rusqlite::Result<CachedStatement<'_>> {
        let mut prepared = self.0.prepare_cached(&numbered(&statement.sql))?;
        let values: &[Value] = statement.values.as_ref().map_or(&[], |values| &values.0);
        for index in 1..=prepared.parameter_count() {
            let value = values
                .get(index - 1)
                .ok_or(rusqlite::Error::InvalidParameterCount(values.len(), index))?;
            prepared.raw_bind_parameter(index, rows::parameter(value)?)?;
        }
        Ok(prepared)
    }

    fn done(&self) -> ProxyExecResult {
        ProxyExecResult::new(0, self.0.changes())
    }
}

/// A statement with `?3` for `$3`. To SQLite the one is the third value, the other a name that it looks for among all names before it: of
/// statements with ten thousand values that takes longer than all the rest.
fn numbered(text: &str) -> Cow<'_, str> {
    if !text.contains('$') {
        return Cow::Borrowed(text);
    }
    // Byte by byte, which is as good as letter by letter: what is looked for is ASCII.
    let mut out = text.as_bytes().to_vec();
    let mut is_quoted = false;
    for n in 0..out.len() {
        match out[n] {
            b'\'' => is_quoted = !is_quoted,
            b'$' if !is_quoted && out.get(n + 1).is_some_and(u8::is_ascii_digit) => out[n] = b'?',
            _ => {}
        }
    }
    String::from_utf8(out).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// A value on its way into a statement.
type Parameter<'a> = ToSqlOutput<'a>;

#[cfg(test)]
mod tests {
    use super::numbered;

    #[test]
    fn a_name_that_is_a_number_becomes_one() {
        for (text, wanted) in [
            ("SELECT 1", "SELECT 1"),
            (
                "UPDATE t SET a = $2 WHERE b = $1 AND c = $12",
                "UPDATE t SET a = ?2 WHERE b = ?1 AND c = ?12",
            ),
            (
                "SELECT '$1 it''s $2', $3, $x, '$'",
                "SELECT '$1 it''s $2', ?3, $x, '$'",
            ),
        ] {
            assert_eq!(numbered(text), wanted);
        }
    }
}
