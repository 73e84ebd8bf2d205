//! The pages behind the links in messages. They are opened in whatever shows mails or chats, by people and by programs that look whether a link is harmful: so
//! opening one changes nothing, and its one button does what it says, without a script and without a session.

use app::{
    contact::Channel,
    lang::{Lang, Text},
};
use axum::{
    extract::State,
    response::{Html, IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::{StatusCode, header};
use sha2::{Digest, Sha256};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    channel::link::{read_confirm, read_stop},
    db::contact::{self, mail},
    error::ApiResult,
    http::extract::{Path, Reader},
    mail::compose::escape,
    state::App,
};

const fn t(ja: &'static str, en: &'static str) -> Text {
    Text::new(ja, en)
}

const CONFIRM: Text = t(
    "このアドレスで受け取りますか？",
    "Get messages at this address?",
);
const CONFIRM_WHAT: Text = t(
    "押すと、お知らせがこのメールアドレスに届くようになります。1 日 1 通、1 週間に 3 通まで。いつでも 1 回押すだけで止められます。",
    "Press to get messages by e-mail: at most one a day and three a week, and one tap ends it at any time.",
);
const CONFIRM_DO: Text = t("受け取る", "Yes, get messages");
const CONFIRMED: Text = t("受け取れるようになりました", "You will get messages");
const CONFIRMED_WHAT: Text = t(
    "このページは閉じてかまいません。",
    "You can close this page.",
);
const OVER: Text = t("このリンクは使えません", "This link does not work any more");
const OVER_WHAT: Text = t(
    "24 時間を過ぎたか、新しいメールが送られています。お知らせの設定から、もう一度アドレスを登録してください。",
    "It is older than 24 hours, or a newer message was sent. Give the address again where you set up messages.",
);
const STOP: Text = t("お知らせを止めますか？", "Stop messages?");
const STOP_WHAT: Text = t(
    "押すと、メール・LINE・ブラウザのお知らせがすべて止まり、アドレスはすぐに消えます。",
    "Press to end all messages, by e-mail, LINE and browser. The address is erased at once.",
);
const STOP_DO: Text = t("お知らせを止める", "Stop messages");
const STOPPED: Text = t("お知らせを止めました", "Messages are stopped");
const STOPPED_WHAT: Text = t(
    "もう届きません。すでに送られたものが、少しの間に届くことがあります。",
    "No more will come. One that had left already may still arrive.",
);
const NOT_OURS: Text = t("このリンクは使えません", "This link does not work");
const NOT_OURS_WHAT: Text = t(
    "リンクの一部が欠けているかもしれません。メールのリンクを、もう一度開いてください。",
    "Part of it may be missing. Open the link in the message again.",
);

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(ask_confirm, confirm))
        .routes(routes!(ask_stop, stop))
}

/// Asks whether messages are to go to the address of a link.
#[utoipa::path(get, path = "/contact/confirm/{token}", tag = "contact",
    params(("token" = String, Path, description = "The end of the link")),
    responses(
        (status = 200, body = String, content_type = "text/html", description = "A page with a button"),
        (status = 410, body = String, content_type = "text/html", description = "The link is over, or none of ours"),
    ))]
async fn ask_confirm(
    State(app): State<App>,
    Reader(lang): Reader,
    Path(token): Path<String>,
) -> ApiResult<Response> {
    let Some((shopper_id, secret)) = read_confirm(&token) else {
        return Ok(gone(lang, OVER, OVER_WHAT));
    };
    let kept = mail::of(app.db.read(), &app.keys, shopper_id).await?;
    Ok(
        match kept.filter(|kept| kept.is_asked_by(secret, app.clock.now())) {
            Some(kept) if kept.confirmed_at.is_some() => {
                page(lang, CONFIRMED, CONFIRMED_WHAT, None)
            }
            Some(_) => page(lang, CONFIRM, CONFIRM_WHAT, Some(CONFIRM_DO)),
            None => gone(lang, OVER, OVER_WHAT),
        },
    )
}

/// Confirms the address of a link. Again it changes nothing.
#[utoipa::path(post, path = "/contact/confirm/{token}", tag = "contact",
    params(("token" = String, Path, description = "The end of the link")),
    responses(
        (status = 200, body = String, content_type = "text/html", description = "It is confirmed"),
        (status = 410, body = String, content_type = "text/html", description = "The link is over, or none of ours"),
    ))]
