//! The eight digits under a QR code: which coupon they stand for at a store, for two minutes. Of the digits only a keyed hash is here.

use app::id::{CouponId, RetailerId, StoreId};
use sea_orm::{ConnectionTrait, DbErr};

use super::{
    Db, corrupt,
    sql::{execute, sql},
};

/// A live short code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meant {
    /// The coupon.
    pub coupon_id: CouponId,
    /// How often the coupon had been taken when the digits were made.
    pub uses: u32,
}

/// Where and until when digits hold.
#[derive(Clone, Copy, Debug)]
pub struct At {
    /// The tenant.
    pub retailer_id: RetailerId,
    /// The one store.
    pub store_id: StoreId,
    /// First moment at which they no longer hold, unix milliseconds.
    pub expires_at: i64,
}

/// Keeps digits for a coupon; `false`: they stand for something at that store right now, so others have to be thought of.
///
/// # Errors
/// When the database objects.
pub async fn keep(
    db: &Db,
    at: At,
    digits_hash: &str,
    meant: Meant,
    now: i64,
) -> Result<bool, DbErr> {
    let transaction = db.begin().await?;
    let changed = execute(
        &transaction,
        "INSERT INTO short_codes (retailer_id, store_id, digits_hash, coupon_id, uses, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (retailer_id, store_id, digits_hash) DO UPDATE
            SET coupon_id = excluded.coupon_id, uses = excluded.uses, expires_at = excluded.expires_at
            WHERE short_codes.expires_at <= $7",
        [
            at.retailer_id.to_string().into(),
            at.store_id.to_string().into(),
            digits_hash.into(),
            meant.coupon_id.to_string().into(),
            i32::try_from(meant.uses).map_err(corrupt("number of uses"))?.into(),
            at.expires_at.into(),
            now.into(),
        ],
    )
    .await?;
    transaction.commit().await?;
    Ok(changed == 1)
}

/// What digits stand for at a store.
///
/// # Errors
/// When the database objects.
pub async fn find(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    store_id: StoreId,
    digits_hash: &str,
    now: i64,
) -> Result<Option<Meant>, DbErr> {
    let row = connection
        .query_one_raw(sql(
            connection,
            "SELECT coupon_id, uses FROM short_codes
             WHERE retailer_id = $1 AND store_id = $2 AND digits_hash = $3 AND expires_at > $4",
            [
                retailer_id.to_string().into(),
                store_id.to_string().into(),
                digits_hash.into(),
                now.into(),
            ],
        ))
        .await?;
    row.map(|row| {
        let coupon_id: String = row.try_get("", "coupon_id")?;
        let uses: i32 = row.try_get("", "uses")?;
        Ok(Meant {
            coupon_id: coupon_id.parse().map_err(corrupt("coupon id"))?,
            uses: u32::try_from(uses).map_err(corrupt("number of uses"))?,
        })
    })
    .transpose()
}

/// Forgets digits that no longer hold; gives how many.
///
/// # Errors
/// When the database objects.
pub async fn forget(connection: &impl ConnectionTrait, now: i64) -> Result<u64, DbErr> {
    execute(
        connection,
        "DELETE FROM short_codes WHERE expires_at <= $1",
        [now.into()],
    )
    .await
}
