//! Visits: one per shopper, store and three hours from its first evidence, carrying the set of its sources.

mod many;

use std::collections::BTreeMap;

use app::{
    context::Frequency,
    day::{Day, JST},
    id::{RetailerId, ShopperId, StoreId, VisitId},
    visit::{WINDOW_MS, visits_of},
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};

use super::{
    corrupt,
    sql::{execute, one_at_a_time, sql},
};
use crate::new_id;

pub use many::{Sighting, forget_many, witness_many};

/// What shows that somebody was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A coupon was taken.
    Redemption,
    /// The retailer's till or member card knows it.
    Import,
    /// Staff scanned the member code.
    Card,
    /// The shopper scanned the store's code.
    CheckIn,
    /// The page was open there for a while.
    Dwell,
}

impl Source {
    /// As the database says it.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Redemption => "redemption",
            Self::Import => "import",
            Self::Card => "card",
            Self::CheckIn => "check_in",
            Self::Dwell => "dwell",
        }
    }
}

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

/// So many locks the visits of a retailer have: as good as one for each shopper at each store, and a file of a hundred thousand takes no more than
/// PostgreSQL keeps.
const LOCKS: u64 = 1_024;

impl Presence {
    /// Whose lock it is to change the visits of this shopper at this store.
    fn key(&self) -> String {
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        // FNV-1a (Fowler, Noll, Vo): the same on every server.
        for byte in format!("{} {}", self.store_id, self.shopper_id).bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        format!("visits {} {}", self.retailer_id, hash % LOCKS)
    }

    async fn lock(&self, transaction: &impl ConnectionTrait) -> Result<(), DbErr> {
        one_at_a_time(transaction, &self.key()).await
    }

    fn values(&self) -> [sea_orm::Value; 3] {
        [
            self.retailer_id.to_string().into(),
            self.shopper_id.to_string().into(),
            self.store_id.to_string().into(),
        ]
    }
}

/// Notes what shows a visit: it joins the one it belongs to or begins one, and where it came late the visits after it are
/// told apart anew, so that they are the same in whatever order things become known. `false`: it was known.
///
/// Inside the transaction of what it rests on. Who is seen twice at once at one store waits.
///
/// # Errors
/// When the database objects.
pub async fn witness(
    transaction: &impl ConnectionTrait,
    presence: Presence,
    source: Source,
    reference: &str,
    at: i64,
) -> Result<bool, DbErr> {
    #[derive(FromQueryResult)]
    struct Near {
        visit_id: String,
        began_at: i64,
    }
    presence.lock(transaction).await?;
    let [retailer_id, shopper_id, store_id] = presence.values();
    // Visits that it may belong to, or may move.
    let near = Near::find_by_statement(sql(
        transaction,
        "SELECT visit_id, began_at FROM visits
         WHERE retailer_id = $1 AND shopper_id = $2 AND store_id = $3 AND began_at > $4 ORDER BY began_at LIMIT 2",
        [
            retailer_id.clone(),
            shopper_id,
            store_id,
            (at - WINDOW_MS).into(),
        ],
    ))
    .all(transaction)
    .await?;
    let in_order = match near.as_slice() {
        [] => Some(insert(transaction, presence, at).await?),
        [only] if only.began_at <= at => Some(only.visit_id.clone()),
        _ => None,
    };
    // Where others have to move it begins a visit of its own and is put where it belongs afterwards.
    let visit_id = match &in_order {
        Some(visit_id) => visit_id.clone(),
        None => match near.iter().find(|visit| visit.began_at == at) {
            Some(visit) => visit.visit_id.clone(),
            None => insert(transaction, presence, at).await?,
        },
    };
    let is_new = execute(
        transaction,
        "INSERT INTO visit_evidence (retailer_id, visit_id, source, reference, seen_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (retailer_id, source, reference) DO NOTHING",
        [
            retailer_id,
            visit_id.into(),
            source.slug().into(),
            reference.into(),
            at.into(),
        ],
    )
    .await?
        == 1;
    if in_order.is_none() || !is_new {
        tell_apart(transaction, presence, at).await?;
    }
    Ok(is_new)
}

/// Takes back what shows a visit; a visit that nothing else shows goes, others may begin elsewhere. Nothing happens where it is not known.
///
/// # Errors
/// When the database objects.
pub async fn forget(
    transaction: &impl ConnectionTrait,
    presence: Presence,
    source: Source,
    reference: &str,
) -> Result<(), DbErr> {
    presence.lock(transaction).await?;
    let row = transaction
        .query_one_raw(sql(
            transaction,
            "DELETE FROM visit_evidence WHERE retailer_id = $1 AND source = $2 AND reference = $3 RETURNING seen_at",
            [
                presence.retailer_id.to_string().into(),
                source.slug().into(),
                reference.into(),
            ],
        ))
        .await?;
    match row {
        Some(row) => tell_apart(transaction, presence, row.try_get("", "seen_at")?).await,
        None => Ok(()),
    }
}

