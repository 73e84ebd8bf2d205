//! Chaining entries: numbers without gaps and links, in small batches, each retailer's by itself.

use app::{audit::Chained, id::RetailerId};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};

use crate::db::{
    Db, corrupt, is_unique_violation,
    sql::{execute, sql},
};

/// How old an entry may become without a link, milliseconds; `raiten verify` holds it. The job runs every few seconds.
pub const SEALED_WITHIN_MS: i64 = 10 * 60_000;
/// So that a transaction stays short.
const BATCH: i64 = 200;

#[derive(FromQueryResult)]
struct Row {
    entry_id: String,
    entered_at: i64,
    actor_kind: String,
    actor: String,
    action: String,
    subject: String,
    store_id: Option<String>,
    origin: Option<String>,
    request_id: Option<String>,
    details: String,
}

impl Row {
    fn link(&self, before: &str) -> String {
        Chained {
            entry_id: &self.entry_id,
            at: self.entered_at,
            actor_kind: &self.actor_kind,
            actor: &self.actor,
            action: &self.action,
            subject: &self.subject,
            store_id: self.store_id.as_deref(),
            origin: self.origin.as_deref(),
            request_id: self.request_id.as_deref(),
            details: &self.details,
        }
        .link(before)
    }
}

/// Gives every entry without one its number and link. May be interrupted and run on several servers at once: a number is given
/// once. Gives how many.
///
/// # Errors
/// When the database objects.
pub async fn seal(db: &Db) -> Result<u64, DbErr> {
    let mut sealed = 0;
    let waiting = db
        .read()
        .query_all_raw(sql(
            db.read(),
            "SELECT DISTINCT retailer_id FROM audit_entries WHERE number IS NULL ORDER BY retailer_id",
            [],
        ))
        .await?;
    for row in waiting {
        let retailer_id: String = row.try_get("", "retailer_id")?;
        let retailer_id: RetailerId = retailer_id.parse().map_err(corrupt("retailer id"))?;
        loop {
            match seal_some(db, retailer_id).await {
                Ok(0) => break,
                Ok(some) => sealed += some,
                // Another server is at it: what it leaves is found the next time.
                Err(error) if is_unique_violation(&error) => break,
                Err(error) => return Err(error),
            }
        }
    }
    Ok(sealed)
}

/// A batch of one retailer's.
async fn seal_some(db: &Db, retailer_id: RetailerId) -> Result<u64, DbErr> {
    let transaction = db.begin_alone().await?;
    let last = transaction
        .query_one_raw(sql(
            &transaction,
            "SELECT number, link FROM audit_entries WHERE retailer_id = $1 AND number IS NOT NULL ORDER BY number DESC LIMIT 1",
            [retailer_id.to_string().into()],
        ))
        .await?;
    let (mut number, mut link) = match last {
        Some(row) => (row.try_get("", "number")?, row.try_get("", "link")?),
        None => (0_i64, String::new()),
    };
    let rows = Row::find_by_statement(sql(
        &transaction,
        "SELECT entry_id, entered_at, actor_kind, actor, action, subject, store_id, origin, request_id, details FROM audit_entries
         WHERE retailer_id = $1 AND number IS NULL ORDER BY entry_id LIMIT $2",
        [retailer_id.to_string().into(), BATCH.into()],
    ))
    .all(&transaction)
    .await?;
    let mut sealed = 0;
    for row in &rows {
        let next = row.link(&link);
        let changed = execute(
            &transaction,
            "UPDATE audit_entries SET number = $1, link = $2 WHERE retailer_id = $3 AND entry_id = $4 AND number IS NULL",
            [
                (number + 1).into(),
                next.clone().into(),
                retailer_id.to_string().into(),
                row.entry_id.clone().into(),
            ],
        )
        .await;
        match changed {
            Ok(1) => {}
            // Another server was faster.
            Ok(_) => {
                transaction.rollback().await?;
                return Ok(0);
            }
            Err(error) => {
                transaction.rollback().await?;
                return Err(error);
            }
        }
        number += 1;
        link = next;
        sealed += 1;
    }
    transaction.commit().await?;
    Ok(sealed)
}
