//! Shoppers: a session without sign-up, consent, area, and what is near.

use std::collections::HashSet;

use app::{
    api::{
        Items,
        shopper::{
            Area, AreaChoice, ConsentRequest, Nearby, NearbyCampaign, NearbyRequest, NearbyStore,
            ShopperMe,
        },
    },
    day::{Day, JST},
    geo::{Band, Cell},
    id::{CampaignId, RetailerId, ShopperId},
    problem::{Problem, ProblemKind},
    stations::{STATIONS, Station},
};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::{CookieJar, cookie::Cookie};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::shared;
use crate::{
    db::{
        draws,
        holdout::Channel,
        running::{self, Campaign},
        sessions::SHOPPER_SESSION_MS,
        shoppers,
    },
    error::{ApiError, ApiResult},
    http::{
        authority::{SHOPPER_COOKIE, Shopper},
        cookies,
        extract::{Json, Reader},
    },
    places::Placed,
    play::{
        exposure::{self, Look},
        gate,
    },
    state::App,
};

/// The most stores that one look around gives.
const MAX_NEARBY: usize = 100;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(begin_session))
        .routes(routes!(me))
        .routes(routes!(set_consent))
        .routes(routes!(set_area))
        .routes(routes!(areas))
        .routes(routes!(near))
}

/// Begins a shopper's session, or finds the one of the cookie.
#[utoipa::path(post, path = "/api/v1/shopper/session", tag = "shopper",
    responses(
        (status = 200, description = "The session there is", body = ShopperMe),
        (status = 201, description = "A new one; sets the cookie", body = ShopperMe),
    ))]
async fn begin_session(
    axum::extract::State(app): axum::extract::State<App>,
    who: Result<Shopper, ApiError>,
    jar: CookieJar,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let now = app.clock.now();
    match who {
        Ok(Shopper { shopper_id }) => {
            let jar = shared::note_arrival(&app, shopper_id, jar, None, now).await?;
            let known = profile(&app, shopper_id).await?;
            let value = jar.get(SHOPPER_COOKIE).map(|c| c.value().to_owned());
            let token = value.as_deref().and_then(|v| v.split_once('.'));
            if let Some((_, token)) = token
                && shoppers::prolong_session(&app.db, shopper_id, token, now).await?
            {
                return Ok((jar.add(cookie(&app, shopper_id, token)), Json(known)).into_response());
            }
            Ok((jar, Json(known)).into_response())
        }
        Err(error) if error.kind == ProblemKind::NotSignedIn => {
            let (shopper_id, token) = shoppers::create(&app.db, now).await?;
            let known = ShopperMe {
                shopper_id,
                location_consent: false,
                area_id: None,
            };
            let jar = shared::note_arrival(&app, shopper_id, jar, Some(&headers), now).await?;
            let jar = jar.add(cookie(&app, shopper_id, &token));
            Ok((StatusCode::CREATED, jar, Json(known)).into_response())
        }
        Err(error) => Err(error),
    }
}

fn cookie(app: &App, shopper_id: ShopperId, token: &str) -> Cookie<'static> {
    cookies::session(app, SHOPPER_COOKIE, &shopper_id, token, SHOPPER_SESSION_MS)
}

async fn profile(app: &App, shopper_id: ShopperId) -> ApiResult<ShopperMe> {
    let shopper = shoppers::find(app.db.read(), shopper_id)
        .await?
        .ok_or(ProblemKind::NotSignedIn)?;
    Ok(ShopperMe {
        shopper_id,
        location_consent: shopper.location_consent,
        area_id: shopper.area_id,
    })
}

/// Who is playing.
#[utoipa::path(get, path = "/api/v1/shopper/me", tag = "shopper",
    responses(
        (status = 200, body = ShopperMe),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    ))]
async fn me(
    axum::extract::State(app): axum::extract::State<App>,
    who: Shopper,
) -> ApiResult<Json<ShopperMe>> {
    Ok(Json(profile(&app, who.shopper_id).await?))
}

/// Agrees to, or withdraws, the use of the coarse cell. Withdrawing erases every kept cell at once.
#[utoipa::path(put, path = "/api/v1/shopper/consent", tag = "shopper", request_body = ConsentRequest,
    responses(
        (status = 200, body = ShopperMe),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    ))]
async fn set_consent(
    axum::extract::State(app): axum::extract::State<App>,
    who: Shopper,
    Json(request): Json<ConsentRequest>,
) -> ApiResult<Json<ShopperMe>> {
    shoppers::set_consent(&app.db, who.shopper_id, request.location, app.clock.now()).await?;
    Ok(Json(profile(&app, who.shopper_id).await?))
}

/// Picks an area instead of sharing a position.
#[utoipa::path(put, path = "/api/v1/shopper/area", tag = "shopper", request_body = AreaChoice,
    responses(
        (status = 200, body = ShopperMe),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    ))]
async fn set_area(
    axum::extract::State(app): axum::extract::State<App>,
    who: Shopper,
    Json(request): Json<AreaChoice>,
) -> ApiResult<Json<ShopperMe>> {
    let area_id = request.area_id.as_deref();
    if area_id.is_some_and(|id| Station::by_id(id).is_none()) {
        return Err(ApiError::field(
            "area_id",
            "一覧にあるエリアを選んでください。",
            "Pick one of the areas listed.",
        ));
    }
    shoppers::set_area(&app.db, who.shopper_id, area_id).await?;
    Ok(Json(profile(&app, who.shopper_id).await?))
}

