//! LINE: believed by its signature alone, linked by a code, spoken to once about each thing, and forgotten when somebody goes.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use app::{
    api::{
        contact::{ContactSettings, HistoryFile, LineCode, LineInput},
        path,
    },
    contact::Channel,
    problem::ProblemKind,
};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
    routing::post,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};

use super::{
    announcements::{Ground, count},
    browser::Service,
    relay::{Relay, presses},
};
use crate::{
    harness::{
        Answer, DAY_MS, Fresh, LINE_TOKEN, START, Shopper, hmac, line_at, raiten, signed_by_line,
    },
    on_both_databases,
};

/// What LINE answers for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answers {
    Broken,
    Conflict,
    NoFriend,
    Malformed,
    TooMany,
}

#[derive(Clone, Debug)]
struct Said {
    path: String,
    headers: HeaderMap,
    body: Value,
}

#[derive(Default)]
struct Kept {
    answers: Mutex<HashMap<String, Answers>>,
    said: Mutex<Vec<Said>>,
}

/// The Messaging API, as far as it is used.
struct Platform {
    address: SocketAddr,
    kept: Arc<Kept>,
    task: JoinHandle<()>,
}

impl Drop for Platform {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn take(
    State(kept): State<Arc<Kept>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let authorized = headers.get("authorization").and_then(|v| v.to_str().ok());
    if authorized != Some(&format!("Bearer {LINE_TOKEN}")) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let Ok(body) = serde_json::from_slice::<Value>(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let to = body["to"].as_str().unwrap_or_default().to_owned();
    let said = Said {
        path: uri.path().to_owned(),
        headers,
        body,
    };
    let mut all = kept.said.lock().unwrap_or_else(PoisonError::into_inner);
    all.push(said);
    let answers = kept.answers.lock().unwrap_or_else(PoisonError::into_inner);
    let told = |status: StatusCode, body: Value| (status, axum::Json(body)).into_response();
    match answers.get(&to) {
        None => told(StatusCode::OK, json!({"sentMessages": [{"id": "1"}]})),
        Some(Answers::Broken) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Some(Answers::Conflict) => told(
            StatusCode::CONFLICT,
            json!({"message": "The retry key is already accepted", "sentMessages": []}),
        ),
        Some(Answers::NoFriend) => told(
            StatusCode::BAD_REQUEST,
            json!({"message": "Failed to send messages"}),
        ),
        Some(Answers::Malformed) => told(
            StatusCode::BAD_REQUEST,
            json!({"message": "The request body has 1 error(s)", "details": [{"message": "May not be empty", "property": "messages[0].text"}]}),
        ),
        Some(Answers::TooMany) => told(
            StatusCode::TOO_MANY_REQUESTS,
            json!({"message": "You have reached your monthly limit."}),
        ),
    }
}

impl Platform {
    async fn start() -> Result<Self> {
        let kept = Arc::<Kept>::default();
        let router = Router::new()
            .route("/v2/bot/message/push", post(take))
            .route("/v2/bot/message/reply", post(take))
            .with_state(Arc::clone(&kept));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self {
            address,
            kept,
            task,
        })
    }

    async fn ground(&self, database: &Fresh, service: &Service, relay: &Relay) -> Result<Ground> {
        let line = line_at(self.address)?;
        let mail = relay.settings()?;
        Ground::new(database, service, |setup| {
            setup.line = line;
            setup.mail = mail;
        })
        .await
    }

    fn answers(&self, to: &str, answers: Option<Answers>) {
        let mut all = self
            .kept
            .answers
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match answers {
            Some(answers) => all.insert(to.to_owned(), answers),
            None => all.remove(to),
        };
    }

    fn pushed(&self, to: &str) -> Vec<Said> {
        let said = self
            .kept
            .said
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let is_theirs = |said: &&Said| said.path.ends_with("/push") && said.body["to"] == to;
        said.iter().filter(is_theirs).cloned().collect()
    }

    /// Waits for the answer in the chat to what had this token.
    async fn reply(&self, token: &str) -> Result<String> {
        for _ in 0..500 {
            let found = {
                let said = self
                    .kept
                    .said
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                said.iter()
                    .find(|said| said.path.ends_with("/reply") && said.body["replyToken"] == token)
                    .cloned()
            };
            if let Some(said) = found {
                let text = said.body["messages"][0]["text"].as_str();
                return Ok(text.context("a text")?.to_owned());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        anyhow::bail!("no answer to {token}")
    }
}

fn event(kind: &str, user: &str, id: &str, at: i64, text: Option<&str>) -> Value {
    let mut event = json!({
        "type": kind, "mode": "active", "timestamp": at, "webhookEventId": id, "deliveryContext": {"isRedelivery": false},
        "source": {"type": "user", "userId": user},
    });
    if kind != "unfollow" {
        event["replyToken"] = json!(format!("reply {id}"));
    }
    if let Some(text) = text {
        event["message"] = json!({"type": "text", "id": "1", "quoteToken": "q", "text": text});
    }
    event
}

/// Tells the server what happened, as LINE does.
async fn tell(ground: &Ground, events: &[Value]) -> Result<Answer> {
    let body = json!({"destination": "U0", "events": events}).to_string();
    let signature = signed_by_line(body.as_bytes());
    told(ground, body, Some(&signature)).await
}

async fn told(ground: &Ground, body: String, signature: Option<&str>) -> Result<Answer> {
    let line = ground.server.anonymous()?;
    line.send_with(Method::POST, path::LINE_WEBHOOK, |request| {
        let request = request
            .header("content-type", "application/json")
            .body(body);
        match signature {
            Some(signature) => request.header("x-line-signature", signature),
            None => request,
        }
    })
    .await
}

async fn code(shopper: &Shopper) -> Result<LineCode> {
    let input = LineInput {
        zone: "Asia/Tokyo".to_owned(),
        text_version: 1,
    };
    shopper.client.put(path::CONTACT_LINE, &input).await?.json()
}

async fn since(shopper: &Shopper) -> Result<Option<i64>> {
    let settings: ContactSettings = shopper.client.get(path::CONTACT).await?;
    Ok(settings.line.context("no LINE here")?.since)
}

/// Somebody near who typed their code.
async fn linked(ground: &Ground, user: &str) -> Result<Shopper> {
    let shopper = ground.shopper_near().await?;
    link(ground, &shopper, user).await?;
    Ok(shopper)
}

async fn link(ground: &Ground, shopper: &Shopper, user: &str) -> Result<()> {
    let code = code(shopper).await?;
    let now = ground.server.clock.now();
    let id = format!("{user} {}", code.code);
    tell(
        ground,
        &[event("message", user, &id, now, Some(&code.code))],
    )
    .await?
    .done()?;
    ensure!(since(shopper).await? == Some(now), "not linked");
    Ok(())
}

on_both_databases! {
    async fn only_what_line_signed_is_believed(database: Fresh) -> Result<()> {
        let (service, relay, platform) = (Service::start().await?, Relay::start().await?, Platform::start().await?);
        let ground = platform.ground(&database, &service, &relay).await?;
        let shopper = ground.shopper_near().await?;
        let shown = code(&shopper).await?;
        ensure!(shown.code.len() == 8 && shown.expires_at == START + 15 * 60_000 && shown.friend_url.is_some(), "{shown:?}");
        let body = json!({"destination": "U0", "events": [event("message", "U1", "e1", START, Some(&shown.code))]}).to_string();
        let signature = signed_by_line(body.as_bytes());
        let other = STANDARD.encode(hmac(b"another secret", body.as_bytes()));
        for wrong in [None, Some(""), Some("AAAA"), Some(other.as_str()), Some(&signature[1..]), Some("not base 64")] {
            told(&ground, body.clone(), wrong).await?.refused(ProblemKind::NotSignedIn)?;
        }
        // The signature is of every byte.
        told(&ground, body.replace("U1", "U2"), Some(&signature)).await?.refused(ProblemKind::NotSignedIn)?;
        ensure!(since(&shopper).await?.is_none(), "linked without a signature");
        ensure!(count(&database, "SELECT COUNT(*) AS n FROM line_events").await? == 0, "read before it was believed");
        told(&ground, body.clone(), Some(&signature)).await?.done()?;
        ensure!(since(&shopper).await? == Some(START), "not linked");
        ensure!(platform.reply("reply e1").await?.starts_with("つながりました"), "no answer");
        // What is signed and nothing of LINE's is refused, and does no harm; an empty one is how LINE looks whether somebody is there.
        let nonsense = "[1]".to_owned();
        let signed = signed_by_line(nonsense.as_bytes());
        told(&ground, nonsense, Some(&signed)).await?.refused(ProblemKind::MalformedRequest)?;
        tell(&ground, &[]).await?.done()?;
        ground.end().await
    }

    async fn a_code_links_once_and_for_a_quarter_of_an_hour(database: Fresh) -> Result<()> {
        let (service, relay, platform) = (Service::start().await?, Relay::start().await?, Platform::start().await?);
        let ground = platform.ground(&database, &service, &relay).await?;
        tell(&ground, &[event("follow", "U1", "f1", START, None)]).await?.done()?;
        ensure!(platform.reply("reply f1").await?.contains("/my/contact"), "no hint");
        let first = ground.shopper_near().await?;
        let shown = code(&first).await?;
        ensure!(count(&database, &format!("SELECT COUNT(*) AS n FROM contact_line_codes WHERE code_hash LIKE '%{}%'", shown.code)).await? == 0, "kept readable");
        ground.server.clock.advance(15 * 60_000);
        let now = ground.server.clock.now();
        tell(&ground, &[event("message", "U1", "m1", now, Some(&shown.code))]).await?.done()?;
        ensure!(platform.reply("reply m1").await?.contains("15 分") && since(&first).await?.is_none(), "too late");
        // What people write else is not ours to answer.
        tell(&ground, &[event("message", "U1", "m2", now, Some("営業時間は？"))]).await?.done()?;
        // However it is typed; told twice it links once; and the code is used.
        let shown = code(&first).await?;
        let typed = format!(" {}-{}\n", shown.code[..4].to_ascii_lowercase(), &shown.code[4..]);
        let happened = event("message", "U1", "m3", now, Some(&typed));
        tell(&ground, &[happened.clone(), happened.clone()]).await?.done()?;
        tell(&ground, &[happened]).await?.done()?;
        ensure!(since(&first).await? == Some(now), "not linked");
        ensure!(count(&database, "SELECT COUNT(*) AS n FROM contact_consents WHERE channel = 'line'").await? == 1, "consents");
        tell(&ground, &[event("message", "U2", "m4", now, Some(&shown.code))]).await?.done()?;
        ensure!(platform.reply("reply m4").await?.contains("15 分"), "used twice");
        // The name that LINE has for them is kept unreadable.
        ensure!(count(&database, "SELECT COUNT(*) AS n FROM contact_lines WHERE user_id LIKE '%U1%' OR user_hash LIKE '%U1%'").await? == 0, "readable");
        // Whoever guesses is soon not heard: not even with a right one.
        let second = ground.shopper_near().await?;
        let right = code(&second).await?;
        let guesses: Vec<Value> = (0..10).map(|n| event("message", "U3", &format!("g{n}"), now, Some("ABCDEFGH"))).collect();
        tell(&ground, &guesses).await?.done()?;
        tell(&ground, &[event("message", "U3", "g10", now, Some(&right.code))]).await?.done()?;
        ensure!(since(&second).await?.is_none(), "linked by guessing");
        // Who has the account is who linked it last: one person with two browsers is not written to twice.
        link(&ground, &second, "U1").await?;
        ensure!(since(&first).await?.is_none(), "two have it");
        let kept: HistoryFile = second.client.get(path::HISTORY).await?;
        ensure!(kept.contact.line_since == Some(now), "{kept:?}");
        second.client.send(Method::DELETE, path::HISTORY, None).await?.done()?;
        first.client.send(Method::DELETE, path::HISTORY, None).await?.done()?;
        for table in ["contact_lines", "contact_line_codes", "contact_consents"] {
            ensure!(count(&database, &format!("SELECT COUNT(*) AS n FROM {table}")).await? == 0, "{table}");
        }
        ground.end().await
    }

    async fn a_message_is_taken_once_however_often_it_is_sent(database: Fresh) -> Result<()> {
        let (service, relay, platform) = (Service::start().await?, Relay::start().await?, Platform::start().await?);
        let ground = platform.ground(&database, &service, &relay).await?;
        let shopper = linked(&ground, "U1").await?;
        ground.confirms(&relay, &shopper, "hanako@example.jp").await?;
        let _other = linked(&ground, "U2").await?;
        platform.answers("U1", Some(Answers::Broken));
        let made = ground.announce(&ground.time_sale()).await?;
        ground.work().await?;
        let reach = ground.find(made.announcement_id).await?.reach;
        ensure!((reach.people, reach.sent, reach.waiting) == (2, 1, 1), "{reach:?}");
        // It had it after all.
        platform.answers("U1", Some(Answers::Conflict));
        ground.server.clock.advance(3 * 60_000);
        ground.work().await?;
        let reach = ground.find(made.announcement_id).await?.reach;
        ensure!((reach.sent, reach.waiting, reach.by.line, reach.by.mail) == (2, 0, 2, 0), "{reach:?}");
        ensure!(relay.got().len() == 1, "by mail too");
        let said = platform.pushed("U1");
        let key = |said: &Said| said.headers.get("x-line-retry-key").and_then(|v| v.to_str().ok()).map(ToOwned::to_owned);
        let first = key(&said[0]).context("a retry key")?;
        ensure!(said.len() == 2 && key(&said[1]).as_ref() == Some(&first), "another key");
        ensure!(key(&platform.pushed("U2")[0]).is_some_and(|other| other != first), "the same key for another message");
        let groups: Vec<usize> = first.split('-').map(str::len).collect();
        ensure!(groups == [8, 4, 4, 4, 12] && first.chars().all(|c| c == '-' || c.is_ascii_hexdigit()), "{first}");
        ensure!(first.as_bytes()[14] == b'7' && b"89ab".contains(&first.as_bytes()[19]), "{first}");
        let messages = said[0].body["messages"].as_array().context("messages")?;
        ensure!(messages.len() == 1 && messages[0]["type"] == "text", "{messages:?}");
        let text = messages[0]["text"].as_str().context("a text")?;
        for words in ["今日 16〜19 時だけ", "カプセルを回して", "喫茶ライテン・今日いた場所の近く", "/play/", "お知らせを止める: http"] {
            ensure!(text.contains(words), "no {words}: {text}");
        }
        let settings: ContactSettings = shopper.client.get(path::CONTACT).await?;
        ensure!(settings.contacts[0].channel == Channel::Line, "{settings:?}");
        // One press ends it, in a view that has no session.
        let at = text.find("/contact/stop/").context("a link")?;
        presses(&ground.server.anonymous()?, &text[at..]).await?.done()?;
        ensure!(since(&shopper).await?.is_none(), "not ended");
        let told = raiten(&database, &["verify", "--json"])?;
        ensure!(told.code == 0, "{told:#?}");
        ground.end().await
    }

    async fn who_goes_is_forgotten(database: Fresh) -> Result<()> {
        let (service, relay, platform) = (Service::start().await?, Relay::start().await?, Platform::start().await?);
        let ground = platform.ground(&database, &service, &relay).await?;
        let (blocks, unknown, with_mail, malformed) = (
            linked(&ground, "U1").await?,
            linked(&ground, "U2").await?,
            linked(&ground, "U3").await?,
            linked(&ground, "U4").await?,
        );
        ground.confirms(&relay, &with_mail, "hanako@example.jp").await?;
        let gone = event("unfollow", "U1", "u1", START + 1, None);
        tell(&ground, std::slice::from_ref(&gone)).await?.done()?;
        ensure!(since(&blocks).await?.is_none(), "still linked");
        ensure!(count(&database, "SELECT COUNT(*) AS n FROM contact_consents WHERE channel = 'line' AND withdrawn_at IS NOT NULL").await? == 1, "the consent's end");
        // Back, and linked again: what LINE tells again of the past, known or not, ends nothing.
        ground.server.clock.advance(60_000);
        link(&ground, &blocks, "U1").await?;
        tell(&ground, &[gone, event("unfollow", "U1", "u2", START + 2, None)]).await?.done()?;
        ensure!(since(&blocks).await?.is_some(), "ended by the past");
        platform.answers("U2", Some(Answers::NoFriend));
        platform.answers("U3", Some(Answers::NoFriend));
        platform.answers("U4", Some(Answers::Malformed));
        let made = ground.announce(&ground.time_sale()).await?;
        ground.work().await?;
        let reach = ground.find(made.announcement_id).await?.reach;
        ensure!((reach.people, reach.sent, reach.failed, reach.by.line, reach.by.mail) == (4, 2, 2, 1, 1), "{reach:?}");
        ensure!(since(&unknown).await?.is_none() && since(&with_mail).await?.is_none(), "who is not there is kept");
        ensure!(since(&malformed).await?.is_some(), "forgotten for a mistake of ours");
        ensure!(relay.got_for("hanako@example.jp").len() == 2, "no mail instead");
        let told = raiten(&database, &["verify", "--json"])?;
        ensure!(told.code == 0, "{told:#?}");
        ground.end().await
    }

    async fn line_is_let_be_where_it_asks_for_it(database: Fresh) -> Result<()> {
        let (service, relay, platform) = (Service::start().await?, Relay::start().await?, Platform::start().await?);
        let ground = platform.ground(&database, &service, &relay).await?;
        let shopper = linked(&ground, "U1").await?;
        platform.answers("U1", Some(Answers::TooMany));
        let made = ground.announce(&ground.time_sale()).await?;
        ground.work().await?;
        ensure!(ground.find(made.announcement_id).await?.reach.waiting == 1, "not put off");
        ensure!(since(&shopper).await?.is_some(), "forgotten");
        // For a minute of the real clock.
        platform.answers("U1", None);
        ground.server.clock.advance(3 * 60_000);
        ground.work().await?;
        ensure!(platform.pushed("U1").len() == 1, "not let be");
        ground.server.clock.advance(DAY_MS);
        ground.work().await?;
        ensure!(ground.find(made.announcement_id).await?.reach.waiting == 0, "waits after the end");
        ground.end().await
    }
}
