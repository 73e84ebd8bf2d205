//! The log of offers: odds are written down when they are shown, before anybody decides to play.

use app::{
    context::Context,
    day::Day,
    digest::Digest,
    geo::BandReason,
    id::{CampaignId, RetailerId, ShopperId},
    odds::OddsTable,
    policy::Reason,
    pseudonym::{Drawer, Pseudonym},
    yen::MilliYen,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};

use super::{
    Db, corrupt,
    entity::offers,
    sql::{execute, sql},
};

/// For whom and when an offer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfferKey {
    /// The tenant.
    pub retailer_id: RetailerId,
    /// The campaign.
    pub campaign_id: CampaignId,
    /// The shopper.
    pub shopper_id: ShopperId,
    /// The day in Japan.
    pub day: Day,
}

/// An offer as it was logged, with everything it depended on.
#[derive(Clone, Debug, PartialEq)]
pub struct LoggedOffer {
    /// 1, or more where stock or budget ran out.
    pub revision: u32,
    /// The odds.
    pub odds: OddsTable,
    /// What the policy aimed at.
    pub target: MilliYen,
    /// What of it is for distance.
    pub distance_bonus: MilliYen,
    /// Policy and version.
    pub policy: String,
    /// What was known.
    pub context: Context,
    /// Why this size.
    pub why: Vec<Reason>,
    /// Why this band of distance.
    pub band_reason: BandReason,
    /// When.
    pub offered_at: i64,
    /// The shopper's name in the day's published draws, the same in all revisions; an earlier server's offer has none.
    pub pseudonym: Option<Pseudonym>,
}

impl LoggedOffer {
    /// Whose draws are made from it.
    #[must_use]
    pub fn drawer(&self, key: &OfferKey) -> Drawer {
        drawer(self.pseudonym, key.shopper_id)
    }

    /// What binds the odds to campaign, shopper and day.
    #[must_use]
    pub fn hash(&self, key: &OfferKey) -> Digest {
        self.odds.hash(key.campaign_id, self.drawer(key), key.day)
    }
}

/// Whose draws are made from an offer with this pseudonym, or without one.
#[must_use]
pub fn drawer(pseudonym: Option<Pseudonym>, shopper_id: ShopperId) -> Drawer {
    pseudonym.map_or(Drawer::Shopper(shopper_id), Drawer::Pseudonym)
}

/// The column `reasons`.
#[derive(Serialize, Deserialize)]
struct Reasons {
    why: Vec<Reason>,
    band: BandReason,
}

fn json<T: Serialize>(value: &T) -> Result<String, DbErr> {
    serde_json::to_string(value).map_err(|e| DbErr::Json(e.to_string()))
}

/// The offer that holds for the day, if one was made.
///
/// # Errors
/// When the database objects.
pub async fn latest(
    connection: &impl ConnectionTrait,
    key: &OfferKey,
) -> Result<Option<LoggedOffer>, DbErr> {
    offers::Entity::find()
        .filter(offers::Column::RetailerId.eq(key.retailer_id.to_string()))
        .filter(offers::Column::CampaignId.eq(key.campaign_id.to_string()))
        .filter(offers::Column::ShopperId.eq(key.shopper_id.to_string()))
        .filter(offers::Column::Day.eq(key.day.0))
        .order_by_desc(offers::Column::Revision)
        .one(connection)
        .await?
        .map(|row| read(&row))
        .transpose()
}

fn read(row: &offers::Model) -> Result<LoggedOffer, DbErr> {
    let reasons: Reasons = serde_json::from_str(&row.reasons).map_err(corrupt("reasons"))?;
    Ok(LoggedOffer {
        revision: u32::try_from(row.revision).map_err(corrupt("revision"))?,
        odds: serde_json::from_str(&row.odds).map_err(corrupt("odds"))?,
        target: MilliYen(row.target_milli_yen),
        distance_bonus: MilliYen(row.distance_bonus_milli_yen),
        policy: row.policy.clone(),
        context: serde_json::from_str(&row.context).map_err(corrupt("context"))?,
        why: reasons.why,
        band_reason: reasons.band,
        offered_at: row.offered_at,
        pseudonym: row
            .pseudonym
            .as_ref()
            .map(|text| text.parse().map_err(corrupt("pseudonym")))
            .transpose()?,
    })
}

/// Logs an offer and gives the one that holds: of two that race for the same revision the first one's.
///
/// # Errors
/// When the database objects.
pub async fn log(db: &Db, key: &OfferKey, offer: &LoggedOffer) -> Result<LoggedOffer, DbErr> {
    let transaction = db.begin().await?;
    execute(
        &transaction,
        "INSERT INTO offers (retailer_id, campaign_id, shopper_id, day, revision, odds, odds_hash, expected_milli_yen,
             target_milli_yen, distance_bonus_milli_yen, policy, context, reasons, offered_at, pseudonym)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT DO NOTHING",
        [
            key.retailer_id.to_string().into(),
            key.campaign_id.to_string().into(),
            key.shopper_id.to_string().into(),
            key.day.0.into(),
            i32::try_from(offer.revision).map_err(corrupt("revision"))?.into(),
            json(&offer.odds)?.into(),
            offer.hash(key).to_string().into(),
            offer.odds.expected_value().get().into(),
            offer.target.get().into(),
            offer.distance_bonus.get().into(),
            offer.policy.clone().into(),
            json(&offer.context)?.into(),
            json(&Reasons { why: offer.why.clone(), band: offer.band_reason })?.into(),
            offer.offered_at.into(),
            offer.pseudonym.map(|p| p.to_string()).into(),
        ],
    )
    .await?;
    let holds = latest(&transaction, key)
        .await?
        .ok_or_else(|| DbErr::Custom("an offer vanished".to_owned()))?;
    transaction.commit().await?;
    Ok(holds)
}

/// What a shopper's draws in a campaign before a day got for distance, in all.
///
/// # Errors
/// When the database objects.
pub async fn distance_bonus_before(
    connection: &impl ConnectionTrait,
    key: &OfferKey,
) -> Result<MilliYen, DbErr> {
    let row = connection
        .query_one_raw(sql(
            connection,
            "SELECT CAST(COALESCE(SUM(o.distance_bonus_milli_yen), 0) AS BIGINT) AS used
             FROM draws d JOIN offers o ON o.retailer_id = d.retailer_id AND o.campaign_id = d.campaign_id
                 AND o.shopper_id = d.shopper_id AND o.day = d.day AND o.revision = d.offer_revision
             WHERE d.retailer_id = $1 AND d.campaign_id = $2 AND d.shopper_id = $3 AND d.day < $4",
            [
                key.retailer_id.to_string().into(),
                key.campaign_id.to_string().into(),
                key.shopper_id.to_string().into(),
                key.day.0.into(),
            ],
        ))
        .await?;
    let used: i64 = row.map_or(Ok(0), |row| row.try_get("", "used"))?;
    Ok(MilliYen(used))
}
