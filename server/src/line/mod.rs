//! LINE: messages of an official account (Messaging API) to those who added it as a friend and typed a code of ours there.
//!
//! LINE's *service messages* may not carry coupons; these are ordinary messages, to whom agreed.
//!
//! - [`settings`]: which account, by which keys.
//! - [`webhook`]: what LINE tells, and how it is known to be LINE that tells it.
//! - [`Line`]: says something there, and what the answer means.

mod send;
pub mod settings;
pub mod webhook;

use crate::{keys::Keys, random};

pub use send::Line;
pub use settings::Settings;

/// For what the names of accounts are wrapped.
const PURPOSE: &str = "line user";
/// The letters of a code: none that is taken for another.
const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// So many letters: 40 bits, which live for minutes and are tried a few times a day.
const LENGTH: usize = 8;

/// Somebody, as LINE calls them towards this account.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    id: String,
    /// A keyed hash.
    pub hash: String,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("User(…)")
    }
}

impl User {
    /// Of what LINE says.
    #[must_use]
    pub fn new(keys: &Keys, id: &str) -> Self {
        Self {
            hash: keys.hash(PURPOSE, id),
            id: id.to_owned(),
        }
    }

    /// As it is kept; `None` where there is no key for it.
    #[must_use]
    pub fn wrapped(&self, keys: &Keys) -> Option<String> {
        keys.wrap(PURPOSE, self.id.as_bytes()).ok()
    }

    /// From what is kept.
    #[must_use]
    pub fn unwrap(keys: &Keys, wrapped: &str) -> Option<Self> {
        let id = String::from_utf8(keys.unwrap(PURPOSE, wrapped).ok()?).ok()?;
        Some(Self::new(keys, &id))
    }
}

/// A new code, to be typed into the chat.
#[must_use]
pub fn new_code() -> String {
    random::bytes::<LENGTH>()
        .iter()
        // Of 256 values each letter has eight.
        .map(|byte| char::from(LETTERS[usize::from(byte % 32)]))
        .collect()
}

/// The code in what somebody typed, if it could be one: however they write it.
#[must_use]
pub fn code_in(typed: &str) -> Option<String> {
    let code: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && !"-‐－ー".contains(*c))
        .map(|c| match c {
            // As a Japanese keyboard writes them.
            '！'..='～' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            c => c,
        })
        .collect::<String>()
        .to_ascii_uppercase();
    let good = code.len() == LENGTH && code.bytes().all(|byte| LETTERS.contains(&byte));
    good.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::{User, code_in, new_code};
    use crate::keys::Keys;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = new_code();
        assert_eq!(code_in(&code).as_ref(), Some(&code));
        assert_eq!(code_in(" abcd-efgh \n").as_deref(), Some("ABCDEFGH"));
        assert_eq!(code_in("ＡＢＣＤ２３４５").as_deref(), Some("ABCD2345"));
        for not in [
            "",
            "こんにちは",
            "ABCDEFG",
            "ABCDEFGHJ",
            "ABCDEFG0",
            "ABCDEFGI",
        ] {
            assert_eq!(code_in(not), None, "{not}");
        }
    }

    #[test]
    fn a_name_is_kept_unreadable() -> anyhow::Result<()> {
        let keys = Keys::from_hex(&Keys::generate_hex())?;
        let user = User::new(&keys, "U4af4980629");
        let kept = user.wrapped(&keys).unwrap_or_default();
        assert!(!kept.is_empty() && !kept.contains("U4af"));
        assert_eq!(User::unwrap(&keys, &kept), Some(user.clone()));
        assert!(!format!("{user:?}").contains("U4af"));
        Ok(())
    }
}