/// Whether a visit goes on at a moment, which what is seen now would join.
///
/// # Errors
/// When the database objects.
pub async fn goes_on(
    transaction: &impl ConnectionTrait,
    presence: Presence,
    now: i64,
) -> Result<bool, DbErr> {
    let [retailer_id, shopper_id, store_id] = presence.values();
    let row = transaction
        .query_one_raw(sql(
            transaction,
            "SELECT visit_id FROM visits WHERE retailer_id = $1 AND shopper_id = $2 AND store_id = $3 AND began_at > $4 AND began_at <= $5
             LIMIT 1",
            [
                retailer_id,
                shopper_id,
                store_id,
                (now - WINDOW_MS).into(),
                now.into(),
            ],
        ))
        .await?;
    Ok(row.is_some())
}

async fn insert(
    transaction: &impl ConnectionTrait,
    presence: Presence,
    at: i64,
) -> Result<String, DbErr> {
    let [retailer_id, shopper_id, store_id] = presence.values();
    let visit_id = new_id!(VisitId, at).to_string();
    execute(
        transaction,
        "INSERT INTO visits (retailer_id, visit_id, store_id, shopper_id, began_at, day) VALUES ($1, $2, $3, $4, $5, $6)",
        [
            retailer_id,
            visit_id.clone().into(),
            store_id,
            shopper_id,
            at.into(),
            Day::of(at, JST).0.into(),
        ],
    )
    .await?;
    Ok(visit_id)
}

/// Tells the visits of a shopper at a store apart anew, from the last one that began safely before `from`.
async fn tell_apart(
    transaction: &impl ConnectionTrait,
    presence: Presence,
    from: i64,
) -> Result<(), DbErr> {
    #[derive(FromQueryResult)]
    struct Seen {
        visit_id: String,
        began_at: i64,
        source: Option<String>,
        reference: Option<String>,
        seen_at: Option<i64>,
    }
    let [retailer_id, shopper_id, store_id] = presence.values();
    let rows = Seen::find_by_statement(sql(
        transaction,
        "SELECT v.visit_id, v.began_at, e.source, e.reference, e.seen_at
         FROM visits v LEFT JOIN visit_evidence e ON e.retailer_id = v.retailer_id AND e.visit_id = v.visit_id
         WHERE v.retailer_id = $1 AND v.shopper_id = $2 AND v.store_id = $3
           AND v.began_at >= COALESCE((SELECT MAX(b.began_at) FROM visits b WHERE b.retailer_id = $1 AND b.shopper_id = $2
                                       AND b.store_id = $3 AND b.began_at < $4), $4)
         ORDER BY e.seen_at, e.source, e.reference",
        [retailer_id.clone(), shopper_id, store_id, from.into()],
    ))
    .all(transaction)
    .await?;
    let seen: Vec<(&Seen, i64)> = rows
        .iter()
        .filter_map(|row| Some((row, row.seen_at?)))
        .collect();
    let moments: Vec<i64> = seen.iter().map(|(_, at)| *at).collect();
    let (beginnings, places) = visits_of(&moments);
    let mut old: BTreeMap<i64, &str> = rows
        .iter()
        .map(|row| (row.began_at, row.visit_id.as_str()))
        .collect();
    // A visit that began at the same moment is the same one.
    let mut ids: Vec<Option<String>> = beginnings
        .iter()
        .map(|began| old.remove(began).map(ToOwned::to_owned))
        .collect();
    for (id, began) in ids.iter_mut().zip(&beginnings) {
        if id.is_none() {
            *id = Some(insert(transaction, presence, *began).await?);
        }
    }
    for ((row, _), place) in seen.iter().zip(places) {
        let visit_id = ids.get(place).cloned().flatten().unwrap_or_default();
        if row.visit_id != visit_id {
            execute(
                transaction,
                "UPDATE visit_evidence SET visit_id = $1 WHERE retailer_id = $2 AND source = $3 AND reference = $4",
                [
                    visit_id.into(),
                    retailer_id.clone(),
                    row.source.clone().into(),
                    row.reference.clone().into(),
                ],
            )
            .await?;
        }
    }
    for visit_id in old.into_values() {
        execute(
            transaction,
            "DELETE FROM visits WHERE retailer_id = $1 AND visit_id = $2",
            [retailer_id.clone(), visit_id.into()],
        )
        .await?;
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
