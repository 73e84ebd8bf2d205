//! What stands before the API: limits on rate, size and time, and the refusal of other sites.

use std::{sync::Arc, time::Duration};

use app::{api::path, problem::ProblemKind};
use axum::{
    Router,
    body::Body,
    extract::DefaultBodyLimit,
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use http::{Request, StatusCode, header};
use tower_governor::{
    GovernorError, GovernorLayer, governor::GovernorConfigBuilder, key_extractor::KeyExtractor,
};
use tower_http::{
    csrf::{CsrfLayer, ProtectionError},
    timeout::TimeoutLayer,
};
use tracing::Instrument;

use super::client::ClientIp;
use crate::{
    db,
    error::ApiError,
    import,
    state::{Options, RateLimit},
};

/// The longest body of a request, bytes, where a route does not say otherwise by a `DefaultBodyLimit` of its own.
pub const BODY_LIMIT: usize = 1024 * 1024;
/// How long a request may take.
pub const TIME_LIMIT: Duration = Duration::from_secs(30);

/// Puts the guards before the routes of the API.
pub(super) fn guard(api: Router, options: &Options) -> Router {
    let api = api
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn(announced))
        // Rendered as `timed-out`; what was begun in a transaction is rolled back.
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            TIME_LIMIT,
        ))
        .layer(middleware::from_fn(to_its_end))
        .layer(other_sites(&options.public_url));
    limit_rate(api, options.rate_limit).layer(middleware::from_fn(received))
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

/// Refuses a body by the length that its head announces: the limit on what is read would wait for it to arrive, and whoever
/// announces much and sends nothing would wait for the time to run out.
async fn announced(request: Request<Body>, next: Next) -> Response {
    let limit = if [path::STORES_IMPORT, path::VISITS_IMPORT].contains(&request.uri().path()) {
        import::MAX_BYTES
    } else {
        BODY_LIMIT
    };
    if announced_length(&request).is_some_and(|length| length > limit as u64) {
        return ApiError::new(ProblemKind::TooLarge).into_response();
    }
    next.run(request).await
}

/// Lets a request that may change something go on to its end although whoever asked has hung up: cut off between two statements,
/// it would leave a connection in the middle of a transaction. The time limit counts all the same.
async fn to_its_end(request: Request<Body>, next: Next) -> Response {
    let is_safe = request.method().is_safe();
    let answered = settle(next.run(request));
    if is_safe {
        return answered.await;
    }
    match tokio::spawn(answered.in_current_span()).await {
        Ok(response) => response,
        Err(error) => match error.try_into_panic() {
            // To where panics of handlers are caught.
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => ApiError::new(ProblemKind::Unavailable).into_response(),
        },
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

fn limit_rate(api: Router, limit: RateLimit) -> Router {
    let config = GovernorConfigBuilder::default()
        .period(Duration::from_secs(1) / limit.per_second.max(1))
        .burst_size(limit.burst.max(1))
        .key_extractor(ByClient)
        .finish();
    let Some(config) = config else {
        // Only for a period or burst of zero, which are raised to one above.
        return api;
    };
    let config = Arc::new(config);
    let limiter = Arc::downgrade(config.limiter());
    tokio::spawn(async move {
        // Forgets addresses that have their whole allowance again, until the server is gone.
        while let Some(limiter) = limiter.upgrade() {
            limiter.retain_recent();
            drop(limiter);
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
    });
    api.layer(GovernorLayer::new(config).error_handler(|error| {
        match error {
            GovernorError::TooManyRequests { wait_time, .. } => {
                ApiError::with(ProblemKind::TooManyRequests, move |_, problem| {
                    problem.retry_after = Some(wait_time.max(1));
                })
                .into_response()
            }
            other => ApiError::internal(anyhow::anyhow!("rate limit: {other}")).into_response(),
        }
    }))
}
