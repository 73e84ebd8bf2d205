//! The shopper's wallet.

use std::cmp::Reverse;

use app::{
    api::{
        Items,
        shopper::{Coupon, CouponPass, CouponStatus},
    },
    campaign::MAX_AMOUNT,
    coupon::CouponState,
    id::{CouponId, RetailerId},
    lang::Lang,
    problem::{Problem, ProblemKind},
};
use axum::extract::State;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::refusal;
use crate::{
    db::coupons::{self, CouponView},
    error::ApiResult,
    http::{
        authority::{Shopper, ShopperSession},
        extract::{Json, Path, Reader},
    },
    pass,
    state::App,
};

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(one))
        .routes(routes!(pass))
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
        uses: coupon.uses,
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
    put_in_order(&mut items);
    Ok(Json(Items { items }))
}

/// What expires first before the rest, on one day the most valuable first; then the finished ones, the newest first.
fn put_in_order(coupons: &mut [Coupon]) {
    coupons.sort_by_key(|coupon| match coupon.status {
        CouponStatus::Issued => (0, coupon.valid_until, Reverse(coupon.value.get())),
        _ => (1, 0, Reverse(coupon.issued_at)),
    });
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

/// What to show at the till for the next minute: a QR code that is bound to this session and good once, and eight digits for where
/// nothing can be scanned. The coupon's long code never reaches a screen.
#[utoipa::path(post, path = "/api/v1/shopper/coupons/{retailer_id}/{coupon_id}/pass", tag = "shopper",
    params(("retailer_id" = RetailerId, Path), ("coupon_id" = CouponId, Path)),
    responses(
        (status = 200, body = CouponPass),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "coupon-refused: it is used, over or taken back", body = Problem, content_type = "application/problem+json"),
    ))]
async fn pass(
    State(app): State<App>,
    who: ShopperSession,
    Path((retailer_id, coupon_id)): Path<(RetailerId, CouponId)>,
) -> ApiResult<Json<CouponPass>> {
    let now = app.clock.now();
    let coupon = coupons::of_shopper_by_id(app.db.read(), who.shopper_id, retailer_id, coupon_id)
        .await?
        .ok_or(ProblemKind::NotFound)?;
    // For its own store and any basket: what is left is whether it can still be used at all.
    if let Err(reason) = coupon
        .facts
        .redeem(coupon.facts.store, Some(MAX_AMOUNT), now)
    {
        return Err(refusal::refused(reason, coupon));
    }
    Ok(Json(
        pass::for_screen(&app, &coupon, &who.session, now).await?,
    ))
}

#[cfg(test)]
mod tests {
    use super::{Coupon, CouponStatus, put_in_order};
    use app::{
        id::{CouponId, RetailerId, StoreId},
        yen::Yen,
    };

    fn coupon(status: CouponStatus, value: i64, issued_at: i64, valid_until: i64) -> Coupon {
        Coupon {
            retailer_id: RetailerId::new(0, [0; 10]),
            coupon_id: CouponId::new(0, [0; 10]),
            retailer_name: String::new(),
            campaign_name: String::new(),
            prize_name: String::new(),
            value: Yen(value),
            min_purchase: Yen(0),
            store_id: StoreId::new(0, [0; 10]),
            store_name: String::new(),
            store_lat: 35.0,
            store_lng: 139.0,
            issued_at,
            valid_until,
            status,
            redeemed_at: None,
            uses: 0,
        }
    }

    #[test]
    fn what_expires_first_comes_first_and_what_is_over_comes_last() {
        use CouponStatus::{Expired, Issued, Redeemed, Voided};
        let mut wallet = vec![
            coupon(Redeemed, 1, 10, 50),
            coupon(Issued, 2, 90, 900),
            coupon(Issued, 3, 10, 300),
            // Its time is up before any other, but it is over.
            coupon(Expired, 4, 20, 40),
            coupon(Issued, 5, 50, 300),
            coupon(Voided, 6, 30, 2_000),
            coupon(Issued, 7, 60, 100),
        ];
        put_in_order(&mut wallet);
        let order: Vec<i64> = wallet.iter().map(|c| c.value.get()).collect();
        assert_eq!(order, [7, 5, 3, 2, 6, 4, 1]);
    }
}
