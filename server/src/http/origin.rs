//! From where a request came, as the audit log keeps it.

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::{client::ClientIp, problem::REQUEST_ID};
use crate::{db::audit::Seen, state::App};

/// Digits of the keyed hash: enough to tell a retailer's places apart.
const DIGITS: usize = 16;

/// What a request brings along. The address itself is not kept: a keyed hash tells whether two entries came from one network.
pub(super) fn seen(parts: &Parts, app: &App) -> Seen {
    let origin = parts.extensions.get::<ClientIp>().map(|ip| {
        let mut hash = app.keys.hash("audit origin", &ip.network().to_string());
        hash.truncate(DIGITS);
        hash
    });
    let request_id = parts
        .headers
        .get(REQUEST_ID)
        .and_then(|id| id.to_str().ok())
        .map(ToOwned::to_owned);
    Seen { request_id, origin }
}

impl FromRequestParts<App> for Seen {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        Ok(seen(parts, app))
    }
}
