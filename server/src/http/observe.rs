//! What is known of every request: its id, a line in the log, figures for Prometheus. Nothing personal: the template of the
//! route instead of its path, no query, no body, no address.

use std::{
    sync::OnceLock,
    time::{Duration, Instant},
};

use axum::{
    extract::{MatchedPath, Request},
    response::Response,
};
use http::{HeaderValue, Method};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing::Instrument;

use super::{client, problem::REQUEST_ID};
use crate::{random, state::App};

/// The outermost of what happens to a request.
pub(super) async fn observe<F>(
    app: &App,
    mut request: Request,
    next: impl FnOnce(Request) -> F,
) -> Response
where
    F: Future<Output = Response>,
{
    let begun = Instant::now();
    let id = request_id(request.headers().get(REQUEST_ID));
    request.headers_mut().insert(REQUEST_ID, id.clone());
    let peer = client::peer_of(request.extensions());
    let ip = client::client_of(peer, request.headers(), &app.options.trusted_proxies);
    request.extensions_mut().insert(ip);
    let method = method_name(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let id_text = id.to_str().unwrap_or_default().to_owned();
    let span = tracing::info_span!("request", request_id = id_text);

    let mut response = next(request).instrument(span).await;

    response.headers_mut().insert(REQUEST_ID, id);
    let route = route.as_ref().map_or("(page)", MatchedPath::as_str);
    let status = response.status().as_u16();
    let elapsed = begun.elapsed();
    tracing::info!(
        target: "raiten::access",
        request_id = id_text,
        method,
        route,
        status,
        ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
        "request"
    );
    count(method, route, status, elapsed);
    response
}

fn count(method: &'static str, route: &str, status: u16, elapsed: Duration) {
    let labels = [
        ("method", method.to_owned()),
        ("route", route.to_owned()),
        ("status", status.to_string()),
    ];
    metrics::counter!("raiten_http_requests_total", &labels).increment(1);
    metrics::histogram!(
        "raiten_http_request_seconds",
        "method" => method,
        "route" => route.to_owned()
    )
    .record(elapsed.as_secs_f64());
}

/// The caller's id if it is one (8 to 64 letters, digits, `-`, `_`), else a new one.
fn request_id(given: Option<&HeaderValue>) -> HeaderValue {
    let is_good = |value: &&HeaderValue| {
        (8..=64).contains(&value.len())
            && value
                .as_bytes()
                .iter()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    if let Some(value) = given.filter(is_good) {
        return value.clone();
    }
    let id = hex::encode(random::mark::<16>());
    // Hexadecimal digits are a valid header; the fallback is unreachable.
    HeaderValue::from_str(&id).unwrap_or(HeaderValue::from_static("00000000"))
}

/// A method's name, strangers' inventions under one name so that they cannot fill the memory with labels.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}

/// The recorder of this process; the first call installs it.
pub(super) fn prometheus() -> Option<&'static PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let built = PrometheusBuilder::new()
                .set_buckets_for_metric(
                    Matcher::Suffix("_seconds".to_owned()),
                    &[
                        0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0,
                    ],
                )
                .and_then(|builder| {
                    builder.set_buckets_for_metric(
                        Matcher::Full("raiten_group_commit_size".to_owned()),
                        &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0],
                    )
                })
                .and_then(PrometheusBuilder::install_recorder);
            match built {
                Ok(handle) => Some(handle),
                Err(error) => {
                    tracing::warn!(cause = %error, "no metrics: another recorder is installed");
                    None
                }
            }
        })
        .as_ref()
}

#[cfg(test)]
mod tests {
    use super::request_id;
    use http::HeaderValue;

    #[test]
    fn keeps_good_ids_and_replaces_bad_ones() {
        let good = HeaderValue::from_static("abc-DEF_0123");
        assert_eq!(request_id(Some(&good)), good);
        for bad in ["short", "has blank in it", "line\tbreak-1234567"] {
            let bad = HeaderValue::from_static(bad);
            let made = request_id(Some(&bad));
            assert_ne!(made, bad);
            assert_eq!(made.len(), 32);
        }
        assert_ne!(request_id(None), request_id(None));
    }
}
