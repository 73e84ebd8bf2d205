//! Visits that the retailer's own till knows: files of them, what was imported, and taking a whole import back.

use app::{
    api::{
        Items,
        retailer::{VisitImport, VisitImportReport},
    },
    audit::Action,
    id::ImportId,
    problem::{Problem, ProblemKind},
};
use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, State},
};
use http::HeaderMap;
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::stores::{How, invalid_file, is_file};
use crate::{
    db::{
        audit::{self, Actor, Record, Seen},
        stores, visit_imports,
    },
    error::ApiResult,
    http::{
        authority::Owner,
        extract::{Json, Path, Query, Reader},
    },
    import,
    state::App,
};

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    let files = OpenApiRouter::new()
        .routes(routes!(import_visits))
        .layer(DefaultBodyLimit::max(import::MAX_BYTES));
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(undo))
        .merge(files)
}

/// Imports visits from a CSV file in UTF-8 or Shift_JIS. The first line names the columns: `member`, `store` (its id or the retailer's number for it) and
/// `time` are needed, `yen` and `receipt` are read too; the usual Japanese names do as well. What is known already is passed over. With
/// anything wrong, nothing is imported.
#[utoipa::path(
    post,
    path = "/api/v1/retailer/visits/import",
    tag = "visits",
    params(How),
    request_body(
        description = "The file as it is, at most 20 MB and 100,000 rows.",
        content((String = "text/csv"), (Vec<u8> = "application/octet-stream"))
    ),
    responses(
        (status = 200, body = VisitImportReport),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The file has errors, listed in `lines`; nothing was imported.", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn import_visits(
    State(app): State<App>,
    owner: Owner,
    Reader(lang): Reader,
    seen: Seen,
    Query(how): Query<How>,
    headers: HeaderMap,
    file: Bytes,
) -> ApiResult<Json<VisitImportReport>> {
    if !is_file(&headers) {
        return Err(ProblemKind::UnsupportedMediaType.into());
    }
    let outcome = import::visits::import(
        (&app.db, &app.keys),
        (owner.retailer_id, Actor::Account(owner.account_id), &seen),
        file,
        how.dry_run,
        app.clock.now(),
        |_| {},
    )
    .await?;
    if outcome.problem_count > 0 && !how.dry_run {
        return Err(invalid_file(outcome.problems, outcome.problem_count));
    }
    Ok(Json(outcome.report(lang)))
}

/// What was imported, the newest first.
#[utoipa::path(get, path = "/api/v1/retailer/visits/imports", tag = "visits",
    responses(
        (status = 200, body = Items<VisitImport>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    ))]
async fn list(State(app): State<App>, owner: Owner) -> ApiResult<Json<Items<VisitImport>>> {
    let items = visit_imports::list(app.db.read(), owner.retailer_id, None).await?;
    Ok(Json(Items { items }))
}

/// Takes a whole import back: visits that nothing else shows are no more. Undoing what is undone changes nothing.
#[utoipa::path(post, path = "/api/v1/retailer/visits/imports/{import_id}/undo", tag = "visits",
    params(("import_id" = ImportId, Path, description = "The import.")),
    responses(
        (status = 200, body = VisitImport),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
async fn undo(
    State(app): State<App>,
    owner: Owner,
    seen: Seen,
    Path(import_id): Path<ImportId>,
) -> ApiResult<Json<VisitImport>> {
    let (retailer_id, now) = (owner.retailer_id, app.clock.now());
    let transaction = app.db.begin_alone().await?;
    stores::lock_retailer(&transaction, retailer_id).await?;
    let done = visit_imports::undo(&transaction, retailer_id, import_id, now).await?;
    let undone = visit_imports::find(&transaction, retailer_id, import_id)
        .await?
        .ok_or(ProblemKind::NotFound)?;
    if done {
        let entry = Record {
            retailer_id,
            actor: Actor::Account(owner.account_id),
            action: Action::VisitImportUndone,
            subject: import_id.to_string(),
            store_id: None,
            details: json!({ "imported": undone.visits }),
        };
        audit::enter(&transaction, &entry, &seen, now).await?;
    }
    transaction.commit().await?;
    Ok(Json(undone))
}
