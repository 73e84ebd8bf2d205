//! Who is kept out: a retailer's shares, the epochs they hold in, and the moment somebody was first shown an offer, or would have been.

use std::collections::{HashMap, HashSet};

use app::{
    api::retailer::Holdout,
    context::Recency,
    geo::Band,
    holdout::{Arm, GRACE_DAYS, Salt, Share, WINDOW_DAYS},
    id::{CampaignId, EpochId, RetailerId, ShopperId, StoreId},
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};

use super::{
    Db, bulk, corrupt,
    sql::{execute, placeholders, sql},
};
use crate::{new_id, random};

/// Milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;

/// A time in which the same shoppers are kept out: of the programme, or of one campaign among the programme's treated.
#[derive(Clone, Copy, Debug)]
pub struct Epoch {
    /// The tenant.
    pub retailer_id: RetailerId,
    /// The epoch.
    pub epoch_id: EpochId,
    /// The campaign; `None`: the whole programme.
    pub campaign_id: Option<CampaignId>,
    /// Who is kept out.
    pub share: Share,
    /// Draws the arms.
    pub salt: Salt,
    /// Days that count after the exposure, and before it.
    pub window_days: u32,
    /// Days that are waited for imports on top.
    pub grace_days: u32,
    /// Its first moment.
    pub began_at: i64,
    /// Its last, unless it goes on.
    pub ended_at: Option<i64>,
}

impl Epoch {
    /// The arm of a shopper.
    #[must_use]
    pub fn arm(&self, shopper_id: ShopperId) -> Arm {
        self.salt.arm(shopper_id, self.share)
    }

    /// The length of its window, milliseconds.
    #[must_use]
    pub fn window_ms(&self) -> i64 {
        i64::from(self.window_days) * DAY_MS
    }
}

#[derive(FromQueryResult)]
struct EpochRow {
    retailer_id: String,
    epoch_id: String,
    campaign_id: Option<String>,
    percent: i32,
    salt: String,
    window_days: i32,
    grace_days: i32,
    began_at: i64,
    ended_at: Option<i64>,
}

fn share_of(percent: i32) -> Result<Share, DbErr> {
    let percent = u8::try_from(percent).map_err(corrupt("share"))?;
    Share::try_from(percent).map_err(corrupt("share"))
}

impl EpochRow {
    fn read(self) -> Result<Epoch, DbErr> {
        let count = |n: i32| u32::try_from(n).map_err(corrupt("number of days"));
        Ok(Epoch {
            retailer_id: self.retailer_id.parse().map_err(corrupt("retailer id"))?,
            epoch_id: self.epoch_id.parse().map_err(corrupt("epoch id"))?,
            campaign_id: self
                .campaign_id
                .map(|id| id.parse().map_err(corrupt("campaign id")))
                .transpose()?,
            share: share_of(self.percent)?,
            salt: Salt::from_hex(&self.salt).ok_or_else(|| corrupt("salt")("not 64 digits"))?,
            window_days: count(self.window_days)?,
            grace_days: count(self.grace_days)?,
            began_at: self.began_at,
            ended_at: self.ended_at,
        })
    }
}

/// The shares a retailer chose, or the usual ones.
///
/// # Errors
/// When the database objects.
pub async fn chosen(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
) -> Result<Holdout, DbErr> {
    let mut chosen = chosen_by(connection, &[retailer_id]).await?;
    Ok(chosen.remove(&retailer_id).unwrap_or_default())
}

/// What these retailers chose; those that chose nothing are missing.
///
/// # Errors
/// When the database objects.
pub async fn chosen_by(
    connection: &impl ConnectionTrait,
    retailers: &[RetailerId],
) -> Result<HashMap<RetailerId, Holdout>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        retailer_id: String,
        programme_percent: i32,
        campaign_percent: i32,
    }
    if retailers.is_empty() {
        return Ok(HashMap::new());
    }
    let text = format!(
        "SELECT retailer_id, programme_percent, campaign_percent FROM holdouts WHERE retailer_id IN ({})",
        placeholders(1, retailers.len())
    );
    let ids = retailers.iter().map(|id| Value::from(id.to_string()));
    Row::find_by_statement(sql(connection, &text, ids))
        .all(connection)
        .await?
        .into_iter()
        .map(|row| {
            let chosen = Holdout {
                programme: share_of(row.programme_percent)?,
                campaigns: share_of(row.campaign_percent)?,
            };
            Ok((
                row.retailer_id.parse().map_err(corrupt("retailer id"))?,
                chosen,
            ))
        })
        .collect()
}

