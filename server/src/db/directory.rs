//! The login directory: which retailer an e-mail address signs in to.
//!
//! A claim on an address and the account itself are of two families, so they are two transactions: first the claim, then the
//! account. A claim whose account never came (the server died between them) is an orphan, and can be claimed anew.

use app::id::{AccountId, RetailerId};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::Expr,
};

use super::{
    Db, corrupt,
    entity::{accounts, login_directory},
    is_unique_violation,
};

/// After which time a claim without its account is an orphan, milliseconds: no request lives that long.
const ORPHAN_AFTER_MS: i64 = 10 * 60_000;

/// Claims an address for an account that is about to be made; `false` when somebody has it. The same claim twice is one.
///
/// # Errors
/// When the database objects.
pub async fn claim(
    db: &Db,
    email: &str,
    retailer_id: RetailerId,
    account_id: AccountId,
    now: i64,
) -> Result<bool, DbErr> {
    let transaction = db.begin().await?;
    let inserted = login_directory::Entity::insert(login_directory::ActiveModel {
        email: Set(email.to_owned()),
        retailer_id: Set(retailer_id.to_string()),
        account_id: Set(account_id.to_string()),
        claimed_at: Set(now),
    })
    .exec_without_returning(&transaction)
    .await;
    match inserted {
        Ok(_) => {
            transaction.commit().await?;
            return Ok(true);
        }
        Err(error) if is_unique_violation(&error) => transaction.rollback().await?,
        Err(error) => return Err(error),
    }
    let Some(held) = login_directory::Entity::find_by_id(email.to_owned())
        .one(db.read())
        .await?
    else {
        // Deleted since; the person tries again.
        return Ok(false);
    };
    if held.retailer_id == retailer_id.to_string() && held.account_id == account_id.to_string() {
        return Ok(true);
    }
    let is_alive =
        accounts::Entity::find_by_id((held.retailer_id.clone(), held.account_id.clone()))
            .one(db.read())
            .await?
            .is_some();
    if is_alive || held.claimed_at > now - ORPHAN_AFTER_MS {
        return Ok(false);
    }
    let transaction = db.begin().await?;
    let taken_over = login_directory::Entity::update_many()
        .col_expr(
            login_directory::Column::RetailerId,
            Expr::value(retailer_id.to_string()),
        )
        .col_expr(
            login_directory::Column::AccountId,
            Expr::value(account_id.to_string()),
        )
        .col_expr(login_directory::Column::ClaimedAt, Expr::value(now))
        .filter(login_directory::Column::Email.eq(email))
        .filter(login_directory::Column::RetailerId.eq(held.retailer_id))
        .filter(login_directory::Column::AccountId.eq(held.account_id))
        .filter(login_directory::Column::ClaimedAt.eq(held.claimed_at))
        .exec(&transaction)
        .await?
        .rows_affected;
    transaction.commit().await?;
    Ok(taken_over == 1)
}

/// Whom an address belongs to; the account may not be there (an orphan).
///
/// # Errors
/// When the database objects.
pub async fn find(
    connection: &impl ConnectionTrait,
    email: &str,
) -> Result<Option<(RetailerId, AccountId)>, DbErr> {
    let Some(row) = login_directory::Entity::find_by_id(email.to_owned())
        .one(connection)
        .await?
    else {
        return Ok(None);
    };
    Ok(Some((
        row.retailer_id.parse().map_err(corrupt("retailer id"))?,
        row.account_id.parse().map_err(corrupt("account id"))?,
    )))
}

#[cfg(test)]
mod tests {
    use super::{ORPHAN_AFTER_MS, claim, find};
    use crate::{
        db::{accounts, connect, retailers},
        new_id,
    };
    use app::{
        api::account::Role,
        id::{AccountId, RetailerId},
    };

    #[tokio::test]
    async fn an_address_is_one_login_but_orphans_can_be_claimed() -> anyhow::Result<()> {
        let db = connect("sqlite::memory:").await?;
        let now = 1_800_000_000_000;
        let mail = "hanako@example.jp";
        let (ours, theirs) = (new_id!(RetailerId, now), new_id!(RetailerId, now));
        let (first, second) = (new_id!(AccountId, now), new_id!(AccountId, now));
        assert!(claim(&db, mail, ours, first, now).await?);
        assert!(claim(&db, mail, ours, first, now).await?);
        // Another's, and perhaps about to become an account.
        assert!(!claim(&db, mail, theirs, second, now + 1).await?);
        // It never became one.
        let later = now + ORPHAN_AFTER_MS;
        assert!(claim(&db, mail, theirs, second, later).await?);
        assert_eq!(find(db.read(), mail).await?, Some((theirs, second)));
        let transaction = db.begin().await?;
        retailers::insert(&transaction, theirs, "店", None, later).await?;
        accounts::insert(
            &transaction,
            theirs,
            &accounts::NewAccount {
                account_id: second,
                email: mail,
                name: "花子",
                role: Role::Owner,
                password_hash: "-",
            },
            later,
        )
        .await?;
        transaction.commit().await?;
        assert!(!claim(&db, mail, ours, first, later + ORPHAN_AFTER_MS).await?);
        Ok(())
    }
}
