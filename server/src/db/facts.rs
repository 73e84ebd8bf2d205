//! What a database says about itself.

use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait};

use super::entity::database_facts;

/// The fact that a database is a demo; its value is `unfinished`, or the seed and the day of the town.
pub const DEMO: &str = "demo";

/// The value of a fact, if it was recorded.
///
/// # Errors
/// When the database objects.
pub async fn get(connection: &impl ConnectionTrait, name: &str) -> Result<Option<String>, DbErr> {
    Ok(database_facts::Entity::find_by_id(name.to_owned())
        .one(connection)
        .await?
        .map(|row| row.value))
}

/// Records a fact once.
///
/// # Errors
/// A unique violation when it was recorded before; else when the database objects.
pub async fn record(
    connection: &impl ConnectionTrait,
    name: &str,
    value: &str,
) -> Result<(), DbErr> {
    database_facts::Entity::insert(database_facts::ActiveModel {
        name: Set(name.to_owned()),
        value: Set(value.to_owned()),
    })
    .exec_without_returning(connection)
    .await?;
    Ok(())
}

/// Whether the database was filled by `raiten demo`.
///
/// # Errors
/// When the database objects.
pub async fn is_demo(connection: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(get(connection, DEMO).await?.is_some())
}
