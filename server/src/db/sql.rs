//! Small helpers for statements written by hand, where a join or a conditional update says more than a builder.

use std::fmt::Write as _;

use app::lang::Lang;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, Value};

/// One statement that both databases read; parameters are `$1`, `$2`, ….
pub(crate) fn sql(
    connection: &impl ConnectionTrait,
    text: &str,
    values: impl IntoIterator<Item = Value>,
) -> Statement {
    Statement::from_sql_and_values(connection.get_database_backend(), text, values)
}

/// Runs one statement; gives how many rows it changed. A conditional update answers "no" with 0.
pub(crate) async fn execute(
    connection: &impl ConnectionTrait,
    text: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<u64, DbErr> {
    Ok(connection
        .execute_raw(sql(connection, text, values))
        .await?
        .rows_affected())
}

/// The placeholders `$first, …` for `count` parameters.
pub(crate) fn placeholders(first: usize, count: usize) -> String {
    let mut out = String::with_capacity(8 * count);
    for n in first..first + count {
        let separator = if n == first { "" } else { ", " };
        // Writing into a text does not fail.
        let _ = write!(out, "{separator}${n}");
    }
    out
}

/// On PostgreSQL makes transactions with the same key wait for each other until they end; SQLite has one writer anyway.
pub(crate) async fn one_at_a_time(
    transaction: &impl ConnectionTrait,
    key: &str,
) -> Result<(), DbErr> {
    lock(transaction, "pg_advisory_xact_lock", key).await
}

/// The same beside others that say so too: only whoever wants to be alone waits for them, and they for it.
pub(crate) async fn beside_others(
    transaction: &impl ConnectionTrait,
    key: &str,
) -> Result<(), DbErr> {
    lock(transaction, "pg_advisory_xact_lock_shared", key).await
}

async fn lock(
    transaction: &impl ConnectionTrait,
    function: &'static str,
    key: &str,
) -> Result<(), DbErr> {
    if transaction.get_database_backend() == DbBackend::Postgres {
        let text = format!("SELECT CAST({function}(hashtextextended($1, 0)) AS TEXT)");
        transaction
            .query_one_raw(sql(transaction, &text, [key.into()]))
            .await?;
    }
    Ok(())
}

/// The same for many keys, always in the same order, so that two who want several do not wait for each other.
pub(crate) async fn all_at_a_time(
    transaction: &impl ConnectionTrait,
    mut keys: Vec<String>,
) -> Result<(), DbErr> {
    keys.sort_unstable();
    keys.dedup();
    if transaction.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    // Rows of an array are taken as they stand.
    transaction
        .query_one_raw(sql(
            transaction,
            "SELECT COUNT(CAST(pg_advisory_xact_lock(hashtextextended(k.key, 0)) AS TEXT)) AS held FROM UNNEST(CAST($1 AS TEXT[])) AS k (key)",
            [Value::from(keys)],
        ))
        .await?;
    Ok(())
}

/// The same without waiting: `false` where another transaction has the key. On SQLite there is no other that writes.
pub(crate) async fn try_alone(
    transaction: &impl ConnectionTrait,
    key: &str,
) -> Result<bool, DbErr> {
    if transaction.get_database_backend() != DbBackend::Postgres {
        return Ok(true);
    }
    let row = transaction
        .query_one_raw(sql(
            transaction,
            "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS held",
            [key.into()],
        ))
        .await?;
    row.map_or(Ok(false), |row| row.try_get("", "held"))
}

/// A name in the retailer's languages: Japanese always, English where it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// 日本語.
    pub ja: String,
    /// English, if the retailer gave it.
    pub en: Option<String>,
}

impl Names {
    /// The name for a reader.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match (lang, self.en.as_deref()) {
            (Lang::En, Some(en)) if !en.trim().is_empty() => en,
            _ => &self.ja,
        }
    }
}
