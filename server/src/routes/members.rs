//! A shopper's member numbers, by their own act.

use app::{
    api::{
        Items,
        shopper::{Membership, MembershipInput},
    },
    audit::Action,
    id::RetailerId,
    problem::{Problem, ProblemKind},
    visit_import,
};
use axum::extract::State;
use http::StatusCode;
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    db::{
        audit::{self, Actor, Record, Seen},
        members, retailers, stores,
    },
    error::{ApiError, ApiResult},
    http::{
        authority::Shopper,
        extract::{Json, Path, Reader},
    },
    import::visits::member_hash,
    state::App,
};

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(link, unlink))
}

/// The retailers whose member number the shopper gave. The numbers are not kept.
#[utoipa::path(get, path = "/api/v1/shopper/members", tag = "shopper",
    responses(
        (status = 200, body = Items<Membership>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    ))]
async fn list(
    State(app): State<App>,
    who: Shopper,
    Reader(lang): Reader,
) -> ApiResult<Json<Items<Membership>>> {
    let items = members::of_shopper(app.db.read(), who.shopper_id, lang).await?;
    Ok(Json(Items { items }))
}

/// Gives a member number, in place of the one given before: visits that the retailer's till knows of this member are the shopper's from now on.
#[utoipa::path(put, path = "/api/v1/shopper/members/{retailer_id}", tag = "shopper", request_body = MembershipInput,
    params(("retailer_id" = RetailerId, Path, description = "The retailer.")),
    responses(
        (status = 200, body = Membership),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    ))]
async fn link(
    State(app): State<App>,
    who: Shopper,
    seen: Seen,
    Reader(lang): Reader,
    Path(retailer_id): Path<RetailerId>,
    Json(input): Json<MembershipInput>,
) -> ApiResult<Json<Membership>> {
    let member = visit_import::member(&input.number).ok_or_else(|| {
        ApiError::field(
            "number",
            "会員番号は 1〜64 文字で入力してください。",
            "A member number has 1 to 64 characters.",
        )
    })?;
    let now = app.clock.now();
    let hash = member_hash(&app.keys, retailer_id, &member);
    let transaction = app.db.begin_alone().await?;
    if !stores::lock_retailer(&transaction, retailer_id).await? {
        return Err(ProblemKind::NotFound.into());
    }
    if members::link(&transaction, retailer_id, who.shopper_id, &hash, now).await? {
        enter(
            &transaction,
            &who,
            retailer_id,
            Action::MemberLinked,
            &seen,
            now,
        )
        .await?;
    }
    transaction.commit().await?;
    let names = retailers::names(app.db.read(), retailer_id)
        .await?
        .ok_or(ProblemKind::NotFound)?;
    Ok(Json(Membership {
        retailer_id,
        retailer_name: names.get(lang).to_owned(),
        linked_at: members::linked_at(app.db.read(), retailer_id, who.shopper_id)
            .await?
            .unwrap_or(now),
    }))
}

/// Takes the member number back: visits that only the till knows are no longer the shopper's.
#[utoipa::path(delete, path = "/api/v1/shopper/members/{retailer_id}", tag = "shopper",
    params(("retailer_id" = RetailerId, Path, description = "The retailer.")),
    responses(
        (status = 204, description = "There is none now."),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    ))]
async fn unlink(
    State(app): State<App>,
    who: Shopper,
    seen: Seen,
    Path(retailer_id): Path<RetailerId>,
) -> ApiResult<StatusCode> {
    let now = app.clock.now();
    let transaction = app.db.begin_alone().await?;
    stores::lock_retailer(&transaction, retailer_id).await?;
    if members::unlink(&transaction, retailer_id, who.shopper_id).await? {
        enter(
            &transaction,
            &who,
            retailer_id,
            Action::MemberUnlinked,
            &seen,
            now,
        )
        .await?;
    }
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn enter(
    transaction: &impl sea_orm::ConnectionTrait,
    who: &Shopper,
    retailer_id: RetailerId,
    action: Action,
    seen: &Seen,
    now: i64,
) -> ApiResult<()> {
    let entry = Record {
        retailer_id,
        actor: Actor::Shopper(who.shopper_id),
        action,
        subject: who.shopper_id.to_string(),
        store_id: None,
        details: json!({}),
    };
    Ok(audit::enter(transaction, &entry, seen, now).await?)
}
