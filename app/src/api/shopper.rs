//! What a shopper's browser asks and gets.

use serde::{Deserialize, Serialize};

use crate::{
    geo::{Band, Cell},
    id::{CampaignId, CouponId, DrawId, PrizeId, RetailerId, ShopperId, StoreId},
    yen::Yen,
};

/// Who is playing: a device-bound session, no sign-up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShopperMe {
    /// The shopper.
    pub shopper_id: ShopperId,
    /// Whether the shopper agreed that the coarse cell is used and kept for 30 days.
    pub location_consent: bool,
    /// The area picked from the list, if any.
    pub area_id: Option<String>,
}

/// Agrees to, or withdraws, the use of the coarse cell.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentRequest {
    /// `true`: agreed. `false`: withdrawn; the kept cells are erased at once.
    pub location: bool,
}

/// Picks an area instead of sharing a position; `null` unpicks.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AreaChoice {
    /// One of the areas' ids.
    pub area_id: Option<String>,
}

/// An area to pick: the surroundings of a railway station.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Area {
    /// Stable id: the English name in lower case, `-` for blanks.
    pub area_id: String,
    /// The name, in Japanese.
    pub name: String,
    /// The name, in English.
    pub name_en: String,
    /// Latitude, degrees (WGS84).
    pub lat: f64,
    /// Longitude, degrees (WGS84).
    pub lng: f64,
}

/// Asks for what is near a coarse cell. The device knows the exact position and sorts; the server never does.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NearbyRequest {
    /// The coarse cell of the position, or of the picked area.
    pub cell: Cell,
    /// How far around, kilometres, 1 to 50; 5 if absent.
    #[serde(default)]
    pub radius_km: Option<u32>,
}

/// What is near: at most 100 stores, the nearest to the cell's centre first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Nearby {
    /// The stores with at least one running campaign.
    pub stores: Vec<NearbyStore>,
}

/// A store near.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NearbyStore {
    /// Its retailer.
    pub retailer_id: RetailerId,
    /// The retailer's name.
    pub retailer_name: String,
    /// The store.
    pub store_id: StoreId,
    /// Its name.
    pub name: String,
    /// Latitude, degrees (WGS84).
    pub lat: f64,
    /// Longitude, degrees (WGS84).
    pub lng: f64,
    /// The campaigns running there now.
    pub campaigns: Vec<NearbyCampaign>,
}

/// A running campaign of a store near.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NearbyCampaign {
    /// The campaign.
    pub campaign_id: CampaignId,
    /// Its name, in the reader's language where the retailer gave both.
    pub name: String,
    /// When it ends.
    pub ends_at: i64,
    /// The highest prize still to be had.
    pub top_value: Yen,
    /// The lowest purchase a coupon of it asks for.
    pub min_purchase: Yen,
    /// Plays this shopper has left today.
    pub plays_left: u32,
}

/// Where stores are, whether or not anything is to be won there: the nearest to the cell's centre first, at most 200.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StoresNear {
    /// The stores.
    pub stores: Vec<StorePlace>,
}

/// A store and where it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StorePlace {
    /// Its retailer.
    pub retailer_id: RetailerId,
    /// The retailer's name.
    pub retailer_name: String,
    /// The store.
    pub store_id: StoreId,
    /// Its name.
    pub name: String,
    /// Latitude, degrees (WGS84).
    pub lat: f64,
    /// Longitude, degrees (WGS84).
    pub lng: f64,
}

/// The device's claim about its distance to a store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BandClaim {
    /// The store.
    pub store_id: StoreId,
    /// The band of the exact distance, which only the device knows.
    pub band: Band,
}

/// The device's claim about where it is. Never coordinates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PositionClaim {
    /// The coarse cell of the fix.
    pub cell: Cell,
    /// The fix's accuracy radius, metres, rounded up.
    pub accuracy_m: u32,
    /// Distance bands; the one of the store asked about is used. At most 100.
    pub bands: Vec<BandClaim>,
}

/// Asks for the odds of a campaign at a store.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfferRequest {
    /// The retailer.
    pub retailer_id: RetailerId,
    /// The campaign.
    pub campaign_id: CampaignId,
    /// The store the coupon shall be for.
    pub store_id: StoreId,
    /// The claimed position; absent without consent. Ignored where consent is missing.
    #[serde(default)]
    pub position: Option<PositionClaim>,
}

