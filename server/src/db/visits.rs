//! Visits: one per shopper, store and three hours from its first evidence, carrying the set of its sources.

use app::{
    context::Frequency,
    day::{Day, JST},
    id::{RedemptionId, RetailerId, ShopperId, StoreId, VisitId},
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};

use super::{
    corrupt,
    sql::{execute, one_at_a_time, sql},
};
use crate::new_id;

/// How long evidence belongs to the same visit, milliseconds from the first.
pub const WINDOW_MS: i64 = 3 * 3_600_000;

/// Whose visit where.
#[derive(Clone, Copy, Debug)]
pub struct Presence {
    /// The tenant.
    pub retailer_id: RetailerId,
    /// The store.
    pub store_id: StoreId,
    /// The shopper.
    pub shopper_id: ShopperId,
}

impl Presence {
    async fn lock(&self, transaction: &impl ConnectionTrait) -> Result<(), DbErr> {
        let key = format!(
            "visit {} {} {}",
            self.retailer_id, self.store_id, self.shopper_id
        );
        one_at_a_time(transaction, &key).await
    }

    fn values(&self) -> [sea_orm::Value; 3] {
        [
            self.retailer_id.to_string().into(),
            self.shopper_id.to_string().into(),
            self.store_id.to_string().into(),
        ]
    }
}

#[derive(FromQueryResult)]
struct Found {
    visit_id: String,
    began_at: i64,
}

/// Notes that a redemption shows a visit: joins the one of the last three hours, or begins one. Inside the transaction of the
/// redemption; shoppers who redeem twice at once at one store wait for each other.
///
/// # Errors
/// When the database objects.
pub async fn witness_redemption(
    transaction: &impl ConnectionTrait,
    presence: Presence,
    redemption_id: RedemptionId,
    at: i64,
) -> Result<(), DbErr> {
    presence.lock(transaction).await?;
    let [retailer_id, shopper_id, store_id] = presence.values();
    // The second bound is for servers whose clocks differ a little: a visit may have begun just "after" this.
    let found = Found::find_by_statement(sql(
        transaction,
        "SELECT visit_id, began_at FROM visits
         WHERE retailer_id = $1 AND shopper_id = $2 AND store_id = $3 AND began_at > $4 AND began_at < $5
         ORDER BY began_at LIMIT 1",
        [
            retailer_id.clone(),
            shopper_id.clone(),
            store_id.clone(),
            (at - WINDOW_MS).into(),
            (at + WINDOW_MS).into(),
        ],
    ))
    .one(transaction)
    .await?;
    let visit_id = match found {
        Some(visit) => {
            if at < visit.began_at {
                set_beginning(transaction, &retailer_id, &visit.visit_id, at).await?;
            }
            visit.visit_id
        }
        None => {
            let visit_id = new_id!(VisitId, at).to_string();
            execute(
                transaction,
                "INSERT INTO visits (retailer_id, visit_id, store_id, shopper_id, began_at, day)
                 VALUES ($1, $2, $3, $4, $5, $6)",
                [
                    retailer_id.clone(),
                    visit_id.clone().into(),
                    store_id,
                    shopper_id,
                    at.into(),
                    Day::of(at, JST).0.into(),
                ],
            )
            .await?;
            visit_id
        }
    };
    execute(
        transaction,
        "INSERT INTO visit_evidence (retailer_id, visit_id, source, reference, seen_at)
         VALUES ($1, $2, 'redemption', $3, $4)",
        [
            retailer_id,
            visit_id.into(),
            redemption_id.to_string().into(),
            at.into(),
        ],
    )
    .await?;
    Ok(())
}

async fn set_beginning(
    transaction: &impl ConnectionTrait,
    retailer_id: &sea_orm::Value,
    visit_id: &str,
    at: i64,
) -> Result<(), DbErr> {
    execute(
        transaction,
        "UPDATE visits SET began_at = $1, day = $2 WHERE retailer_id = $3 AND visit_id = $4",
        [
            at.into(),
            Day::of(at, JST).0.into(),
            retailer_id.clone(),
            visit_id.into(),
        ],
    )
    .await?;
    Ok(())
}

