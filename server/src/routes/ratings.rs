//! What shoppers think who used a coupon: asking, answering, and what the retailer sees of it.

use app::{
    api::reach::{RatingAsk, RatingInput, RatingReport},
    cohort::LEAST_NEW,
    day::{Day, JST},
    id::{RedemptionId, RetailerId},
    lang::{Lang, Text},
    problem::{Problem, ProblemKind},
    rating::{self, REPORT_DAYS},
};
use axum::{extract::State, response::Response};
use http::StatusCode;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::spreadsheet;
use crate::{
    db::ratings::{self, Said},
    error::{ApiError, ApiResult},
    http::{
        authority::{Owner, Shopper},
        extract::{Json, Path, Reader},
    },
    state::App,
};

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(ask, dismiss))
        .routes(routes!(answer))
        .routes(routes!(report))
        .routes(routes!(export))
}

/// Whether there is a coupon to be asked about that was used within 14 days. Nobody is asked more than once in 14 days, whichever the retailer.
#[utoipa::path(post, path = "/api/v1/shopper/rating-question", tag = "shopper",
    responses(
        (status = 200, body = RatingAsk),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    ))]
async fn ask(
    State(app): State<App>,
    Reader(lang): Reader,
    who: Shopper,
) -> ApiResult<Json<RatingAsk>> {
    let now = app.clock.now();
    let question = ratings::question(&app.db, who.shopper_id, lang, now).await?;
    Ok(Json(RatingAsk { question }))
}

/// Not this time.
#[utoipa::path(delete, path = "/api/v1/shopper/rating-question", tag = "shopper",
    responses(
        (status = 204, description = "Nothing is asked any more; where nothing was, neither"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    ))]
async fn dismiss(State(app): State<App>, who: Shopper) -> ApiResult<StatusCode> {
    ratings::close(&app.db, who.shopper_id, app.clock.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Answers what was asked; another answer takes the place of the one before, a comment stays until there is another.
#[utoipa::path(put, path = "/api/v1/shopper/ratings/{retailer_id}/{redemption_id}", tag = "shopper", request_body = RatingInput,
    params(("retailer_id" = RetailerId, Path, description = "The retailer."),
        ("redemption_id" = RedemptionId, Path, description = "The use of the coupon that was asked about.")),
    responses(
        (status = 204, description = "It is kept"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "not-found: nothing was asked about it, or it is too long ago", body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    ))]
async fn answer(
    State(app): State<App>,
    who: Shopper,
    Path(about): Path<(RetailerId, RedemptionId)>,
    Json(input): Json<RatingInput>,
) -> ApiResult<StatusCode> {
    let input = rating::tidy(input);
    let problems = rating::check(&input);
    if !problems.is_empty() {
        return Err(ApiError::checked(ProblemKind::InvalidFields, problems));
    }
    let now = app.clock.now();
    if !ratings::rate(&app.db, who.shopper_id, about, &input, now).await? {
        return Err(ProblemKind::NotFound.into());
    }
    ratings::close(&app.db, who.shopper_id, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How many gave each number of stars in the last 90 days, once there are ten of them.
#[utoipa::path(get, path = "/api/v1/retailer/ratings", tag = "report",
    responses(
        (status = 200, body = RatingReport),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    ))]
async fn report(State(app): State<App>, owner: Owner) -> ApiResult<Json<RatingReport>> {
    let today = Day::of(app.clock.now(), JST);
    let counts = ratings::stars(app.db.scan(), owner.retailer_id, today).await?;
    let enough = counts.iter().sum::<i64>() >= LEAST_NEW;
    Ok(Json(RatingReport {
        days: REPORT_DAYS.unsigned_abs(),
        stars: enough.then(|| counts.map(i64::unsigned_abs)),
    }))
}

/// Every rating with its month and store, without who gave it; nothing as long as there are fewer than ten.
#[utoipa::path(get, path = "/api/v1/retailer/ratings.csv", tag = "report",
    responses(
        (status = 200, body = String, content_type = "text/csv"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    ))]
async fn export(State(app): State<App>, owner: Owner, Reader(lang): Reader) -> ApiResult<Response> {
    let mut said = ratings::said(app.db.scan(), owner.retailer_id).await?;
    if i64::try_from(said.len()).unwrap_or(i64::MAX) < LEAST_NEW {
        said.clear();
    }
    let body = written(&said, lang).map_err(ApiError::internal)?;
    spreadsheet::download(body, spreadsheet::CSV, "raiten-ratings.csv", lang)
}

fn written(said: &[Said], lang: Lang) -> anyhow::Result<Vec<u8>> {
    const HEADS: [Text; 4] = [
        Text::new("月", "Month"),
        Text::new("店舗", "Store"),
        Text::new("評価（1〜5）", "Stars (1 to 5)"),
        Text::new("感想", "Comment"),
    ];
    let mut writer = spreadsheet::writer(spreadsheet::MARK.to_vec());
    writer.write_record(HEADS.map(|head| head.get(lang)))?;
    for one in said {
        writer.write_record([
            one.month.clone(),
            spreadsheet::harmless(&one.store).into_owned(),
            one.stars.to_string(),
            spreadsheet::harmless(&one.comment).into_owned(),
        ])?;
    }
    Ok(writer.into_inner().map_err(|error| error.into_error())?)
}

#[cfg(test)]
mod tests {
    use super::{Said, written};
    use app::lang::Lang;

    #[test]
    fn comments_cannot_become_formulas() -> anyhow::Result<()> {
        let one = Said {
            month: "2026-11".to_owned(),
            store: "渋谷店".to_owned(),
            stars: 5,
            comment: "=HYPERLINK(\"x\")".to_owned(),
        };
        let text = String::from_utf8(written(&[one], Lang::En)?)?;
        assert_eq!(
            text,
            "\u{feff}Month,Store,Stars (1 to 5),Comment\r\n2026-11,渋谷店,5,\"'=HYPERLINK(\"\"x\"\")\"\r\n"
        );
        Ok(())
    }
}
