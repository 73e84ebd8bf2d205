//! A retailer's campaigns: drafts, publishing with its checks, pausing, and the changes that stay safe.

use app::{
    amend,
    api::{
        Items,
        retailer::{Campaign, CampaignInput, Holdout},
    },
    audit::Action,
    campaign::{self, CampaignStatus, FieldProblem},
    id::{CampaignId, RetailerId},
    lang::Text,
    prize_rules::{self, Breach, Share},
    problem::{Problem, ProblemKind},
};
use axum::{extract::State, response::Response};
use http::StatusCode;
use sea_orm::ConnectionTrait;
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    db::{
        audit::{self, Actor, Record, Seen},
        campaigns, holdout,
    },
    error::{ApiError, ApiResult},
    http::{
        authority::Owner,
        extract::{Json, Path},
        once::{Attempt, Effect, Given, Keyed, Nothing, Once, Stop},
    },
    new_id,
    state::App,
};

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update))
        .routes(routes!(publish))
        .routes(routes!(pause))
}

/// The retailer's campaigns, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/retailer/campaigns",
    tag = "campaigns",
    responses(
        (status = 200, body = Items<Campaign>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn list(State(app): State<App>, owner: Owner) -> ApiResult<Json<Items<Campaign>>> {
    let items = campaigns::list(app.db.read(), owner.retailer_id, app.clock.now()).await?;
    Ok(Json(Items { items }))
}

/// Enters a draft.
#[utoipa::path(
    post,
    path = "/api/v1/retailer/campaigns",
    tag = "campaigns",
    request_body = CampaignInput,
    responses(
        (status = 201, body = Campaign),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn create(
    State(app): State<App>,
    owner: Owner,
    seen: Seen,
    Json(input): Json<CampaignInput>,
) -> ApiResult<(StatusCode, Json<Campaign>)> {
    let input = amend::tidy(input);
    let now = app.clock.now();
    let campaign_id = new_id!(CampaignId, now);
    check(app.db.read(), owner.retailer_id, &input).await?;
    let transaction = app.db.begin().await?;
    campaigns::insert_draft(&transaction, owner.retailer_id, campaign_id, &input, now).await?;
    let made = campaigns::find(&transaction, owner.retailer_id, campaign_id, now)
        .await?
        .ok_or(ProblemKind::Internal)?;
    let entry = Record {
        details: json!({ "name": made.name, "budget": made.budget }),
        ..record(&owner, Action::CampaignCreated, &made, &made)
    };
    audit::enter(&transaction, &entry, &seen, now).await?;
    transaction.commit().await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// One campaign.
#[utoipa::path(
    get,
    path = "/api/v1/retailer/campaigns/{campaign_id}",
    tag = "campaigns",
    params(("campaign_id" = String, Path, description = "The campaign.")),
    responses(
        (status = 200, body = Campaign),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn get(
    State(app): State<App>,
    owner: Owner,
    Path(campaign_id): Path<CampaignId>,
) -> ApiResult<Json<Campaign>> {
    campaigns::find(
        app.db.read(),
        owner.retailer_id,
        campaign_id,
        app.clock.now(),
    )
    .await?
    .map(Json)
    .ok_or_else(|| ProblemKind::NotFound.into())
}

/// Changes a campaign. A draft takes every change; once published only names, end, budget (not below what is promised and spent), expected
/// sales and additional stores may change, and the rest is sent as it is.
#[utoipa::path(
    put,
    path = "/api/v1/retailer/campaigns/{campaign_id}",
    tag = "campaigns",
    params(("campaign_id" = String, Path, description = "The campaign.")),
    request_body = CampaignInput,
    responses(
        (status = 200, body = Campaign),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is over, or `errors` names what cannot change after publishing.", body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn update(
    State(app): State<App>,
    owner: Owner,
    seen: Seen,
    Path(campaign_id): Path<CampaignId>,
    Json(input): Json<CampaignInput>,
) -> ApiResult<Json<Campaign>> {
    let input = amend::tidy(input);
    let (retailer_id, now) = (owner.retailer_id, app.clock.now());
    let transaction = app.db.begin().await?;
    let current = campaigns::lock(&transaction, retailer_id, campaign_id, now)
        .await?
        .ok_or(ProblemKind::NotFound)?;
    match current.status {
        CampaignStatus::Draft => {
            check(&transaction, retailer_id, &input).await?;
            campaigns::replace_draft(&transaction, retailer_id, campaign_id, &input, now).await?;
        }
        CampaignStatus::Published | CampaignStatus::Paused => {
            refuse_any(ProblemKind::Conflict, amend::frozen(&current, &input))?;
            check(&transaction, retailer_id, &input).await?;
            check_to_run(&transaction, retailer_id, campaign_id, &input, now).await?;
            let fits = campaigns::amend(
                &transaction,
                retailer_id,
                owner.account_id,
                &current,
                &input,
                now,
            )
            .await?;
            if !fits {
                let problem = amend::budget_too_small(&current);
                return Err(ApiError::checked(ProblemKind::InvalidFields, vec![problem]));
            }
        }
        CampaignStatus::Ended => return Err(is_over()),
    }
    let changed = campaigns::find(&transaction, retailer_id, campaign_id, now)
        .await?
        .ok_or(ProblemKind::Internal)?;
    let entry = record(&owner, Action::CampaignChanged, &current, &changed);
    audit::enter(&transaction, &entry, &seen, now).await?;
    transaction.commit().await?;
    Ok(Json(changed))
}

/// Publishes a draft or resumes a paused campaign. Publishing what is published changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/retailer/campaigns/{campaign_id}/publish",
    tag = "campaigns",
    params(("campaign_id" = String, Path, description = "The campaign."),
        ("Idempotency-Key" = String, Header, description = "New for each act, the same when it is repeated: the same key gives the same answer, and one effect.")),
    responses(
        (status = 200, body = Campaign),
        (status = 400, description = "idempotency-key-missing", body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is over, or idempotency-key-in-flight.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "It breaks a rule, of ours or of 景品表示法; or idempotency-key-reused.", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn publish(
    State(app): State<App>,
    owner: Owner,
    Path(campaign_id): Path<CampaignId>,
    once: Once<Nothing>,
) -> Result<Response, Stop> {
    let attempt = once
        .key
        .by(&app, owner.retailer_id, owner.account_id)
        .await?;
    let outcome = open(&attempt, owner, campaign_id, app.clock.now()).await;
    attempt.close(outcome).await
}

/// Publishes or resumes, under a key because publishing funds the campaign.
async fn open(
    attempt: &Attempt<'_>,
    owner: Owner,
    campaign_id: CampaignId,
    now: i64,
) -> Result<Given, Stop> {
    let retailer_id = owner.retailer_id;
    let keyed = attempt.begin().await?;
    let current = campaigns::lock(&*keyed, retailer_id, campaign_id, now)
        .await?
        .ok_or(ProblemKind::NotFound)?;
    match current.status {
        CampaignStatus::Published => return keyed.commit(None, StatusCode::OK, &current).await,
        CampaignStatus::Ended => return Err(rolled_back(keyed, is_over()).await),
        CampaignStatus::Draft | CampaignStatus::Paused => {}
    }
    // The rules may have become stricter since the draft was saved.
    let input = amend::as_input(&current);
    let checked = match check(&*keyed, retailer_id, &input).await {
        Ok(()) => check_to_run(&*keyed, retailer_id, campaign_id, &input, now).await,
        Err(error) => Err(error),
    };
    if let Err(error) = checked {
        return Err(rolled_back(keyed, error).await);
    }
    if !campaigns::publish(&*keyed, retailer_id, owner.account_id, &current, now).await? {
        return Err(rolled_back(keyed, ProblemKind::Conflict.into()).await);
    }
    let published = campaigns::find(&*keyed, retailer_id, campaign_id, now)
        .await?
        .ok_or(ProblemKind::Internal)?;
    let effect = Effect {
        id: (current.status == CampaignStatus::Draft).then(|| campaign_id.to_string()),
        record: record(&owner, Action::CampaignPublished, &current, &published),
    };
    keyed.commit(Some(effect), StatusCode::OK, &published).await
}

/// A refusal after the transaction was given up: it is written down in one of its own.
async fn rolled_back(keyed: Keyed<'_, '_>, refusal: ApiError) -> Stop {
    match keyed.rollback().await {
        Ok(()) => refusal.into(),
        Err(error) => error.into(),
    }
}

/// Pauses a campaign: no play until it is published again; coupons stay good. Pausing what is paused changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/retailer/campaigns/{campaign_id}/pause",
    tag = "campaigns",
    params(("campaign_id" = String, Path, description = "The campaign.")),
    responses(
        (status = 200, body = Campaign),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is a draft or over.", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn pause(
    State(app): State<App>,
    owner: Owner,
    seen: Seen,
    Path(campaign_id): Path<CampaignId>,
) -> ApiResult<Json<Campaign>> {
    let (retailer_id, now) = (owner.retailer_id, app.clock.now());
    let transaction = app.db.begin().await?;
    let current = campaigns::lock(&transaction, retailer_id, campaign_id, now)
        .await?
        .ok_or(ProblemKind::NotFound)?;
    match current.status {
        CampaignStatus::Paused => return Ok(Json(current)),
        CampaignStatus::Ended => return Err(is_over()),
        CampaignStatus::Draft => {
            return Err(says(Text::new(
                "まだ公開されていない下書きです。",
                "It is a draft that was never published.",
            )));
        }
        CampaignStatus::Published => {}
    }
    if !campaigns::pause(&transaction, retailer_id, campaign_id).await? {
        return Err(ProblemKind::Conflict.into());
    }
    let paused = campaigns::find(&transaction, retailer_id, campaign_id, now)
        .await?
        .ok_or(ProblemKind::Internal)?;
    let entry = record(&owner, Action::CampaignPaused, &current, &paused);
    audit::enter(&transaction, &entry, &seen, now).await?;
    transaction.commit().await?;
    Ok(Json(paused))
}

/// What the audit log says of a campaign that was one thing and is another.
fn record(owner: &Owner, action: Action, before: &Campaign, after: &Campaign) -> Record {
    Record {
        retailer_id: owner.retailer_id,
        actor: Actor::Account(owner.account_id),
        action,
        subject: after.campaign_id.to_string(),
        store_id: None,
        details: audit::changes(before, after),
    }
}

/// What every campaign has to keep, the draft too: its fields, and that the stores are the retailer's.
async fn check(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    input: &CampaignInput,
) -> ApiResult<()> {
    const STRANGE: Text = Text::new("この店舗はありません。", "There is no such store.");
    /// Enough to see what is wrong.
    const MOST: usize = 20;
    let mut problems = campaign::problems(input);
    if input.store_ids.len() <= campaign::MAX_STORES {
        let strange = campaigns::strange_stores(connection, retailer_id, &input.store_ids).await?;
        problems.extend(
            strange
                .into_iter()
                .take(MOST)
                .map(|i| FieldProblem::new(format!("store_ids[{i}]"), STRANGE)),
        );
    }
    refuse_any(ProblemKind::InvalidFields, problems)
}

/// What a campaign has to keep to run from now on: an end to come, the prize rules, and no word that everybody gets it where some do not.
async fn check_to_run(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    campaign_id: CampaignId,
    input: &CampaignInput,
    now: i64,
) -> ApiResult<()> {
    refuse_any(
        ProblemKind::InvalidFields,
        amend::too_late(input.ends_at, now).into_iter().collect(),
    )?;
    if holdout::chosen(connection, retailer_id).await? != Holdout::NOBODY {
        refuse_any(
            ProblemKind::InvalidFields,
            prize_rules::for_everybody(input),
        )?;
    }
    let mut broken = prize_rules::problems(input);
    if broken.is_empty() && !planted!("each_campaign_by_itself") {
        let others = campaigns::beside(connection, retailer_id, campaign_id, input).await?;
        let own = Share {
            starts_at: input.starts_at,
            ends_at: input.ends_at,
            budget: input.budget,
            expected_sales: input.expected_sales,
        };
        broken.extend(prize_rules::pool(own, &others).map(Breach::on_field));
    }
    refuse_any(ProblemKind::AgainstPrizeRules, broken)
}

fn refuse_any(kind: ProblemKind, problems: Vec<FieldProblem>) -> ApiResult<()> {
    if problems.is_empty() {
        Ok(())
    } else {
        Err(ApiError::checked(kind, problems))
    }
}

fn is_over() -> ApiError {
    says(Text::new(
        "このキャンペーンは終了しています。新しいキャンペーンを作成してください。",
        "This campaign is over. Make a new one.",
    ))
}

fn says(text: Text) -> ApiError {
    ApiError::with(ProblemKind::Conflict, move |lang, problem| {
        text.get(lang).clone_into(&mut problem.detail);
    })
}
