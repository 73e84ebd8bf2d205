//! The router: the API with its OpenAPI document, made in one place so that no route escapes the document.

use std::any::Any;

use ::app::problem::ProblemKind;
use axum::{
    Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
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
        .merge(routes::places::routes())
        .merge(routes::offers::routes())
        .merge(routes::draws::routes())
        .merge(routes::wallet::routes())
        .merge(routes::till::routes())
        .merge(routes::stamps::routes())
        .merge(routes::presence::routes())
        .merge(routes::stores::routes())
        .merge(routes::campaigns::routes())
        .merge(routes::coupons::routes())
        .merge(routes::report::routes())
        .merge(routes::holdout::routes())
        .merge(routes::lift::routes())
        .merge(routes::visits::routes())
        .merge(routes::api_keys::routes())
        .merge(routes::goals::routes())
        .merge(routes::learning::routes())
        .merge(routes::members::routes())
        .merge(routes::history::routes())
        .merge(routes::contact::routes())
        .merge(routes::announcements::routes())
        .merge(routes::shared::routes())
        .merge(routes::links::routes())
        .merge(routes::ratings::routes())
        .merge(routes::timeline::routes())
        .merge(routes::audit::routes())
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
    let api = guard::guard(api.with_state(app.clone()), &app);
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
    let outside = Outside { app, policies };
    api.merge(docs.layer(CompressionLayer::new()))
        .merge(run)
        .fallback(move |request: Request| async move {
            if headers::is_api(request.uri().path()) {
                ApiError::new(ProblemKind::NotFound).into_response()
            } else {
                web.answer(&request)
            }
        })
        // One layer, the first of it outermost: each layer of a router copies all that is below it for every request.
        .layer((
            middleware::from_fn_with_state(outside, around),
            CatchPanicLayer::custom(|_: Box<dyn Any + Send>| {
                // The panic hook has printed where; the request's line in the log has the id.
                ApiError::internal(anyhow::anyhow!("a handler panicked")).into_response()
            }),
        ))
}

#[derive(Clone)]
struct Outside {
    app: App,
    policies: Policies,
}

