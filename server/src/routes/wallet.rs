//! The shopper's wallet.

use app::{
    api::{
        Items,
        shopper::{Coupon, CouponStatus},
    },
    coupon::CouponState,
    id::{CouponId, RetailerId},
    lang::Lang,
    problem::{Problem, ProblemKind},
};
use axum::extract::State;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    db::coupons::{self, CouponView},
    error::ApiResult,
    http::{
        authority::Shopper,
        extract::{Json, Path, Reader},
    },
    state::App,
};

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(one))
}

/// A coupon as its holder sees it. Its time is over when it is over, not when the sweep has noticed.
pub(crate) fn wire(coupon: &CouponView, lang: Lang, now: i64) -> Coupon {
    let status = match coupon.facts.state_at(now) {
        CouponState::Issued => CouponStatus::Issued,
        CouponState::Redeemed { .. } => CouponStatus::Redeemed,
        CouponState::Expired { .. } => CouponStatus::Expired,
        CouponState::Voided { .. } => CouponStatus::Voided,
    };
    Coupon {
        retailer_id: coupon.retailer_id,
        coupon_id: coupon.coupon_id,
        retailer_name: coupon.retailer_names.get(lang).to_owned(),
        campaign_name: coupon.campaign_names.get(lang).to_owned(),
        prize_name: coupon.prize_names.get(lang).to_owned(),
        value: coupon.facts.face,
        min_purchase: coupon.facts.min_purchase,
        store_id: coupon.facts.store,
        store_name: coupon.store_name.clone(),
        store_lat: coupon.store_at.lat(),
        store_lng: coupon.store_at.lng(),
        issued_at: coupon.issued_at,
        valid_until: coupon.facts.valid_until,
        status,
        redeemed_at: coupon.redeemed_at,
        code: (status == CouponStatus::Issued).then(|| coupon.code.to_string()),
    }
}

/// The shopper's coupons: what expires first before the rest, finished ones last, the newest of them first.
#[utoipa::path(get, path = "/api/v1/shopper/coupons", tag = "shopper",
    responses(
        (status = 200, body = Items<Coupon>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    ))]
async fn list(
    State(app): State<App>,
    Reader(lang): Reader,
    who: Shopper,
) -> ApiResult<Json<Items<Coupon>>> {
    let now = app.clock.now();
    let mut items: Vec<Coupon> = coupons::of_shopper(app.db.read(), who.shopper_id)
        .await?
        .iter()
        .map(|coupon| wire(coupon, lang, now))
        .collect();
    // Stable: the finished ones stay as they came, newest first.
    items.sort_by_key(|coupon| match coupon.status {
        CouponStatus::Issued => coupon.valid_until,
        _ => i64::MAX,
    });
    Ok(Json(Items { items }))
}

/// One coupon of the shopper.
#[utoipa::path(get, path = "/api/v1/shopper/coupons/{retailer_id}/{coupon_id}", tag = "shopper",
    params(("retailer_id" = RetailerId, Path), ("coupon_id" = CouponId, Path)),
    responses(
        (status = 200, body = Coupon),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
async fn one(
    State(app): State<App>,
    Reader(lang): Reader,
    who: Shopper,
    Path((retailer_id, coupon_id)): Path<(RetailerId, CouponId)>,
) -> ApiResult<Json<Coupon>> {
    let coupon = coupons::of_shopper_by_id(app.db.read(), who.shopper_id, retailer_id, coupon_id)
        .await?
        .ok_or(ProblemKind::NotFound)?;
    Ok(Json(wire(&coupon, lang, app.clock.now())))
}
