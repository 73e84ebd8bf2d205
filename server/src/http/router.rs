//! The router: the API with its OpenAPI document, made in one place so that no route escapes the document.

use std::any::Any;

use ::app::problem::ProblemKind;
use axum::{Router, extract::Request, middleware, response::IntoResponse, routing::get};
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::SwaggerUi;

use super::{
    guard,
    headers::{self, Policies},
    health, observe, problem,
    web::Web,
};
use crate::{error::ApiError, routes, state::App};

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

/// The OpenAPI document of every route.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = api().into_openapi();
    env!("CARGO_PKG_VERSION").clone_into(&mut document.info.version);
    document
}

/// The whole server as a service. Call it inside a runtime: it keeps house over its rate limits.
pub fn router(app: App, web: Web) -> Router {
    // Installed before the first request is counted.
    let _ = observe::prometheus();
    let policies = Policies::new(&web.inline_scripts(), app.secure_cookies());
    let (api, _) = api().split_for_parts();
    let api = guard::guard(api.with_state(app.clone()), &app.options);
    let docs = Router::from(
        SwaggerUi::new("/api/docs")
            .url("/api/openapi.json", document())
            // Otherwise the page shows the badge of a service elsewhere.
            .config(utoipa_swagger_ui::Config::default().validator_url("none")),
    );
    let run = Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::figures))
        .with_state(app.clone());
    // The last layer is the outermost.
    api.merge(docs)
        .layer(CompressionLayer::new())
        .merge(run)
        .fallback(move |request: Request| async move {
            if headers::is_api(request.uri().path()) {
                ApiError::new(ProblemKind::NotFound).into_response()
            } else {
                web.answer(&request)
            }
        })
        .layer(CatchPanicLayer::custom(|_: Box<dyn Any + Send>| {
            // The panic hook has printed where; the request's line in the log has the id.
            ApiError::internal(anyhow::anyhow!("a handler panicked")).into_response()
        }))
        .layer(middleware::from_fn(problem::render))
        .layer(middleware::from_fn_with_state(policies, headers::secure))
        .layer(middleware::from_fn_with_state(app, observe::observe))
}
