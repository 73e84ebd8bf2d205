//! What happened with somebody who asks for help: looked up by what they show, each look written down.

use app::{
    api::reach::{LookUpBy, Timeline, TimelineRequest},
    audit::Action,
    code::CouponCode,
    problem::Problem,
    visit_import,
};
use axum::extract::State;
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    db::{
        audit::{self, Actor, Record, Seen},
        coupons, journeys, visit_imports,
    },
    error::{ApiError, ApiResult},
    http::{
        authority::Owner,
        extract::{Json, Reader},
    },
    import::visits::member_hash,
    state::App,
};

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(look_up))
}

/// Looks up what happened between this retailer and whoever has a coupon's code or a member's number, the newest first. Where it was is not told, and
/// nothing of other retailers. That somebody looked is entered in the activity log, whether or not anybody was found.
#[utoipa::path(post, path = "/api/v1/retailer/timeline", tag = "report", request_body = TimelineRequest,
    responses(
        (status = 200, body = Timeline),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    ))]
async fn look_up(
    State(app): State<App>,
    owner: Owner,
    seen: Seen,
    Reader(lang): Reader,
    Json(request): Json<TimelineRequest>,
) -> ApiResult<Json<Timeline>> {
    let retailer_id = owner.retailer_id;
    let connection = app.db.read();
    let (found, subject) = match request.by {
        LookUpBy::Coupon => {
            let code = CouponCode::parse(&request.number).map_err(|error| {
                let text = error.text();
                ApiError::field("number", text.ja, text.en)
            })?;
            let coupon = coupons::by_code(connection, retailer_id, Some(&code)).await?;
            let subject = coupon.as_ref().map(|coupon| coupon.coupon_id.to_string());
            (coupon.map(|coupon| coupon.shopper_id), subject)
        }
        LookUpBy::Member => {
            let member = visit_import::member(&request.number).ok_or_else(|| {
                ApiError::field(
                    "number",
                    "会員番号は 1〜64 文字で入力してください。",
                    "A member number has 1 to 64 characters.",
                )
            })?;
            let hash = member_hash(&app.keys, retailer_id, &member);
            (
                visit_imports::holder(connection, retailer_id, &hash).await?,
                None,
            )
        }
    };
    let entry = Record {
        retailer_id,
        actor: Actor::Account(owner.account_id),
        action: Action::ShopperLookedUp,
        // Never by what tells one shopper from another.
        subject: subject.unwrap_or_else(|| retailer_id.to_string()),
        store_id: None,
        details: json!({ "by": request.by, "found": found.is_some() }),
    };
    // First: what cannot be written down is not looked at.
    let transaction = app.db.begin().await?;
    audit::enter(&transaction, &entry, &seen, app.clock.now()).await?;
    transaction.commit().await?;
    Ok(Json(match found {
        None => Timeline {
            found: false,
            entries: Vec::new(),
        },
        Some(shopper_id) => Timeline {
            found: true,
            entries: journeys::of_shopper(app.db.scan(), retailer_id, shopper_id, lang).await?,
        },
    }))
}
