//! Draws that can be recomputed: a day's, by everybody; one's own.

use app::{
    api::{
        Items,
        draws::{DayOfDraws, OwnDraws},
    },
    day::Day,
    id::{CampaignId, DrawId, RetailerId},
    problem::{Problem, ProblemKind},
};
use axum::{
    body::{Body, Bytes},
    extract::State,
    response::Response,
};
use futures::stream;
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::spreadsheet;
use crate::{
    db::{
        draw_log,
        draw_seeds::{self, SealedSeed},
        running,
    },
    error::{ApiError, ApiResult},
    http::{
        authority::Shopper,
        extract::{Json, Path, Query, Reader},
    },
    play::log,
    state::App,
};

/// Own draws on a page.
const PAGE: u64 = 30;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(days))
        .routes(routes!(of_day))
        .routes(routes!(own))
}

/// The days on which a campaign offered something, the newest first, with what was committed to and, once a day is over, its seed.
#[utoipa::path(get, path = "/api/v1/draws/{retailer_id}/{campaign_id}", tag = "draws",
    params(("retailer_id" = RetailerId, Path), ("campaign_id" = CampaignId, Path)),
    responses(
        (status = 200, body = Items<DayOfDraws>),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
async fn days(
    State(app): State<App>,
    Path((retailer_id, campaign_id)): Path<(RetailerId, CampaignId)>,
) -> ApiResult<Json<Items<DayOfDraws>>> {
    running::campaign(app.db.read(), retailer_id, campaign_id)
        .await?
        .ok_or(ProblemKind::NotFound)?;
    let seeds = draw_seeds::of_campaign(app.db.read(), retailer_id, campaign_id).await?;
    let items = seeds
        .iter()
        .map(|sealed| day_of(&app, sealed))
        .collect::<ApiResult<_>>()?;
    Ok(Json(Items { items }))
}

fn day_of(app: &App, sealed: &SealedSeed) -> ApiResult<DayOfDraws> {
    let seed = if sealed.is_public() {
        Some(hex::encode(sealed.open(&app.keys)?.reveal()))
    } else {
        None
    };
    Ok(DayOfDraws {
        day: sealed.day.to_string(),
        seed_commitment: sealed.commitment.to_string(),
        seed,
        seed_from: draw_seeds::public_from(sealed.day),
    })
}

/// Every draw of a campaign's day, once the day is over, as JSON Lines that anybody can recompute: `raiten draws verify` does. Whoever played stands in
/// it by a name of that day. Not found until the seed is public, ten minutes after the day's end.
#[utoipa::path(get, path = "/api/v1/draws/{retailer_id}/{campaign_id}/{day}", tag = "draws",
    params(("retailer_id" = RetailerId, Path), ("campaign_id" = CampaignId, Path), ("day" = String, Path, description = "`YYYY-MM-DD` in Japan")),
    responses(
        (status = 200, content((String = "application/x-ndjson"))),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
async fn of_day(
    State(app): State<App>,
    Path((retailer_id, campaign_id, day)): Path<(RetailerId, CampaignId, String)>,
    Reader(lang): Reader,
) -> ApiResult<Response> {
    let day: Day = day.parse().map_err(|_| ProblemKind::NotFound)?;
    let (head, rest) = log::begin(app.db.scan(), &app.keys, retailer_id, campaign_id, day)
        .await
        .map_err(ApiError::internal)?
        .ok_or(ProblemKind::NotFound)?;
    let rest = stream::try_unfold(Some(rest), move |rest| {
        let app = app.clone();
        async move {
            let Some(rest) = rest else { return Ok(None) };
            let written = rest.write(app.db.scan()).await;
            written
                .map(|(text, rest)| Some((Bytes::from(text), rest)))
                .map_err(|error| {
                    // The head has gone: breaking off is what tells the reader that the file is not whole.
                    tracing::error!(cause = format!("{error:#}"), "a log of draws broke off");
                    std::io::Error::other("the log broke off")
                })
        }
    });
    let first = stream::once(std::future::ready(Ok(Bytes::from(head))));
    spreadsheet::download(
        Body::from_stream(futures::StreamExt::chain(first, rest)),
        spreadsheet::JSON_LINES,
        &format!("raiten-draws-{campaign_id}-{day}.jsonl"),
        lang,
    )
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct From {
    /// Draws older than this one.
    #[param(value_type = Option<String>)]
    before: Option<DrawId>,
}

/// One's own draws with all that it takes to recompute them, the newest first; the seed of a day once it is public.
#[utoipa::path(get, path = "/api/v1/shopper/draws", tag = "shopper", params(From),
    responses(
        (status = 200, body = OwnDraws),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    ))]
async fn own(
    State(app): State<App>,
    who: Shopper,
    Reader(lang): Reader,
    Query(from): Query<From>,
) -> ApiResult<Json<OwnDraws>> {
    let mut draws = draw_log::of_shopper(
        app.db.read(),
        &app.keys,
        who.shopper_id,
        from.before,
        PAGE + 1,
        lang,
    )
    .await?;
    let more = draws.len() as u64 > PAGE;
    draws.truncate(PAGE as usize);
    let next = draws.last().filter(|_| more).map(|draw| draw.draw_id);
    Ok(Json(OwnDraws { draws, next }))
}
