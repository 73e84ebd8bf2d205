//! Keys that were used, and the answers that were given under them.

use std::collections::BTreeMap;

use app::id::RetailerId;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait};

use super::{
    Db, corrupt,
    entity::idempotency_keys,
    sql::{execute, try_alone},
};

/// How long an answer is kept, milliseconds. The key itself is kept for good.
pub const ANSWERS_KEPT_MS: i64 = 24 * 3_600_000;

/// Under what a key is unique.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Slot {
    /// The tenant whose coupons or money move.
    pub retailer_id: RetailerId,
    /// The shopper or login.
    pub actor: String,
    /// Method and template of the path.
    pub route: String,
    /// As the client chose it.
    pub key: String,
}

/// An answer as it went over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers that mean something with it.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: String,
}

/// A key that was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// What was asked then.
    pub fingerprint: String,
    /// What was answered, unless that is too long ago.
    pub answer: Option<Answer>,
}

/// What is known of a key.
///
/// # Errors
/// When the database objects.
pub async fn find(connection: &impl ConnectionTrait, slot: &Slot) -> Result<Option<Used>, DbErr> {
    let row = idempotency_keys::Entity::find_by_id((
        slot.retailer_id.to_string(),
        slot.actor.clone(),
        slot.route.clone(),
        slot.key.clone(),
    ))
    .one(connection)
    .await?;
    row.map(|row| {
        let answer = match (row.headers, row.body) {
            (Some(headers), Some(body)) => Some(Answer {
                status: u16::try_from(row.status).map_err(corrupt("status"))?,
                headers: serde_json::from_str(&headers).map_err(corrupt("header"))?,
                body,
            }),
            _ => None,
        };
        Ok(Used {
            fingerprint: row.fingerprint,
            answer,
        })
    })
    .transpose()
}

/// Keeps others with the same key out until the transaction ends; `false`: somebody else does so already. On SQLite there is one
/// writer anyway.
///
/// # Errors
/// When the database objects.
pub async fn hold(transaction: &impl ConnectionTrait, slot: &Slot) -> Result<bool, DbErr> {
    let key = format!(
        "idempotency {} {} {} {}",
        slot.retailer_id, slot.actor, slot.route, slot.key
    );
    try_alone(transaction, &key).await
}

/// Writes a key with its answer and its effect, in the transaction of the effect.
///
/// # Errors
/// When the database objects; a unique violation says that the key was used meanwhile.
pub async fn keep(
    transaction: &impl ConnectionTrait,
    slot: &Slot,
    fingerprint: &str,
    effect: Option<String>,
    answer: &Answer,
    now: i64,
) -> Result<(), DbErr> {
    let headers = serde_json::to_string(&answer.headers).map_err(|e| DbErr::Json(e.to_string()))?;
    idempotency_keys::Entity::insert(idempotency_keys::ActiveModel {
        retailer_id: Set(slot.retailer_id.to_string()),
        actor: Set(slot.actor.clone()),
        route: Set(slot.route.clone()),
        idempotency_key: Set(slot.key.clone()),
        fingerprint: Set(fingerprint.to_owned()),
        effect: Set(effect),
        status: Set(i32::from(answer.status)),
        headers: Set(Some(headers)),
        body: Set(Some(answer.body.clone())),
        answered_at: Set(now),
    })
    .exec_without_returning(transaction)
    .await?;
    Ok(())
}

/// So that a transaction stays short.
const FORGET_BATCH: i64 = 500;

/// Forgets answers that are older than [`ANSWERS_KEPT_MS`], never a key. Gives how many.
///
/// # Errors
/// When the database objects.
pub async fn forget_answers(db: &Db, now: i64) -> Result<u64, DbErr> {
    let forget = if planted!("key_forgotten_with_its_answer") {
        "DELETE FROM idempotency_keys"
    } else {
        "UPDATE idempotency_keys SET headers = NULL, body = NULL"
    };
    let mut forgotten = 0;
    loop {
        let transaction = db.begin_alone().await?;
        let some = execute(
            &transaction,
            &format!(
                "{forget}
                 WHERE (retailer_id, actor, route, idempotency_key) IN
                    (SELECT retailer_id, actor, route, idempotency_key FROM idempotency_keys
                     WHERE body IS NOT NULL AND answered_at < $1 ORDER BY answered_at LIMIT $2)"
            ),
            [(now - ANSWERS_KEPT_MS).into(), FORGET_BATCH.into()],
        )
        .await?;
        transaction.commit().await?;
        forgotten += some;
        if some == 0 {
            return Ok(forgotten);
        }
    }
}