/// One line of the odds shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OddsLine {
    /// The prize.
    pub prize_id: PrizeId,
    /// Its name, in the reader's language where the retailer gave both.
    pub name: String,
    /// Face value; 0 is a blank.
    pub value: Yen,
    /// The chance of this shopper in this campaign today, parts per million.
    pub ppm: u32,
    /// The lowest chance that any shopper can have by the campaign's rules.
    pub ppm_low: u32,
    /// The highest chance that any shopper can have by the campaign's rules.
    pub ppm_high: u32,
}

/// The offer: exact odds, fixed for this shopper, campaign and day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Offer {
    /// The retailer.
    pub retailer_id: RetailerId,
    /// The campaign.
    pub campaign_id: CampaignId,
    /// The store the coupon would be for.
    pub store_id: StoreId,
    /// The retailer's name.
    pub retailer_name: String,
    /// The campaign's name.
    pub campaign_name: String,
    /// The store's name.
    pub store_name: String,
    /// The day the odds hold, `YYYY-MM-DD` in Japan.
    pub day: String,
    /// The odds, in the order of the prize table; parts per million summing to 1,000,000.
    pub odds: Vec<OddsLine>,
    /// SHA-256 (hex) that binds campaign, shopper, day and odds; a play carries it.
    pub odds_hash: String,
    /// Expected value of one draw, thousandths of a yen.
    pub expected_value_milli_yen: i64,
    /// SHA-256 (hex) of today's server seed: the draw was fixed before the client's nonce was known.
    pub seed_commitment: String,
    /// The number that the next play carries (from 1), if one is left.
    pub next_play: Option<u32>,
    /// Plays left today.
    pub plays_left: u32,
    /// Why this offer, in the reader's language: the one plain sentence first, then each part of the reckoning.
    pub why: Vec<String>,
    /// Policy and version that sized it, as `distance_lapse@1`.
    pub policy: String,
    /// Lowest purchase for a coupon of it.
    pub min_purchase: Yen,
    /// How many days a coupon is valid.
    pub valid_days: u32,
    /// When the campaign ends.
    pub ends_at: i64,
}

/// Plays once.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlayRequest {
    /// The retailer.
    pub retailer_id: RetailerId,
    /// The campaign.
    pub campaign_id: CampaignId,
    /// The store the coupon shall be for.
    pub store_id: StoreId,
    /// The odds that were shown.
    pub odds_hash: String,
    /// [`Offer::next_play`]: sent again it gives the same result, so that a lost answer loses no prize.
    pub play_number: u32,
    /// 16 to 64 characters from `A-Z a-z 0-9 - _`, chosen by the device after it saw the commitment.
    pub client_nonce: String,
}

/// What can be recomputed about a draw once the day's seed is published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DrawProof {
    /// SHA-256 (hex) of the day's server seed.
    pub seed_commitment: String,
    /// The odds drawn from.
    pub odds_hash: String,
    /// The play's number that day.
    pub play_number: u32,
    /// The device's nonce.
    pub client_nonce: String,
    /// The number drawn, 0 to 999,999.
    pub ticket: u32,
}

/// The outcome of a play.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlayResult {
    /// The draw.
    pub draw_id: DrawId,
    /// The prize drawn.
    pub prize_id: PrizeId,
    /// Its name.
    pub prize_name: String,
    /// Its face value; 0 is a blank.
    pub value: Yen,
    /// The coupon, unless it was a blank.
    pub coupon: Option<Coupon>,
    /// Plays left today.
    pub plays_left: u32,
    /// How to check it.
    pub proof: DrawProof,
}

/// What a coupon is at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum CouponStatus {
    /// Can be redeemed.
    Issued,
    /// Was redeemed.
    Redeemed,
    /// Its time is over.
    Expired,
    /// Was taken back.
    Voided,
}

/// A coupon in the wallet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Coupon {
    /// The retailer.
    pub retailer_id: RetailerId,
    /// The coupon.
    pub coupon_id: CouponId,
    /// The retailer's name.
    pub retailer_name: String,
    /// The campaign's name.
    pub campaign_name: String,
    /// The prize's name.
    pub prize_name: String,
    /// Face value.
    pub value: Yen,
    /// Lowest purchase.
    pub min_purchase: Yen,
    /// Where it can be used.
    pub store_id: StoreId,
    /// The store's name.
    pub store_name: String,
    /// The store's latitude, degrees.
    pub store_lat: f64,
    /// The store's longitude, degrees.
    pub store_lng: f64,
    /// When it was won.
    pub issued_at: i64,
    /// The first moment at which it can no longer be used.
    pub valid_until: i64,
    /// What it is now.
    pub status: CouponStatus,
    /// When it was redeemed, if it was.
    pub redeemed_at: Option<i64>,
    /// How often it was taken, uses that were undone included: with each, what the screen shows has to be asked for anew.
    #[serde(default)]
    pub uses: u32,
}

