//! A shopper's account at LINE: linked by a code, since whoever opens a page of ours from the chat is nobody there: the view inside LINE has other cookies than the
//! shopper's browser, so LINE's own way of linking would link a shopper who never played.

use app::{
    api::contact::{ContactSettings, LineCode, LineInput},
    contact::Channel,
    lang::{Lang, Text},
    problem::{Problem, ProblemKind},
};
use axum::{body::Bytes, extract::State};
use http::{HeaderMap, StatusCode};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{consent, withdraw};
use crate::{
    db::{
        contact::line,
        throttles::{self, Limit},
    },
    error::{ApiError, ApiResult},
    http::{
        authority::Shopper,
        extract::{Json, Reader},
    },
    line::{
        Line, User, code_in, new_code,
        webhook::{Event, SIGNATURE, Told, is_signed},
    },
    state::App,
};

/// So many codes that are none somebody may type in a quarter of an hour.
const GUESSES: i64 = 10;
/// So many codes a shopper may be shown in that time.
const CODES: i64 = 10;

const HELLO: Text = Text::new(
    "お知らせを受け取るには、{} を開き、「LINE で受け取る」を押して、表示された 8 文字のコードをここに送ってください。",
    "To get messages, open {}, press “Messages by LINE”, and send the code of 8 letters from there to this chat.",
);
const LINKED: Text = Text::new(
    "つながりました。お知らせはここに届きます。止めるには、届いたお知らせのリンクを押すか、このアカウントをブロックしてください。",
    "Linked: messages will come here. To end them, press the link in one, or block this account.",
);
const UNKNOWN: Text = Text::new(
    "このコードは使えません。15 分を過ぎたか、打ちまちがいです。新しいコードを表示して、もう一度お試しください。",
    "This code does not work: it is older than 15 minutes, or mistyped. Have a new one shown and try again.",
);

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(ask, forget))
        .routes(routes!(webhook))
}

/// Agrees to messages by LINE, once the code in the answer is typed into the chat with the official account.
#[utoipa::path(put, path = "/api/v1/shopper/contact/line", tag = "contact", request_body = LineInput,
    responses(
        (status = 200, body = LineCode),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    ))]
async fn ask(
    State(app): State<App>,
    who: Shopper,
    Reader(lang): Reader,
    Json(input): Json<LineInput>,
) -> ApiResult<Json<LineCode>> {
    let Some(speaks) = &app.line else {
        return Err(ApiError::field(
            "text_version",
            "このサーバーは LINE とつながっていません。",
            "This server is not linked with LINE.",
        ));
    };
    let consent = consent(&input.zone, input.text_version, lang)?;
    let now = app.clock.now();
    let limit = Limit {
        subject: app.keys.hash("line codes", &who.shopper_id.to_string()),
        attempts: CODES,
    };
    if let Some(seconds) = throttles::attempt(&app.db, &[limit], now).await? {
        return Err(ApiError::with(
            ProblemKind::TooManyRequests,
            move |_, problem| problem.retry_after = Some(seconds),
        ));
    }
    let code = new_code();
    line::ask(&app.db, &app.keys, who.shopper_id, &consent, &code, now).await?;
    Ok(Json(LineCode {
        code,
        expires_at: now + line::CODE_MS,
        friend_url: speaks.settings.friend_url.clone(),
    }))
}

/// Wants no messages by LINE any more; the account is forgotten at once.
#[utoipa::path(delete, path = "/api/v1/shopper/contact/line", tag = "contact",
    responses(
        (status = 200, body = ContactSettings),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    ))]
async fn forget(
    State(app): State<App>,
    who: Shopper,
    Reader(lang): Reader,
) -> ApiResult<Json<ContactSettings>> {
    withdraw(&app, who.shopper_id, &[Channel::Line], lang).await
}

/// Takes what LINE tells: friends who go, codes that are typed. Signed by the channel's secret (`X-Line-Signature`), or refused unread.
#[utoipa::path(post, path = "/api/v1/line/webhook", tag = "contact",
    request_body(content = String, content_type = "application/json", description = "As the Messaging API describes it"),
    responses(
        (status = 200, description = "It is dealt with; told again it changes nothing"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    ))]
async fn webhook(State(app): State<App>, headers: HeaderMap, body: Bytes) -> ApiResult<StatusCode> {
    let signature = headers.get(SIGNATURE).and_then(|value| value.to_str().ok());
    let (Some(speaks), Some(signature)) = (&app.line, signature) else {
        return Err(ProblemKind::NotSignedIn.into());
    };
    if !is_signed(&speaks.settings, &body, signature) {
        return Err(ProblemKind::NotSignedIn.into());
    }
    let told: Told = serde_json::from_slice(&body).map_err(|_| ProblemKind::MalformedRequest)?;
    for event in &told.events {
        if line::is_known(app.db.read(), &event.webhook_event_id).await? {
            continue;
        }
        deal(&app, speaks, event).await?;
        // Only now: what broke off is told again, and changes nothing that was changed.
        line::know(&app.db, &event.webhook_event_id, app.clock.now()).await?;
    }
    Ok(StatusCode::OK)
}

async fn deal(app: &App, speaks: &Line, event: &Event) -> ApiResult<()> {
    let Some(user) = event.user_id().map(|id| User::new(&app.keys, id)) else {
        return Ok(());
    };
    let now = app.clock.now();
    let answer = match event.kind.as_str() {
        "unfollow" => {
            line::unfollowed(&app.db, &user, event.timestamp).await?;
            None
        }
        "follow" => {
            let page = format!("{}/my/contact", app.options.public_url);
            Some(both(HELLO).replace("{}", &page))
        }
        "message" => {
            let typed = event.message.as_ref().and_then(|m| m.text.as_deref());
            // Whatever else people write is for whoever reads the chat.
            match typed.and_then(code_in) {
                Some(code) => Some(link(app, &user, &code, now).await?),
                None => None,
            }
        }
        _ => None,
    };
    if let (Some(words), Some(token)) = (answer, event.reply_token.clone()) {
        // LINE waits for the answer to what it tells, and not long.
        let speaks = speaks.clone();
        tokio::spawn(async move { speaks.reply(&token, &words).await });
    }
    Ok(())
}

async fn link(app: &App, user: &User, code: &str, now: i64) -> ApiResult<String> {
    let guesses = Limit {
        subject: app.keys.hash("line guesses", &user.hash),
        attempts: GUESSES,
    };
    let limits = [guesses];
    if throttles::attempt(&app.db, &limits, now).await?.is_some() {
        return Ok(both(UNKNOWN));
    }
    match line::link(&app.db, &app.keys, user, code, now).await? {
        Some(lang) => {
            let [guesses] = limits;
            throttles::succeeded(&app.db, &[], &[guesses.subject], now).await?;
            Ok(LINKED.get(lang).to_owned())
        }
        None => Ok(both(UNKNOWN)),
    }
}

/// Of whom the language is not known.
fn both(text: Text) -> String {
    format!("{}\n\n{}", text.get(Lang::Ja), text.get(Lang::En))
}
