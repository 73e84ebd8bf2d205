//! Visits: one per shopper, store and three hours from its first evidence, carrying the set of its sources.

mod anew;

use std::{collections::HashMap, str::FromStr};

use app::{
    context::Frequency,
    day::{Day, JST},
    id::{RetailerId, ShopperId, StoreId},
    visit::WINDOW_MS,
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};

use super::{
    bulk, corrupt,
    sql::{execute, one_at_a_time, sql},
};
pub use anew::{Affected, tell_apart};

/// What shows that somebody was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A coupon was taken.
    Redemption,
    /// The retailer's till or member card knows it: a line of an import, which is no evidence beside it.
    Import,
    /// Staff scanned the member code.
    Card,
    /// The shopper scanned the store's code.
    CheckIn,
    /// The page was open there for a while.
    Dwell,
}

impl Source {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Redemption,
        Self::Import,
        Self::Card,
        Self::CheckIn,
        Self::Dwell,
    ];

    /// What it adds to a visit's `sources`, of which each source is a bit.
    #[must_use]
    pub const fn bit(self) -> i32 {
        match self {
            Self::Redemption => 1,
            Self::Import => 2,
            Self::Card => 4,
            Self::CheckIn => 8,
            Self::Dwell => 16,
        }
    }

    /// Whether a visit's `sources` have it.
    #[must_use]
    pub const fn is_in(self, sources: i32) -> bool {
        sources & self.bit() != 0
    }

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

/// A text is not the name of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no source of visits")]
pub struct NoSource;

impl FromStr for Source {
    type Err = NoSource;

