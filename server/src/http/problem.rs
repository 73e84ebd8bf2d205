//! Writes every refusal as problem details in the reader's language, also those that a layer or axum itself made.

use app::{
    lang::Lang,
    problem::{Problem, ProblemKind},
};
use axum::{
    extract::{MatchedPath, Request},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::headers;
use crate::error::ApiError;

/// The header that carries the request's id.
pub const REQUEST_ID: &str = "x-request-id";

/// The cookie by which a reader chose a language by hand; otherwise `Accept-Language` decides.
pub const LANG_COOKIE: &str = "raiten_lang";

/// The reader's language.
#[must_use]
pub fn lang_of(headers: &HeaderMap) -> Lang {
    let chosen = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == LANG_COOKIE)
        .and_then(|(_, value)| Lang::from_tag(value));
    chosen.unwrap_or_else(|| {
        Lang::negotiate(
            headers
                .get(header::ACCEPT_LANGUAGE)
                .and_then(|v| v.to_str().ok())
                .unwrap_or_default(),
        )
    })
}

/// Turns refusals into problem details; on pages only those that a handler gave as one.
pub async fn render<F>(request: Request, next: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    let lang = lang_of(request.headers());
    let request_id = request
        .headers()
        .get(REQUEST_ID)
        .and_then(|v| v.to_str().ok())
        .map(ToOwned::to_owned);
    // The template: a path may hold the secret of an invitation.
    let route = request.extensions().get::<MatchedPath>().cloned();
    let is_api = headers::is_api(request.uri().path());
    let method = request.method().clone();
    let mut response = next(request).await;
    if !(response.status().is_client_error() || response.status().is_server_error()) {
        return response;
    }
    let error = match response.extensions_mut().remove::<ApiError>() {
        Some(error) => error,
        None if !is_api || is_problem(&response) => return response,
        None => ApiError::new(kind_of(response.status())),
    };
    if let Some(cause) = error.cause() {
        // The alternate form prints the chain of causes; the reader gets the id only.
        tracing::error!(
            request_id = request_id.as_deref().unwrap_or_default(),
            %method,
            route = route.as_ref().map_or("(none)", MatchedPath::as_str),
            cause = format!("{cause:#}"),
            "internal fault"
        );
    }
    let mut problem = error.problem(lang);
    problem.request_id = request_id;
    write(&problem, lang, response.headers())
}

/// A problem as a response, keeping the headers that mean something with a refusal.
fn write(problem: &Problem, lang: Lang, from: &HeaderMap) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = serde_json::to_vec(problem).unwrap_or_default();
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    for name in [header::ALLOW, header::RETRY_AFTER, header::SET_COOKIE] {
        for value in from.get_all(&name) {
            headers.append(&name, value.clone());
        }
    }
    if let Some(seconds) = problem.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    headers.insert(
        header::CONTENT_LANGUAGE,
        HeaderValue::from_static(lang.tag()),
    );
    response
}

fn is_problem(response: &Response) -> bool {
    response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|v| v.as_bytes().starts_with(b"application/problem+json"))
}

/// The kind for a bare status that a layer gave.
const fn kind_of(status: StatusCode) -> ProblemKind {
    match status.as_u16() {
        401 => ProblemKind::NotSignedIn,
        403 => ProblemKind::Forbidden,
        404 => ProblemKind::NotFound,
        405 => ProblemKind::MethodNotAllowed,
        408 | 504 => ProblemKind::TimedOut,
        409 => ProblemKind::Conflict,
        413 => ProblemKind::TooLarge,
        415 => ProblemKind::UnsupportedMediaType,
        422 => ProblemKind::InvalidFields,
        429 => ProblemKind::TooManyRequests,
        503 => ProblemKind::Unavailable,
        500..=599 => ProblemKind::Internal,
        _ => ProblemKind::MalformedRequest,
    }
}
