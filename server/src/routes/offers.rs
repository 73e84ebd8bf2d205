//! Offers and plays.

use app::{
    api::shopper::{Offer, OfferRequest, PlayRequest, PlayResult},
    problem::{Problem, ProblemKind},
};
use axum::{extract::State, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    db::{running, shoppers},
    error::{ApiError, ApiResult},
    http::{
        authority::Shopper,
        extract::{Json, Reader},
        once::{Once, Stop},
    },
    play::{self, Shown, Whereabouts},
    state::App,
};

/// The most bands that a claim may list: as many stores as a look around gives.
const MAX_BANDS: usize = 100;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(offer))
        .routes(routes!(play_once))
}

/// The exact odds of a campaign for this shopper, the same all day. Logged as offered.
#[utoipa::path(post, path = "/api/v1/shopper/offers", tag = "shopper", request_body = OfferRequest,
    responses(
        (status = 200, body = Offer),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "forbidden: the campaign is for those only who came by a partner’s link", body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "campaign-not-running, or held-out", body = Problem, content_type = "application/problem+json"),
    ))]
async fn offer(
    State(app): State<App>,
    Reader(lang): Reader,
    who: Shopper,
    Json(request): Json<OfferRequest>,
) -> ApiResult<Json<Offer>> {
    let now = app.clock.now();
    if let Some(position) = &request.position
        && position.bands.len() > MAX_BANDS
    {
        return Err(ApiError::field(
            "position.bands",
            "100 店舗までにしてください。",
            "At most 100 stores.",
        ));
    }
    let campaign =
        play::running_campaign(&app, request.retailer_id, request.campaign_id, now).await?;
    let store = running::store_of(
        app.db.read(),
        request.retailer_id,
        request.campaign_id,
        request.store_id,
    )
    .await?
    .ok_or(ProblemKind::NotFound)?;
    let shopper = shoppers::find(app.db.read(), who.shopper_id)
        .await?
        .ok_or(ProblemKind::NotSignedIn)?;
    let whereabouts = request
        .position
        .as_ref()
        .and_then(|claim| Whereabouts::claimed(&shopper, claim, now));
    if let Some(here) = &whereabouts {
        here.keep(&app, &shopper).await?;
    }
    let shown = Shown {
        campaign: &campaign,
        store: &store,
        shopper_id: who.shopper_id,
        whereabouts: whereabouts.as_ref(),
        now,
        lang,
    };
    Ok(Json(play::show(&app, shown).await?))
}

/// Plays once against the odds that were shown. Had they changed, nothing is drawn and the new ones come back.
#[utoipa::path(post, path = "/api/v1/shopper/plays", tag = "shopper", request_body = PlayRequest,
    params(("Idempotency-Key" = String, Header, description = "New for each act, the same when it is repeated: the same key gives the same answer, and one effect.")),
    responses(
        (status = 200, body = PlayResult),
        (status = 400, description = "malformed-request, or idempotency-key-missing", body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "forbidden: the campaign is for those only who came by a partner’s link", body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "odds-changed, no-plays-left, campaign-not-running, held-out, conflict or idempotency-key-in-flight", body = Problem,
            content_type = "application/problem+json"),
        (status = 422, description = "invalid-fields, or idempotency-key-reused", body = Problem,
            content_type = "application/problem+json"),
    ))]
async fn play_once(
    State(app): State<App>,
    Reader(lang): Reader,
    who: Shopper,
    once: Once<Json<PlayRequest>>,
) -> Result<Response, Stop> {
    let Json(request) = once.body;
    let asked = play::read(request, who.shopper_id)?;
    let attempt = once
        .key
        .by(&app, asked.retailer_id(), who.shopper_id)
        .await?;
    let outcome = play::play(&app, &attempt, &asked, lang).await;
    attempt.close(outcome).await
}
