//! What a retailer's console asks and gets.

use serde::{Deserialize, Serialize};

use crate::{
    campaign::{CampaignStatus, FieldProblem},
    holdout::Share,
    id::{ApiKeyId, CampaignId, CouponId, ImportId, PrizeId, StoreId},
    lang::Text,
    policy::Policy,
    yen::Yen,
};

/// A store as typed into the form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StoreInput {
    /// 1 to 120 characters.
    pub name: String,
    /// Latitude, degrees (WGS84), -90 to 90.
    pub lat: f64,
    /// Longitude, degrees (WGS84), -180 to 180.
    pub lng: f64,
    /// The retailer's own number for it, up to 60 characters.
    #[serde(default)]
    pub external_id: Option<String>,
    /// Up to 200 characters.
    #[serde(default)]
    pub address: Option<String>,
}

/// A store of the retailer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Store {
    /// The store.
    pub store_id: StoreId,
    /// Its name.
    pub name: String,
    /// Latitude, degrees (WGS84).
    pub lat: f64,
    /// Longitude, degrees (WGS84).
    pub lng: f64,
    /// The retailer's own number for it.
    pub external_id: Option<String>,
    /// The address.
    pub address: Option<String>,
    /// When it was entered.
    pub created_at: i64,
}

/// A part of the retailer's stores, by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StorePage {
    /// At most as many as were asked for.
    pub stores: Vec<Store>,
    /// How many match in all.
    pub total: u64,
    /// What to pass as `after` for the next part; absent at the end.
    pub next: Option<StoreId>,
}

/// A line of an uploaded file that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LineError {
    /// The line in the file, from 1, the header included; 0 where the whole file is meant.
    pub line: u64,
    /// The column's name, empty where the whole line is meant.
    pub column: String,
    /// What is wrong and what to do.
    pub reason: String,
}

/// A row that was skipped as a repeat, or imported although much like another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FlaggedRow {
    /// The line in the file.
    pub line: u64,
    /// Its name.
    pub name: String,
    /// Latitude, degrees.
    pub lat: f64,
    /// Longitude, degrees.
    pub lng: f64,
    /// `true`: the same name and position as another, skipped. `false`: the same name within 50 m, imported.
    pub exact: bool,
    /// The earlier line that it is like; absent where that is a store already there.
    pub like_line: Option<u64>,
    /// Distance to that one, metres.
    pub distance_m: f64,
}

/// What an import did, or would do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportReport {
    /// Rows read, the header not counted.
    pub rows: u64,
    /// Stores made, or that would be made.
    pub imported: u64,
    /// Exact repeats, skipped.
    pub duplicates: u64,
    /// The same name within 50 m of another, imported and flagged.
    pub near_duplicates: u64,
    /// What is wrong, the first 1,000; with any, nothing is imported.
    pub errors: Vec<LineError>,
    /// How many there are in all.
    pub error_count: u64,
    /// The repeats and the near ones, the first 500.
    pub flagged: Vec<FlaggedRow>,
    /// Whether this was a preview only.
    pub dry_run: bool,
    /// The encoding found: `UTF-8` or `Shift_JIS`.
    pub encoding: String,
}

/// A prize as typed into the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PrizeInput {
    /// 1 to 80 characters.
    pub name: String,
    /// The same in English; the Japanese one is shown where it is empty.
    #[serde(default)]
    pub name_en: Option<String>,
    /// Face value; 0 is a blank.
    pub value: Yen,
    /// Base weight, 1 to 1,000,000.
    pub weight: u32,
    /// How many there are; absent: as many as the budget allows.
    #[serde(default)]
    pub stock: Option<u32>,
}

/// A campaign as typed into the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CampaignInput {
    /// 1 to 80 characters.
    pub name: String,
    /// The same in English; the Japanese one is shown where it is empty.
    #[serde(default)]
    pub name_en: Option<String>,
    /// First moment of play.
    pub starts_at: i64,
    /// First moment at which it is over.
    pub ends_at: i64,
    /// Where its coupons can be won and used; at least one.
    pub store_ids: Vec<StoreId>,
    /// The prize table, 1 to 20 prizes; a blank of 0 yen should be among them.
    pub prizes: Vec<PrizeInput>,
    /// Cap on what it can ever cost.
    pub budget: Yen,
    /// Lowest expected value of a draw: what a loyal neighbour always gets.
    pub floor: Yen,
    /// Highest expected value of a draw.
    pub ceiling: Yen,
    /// Days a coupon is valid, 1 to 365.
    pub valid_days: u32,
    /// Lowest purchase for a coupon; also the transaction value (取引価額) of the prize rules. 0: a visit is enough.
    pub min_purchase: Yen,
    /// Sales expected over the campaign's time (懸賞に係る売上予定総額): all prizes together stay within 2 % of it.
    pub expected_sales: Yen,
    /// How an incentive is sized.
    pub policy: Policy,
    /// Plays a shopper has a day, 1 to 10.
    pub plays_per_day: u32,
}

