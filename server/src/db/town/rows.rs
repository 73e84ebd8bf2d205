//! What a town is made of, in the domain's own terms.

use app::{
    api::account::Role,
    context::Context,
    day::Day,
    digest::Digest,
    geo::{Cell, LatLng},
    id::{
        AccountId, CampaignId, CouponId, DrawId, EntryId, PrizeId, RedemptionId, RetailerId,
        ShopperId, StoreId,
    },
    odds::OddsTable,
    policy::{Policy, Sizing},
    pseudonym::Pseudonym,
    yen::Yen,
};

use crate::db::holdout::{Epoch, Exposure};

/// A retailer with what belongs to it.
#[derive(Clone, Debug)]
pub struct RetailerRow {
    /// The tenant.
    pub retailer_id: RetailerId,
    /// Its name.
    pub name: String,
    /// Its name in English.
    pub name_en: String,
    /// When it joined.
    pub created_at: i64,
    /// Its stores.
    pub stores: Vec<StoreRow>,
    /// Its logins.
    pub accounts: Vec<AccountRow>,
    /// Its campaigns.
    pub campaigns: Vec<CampaignRow>,
    /// Who is kept out of all of it, since it joined.
    pub programme: Epoch,
}

/// A store.
#[derive(Clone, Debug)]
pub struct StoreRow {
    /// The store.
    pub store_id: StoreId,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub position: LatLng,
    /// The retailer's number for it.
    pub external_id: String,
}

/// A login.
#[derive(Clone, Debug)]
pub struct AccountRow {
    /// The login.
    pub account_id: AccountId,
    /// Its address.
    pub email: String,
    /// The person.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// Argon2id, PHC string.
    pub password_hash: String,
    /// Where staff work.
    pub stores: Vec<StoreId>,
}

/// A published campaign.
#[derive(Clone, Debug)]
pub struct CampaignRow {
    /// The campaign.
    pub campaign_id: CampaignId,
    /// Its name.
    pub name: String,
    /// Its name in English.
    pub name_en: String,
    /// First moment.
    pub starts_at: i64,
    /// First moment at which it is over.
    pub ends_at: i64,
    /// The cap.
    pub budget: Yen,
    /// Lowest expected value.
    pub floor: Yen,
    /// Highest expected value.
    pub ceiling: Yen,
    /// Validity of a coupon, days.
    pub valid_days: u32,
    /// Lowest purchase.
    pub min_purchase: Yen,
    /// Sales expected.
    pub expected_sales: Yen,
    /// How it is sized.
    pub policy: Policy,
    /// Plays a day.
    pub plays_per_day: u32,
    /// Where.
    pub stores: Vec<StoreId>,
    /// The prize table.
    pub prizes: Vec<PrizeRow>,
}

/// A prize without a limit of stock.
#[derive(Clone, Debug)]
pub struct PrizeRow {
    /// The prize.
    pub prize_id: PrizeId,
    /// Its name.
    pub name: String,
    /// Its name in English.
    pub name_en: String,
    /// Face value.
    pub value: Yen,
    /// Base weight.
    pub weight: u32,
}

/// What happened: every list in the order of time.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Seeds of campaign days: wrapped, and the commitment.
    pub seeds: Vec<(RetailerId, CampaignId, Day, String, Digest, i64)>,
    /// Offers.
    pub offers: Vec<PastOffer>,
    /// Draws.
    pub draws: Vec<PastDraw>,
    /// Coupons as they are now.
    pub coupons: Vec<PastCoupon>,
    /// Redemptions.
    pub redemptions: Vec<PastRedemption>,
    /// Movements of budgets, the funding left out.
    pub journal: Vec<PastEntry>,
    /// Visits with their evidence.
    pub visits: Vec<PastVisit>,
    /// Shoppers.
    pub shoppers: Vec<PastShopper>,
    /// First exposures to a retailer's programme, or ghosts of them.
    pub exposures: Vec<Exposure>,
    /// Members of a retailer, since when.
    pub members: Vec<(RetailerId, ShopperId, i64)>,
    /// What the tills knew to be bought.
    pub baskets: Vec<PastBasket>,
    /// When it ends.
    pub until: Option<i64>,
    /// Balances as they are now: available, reserved, spent.
    pub balances: Vec<(CampaignId, Yen, Yen, Yen)>,
}

/// A line of a till's file, imported at the end of its month.
#[derive(Clone, Debug)]
pub struct PastBasket {
    /// The tenant.
    pub retailer_id: RetailerId,
    /// Whose.
    pub shopper_id: ShopperId,
    /// Where.
    pub store_id: StoreId,
    /// As its visit's evidence has it.
    pub reference: String,
    /// When, unix milliseconds.
    pub at: i64,
    /// How much.
    pub basket: Yen,
}

