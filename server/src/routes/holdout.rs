//! Whom a retailer keeps out, so that it can be seen what offers do.

use app::{
    amend,
    api::retailer::{Holdout, HoldoutInput},
    audit::Action,
    campaign::CampaignStatus,
    id::RetailerId,
    prize_rules,
    problem::{Problem, ProblemKind},
};
use axum::extract::State;
use sea_orm::ConnectionTrait;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    db::{
        audit::{self, Actor, Record, Seen},
        campaigns, holdout,
    },
    error::{ApiError, ApiResult},
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

/// While a campaign runs that says that everybody gets it, nobody can be held out.
async fn refuse_promises(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    now: i64,
) -> ApiResult<()> {
    let running = campaigns::list(connection, retailer_id, now).await?;
    let promises = running.iter().find(|campaign| {
        campaign.status == CampaignStatus::Published
            && !prize_rules::for_everybody(&amend::as_input(campaign)).is_empty()
    });
    match promises {
        None => Ok(()),
        Some(campaign) => {
            let name = &campaign.name;
            Err(ApiError::field(
                "programme",
                format!(
                    "公開中の「{name}」が「全員」「もれなく」と言っているので、対照群を置けません。先に名前を変えてください。"
                ),
                format!(
                    "“{name}” is running and says that everybody gets it, so nobody can be held out. Change its name first."
                ),
            ))
        }
    }
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
    let wanted = input
        .check()
        .map_err(|problems| ApiError::checked(ProblemKind::InvalidFields, problems))?;
    let now = app.clock.now();
    let transaction = app.db.begin().await?;
    let before = holdout::chosen(&transaction, owner.retailer_id).await?;
    if before != wanted {
        if before == Holdout::NOBODY {
            refuse_promises(&transaction, owner.retailer_id, now).await?;
        }
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
