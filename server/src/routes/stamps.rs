//! Stamps: staff scan a shopper's member code. The same for everybody, whether or not they are made offers.

use app::{
    api::{
        Items,
        shopper::{MemberCode, Stamps},
        till::{Stamp, StampRequest},
    },
    audit::Action,
    pass::{Kind, Pass},
    problem::{Problem, ProblemKind},
};
use axum::extract::State;
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    db::{
        audit::{self, Actor, Record, Seen},
        stamps,
        visits::{self, Presence, Source},
    },
    error::ApiResult,
    http::{
        authority::{AtTill, Shopper, ShopperSession},
        extract::{Json, Reader},
    },
    pass,
    state::App,
};

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(member_code))
        .routes(routes!(list))
        .routes(routes!(give))
}

/// A member code for the shopper's screen, for a minute.
#[utoipa::path(post, path = "/api/v1/shopper/member-code", tag = "shopper",
    responses(
        (status = 200, body = MemberCode),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    ))]
async fn member_code(State(app): State<App>, who: ShopperSession) -> ApiResult<Json<MemberCode>> {
    Ok(Json(pass::of_member(
        &app.keys,
        who.shopper_id,
        &who.session,
        app.clock.now(),
    )?))
}

/// The shopper's stamps by retailer, the newest first.
#[utoipa::path(get, path = "/api/v1/shopper/stamps", tag = "shopper",
    responses(
        (status = 200, body = Items<Stamps>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    ))]
async fn list(
    State(app): State<App>,
    who: Shopper,
    Reader(lang): Reader,
) -> ApiResult<Json<Items<Stamps>>> {
    let items = stamps::of_shopper(app.db.read(), who.shopper_id, lang).await?;
    Ok(Json(Items { items }))
}

/// Gives the shopper of a member code a stamp: one for each visit, so scanned twice it is one.
#[utoipa::path(post, path = "/api/v1/till/stamps", tag = "till", request_body = StampRequest,
    responses(
        (status = 200, body = Stamp),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "unknown-code: no member code of ours, or its session is over; or not a store of this login", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "code-too-old", body = Problem, content_type = "application/problem+json"),
    ))]
async fn give(
    State(app): State<App>,
    who: AtTill,
    seen: Seen,
    Json(request): Json<StampRequest>,
) -> ApiResult<Json<Stamp>> {
    let till = who.at(&app, request.store_id).await?;
    let now = app.clock.now();
    let code = Pass::parse(Kind::Member, &request.code).map_err(|_| ProblemKind::UnknownCode)?;
    let shopper_id = pass::member(&app, &code, now)
        .await?
        .ok_or(ProblemKind::UnknownCode)?;
    if !code.holds(now) {
        return Err(ProblemKind::CodeTooOld.into());
    }
    let presence = Presence {
        retailer_id: till.retailer_id,
        store_id: till.store_id,
        shopper_id,
    };
    let transaction = app.db.begin().await?;
    let before = stamps::count(&transaction, till.retailer_id, shopper_id).await?;
    // Of one code there is one stamp, also when it is sent again.
    let reference = app.keys.hash("stamp", &format!("{} {code}", till.store_id));
    let is_new = visits::witness(&transaction, presence, Source::Card, &reference, now).await?;
    let stamps = stamps::count(&transaction, till.retailer_id, shopper_id).await?;
    if is_new {
        let entry = Record {
            retailer_id: till.retailer_id,
            actor: Actor::Account(till.account_id),
            action: Action::VisitStamped,
            subject: reference,
            store_id: Some(till.store_id),
            details: json!({ "goes_on": stamps == before }),
        };
        audit::enter(&transaction, &entry, &seen, now).await?;
    }
    transaction.commit().await?;
    Ok(Json(Stamp {
        at: now,
        stamps,
        goes_on: stamps == before,
    }))
}
