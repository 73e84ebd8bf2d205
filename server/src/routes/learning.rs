//! What a campaign has learned of its draws, and the retailer's switch.

use app::{
    api::learning::{Learning, LearningInput, LearningState},
    audit::Action,
    day::{Day, JST},
    id::CampaignId,
    policy::Policy,
    problem::{Problem, ProblemKind},
    yen::Yen,
};
use axum::extract::State;
use sea_orm::ConnectionTrait;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    db::{
        audit::{self, Actor, Record, Seen},
        campaigns, goals,
        learning::{self, Key, Settings},
    },
    error::{ApiError, ApiResult},
    http::{
        authority::Owner,
        extract::{Json, Path},
    },
    learn,
    state::App,
};

/// The largest margin of a visit.
const MOST_MARGIN: Yen = Yen(1_000_000);
/// So many days are shown.
const DAYS: u32 = 60;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get, set))
}

/// What was learned, what the offers of each day went by, and the switch.
#[utoipa::path(get, path = "/api/v1/retailer/campaigns/{campaign_id}/learning", tag = "campaigns",
    params(("campaign_id" = String, Path, description = "The campaign.")),
    responses(
        (status = 200, body = Learning),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
async fn get(
    State(app): State<App>,
    owner: Owner,
    Path(campaign_id): Path<CampaignId>,
) -> ApiResult<Json<Learning>> {
    Ok(Json(
        look(app.db.read(), &owner, campaign_id, app.clock.now()).await?,
    ))
}

/// Sets the switch. What was offered today holds; new offers go by it at once.
#[utoipa::path(put, path = "/api/v1/retailer/campaigns/{campaign_id}/learning", tag = "campaigns",
    params(("campaign_id" = String, Path, description = "The campaign.")),
    request_body = LearningInput,
    responses(
        (status = 200, body = Learning),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    ))]
async fn set(
    State(app): State<App>,
    owner: Owner,
    seen: Seen,
    Path(campaign_id): Path<CampaignId>,
    Json(input): Json<LearningInput>,
) -> ApiResult<Json<Learning>> {
    let now = app.clock.now();
    let transaction = app.db.begin().await?;
    let campaign = campaigns::find(&transaction, owner.retailer_id, campaign_id, now)
        .await?
        .ok_or(ProblemKind::NotFound)?;
    if input
        .visit_margin
        .is_some_and(|margin| !(Yen(1)..=MOST_MARGIN).contains(&margin))
    {
        return Err(ApiError::field(
            "visit_margin",
            "1〜1,000,000 円の整数にしてください。",
            "A whole number of yen from 1 to 1,000,000.",
        ));
    }
    let key = Key {
        retailer_id: owner.retailer_id,
        campaign_id,
    };
    let wanted = Settings {
        mode: input.mode,
        visit_margin: input.visit_margin,
    };
    let before = learning::settings(&transaction, key).await?;
    if before != wanted {
        learning::set(&transaction, key, wanted, now).await?;
        let as_input = |of: Settings| LearningInput {
            mode: of.mode,
            visit_margin: of.visit_margin,
        };
        let entry = Record {
            retailer_id: owner.retailer_id,
            actor: Actor::Account(owner.account_id),
            action: Action::LearningSet,
            subject: campaign.campaign_id.to_string(),
            store_id: None,
            details: audit::changes(&as_input(before), &input),
        };
        audit::enter(&transaction, &entry, &seen, now).await?;
    }
    transaction.commit().await?;
    Ok(Json(look(app.db.read(), &owner, campaign_id, now).await?))
}

async fn look(
    connection: &impl ConnectionTrait,
    owner: &Owner,
    campaign_id: CampaignId,
    now: i64,
) -> ApiResult<Learning> {
    let campaign = campaigns::find(connection, owner.retailer_id, campaign_id, now)
        .await?
        .ok_or(ProblemKind::NotFound)?;
    let key = Key {
        retailer_id: owner.retailer_id,
        campaign_id,
    };
    let settings = learning::settings(connection, key).await?;
    let goals = goals::find(connection, owner.retailer_id).await?;
    let latest = learning::worked_out(connection, key, Day::of(now, JST)).await?;
    let state = if campaign.policy != Policy::Learned {
        LearningState::OtherPolicy
    } else if latest.is_some() {
        LearningState::Learned
    } else if learn::margin(settings, goals).is_none() {
        LearningState::NoMargin
    } else {
        LearningState::NothingYet
    };
    Ok(Learning {
        mode: settings.mode,
        visit_margin: settings.visit_margin,
        margin_of_goals: goals.yen_per_visit,
        state,
        waits_days: learn::WAITS.days + learn::WAITS.grace_days,
        learned: latest.map(|latest| latest.learned),
        days: learning::days(connection, key, DAYS).await?,
    })
}
