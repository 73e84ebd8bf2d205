//! What a retailer announces to shoppers: to how many it would go, sending it, how far it is, and stopping it.

use app::{
    announcement,
    api::{
        Items,
        contact::{Announcement, AnnouncementInput, Funnel, ReachPreview},
    },
    audit::Action,
    campaign::CampaignStatus,
    cohort::LEAST_NEW,
    id::AnnouncementId,
    problem::{Problem, ProblemKind},
};
use axum::{extract::State, response::Response};
use http::StatusCode;
use sea_orm::ConnectionTrait;
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    announce::select,
    db::{
        announcements,
        audit::{Actor, Record},
        campaigns, links,
    },
    error::{ApiError, ApiResult},
    http::{
        authority::Owner,
        extract::{Json, Path},
        once::{Attempt, Effect, Given, Nothing, Once, Stop},
    },
    new_id,
    state::App,
};

/// In steps of so many it is told how many something would go to: fewer are nobody in particular.
const TEN: u64 = LEAST_NEW.unsigned_abs();
/// So many are listed.
const LISTED: u32 = 50;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(preview))
        .routes(routes!(get))
        .routes(routes!(funnel))
        .routes(routes!(stop))
}

/// What the retailer announced, the newest first, at most 50.
#[utoipa::path(get, path = "/api/v1/retailer/announcements", tag = "announcements",
    responses(
        (status = 200, body = Items<Announcement>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    ))]
async fn list(State(app): State<App>, owner: Owner) -> ApiResult<Json<Items<Announcement>>> {
    let items = announcements::list(app.db.scan(), owner.retailer_id, None, LISTED).await?;
    Ok(Json(Items { items }))
}

/// One of them.
#[utoipa::path(get, path = "/api/v1/retailer/announcements/{announcement_id}", tag = "announcements",
    params(("announcement_id" = AnnouncementId, Path, description = "The announcement.")),
    responses(
        (status = 200, body = Announcement),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
async fn get(
    State(app): State<App>,
    owner: Owner,
    Path(announcement_id): Path<AnnouncementId>,
) -> ApiResult<Json<Announcement>> {
    Ok(Json(find(app.db.scan(), &owner, announcement_id).await?))
}

async fn find(
    connection: &impl ConnectionTrait,
    owner: &Owner,
    announcement_id: AnnouncementId,
) -> ApiResult<Announcement> {
    announcements::list(connection, owner.retailer_id, Some(announcement_id), 1)
        .await?
        .pop()
        .ok_or_else(|| ProblemKind::NotFound.into())
}

/// Checked: what is written and to whom, and that there is something to be had.
async fn checked(
    app: &App,
    owner: &Owner,
    input: AnnouncementInput,
) -> ApiResult<AnnouncementInput> {
    let input = announcement::tidy(input);
    let now = app.clock.now();
    let problems = announcement::check(&input, now);
    if !problems.is_empty() {
        return Err(ApiError::checked(ProblemKind::InvalidFields, problems));
    }
    let campaign = campaigns::find(app.db.read(), owner.retailer_id, input.campaign_id, now)
        .await?
        .ok_or(ProblemKind::NotFound)?;
    let there = campaign.status == CampaignStatus::Published
        && campaign.starts_at <= input.starts_at.unwrap_or(now)
        && campaign.ends_at >= input.over_at;
    if links::is_partner_only(app.db.read(), owner.retailer_id, input.campaign_id).await? {
        return Err(ApiError::field(
            "campaign_id",
            "提携先限定のキャンペーンは、お知らせできません。リンクでご案内ください。",
            "A campaign for partners’ people only cannot be announced. Share its links.",
        ));
    }
    if there {
        Ok(input)
    } else {
        Err(ApiError::field(
            "campaign_id",
            "公開中で、お知らせの間ずっと続くキャンペーンを選んでください。",
            "Choose a campaign that is published and runs for as long as what is announced.",
        ))
    }
}

/// To how many it would go, by tens, of those who agree to messages now. Writes nothing.
#[utoipa::path(post, path = "/api/v1/retailer/announcements/preview", tag = "announcements", request_body = AnnouncementInput,
    responses(
        (status = 200, body = ReachPreview),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    ))]
async fn preview(
    State(app): State<App>,
    owner: Owner,
    Json(input): Json<AnnouncementInput>,
) -> ApiResult<Json<ReachPreview>> {
    let input = checked(&app, &owner, input).await?;
    let key = (owner.retailer_id, input.campaign_id);
    let people = select::count(&app, key.0, key.1, &input.segment, app.clock.now()).await?;
    Ok(Json(ReachPreview {
        people: (people >= TEN).then_some(people / TEN * TEN),
    }))
}

