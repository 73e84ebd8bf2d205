//! The audit log's links, computed anew from the columns as they stand.

use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement};
use sha2::{Digest, Sha256};

/// So many entries at a time: a log may not fit into memory.
const BATCH: i64 = 2_000;

/// Entries whose number is not the next one of their retailer, or whose link does not follow from what they say and the link before:
/// how many, and one of them.
pub(super) async fn broken(
    snapshot: &impl ConnectionTrait,
) -> Result<(u64, Option<String>), DbErr> {
    let mut found = 0;
    let mut example = None;
    let mut last = (String::new(), 0_i64, String::new());
    loop {
        let rows = snapshot
            .query_all_raw(Statement::from_sql_and_values(
                snapshot.get_database_backend(),
                "SELECT retailer_id, entry_id, entered_at, actor_kind, actor, action, subject, store_id, origin, request_id, details,
                    number, link
                 FROM audit_entries WHERE number IS NOT NULL AND (retailer_id > $1 OR (retailer_id = $1 AND number > $2))
                 ORDER BY retailer_id, number LIMIT $3",
                [last.0.clone().into(), last.1.into(), BATCH.into()],
            ))
            .await?;
        if rows.is_empty() {
            return Ok((found, example));
        }
        for row in &rows {
            let retailer_id: String = row.try_get("", "retailer_id")?;
            let number: i64 = row.try_get("", "number")?;
            let link: Option<String> = row.try_get("", "link")?;
            let link = link.unwrap_or_default();
            let (next, before) = if retailer_id == last.0 {
                (last.1 + 1, last.2.as_str())
            } else {
                (1, "")
            };
            if number != next || link != wanted(row, before)? {
                found += 1;
                example = example.or(Some(row.try_get("", "entry_id")?));
            }
            last = (retailer_id, number, link);
        }
    }
}

/// SHA-256 over the link before, a line feed, and the columns as a JSON array.
fn wanted(row: &QueryResult, before: &str) -> Result<String, DbErr> {
    let text = |column: &str| row.try_get::<Option<String>>("", column);
    let at: i64 = row.try_get("", "entered_at")?;
    let columns = serde_json::json!([
        text("entry_id")?,
        at,
        text("actor_kind")?,
        text("actor")?,
        text("action")?,
        text("subject")?,
        text("store_id")?,
        text("origin")?,
        text("request_id")?,
        text("details")?
    ]);
    Ok(hex::encode(Sha256::digest(format!("{before}\n{columns}"))))
}
