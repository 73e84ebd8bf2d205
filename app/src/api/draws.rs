//! Draws that can be recomputed: a day's seeds for everybody, a shopper's own draws.

use serde::{Deserialize, Serialize};

use crate::{
    day::Day,
    id::{CampaignId, DrawId, PrizeId, RetailerId},
    yen::Yen,
};

/// A campaign's day on which something was offered, and its seed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DayOfDraws {
    /// The day, `YYYY-MM-DD` in Japan.
    pub day: String,
    /// SHA-256 (hex) of the seed, shown before play.
    pub seed_commitment: String,
    /// The seed (hex) once it is public; its draws can be had then.
    pub seed: Option<String>,
    /// From when on it is public, unix milliseconds.
    pub seed_from: i64,
}

/// A page of a shopper's own draws.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnDraws {
    /// The draws, the newest first.
    pub draws: Vec<OwnDraw>,
    /// What to ask for `before`, if there are older ones.
    pub next: Option<DrawId>,
}

/// One's own draw with everything that it takes to recompute it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnDraw {
    /// The draw.
    pub draw_id: DrawId,
    /// The retailer.
    pub retailer_id: RetailerId,
    /// Its name.
    pub retailer_name: String,
    /// The campaign.
    pub campaign_id: CampaignId,
    /// Its name.
    pub campaign_name: String,
    /// The day, `YYYY-MM-DD` in Japan.
    pub day: String,
    /// The same as days since 1970-01-01, as it stands in what is hashed.
    pub day_number: Day,
    /// When, unix milliseconds.
    pub drawn_at: i64,
    /// By which version of the construction: 2, or 1 for draws of earlier servers.
    pub version: u8,
    /// One's name in the day's published draws; with version 1 one's own id.
    pub drawer: String,
    /// The play's number that day.
    pub play_number: u32,
    /// The device's nonce.
    pub client_nonce: String,
    /// The odds that were shown, in their order.
    pub odds: Vec<OwnOdds>,
    /// Their hash (hex).
    pub odds_hash: String,
    /// The number drawn, 0 to 999,999.
    pub ticket: u32,
    /// The prize.
    pub prize_id: PrizeId,
    /// Its name.
    pub prize_name: String,
    /// Its face value; 0 is a blank.
    pub value: Yen,
    /// SHA-256 (hex) of the seed, shown before play.
    pub seed_commitment: String,
    /// The seed (hex) once it is public.
    pub seed: Option<String>,
    /// From when on it is public, unix milliseconds.
    pub seed_from: i64,
}

/// A line of the odds that were shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnOdds {
    /// The prize.
    pub prize_id: PrizeId,
    /// Its name.
    pub name: String,
    /// Its face value.
    pub value: Yen,
    /// Its chance, parts per million.
    pub ppm: u32,
}