/// Where the yen are. `total = available + reserved + spent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Budget {
    /// The cap.
    pub total: Yen,
    /// Not promised to anybody.
    pub available: Yen,
    /// Promised by coupons that can still be redeemed.
    pub reserved: Yen,
    /// Given at tills.
    pub spent: Yen,
}

/// A prize of a campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Prize {
    /// The prize.
    pub prize_id: PrizeId,
    /// Its name.
    pub name: String,
    /// Its name in English.
    pub name_en: Option<String>,
    /// Face value.
    pub value: Yen,
    /// Base weight.
    pub weight: u32,
    /// How many there were at first; absent: no limit.
    pub stock: Option<u32>,
    /// How many are left.
    pub stock_left: Option<u32>,
}

/// A campaign of the retailer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Campaign {
    /// The campaign.
    pub campaign_id: CampaignId,
    /// Draft, published, paused or ended.
    pub status: CampaignStatus,
    /// Its name.
    pub name: String,
    /// Its name in English.
    pub name_en: Option<String>,
    /// First moment of play.
    pub starts_at: i64,
    /// First moment at which it is over.
    pub ends_at: i64,
    /// Where its coupons can be won and used.
    pub store_ids: Vec<StoreId>,
    /// The prize table.
    pub prizes: Vec<Prize>,
    /// Where the yen are.
    pub budget: Budget,
    /// Lowest expected value of a draw.
    pub floor: Yen,
    /// Highest expected value of a draw.
    pub ceiling: Yen,
    /// Days a coupon is valid.
    pub valid_days: u32,
    /// Lowest purchase.
    pub min_purchase: Yen,
    /// Sales expected.
    pub expected_sales: Yen,
    /// How an incentive is sized.
    pub policy: Policy,
    /// Plays a shopper has a day.
    pub plays_per_day: u32,
    /// When it was entered.
    pub created_at: i64,
    /// When it was first published, if it was.
    pub published_at: Option<i64>,
}

/// Counts and yen of one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DayRow {
    /// `YYYY-MM-DD` in Japan.
    pub day: String,
    /// Plays, blanks included.
    pub plays: u64,
    /// Coupons issued.
    pub issued: u64,
    /// Their face value.
    pub issued_value: Yen,
    /// Coupons redeemed (undone ones not counted).
    pub redeemed: u64,
    /// Yen really given.
    pub cost: Yen,
    /// Visits.
    pub visits: u64,
}

/// Counts and yen of one store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StoreRow {
    /// The store.
    pub store_id: StoreId,
    /// Its name.
    pub name: String,
    /// Latitude, degrees.
    pub lat: f64,
    /// Longitude, degrees.
    pub lng: f64,
    /// Coupons issued for it.
    pub issued: u64,
    /// Coupons redeemed at it.
    pub redeemed: u64,
    /// Yen really given.
    pub cost: Yen,
    /// Visits.
    pub visits: u64,
}

/// How many shoppers came so many times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FrequencyRow {
    /// Visits in the period, 1 to 10; 10 stands for 10 and more.
    pub visits: u32,
    /// Shoppers.
    pub shoppers: u64,
}

/// What happened in a period. Visits here are known by redemption only, so nothing in it is a lift.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Report {
    /// First day, `YYYY-MM-DD` in Japan.
    pub from: String,
    /// Last day, included.
    pub to: String,
    /// The whole period in one row; its `day` is empty.
    pub total: DayRow,
    /// Shoppers with at least one visit.
    pub visitors: u64,
    /// Visits per visitor and 30 days, thousandths; absent without visitors.
    pub visits_per_visitor_30d_milli: Option<u64>,
    /// One row a day, days without anything included.
    pub days: Vec<DayRow>,
    /// One row a store with anything at all, most visits first.
    pub stores: Vec<StoreRow>,
    /// Visit frequency per shopper.
    pub frequency: Vec<FrequencyRow>,
}

/// Why a coupon is taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VoidRequest {
    /// For the audit log: 1 to 200 characters, no line breaks.
    pub reason: String,
}

/// A coupon that was taken back: nobody can use it any more, and what it reserved is available again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VoidedCoupon {
    /// The coupon.
    pub coupon_id: CouponId,
    /// The campaign whose budget has its yen again.
    pub campaign_id: CampaignId,
    /// Its face value.
    pub value: Yen,
    /// When, unix milliseconds.
    pub voided_at: i64,
}

