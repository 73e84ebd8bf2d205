//! The draw: commit and reveal, integers only, so that native and wasm agree to the last bit.
//!
//! 1. The server makes a 32-byte seed per campaign and day and shows its SHA-256 ([`ServerSeed::commitment`]).
//! 2. It shows the odds; their hash ([`OddsTable::hash`]) is fixed.
//! 3. The client chooses a nonce and plays.
//! 4. [`draw`] gives the ticket, [`outcome`] the prize.
//! 5. When the day is over the seed is published and anybody can [`verify`], by the day's log ([`crate::draw_log`]) or one's own draws.
//!
//! Shoppers stand in all of it by the day's pseudonym (`draw@2`); draws of earlier servers (`draw@1`) by their id, see [`Drawer`].

use std::{fmt, str::FromStr};

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Deserializer, Serialize};
use sha2::Sha256;

use crate::{
    day::Day,
    digest::Digest,
    id::{CampaignId, PrizeId},
    odds::{Odds, OddsTable, WHOLE},
    pseudonym::Drawer,
};

/// The secret of one campaign and day. Not printable by accident; published only when the day is over.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerSeed([u8; 32]);

impl ServerSeed {
    /// From 32 random bytes.
    #[must_use]
    pub const fn new(random: [u8; 32]) -> Self {
        Self(random)
    }

    /// The bytes, to be stored (encrypted) or published.
    #[must_use]
    pub const fn reveal(&self) -> &[u8; 32] {
        &self.0
    }

    /// SHA-256 of the 32 bytes: shown before anybody plays.
    #[must_use]
    pub fn commitment(&self) -> Digest {
        Digest::of(&self.0)
    }
}

impl fmt::Debug for ServerSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerSeed(secret)")
    }
}

/// What the client contributes: 16 to 64 characters from `A-Z a-z 0-9 - _`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct ClientNonce(String);

/// The text is no nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a nonce has 16 to 64 characters from A-Z a-z 0-9 - _")]
pub struct NonceError;

impl ClientNonce {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ClientNonce {
    type Err = NonceError;
    fn from_str(text: &str) -> Result<Self, NonceError> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if (16..=64).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NonceError)
        }
    }
}

impl<'de> Deserialize<'de> for ClientNonce {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Words below this are taken: the largest multiple of a million in 32 bits, so that every ticket has the same number of words.
const TAKEN_BELOW: u32 = u32::MAX / WHOLE * WHOLE;

/// The ticket, 0 to 999,999: HMAC-SHA256 with the seed as key over this text (UTF-8, each line ended by a line feed):
///
/// ```text
/// raiten-draw-v2
/// {campaign id}
/// {the shopper's pseudonym of the day}
/// {play number, decimal}
/// {client nonce}
/// {odds hash, hexadecimal}
/// {round, decimal, from 0}
/// ```
///
/// The 32 bytes are read as eight big-endian 32-bit words; the first word below 4,294,000,000 modulo 1,000,000 is the ticket (a word is
/// rejected with chance 0.02 %). All eight rejected: the next round. The fields hold no line feeds, so the text is unambiguous.
/// Version 1 has the shopper's id in the place of the pseudonym, and says so in its first line.
#[must_use]
pub fn draw(
    seed: &ServerSeed,
    campaign: CampaignId,
    drawer: impl Into<Drawer>,
    play_number: u32,
    nonce: &ClientNonce,
    odds_hash: Digest,
) -> u32 {
    let drawer = drawer.into();
    let head = format!(
        "raiten-draw-v{}\n{campaign}\n{drawer}\n{play_number}\n{}\n{odds_hash}\n",
        drawer.version(),
        nonce.0
    );
    ticket(|round| hmac_sha256(&seed.0, format!("{head}{round}\n").as_bytes()))
}

fn hmac_sha256(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    // A key of the block size: 32 bytes and the zeros that the standard appends.
    let mut block = [0_u8; 64];
    block[..32].copy_from_slice(key);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    mac.update(message);
    mac.finalize().into_bytes().into()
}

fn ticket(mut block_of: impl FnMut(u32) -> [u8; 32]) -> u32 {
    let mut round = 0_u32;
    loop {
        for word in block_of(round).chunks_exact(4) {
            let word = word.iter().fold(0_u32, |n, b| (n << 8) | u32::from(*b));
            if word < TAKEN_BELOW {
                return word % WHOLE;
            }
        }
        round = round.wrapping_add(1);
    }
}

/// The prize of a ticket: the entries' chances are laid end to end in table order; entry *k* owns the tickets from the sum of the
/// chances before it to below that sum plus its own.
///
/// `None` for a ticket of 1,000,000 and more, which [`draw`] never gives.
#[must_use]
pub fn outcome(odds: &OddsTable, ticket: u32) -> Option<&Odds> {
    let mut end = 0_u32;
    odds.entries().iter().find(|entry| {
        end += entry.ppm;
        ticket < end
    })
}

/// Everything needed to check one draw once the seed is public.
#[derive(Clone, Debug)]
pub struct Revealed<'a> {
    /// The published seed.
    pub seed: &'a ServerSeed,
    /// The commitment that was shown before play.
    pub commitment: Digest,
    /// The campaign.
    pub campaign: CampaignId,
    /// Whose draw it is.
    pub drawer: Drawer,
    /// The day.
    pub day: Day,
    /// The play's number that day.
    pub play_number: u32,
    /// What the client contributed.
    pub nonce: &'a ClientNonce,
    /// The odds that were shown.
    pub odds: &'a OddsTable,
    /// Their hash as it was shown.
    pub odds_hash: Digest,
    /// The ticket that the server said it drew.
    pub ticket: u32,
    /// The prize that it gave.
    pub prize: PrizeId,
}

