//! A hundred thousand draws of which the browser has to make what the server makes: ids, nonces, odds with their edges, hashes, tickets, outcomes,
//! and what is left of odds when a prize does not fit the budget. The unit test computes them natively, a journey in a browser.

use app::{
    day::Day,
    digest::Digest,
    draw::{ClientNonce, ServerSeed, draw, outcome},
    id::{CampaignId, PrizeId, ShopperId},
    odds::{Limits, Odds, OddsTable, WHOLE},
    prize::PrizeTable,
    pseudonym::{Drawer, Pseudonym},
    yen::Yen,
};

/// How many.
pub const DRAWS: u32 = 100_000;
/// What they come to, see [`digest`].
pub const DIGEST: &str = "b3dd50e6544759088715e7bcf0cfe7583f3b1826eb82ecbfa3f27c4f495aeb29";

/// The digest of what the first `draws` come to. The text that is hashed has a line for each; `None`: one of them could not be made at all.
#[must_use]
pub fn digest(draws: u32) -> Option<Digest> {
    let mut chain = Digest::of(b"raiten agree");
    for n in 0..draws {
        let line = format!("{chain}\n{}\n", Made::new(n)?.line());
        chain = Digest::of(line.as_bytes());
    }
    Some(chain)
}

/// The pieces of a draw, made of its number by SHA-256.
struct Made {
    seed: ServerSeed,
    campaign: CampaignId,
    drawer: Drawer,
    day: Day,
    play_number: u32,
    nonce: ClientNonce,
    odds: OddsTable,
    available: Yen,
}

fn bytes(n: u32, part: u8) -> [u8; 32] {
    Digest::of(format!("raiten agree {n} {part}").as_bytes()).0
}

fn number(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .take(4)
        .fold(0, |n, byte| (n << 8) | u32::from(*byte))
}

fn bits(bytes: &[u8]) -> u128 {
    bytes
        .iter()
        .take(16)
        .fold(0, |n, byte| (n << 8) | u128::from(*byte))
}

impl Made {
    fn new(n: u32) -> Option<Self> {
        let (ids, small) = (bytes(n, 1), bytes(n, 2));
        let drawer = if n.is_multiple_of(8) {
            Drawer::Shopper(ShopperId::from_bits(bits(&ids[16..])))
        } else {
            Pseudonym::new(ids[16..].try_into().ok()?).into()
        };
        let odds = odds(n)?;
        let of = usize::from(small[20]) % odds.entries().len();
        Some(Self {
            seed: ServerSeed::new(bytes(n, 0)),
            campaign: CampaignId::from_bits(bits(&ids)),
            drawer,
            day: Day(i32::from_be_bytes(small[..4].try_into().ok()?)),
            play_number: if n.is_multiple_of(3) {
                number(&small[4..])
            } else {
                1 + number(&small[4..]) % 10
            },
            nonce: nonce(n, 16 + usize::from(small[8]) % 49)?,
            // What a prize of the table is worth, or a yen less, so that it fits just so or just not.
            available: Yen(odds.entries().get(of)?.value.get() - i64::from(small[21] & 1)),
            odds,
        })
    }

    fn line(&self) -> String {
        let hash = self.odds.hash(self.campaign, self.drawer, self.day);
        let ticket = draw(
            &self.seed,
            self.campaign,
            self.drawer,
            self.play_number,
            &self.nonce,
            hash,
        );
        let won = outcome(&self.odds, ticket).map(|odds| odds.prize_id);
        let limits = Limits {
            floor: Yen::ZERO,
            ceiling: PrizeTable::MAX_VALUE,
        };
        let fitted = self.odds.clone().fit(self.available, limits);
        let fitted = fitted.map(|odds| {
            (
                odds.hash(self.campaign, self.drawer, self.day),
                outcome(&odds, ticket).map(|odds| odds.prize_id),
            )
        });
        format!(
            "{} {hash} {ticket} {won:?} {} {fitted:?}",
            self.seed.commitment(),
            self.odds.expected_value_micro_yen(),
        )
    }
}

fn nonce(n: u32, length: usize) -> Option<ClientNonce> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let text: String = bytes(n, 3)
        .into_iter()
        .chain(bytes(n, 4))
        .take(length)
        .map(|byte| char::from(LETTERS[usize::from(byte & 63)]))
        .collect();
    text.parse().ok()
}

/// 1 to 20 prizes: in even parts, all but one as rare as can be, by chance, or each half as likely as the one before.
fn odds(n: u32) -> Option<OddsTable> {
    let how = bytes(n, 5);
    let count = 1 + u32::from(how[0]) % 20;
    let mut chances: Vec<u32> = match how[1] % 4 {
        0 => (0..count).map(|_| WHOLE / count).collect(),
        1 => (0..count).map(|_| 1).collect(),
        2 => {
            let most = 2 * WHOLE / (count + 1) / count;
            let part = |k: u32| 1 + number(&bytes(n, 6 + k.to_le_bytes()[0])) % most;
            (0..count).map(part).collect()
        }
        _ => (0..count).map(|k| (WHOLE >> (k + 1)).max(1)).collect(),
    };
    // What is missing goes to one of them.
    let sum: u32 = chances.iter().sum();
    let lucky = usize::from(how[2]) % chances.len();
    chances[lucky] += WHOLE.checked_sub(sum)?;
    let entries = (0_u8..).zip(chances).map(|(k, ppm)| {
        let value = match how[3] % 3 {
            0 => i64::from(k) * 50,
            1 => i64::from(number(&bytes(n, 30 + k)) % 1_000_001),
            _ => 1_000_000 - i64::from(k),
        };
        Odds {
            prize_id: PrizeId::from_bits(bits(&bytes(n, 60 + k))),
            value: Yen(value),
            ppm,
        }
    });
    OddsTable::new(entries.collect()).ok()
}

#[cfg(test)]
mod tests {
    use super::{DIGEST, DRAWS, digest, odds};

    #[test]
    fn natively_they_come_to_what_is_written_down() {
        let found = digest(DRAWS).map(|digest| digest.to_string());
        assert_eq!(found.as_deref(), Some(DIGEST));
    }

    /// One part in a million among them, all to one, and the most prizes there can be.
    #[test]
    fn the_edges_are_among_them() {
        let all: Vec<_> = (0..1_000).filter_map(odds).collect();
        assert_eq!(all.len(), 1_000);
        let any = |ppm| {
            all.iter()
                .any(|odds| odds.entries().iter().any(|one| one.ppm == ppm))
        };
        assert!(any(1) && any(1_000_000) && any(999_981));
        assert!(all.iter().any(|odds| odds.entries().len() == 20));
    }
}