    fn from_str(text: &str) -> Result<Self, NoSource> {
        Self::ALL
            .into_iter()
            .find(|source| source.slug() == text)
            .ok_or(NoSource)
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

/// So many locks the visits of a retailer have: as good as one for each shopper, and a file of a hundred thousand takes no more than PostgreSQL keeps.
const LOCKS: u64 = 1_024;

/// Which of the locks is a shopper's.
pub(super) fn lock_of(shopper_id: ShopperId) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    // FNV-1a (Fowler, Noll, Vo): the same on every server.
    for byte in shopper_id.to_string().bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash % LOCKS
}

/// Whose lock it is to change the visits of a shopper at a retailer's stores.
fn key(retailer_id: RetailerId, shopper_id: ShopperId) -> String {
    format!("visits {retailer_id} {}", lock_of(shopper_id))
}

impl Presence {
    async fn lock(&self, transaction: &impl ConnectionTrait) -> Result<(), DbErr> {
        one_at_a_time(transaction, &key(self.retailer_id, self.shopper_id)).await
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
/// told apart anew, so that they are the same in whatever order things become known. `false`: it was known. Not for imports, which keep their own
/// lines.
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
        began_at: i64,
        sources: i32,
    }
    presence.lock(transaction).await?;
    let [retailer_id, shopper_id, store_id] = presence.values();
    // Visits that it may belong to, or may move.
    let near = Near::find_by_statement(sql(
        transaction,
        "SELECT began_at, sources FROM visits
         WHERE retailer_id = $1 AND shopper_id = $2 AND store_id = $3 AND began_at > $4 ORDER BY began_at LIMIT 2",
        [
            retailer_id.clone(),
            shopper_id.clone(),
            store_id.clone(),
            (at - WINDOW_MS).into(),
        ],
    ))
    .all(transaction)
    .await?;
    let (joined, in_order) = match near.as_slice() {
        [] => (None, true),
        [only] if only.began_at <= at => (Some(only), true),
        // Where others have to move it begins a visit of its own and is put where it belongs afterwards.
        several => (several.iter().find(|visit| visit.began_at == at), false),
    };
    if joined.is_none() {
        insert(transaction, presence, source, at).await?;
    }
    let began_at = joined.map_or(at, |visit| visit.began_at);
    let is_new = execute(
        transaction,
        "INSERT INTO visit_evidence (retailer_id, source, reference, shopper_id, store_id, began_at, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (retailer_id, source, reference) DO NOTHING",
        [
            retailer_id.clone(),
            source.slug().into(),
            reference.into(),
            shopper_id.clone(),
            store_id.clone(),
            began_at.into(),
            at.into(),
        ],
    )
    .await?
        == 1;
    if is_new && joined.is_some_and(|visit| !source.is_in(visit.sources)) {
        execute(
            transaction,
            "UPDATE visits SET sources = sources + $5 WHERE retailer_id = $1 AND shopper_id = $2 AND store_id = $3 AND began_at = $4",
            [
                retailer_id,
                shopper_id,
                store_id,
                began_at.into(),
                source.bit().into(),
            ],
        )
        .await?;
    }
    if !in_order || !is_new {
        apart_from(transaction, presence, at).await?;
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
        Some(row) => apart_from(transaction, presence, row.try_get("", "seen_at")?).await,
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
            "SELECT began_at FROM visits WHERE retailer_id = $1 AND shopper_id = $2 AND store_id = $3 AND began_at > $4 AND began_at <= $5
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
    source: Source,
    at: i64,
) -> Result<(), DbErr> {
    let [retailer_id, shopper_id, store_id] = presence.values();
    execute(
        transaction,
        "INSERT INTO visits (retailer_id, shopper_id, store_id, began_at, day, sources) VALUES ($1, $2, $3, $4, $5, $6)",
        [
            retailer_id,
            shopper_id,
            store_id,
            at.into(),
            Day::of(at, JST).0.into(),
            source.bit().into(),
        ],
    )
    .await?;
    Ok(())
}

async fn apart_from(
    transaction: &impl ConnectionTrait,
    presence: Presence,
    from: i64,
) -> Result<(), DbErr> {
    let affected = Affected {
        shopper_id: presence.shopper_id,
        store_id: presence.store_id,
        from,
    };
    tell_apart(transaction, presence.retailer_id, &[affected], None).await
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

/// The day of each shopper's last visit at a retailer's stores, by what may move odds; who has none is missing.
///
/// # Errors
/// When the database objects.
pub async fn last_days(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    shoppers: &[ShopperId],
) -> Result<HashMap<ShopperId, Day>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        shopper_id: String,
        last_day: i64,
    }
    if shoppers.is_empty() {
        return Ok(HashMap::new());
    }
    let (them, values) = bulk::one_of(connection, 3, shoppers.iter().map(ToString::to_string));
    let known = Source::Redemption.bit() | Source::Import.bit();
    Row::find_by_statement(sql(
        connection,
        &format!(
            "SELECT shopper_id, CAST(MAX(day) AS BIGINT) AS last_day FROM visits
             WHERE retailer_id = $1 AND (sources & $2) <> 0 AND shopper_id {them} GROUP BY shopper_id"
        ),
        [Value::from(retailer_id.to_string()), known.into()]
            .into_iter()
            .chain(values),
    ))
    .all(connection)
    .await?
    .into_iter()
    .map(|row| {
        let day = i32::try_from(row.last_day).map_err(corrupt("day"))?;
        Ok((row.shopper_id.parse().map_err(corrupt("shopper id"))?, Day(day)))
    })
    .collect()
}

/// How often each shopper came to a retailer's stores after a day, by what may move odds; who did not is missing.
///
/// # Errors
/// When the database objects.
pub async fn times_since(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    shoppers: &[ShopperId],
    since: Day,
) -> Result<HashMap<ShopperId, u32>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        shopper_id: String,
        times: i64,
    }
    if shoppers.is_empty() {
        return Ok(HashMap::new());
    }
    let (them, values) = bulk::one_of(connection, 4, shoppers.iter().map(ToString::to_string));
    let known = Source::Redemption.bit() | Source::Import.bit();
    Row::find_by_statement(sql(
        connection,
        &format!(
            "SELECT shopper_id, COUNT(*) AS times FROM visits
             WHERE retailer_id = $1 AND (sources & $2) <> 0 AND day > $3 AND shopper_id {them} GROUP BY shopper_id"
        ),
        [
            Value::from(retailer_id.to_string()),
            known.into(),
            since.0.into(),
        ]
        .into_iter()
        .chain(values),
    ))
    .all(connection)
    .await?
    .into_iter()
    .map(|row| {
        let times = u32::try_from(row.times).map_err(corrupt("count"))?;
        Ok((row.shopper_id.parse().map_err(corrupt("shopper id"))?, times))
    })
    .collect()
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
           AND (v.sources & $4) <> 0",
        [
            retailer_id.to_string().into(),
            shopper_id.to_string().into(),
            today.plus(-Frequency::WINDOW_DAYS).0.into(),
            (Source::Redemption.bit() | Source::Import.bit()).into(),
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