async fn confirm(
    State(app): State<App>,
    Reader(lang): Reader,
    Path(token): Path<String>,
) -> ApiResult<Response> {
    if let Some((shopper_id, secret)) = read_confirm(&token)
        && mail::confirm(&app.db, &app.keys, shopper_id, secret, app.clock.now()).await?
    {
        return Ok(page(lang, CONFIRMED, CONFIRMED_WHAT, None));
    }
    Ok(gone(lang, OVER, OVER_WHAT))
}

/// Asks whether messages are to end.
#[utoipa::path(get, path = "/contact/stop/{token}", tag = "contact",
    params(("token" = String, Path, description = "The end of the link")),
    responses(
        (status = 200, body = String, content_type = "text/html", description = "A page with a button"),
        (status = 410, body = String, content_type = "text/html", description = "The link is none of ours"),
    ))]
async fn ask_stop(
    State(app): State<App>,
    Reader(lang): Reader,
    Path(token): Path<String>,
) -> ApiResult<Response> {
    let Some((shopper_id, hash)) = read_stop(&app.keys, &token) else {
        return Ok(gone(lang, NOT_OURS, NOT_OURS_WHAT));
    };
    Ok(
        if mail::is_reached_at(app.db.read(), shopper_id, hash).await? {
            page(lang, STOP, STOP_WHAT, Some(STOP_DO))
        } else {
            page(lang, STOPPED, STOPPED_WHAT, None)
        },
    )
}

/// Ends all messages to whoever the link was sent to, at once: what a mail program does at one press (RFC 8058), and what the page's button does.
#[utoipa::path(post, path = "/contact/stop/{token}", tag = "contact",
    params(("token" = String, Path, description = "The end of the link")),
    responses(
        (status = 200, body = String, content_type = "text/html", description = "They are ended"),
        (status = 410, body = String, content_type = "text/html", description = "The link is none of ours"),
    ))]
async fn stop(
    State(app): State<App>,
    Reader(lang): Reader,
    Path(token): Path<String>,
) -> ApiResult<Response> {
    let Some((shopper_id, hash)) = read_stop(&app.keys, &token) else {
        return Ok(gone(lang, NOT_OURS, NOT_OURS_WHAT));
    };
    // A mailbox that was changed since is another matter.
    if mail::is_reached_at(app.db.read(), shopper_id, hash).await? {
        contact::withdraw(&app.db, shopper_id, &Channel::ALL, app.clock.now()).await?;
    }
    Ok(page(lang, STOPPED, STOPPED_WHAT, None))
}

const STYLE: &str = "body{font-family:system-ui,sans-serif;font-size:1.0625rem;line-height:1.7;color:#1d1b16;background:#faf7f0;\
margin:0 auto;max-width:32rem;padding:2rem 1rem}h1{font-size:1.375rem;line-height:1.4}\
button{font:inherit;font-weight:700;color:#fff;background:#9a2c12;border:0;border-radius:.75rem;padding:.875rem 1.5rem;width:100%;min-height:3rem}\
button:focus-visible{outline:.1875rem solid #1d1b16;outline-offset:.1875rem}\
@media (prefers-color-scheme:dark){body{color:#f4efe4;background:#1a1815}button:focus-visible{outline-color:#f4efe4}}";

fn gone(lang: Lang, title: Text, what: Text) -> Response {
    let mut response = page(lang, title, what, None);
    *response.status_mut() = StatusCode::GONE;
    response
}

/// A page of a heading, a sentence, and perhaps a button that posts to where the page is from.
fn page(lang: Lang, title: Text, what: Text, button: Option<Text>) -> Response {
    let (title, what) = (escape(title.get(lang)), escape(what.get(lang)));
    let button = button.map_or_else(String::new, |words| {
        format!(
            "<form method=\"post\"><button>{}</button></form>",
            escape(words.get(lang))
        )
    });
    let body = format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"robots\" content=\"noindex\"><title>{title}</title><style>{STYLE}</style></head>\
         <body><main><h1>{title}</h1><p>{what}</p>{button}</main></body></html>\n",
        lang.tag()
    );
    let style = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy),
        // The address is the authority: it goes nowhere else, and is kept nowhere.
        (header::REFERRER_POLICY, "same-origin".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::CONTENT_LANGUAGE, lang.tag().to_owned()),
    ];
    (headers, Html(body)).into_response()
}
