//! A retailer's stores: by form and from a file.

use app::{
    api::retailer::{ImportReport, Store, StoreInput, StorePage},
    audit::Action,
    id::StoreId,
    problem::{Problem, ProblemKind},
    store::{self, CheckedStore},
};
use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, State},
};
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    db::{
        audit::{self, Actor, Record, Seen},
        stores,
    },
    error::{ApiError, ApiResult, LocalText},
    http::{
        authority::Owner,
        extract::{Json, Path, Query, Reader},
    },
    import::{self, ImportError},
    new_id,
    state::App,
};

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    let import = OpenApiRouter::new()
        .routes(routes!(import_stores))
        .layer(DefaultBodyLimit::max(import::MAX_BYTES));
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update))
        .merge(import)
}

/// Which part of the stores.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Part {
    /// Only stores whose name, number or address holds this.
    q: Option<String>,
    /// The `next` of the part before.
    #[param(value_type = Option<String>)]
    after: Option<StoreId>,
    /// How many at most, 1 to 1,000; 200 unless told.
    limit: Option<u64>,
}

/// The retailer's stores by name, part by part.
#[utoipa::path(
    get,
    path = "/api/v1/retailer/stores",
    tag = "stores",
    params(Part),
    responses(
        (status = 200, body = StorePage),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn list(
    State(app): State<App>,
    owner: Owner,
    Query(part): Query<Part>,
) -> ApiResult<Json<StorePage>> {
    let limit = part.limit.unwrap_or(200).clamp(1, 1_000);
    let page = stores::page(
        app.db.scan(),
        owner.retailer_id,
        part.q.as_deref(),
        part.after,
        limit,
    )
    .await?;
    Ok(Json(page))
}

/// Enters a store.
#[utoipa::path(
    post,
    path = "/api/v1/retailer/stores",
    tag = "stores",
    request_body = StoreInput,
    responses(
        (status = 201, body = Store),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "There is a store of this name at this very position.", body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn create(
    State(app): State<App>,
    owner: Owner,
    seen: Seen,
    Json(input): Json<StoreInput>,
) -> ApiResult<(StatusCode, Json<Store>)> {
    let checked = check(&input)?;
    let now = app.clock.now();
    let store_id = new_id!(StoreId, now);
    let transaction = app.db.begin().await?;
    // Waits for an import or another form under way, so that pressing the button twice makes one store.
    stores::lock_retailer(&transaction, owner.retailer_id).await?;
    if stores::same(&transaction, owner.retailer_id, &checked)
        .await?
        .is_some()
    {
        return Err(there_already());
    }
    stores::insert(&transaction, owner.retailer_id, store_id, &checked, now).await?;
    let made = stores::find(&transaction, owner.retailer_id, store_id)
        .await?
        .ok_or(ProblemKind::Internal)?;
    let entry = Record {
        details: json!({ "name": made.name }),
        ..record(&owner, Action::StoreCreated, &made, &made)
    };
    audit::enter(&transaction, &entry, &seen, now).await?;
    transaction.commit().await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// One store.
#[utoipa::path(
    get,
    path = "/api/v1/retailer/stores/{store_id}",
    tag = "stores",
    params(("store_id" = String, Path, description = "The store.")),
    responses(
        (status = 200, body = Store),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn get(
    State(app): State<App>,
    owner: Owner,
    Path(store_id): Path<StoreId>,
) -> ApiResult<Json<Store>> {
    stores::find(app.db.read(), owner.retailer_id, store_id)
        .await?
        .map(Json)
        .ok_or_else(|| ProblemKind::NotFound.into())
}

/// Changes a store.
#[utoipa::path(
    put,
    path = "/api/v1/retailer/stores/{store_id}",
    tag = "stores",
    params(("store_id" = String, Path, description = "The store.")),
    request_body = StoreInput,
    responses(
        (status = 200, body = Store),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Another store of this name is at this very position.", body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn update(
    State(app): State<App>,
    owner: Owner,
    seen: Seen,
    Path(store_id): Path<StoreId>,
    Json(input): Json<StoreInput>,
) -> ApiResult<Json<Store>> {
    // Another tenant's id is not found, whatever the body says.
    let before = stores::find(app.db.read(), owner.retailer_id, store_id)
        .await?
        .ok_or(ProblemKind::NotFound)?;
    let checked = check(&input)?;
    let transaction = app.db.begin().await?;
    stores::lock_retailer(&transaction, owner.retailer_id).await?;
    let same = stores::same(&transaction, owner.retailer_id, &checked).await?;
    if same.is_some_and(|other| other != store_id) {
        return Err(there_already());
    }
    let store = stores::update(&transaction, owner.retailer_id, store_id, &checked)
        .await?
        .ok_or(ProblemKind::NotFound)?;
    let entry = record(&owner, Action::StoreChanged, &before, &store);
    audit::enter(&transaction, &entry, &seen, app.clock.now()).await?;
    transaction.commit().await?;
    Ok(Json(store))
}

/// What the audit log says of a store that was one thing and is another.
fn record(owner: &Owner, action: Action, before: &Store, after: &Store) -> Record {
    Record {
        retailer_id: owner.retailer_id,
        actor: Actor::Account(owner.account_id),
        action,
        subject: after.store_id.to_string(),
        store_id: Some(after.store_id),
        details: audit::changes(before, after),
    }
}

/// How to import.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct How {
    /// `true`: only says what would happen, and lists in `errors` what is wrong.
    #[serde(default)]
    pub(super) dry_run: bool,
}

/// Imports stores from a CSV file in UTF-8 (with or without a mark) or Shift_JIS. The first line names the columns: `name`, `lat` and `lng`
/// are needed, `external_id` and `address` are read too, others are passed over; the usual Japanese names do as well. Exact
/// repeats are skipped, near ones imported and flagged. With anything wrong, nothing is imported.
#[utoipa::path(
    post,
    path = "/api/v1/retailer/stores/import",
    tag = "stores",
    params(How),
    request_body(
        description = "The file as it is, at most 20 MB and 100,000 rows.",
        content((String = "text/csv"), (Vec<u8> = "application/octet-stream"))
    ),
    responses(
        (status = 200, body = ImportReport),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The file has errors, listed in `lines`; nothing was imported.", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn import_stores(
    State(app): State<App>,
    owner: Owner,
    Reader(lang): Reader,
    seen: Seen,
    Query(how): Query<How>,
    headers: HeaderMap,
    file: Bytes,
) -> ApiResult<Json<ImportReport>> {
    if !is_file(&headers) {
        return Err(ProblemKind::UnsupportedMediaType.into());
    }
    let outcome = import::import(
        &app.db,
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

/// Whether the body says that it is a file. Others are refused so that a form on another site cannot send one.
pub(super) fn is_file(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.split(';').next())
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    matches!(kind.as_str(), "text/csv" | "application/octet-stream")
}

pub(super) fn invalid_file(problems: Vec<import::Problem>, all: u64) -> ApiError {
    ApiError::with(ProblemKind::InvalidFile, move |lang, problem| {
        problem.lines = problems.iter().map(|p| p.in_lang(lang)).collect();
        let listed = problems.len() as u64;
        if listed < all {
            let more = LocalText::new(
                format!("（{all} 件のうち最初の {listed} 件）"),
                format!(" (The first {listed} of {all}.)"),
            );
            problem.detail.push_str(more.get(lang));
        }
    })
}

impl From<ImportError> for ApiError {
    fn from(error: ImportError) -> Self {
        // The tenant comes from the session, so that even an unknown retailer is a fault of ours.
        Self::internal(error)
    }
}

fn check(input: &StoreInput) -> ApiResult<CheckedStore> {
    store::check(input).map_err(|problems| {
        ApiError::fields(
            ProblemKind::InvalidFields,
            problems
                .into_iter()
                .map(|p| (p.field.to_owned(), LocalText::new(p.text.ja, p.text.en)))
                .collect(),
        )
    })
}

fn there_already() -> ApiError {
    ApiError::fields(
        ProblemKind::Conflict,
        vec![(
            "name".to_owned(),
            LocalText::new(
                "同じ名前の店舗が同じ位置にすでにあります。",
                "There is a store of this name at this very position already.",
            ),
        )],
    )
}
