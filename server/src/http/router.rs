//! The router: the API with its OpenAPI document, made in one place so that no route escapes the document.

use axum::{Router, middleware};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use super::problem;
use crate::{routes, state::App};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Raiten",
        description = "Turns a moment on a phone into a visit to a store, and proves that it did.\n\nProblems are RFC 9457 \
                       documents in the reader's language (`Accept-Language`, or the cookie `raiten_lang`)."
    ),
    components(schemas(app::problem::Problem))
)]
struct Document;

/// Every route of the API with its document. The authorization test walks the document, so a route that is not listed there
/// fails it.
#[must_use]
pub fn api() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        .merge(routes::account::routes())
        .merge(routes::invitations::routes())
        .merge(routes::shopper::routes())
        .merge(routes::offers::routes())
        .merge(routes::wallet::routes())
        .merge(routes::till::routes())
        .merge(routes::stores::routes())
        .merge(routes::campaigns::routes())
        .merge(routes::report::routes())
}

/// The whole server as a service.
pub fn router(app: App) -> Router {
    let (api, _document) = api().split_for_parts();
    api.layer(middleware::from_fn(problem::render))
        .with_state(app)
}