/// Announces it: from now on it is found out for whom it is, and sent when its time comes.
#[utoipa::path(post, path = "/api/v1/retailer/announcements", tag = "announcements", request_body = AnnouncementInput,
    params(("Idempotency-Key" = String, Header, description = "New for each act, the same when it is repeated: the same key gives the same answer, and one effect.")),
    responses(
        (status = 201, body = Announcement),
        (status = 400, description = "malformed-request, or idempotency-key-missing", body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "idempotency-key-in-flight", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "invalid-fields, or idempotency-key-reused", body = Problem, content_type = "application/problem+json"),
    ))]
async fn create(
    State(app): State<App>,
    owner: Owner,
    once: Once<Json<AnnouncementInput>>,
) -> Result<Response, Stop> {
    let Json(input) = once.body;
    let attempt = once
        .key
        .by(&app, owner.retailer_id, owner.account_id)
        .await?;
    let outcome = announce(&app, &attempt, &owner, input).await;
    attempt.close(outcome).await
}

async fn announce(
    app: &App,
    attempt: &Attempt<'_>,
    owner: &Owner,
    input: AnnouncementInput,
) -> Result<Given, Stop> {
    let input = checked(app, owner, input).await?;
    let now = app.clock.now();
    let announcement_id = new_id!(AnnouncementId, now);
    let keyed = attempt.begin().await?;
    let by = (owner.retailer_id, owner.account_id);
    announcements::insert(&*keyed, by, announcement_id, &input, now).await?;
    let made = find(&*keyed, owner, announcement_id).await?;
    let details = json!({
        "campaign_id": made.campaign_id,
        "title": made.title,
        "kind": made.kind,
    });
    let effect = Effect {
        id: Some(announcement_id.to_string()),
        record: record(owner, Action::AnnouncementMade, announcement_id, details),
    };
    keyed.commit(Some(effect), StatusCode::CREATED, &made).await
}

/// How many of those who were written to came to each touchpoint within seven days. Not what the message brought about: that is what the holdout is for.
#[utoipa::path(get, path = "/api/v1/retailer/announcements/{announcement_id}/funnel", tag = "announcements",
    params(("announcement_id" = AnnouncementId, Path, description = "The announcement.")),
    responses(
        (status = 200, body = Funnel),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
async fn funnel(
    State(app): State<App>,
    owner: Owner,
    Path(announcement_id): Path<AnnouncementId>,
) -> ApiResult<Json<Funnel>> {
    let announcement = announcements::of(app.db.scan(), owner.retailer_id, announcement_id)
        .await?
        .ok_or(ProblemKind::NotFound)?;
    Ok(Json(
        announcements::funnel(app.db.scan(), &announcement).await?,
    ))
}

/// Stops it: nobody is written to any more from a moment later on. What is over stays as it is.
#[utoipa::path(post, path = "/api/v1/retailer/announcements/{announcement_id}/stop", tag = "announcements",
    params(("announcement_id" = AnnouncementId, Path, description = "The announcement."),
        ("Idempotency-Key" = String, Header, description = "New for each act, the same when it is repeated: the same key gives the same answer, and one effect.")),
    responses(
        (status = 200, body = Announcement),
        (status = 400, description = "idempotency-key-missing", body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "idempotency-key-in-flight", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "idempotency-key-reused", body = Problem, content_type = "application/problem+json"),
    ))]
async fn stop(
    State(app): State<App>,
    owner: Owner,
    Path(announcement_id): Path<AnnouncementId>,
    once: Once<Nothing>,
) -> Result<Response, Stop> {
    let attempt = once
        .key
        .by(&app, owner.retailer_id, owner.account_id)
        .await?;
    let outcome = end(&app, &attempt, &owner, announcement_id).await;
    attempt.close(outcome).await
}

async fn end(
    app: &App,
    attempt: &Attempt<'_>,
    owner: &Owner,
    announcement_id: AnnouncementId,
) -> Result<Given, Stop> {
    let keyed = attempt.begin().await?;
    let now = app.clock.now();
    let stopped = announcements::stop(&*keyed, owner.retailer_id, announcement_id, now).await?;
    let made = find(&*keyed, owner, announcement_id).await?;
    let effect = stopped.then(|| Effect {
        // What there is now was there before.
        id: None,
        record: record(
            owner,
            Action::AnnouncementStopped,
            announcement_id,
            json!({ "title": made.title }),
        ),
    });
    keyed.commit(effect, StatusCode::OK, &made).await
}

fn record(
    owner: &Owner,
    action: Action,
    announcement_id: AnnouncementId,
    details: serde_json::Value,
) -> Record {
    Record {
        retailer_id: owner.retailer_id,
        actor: Actor::Account(owner.account_id),
        action,
        subject: announcement_id.to_string(),
        store_id: None,
        details,
    }
}