/// The areas to pick from without a position.
#[utoipa::path(get, path = "/api/v1/areas", tag = "shopper",
    responses((status = 200, description = "May be kept for a day", body = Items<Area>)))]
async fn areas() -> Response {
    let items = STATIONS
        .iter()
        .map(|station| Area {
            area_id: station.id.to_owned(),
            name: station.name.to_owned(),
            name_en: station.name_en.to_owned(),
            lat: station.position.lat(),
            lng: station.position.lng(),
        })
        .collect();
    let keep = HeaderValue::from_static("public, max-age=86400");
    ([(header::CACHE_CONTROL, keep)], Json(Items { items })).into_response()
}

/// Stores with running campaigns around a cell, the nearest to its middle first. Nothing of the request is kept or logged.
#[utoipa::path(post, path = "/api/v1/shopper/nearby", tag = "shopper", request_body = NearbyRequest,
    responses(
        (status = 200, body = Nearby),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    ))]
async fn near(
    axum::extract::State(app): axum::extract::State<App>,
    Reader(lang): Reader,
    who: Shopper,
    Json(request): Json<NearbyRequest>,
) -> ApiResult<Json<Nearby>> {
    let radius_m = metres_around(&request)?;
    let now = app.clock.now();
    // Which these are is known in memory, a moment old at most; what runs is asked for.
    let places = app.places.now();
    let centre = request.cell.centre();
    let found = places.running_near(centre, radius_m, MAX_NEARBY, now);
    // Whoever may not come in is not shown the door, in either arm.
    let closed = gate::closed(&app, who.shopper_id, &found, now).await?;
    let mut ids: Vec<(RetailerId, CampaignId)> = found
        .iter()
        .flat_map(|(_, place)| {
            let retailer_id = place.owner.retailer_id;
            place
                .running(now)
                .map(move |campaign_id| (retailer_id, campaign_id))
        })
        .filter(|(_, campaign_id)| !closed.contains(campaign_id))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let shown = exposure::expose(
        &app,
        who.shopper_id,
        &looks(&found, &closed, request.cell, now),
        now,
    )
    .await?;
    ids.retain(|(_, campaign_id)| shown.contains(campaign_id));
    // What cannot give any more what everybody is promised does not run.
    let campaigns: Vec<Campaign> = running::campaigns(app.db.read(), &ids)
        .await?
        .into_iter()
        .filter(|campaign| campaign.runs_at(now) && campaign.can_give_floor())
        .collect();
    let made = draws::plays_made(app.db.read(), who.shopper_id, Day::of(now, JST), &ids).await?;
    let stores = found
        .into_iter()
        .filter_map(|(_, place)| {
            let running: Vec<&Campaign> = campaigns
                .iter()
                .filter(|campaign| place.running(now).any(|id| id == campaign.campaign_id))
                .collect();
            let retailer_name = running.first()?.retailer_names.get(lang).to_owned();
            let shown = running
                .into_iter()
                .map(|campaign| NearbyCampaign {
                    campaign_id: campaign.campaign_id,
                    name: campaign.names.get(lang).to_owned(),
                    ends_at: campaign.ends_at,
                    top_value: campaign.top_value(),
                    min_purchase: campaign.min_purchase,
                    plays_left: made
                        .iter()
                        .find(|(id, _)| *id == campaign.campaign_id)
                        .map_or(campaign.plays_per_day, |(_, made)| {
                            campaign.plays_per_day.saturating_sub(*made)
                        }),
                })
                .collect();
            Some(wire(place, retailer_name, shown))
        })
        .collect();
    Ok(Json(Nearby { stores }))
}

/// How far around to look.
///
/// # Errors
/// Where that is not between 1 and 50 km.
pub(super) fn metres_around(request: &NearbyRequest) -> ApiResult<f64> {
    let radius_km = request.radius_km.unwrap_or(5);
    if !(1..=50).contains(&radius_km) {
        return Err(ApiError::field(
            "radius_km",
            "1〜50 の整数にしてください。",
            "A whole number from 1 to 50.",
        ));
    }
    Ok(f64::from(radius_km) * 1_000.0)
}

/// What is about to be seen, one look a retailer. The nearest store comes first in what was found.
fn looks(
    found: &[(f64, &Placed)],
    closed: &HashSet<CampaignId>,
    cell: Cell,
    now: i64,
) -> Vec<Look> {
    let mut looks: Vec<Look> = Vec::new();
    for (_, place) in found {
        let open = || place.running(now).filter(|id| !closed.contains(id));
        if open().next().is_none() {
            continue;
        }
        match looks
            .iter_mut()
            .find(|look| look.retailer_id == place.owner.retailer_id)
        {
            Some(look) => look.campaigns.extend(open()),
            None => looks.push(Look {
                retailer_id: place.owner.retailer_id,
                campaigns: open().collect(),
                store_id: place.store_id,
                distance: Band::of_m(place.at.distance_m(cell.centre())),
                channel: Channel::Nearby,
            }),
        }
    }
    for look in &mut looks {
        look.campaigns.sort_unstable();
        look.campaigns.dedup();
    }
    looks
}

fn wire(place: &Placed, retailer_name: String, campaigns: Vec<NearbyCampaign>) -> NearbyStore {
    NearbyStore {
        retailer_id: place.owner.retailer_id,
        retailer_name,
        store_id: place.store_id,
        name: place.name.to_string(),
        lat: place.at.lat(),
        lng: place.at.lng(),
        campaigns,
    }
}