/// Takes back what a redemption that was undone showed; a visit that nothing else shows goes, another begins with what is left.
///
/// # Errors
/// When the database objects.
pub async fn forget_redemption(
    transaction: &impl ConnectionTrait,
    presence: Presence,
    redemption_id: RedemptionId,
) -> Result<(), DbErr> {
    #[derive(FromQueryResult)]
    struct Left {
        began_at: i64,
        first_seen: Option<i64>,
    }
    presence.lock(transaction).await?;
    let retailer_id = sea_orm::Value::from(presence.retailer_id.to_string());
    let Some(row) = transaction
        .query_one_raw(sql(
            transaction,
            "DELETE FROM visit_evidence WHERE retailer_id = $1 AND source = 'redemption' AND reference = $2 RETURNING visit_id",
            [retailer_id.clone(), redemption_id.to_string().into()],
        ))
        .await?
    else {
        return Ok(());
    };
    let visit_id: String = row.try_get("", "visit_id")?;
    let left = Left::find_by_statement(sql(
        transaction,
        "SELECT v.began_at, (SELECT MIN(e.seen_at) FROM visit_evidence e
             WHERE e.retailer_id = v.retailer_id AND e.visit_id = v.visit_id) AS first_seen
         FROM visits v WHERE v.retailer_id = $1 AND v.visit_id = $2",
        [retailer_id.clone(), visit_id.clone().into()],
    ))
    .one(transaction)
    .await?;
    match left {
        Some(Left {
            first_seen: None, ..
        }) => {
            execute(
                transaction,
                "DELETE FROM visits WHERE retailer_id = $1 AND visit_id = $2",
                [retailer_id, visit_id.into()],
            )
            .await?;
        }
        Some(Left {
            began_at,
            first_seen: Some(first),
        }) if first != began_at => {
            set_beginning(transaction, &retailer_id, &visit_id, first).await?;
        }
        _ => {}
    }
    Ok(())
}

/// What a shopper did at a retailer's stores, as far as it may move odds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The day of the last visit.
    pub last_visit: Option<Day>,
    /// Visits within [`Frequency::WINDOW_DAYS`].
    pub recent_visits: u32,
    /// Coupons issued.
    pub issued: u32,
    /// Of them redeemed.
    pub redeemed: u32,
}

/// Visits shown by redemption or import, never by what shoppers report about themselves; and how many coupons got redeemed.
///
/// # Errors
/// When the database objects.
pub async fn history(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    shopper_id: ShopperId,
    today: Day,
) -> Result<History, DbErr> {
    #[derive(FromQueryResult)]
    struct Visits {
        last_day: Option<i64>,
        recent: i64,
    }
    #[derive(FromQueryResult)]
    struct Coupons {
        issued: i64,
        redeemed: i64,
    }
    let count = |n: i64| u32::try_from(n).map_err(corrupt("count"));
    let visits = Visits::find_by_statement(sql(
        connection,
        "SELECT CAST(MAX(v.day) AS BIGINT) AS last_day, COUNT(CASE WHEN v.day > $3 THEN 1 END) AS recent FROM visits v
         WHERE v.retailer_id = $1 AND v.shopper_id = $2
           AND EXISTS (SELECT 1 FROM visit_evidence e WHERE e.retailer_id = v.retailer_id AND e.visit_id = v.visit_id
                       AND e.source IN ('redemption', 'import'))",
        [
            retailer_id.to_string().into(),
            shopper_id.to_string().into(),
            today.plus(-Frequency::WINDOW_DAYS).0.into(),
        ],
    ))
    .one(connection)
    .await?;
    let coupons = Coupons::find_by_statement(sql(
        connection,
        "SELECT COUNT(*) AS issued, COUNT(CASE WHEN status = 'redeemed' THEN 1 END) AS redeemed FROM coupons
         WHERE retailer_id = $1 AND shopper_id = $2",
        [
            retailer_id.to_string().into(),
            shopper_id.to_string().into(),
        ],
    ))
    .one(connection)
    .await?;
    let mut history = History::default();
    if let Some(visits) = visits {
        let day = visits.last_day.map(i32::try_from).transpose();
        history.last_visit = day.map_err(corrupt("day"))?.map(Day);
        history.recent_visits = count(visits.recent)?;
    }
    if let Some(coupons) = coupons {
        history.issued = count(coupons.issued)?;
        history.redeemed = count(coupons.redeemed)?;
    }
    Ok(history)
}
