//! Whether the server's key is the one that this database was made with.

use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use super::{Db, entity::server_secrets, is_unique_violation};
use crate::{
    keys::{KeyError, Keys},
    push::vapid,
};

const CHECK: &str = "key_check";
/// What the names of keys for web push begin with; a number follows.
const PUSH: &str = "push ";

/// Why a database and a key do not go together.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// Another key, or none that could be used.
    #[error(
        "RAITEN_SECRET_KEY (or secret.key in the data directory) is not the key that this database was made with. Put back \
         the right one; without it, the seeds of draws cannot be opened"
    )]
    WrongKey(#[from] KeyError),
    /// The database objects.
    #[error("the database objects: {0}")]
    Db(#[from] DbErr),
}

/// Checks the key against what was wrapped by it on the first start, and wraps something now if this is the first.
///
/// # Errors
/// See [`SecretError`].
pub async fn check_key(db: &Db, keys: &Keys, now: i64) -> Result<(), SecretError> {
    // Twice, since another server may be the first at the same moment.
    for _ in 0..2 {
        if let Some(row) = server_secrets::Entity::find_by_id(CHECK.to_owned())
            .one(db.read())
            .await?
        {
            keys.unwrap(CHECK, &row.wrapped)?;
            return Ok(());
        }
        let transaction = db.begin().await?;
        let inserted = server_secrets::Entity::insert(server_secrets::ActiveModel {
            name: Set(CHECK.to_owned()),
            wrapped: Set(keys.wrap(CHECK, b"raiten")?),
            created_at: Set(now),
        })
        .exec_without_returning(&transaction)
        .await;
        match inserted {
            Ok(_) => {
                transaction.commit().await?;
                return Ok(());
            }
            Err(error) if is_unique_violation(&error) => transaction.rollback().await?,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// The keys that pushes are signed with, by number; the first is made where there is none.
///
/// # Errors
/// When the database objects, or one was wrapped by another key.
pub async fn push_keys(db: &Db, keys: &Keys, now: i64) -> anyhow::Result<Vec<(i32, Vec<u8>)>> {
    let found = kept_push_keys(db.read(), keys).await?;
    if !found.is_empty() {
        return Ok(found);
    }
    make_push_key(db, keys, 1, now).await?;
    kept_push_keys(db.read(), keys).await
}

/// Makes the next key: browsers subscribe with it from now on, and those that have subscribed are reached by theirs until they do. Gives its number.
///
/// # Errors
/// As [`push_keys`].
pub async fn next_push_key(db: &Db, keys: &Keys, now: i64) -> anyhow::Result<i32> {
    let newest = push_keys(db, keys, now).await?.pop().map_or(0, |key| key.0);
    make_push_key(db, keys, newest + 1, now).await?;
    Ok(newest + 1)
}

async fn kept_push_keys(
    connection: &impl ConnectionTrait,
    keys: &Keys,
) -> anyhow::Result<Vec<(i32, Vec<u8>)>> {
    let rows = server_secrets::Entity::find()
        .filter(server_secrets::Column::Name.starts_with(PUSH))
        .all(connection)
        .await?;
    let mut found = Vec::new();
    for row in rows {
        let number = row.name.trim_start_matches(PUSH).parse()?;
        found.push((number, keys.unwrap(&row.name, &row.wrapped)?));
    }
    found.sort_unstable_by_key(|(number, _)| *number);
    Ok(found)
}

/// Writes a key, unless another server has written that number: theirs is as good.
async fn make_push_key(db: &Db, keys: &Keys, number: i32, now: i64) -> anyhow::Result<()> {
    let name = format!("{PUSH}{number}");
    let transaction = db.begin().await?;
    let inserted = server_secrets::Entity::insert(server_secrets::ActiveModel {
        wrapped: Set(keys.wrap(&name, &vapid::make()?)?),
        name: Set(name),
        created_at: Set(now),
    })
    .exec_without_returning(&transaction)
    .await;
    match inserted {
        Ok(_) => transaction.commit().await?,
        Err(error) if is_unique_violation(&error) => transaction.rollback().await?,
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check_key;
    use crate::{db::connect, keys::Keys};

    #[tokio::test]
    async fn a_database_knows_its_key() -> anyhow::Result<()> {
        let db = connect("sqlite::memory:").await?;
        let ours = Keys::from_hex(&Keys::generate_hex())?;
        check_key(&db, &ours, 1).await?;
        check_key(&db, &ours, 2).await?;
        let other = Keys::from_hex(&Keys::generate_hex())?;
        assert!(check_key(&db, &other, 3).await.is_err());
        Ok(())
    }
}
