//! For those who run the server: is it alive, is it ready, what are its figures.

use std::time::Duration;

use axum::{
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use sea_orm::{ConnectionTrait, Statement};

use super::{client, observe};
use crate::state::App;

/// The process answers.
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// The database answers too.
pub(super) async fn readyz(State(app): State<App>) -> Response {
    if app.db.is_halted() {
        return unready();
    }
    let question = Statement::from_string(app.db.backend(), "SELECT 1");
    let answer = tokio::time::timeout(
        Duration::from_secs(2),
        app.db.read().query_one_raw(question),
    )
    .await;
    match answer {
        Ok(Ok(_)) => "ready\n".into_response(),
        Ok(Err(error)) => {
            tracing::error!(cause = %error, "not ready: the database objects");
            unready()
        }
        Err(_) => {
            tracing::error!("not ready: the database did not answer within 2 s");
            unready()
        }
    }
}

fn unready() -> Response {
    (
        StatusCode::SERVICE_UNAVAILABLE,
        "the database does not answer\n",
    )
        .into_response()
}

/// Figures for Prometheus, for the networks that the configuration names; to others there is nothing here.
pub(super) async fn figures(State(app): State<App>, request: Request) -> Response {
    let peer = client::peer_of(request.extensions());
    let ip = client::client_of(peer, request.headers(), &app.options.trusted_proxies);
    if !client::is_from(ip, peer, request.headers(), &app.options.metrics_from) {
        return StatusCode::NOT_FOUND.into_response();
    }
    match observe::prometheus() {
        Some(handle) => (
            [(
                header::CONTENT_TYPE,
                "text/plain; version=0.0.4; charset=utf-8",
            )],
            handle.render(),
        )
            .into_response(),
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
