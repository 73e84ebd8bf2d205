//! Whether the server's key is the one that this database was made with.

use sea_orm::{ActiveValue::Set, DbErr, EntityTrait};

use super::{Db, entity::server_secrets, is_unique_violation};
use crate::keys::{KeyError, Keys};

const CHECK: &str = "key_check";

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
