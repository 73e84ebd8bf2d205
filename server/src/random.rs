//! The one place that asks the operating system for randomness. `app` is given it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::{Rng, TryRng, rngs::SysRng};
use sha2::{Digest, Sha256};

/// `N` random bytes from the operating system.
///
/// # Panics
/// When the operating system has no randomness to give: nothing safe can go on then.
#[must_use]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut out = [0; N];
    if let Err(error) = SysRng.try_fill_bytes(&mut out) {
        // Not an input path: without randomness every token and draw would be guessable.
        panic!("the operating system gives no randomness: {error}");
    }
    out
}

/// `N` random bytes for what only has to be told apart: from a generator of this thread that the operating system seeds anew now and then, so that
/// nobody goes there each time.
#[must_use]
pub fn mark<const N: usize>() -> [u8; N] {
    let mut out = [0; N];
    rand::rng().fill_bytes(&mut out);
    out
}

/// A secret of 256 bits as URL-safe text, for sessions and invitations.
#[must_use]
pub fn token() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<32>())
}

/// What the database keeps of a token: a thief of the database cannot use it.
#[must_use]
pub fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// A new id of any kind: `id!(StoreId, now)`.
#[macro_export]
macro_rules! new_id {
    ($kind:ty, $now:expr) => {
        <$kind>::new($now, $crate::random::bytes())
    };
}
