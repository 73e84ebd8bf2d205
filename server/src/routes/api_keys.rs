//! Keys by which a retailer's systems post visits, and the posting.

use app::{
    api::{
        Items,
        retailer::{ApiKey, ApiKeyInput, MAX_POSTED, NewApiKey, PostedVisits, PostedVisitsReport},
    },
    audit::Action,
    id::ApiKeyId,
    problem::{Problem, ProblemKind},
};
use axum::extract::State;
use http::StatusCode;
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    db::{
        api_keys,
        audit::{self, Actor, Record, Seen},
        stores,
    },
    error::{ApiError, ApiResult},
    http::{
        authority::{Integration, Owner, api_key},
        extract::{Json, Path},
    },
    import::posted,
    new_id, random,
    state::App,
};

/// The longest name of a system, in characters.
const MAX_NAME: usize = 60;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, make))
        .routes(routes!(withdraw))
        .routes(routes!(post))
}

/// The keys, the newest first, those withdrawn as well.
#[utoipa::path(get, path = "/api/v1/retailer/api-keys", tag = "visits",
    responses(
        (status = 200, body = Items<ApiKey>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    ))]
async fn list(State(app): State<App>, owner: Owner) -> ApiResult<Json<Items<ApiKey>>> {
    let items = api_keys::list(app.db.read(), owner.retailer_id).await?;
    Ok(Json(Items { items }))
}

/// Makes a key for a system. It is shown this once.
#[utoipa::path(post, path = "/api/v1/retailer/api-keys", tag = "visits", request_body = ApiKeyInput,
    responses(
        (status = 201, body = NewApiKey),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "conflict: there are twenty keys that work", body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    ))]
async fn make(
    State(app): State<App>,
    owner: Owner,
    seen: Seen,
    Json(input): Json<ApiKeyInput>,
) -> ApiResult<(StatusCode, Json<NewApiKey>)> {
    let name = input.name.trim();
    if !(1..=MAX_NAME).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        return Err(ApiError::field(
            "name",
            "システムの名前は 1〜60 文字で入力してください。",
            "A system’s name has 1 to 60 characters.",
        ));
    }
    let now = app.clock.now();
    let key = ApiKey {
        key_id: new_id!(ApiKeyId, now),
        name: name.to_owned(),
        created_at: now,
        last_used_on: None,
        withdrawn_at: None,
    };
    let token = random::token();
    let transaction = app.db.begin().await?;
    stores::lock_retailer(&transaction, owner.retailer_id).await?;
    let keys = api_keys::list(&transaction, owner.retailer_id).await?;
    let working = keys.iter().filter(|key| key.withdrawn_at.is_none());
    if working.count() >= api_keys::MAX_KEYS {
        return Err(too_many_keys());
    }
    api_keys::insert(&transaction, owner.retailer_id, &key, &token).await?;
    let entry = entry(&owner, Action::ApiKeyMade, key.key_id, Some(name));
    audit::enter(&transaction, &entry, &seen, now).await?;
    transaction.commit().await?;
    let secret = api_key(owner.retailer_id, key.key_id, &token);
    Ok((StatusCode::CREATED, Json(NewApiKey { key, secret })))
}

fn too_many_keys() -> ApiError {
    ApiError::with(ProblemKind::Conflict, |lang, problem| {
        app::lang::Text::new(
            "使えるキーは 20 個までです。使っていないキーを無効にしてください。",
            "There are twenty keys that work already. Withdraw one that is not used.",
        )
        .get(lang)
        .clone_into(&mut problem.detail);
    })
}

/// Withdraws a key. What was posted by it stays; withdrawing it again changes nothing.
#[utoipa::path(delete, path = "/api/v1/retailer/api-keys/{key_id}", tag = "visits",
    params(("key_id" = ApiKeyId, Path, description = "The key's id.")),
    responses(
        (status = 204, description = "It opens nothing any more."),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
async fn withdraw(
    State(app): State<App>,
    owner: Owner,
    seen: Seen,
    Path(key_id): Path<ApiKeyId>,
) -> ApiResult<StatusCode> {
    let now = app.clock.now();
    let transaction = app.db.begin().await?;
    let done = api_keys::withdraw(&transaction, owner.retailer_id, key_id, now)
        .await?
        .ok_or(ProblemKind::NotFound)?;
    if done {
        let entry = entry(&owner, Action::ApiKeyWithdrawn, key_id, None);
        audit::enter(&transaction, &entry, &seen, now).await?;
    }
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

fn entry(owner: &Owner, action: Action, key_id: ApiKeyId, name: Option<&str>) -> Record {
    Record {
        retailer_id: owner.retailer_id,
        actor: Actor::Account(owner.account_id),
        action,
        subject: key_id.to_string(),
        store_id: None,
        details: json!({ "name": name }),
    }
}

/// Posts visits that a system knows: reservations kept, orders picked up. All or nothing; what is known already is passed over, so that
/// a post may be repeated. What a key posts on one day is one import, which the owner can take back.
#[utoipa::path(post, path = "/api/v1/integration/visits", tag = "integration", request_body = PostedVisits,
    params(("Authorization" = String, Header, description = "`Bearer` and a key that an owner made.")),
    responses(
        (status = 200, body = PostedVisitsReport),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "invalid-fields, such as `visits[3].time`", body = Problem, content_type = "application/problem+json"),
    ))]
async fn post(
    State(app): State<App>,
    who: Integration,
    seen: Seen,
    Json(posted): Json<PostedVisits>,
) -> ApiResult<Json<PostedVisitsReport>> {
    if !(1..=MAX_POSTED).contains(&posted.visits.len()) {
        return Err(ApiError::field(
            "visits",
            format!("1〜{MAX_POSTED} 件にしてください。"),
            format!("From 1 to {MAX_POSTED} visits."),
        ));
    }
    let report = posted::keep((&app.db, &app.keys), who, &seen, &posted, app.clock.now()).await?;
    Ok(Json(report))
}
