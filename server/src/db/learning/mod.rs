//! What campaigns learn of their draws: the retailer's switch, and what was worked out for each day.

mod outcomes;

use app::{
    api::learning::{Learned, LearnedDay, LearningMode},
    day::Day,
    id::{CampaignId, RetailerId},
    learn::targets::Targets,
    yen::Yen,
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};

use super::{
    corrupt,
    sql::{execute, sql},
};
pub use outcomes::{Offered, Window, offered_lately, seen};

/// Whose learning it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// The tenant.
    pub retailer_id: RetailerId,
    /// The campaign.
    pub campaign_id: CampaignId,
}

impl Key {
    fn values(self) -> [Value; 2] {
        [
            self.retailer_id.to_string().into(),
            self.campaign_id.to_string().into(),
        ]
    }
}

/// The switch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// What offers go by.
    pub mode: LearningMode,
    /// What a visit earns before the coupon.
    pub visit_margin: Option<Yen>,
}

/// A campaign's switch; never touched: it learns.
///
/// # Errors
/// When the database objects.
pub async fn settings(connection: &impl ConnectionTrait, key: Key) -> Result<Settings, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        mode: String,
        visit_margin_yen: Option<i64>,
    }
    let row = Row::find_by_statement(sql(
        connection,
        "SELECT mode, visit_margin_yen FROM campaign_learning WHERE retailer_id = $1 AND campaign_id = $2",
        key.values(),
    ))
    .one(connection)
    .await?;
    row.map_or(Ok(Settings::default()), |row| {
        Ok(Settings {
            mode: LearningMode::from_slug(&row.mode)
                .ok_or_else(|| corrupt("mode")("it is none"))?,
            visit_margin: row.visit_margin_yen.map(Yen),
        })
    })
}

/// Sets it.
///
/// # Errors
/// When the database objects.
pub async fn set(
    transaction: &impl ConnectionTrait,
    key: Key,
    wanted: Settings,
    now: i64,
) -> Result<(), DbErr> {
    let [retailer_id, campaign_id] = key.values();
    execute(
        transaction,
        "INSERT INTO campaign_learning (retailer_id, campaign_id, mode, visit_margin_yen, set_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (retailer_id, campaign_id) DO UPDATE SET mode = excluded.mode, visit_margin_yen = excluded.visit_margin_yen,
             set_at = excluded.set_at",
        [
            retailer_id,
            campaign_id,
            wanted.mode.slug().into(),
            wanted.visit_margin.map(Yen::get).into(),
            now.into(),
        ],
    )
    .await?;
    Ok(())
}

/// What the offers of a day go by, unless it is the rule of thumb.
///
/// # Errors
/// When the database objects.
pub async fn targets(
    connection: &impl ConnectionTrait,
    key: Key,
    day: Day,
) -> Result<Option<Targets>, DbErr> {
    if settings(connection, key).await?.mode == LearningMode::Rule {
        return Ok(None);
    }
    Ok(worked_out(connection, key, day)
        .await?
        .map(|latest| latest.targets))
}

/// What was worked out for one day.
#[derive(Clone, Debug)]
pub struct WorkedOut {
    /// The day.
    pub day: Day,
    /// What its offers go by.
    pub targets: Targets,
    /// λ.
    pub lambda: f64,
    /// By how much plans are divided ([`app::learn::price::Price::drift`]).
    pub drift: f64,
    /// What its offers are planned to cost, yen.
    pub plan: f64,
    /// What those of the day before were expected to cost, yen.
    pub before: f64,
    /// What was learned.
    pub learned: Learned,
}

#[derive(FromQueryResult)]
struct DayRow {
    day: i32,
    targets: String,
    lambda: f64,
    drift: f64,
    planned: f64,
    before_cost: f64,
    summary: String,
}

