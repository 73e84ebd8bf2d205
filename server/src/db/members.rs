//! Which of a retailer's members a shopper is, by their own act. Of the number only a keyed hash is kept.

use app::id::{RetailerId, ShopperId};
use sea_orm::{ConnectionTrait, DbErr, Value};

use super::sql::execute;

/// Links a shopper to a member number, in place of the one there was. Whoever else has that number is the same person from now on and is
/// counted anew.
///
/// # Errors
/// When the database objects.
pub async fn link(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    shopper_id: ShopperId,
    member_hash: &str,
    now: i64,
) -> Result<(), DbErr> {
    touch_person(transaction, retailer_id, shopper_id).await?;
    execute(
        transaction,
        "INSERT INTO member_links (retailer_id, shopper_id, member_hash, linked_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (retailer_id, shopper_id) DO UPDATE SET member_hash = excluded.member_hash, linked_at = excluded.linked_at",
        [
            retailer_id.to_string().into(),
            shopper_id.to_string().into(),
            member_hash.into(),
            now.into(),
        ],
    )
    .await?;
    touch_person(transaction, retailer_id, shopper_id).await
}

/// Ends a shopper's link. Whoever else has that number is counted anew.
///
/// # Errors
/// When the database objects.
pub async fn unlink(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    shopper_id: ShopperId,
) -> Result<(), DbErr> {
    touch_person(transaction, retailer_id, shopper_id).await?;
    execute(
        transaction,
        "DELETE FROM member_links WHERE retailer_id = $1 AND shopper_id = $2",
        [
            retailer_id.to_string().into(),
            shopper_id.to_string().into(),
        ],
    )
    .await?;
    Ok(())
}

/// Has everybody counted anew who has the shopper's member number, the shopper too.
async fn touch_person(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    shopper_id: ShopperId,
) -> Result<(), DbErr> {
    execute(
        transaction,
        "UPDATE exposures SET state = 'stale' WHERE retailer_id = $1 AND state = 'sealed' AND shopper_id IN (
            SELECT b.shopper_id FROM member_links a
            JOIN member_links b ON b.retailer_id = a.retailer_id AND b.member_hash = a.member_hash
            WHERE a.retailer_id = $1 AND a.shopper_id = $2)",
        [
            Value::from(retailer_id.to_string()),
            shopper_id.to_string().into(),
        ],
    )
    .await?;
    Ok(())
}