/// What a coupon shows at the till, for a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CouponPass {
    /// What the QR code says: 56 capital letters and digits, sealed for this session.
    pub qr: String,
    /// The QR code's modules without the quiet zone, a row each: `1` is dark. So the browser need not know how to draw one.
    pub qr_rows: Vec<String>,
    /// First moment at which it no longer holds, a minute after it was made.
    pub qr_until: i64,
    /// Eight digits in two groups, for where nothing can be scanned; good at the coupon's store only.
    pub short_code: String,
    /// First moment at which they no longer hold, two minutes after they were made.
    pub short_code_until: i64,
}

/// A retailer whose member number the shopper gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Membership {
    /// The retailer.
    pub retailer_id: RetailerId,
    /// Its name.
    pub retailer_name: String,
    /// Since when.
    pub linked_at: i64,
}

/// What a shopper shows at the till for a stamp, for a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberCode {
    /// What the QR code says: 56 capital letters and digits, sealed for this session.
    pub qr: String,
    /// The QR code's modules without the quiet zone, a row each: `1` is dark.
    pub qr_rows: Vec<String>,
    /// First moment at which it no longer holds, a minute after it was made.
    pub qr_until: i64,
}

/// A shopper's stamps at a retailer's stores: visits at which staff scanned the member code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Stamps {
    /// The retailer.
    pub retailer_id: RetailerId,
    /// Its name.
    pub retailer_name: String,
    /// How many.
    pub stamps: u64,
    /// The newest, unix milliseconds.
    pub last_at: i64,
}

/// What a store's screen showed, by whoever scanned it there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckInRequest {
    /// The store's retailer, as the link says.
    pub retailer_id: RetailerId,
    /// The code, as the link says.
    pub code: String,
}

/// That somebody checked in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckIn {
    /// Whose store.
    pub retailer_name: String,
    /// Where.
    pub store_name: String,
    /// When, unix milliseconds.
    pub at: i64,
    /// Whether a visit within the last three hours was known already: it is the same one.
    pub goes_on: bool,
}

/// That the page is open inside a store's fence. Where the shopper is is not said, only at which store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DwellRequest {
    /// The store's retailer.
    pub retailer_id: RetailerId,
    /// The store.
    pub store_id: StoreId,
    /// What the first answer gave, once its time has passed.
    #[serde(default)]
    pub dwell: Option<String>,
}

/// A dwell that began, or has become a visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Dwell {
    /// To be handed in again from `visit_from` on, if the page is still open and inside.
    pub dwell: String,
    /// First moment at which it makes a visit, unix milliseconds.
    pub visit_from: i64,
    /// It has made one.
    pub is_visit: bool,
}

/// Gives a member number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MembershipInput {
    /// As it stands on the card, 1 to 64 characters; blanks and hyphens do not matter.
    pub number: String,
}

/// Everything that is kept of a shopper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct History {
    /// By what it is kept.
    pub shopper_id: ShopperId,
    /// The coarse cell of each day, `YYYY-MM-DD` in Japan, of the last 30.
    pub cells: Vec<(String, Cell)>,
    /// By retailer.
    pub retailers: Vec<HistoryAt>,
}

/// What a retailer's part of it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HistoryAt {
    /// The retailer.
    pub retailer_id: RetailerId,
    /// Its name.
    pub retailer_name: String,
    /// Since when a member number was given, of which only a hash is kept.
    pub member_since: Option<i64>,
    /// Visits, oldest first.
    pub visits: Vec<SeenVisit>,
    /// When an offer was first shown, or would have been.
    pub first_offered_at: Option<i64>,
    /// Whether offers are or were held back, to see whether they bring more visits.
    pub is_held_out: bool,
    /// Coupons won.
    pub coupons: u64,
    /// Of them used.
    pub redeemed: u64,
}

/// A visit, and what shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SeenVisit {
    /// Where.
    pub store_name: String,
    /// When, unix milliseconds.
    pub began_at: i64,
    /// `redemption`, `import`, `card`, `check_in`, `dwell`.
    pub sources: Vec<String>,
}
