//! What every handler has at hand.

use std::{ops::Deref, sync::Arc};

use ipnet::IpNet;

use crate::{
    clock::Clock,
    db::{Db, contact::Ways},
    http::once::InFlight,
    keys::Keys,
    line::Line,
    mail::Mail,
    places::Keeper,
    push::Push,
};

/// Shared by all requests, every one of which has it in several hands at once: a clone counts one thing up.
#[derive(Clone)]
pub struct App(Arc<Parts>);

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// What there is.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// The server's keys.
    pub keys: Keys,
    /// All stores, by where they are.
    pub places: Keeper,
    /// What browsers are sent messages with.
    pub push: Push,
    /// What e-mails are sent with, where the configuration names a relay.
    pub mail: Option<Mail>,
    /// What speaks at LINE, where the configuration names an account.
    pub line: Option<Line>,
    /// Idempotency keys that this server is working on.
    pub in_flight: InFlight,
    /// What the configuration says about requests.
    pub options: Options,
}

/// The part of the configuration that handlers need.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where people reach the server, without a trailing slash: `https://raiten.example`.
    pub public_url: String,
    /// Networks of the proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Networks that may read `/metrics`.
    pub metrics_from: Vec<IpNet>,
    /// How often one address may ask.
    pub rate_limit: RateLimit,
    /// Whether logins of the demo are let in: only while listening on loopback.
    pub demo_logins: bool,
}

/// How often one address may ask: a bucket that fills steadily.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests per second in the long run; at least 1.
    pub per_second: u32,
    /// Requests at once; at least 1.
    pub burst: u32,
}

impl App {
    /// Of its parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// By which ways shoppers are reached.
    #[must_use]
    pub fn ways(&self) -> Ways<'_> {
        Ways {
            services: &self.push.services,
            keys: &self.keys,
            line: self.line.is_some(),
            mail: self.mail.is_some(),
        }
    }

    /// Whether cookies are marked `Secure`: always, except where the public address is plain HTTP on this machine.
    #[must_use]
    pub fn secure_cookies(&self) -> bool {
        self.options.public_url.starts_with("https:")
    }
}
