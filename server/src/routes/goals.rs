//! What a retailer wants to reach.

use app::{audit::Action, goal::Goals, problem::Problem, problem::ProblemKind};
use axum::extract::State;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    db::{
        audit::{self, Actor, Record, Seen},
        goals,
    },
    error::{ApiError, ApiResult},
    http::{authority::Owner, extract::Json},
    state::App,
};

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get, set))
}

/// The goals that were set.
#[utoipa::path(get, path = "/api/v1/retailer/goals", tag = "lift",
    responses(
        (status = 200, body = Goals),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    ))]
async fn get(State(app): State<App>, owner: Owner) -> ApiResult<Json<Goals>> {
    Ok(Json(goals::find(app.db.read(), owner.retailer_id).await?))
}

/// Sets goals in place of those there were.
#[utoipa::path(put, path = "/api/v1/retailer/goals", tag = "lift", request_body = Goals,
    responses(
        (status = 200, body = Goals),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    ))]
async fn set(
    State(app): State<App>,
    owner: Owner,
    seen: Seen,
    Json(input): Json<Goals>,
) -> ApiResult<Json<Goals>> {
    let wanted = input
        .check()
        .map_err(|problems| ApiError::checked(ProblemKind::InvalidFields, problems))?;
    let now = app.clock.now();
    let transaction = app.db.begin().await?;
    let before = goals::find(&transaction, owner.retailer_id).await?;
    if before != wanted {
        goals::set(&transaction, owner.retailer_id, wanted, now).await?;
        let entry = Record {
            retailer_id: owner.retailer_id,
            actor: Actor::Account(owner.account_id),
            action: Action::GoalsSet,
            subject: owner.retailer_id.to_string(),
            store_id: None,
            details: audit::changes(&before, &wanted),
        };
        audit::enter(&transaction, &entry, &seen, now).await?;
    }
    transaction.commit().await?;
    Ok(Json(wanted))
}
