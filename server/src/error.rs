//! What a handler answers when it cannot do what was asked: an [`ApiError`] becomes problem details (RFC 9457) in the reader's
//! language. Faults of ours are logged with their cause and sent without it.

use std::{fmt, sync::Arc};

use app::{
    campaign::FieldProblem,
    lang::Lang,
    problem::{FieldError, Problem, ProblemKind},
};
use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::db::trouble::{self, Trouble};

type Fill = Arc<dyn Fn(Lang, &mut Problem) + Send + Sync>;

/// The reasoned no of a handler.
#[derive(Clone)]
pub struct ApiError {
    /// What is wrong.
    pub kind: ProblemKind,
    fill: Option<Fill>,
    cause: Option<Arc<anyhow::Error>>,
}

/// What handlers return.
pub type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    /// A problem with its kind's own sentences.
    #[must_use]
    pub fn new(kind: ProblemKind) -> Self {
        Self {
            kind,
            fill: None,
            cause: None,
        }
    }

    /// A problem with members of its own; `fill` is called with the reader's language.
    #[must_use]
    pub fn with(
        kind: ProblemKind,
        fill: impl Fn(Lang, &mut Problem) + Send + Sync + 'static,
    ) -> Self {
        Self {
            fill: Some(Arc::new(fill)),
            ..Self::new(kind)
        }
    }

    /// Fields that break a rule, each reason in both languages.
    #[must_use]
    pub fn fields(kind: ProblemKind, errors: Vec<(String, LocalText)>) -> Self {
        Self::with(kind, move |lang, problem| {
            problem.errors = errors
                .iter()
                .map(|(field, reason)| FieldError {
                    field: field.clone(),
                    reason: reason.get(lang).to_owned(),
                })
                .collect();
        })
    }

    /// What `app` found wrong, field by field.
    #[must_use]
    pub fn checked(kind: ProblemKind, problems: Vec<FieldProblem>) -> Self {
        let text = |p: FieldProblem| (p.field, LocalText::new(p.ja, p.en));
        Self::fields(kind, problems.into_iter().map(text).collect())
    }

    /// One field that breaks a rule.
    #[must_use]
    pub fn field(field: &str, ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self::fields(
            ProblemKind::InvalidFields,
            vec![(field.to_owned(), LocalText::new(ja, en))],
        )
    }

    /// A fault of ours: the cause goes to the log, never to the reader.
    #[must_use]
    pub fn internal(cause: impl Into<anyhow::Error>) -> Self {
        Self {
            cause: Some(Arc::new(cause.into())),
            ..Self::new(ProblemKind::Internal)
        }
    }

    /// The problem in a language.
    #[must_use]
    pub fn problem(&self, lang: Lang) -> Problem {
        let mut problem = Problem::new(self.kind, lang);
        if let Some(fill) = &self.fill {
            fill(lang, &mut problem);
        }
        problem
    }

    /// What went wrong inside, for the log.
    #[must_use]
    pub fn cause(&self) -> Option<&anyhow::Error> {
        self.cause.as_deref()
    }
}

/// A sentence in both languages, made at run time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalText {
    /// 日本語.
    pub ja: String,
    /// English.
    pub en: String,
}

impl LocalText {
    /// Both languages.
    pub fn new(ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            ja: ja.into(),
            en: en.into(),
        }
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ja => &self.ja,
            Lang::En => &self.en,
        }
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("kind", &self.kind)
            .field("cause", &self.cause)
            .finish_non_exhaustive()
    }
}

impl From<ProblemKind> for ApiError {
    fn from(kind: ProblemKind) -> Self {
        Self::new(kind)
    }
}

impl From<sea_orm::DbErr> for ApiError {
    /// A database that is busy, away or out of space is no fault of the request: come again in a moment. A disk that fails ends the
    /// program.
    fn from(error: sea_orm::DbErr) -> Self {
        let seconds = match Trouble::of(&error) {
            None => return Self::internal(error),
            Some(Trouble::Broken) => trouble::stop(&error),
            Some(trouble) => {
                tracing::warn!(cause = %error, ?trouble, "the database cannot do it now");
                trouble.retry_after()
            }
        };
        Self::with(ProblemKind::Unavailable, move |_, problem| {
            problem.retry_after = Some(seconds);
        })
    }
}

impl From<anyhow::Error> for ApiError {
    fn from(error: anyhow::Error) -> Self {
        Self::internal(error)
    }
}

impl IntoResponse for ApiError {
    /// The body is written by the layer `http::problem::render`, which knows language and request id.
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
