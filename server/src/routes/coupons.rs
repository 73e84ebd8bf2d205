//! A retailer's coupons: what an owner may do to one that somebody holds.

use app::{
    api::retailer::{VoidRequest, VoidedCoupon},
    audit::Action,
    id::CouponId,
    problem::{Problem, ProblemKind},
};
use axum::{extract::State, response::Response};
use http::StatusCode;
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::refusal;
use crate::{
    db::{
        audit::{Actor, Record},
        coupons,
    },
    error::ApiError,
    http::{
        authority::Owner,
        extract::{Json, Path},
        once::{Attempt, Effect, Given, Once, Stop},
    },
    state::App,
};

/// The longest reason, in characters.
const REASON: usize = 200;

/// How often a coupon is looked at again that changed meanwhile.
const ATTEMPTS: u32 = 4;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(void))
}

/// Takes a coupon back that can still be used: nobody can use it any more, its holder sees that it was taken back, and what it reserved is
/// available again. The reason stands in the audit log.
#[utoipa::path(post, path = "/api/v1/retailer/coupons/{coupon_id}/void", tag = "coupons", request_body = VoidRequest,
    params(("coupon_id" = CouponId, Path),
        ("Idempotency-Key" = String, Header, description = "New for each act, the same when it is repeated: the same key gives the same answer, and one effect.")),
    responses(
        (status = 200, body = VoidedCoupon),
        (status = 400, description = "malformed-request, or idempotency-key-missing", body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "coupon-refused, with the reason (used, expired or taken back), or idempotency-key-in-flight",
            body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "invalid-fields, or idempotency-key-reused", body = Problem,
            content_type = "application/problem+json"),
    ))]
async fn void(
    State(app): State<App>,
    owner: Owner,
    Path(coupon_id): Path<CouponId>,
    once: Once<Json<VoidRequest>>,
) -> Result<Response, Stop> {
    let Json(request) = once.body;
    let reason = request.reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON || reason.chars().any(char::is_control)
    {
        return Err(ApiError::field(
            "reason",
            "理由は 1〜200 文字で、改行なしで書いてください。",
            "Say why in 1 to 200 characters, without line breaks.",
        )
        .into());
    }
    let attempt = once
        .key
        .by(&app, owner.retailer_id, owner.account_id)
        .await?;
    let outcome = take_back(&app, &attempt, &owner, coupon_id, reason).await;
    attempt.close(outcome).await
}

/// Decides and writes, anew where the coupon changed in between.
async fn take_back(
    app: &App,
    attempt: &Attempt<'_>,
    owner: &Owner,
    coupon_id: CouponId,
    reason: &str,
) -> Result<Given, Stop> {
    for _ in 0..ATTEMPTS {
        let coupon = coupons::by_id(app.db.read(), owner.retailer_id, coupon_id)
            .await?
            .ok_or(ProblemKind::NotFound)?;
        // A server whose clock is behind does not take a coupon back before it was won.
        let now = app.clock.now().max(coupon.issued_at);
        if coupon.facts.void(now).is_none() {
            // Whatever a till would say of it, at its own store and with any basket.
            let refusal = coupon.facts.redeem(coupon.facts.store, None, now).err();
            return Err(match refusal {
                Some(refusal) => refusal::refused(refusal, coupon).into(),
                None => ProblemKind::Conflict.into(),
            });
        }
        let keyed = attempt.begin().await?;
        if coupons::void(&*keyed, &coupon, owner.account_id, now).await? {
            let voided = VoidedCoupon {
                coupon_id,
                campaign_id: coupon.campaign_id,
                value: coupon.facts.face,
                voided_at: now,
            };
            let effect = Effect {
                id: Some(coupon_id.to_string()),
                record: Record {
                    retailer_id: owner.retailer_id,
                    actor: Actor::Account(owner.account_id),
                    action: Action::CouponVoided,
                    subject: coupon_id.to_string(),
                    store_id: Some(coupon.facts.store),
                    details: json!({
                        "campaign_id": voided.campaign_id,
                        "value": voided.value,
                        "reason": reason,
                    }),
                },
            };
            return keyed.commit(Some(effect), StatusCode::OK, &voided).await;
        }
        keyed.rollback().await?;
    }
    Err(ProblemKind::Unavailable.into())
}
