//! Keys by which a retailer's systems post visits. Of a key only a hash is kept.

use app::{
    api::retailer::ApiKey,
    day::{Day, JST},
    id::{ApiKeyId, RetailerId},
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};

use super::{
    corrupt,
    sql::{execute, sql},
};
use crate::random;

/// Keys that were not withdrawn, at most.
pub const MAX_KEYS: usize = 20;

#[derive(FromQueryResult)]
struct Row {
    key_id: String,
    name: String,
    created_at: i64,
    last_used_day: Option<i32>,
    withdrawn_at: Option<i64>,
}

impl Row {
    fn read(self) -> Result<ApiKey, DbErr> {
        Ok(ApiKey {
            key_id: self.key_id.parse().map_err(corrupt("key id"))?,
            name: self.name,
            created_at: self.created_at,
            last_used_on: self.last_used_day.map(|day| Day(day).to_string()),
            withdrawn_at: self.withdrawn_at,
        })
    }
}

/// A retailer's keys, the newest first.
///
/// # Errors
/// When the database objects.
pub async fn list(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
) -> Result<Vec<ApiKey>, DbErr> {
    Row::find_by_statement(sql(
        connection,
        "SELECT key_id, name, created_at, last_used_day, withdrawn_at FROM api_keys WHERE retailer_id = $1
         ORDER BY created_at DESC, key_id DESC",
        [retailer_id.to_string().into()],
    ))
    .all(connection)
    .await?
    .into_iter()
    .map(Row::read)
    .collect()
}

/// Keeps a new key.
///
/// # Errors
/// When the database objects.
pub async fn insert(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    key: &ApiKey,
    token: &str,
) -> Result<(), DbErr> {
    execute(
        transaction,
        "INSERT INTO api_keys (retailer_id, key_id, name, token_hash, created_at) VALUES ($1, $2, $3, $4, $5)",
        [
            retailer_id.to_string().into(),
            key.key_id.to_string().into(),
            key.name.clone().into(),
            random::token_hash(token).into(),
            key.created_at.into(),
        ],
    )
    .await?;
    Ok(())
}

/// Withdraws a key. `None`: there is none; otherwise whether it was not withdrawn before.
///
/// # Errors
/// When the database objects.
pub async fn withdraw(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    key_id: ApiKeyId,
    now: i64,
) -> Result<Option<bool>, DbErr> {
    let changed = execute(
        transaction,
        "UPDATE api_keys SET withdrawn_at = CASE WHEN created_at > $3 THEN created_at ELSE $3 END
         WHERE retailer_id = $1 AND key_id = $2 AND withdrawn_at IS NULL",
        [
            retailer_id.to_string().into(),
            key_id.to_string().into(),
            now.into(),
        ],
    )
    .await?;
    let known = list(transaction, retailer_id).await?;
    let is_there = known.iter().any(|key| key.key_id == key_id);
    Ok(is_there.then_some(changed == 1))
}

/// Whether a key opens anything.
///
/// # Errors
/// When the database objects.
pub async fn opens(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    key_id: ApiKeyId,
    token: &str,
) -> Result<bool, DbErr> {
    let row = connection
        .query_one_raw(sql(
            connection,
            "SELECT key_id FROM api_keys WHERE retailer_id = $1 AND key_id = $2 AND token_hash = $3 AND withdrawn_at IS NULL",
            [
                retailer_id.to_string().into(),
                key_id.to_string().into(),
                random::token_hash(token).into(),
            ],
        ))
        .await?;
    Ok(row.is_some())
}

/// Notes the day on which a key was used.
///
/// # Errors
/// When the database objects.
pub async fn used(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    key_id: ApiKeyId,
    now: i64,
) -> Result<(), DbErr> {
    execute(
        transaction,
        "UPDATE api_keys SET last_used_day = $3
         WHERE retailer_id = $1 AND key_id = $2 AND (last_used_day IS NULL OR last_used_day < $3)",
        [
            retailer_id.to_string().into(),
            key_id.to_string().into(),
            Day::of(now, JST).0.into(),
        ],
    )
    .await?;
    Ok(())
}
