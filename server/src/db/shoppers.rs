//! Shoppers: their consent, area and coarse cells. Never coordinates, and nothing about a place without consent.

use app::{
    day::Day,
    geo::{Cell, DayCell, HISTORY_DAYS, LastSeen},
    id::ShopperId,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use super::{
    Db, corrupt,
    entity::{shopper_cells, shoppers},
    sessions,
    sql::execute,
};
use crate::new_id;

/// What is kept about a shopper, cells aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shopper {
    /// Who.
    pub shopper_id: ShopperId,
    /// Whether the coarse cell may be used and kept.
    pub location_consent: bool,
    /// The area picked from the list.
    pub area_id: Option<String>,
    /// The last believable cell.
    pub last: Option<LastSeen>,
}

/// A new shopper with a session; gives the session's token.
///
/// # Errors
/// When the database objects.
pub async fn create(db: &Db, now: i64) -> Result<(ShopperId, String), DbErr> {
    let shopper_id = new_id!(ShopperId, now);
    let transaction = db.begin().await?;
    shoppers::Entity::insert(shoppers::ActiveModel {
        shopper_id: Set(shopper_id.to_string()),
        created_at: Set(now),
        location_consent_at: Set(None),
        area_id: Set(None),
        last_cell: Set(None),
        last_cell_at: Set(None),
    })
    .exec_without_returning(&transaction)
    .await?;
    let token = sessions::begin_shopper(&transaction, shopper_id, now).await?;
    transaction.commit().await?;
    Ok((shopper_id, token))
}

/// The shopper of an id, if there is one.
///
/// # Errors
/// When the database objects.
pub async fn find(
    connection: &impl ConnectionTrait,
    shopper_id: ShopperId,
) -> Result<Option<Shopper>, DbErr> {
    let Some(row) = shoppers::Entity::find_by_id(shopper_id.to_string())
        .one(connection)
        .await?
    else {
        return Ok(None);
    };
    let last = match (row.last_cell, row.last_cell_at) {
        (Some(cell), Some(at)) => Some(LastSeen {
            cell: cell.parse().map_err(corrupt("cell"))?,
            at,
        }),
        _ => None,
    };
    Ok(Some(Shopper {
        shopper_id,
        location_consent: row.location_consent_at.is_some(),
        area_id: row.area_id,
        last,
    }))
}

/// Notes the consent to use the coarse cell, or its withdrawal, which erases every kept cell at once.
///
/// # Errors
/// When the database objects.
pub async fn set_consent(
    db: &Db,
    shopper_id: ShopperId,
    location: bool,
    now: i64,
) -> Result<(), DbErr> {
    let transaction = db.begin().await?;
    if location {
        execute(
            &transaction,
            "UPDATE shoppers SET location_consent_at = $1
             WHERE shopper_id = $2 AND location_consent_at IS NULL",
            [now.into(), shopper_id.to_string().into()],
        )
        .await?;
    } else {
        // The row first: whoever keeps a cell at the same time waits for it and then finds no consent.
        execute(
            &transaction,
            "UPDATE shoppers SET location_consent_at = NULL, last_cell = NULL, last_cell_at = NULL
             WHERE shopper_id = $1",
            [shopper_id.to_string().into()],
        )
        .await?;
        shopper_cells::Entity::delete_many()
            .filter(shopper_cells::Column::ShopperId.eq(shopper_id.to_string()))
            .exec(&transaction)
            .await?;
    }
    transaction.commit().await
}

/// Notes the area picked from the list; `None` unpicks.
///
/// # Errors
/// When the database objects.
pub async fn set_area(db: &Db, shopper_id: ShopperId, area_id: Option<&str>) -> Result<(), DbErr> {
    let transaction = db.begin().await?;
    execute(
        &transaction,
        "UPDATE shoppers SET area_id = $1 WHERE shopper_id = $2",
        [
            area_id.map(ToOwned::to_owned).into(),
            shopper_id.to_string().into(),
        ],
    )
    .await?;
    transaction.commit().await
}

/// The kept cells, one a day.
///
/// # Errors
/// When the database objects.
pub async fn day_cells(
    connection: &impl ConnectionTrait,
    shopper_id: ShopperId,
) -> Result<Vec<DayCell>, DbErr> {
    shopper_cells::Entity::find()
        .filter(shopper_cells::Column::ShopperId.eq(shopper_id.to_string()))
        .all(connection)
        .await?
        .into_iter()
        .map(|row| {
            Ok(DayCell {
                day: Day(row.day),
                cell: row.cell.parse().map_err(corrupt("cell"))?,
            })
        })
        .collect()
}

/// Keeps a believable cell: as the last one, and as the day's where the day has none yet. Erases what is older than 30 days.
/// Without consent nothing is kept.
///
/// # Errors
/// When the database objects.
pub async fn keep_cell(
    db: &Db,
    shopper_id: ShopperId,
    cell: Cell,
    today: Day,
    now: i64,
) -> Result<(), DbErr> {
    let id = || sea_orm::Value::from(shopper_id.to_string());
    let transaction = db.begin().await?;
    let consented = execute(
        &transaction,
        "UPDATE shoppers SET last_cell = $1, last_cell_at = $2
         WHERE shopper_id = $3 AND location_consent_at IS NOT NULL",
        [cell.to_string().into(), now.into(), id()],
    )
    .await?;
    if consented == 0 {
        return transaction.rollback().await;
    }
    execute(
        &transaction,
        "INSERT INTO shopper_cells (shopper_id, day, cell) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        [id(), today.0.into(), cell.to_string().into()],
    )
    .await?;
    execute(
        &transaction,
        "DELETE FROM shopper_cells WHERE shopper_id = $1 AND day <= $2",
        [id(), today.plus(-HISTORY_DAYS).0.into()],
    )
    .await?;
    transaction.commit().await
}

/// Erases every cell older than 30 days, also of those who never come back; gives how many shoppers' or days' cells went.
///
/// # Errors
/// When the database objects.
pub async fn forget_old_cells(db: &Db, today: Day, now: i64) -> Result<u64, DbErr> {
    let transaction = db.begin_alone().await?;
    let days = execute(
        &transaction,
        "DELETE FROM shopper_cells WHERE day <= $1",
        [today.plus(-HISTORY_DAYS).0.into()],
    )
    .await?;
    let last = execute(
        &transaction,
        "UPDATE shoppers SET last_cell = NULL, last_cell_at = NULL WHERE last_cell_at < $1",
        [(now - i64::from(HISTORY_DAYS) * 86_400_000).into()],
    )
    .await?;
    transaction.commit().await?;
    Ok(days + last)
}

/// Lets a session that is in use last another 400 days; gives whether it was prolonged, which is done once a month.
///
/// # Errors
/// When the database objects.
pub async fn prolong_session(
    db: &Db,
    shopper_id: ShopperId,
    token: &str,
    now: i64,
) -> Result<bool, DbErr> {
    const MONTH_MS: i64 = 30 * 86_400_000;
    let until = now + sessions::SHOPPER_SESSION_MS;
    let transaction = db.begin().await?;
    let prolonged = execute(
        &transaction,
        "UPDATE shopper_sessions SET expires_at = $1
         WHERE shopper_id = $2 AND token_hash = $3 AND expires_at > $4 AND expires_at < $5",
        [
            until.into(),
            shopper_id.to_string().into(),
            crate::random::token_hash(token).into(),
            now.into(),
            (until - MONTH_MS).into(),
        ],
    )
    .await?;
    transaction.commit().await?;
    Ok(prolonged > 0)
}
