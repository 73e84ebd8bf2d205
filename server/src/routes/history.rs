//! A shopper's own history: to be seen, taken along, and erased.

use app::{api::contact::HistoryFile, problem::Problem};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use http::StatusCode;
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::spreadsheet;
use crate::{
    db::{contact, history, journeys},
    error::{ApiError, ApiResult},
    http::{
        authority::{SHOPPER_COOKIE, Shopper},
        cookies,
        extract::{Json, Query, Reader},
    },
    state::App,
};

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read, erase))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct How {
    /// As a file to be kept.
    #[serde(default)]
    download: bool,
}

/// Everything that is kept of the shopper.
#[utoipa::path(get, path = "/api/v1/shopper/history", tag = "shopper", params(How),
    responses(
        (status = 200, body = HistoryFile),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    ))]
async fn read(
    State(app): State<App>,
    who: Shopper,
    Reader(lang): Reader,
    Query(how): Query<How>,
) -> ApiResult<Response> {
    let history = HistoryFile {
        history: history::of_shopper(app.db.scan(), who.shopper_id, lang).await?,
        reach: journeys::kept(app.db.scan(), who.shopper_id).await?,
        contact: contact::kept(app.db.scan(), app.ways(), who.shopper_id).await?,
    };
    if how.download {
        let body = serde_json::to_vec_pretty(&history).map_err(ApiError::internal)?;
        return spreadsheet::download(body, "application/json", "raiten-history.json", lang);
    }
    Ok(Json(history).into_response())
}

/// Erases it, and ends the session: coupons that were not used are given up. What stores keep of coupons that were used says no longer whose they were.
#[utoipa::path(delete, path = "/api/v1/shopper/history", tag = "shopper",
    responses(
        (status = 204, description = "There is nothing any more; takes the cookie back"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    ))]
async fn erase(State(app): State<App>, who: Shopper, jar: CookieJar) -> ApiResult<Response> {
    history::erase(&app.db, who.shopper_id).await?;
    let jar = jar.add(cookies::removal(SHOPPER_COOKIE));
    Ok((StatusCode::NO_CONTENT, jar).into_response())
}
