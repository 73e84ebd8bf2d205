//! The server's secret key: it wraps every key that the database holds, and keys the hashes of what must not be read there.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::random;

/// Why something wrapped cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not 32 bytes as hex.
    #[error("RAITEN_SECRET_KEY must be 64 hexadecimal digits (32 bytes)")]
    Malformed,
    /// Wrapped by another key, for another purpose, or altered.
    #[error("a key in the database was not wrapped by this RAITEN_SECRET_KEY")]
    WrongKey,
}

/// Derived from `RAITEN_SECRET_KEY`. Has no `Debug`, so that it never reaches a log.
#[derive(Clone)]
pub struct Keys {
    wrapping: [u8; 32],
    hashing: [u8; 32],
}

impl Keys {
    /// From the key as hex.
    ///
    /// # Errors
    /// [`KeyError::Malformed`].
    pub fn from_hex(text: &str) -> Result<Self, KeyError> {
        let mut master = [0_u8; 32];
        hex::decode_to_slice(text.trim(), &mut master).map_err(|_| KeyError::Malformed)?;
        Ok(Self {
            wrapping: mac(&master, b"raiten wrapping key v1"),
            hashing: mac(&master, b"raiten hashing key v1"),
        })
    }

    /// A new key as hex.
    #[must_use]
    pub fn generate_hex() -> String {
        hex::encode(random::bytes::<32>())
    }

    /// Wraps a secret for one purpose (XChaCha20-Poly1305, random nonce; the purpose is authenticated).
    ///
    /// # Errors
    /// Only when the cipher refuses the length, which our secrets never reach.
    pub fn wrap(&self, purpose: &str, secret: &[u8]) -> Result<String, KeyError> {
        let nonce = random::bytes::<24>();
        let payload = Payload {
            msg: secret,
            aad: purpose.as_bytes(),
        };
        let sealed = XChaCha20Poly1305::new(&self.wrapping.into())
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| KeyError::WrongKey)?;
        Ok(URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// Opens what [`Self::wrap`] made for the same purpose.
    ///
    /// # Errors
    /// [`KeyError::WrongKey`].
    pub fn unwrap(&self, purpose: &str, wrapped: &str) -> Result<Vec<u8>, KeyError> {
        let bytes = URL_SAFE_NO_PAD
            .decode(wrapped)
            .map_err(|_| KeyError::WrongKey)?;
        let (nonce, sealed) = bytes.split_first_chunk::<24>().ok_or(KeyError::WrongKey)?;
        XChaCha20Poly1305::new(&self.wrapping.into())
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: sealed,
                    aad: purpose.as_bytes(),
                },
            )
            .map_err(|_| KeyError::WrongKey)
    }

    /// A keyed hash, hex: equal for equal texts, meaningless without the key.
    #[must_use]
    pub fn hash(&self, purpose: &str, text: &str) -> String {
        hex::encode(self.seal(purpose, text))
    }

    /// The same as bytes: what only this server can say about a text. Compare seals by [`same`].
    #[must_use]
    pub fn seal(&self, purpose: &str, text: &str) -> [u8; 32] {
        let message = format!("{}:{purpose}{text}", purpose.len());
        mac(&self.hashing, message.as_bytes())
    }
}

/// Whether two seals are equal; takes as long wherever they differ.
#[must_use]
pub fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

fn mac(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    // HMAC takes a key of any length; the fallback is unreachable.
    Hmac::<Sha256>::new_from_slice(key).map_or([0; 32], |mut m| {
        m.update(message);
        m.finalize().into_bytes().into()
    })
}

#[cfg(test)]
mod tests {
    use super::{KeyError, Keys};

    #[test]
    fn opens_only_with_the_same_key_and_purpose() -> Result<(), KeyError> {
        let (a, b) = (
            Keys::from_hex(&Keys::generate_hex())?,
            Keys::from_hex(&Keys::generate_hex())?,
        );
        let wrapped = a.wrap("seed", b"secret")?;
        assert_eq!(a.unwrap("seed", &wrapped)?, b"secret");
        assert_eq!(a.unwrap("other", &wrapped), Err(KeyError::WrongKey));
        assert_eq!(b.unwrap("seed", &wrapped), Err(KeyError::WrongKey));
        assert_eq!(a.unwrap("seed", "%"), Err(KeyError::WrongKey));
        assert!(Keys::from_hex("abc").is_err());
        assert_ne!(a.hash("x", "yz"), a.hash("xy", "z"));
        Ok(())
    }
}