/// Whom a retailer keeps out, so that it can be seen what offers do. Another share begins what is measured anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Holdout {
    /// Of all shoppers: they are made no offer of this retailer's.
    pub programme: Share,
    /// Of the others, for each campaign anew: they are not offered that one.
    pub campaigns: Share,
}

/// Other shares to keep out, as typed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HoldoutInput {
    /// Whole percent of all shoppers, 0 to 50.
    pub programme: u32,
    /// Whole percent of the others, for each campaign anew, 0 to 50.
    pub campaigns: u32,
}

impl HoldoutInput {
    /// The shares.
    ///
    /// # Errors
    /// What is wrong, field by field.
    pub fn check(self) -> Result<Holdout, Vec<FieldProblem>> {
        const RANGE: Text = Text::new(
            "0〜50 の整数にしてください。",
            "A whole number from 0 to 50.",
        );
        let share = |percent: u32| {
            u8::try_from(percent)
                .ok()
                .and_then(|p| Share::try_from(p).ok())
        };
        match (share(self.programme), share(self.campaigns)) {
            (Some(programme), Some(campaigns)) => Ok(Holdout {
                programme,
                campaigns,
            }),
            (programme, campaigns) => Err([("programme", programme), ("campaigns", campaigns)]
                .into_iter()
                .filter(|(_, share)| share.is_none())
                .map(|(field, _)| FieldProblem::new(field, RANGE))
                .collect()),
        }
    }
}

impl Holdout {
    /// Everybody is offered everything, and nothing can be said of what that did.
    pub const NOBODY: Self = Self {
        programme: Share::NOBODY,
        campaigns: Share::NOBODY,
    };
}

impl Default for Holdout {
    fn default() -> Self {
        Self {
            programme: Share::USUAL,
            campaigns: Share::USUAL,
        }
    }
}

/// What an import of visits did, or would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VisitImportReport {
    /// The import, to take it back by; absent where nothing was kept.
    pub import_id: Option<ImportId>,
    /// Rows read, the header not counted.
    pub rows: u64,
    /// Visits that were not known.
    pub imported: u64,
    /// Rows that say what another row or an earlier import says.
    pub repeats: u64,
    /// Of the visits imported, those whose member is a shopper here.
    pub linked: u64,
    /// What is wrong, the first 1,000; with any, nothing is imported.
    pub errors: Vec<LineError>,
    /// How many there are in all.
    pub error_count: u64,
    /// Whether this was a preview only.
    pub dry_run: bool,
    /// The encoding found: `UTF-8` or `Shift_JIS`.
    pub encoding: String,
}

/// An import of visits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VisitImport {
    /// The import.
    pub import_id: ImportId,
    /// When.
    pub imported_at: i64,
    /// Visits in it.
    pub visits: u64,
    /// The system that posted them on that day; absent for a file.
    pub system: Option<String>,
    /// When it was taken back, if it was.
    pub undone_at: Option<i64>,
}

/// A key by which a system of the retailer's posts visits. The key itself is not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKey {
    /// The key's id, with which it begins.
    pub key_id: ApiKeyId,
    /// What the system is called.
    pub name: String,
    /// Since when.
    pub created_at: i64,
    /// The day on which it was used last, `YYYY-MM-DD` in Japan.
    pub last_used_on: Option<String>,
    /// When it was withdrawn, if it was.
    pub withdrawn_at: Option<i64>,
}

/// Asks for a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKeyInput {
    /// What the system is called, 1 to 60 characters.
    pub name: String,
}

/// A key that was just made: shown this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewApiKey {
    /// What is kept of it.
    pub key: ApiKey,
    /// What the system sends as `Authorization: Bearer …`.
    pub secret: String,
}

/// The most visits that are posted at once.
pub const MAX_POSTED: usize = 500;

/// A visit that a system knows: a reservation that was kept, an order that was picked up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PostedVisit {
    /// The member number, 1 to 64 characters.
    pub member: String,
    /// The store's id, or the retailer's number for it.
    pub store: String,
    /// `2026-11-28T12:34:00+09:00`, or without a zone in Japan's.
    pub time: String,
    /// Whole yen of the basket.
    #[serde(default)]
    pub yen: Option<u32>,
    /// The number of the receipt, reservation or order: two visits at the same minute differ by it.
    #[serde(default)]
    pub receipt: Option<String>,
}

/// Visits as a system posts them, all or nothing; what is known already is passed over, so that a post may be repeated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PostedVisits {
    /// At least one, at most 500.
    pub visits: Vec<PostedVisit>,
}

/// What became of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PostedVisitsReport {
    /// Visits that were not known.
    pub accepted: u64,
    /// Visits that were known already.
    pub repeats: u64,
    /// Of those accepted, those whose member is a shopper here.
    pub linked: u64,
}
