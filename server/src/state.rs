//! What every handler has at hand.

use std::sync::Arc;

use ipnet::IpNet;

use crate::{clock::Clock, db::Db, http::once::InFlight, keys::Keys, places::Keeper, push::Push};

/// Shared by all requests; cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// The server's keys.
    pub keys: Arc<Keys>,
    /// All stores, by where they are.
    pub places: Keeper,
    /// What browsers are sent messages with.
    pub push: Push,
    /// Idempotency keys that this server is working on.
    pub in_flight: InFlight,
    /// What the configuration says about requests.
    pub options: Arc<Options>,
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
    /// Whether cookies are marked `Secure`: always, except where the public address is plain HTTP on this machine.
    #[must_use]
    pub fn secure_cookies(&self) -> bool {
        self.options.public_url.starts_with("https:")
    }
}