/// Notes other shares. Epochs with another share end; the next exposure begins the new ones, with new salts.
///
/// # Errors
/// When the database objects.
pub async fn choose(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    wanted: Holdout,
    now: i64,
) -> Result<(), DbErr> {
    let (programme, campaigns) = (
        i32::from(wanted.programme.percent()),
        i32::from(wanted.campaigns.percent()),
    );
    execute(
        transaction,
        "INSERT INTO holdouts (retailer_id, programme_percent, campaign_percent, changed_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (retailer_id) DO UPDATE SET programme_percent = excluded.programme_percent,
            campaign_percent = excluded.campaign_percent, changed_at = excluded.changed_at",
        [
            retailer_id.to_string().into(),
            programme.into(),
            campaigns.into(),
            now.into(),
        ],
    )
    .await?;
    execute(
        transaction,
        "UPDATE epochs SET ended_at = CASE WHEN began_at > $2 THEN began_at ELSE $2 END
         WHERE retailer_id = $1 AND ended_at IS NULL AND percent <> CASE WHEN campaign_id IS NULL THEN $3 ELSE $4 END",
        [
            retailer_id.to_string().into(),
            now.into(),
            programme.into(),
            campaigns.into(),
        ],
    )
    .await?;
    Ok(())
}

/// The epochs that go on, of the programme and of campaigns.
///
/// # Errors
/// When the database objects.
pub async fn going_on(
    connection: &impl ConnectionTrait,
    retailers: &[RetailerId],
) -> Result<Vec<Epoch>, DbErr> {
    if retailers.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT * FROM epochs WHERE ended_at IS NULL AND retailer_id IN ({})",
        placeholders(1, retailers.len())
    );
    let ids = retailers.iter().map(|id| Value::from(id.to_string()));
    EpochRow::find_by_statement(sql(connection, &text, ids))
        .all(connection)
        .await?
        .into_iter()
        .map(EpochRow::read)
        .collect()
}

/// All epochs of a retailer, the newest first.
///
/// # Errors
/// When the database objects.
pub async fn all(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
) -> Result<Vec<Epoch>, DbErr> {
    EpochRow::find_by_statement(sql(
        connection,
        "SELECT * FROM epochs WHERE retailer_id = $1 ORDER BY began_at DESC, epoch_id DESC",
        [retailer_id.to_string().into()],
    ))
    .all(connection)
    .await?
    .into_iter()
    .map(EpochRow::read)
    .collect()
}

/// One epoch of a retailer.
///
/// # Errors
/// When the database objects.
pub async fn find(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    epoch_id: EpochId,
) -> Result<Option<Epoch>, DbErr> {
    EpochRow::find_by_statement(sql(
        connection,
        "SELECT * FROM epochs WHERE retailer_id = $1 AND epoch_id = $2",
        [retailer_id.to_string().into(), epoch_id.to_string().into()],
    ))
    .one(connection)
    .await?
    .map(EpochRow::read)
    .transpose()
}

/// Begins an epoch unless one goes on already, which is then that of somebody else's request.
///
/// # Errors
/// When the database objects.
pub async fn begin(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    campaign_id: Option<CampaignId>,
    share: Share,
    now: i64,
) -> Result<(), DbErr> {
    let epoch = Epoch {
        retailer_id,
        epoch_id: new_id!(EpochId, now),
        campaign_id,
        share,
        salt: Salt::new(random::bytes()),
        window_days: WINDOW_DAYS,
        grace_days: GRACE_DAYS,
        began_at: now,
        ended_at: None,
    };
    insert(transaction, &epoch).await
}

/// Writes an epoch that goes on, unless another does.
///
/// # Errors
/// When the database objects.
pub async fn insert(transaction: &impl ConnectionTrait, epoch: &Epoch) -> Result<(), DbErr> {
    let days = |n: u32| i32::try_from(n).map_err(corrupt("number of days"));
    execute(
        transaction,
        "INSERT INTO epochs (retailer_id, epoch_id, campaign_id, scope, percent, salt, window_days, grace_days, began_at)
         VALUES ($1, $2, $3, COALESCE($3, 'programme'), $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        [
            epoch.retailer_id.to_string().into(),
            epoch.epoch_id.to_string().into(),
            epoch.campaign_id.map(|id| id.to_string()).into(),
            i32::from(epoch.share.percent()).into(),
            epoch.salt.to_hex().into(),
            days(epoch.window_days)?.into(),
            days(epoch.grace_days)?.into(),
            epoch.began_at.into(),
        ],
    )
    .await?;
    Ok(())
}

/// The first moment somebody was shown an offer in an epoch, or would have been, with what was known then.
#[derive(Clone, Copy, Debug)]
pub struct Exposure {
    /// Where it counts.
    pub epoch: Epoch,
    /// Whose.
    pub shopper_id: ShopperId,
    /// The nearest store of the retailer that was in question.
    pub store_id: StoreId,
    /// How far away it was.
    pub distance: Band,
    /// How long the last visit was ago.
    pub recency: Recency,
    /// How the shopper came to it.
    pub channel: Channel,
    /// When.
    pub at: i64,
}

/// How a shopper comes to an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// It is among those near.
    Nearby,
    /// By a link to it.
    Link,
    /// By a message to a browser.
    Push,
    /// By a message of LINE's.
    Line,
    /// By an e-mail.
    Mail,
}

