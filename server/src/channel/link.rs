//! The links in messages. Whoever has one may do what it is for, and nothing else: no session is needed, and none is given.
//!
//! - What *confirms* an address is `shopper.secret`: 256 random bits, of which the database keeps a hash.
//! - What *ends* messages is `shopper.hash.seal`: made by the server's key for one shopper and one mailbox or account at LINE, so that it works for ever and
//!   needs no row.

use app::{api::path, id::ShopperId};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::keys::{Keys, same};

/// Where the links of a message lead.
#[derive(Clone, Debug)]
pub struct Links {
    /// Where we are.
    pub public_url: String,
    /// What ends all messages.
    pub stop: String,
}

/// For what the seal is.
const PURPOSE: &str = "stop messages";

/// What confirms an address: the shopper whose it is, and the secret.
#[must_use]
pub fn confirm(public_url: &str, shopper_id: ShopperId, secret: &str) -> String {
    let token = format!("{shopper_id}.{secret}");
    format!(
        "{public_url}{}",
        path::fill(path::CONTACT_CONFIRM, &[&token])
    )
}

/// Reads the token of [`confirm`].
#[must_use]
pub fn read_confirm(token: &str) -> Option<(ShopperId, &str)> {
    let (shopper_id, secret) = token.split_once('.')?;
    Some((shopper_id.parse().ok()?, secret))
}

/// What ends messages to a shopper who is reached where this hash stands for.
#[must_use]
pub fn stop(keys: &Keys, public_url: &str, shopper_id: ShopperId, hash: &str) -> String {
    let token = format!("{shopper_id}.{hash}.{}", seal(keys, shopper_id, hash));
    format!("{public_url}{}", path::fill(path::CONTACT_STOP, &[&token]))
}

/// Reads the token of [`stop`]: whose messages, and the hash; `None` where it is not one of ours.
#[must_use]
pub fn read_stop<'a>(keys: &Keys, token: &'a str) -> Option<(ShopperId, &'a str)> {
    let (shopper_id, rest) = token.split_once('.')?;
    let (hash, sealed) = rest.split_once('.')?;
    let shopper_id = shopper_id.parse().ok()?;
    same(seal(keys, shopper_id, hash).as_bytes(), sealed.as_bytes()).then_some((shopper_id, hash))
}

fn seal(keys: &Keys, shopper_id: ShopperId, hash: &str) -> String {
    URL_SAFE_NO_PAD.encode(keys.seal(PURPOSE, &format!("{shopper_id} {hash}")))
}

#[cfg(test)]
mod tests {
    use app::id::ShopperId;

    use super::{confirm, read_confirm, read_stop, stop};
    use crate::keys::Keys;

    #[test]
    fn a_link_is_for_one_shopper_and_one_address() -> anyhow::Result<()> {
        let (ours, other) = (
            Keys::from_hex(&Keys::generate_hex())?,
            Keys::from_hex(&Keys::generate_hex())?,
        );
        let who = ShopperId::from_bits(7);
        let token = |link: &str| link.rsplit('/').next().unwrap_or_default().to_owned();
        let link = token(&stop(&ours, "https://raiten.example", who, "abc"));
        assert_eq!(read_stop(&ours, &link), Some((who, "abc")));
        assert_eq!(read_stop(&other, &link), None);
        let neighbour = ShopperId::from_bits(8).to_string();
        for forged in [
            link.replace(&who.to_string(), &neighbour),
            link.replace(".abc.", ".abd."),
            link[..link.len() - 1].to_owned(),
            format!("{link}A"),
            format!("{who}.abc."),
            format!("{who}.abc"),
            "..".to_owned(),
            String::new(),
        ] {
            assert_eq!(read_stop(&ours, &forged), None, "{forged}");
        }
        let link = token(&confirm("https://raiten.example", who, "secret"));
        assert_eq!(read_confirm(&link), Some((who, "secret")));
        assert_eq!(read_confirm("secret"), None);
        Ok(())
    }
}
