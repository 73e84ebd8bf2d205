//! Sessions: random tokens of which only the hash is kept.

use app::{
    api::account::Role,
    id::{AccountId, RetailerId, ShopperId},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use super::{
    accounts, corrupt,
    entity::{account_sessions, shopper_sessions},
    sql::sql,
};
use crate::random;

/// How long a login lasts, milliseconds (12 hours: one working day, and a stolen tablet is a stranger the next morning).
pub const ACCOUNT_SESSION_MS: i64 = 12 * 3_600_000;
/// How long a shopper's session lasts, milliseconds (400 days, the longest that browsers keep a cookie).
pub const SHOPPER_SESSION_MS: i64 = 400 * 86_400_000;

/// Begins a shopper's session; gives the token.
///
/// # Errors
/// When the database objects.
pub async fn begin_shopper(
    connection: &impl ConnectionTrait,
    shopper_id: ShopperId,
    now: i64,
) -> Result<String, DbErr> {
    let token = random::token();
    shopper_sessions::Entity::insert(shopper_sessions::ActiveModel {
        shopper_id: Set(shopper_id.to_string()),
        token_hash: Set(random::token_hash(&token)),
        created_at: Set(now),
        expires_at: Set(now + SHOPPER_SESSION_MS),
    })
    .exec_without_returning(connection)
    .await?;
    Ok(token)
}

/// Whether a shopper's token is one of ours and not over.
///
/// # Errors
/// When the database objects.
pub async fn shopper_session_lives(
    connection: &impl ConnectionTrait,
    shopper_id: ShopperId,
    token: &str,
    now: i64,
) -> Result<bool, DbErr> {
    Ok(
        shopper_sessions::Entity::find_by_id((shopper_id.to_string(), random::token_hash(token)))
            .filter(shopper_sessions::Column::ExpiresAt.gt(now))
            .one(connection)
            .await?
            .is_some(),
    )
}

/// What is kept of the tokens of a shopper's sessions that are not over.
///
/// # Errors
/// When the database objects.
pub async fn of_shopper(
    connection: &impl ConnectionTrait,
    shopper_id: ShopperId,
    now: i64,
) -> Result<Vec<String>, DbErr> {
    Ok(shopper_sessions::Entity::find()
        .filter(shopper_sessions::Column::ShopperId.eq(shopper_id.to_string()))
        .filter(shopper_sessions::Column::ExpiresAt.gt(now))
        .all(connection)
        .await?
        .into_iter()
        .map(|session| session.token_hash)
        .collect())
}

/// Begins a login's session; gives the token.
///
/// # Errors
/// When the database objects.
pub async fn begin_account(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    account_id: AccountId,
    now: i64,
) -> Result<String, DbErr> {
    let token = random::token();
    account_sessions::Entity::insert(account_sessions::ActiveModel {
        retailer_id: Set(retailer_id.to_string()),
        token_hash: Set(random::token_hash(&token)),
        account_id: Set(account_id.to_string()),
        created_at: Set(now),
        expires_at: Set(now + ACCOUNT_SESSION_MS),
    })
    .exec_without_returning(connection)
    .await?;
    Ok(token)
}

/// The login and its role behind a token, if the session is not over.
///
/// # Errors
/// When the database objects.
pub async fn account_of_session(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    token: &str,
    now: i64,
) -> Result<Option<(AccountId, Role)>, DbErr> {
    let row = connection
        .query_one_raw(sql(
            connection,
            "SELECT a.account_id, a.role FROM account_sessions s
             JOIN accounts a ON a.retailer_id = s.retailer_id AND a.account_id = s.account_id
             WHERE s.retailer_id = $1 AND s.token_hash = $2 AND s.expires_at > $3",
            [
                retailer_id.to_string().into(),
                random::token_hash(token).into(),
                now.into(),
            ],
        ))
        .await?;
    row.map(|row| {
        let account_id: String = row.try_get("", "account_id")?;
        let role: String = row.try_get("", "role")?;
        Ok((
            account_id.parse().map_err(corrupt("account id"))?,
            accounts::role_of(&role)?,
        ))
    })
    .transpose()
}

/// Ends one session of a login.
///
/// # Errors
/// When the database objects.
pub async fn end_account(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    token: &str,
) -> Result<(), DbErr> {
    account_sessions::Entity::delete_by_id((retailer_id.to_string(), random::token_hash(token)))
        .exec(connection)
        .await?;
    Ok(())
}

/// Deletes logins' sessions that are over; gives how many.
///
/// # Errors
/// When the database objects.
pub async fn forget_accounts(connection: &impl ConnectionTrait, now: i64) -> Result<u64, DbErr> {
    Ok(account_sessions::Entity::delete_many()
        .filter(account_sessions::Column::ExpiresAt.lte(now))
        .exec(connection)
        .await?
        .rows_affected)
}

/// Deletes shoppers' sessions that are over; gives how many.
///
/// # Errors
/// When the database objects.
pub async fn forget_shoppers(connection: &impl ConnectionTrait, now: i64) -> Result<u64, DbErr> {
    Ok(shopper_sessions::Entity::delete_many()
        .filter(shopper_sessions::Column::ExpiresAt.lte(now))
        .exec(connection)
        .await?
        .rows_affected)
}
