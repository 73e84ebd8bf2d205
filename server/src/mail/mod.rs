//! E-mail: to addresses that were confirmed, with what a reader needs to end it, by a relay that the configuration names.
//!
//! - [`settings`]: which relay, and who is responsible.
//! - `words`: what messages say.
//! - [`compose`]: as mails of two forms, with headers that end it by one press (RFC 8058).
//! - [`Mail`]: sends them (RFC 5321), and says what the relay's answer means.

pub mod compose;
mod send;
pub mod settings;
mod words;

use crate::keys::Keys;

pub use send::Mail;
pub use settings::Settings;

/// For what addresses are wrapped.
const PURPOSE: &str = "mail address";
/// The longest hash of an address that links carry.
const HASH_DIGITS: usize = 32;

/// A mailbox.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    text: lettre::Address,
    /// A keyed hash: the same for the same mailbox, and meaningless elsewhere.
    pub hash: String,
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Address(…)")
    }
}

impl Address {
    /// Of an address as `app::account::email` writes it; `None` where it cannot be written into a mail.
    #[must_use]
    pub fn new(keys: &Keys, text: &str) -> Option<Self> {
        let mut hash = keys.hash(PURPOSE, text);
        hash.truncate(HASH_DIGITS);
        Some(Self {
            text: text.parse().ok()?,
            hash,
        })
    }

    /// As it is kept; `None` where there is no key for it.
    #[must_use]
    pub fn wrapped(&self, keys: &Keys) -> Option<String> {
        let text: &str = self.text.as_ref();
        keys.wrap(PURPOSE, text.as_bytes()).ok()
    }

    /// From what is kept.
    #[must_use]
    pub fn unwrap(keys: &Keys, wrapped: &str) -> Option<Self> {
        let bytes = keys.unwrap(PURPOSE, wrapped).ok()?;
        Self::new(keys, std::str::from_utf8(&bytes).ok()?)
    }

    /// The address.
    #[must_use]
    pub fn text(&self) -> &str {
        self.text.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::Address;
    use crate::keys::Keys;

    #[test]
    fn is_kept_unreadable_and_told_apart() -> anyhow::Result<()> {
        let keys = Keys::from_hex(&Keys::generate_hex())?;
        let address = Address::new(&keys, "hanako@example.jp");
        let kept = address
            .as_ref()
            .and_then(|a| a.wrapped(&keys))
            .unwrap_or_default();
        assert!(!kept.contains("hanako") && !kept.is_empty());
        assert_eq!(Address::unwrap(&keys, &kept), address);
        let other = Keys::from_hex(&Keys::generate_hex())?;
        assert_eq!(Address::unwrap(&other, &kept), None);
        let hash = |text: &str| Address::new(&keys, text).map(|a| a.hash);
        assert_ne!(hash("hanako@example.jp"), hash("taro@example.jp"));
        assert_ne!(
            hash("hanako@example.jp"),
            Address::new(&other, "hanako@example.jp").map(|a| a.hash)
        );
        assert!(!format!("{address:?}").contains("hanako"));
        Ok(())
    }

    #[test]
    fn no_address_carries_another_line() -> anyhow::Result<()> {
        let keys = Keys::from_hex(&Keys::generate_hex())?;
        for bad in [
            "a@example.jp\r\nBcc: b@example.jp",
            "a@example.jp\nx",
            "a\r@example.jp",
            "a@example.jp>,<b@example.jp",
            "a@example.jp, b@example.jp",
            "",
        ] {
            assert_eq!(Address::new(&keys, bad), None, "{bad:?}");
        }
        Ok(())
    }
}
