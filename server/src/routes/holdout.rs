//! Whom a retailer keeps out, so that it can be seen what offers do.

use app::{
    api::retailer::{Holdout, HoldoutInput},
    audit::Action,
    problem::{Problem, ProblemKind},
};
use axum::extract::State;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    db::{
        audit::{self, Actor, Record, Seen},
        holdout,
    },
    error::{ApiError, ApiResult, LocalText},
    http::{authority::Owner, extract::Json},
    state::App,
};

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get, change))
}

/// The shares that are kept out.
#[utoipa::path(get, path = "/api/v1/retailer/holdout", tag = "lift",
    responses(
        (status = 200, body = Holdout),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    ))]
async fn get(State(app): State<App>, owner: Owner) -> ApiResult<Json<Holdout>> {
    Ok(Json(
        holdout::chosen(app.db.read(), owner.retailer_id).await?,
    ))
}

/// Keeps other shares out. What is measured begins anew where a share changes, with shoppers chosen anew.
#[utoipa::path(put, path = "/api/v1/retailer/holdout", tag = "lift", request_body = HoldoutInput,
    responses(
        (status = 200, body = Holdout),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    ))]
async fn change(
    State(app): State<App>,
    owner: Owner,
    seen: Seen,
    Json(input): Json<HoldoutInput>,
) -> ApiResult<Json<Holdout>> {
    let wanted = input.check().map_err(|problems| {
        ApiError::fields(
            ProblemKind::InvalidFields,
            problems
                .into_iter()
                .map(|p| (p.field, LocalText::new(p.ja, p.en)))
                .collect(),
        )
    })?;
    let now = app.clock.now();
    let transaction = app.db.begin().await?;
    let before = holdout::chosen(&transaction, owner.retailer_id).await?;
    if before != wanted {
        holdout::choose(&transaction, owner.retailer_id, wanted, now).await?;
        let entry = Record {
            retailer_id: owner.retailer_id,
            actor: Actor::Account(owner.account_id),
            action: Action::HoldoutChanged,
            subject: owner.retailer_id.to_string(),
            store_id: None,
            details: audit::changes(&before, &wanted),
        };
        audit::enter(&transaction, &entry, &seen, now).await?;
    }
    transaction.commit().await?;
    Ok(Json(wanted))
}
