//! The day's secret seed of a campaign: made on first need, wrapped by the server's key, out of reach of staff and retailers; public once the day is over.

use app::{
    day::{Day, JST},
    digest::Digest,
    draw::ServerSeed,
    id::{CampaignId, RetailerId},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use super::{Db, corrupt, entity::draw_seeds, sql::execute};
use crate::{keys::Keys, random};

/// So long after its end the seed of a day stays a secret: what was asked for in its last moment, and on a server whose clock is behind, has been
/// answered by then. Whatever comes later is refused.
pub const GRACE_MS: i64 = 10 * 60_000;

/// A seed, still wrapped, with its commitment.
#[derive(Clone, Debug)]
pub struct SealedSeed {
    /// SHA-256 of the seed, shown before play.
    pub commitment: Digest,
    /// The day.
    pub day: Day,
    revealed_at: Option<i64>,
    wrapped: String,
    purpose: String,
}

impl SealedSeed {
    fn of(
        row: draw_seeds::Model,
        retailer_id: RetailerId,
        campaign_id: CampaignId,
    ) -> Result<Self, DbErr> {
        let day = Day(row.day);
        Ok(Self {
            commitment: row.commitment.parse().map_err(corrupt("commitment"))?,
            day,
            revealed_at: row.revealed_at,
            wrapped: row.wrapped_seed,
            purpose: purpose(retailer_id, campaign_id, day),
        })
    }

    /// Whether it is for everybody to see, and so nothing may be drawn from it any more.
    #[must_use]
    pub const fn is_public(&self) -> bool {
        self.revealed_at.is_some()
    }

    /// Opens it.
    ///
    /// # Errors
    /// When it was wrapped by another key, for another campaign or day, or does not agree with its commitment.
    pub fn open(&self, keys: &Keys) -> Result<ServerSeed, DbErr> {
        let bytes = keys
            .unwrap(&self.purpose, &self.wrapped)
            .map_err(corrupt("draw seed"))?;
        let seed = <[u8; 32]>::try_from(bytes.as_slice())
            .map(ServerSeed::new)
            .map_err(corrupt("draw seed"))?;
        if seed.commitment() == self.commitment {
            Ok(seed)
        } else {
            Err(corrupt("draw seed")("it is not the one committed to"))
        }
    }
}

/// What the wrapping is bound to: a row copied to another campaign or day does not open.
#[must_use]
pub fn purpose(retailer_id: RetailerId, campaign_id: CampaignId, day: Day) -> String {
    format!("draw seed {retailer_id} {campaign_id} {}", day.0)
}

/// The seed of a campaign's day; the first who asks makes it, whoever races for that gets the same one.
///
/// # Errors
/// When the database objects.
pub async fn of_day(
    db: &Db,
    keys: &Keys,
    retailer_id: RetailerId,
    campaign_id: CampaignId,
    day: Day,
    now: i64,
) -> Result<SealedSeed, DbErr> {
    let key = (retailer_id.to_string(), campaign_id.to_string(), day.0);
    let found = match draw_seeds::Entity::find_by_id(key.clone())
        .one(db.read())
        .await?
    {
        Some(row) => row,
        None => {
            let seed = ServerSeed::new(random::bytes());
            let wrapped = keys
                .wrap(&purpose(retailer_id, campaign_id, day), seed.reveal())
                .map_err(|e| DbErr::Custom(e.to_string()))?;
            let transaction = db.begin().await?;
            execute(
                &transaction,
                "INSERT INTO draw_seeds (retailer_id, campaign_id, day, wrapped_seed, commitment, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
                [
                    key.0.clone().into(),
                    key.1.clone().into(),
                    key.2.into(),
                    wrapped.into(),
                    seed.commitment().to_string().into(),
                    now.into(),
                ],
            )
            .await?;
            let row = draw_seeds::Entity::find_by_id(key)
                .one(&transaction)
                .await?
                .ok_or_else(|| DbErr::Custom("a seed vanished".to_owned()))?;
            transaction.commit().await?;
            row
        }
    };
    SealedSeed::of(found, retailer_id, campaign_id)
}

/// From when on the seed of a day is public, unix milliseconds.
#[must_use]
pub fn public_from(day: Day) -> i64 {
    day.end(JST).saturating_add(GRACE_MS)
}

/// Makes the seeds of all days that are over public, of all campaigns; gives how many. What is public stays so, and is drawn from no more.
///
/// # Errors
/// When the database objects.
pub async fn reveal_due(db: &Db, now: i64) -> Result<u64, DbErr> {
    let transaction = db.begin().await?;
    let revealed = execute(
        &transaction,
        "UPDATE draw_seeds SET revealed_at = $1 WHERE revealed_at IS NULL AND day < $2",
        [
            now.into(),
            Day::of(now.saturating_sub(GRACE_MS), JST).0.into(),
        ],
    )
    .await?;
    transaction.commit().await?;
    Ok(revealed)
}

/// The seeds of a campaign, the newest day first.
///
/// # Errors
/// When the database objects.
pub async fn of_campaign(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    campaign_id: CampaignId,
) -> Result<Vec<SealedSeed>, DbErr> {
    draw_seeds::Entity::find()
        .filter(draw_seeds::Column::RetailerId.eq(retailer_id.to_string()))
        .filter(draw_seeds::Column::CampaignId.eq(campaign_id.to_string()))
        .order_by_desc(draw_seeds::Column::Day)
        .all(connection)
        .await?
        .into_iter()
        .map(|row| SealedSeed::of(row, retailer_id, campaign_id))
        .collect()
}

/// The seed of a day, if anything was drawn or offered.
///
/// # Errors
/// When the database objects.
pub async fn find(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    campaign_id: CampaignId,
    day: Day,
) -> Result<Option<SealedSeed>, DbErr> {
    draw_seeds::Entity::find_by_id((retailer_id.to_string(), campaign_id.to_string(), day.0))
        .one(connection)
        .await?
        .map(|row| SealedSeed::of(row, retailer_id, campaign_id))
        .transpose()
}
