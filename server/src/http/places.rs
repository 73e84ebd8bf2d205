//! Whoever has just changed stores or campaigns sees what came of it.

use app::api::path;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::Method;

use crate::state::App;

/// After a request of a retailer's that may have changed something: the stores in memory are brought up to date before it is answered.
pub(super) async fn catch_up(State(app): State<App>, request: Request, next: Next) -> Response {
    let changes = request.method() != Method::GET
        && [path::STORES, path::CAMPAIGNS]
            .iter()
            .any(|nouns| request.uri().path().starts_with(nouns));
    let answer = next.run(request).await;
    if changes && answer.status().is_success() {
        app.places.changed(&app.db, app.clock.now()).await;
    }
    answer
}
