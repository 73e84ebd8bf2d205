//! Logins of a retailer and the stores they work at.

use app::{
    api::account::Role,
    id::{AccountId, RetailerId, StoreId},
};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};

use super::{
    corrupt,
    entity::{account_stores, stores},
};

/// The role behind its text in a row.
///
/// # Errors
/// When the text is none that we write.
pub(crate) fn role_of(text: &str) -> Result<Role, DbErr> {
    match text {
        "owner" => Ok(Role::Owner),
        "staff" => Ok(Role::Staff),
        other => Err(corrupt("role")(other)),
    }
}

/// Whether the store is the retailer's.
///
/// # Errors
/// When the database objects.
pub async fn owns_store(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    store_id: StoreId,
) -> Result<bool, DbErr> {
    Ok(
        stores::Entity::find_by_id((retailer_id.to_string(), store_id.to_string()))
            .one(connection)
            .await?
            .is_some(),
    )
}

/// Whether the login was invited to the store.
///
/// # Errors
/// When the database objects.
pub async fn works_at(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    account_id: AccountId,
    store_id: StoreId,
) -> Result<bool, DbErr> {
    Ok(account_stores::Entity::find_by_id((
        retailer_id.to_string(),
        account_id.to_string(),
        store_id.to_string(),
    ))
    .one(connection)
    .await?
    .is_some())
}
