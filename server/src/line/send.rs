//! Says something in the chat of the official account (Messaging API), and says what the answer means.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use app::lang::Lang;
use http::{StatusCode, header};
use reqwest::{Client, Response, redirect::Policy};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::json;
use tokio::time::Instant;

use super::{Settings, User};
use crate::channel::{Letter, Outcome, STOP, link::Links};

const PUSH: &str = "/v2/bot/message/push";
const REPLY: &str = "/v2/bot/message/reply";
/// The same key, the same message: LINE takes it once.
const RETRY_KEY: &str = "x-line-retry-key";
/// How long LINE may take to answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long to let it be where it asks for it or does not answer.
const PAUSE: Duration = Duration::from_secs(60);
/// The longest that it is let be, whatever it says.
const LONGEST_PAUSE: Duration = Duration::from_secs(3_600);
/// The longest answer that is read.
const ANSWER: usize = 10_000;

/// Speaks for the official account. Cheap to clone; the clones share connections.
#[derive(Clone)]
pub struct Line {
    client: Client,
    /// Which account.
    pub settings: Arc<Settings>,
    /// Until when it is let be.
    quiet_until: Arc<Mutex<Option<Instant>>>,
}

/// What LINE says of what it did not take.
#[derive(Default, Deserialize)]
struct Told {
    #[serde(default)]
    message: String,
    #[serde(default)]
    details: Vec<Detail>,
}

#[derive(Deserialize)]
struct Detail {
    #[serde(default)]
    property: String,
}

impl Line {
    /// For an account.
    ///
    /// # Errors
    /// When the system has no certificates to trust.
    pub fn new(settings: Settings) -> Result<Self, reqwest::Error> {
        // An error says that a provider is there already, which is just as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Self {
            client: Client::builder()
                .redirect(Policy::none())
                .no_proxy()
                .timeout(PATIENCE)
                .connect_timeout(PATIENCE / 3)
                .user_agent(concat!("raiten/", env!("CARGO_PKG_VERSION")))
                .build()?,
            settings: Arc::new(settings),
            quiet_until: Arc::default(),
        })
    }

    /// Sends a letter to somebody, unless it is recalled.
    pub(crate) async fn push(
        &self,
        to: &User,
        letter: &Letter,
        links: &Links,
        recalled: &AtomicBool,
    ) -> Outcome {
        let outcome = self.push_now(to, letter, links, recalled).await;
        metrics::counter!("raiten_line_messages", "outcome" => outcome.name()).increment(1);
        outcome
    }

    async fn push_now(
        &self,
        to: &User,
        letter: &Letter,
        links: &Links,
        recalled: &AtomicBool,
    ) -> Outcome {
        if let Some(wait) = self.is_quiet() {
            return Outcome::Later(wait);
        }
        if recalled.load(Ordering::Relaxed) {
            return Outcome::Later(Duration::ZERO);
        }
        let body = json!({
            "to": to.id,
            "messages": [{"type": "text", "text": text(letter, links)}],
        });
        let answer = self
            .client
            .post(format!("{}{PUSH}", self.settings.api))
            .bearer_auth(self.settings.token.expose_secret().trim())
            .header(RETRY_KEY, retry_key(letter))
            .json(&body)
            .send()
            .await;
        match answer {
            Ok(answer) => self.meaning(answer).await,
            Err(_) => Outcome::Later(PAUSE),
        }
    }

    async fn meaning(&self, answer: Response) -> Outcome {
        match answer.status() {
            status if status.is_success() => Outcome::Taken,
            // It has it already, by this key.
            StatusCode::CONFLICT => Outcome::Taken,
            // Too many at once, or more than the account's plan has for this month.
            StatusCode::TOO_MANY_REQUESTS => {
                let wait = wait(&answer);
                self.be_quiet(wait);
                Outcome::Later(wait)
            }
            status if status.is_server_error() => Outcome::Later(wait(&answer)),
            // The token is wrong or over: that is ours to mend.
            status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => {
                tracing::error!(
                    status = status.as_u16(),
                    "LINE does not take the channel's token"
                );
                self.be_quiet(PAUSE);
                Outcome::Later(PAUSE)
            }
            StatusCode::NOT_FOUND => Outcome::Gone,
            _ if is_about_whom(&told(answer).await) => Outcome::Gone,
            _ => Outcome::Refused,
        }
    }

    /// Answers somebody in the chat, once and soon after they said something. What does not get there is not tried again.
    pub(crate) async fn reply(&self, reply_token: &str, words: &str) {
        let body = json!({
            "replyToken": reply_token,
            "messages": [{"type": "text", "text": words}],
        });
        let answer = self
            .client
            .post(format!("{}{REPLY}", self.settings.api))
            .bearer_auth(self.settings.token.expose_secret().trim())
            .json(&body)
            .send()
            .await;
        match answer {
            Ok(answer) if answer.status().is_success() => {}
            Ok(answer) => {
                tracing::warn!(
                    status = answer.status().as_u16(),
                    "an answer in LINE was not taken"
                );
            }
            Err(_) => tracing::warn!("an answer in LINE did not get there"),
        }
    }

    fn is_quiet(&self) -> Option<Duration> {
        let until = self
            .quiet_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let wait = until.as_ref()?.saturating_duration_since(Instant::now());
        (!wait.is_zero()).then_some(wait)
    }

    fn be_quiet(&self, wait: Duration) {
        let until = Instant::now() + wait;
        let mut known = self
            .quiet_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *known = (*known).max(Some(until));
    }
}

/// The message's number in the form of a UUID, the same however often it is sent. Like one of version 7 it is 48 bits of time and random ones; what makes
/// it one takes the place of six of those.
fn retry_key(letter: &Letter) -> String {
    let random = letter.contact_id.to_bits() & !(0xf << 76) & !(0b11 << 62);
    let hex = format!("{:032x}", random | 7 << 76 | 0b10 << 62);
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

/// As it stands in the chat. What ends it is a link, since nobody is signed in there.
fn text(letter: &Letter, links: &Links) -> String {
    let Letter {
        title,
        body,
        retailer,
        why,
        path,
        lang,
        ..
    } = letter;
    let reason = match lang {
        Lang::Ja => format!("{retailer}・{why}"),
        Lang::En => format!("{retailer} · {why}"),
    };
    let Links { public_url, stop } = links;
    let end = STOP.get(*lang);
    format!("{title}\n{body}\n{public_url}{path}\n\n{reason}\n{end}: {stop}")
}

/// At most a screenful; what is longer says nothing.
async fn told(mut answer: Response) -> Told {
    let mut body = Vec::new();
    while let Ok(Some(some)) = answer.chunk().await {
        body.extend_from_slice(&some);
        if body.len() > ANSWER {
            return Told::default();
        }
    }
    serde_json::from_slice(&body).unwrap_or_default()
}

/// Whether it is whom it was to go to that is wrong, and not what it says: they are not there, or no friend any more.
fn is_about_whom(told: &Told) -> bool {
    told.message == "Failed to send messages"
        || told.details.iter().any(|detail| detail.property == "to")
        || told.message.contains("'to'")
}

/// What `Retry-After` says, in seconds.
fn wait(answer: &Response) -> Duration {
    answer
        .headers()
        .get(header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse().ok())
        .map_or(PAUSE, Duration::from_secs)
        .clamp(Duration::from_secs(1), LONGEST_PAUSE)
}