/// One offer.
#[derive(Clone, Debug)]
pub struct PastOffer {
    /// The tenant.
    pub retailer_id: RetailerId,
    /// The campaign.
    pub campaign_id: CampaignId,
    /// To whom.
    pub shopper_id: ShopperId,
    /// The day it held.
    pub day: Day,
    /// The odds.
    pub odds: OddsTable,
    /// What binds them.
    pub hash: Digest,
    /// To whom, in the day's published draws.
    pub pseudonym: Pseudonym,
    /// What the policy decided.
    pub sizing: Sizing,
    /// What it knew.
    pub context: Context,
    /// The sentences' keys, JSON.
    pub reasons: String,
    /// When.
    pub offered_at: i64,
}

/// One play.
#[derive(Clone, Debug)]
pub struct PastDraw {
    /// The tenant.
    pub retailer_id: RetailerId,
    /// The draw.
    pub draw_id: DrawId,
    /// The campaign.
    pub campaign_id: CampaignId,
    /// Who.
    pub shopper_id: ShopperId,
    /// For which store.
    pub store_id: StoreId,
    /// The day.
    pub day: Day,
    /// What it was drawn from.
    pub hash: Digest,
    /// The device's nonce.
    pub nonce: String,
    /// 0 to 999,999.
    pub ticket: u32,
    /// The outcome.
    pub prize_id: PrizeId,
    /// Its value.
    pub value: Yen,
    /// When.
    pub drawn_at: i64,
}

/// One coupon.
#[derive(Clone, Debug)]
pub struct PastCoupon {
    /// The tenant.
    pub retailer_id: RetailerId,
    /// The coupon.
    pub coupon_id: CouponId,
    /// The campaign.
    pub campaign_id: CampaignId,
    /// The prize.
    pub prize_id: PrizeId,
    /// The store.
    pub store_id: StoreId,
    /// Whose.
    pub shopper_id: ShopperId,
    /// From which draw.
    pub draw_id: DrawId,
    /// Its code without hyphens.
    pub code: String,
    /// Face value.
    pub value: Yen,
    /// Lowest purchase.
    pub min_purchase: Yen,
    /// `issued`, `redeemed` or `expired`.
    pub status: &'static str,
    /// When.
    pub issued_at: i64,
    /// Until when.
    pub valid_until: i64,
    /// When it was redeemed.
    pub redeemed_at: Option<i64>,
}

/// One redemption.
#[derive(Clone, Debug)]
pub struct PastRedemption {
    /// The tenant.
    pub retailer_id: RetailerId,
    /// The redemption.
    pub redemption_id: RedemptionId,
    /// The coupon.
    pub coupon_id: CouponId,
    /// The campaign.
    pub campaign_id: CampaignId,
    /// The store.
    pub store_id: StoreId,
    /// Whose.
    pub shopper_id: ShopperId,
    /// Who took it.
    pub account_id: AccountId,
    /// Face value.
    pub value: Yen,
    /// Given.
    pub cost: Yen,
    /// Bought.
    pub basket: Yen,
    /// When.
    pub redeemed_at: i64,
    /// The day.
    pub day: Day,
}

/// One movement of a budget.
#[derive(Clone, Debug)]
pub struct PastEntry {
    /// The tenant.
    pub retailer_id: RetailerId,
    /// The entry.
    pub entry_id: EntryId,
    /// The campaign.
    pub campaign_id: CampaignId,
    /// The coupon.
    pub coupon_id: CouponId,
    /// What was redeemed, if it is about that.
    pub redemption_id: Option<RedemptionId>,
    /// Which step of the coupon's life.
    pub step: u32,
    /// `issue`, `redeem` or `expire`.
    pub kind: &'static str,
    /// Changes of available, reserved and spent, yen.
    pub moved: (i64, i64, i64),
    /// Who did it, if a person.
    pub account_id: Option<AccountId>,
    /// When.
    pub entered_at: i64,
}

/// Source, what it points to, and when it was seen.
pub type Evidence = (&'static str, String, i64);

/// One visit.
#[derive(Clone, Debug)]
pub struct PastVisit {
    /// The tenant.
    pub retailer_id: RetailerId,
    /// Where.
    pub store_id: StoreId,
    /// Who.
    pub shopper_id: ShopperId,
    /// When.
    pub began_at: i64,
    /// The day.
    pub day: Day,
    /// What shows it, at least one.
    pub evidence: Vec<Evidence>,
}

/// A shopper with the kept cells.
#[derive(Clone, Debug)]
pub struct PastShopper {
    /// Who.
    pub shopper_id: ShopperId,
    /// Since when.
    pub created_at: i64,
    /// Whether the position is shared.
    pub consents: bool,
    /// Cells of the last 30 days.
    pub cells: Vec<(Day, Cell)>,
    /// When the last cell was seen.
    pub last_seen_at: Option<i64>,
}
