//! What shoppers show of themselves: a check-in by the code on a store's screen, and a page that stays open inside a store's fence. Neither ever
//! moves anybody's odds.

use app::{
    api::{
        shopper::{CheckIn, CheckInRequest, Dwell, DwellRequest},
        till::StoreCode,
    },
    id::StoreId,
    lang::Text,
    pass::{DWELL_MS, Kind, Pass},
    problem::{Problem, ProblemKind},
};
use axum::extract::State;
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    db::{
        retailers, shoppers, stores,
        visits::{self, Presence, Source},
    },
    error::{ApiError, ApiResult},
    http::{
        authority::{AtTill, ShopperSession},
        extract::{Json, Query, Reader},
    },
    pass,
    state::App,
};

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(store_code))
        .routes(routes!(check_in))
        .routes(routes!(dwell))
}

/// Whose screen.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct AtWhichStore {
    /// The store where the screen stands.
    store_id: StoreId,
}

/// What a store's screen shows now, for shoppers to check in: another every half minute.
#[utoipa::path(get, path = "/api/v1/till/store-code", tag = "till", params(AtWhichStore),
    responses(
        (status = 200, body = StoreCode),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Not a store of this login", body = Problem, content_type = "application/problem+json"),
    ))]
async fn store_code(
    State(app): State<App>,
    who: AtTill,
    Query(query): Query<AtWhichStore>,
) -> ApiResult<Json<StoreCode>> {
    let till = who.at(&app, query.store_id).await?;
    let now = app.clock.now();
    Ok(Json(pass::of_store(&app, till, now)?))
}

/// Checks in by the code on a store's screen.
#[utoipa::path(post, path = "/api/v1/shopper/check-ins", tag = "shopper", request_body = CheckInRequest,
    responses(
        (status = 200, body = CheckIn),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "unknown-code", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "code-too-old", body = Problem, content_type = "application/problem+json"),
    ))]
async fn check_in(
    State(app): State<App>,
    who: ShopperSession,
    Reader(lang): Reader,
    Json(request): Json<CheckInRequest>,
) -> ApiResult<Json<CheckIn>> {
    let now = app.clock.now();
    let code = Pass::parse(Kind::Store, &request.code)
        .ok()
        .filter(|code| pass::is_of_store(&app.keys, request.retailer_id, code))
        .ok_or_else(unknown_code)?;
    let store = stores::find(app.db.read(), request.retailer_id, code.store())
        .await?
        .ok_or_else(unknown_code)?;
    if !code.holds(now) {
        return Err(ProblemKind::CodeTooOld.into());
    }
    let presence = Presence {
        retailer_id: request.retailer_id,
        store_id: code.store(),
        shopper_id: who.shopper_id,
    };
    let reference = app
        .keys
        .hash("check-in", &format!("{} {code}", who.shopper_id));
    let transaction = app.db.begin().await?;
    let goes_on = visits::goes_on(&transaction, presence, now).await?;
    visits::witness(&transaction, presence, Source::CheckIn, &reference, now).await?;
    transaction.commit().await?;
    let names = retailers::names(app.db.read(), request.retailer_id)
        .await?
        .ok_or(ProblemKind::NotFound)?;
    Ok(Json(CheckIn {
        retailer_name: names.get(lang).to_owned(),
        store_name: store.name,
        at: now,
        goes_on,
    }))
}

/// Says that the page is open inside a store's fence; said again three minutes later with what the first answer gave, it is a visit. Needs the
/// consent to use the position, of which nothing is sent.
#[utoipa::path(post, path = "/api/v1/shopper/dwells", tag = "shopper", request_body = DwellRequest,
    responses(
        (status = 200, body = Dwell),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "conflict: no consent to use the position", body = Problem, content_type = "application/problem+json"),
    ))]
async fn dwell(
    State(app): State<App>,
    who: ShopperSession,
    Json(request): Json<DwellRequest>,
) -> ApiResult<Json<Dwell>> {
    let DwellRequest {
        retailer_id,
        store_id,
        dwell,
    } = request;
    let now = app.clock.now();
    if !consents(&app, &who).await? {
        return Err(ApiError::with(ProblemKind::Conflict, |lang, problem| {
            NO_CONSENT.get(lang).clone_into(&mut problem.detail);
        }));
    }
    if stores::find(app.db.read(), retailer_id, store_id)
        .await?
        .is_none()
    {
        return Err(ProblemKind::NotFound.into());
    }
    let begun = dwell
        .and_then(|text| Pass::parse(Kind::Dwell, &text).ok())
        .filter(|dwell| dwell.store() == store_id && dwell.holds(now))
        .filter(|dwell| pass::is_of_dwell(&app.keys, retailer_id, dwell, &who.session));
    // What is too old, of another store or of another session is no reason to be told off: the page is there now.
    let Some(begun) = begun else {
        let dwell = pass::of_dwell(&app.keys, retailer_id, store_id, &who.session, now);
        return Ok(Json(answer(&dwell, false)));
    };
    let is_visit = now.saturating_sub(begun.at) >= DWELL_MS;
    if is_visit {
        let presence = Presence {
            retailer_id,
            store_id,
            shopper_id: who.shopper_id,
        };
        let reference = app
            .keys
            .hash("dwell", &format!("{} {begun}", who.shopper_id));
        let transaction = app.db.begin().await?;
        visits::witness(&transaction, presence, Source::Dwell, &reference, begun.at).await?;
        transaction.commit().await?;
    }
    Ok(Json(answer(&begun, is_visit)))
}

const NO_CONSENT: Text = Text::new(
    "位置情報の利用が許可されていません。",
    "The use of the position was not agreed to.",
);

async fn consents(app: &App, who: &ShopperSession) -> ApiResult<bool> {
    let shopper = shoppers::find(app.db.read(), who.shopper_id).await?;
    Ok(shopper.is_some_and(|shopper| shopper.location_consent))
}

fn answer(dwell: &Pass, is_visit: bool) -> Dwell {
    Dwell {
        dwell: dwell.to_string(),
        visit_from: dwell.at.saturating_add(DWELL_MS),
        is_visit,
    }
}

/// To whoever scanned a screen, which is not a coupon's code.
fn unknown_code() -> ApiError {
    ApiError::with(ProblemKind::UnknownCode, |lang, problem| {
        const TITLE: Text = Text::new(
            "チェックインのコードではありません",
            "This is no code to check in by",
        );
        const DETAIL: Text = Text::new(
            "お店の画面に出ている QR コードを読み取ってください。",
            "Scan the QR code on the store’s screen.",
        );
        TITLE.get(lang).clone_into(&mut problem.title);
        DETAIL.get(lang).clone_into(&mut problem.detail);
    })
}