/// The latest that was worked out for a day or one before it.
///
/// # Errors
/// When the database objects.
pub async fn worked_out(
    connection: &impl ConnectionTrait,
    key: Key,
    day: Day,
) -> Result<Option<WorkedOut>, DbErr> {
    let [retailer_id, campaign_id] = key.values();
    DayRow::find_by_statement(sql(
        connection,
        "SELECT day, targets, lambda, drift, planned, before_cost, summary FROM learned_days
         WHERE retailer_id = $1 AND campaign_id = $2 AND day <= $3 ORDER BY day DESC LIMIT 1",
        [retailer_id, campaign_id, day.0.into()],
    ))
    .one(connection)
    .await?
    .map(|row| {
        Ok(WorkedOut {
            day: Day(row.day),
            targets: serde_json::from_str(&row.targets).map_err(corrupt("targets"))?,
            lambda: row.lambda,
            drift: row.drift,
            plan: row.planned,
            before: row.before_cost,
            learned: serde_json::from_str(&row.summary).map_err(corrupt("what was learned"))?,
        })
    })
    .transpose()
}

/// Keeps what was worked out for a day; another server may have been first, whose stays.
///
/// # Errors
/// When the database objects.
pub async fn keep(
    connection: &impl ConnectionTrait,
    key: Key,
    of: &WorkedOut,
    now: i64,
) -> Result<bool, DbErr> {
    let json = |it: Result<String, serde_json::Error>| it.map_err(|e| DbErr::Json(e.to_string()));
    let [retailer_id, campaign_id] = key.values();
    let kept = execute(
        connection,
        "INSERT INTO learned_days (retailer_id, campaign_id, day, targets, lambda, drift, planned, before_cost, draws, summary, worked_out_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (retailer_id, campaign_id, day) DO NOTHING",
        [
            retailer_id,
            campaign_id,
            of.day.0.into(),
            json(serde_json::to_string(&of.targets))?.into(),
            of.lambda.into(),
            of.drift.into(),
            of.plan.into(),
            of.before.into(),
            i64::try_from(of.learned.draws).map_err(corrupt("draws"))?.into(),
            json(serde_json::to_string(&of.learned))?.into(),
            now.into(),
        ],
    )
    .await?;
    Ok(kept > 0)
}

/// The last days, the oldest first.
///
/// # Errors
/// When the database objects.
pub async fn days(
    connection: &impl ConnectionTrait,
    key: Key,
    most: u32,
) -> Result<Vec<LearnedDay>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        day: i32,
        lambda: f64,
        planned: f64,
        before_cost: f64,
        draws: i64,
    }
    let [retailer_id, campaign_id] = key.values();
    let rows = Row::find_by_statement(sql(
        connection,
        "SELECT day, lambda, planned, before_cost, draws FROM learned_days WHERE retailer_id = $1 AND campaign_id = $2
         ORDER BY day DESC LIMIT $3",
        [retailer_id, campaign_id, i64::from(most).into()],
    ))
    .all(connection)
    .await?;
    rows.into_iter()
        .rev()
        .map(|row| {
            Ok(LearnedDay {
                day: Day(row.day).to_string(),
                lambda: row.lambda,
                plan: row.planned,
                before: row.before_cost,
                draws: u64::try_from(row.draws).map_err(corrupt("draws"))?,
            })
        })
        .collect()
}

/// Running campaigns that learn and have nothing worked out for the day yet.
///
/// # Errors
/// When the database objects.
pub async fn due(connection: &impl ConnectionTrait, day: Day, now: i64) -> Result<Vec<Key>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        retailer_id: String,
        campaign_id: String,
    }
    let rows = Row::find_by_statement(sql(
        connection,
        "SELECT c.retailer_id, c.campaign_id FROM campaigns c
         WHERE c.policy = 'learned' AND c.status = 'published' AND c.starts_at <= $1 AND c.ends_at > $1
           AND NOT EXISTS (SELECT 1 FROM campaign_learning l WHERE l.retailer_id = c.retailer_id AND l.campaign_id = c.campaign_id
                AND l.mode <> 'learning')
           AND NOT EXISTS (SELECT 1 FROM learned_days d WHERE d.retailer_id = c.retailer_id AND d.campaign_id = c.campaign_id AND d.day >= $2)
         ORDER BY c.retailer_id, c.campaign_id",
        [now.into(), day.0.into()],
    ))
    .all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Key {
                retailer_id: row.retailer_id.parse().map_err(corrupt("retailer id"))?,
                campaign_id: row.campaign_id.parse().map_err(corrupt("campaign id"))?,
            })
        })
        .collect()
}
