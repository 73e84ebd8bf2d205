//! The cookies that carry sessions: out of reach of scripts, not sent along from other sites, over HTTPS only where there is.

use axum_extra::extract::cookie::{Cookie, SameSite};

use crate::state::App;

/// A session's cookie `id.token` that lasts `ms` milliseconds.
#[must_use]
pub fn session(
    app: &App,
    name: &'static str,
    id: &impl ToString,
    token: &str,
    ms: i64,
) -> Cookie<'static> {
    let mut cookie = Cookie::new(name, format!("{}.{token}", id.to_string()));
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    cookie.set_secure(app.secure_cookies());
    cookie.set_path("/");
    cookie.set_max_age(time::Duration::milliseconds(ms));
    cookie
}

/// A cookie that says for half an hour by which link somebody came who has no session yet.
#[must_use]
pub fn via(app: &App, name: &'static str, value: String) -> Cookie<'static> {
    let mut cookie = Cookie::new(name, value);
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    cookie.set_secure(app.secure_cookies());
    cookie.set_path("/");
    cookie.set_max_age(time::Duration::minutes(30));
    cookie
}

/// What to give `CookieJar::remove`: a browser forgets a cookie only when told its path too.
#[must_use]
pub fn removal(name: &'static str) -> Cookie<'static> {
    let mut cookie = Cookie::new(name, "");
    cookie.set_path("/");
    cookie
}