impl From<app::contact::Channel> for Channel {
    fn from(way: app::contact::Channel) -> Self {
        match way {
            app::contact::Channel::Push => Self::Push,
            app::contact::Channel::Line => Self::Line,
            app::contact::Channel::Mail => Self::Mail,
        }
    }
}

impl Channel {
    /// As the database says it.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Nearby => "nearby",
            Self::Link => "link",
            Self::Push => "push",
            Self::Line => "line",
            Self::Mail => "mail",
        }
    }
}

/// A value's name on the wire, which is what cells are called.
fn name_of(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// Of these epochs, those in which the shopper is exposed already.
///
/// # Errors
/// When the database objects.
pub async fn exposed(
    connection: &impl ConnectionTrait,
    shopper_id: ShopperId,
    epochs: &[Epoch],
) -> Result<HashSet<EpochId>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        epoch_id: String,
    }
    if epochs.is_empty() {
        return Ok(HashSet::new());
    }
    let mut retailers: Vec<String> = epochs.iter().map(|e| e.retailer_id.to_string()).collect();
    retailers.sort_unstable();
    retailers.dedup();
    let text = format!(
        "SELECT epoch_id FROM exposures WHERE shopper_id = $1 AND retailer_id IN ({}) AND epoch_id IN ({})",
        placeholders(2, retailers.len()),
        placeholders(2 + retailers.len(), epochs.len())
    );
    let values = [Value::from(shopper_id.to_string())]
        .into_iter()
        .chain(retailers.into_iter().map(Value::from))
        .chain(epochs.iter().map(|epoch| epoch.epoch_id.to_string().into()));
    Row::find_by_statement(sql(connection, &text, values))
        .all(connection)
        .await?
        .into_iter()
        .map(|row| row.epoch_id.parse().map_err(corrupt("epoch id")))
        .collect()
}

/// Of these epochs of one retailer, those in which each of these shoppers is exposed already.
///
/// # Errors
/// When the database objects.
pub async fn exposed_among(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    epochs: &[Epoch],
    shoppers: &[ShopperId],
) -> Result<HashSet<(EpochId, ShopperId)>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        epoch_id: String,
        shopper_id: String,
    }
    let mut found = HashSet::new();
    if shoppers.is_empty() {
        return Ok(found);
    }
    for epoch in epochs {
        let (them, values) = bulk::one_of(connection, 3, shoppers.iter().map(ToString::to_string));
        let key = [
            Value::from(retailer_id.to_string()),
            epoch.epoch_id.to_string().into(),
        ];
        let rows = Row::find_by_statement(sql(
            connection,
            &format!(
                "SELECT epoch_id, shopper_id FROM exposures WHERE retailer_id = $1 AND epoch_id = $2 AND shopper_id {them}"
            ),
            key.into_iter().chain(values),
        ))
        .all(connection)
        .await?;
        for row in rows {
            found.insert((
                row.epoch_id.parse().map_err(corrupt("epoch id"))?,
                row.shopper_id.parse().map_err(corrupt("shopper id"))?,
            ));
        }
    }
    Ok(found)
}

/// Writes down exposures of one retailer. Whoever was exposed before stays so.
///
/// # Errors
/// When the database objects.
pub async fn expose(db: &Db, exposures: &[Exposure]) -> Result<(), DbErr> {
    if exposures.is_empty() {
        return Ok(());
    }
    let transaction = db.begin().await?;
    for exposure in exposures {
        insert_exposure(&transaction, exposure).await?;
    }
    transaction.commit().await
}

/// Writes one exposure down, unless the shopper was exposed before.
///
/// # Errors
/// When the database objects.
pub async fn insert_exposure(
    transaction: &impl ConnectionTrait,
    exposure: &Exposure,
) -> Result<(), DbErr> {
    let epoch = &exposure.epoch;
    let due_at = exposure.at + epoch.window_ms() + i64::from(epoch.grace_days) * DAY_MS;
    execute(
        transaction,
        "INSERT INTO exposures (retailer_id, epoch_id, shopper_id, arm, exposed_at, due_at, store_id, distance, recency, channel, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'new') ON CONFLICT DO NOTHING",
        [
            epoch.retailer_id.to_string().into(),
            epoch.epoch_id.to_string().into(),
            exposure.shopper_id.to_string().into(),
            epoch.arm(exposure.shopper_id).slug().into(),
            exposure.at.into(),
            due_at.into(),
            exposure.store_id.to_string().into(),
            name_of(&exposure.distance).into(),
            name_of(&exposure.recency).into(),
            exposure.channel.slug().into(),
        ],
    )
    .await?;
    Ok(())
}
