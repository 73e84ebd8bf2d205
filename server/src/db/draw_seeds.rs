//! The day's secret seed of a campaign: made on first need, wrapped by the server's key, out of reach of staff and retailers.

use app::{
    day::Day,
    digest::Digest,
    draw::ServerSeed,
    id::{CampaignId, RetailerId},
};
use sea_orm::{DbErr, EntityTrait};

use super::{Db, corrupt, entity::draw_seeds, sql::execute};
use crate::{keys::Keys, random};

/// A seed, still wrapped, with its commitment.
#[derive(Clone, Debug)]
pub struct SealedSeed {
    /// SHA-256 of the seed, shown before play.
    pub commitment: Digest,
    wrapped: String,
    purpose: String,
}

impl SealedSeed {
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
    let purpose = purpose(retailer_id, campaign_id, day);
    let found = match draw_seeds::Entity::find_by_id(key.clone())
        .one(db.read())
        .await?
    {
        Some(row) => row,
        None => {
            let seed = ServerSeed::new(random::bytes());
            let wrapped = keys
                .wrap(&purpose, seed.reveal())
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
    Ok(SealedSeed {
        commitment: found.commitment.parse().map_err(corrupt("commitment"))?,
        wrapped: found.wrapped_seed,
        purpose,
    })
}
