//! What stands before the API: limits on rate, size and time, and the refusal of other sites.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use app::{api::path, problem::ProblemKind};
use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use http::{Request, header};
use tokio::runtime::Handle;
use tower::util::option_layer;
use tower_governor::{
    GovernorError, GovernorLayer, governor::GovernorConfigBuilder, key_extractor::KeyExtractor,
};
use tower_http::{
    compression::CompressionLayer,
    csrf::{CsrfLayer, ProtectionError},
};
use tracing::Instrument;

use super::{client::ClientIp, places};
use crate::{db, error::ApiError, import, state::App};

/// The longest body of a request, bytes, where a route does not say otherwise by a `DefaultBodyLimit` of its own.
pub const BODY_LIMIT: usize = 1024 * 1024;
/// How long a request may take.
pub const TIME_LIMIT: Duration = Duration::from_secs(30);

/// Puts the guards before the routes of the API, the first of them outermost. They are one layer: each layer of a router copies all that is below it
/// for every request.
pub(super) fn guard(api: Router, app: &App) -> Router {
    let limit = app.options.rate_limit;
    let rate = GovernorConfigBuilder::default()
        .period(Duration::from_secs(1) / limit.per_second.max(1))
        .burst_size(limit.burst.max(1))
        .key_extractor(ByClient)
        // `None` only for a period or burst of zero, which are raised to one here.
        .finish()
        .map(Arc::new);
    if let Some(config) = &rate {
        let limiter = Arc::downgrade(config.limiter());
        tokio::spawn(async move {
            // Forgets addresses that have their whole allowance again, until the server is gone.
            while let Some(limiter) = limiter.upgrade() {
                limiter.retain_recent();
                drop(limiter);
                tokio::time::sleep(Duration::from_secs(60)).await;
            }
        });
    }
    let rate = rate.map(|config| GovernorLayer::new(config).error_handler(too_often));
    api.layer((
        CompressionLayer::new(),
        middleware::from_fn(received),
        option_layer(rate),
        other_sites(&app.options.public_url),
        middleware::from_fn_with_state(app.clone(), inside),
        DefaultBodyLimit::max(BODY_LIMIT),
    ))
}

/// What stands directly before a handler.
async fn inside(State(app): State<App>, request: Request<Body>, next: Next) -> Response {
    if announces_too_much(&request) {
        return ApiError::new(ProblemKind::TooLarge).into_response();
    }
    let is_safe = request.method().is_safe();
    let work = settle(in_time(app, request, next));
    if is_safe {
        return work.await;
    }
    ToItsEnd(Some(Box::pin(work))).await
}

/// What was begun in a transaction and takes too long is rolled back.
async fn in_time(app: App, request: Request<Body>, next: Next) -> Response {
    let may_change = places::may_change(&request);
    let work = async {
        let answer = next.run(request).await;
        if may_change && answer.status().is_success() {
            app.places.changed(&app.db, app.clock.now()).await;
        }
        answer
    };
    tokio::time::timeout(TIME_LIMIT, work)
        .await
        .unwrap_or_else(|_| ApiError::new(ProblemKind::TimedOut).into_response())
}

/// Takes in a body of a length that is allowed everywhere before anything looks at the request: a refusal that leaves while whoever
/// asks is still sending closes the connection, and may be lost with it. Routes without a login read as much.
async fn received(request: Request<Body>, next: Next) -> Response {
    let is_short = announced_length(&request).is_some_and(|length| length <= BODY_LIMIT as u64);
    if !is_short {
        return next.run(request).await;
    }
    let (head, body) = request.into_parts();
    match tokio::time::timeout(TIME_LIMIT, axum::body::to_bytes(body, BODY_LIMIT)).await {
        Ok(Ok(body)) => next.run(Request::from_parts(head, body.into())).await,
        // Nobody is there any more to read it.
        Ok(Err(_)) => ApiError::new(ProblemKind::MalformedRequest).into_response(),
        Err(_) => ApiError::new(ProblemKind::TimedOut).into_response(),
    }
}

/// How many bytes the head says will follow it.
fn announced_length(request: &Request<Body>) -> Option<u64> {
    let length = request.headers().get(header::CONTENT_LENGTH)?;
    length.to_str().ok()?.parse().ok()
}

/// Whether a body is refused by the length that its head announces: the limit on what is read would wait for it to arrive, and whoever
/// announces much and sends nothing would wait for the time to run out.
fn announces_too_much(request: &Request<Body>) -> bool {
    let limit = if [path::STORES_IMPORT, path::VISITS_IMPORT].contains(&request.uri().path()) {
        import::MAX_BYTES
    } else {
        BODY_LIMIT
    };
    announced_length(request).is_some_and(|length| length > limit as u64)
}

/// Lets what may change something go on to its end although whoever asked has hung up: cut off between two statements, it would leave a connection in
/// the middle of a transaction. The time limit counts all the same.
struct ToItsEnd<F>(Option<Pin<Box<F>>>)
where
    F: Future<Output = Response> + Send + 'static;

impl<F> Future for ToItsEnd<F>
where
    F: Future<Output = Response> + Send + 'static,
{
    type Output = Response;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Response> {
        // Not there while it runs: a panic ends it.
        let Some(mut work) = self.0.take() else {
            return Poll::Pending;
        };
        let polled = work.as_mut().poll(context);
        if polled.is_pending() {
            self.0 = Some(work);
        }
        polled
    }
}

impl<F> Drop for ToItsEnd<F>
where
    F: Future<Output = Response> + Send + 'static,
{
    fn drop(&mut self) {
        if let (Some(work), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(work.in_current_span());
        }
    }
}

/// No answer leaves before what it rests on is on the disk.
async fn settle(answer: impl Future<Output = Response>) -> Response {
    match db::settled(answer).await {
        Ok(response) => response,
        Err(error) => ApiError::from(error).into_response(),
    }
}

/// Refuses requests that change something and come from another site (`Sec-Fetch-Site`, else `Origin`).
fn other_sites(
    public_url: &str,
) -> CsrfLayer<impl Fn(ProtectionError) -> Response<Body> + Clone + use<>> {
    let layer = CsrfLayer::new();
    // A proxy may change `Host`: the public address is ours all the same.
    let layer = layer
        .add_trusted_origin(public_url)
        .unwrap_or_else(|error| {
            tracing::warn!(cause = %error, "the public address is no origin");
            CsrfLayer::new()
        });
    layer.with_rejection_response(|_: ProtectionError| {
        ApiError::new(ProblemKind::CrossSite).into_response()
    })
}

/// Counts by client address.
#[derive(Clone, Copy, Debug)]
struct ByClient;

impl KeyExtractor for ByClient {
    type Key = std::net::IpAddr;

    fn name(&self) -> &'static str {
        "client"
    }

    fn extract<T>(&self, request: &Request<T>) -> Result<Self::Key, GovernorError> {
        request
            .extensions()
            .get::<ClientIp>()
            .map(|ip| ip.network())
            .ok_or(GovernorError::UnableToExtractKey)
    }
}

/// What a client that asks too often is told.
fn too_often(error: GovernorError) -> Response {
    match error {
        GovernorError::TooManyRequests { wait_time, .. } => {
            ApiError::with(ProblemKind::TooManyRequests, move |_, problem| {
                problem.retry_after = Some(wait_time.max(1));
            })
            .into_response()
        }
        other => ApiError::internal(anyhow::anyhow!("rate limit: {other}")).into_response(),
    }
}
