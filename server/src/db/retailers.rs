//! Retailers: the tenants.

use app::id::RetailerId;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait};

use super::{Names, entity::retailers};

/// Writes a new retailer.
///
/// # Errors
/// When the database objects.
pub async fn insert(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    name: &str,
    name_en: Option<&str>,
    now: i64,
) -> Result<(), DbErr> {
    retailers::Entity::insert(retailers::ActiveModel {
        retailer_id: Set(retailer_id.to_string()),
        name: Set(name.to_owned()),
        name_en: Set(name_en.map(ToOwned::to_owned)),
        created_at: Set(now),
    })
    .exec_without_returning(connection)
    .await?;
    Ok(())
}

/// The retailer's names, if there is one of this id.
///
/// # Errors
/// When the database objects.
pub async fn names(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
) -> Result<Option<Names>, DbErr> {
    Ok(retailers::Entity::find_by_id(retailer_id.to_string())
        .one(connection)
        .await?
        .map(|row| Names {
            ja: row.name,
            en: row.name_en,
        }))
}

/// The retailer's name, if there is one of this id.
///
/// # Errors
/// When the database objects.
pub async fn name(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
) -> Result<Option<String>, DbErr> {
    Ok(retailers::Entity::find_by_id(retailer_id.to_string())
        .one(connection)
        .await?
        .map(|row| row.name))
}
