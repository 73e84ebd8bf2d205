//! Sends a message to a push service (RFC 8030), and says what its answer means.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use http::{StatusCode, header};
use reqwest::{Client, Response, redirect::Policy};
use tokio::time::Instant;

use super::{
    Endpoint, Subscription,
    seal::{self, SealError},
    service::{Guard, Lookup, System},
    vapid::Vapid,
};
use crate::channel::Outcome;

/// How long a service may take to answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long to let a service be that asked for it without saying how long.
const PAUSE: Duration = Duration::from_secs(60);
/// The longest that a service is let be, whatever it says.
const LONGEST_PAUSE: Duration = Duration::from_secs(3_600);

/// What a message is besides its text.
#[derive(Clone, Copy, Debug)]
pub struct Letter<'a> {
    /// What the browser gets.
    pub message: &'a [u8],
    /// So many seconds a service keeps it for a browser that is away.
    pub ttl_s: u32,
    /// Replaces what has the same topic and was not delivered: at most 32 characters of URL-safe base 64.
    pub topic: &'a str,
    /// Set, it does not leave any more, though it may have been waiting for its turn.
    pub recalled: &'a AtomicBool,
}

/// Sends. Cheap to clone; the clones share connections and pace.
#[derive(Clone)]
pub struct Sender {
    guarded: Client,
    own: Client,
    /// When each service may be sent the next message.
    next: Arc<Mutex<HashMap<String, Instant>>>,
    gap: Duration,
}

impl Sender {
    /// One that sends at most so many messages a second to one service.
    ///
    /// # Errors
    /// When the system has no certificates to trust.
    pub fn new(per_second: u32) -> Result<Self, reqwest::Error> {
        Self::with(per_second, System)
    }

    /// The same with names looked up elsewhere.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with(per_second: u32, lookup: impl Lookup + Clone) -> Result<Self, reqwest::Error> {
        // An error says that a provider is there already, which is just as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = || {
            Client::builder()
                // Where else to look is not for a service to say, and a proxy would dial for us what we do not.
                .redirect(Policy::none())
                .no_proxy()
                .timeout(PATIENCE)
                .connect_timeout(PATIENCE / 3)
                .user_agent(concat!("raiten/", env!("CARGO_PKG_VERSION")))
        };
        Ok(Self {
            guarded: client().dns_resolver(Arc::new(Guard(lookup))).build()?,
            own: client().build()?,
            next: Arc::default(),
            gap: Duration::from_secs(1) / per_second.max(1),
        })
    }

    /// Encrypts a message for one browser and sends it at `now` (unix milliseconds), in the pace of its service.
    pub async fn send(
        &self,
        subscription: &Subscription,
        vapid: &Vapid,
        letter: Letter<'_>,
        now: i64,
    ) -> Outcome {
        let body = match seal::seal(&subscription.keys, letter.message) {
            Ok(body) => body,
            Err(SealError::TooLong | SealError::Key) => return Outcome::Refused,
        };
        let endpoint = &subscription.endpoint;
        let Ok(authorization) = vapid.authorization(endpoint, now) else {
            return Outcome::Later(PAUSE);
        };
        if let Err(wait) = self.turn(endpoint).await {
            return Outcome::Later(wait);
        }
        if letter.recalled.load(Ordering::Relaxed) {
            return Outcome::Later(Duration::ZERO);
        }
        let client = if endpoint.is_own() {
            &self.own
        } else {
            &self.guarded
        };
        let answer = client
            .post(endpoint.as_str())
            .header(header::AUTHORIZATION, authorization)
            .header(header::CONTENT_ENCODING, "aes128gcm")
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .header("ttl", letter.ttl_s)
            .header("urgency", "normal")
            .header("topic", letter.topic)
            .body(body)
            .send()
            .await;
        let outcome = match &answer {
            Ok(answer) => outcome_of(answer),
            // Where it leads is not public, or it does not answer.
            Err(_) => Outcome::Later(PAUSE),
        };
        if let (Ok(answer), Outcome::Later(wait)) = (&answer, outcome)
            && answer.status() == StatusCode::TOO_MANY_REQUESTS
        {
            self.pause(endpoint, wait);
        }
        metrics::counter!("raiten_push_messages", "outcome" => outcome.name()).increment(1);
        outcome
    }

    /// Waits for the service's turn; how long it wants to be let be where that is longer than a moment.
    async fn turn(&self, endpoint: &Endpoint) -> Result<(), Duration> {
        let now = Instant::now();
        let at = {
            let mut all = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let next = all.entry(endpoint.origin()).or_insert(now);
            let at = (*next).max(now);
            if at > now + PATIENCE {
                return Err(at - now);
            }
            *next = at + self.gap;
            at
        };
        tokio::time::sleep_until(at).await;
        Ok(())
    }

    fn pause(&self, endpoint: &Endpoint, wait: Duration) {
        let mut all = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let until = Instant::now() + wait;
        let next = all.entry(endpoint.origin()).or_insert(until);
        *next = (*next).max(until);
    }
}

fn outcome_of(answer: &Response) -> Outcome {
    match answer.status() {
        status if status.is_success() => Outcome::Taken,
        StatusCode::NOT_FOUND | StatusCode::GONE => Outcome::Gone,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Outcome::Later(wait(answer)),
        status if status.is_server_error() => Outcome::Later(wait(answer)),
        // A redirect among them: no service has one.
        _ => Outcome::Refused,
    }
}

/// What `Retry-After` says, in seconds; a date is taken for the usual pause.
fn wait(answer: &Response) -> Duration {
    answer
        .headers()
        .get(header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse().ok())
        .map_or(PAUSE, Duration::from_secs)
        .clamp(Duration::from_secs(1), LONGEST_PAUSE)
}
