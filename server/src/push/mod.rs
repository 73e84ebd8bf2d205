//! Web push: what is said to a browser that is not open, through the push service that its maker runs.
//!
//! - [`service`]: which addresses are push services at all, and where an address may lead when it is dialled.
//! - [`seal`]: the message, encrypted for one browser (RFC 8291), so that the service cannot read it.
//! - [`vapid`]: who sends (RFC 8292), by keys that all servers share.
//! - [`Push`]: all of it, as a server has it at hand.
//! - [`send`]: the request (RFC 8030), and what its answer means.

mod ready;
pub mod seal;
pub mod send;
pub mod service;
pub mod vapid;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

pub use ready::Push;
pub use send::Sender;
pub use service::{Endpoint, Services};

/// Length of a browser's public key: an uncompressed point of P-256.
pub const KEY_BYTES: usize = 65;
/// Length of a browser's authentication secret.
pub const AUTH_BYTES: usize = 16;

/// Where and how one browser is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// The address at its push service.
    pub endpoint: Endpoint,
    /// The browser's keys.
    pub keys: BrowserKeys,
    /// With which of our keys the browser subscribed: the service takes messages of no other.
    pub vapid_key: i32,
}

/// What a message to a browser is encrypted with.
#[derive(Clone, PartialEq, Eq)]
pub struct BrowserKeys {
    /// Its public key.
    pub p256dh: [u8; KEY_BYTES],
    /// The secret that only the browser and we know.
    pub auth: [u8; AUTH_BYTES],
}

impl std::fmt::Debug for BrowserKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BrowserKeys(…)")
    }
}

impl BrowserKeys {
    /// From what a browser gives: URL-safe base 64, with or without padding. `None` where it is no point of the curve or of another length.
    #[must_use]
    pub fn read(p256dh: &str, auth: &str) -> Option<Self> {
        let keys = Self::kept(p256dh, auth)?;
        // Whether it is a point is known by agreeing with it.
        seal::seal(&keys, b"").ok().map(|_| keys)
    }

    /// From what is kept, which was looked at when it came.
    #[must_use]
    pub fn kept(p256dh: &str, auth: &str) -> Option<Self> {
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok();
        Some(Self {
            p256dh: decode(p256dh)?.try_into().ok()?,
            auth: decode(auth)?.try_into().ok()?,
        })
    }

    /// As they are kept.
    #[must_use]
    pub fn write(&self) -> (String, String) {
        (
            URL_SAFE_NO_PAD.encode(self.p256dh),
            URL_SAFE_NO_PAD.encode(self.auth),
        )
    }
}