/// What does not agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The seed is not the one that was committed to.
    #[error("the published seed is not the one that was committed to")]
    Commitment,
    /// The odds are not those whose hash was shown.
    #[error("the odds are not those that were shown")]
    Odds,
    /// The ticket is another.
    #[error("the ticket drawn should have been {0}")]
    Ticket(u32),
    /// The prize is another.
    #[error("the ticket stands for another prize")]
    Prize,
}

/// What recomputing a draw shows, one thing after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Examined {
    /// The seed is the one that was committed to.
    pub seed: bool,
    /// The odds are those whose hash was shown.
    pub odds: bool,
    /// The ticket that seed, nonce and hash give.
    pub ticket: u32,
    /// The prize is the one that the ticket stands for.
    pub prize: bool,
}

/// Recomputes a draw from what was published.
#[must_use]
pub fn examine(revealed: &Revealed<'_>) -> Examined {
    let hash = revealed
        .odds
        .hash(revealed.campaign, revealed.drawer, revealed.day);
    let ticket = draw(
        revealed.seed,
        revealed.campaign,
        revealed.drawer,
        revealed.play_number,
        revealed.nonce,
        revealed.odds_hash,
    );
    Examined {
        seed: revealed.seed.commitment() == revealed.commitment,
        odds: hash == revealed.odds_hash,
        ticket,
        prize: outcome(revealed.odds, ticket).is_some_and(|odds| odds.prize_id == revealed.prize),
    }
}

/// The same as a plain yes or no.
///
/// # Errors
/// The first thing that does not agree.
pub fn verify(revealed: &Revealed<'_>) -> Result<(), VerifyError> {
    let found = examine(revealed);
    if !found.seed {
        Err(VerifyError::Commitment)
    } else if !found.odds {
        Err(VerifyError::Odds)
    } else if found.ticket != revealed.ticket {
        Err(VerifyError::Ticket(found.ticket))
    } else if !found.prize {
        Err(VerifyError::Prize)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{TAKEN_BELOW, ticket};

    /// Words that are all rejected occur once in 10^29 blocks: no vector can show the next round.
    #[test]
    fn goes_on_to_the_next_round_when_all_words_are_rejected() {
        let mut rounds = Vec::new();
        let drawn = ticket(|round| {
            rounds.push(round);
            let mut block = [0xff; 32];
            if round == 2 {
                block[28..].copy_from_slice(&(TAKEN_BELOW - 1).to_be_bytes());
            }
            block
        });
        assert_eq!((drawn, rounds), (999_999, vec![0, 1, 2]));
    }

    #[test]
    fn the_first_word_that_is_taken_counts() {
        assert_eq!(TAKEN_BELOW, 4_294_000_000);
        let mut block = [0; 32];
        block[..4].copy_from_slice(&TAKEN_BELOW.to_be_bytes());
        block[4..8].copy_from_slice(&1_234_567_u32.to_be_bytes());
        assert_eq!(ticket(|_| block), 234_567);
    }
}
