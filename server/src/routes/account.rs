//! Signing in and out.

use ::app::{
    account,
    api::account::{LoginRequest, Me},
    audit::Action,
    id::{AccountId, RetailerId},
    problem::{Problem, ProblemKind},
};
use axum::extract::State;
use axum_extra::extract::CookieJar;
use http::StatusCode;
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    db::{
        accounts,
        audit::{self, Actor, Record, Seen},
        directory, facts,
        sessions::{self, ACCOUNT_SESSION_MS},
        throttles::{self, Limit},
    },
    error::{ApiError, ApiResult},
    http::{
        authority::{ACCOUNT_COOKIE, SignedIn, split},
        client::ClientIp,
        cookies,
        extract::Json,
    },
    new_id, password,
    state::App,
};

/// How many wrong passwords an address may have within the throttle's window.
const ATTEMPTS_PER_EMAIL: i64 = 10;
/// How many wrong passwords may come from one network: a shop's staff share one.
const ATTEMPTS_PER_NETWORK: i64 = 50;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(login))
        .routes(routes!(logout))
        .routes(routes!(me))
}

/// Sign in with e-mail and password. A wrong address and a wrong password get the same answer, after the same time.
#[utoipa::path(
    post, path = "/api/v1/login", tag = "account", operation_id = "login",
    request_body = LoginRequest,
    responses(
        (status = 200, description = "Signed in; sets the session's cookie", body = Me),
        (status = 401, description = "`wrong-login`", body = Problem),
        (status = 429, description = "`too-many-requests`: wait `retry_after` seconds", body = Problem),
    )
)]
async fn login(
    State(app): State<App>,
    ip: ClientIp,
    seen: Seen,
    jar: CookieJar,
    Json(request): Json<LoginRequest>,
) -> ApiResult<(CookieJar, Json<Me>)> {
    let now = app.clock.now();
    // What is no address cannot have a login; it still counts and takes its time.
    let email = account::email(&request.email).unwrap_or_default();
    let by_email = app.keys.hash("throttle login email", &email);
    let by_network = app
        .keys
        .hash("throttle login network", &ip.network().to_string());
    let limits = [
        Limit {
            subject: by_email.clone(),
            attempts: ATTEMPTS_PER_EMAIL,
        },
        Limit {
            subject: by_network.clone(),
            attempts: ATTEMPTS_PER_NETWORK,
        },
    ];
    if let Some(seconds) = throttles::attempt(&app.db, &limits, now).await? {
        return Err(ApiError::with(
            ProblemKind::TooManyRequests,
            move |_, problem| problem.retry_after = Some(seconds),
        ));
    }
    let (retailer_id, account_id) = judge(&app, &email, request.password, &seen, now).await?;
    throttles::succeeded(&app.db, &[by_network], &[by_email], now).await?;
    end_session(&app, &jar).await?;
    let transaction = app.db.begin().await?;
    let token = sessions::begin_account(&transaction, retailer_id, account_id, now).await?;
    let record = of_login(retailer_id, account_id, Action::SignedIn);
    audit::enter(&transaction, &record, &seen, now).await?;
    transaction.commit().await?;
    let me = accounts::me(app.db.read(), retailer_id, account_id)
        .await?
        .ok_or(ProblemKind::WrongLogin)?;
    Ok((signed_in(&app, jar, retailer_id, &token), Json(me)))
}

/// Whose login it is, if the password is right.
async fn judge(
    app: &App,
    email: &str,
    password: String,
    seen: &Seen,
    now: i64,
) -> ApiResult<(RetailerId, AccountId)> {
    let found = directory::find(app.db.read(), email).await?;
    // The same work for an address that is not there: one look for an account, one hash.
    let (retailer_id, account_id) =
        found.unwrap_or_else(|| (new_id!(RetailerId, now), new_id!(AccountId, now)));
    let hash = accounts::password_hash(app.db.read(), retailer_id, account_id).await?;
    let too_long = password.chars().count() > account::PASSWORD_MAX;
    let matches = !too_long && password::verify_aside(password, hash).await?;
    if !matches {
        if found.is_some() {
            refused(
                app,
                of_login(retailer_id, account_id, Action::SignInRefused),
                seen,
                now,
            );
        }
        return Err(ProblemKind::WrongLogin.into());
    }
    // A demo may have been put into the database after this server began to listen to the world.
    if !app.options.demo_logins && facts::is_demo(app.db.read()).await? {
        return Err(ProblemKind::Forbidden.into());
    }
    Ok((retailer_id, account_id))
}

fn of_login(retailer_id: RetailerId, account_id: AccountId, action: Action) -> Record {
    Record {
        retailer_id,
        actor: Actor::Account(account_id),
        action,
        subject: account_id.to_string(),
        store_id: None,
        details: json!({}),
    }
}

/// Enters a refused sign-in, aside: were the answer to wait for it, the time would tell which addresses there are.
fn refused(app: &App, record: Record, seen: &Seen, now: i64) {
    let (db, seen) = (app.db.clone(), seen.clone());
    tokio::spawn(async move {
        let entered = async {
            let transaction = db.begin().await?;
            audit::enter(&transaction, &record, &seen, now).await?;
            transaction.commit().await
        };
        if let Err(error) = entered.await {
            tracing::error!(cause = %error, "a refused sign-in is not in the audit log");
        }
    });
}

/// Ends the session that a browser brings along, so that no token outlives a login.
async fn end_session(app: &App, jar: &CookieJar) -> ApiResult<()> {
    let old = jar
        .get(ACCOUNT_COOKIE)
        .and_then(|cookie| split::<RetailerId>(cookie.value()));
    if let Some((retailer_id, token)) = old {
        let transaction = app.db.begin().await?;
        sessions::end_account(&transaction, retailer_id, token).await?;
        transaction.commit().await?;
    }
    Ok(())
}

/// The jar with the cookie of a new session.
pub(super) fn signed_in(
    app: &App,
    jar: CookieJar,
    retailer_id: RetailerId,
    token: &str,
) -> CookieJar {
    jar.add(cookies::session(
        app,
        ACCOUNT_COOKIE,
        &retailer_id,
        token,
        ACCOUNT_SESSION_MS,
    ))
}

/// Sign out: ends the session.
#[utoipa::path(
    post, path = "/api/v1/logout", tag = "account", operation_id = "logout",
    responses(
        (status = 204, description = "Signed out; the cookie is removed"),
        (status = 401, description = "`not-signed-in`", body = Problem),
    )
)]
async fn logout(
    State(app): State<App>,
    who: SignedIn,
    seen: Seen,
    jar: CookieJar,
) -> ApiResult<(CookieJar, StatusCode)> {
    end_session(&app, &jar).await?;
    let transaction = app.db.begin().await?;
    let record = of_login(who.retailer_id, who.account_id, Action::SignedOut);
    audit::enter(&transaction, &record, &seen, app.clock.now()).await?;
    transaction.commit().await?;
    Ok((
        jar.remove(cookies::removal(ACCOUNT_COOKIE)),
        StatusCode::NO_CONTENT,
    ))
}

/// Who is signed in.
#[utoipa::path(
    get, path = "/api/v1/me", tag = "account", operation_id = "me",
    responses(
        (status = 200, description = "The login, its retailer and stores", body = Me),
        (status = 401, description = "`not-signed-in`", body = Problem),
    )
)]
async fn me(State(app): State<App>, who: SignedIn) -> ApiResult<Json<Me>> {
    accounts::me(app.db.read(), who.retailer_id, who.account_id)
        .await?
        .map(Json)
        .ok_or_else(|| ProblemKind::NotSignedIn.into())
}
