//! Where stores are: the same for everybody, whoever asks, and nothing of the asking is kept.

use app::{
    api::shopper::{NearbyRequest, StorePlace, StoresNear},
    problem::Problem,
};
use axum::extract::State;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    error::ApiResult,
    http::extract::{Json, Reader},
    routes::shopper::metres_around,
    state::App,
};

/// The most stores that one look gives: what a page can watch the areas of.
const MAX_STORES: usize = 200;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(stores_near))
}

/// Stores around a cell, the nearest to its middle first, whether or not there is anything to be won: what happens inside their areas must not
/// depend on who is offered something. Nothing of the request is kept or logged.
#[utoipa::path(post, path = "/api/v1/stores-near", tag = "shopper", request_body = NearbyRequest,
    responses(
        (status = 200, body = StoresNear),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    ))]
async fn stores_near(
    State(app): State<App>,
    Reader(lang): Reader,
    Json(request): Json<NearbyRequest>,
) -> ApiResult<Json<StoresNear>> {
    let radius_m = metres_around(&request)?;
    let places = app.places.now();
    let stores = places
        .near(request.cell.centre(), radius_m, MAX_STORES)
        .into_iter()
        .map(|(_, place)| StorePlace {
            retailer_id: place.owner.retailer_id,
            retailer_name: place.owner.names.get(lang).to_owned(),
            store_id: place.store_id,
            name: place.name.to_string(),
            lat: place.at.lat(),
            lng: place.at.lng(),
        });
    Ok(Json(StoresNear {
        stores: stores.collect(),
    }))
}
