//! What handlers take: axum's extractors, refusing with problems of ours.

use app::{lang::Lang, problem::ProblemKind};
use axum::{
    extract::{
        FromRequest, FromRequestParts, Request,
        rejection::{JsonRejection, PathRejection, QueryRejection},
    },
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header::CONTENT_TYPE, request::Parts};
use serde::Serialize;

use super::problem::lang_of;
use crate::error::ApiError;

/// The reader's language.
#[derive(Clone, Copy, Debug)]
pub struct Reader(pub Lang);

impl<S: Sync> FromRequestParts<S> for Reader {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(lang_of(&parts.headers)))
    }
}

const APPLICATION_JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A JSON body.
#[derive(Clone, Copy, Debug, Default)]
pub struct Json<T>(pub T);

impl<T, S> FromRequest<S> for Json<T>
where
    axum::Json<T>: FromRequest<S, Rejection = JsonRejection>,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(JsonRejection::MissingJsonContentType(_)) => {
                Err(ProblemKind::UnsupportedMediaType.into())
            }
            Err(rejection) if rejection.status().as_u16() == 413 => {
                Err(ProblemKind::TooLarge.into())
            }
            // serde's sentence names field, line and column, and repeats no more than what was sent.
            Err(rejection) => Err(malformed(&rejection.body_text())),
        }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        // Into a vector, which takes the many small pieces of JSON in half the time of what axum writes into.
        match serde_json::to_vec(&self.0) {
            Ok(body) => ([(CONTENT_TYPE, APPLICATION_JSON)], body).into_response(),
            Err(error) => ApiError::internal(anyhow::Error::new(error)).into_response(),
        }
    }
}

/// Path parameters. What is no id at all cannot be found.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<T, S> FromRequestParts<S> for Path<T>
where
    axum::extract::Path<T>: FromRequestParts<S, Rejection = PathRejection>,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(_) => Err(ProblemKind::NotFound.into()),
        }
    }
}

/// Query parameters.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<T, S> FromRequestParts<S> for Query<T>
where
    axum::extract::Query<T>: FromRequestParts<S, Rejection = QueryRejection>,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match axum::extract::Query::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(rejection) => Err(malformed(&rejection.body_text())),
        }
    }
}

fn malformed(what: &str) -> ApiError {
    let what = what.to_owned();
    ApiError::with(ProblemKind::MalformedRequest, move |_, problem| {
        problem.detail = format!("{} ({what})", problem.detail);
    })
}
