//! What staff ask and get at the till.

use serde::{Deserialize, Serialize};

use crate::{
    id::{CouponId, RedemptionId, StoreId},
    yen::Yen,
};

/// A code at a till.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TillRequest {
    /// The store of the till.
    pub store_id: StoreId,
    /// As scanned or typed: what the QR code says, the eight digits under it, or a long code from paper. Case, blanks, hyphens and full-width
    /// forms do not matter.
    pub code: String,
}

/// Redeems.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RedeemRequest {
    /// The store of the till.
    pub store_id: StoreId,
    /// As scanned or typed, or the ticket that a look gave.
    pub code: String,
    /// What is being bought, if the till says it; asked for where the coupon has a minimum purchase.
    #[serde(default)]
    pub basket: Option<Yen>,
}

/// Why a coupon cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RefusalReason {
    /// It was redeemed before: `at` and `store_name` say when and where.
    AlreadyRedeemed,
    /// Its time is over: `at` says since when.
    Expired,
    /// It belongs to another store: `store_name`.
    OtherStore,
    /// It was taken back.
    Voided,
    /// The pass is older than a minute (a photo or a screenshot), or the till took too long: the screen has a new one.
    StalePass,
    /// The basket is below the minimum purchase: `minimum`.
    BelowMinimumPurchase,
    /// The basket is needed to see whether the minimum purchase is reached: `minimum`.
    BasketNeeded,
}

/// The reasoned no.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TillRefusal {
    /// Why.
    pub reason: RefusalReason,
    /// The same as a sentence in the reader's language that can be read out to the shopper.
    pub sentence: String,
    /// When it was redeemed or expired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
    /// Where it was redeemed, or where it can be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store_name: Option<String>,
    /// The minimum purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Yen>,
}

/// What a coupon is worth at this till.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TillCoupon {
    /// The coupon.
    pub coupon_id: CouponId,
    /// The campaign's name.
    pub campaign_name: String,
    /// The prize's name.
    pub prize_name: String,
    /// Face value.
    pub value: Yen,
    /// Lowest purchase.
    pub min_purchase: Yen,
    /// The store it is for.
    pub store_name: String,
    /// The first moment at which it can no longer be used.
    pub valid_until: i64,
    /// What to send as `code` to take it: good for ten minutes at this till, while the pass that was scanned is over in one. Absent where
    /// what was presented is too old.
    #[serde(default)]
    pub ticket: Option<String>,
    /// Why it cannot be taken here and now; absent when it can.
    pub refusal: Option<TillRefusal>,
}

/// An accepted use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TillRedemption {
    /// The redemption.
    pub redemption_id: RedemptionId,
    /// The coupon.
    pub coupon_id: CouponId,
    /// The store.
    pub store_id: StoreId,
    /// The prize's name.
    pub prize_name: String,
    /// Face value.
    pub value: Yen,
    /// Yen really given: the face value, or the basket where that is less.
    pub cost: Yen,
    /// What was bought, if the till said it.
    pub basket: Option<Yen>,
    /// The last four characters of the code, to find it in a list.
    pub code_tail: String,
    /// Who took it.
    pub staff_name: String,
    /// When.
    pub redeemed_at: i64,
    /// Until when it can be undone.
    pub undo_until: i64,
    /// When it was undone, if it was.
    pub reversed_at: Option<i64>,
}

/// A shopper's member code at a till.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StampRequest {
    /// The store of the till.
    pub store_id: StoreId,
    /// As scanned.
    pub code: String,
}

/// A stamp that was given: the same for everybody, whether or not they were made an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Stamp {
    /// When, unix milliseconds.
    pub at: i64,
    /// The shopper's stamps at this retailer's stores, this one included.
    pub stamps: u64,
    /// There was one for this visit: within three hours of its beginning it is the same visit, and no other stamp.
    pub goes_on: bool,
}

/// What a store's screen shows, for shoppers to check in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StoreCode {
    /// Where the QR code leads.
    pub url: String,
    /// The QR code's modules without the quiet zone, a row each: `1` is dark.
    pub qr_rows: Vec<String>,
    /// When the screen should show the next one, unix milliseconds.
    pub next_at: i64,
}