/// What happens to every request and answer.
async fn around(State(outside): State<Outside>, request: Request, next: Next) -> Response {
    let Outside { app, policies } = &outside;
    observe::observe(app, request, |request| {
        headers::secure(policies, request, |request| {
            problem::render(request, |request| next.run(request))
        })
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use axum::{Router, body::Body, extract::Request, response::Response};
    use http::{StatusCode, header};
    use tower::ServiceExt;

    use super::router;
    use crate::{
        clock::Clock,
        db::connect,
        http::web::Web,
        keys::Keys,
        state::{App, Options, Parts, RateLimit},
    };

    async fn service(public_url: &str, burst: u32) -> anyhow::Result<Router> {
        let db = connect("sqlite::memory:").await?;
        let app = App::new(Parts {
            places: crate::places::Keeper::load(&db, 0).await?,
            db,
            clock: Clock::manual(1_800_000_000_000),
            keys: Keys::from_hex(&Keys::generate_hex())?,
            push: crate::push::Push::for_tests()?,
            mail: None,
            line: None,
            in_flight: crate::http::once::InFlight::default(),
            options: Options {
                public_url: public_url.to_owned(),
                trusted_proxies: Vec::new(),
                metrics_from: Vec::new(),
                rate_limit: RateLimit {
                    per_second: 1,
                    burst,
                },
                demo_logins: true,
            },
        });
        let page = "<script>start()</script>".to_owned();
        Ok(router(
            app,
            Web::from_files(vec![("index.html".to_owned(), page.into())]),
        ))
    }

    async fn ask(
        service: &Router,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> anyhow::Result<Response> {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Ok(service
            .clone()
            .oneshot(request.body(Body::empty())?)
            .await?)
    }

    async fn problem(response: Response) -> anyhow::Result<::app::problem::Problem> {
        assert_eq!(
            response.headers()[header::CONTENT_TYPE],
            "application/problem+json"
        );
        let body = axum::body::to_bytes(response.into_body(), 10_000).await?;
        Ok(serde_json::from_slice(&body)?)
    }

    #[tokio::test]
    async fn every_refusal_of_the_api_is_a_problem_in_the_readers_language() -> anyhow::Result<()> {
        let service = service("http://localhost", 100).await?;
        let english = ("accept-language", "en");
        for (method, path, headers, kind) in [
            ("GET", "/api/v1/nothing", vec![english], "not-found"),
            ("DELETE", "/api/v1/me", vec![english], "method-not-allowed"),
            ("GET", "/api/v1/me", vec![english], "not-signed-in"),
            (
                "POST",
                "/api/v1/login",
                vec![english],
                "unsupported-media-type",
            ),
            (
                "POST",
                "/api/v1/login",
                vec![english, ("content-type", "application/json")],
                "malformed-request",
            ),
            (
                "POST",
                "/api/v1/logout",
                vec![
                    english,
                    ("origin", "https://evil.example"),
                    ("host", "localhost"),
                ],
                "cross-site",
            ),
            (
                "POST",
                "/api/v1/logout",
                vec![
                    english,
                    ("sec-fetch-site", "same-site"),
                    ("host", "localhost"),
                ],
                "cross-site",
            ),
        ] {
            let response = ask(&service, method, path, &headers).await?;
            let id = response.headers()["x-request-id"].to_str()?.to_owned();
            assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
            assert_eq!(response.headers()[header::CONTENT_LANGUAGE], "en");
            let problem = problem(response).await?;
            assert_eq!(problem.kind, format!("/problems/{kind}"), "{method} {path}");
            assert_eq!(problem.request_id, Some(id));
        }
        Ok(())
    }

    #[tokio::test]
    async fn an_own_page_behind_a_proxy_is_no_other_site() -> anyhow::Result<()> {
        let service = service("https://raiten.example", 100).await?;
        let headers = [
            ("origin", "https://raiten.example"),
            ("host", "10.0.0.1:3000"),
        ];
        let response = ask(&service, "POST", "/api/v1/logout", &headers).await?;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        assert!(
            response
                .headers()
                .contains_key(header::STRICT_TRANSPORT_SECURITY)
        );
        Ok(())
    }

    #[tokio::test]
    async fn limits_the_rate_of_the_api_but_not_of_pages() -> anyhow::Result<()> {
        let service = service("http://localhost", 3).await?;
        for _ in 0..3 {
            let response = ask(&service, "GET", "/api/v1/me", &[]).await?;
            assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        }
        let refused = ask(&service, "GET", "/api/v1/me", &[]).await?;
        assert!(refused.headers().contains_key(header::RETRY_AFTER));
        let problem = problem(refused).await?;
        assert_eq!(problem.kind, "/problems/too-many-requests");
        assert!(problem.retry_after.is_some());
        let page = ask(&service, "GET", "/wallet", &[]).await?;
        assert_eq!(page.status(), StatusCode::OK);
        Ok(())
    }

    #[tokio::test]
    async fn a_page_may_run_its_own_inline_script_only() -> anyhow::Result<()> {
        let service = service("http://localhost", 3).await?;
        let page = ask(&service, "GET", "/", &[]).await?;
        let policy = page.headers()[header::CONTENT_SECURITY_POLICY].to_str()?;
        assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval' 'sha256-"));
        assert!(!policy.contains("unsafe-inline"));
        Ok(())
    }

    #[tokio::test]
    async fn figures_are_for_the_networks_named() -> anyhow::Result<()> {
        let service = service("http://localhost", 3).await?;
        let response = ask(&service, "GET", "/metrics", &[]).await?;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        Ok(())
    }

    #[test]
    fn documents_every_path_and_no_other() {
        let named: BTreeSet<&str> = include_str!("../../../app/src/api/path.rs")
            .lines()
            .filter(|line| line.starts_with("pub const ") && !line.contains("BASE:"))
            .filter_map(|line| line.split('"').nth(1))
            .collect();
        let document = super::document();
        let documented: BTreeSet<&str> = document.paths.paths.keys().map(String::as_str).collect();
        assert_eq!(documented, named);
    }
}
