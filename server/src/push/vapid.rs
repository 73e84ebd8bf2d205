//! Who sends: a signature by a key that all servers share (RFC 8292). Keys are made once, kept in the database wrapped by the server's key, and never
//! taken away: a browser that subscribed with an earlier one is reached by that until its page subscribes it anew.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde::Serialize;

use super::Endpoint;

/// How long a signature is good for: services take at most a day.
const GOOD_FOR_S: i64 = 12 * 3_600;
/// So many services' signatures are kept; there are far fewer.
const KEPT: usize = 256;

/// Why there is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VapidError {
    /// What is kept is no key.
    #[error("what is kept is no P-256 key")]
    Malformed,
    /// It could not be made or used.
    #[error("the system gives no randomness")]
    Random,
}

/// A new key as it is wrapped and kept (PKCS #8).
///
/// # Errors
/// [`VapidError::Random`].
pub fn make() -> Result<Vec<u8>, VapidError> {
    EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
        .map(|key| key.as_ref().to_vec())
        .map_err(|_| VapidError::Random)
}

/// A key. Has no `Debug`, so that it never reaches a log.
pub struct Vapid {
    number: i32,
    pair: EcdsaKeyPair,
    public: String,
    /// The address of whoever answers for what is sent.
    contact: String,
    signed: Mutex<HashMap<String, Signed>>,
}

#[derive(Clone)]
struct Signed {
    header: String,
    expires: i64,
}

#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    exp: i64,
    sub: &'a str,
}

impl Vapid {
    /// From what [`make`] made. `contact` is an address for whoever runs a service: `https:` or `mailto:`.
    ///
    /// # Errors
    /// [`VapidError::Malformed`].
    pub fn read(number: i32, kept: &[u8], contact: &str) -> Result<Self, VapidError> {
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, kept, &SystemRandom::new())
                .map_err(|_| VapidError::Malformed)?;
        Ok(Self {
            number,
            public: URL_SAFE_NO_PAD.encode(pair.public_key()),
            pair,
            contact: contact.to_owned(),
            signed: Mutex::default(),
        })
    }

    /// Which of our keys it is.
    #[must_use]
    pub const fn number(&self) -> i32 {
        self.number
    }

    /// The public key, as a browser wants it for subscribing.
    #[must_use]
    pub fn public(&self) -> &str {
        &self.public
    }

    /// The `Authorization` of a request to an endpoint at `now` (unix milliseconds). Signed once for each service and half the time that it is good for.
    ///
    /// # Errors
    /// [`VapidError::Random`].
    pub fn authorization(&self, endpoint: &Endpoint, now: i64) -> Result<String, VapidError> {
        let now = now.div_euclid(1_000);
        let origin = endpoint.origin();
        let mut signed = self.signed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = signed.get(&origin)
            && (now + GOOD_FOR_S / 2..=now + GOOD_FOR_S).contains(&known.expires)
        {
            return Ok(known.header.clone());
        }
        let expires = now + GOOD_FOR_S;
        let claims = Claims {
            aud: &origin,
            exp: expires,
            sub: &self.contact,
        };
        let claims = serde_json::to_vec(&claims).map_err(|_| VapidError::Malformed)?;
        let text = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(br#"{"typ":"JWT","alg":"ES256"}"#),
            URL_SAFE_NO_PAD.encode(claims)
        );
        let signature = self
            .pair
            .sign(&SystemRandom::new(), text.as_bytes())
            .map_err(|_| VapidError::Random)?;
        let header = format!(
            "vapid t={text}.{}, k={}",
            URL_SAFE_NO_PAD.encode(signature),
            self.public
        );
        if signed.len() >= KEPT {
            signed.clear();
        }
        let kept = Signed {
            header: header.clone(),
            expires,
        };
        signed.insert(origin, kept);
        Ok(header)
    }
}

#[cfg(test)]
mod tests {
    use super::{Vapid, VapidError, make};
    use crate::push::Services;

    #[test]
    fn signs_once_for_each_service_and_again_before_it_is_over() -> anyhow::Result<()> {
        let vapid = Vapid::read(1, &make()?, "https://raiten.example")?;
        let services = Services::default();
        let endpoint = services.endpoint("https://fcm.googleapis.com/fcm/send/a")?;
        let other = services.endpoint("https://web.push.apple.com/a")?;
        let now = 1_800_000_000_000;
        let first = vapid.authorization(&endpoint, now)?;
        assert_eq!(vapid.authorization(&endpoint, now + 3_600_000)?, first);
        assert_ne!(vapid.authorization(&other, now)?, first);
        assert_ne!(vapid.authorization(&endpoint, now + 7 * 3_600_000)?, first);
        // A clock that was set back does not send what expires too late.
        assert_ne!(vapid.authorization(&endpoint, now - 3_600_000)?, first);
        assert!(first.ends_with(vapid.public()));
        assert_eq!(
            Vapid::read(1, b"no key", "").map(|_| ()),
            Err(VapidError::Malformed)
        );
        Ok(())
    }
}
