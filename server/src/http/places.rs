//! Whoever has just changed stores or campaigns sees what came of it.

use app::api::path;
use axum::extract::Request;
use http::Method;

/// Whether a request may change where stores are or what runs there: the stores in memory are brought up to date before it is answered.
pub(super) fn may_change(request: &Request) -> bool {
    request.method() != Method::GET
        && [path::STORES, path::CAMPAIGNS]
            .iter()
            .any(|nouns| request.uri().path().starts_with(nouns))
}
