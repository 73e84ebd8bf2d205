//! Recomputing a draw by the code that the server draws with.

use app::{
    api::draws::OwnDraw,
    digest::Digest,
    draw::{Examined, Revealed, ServerSeed, examine},
    odds::{Odds, OddsTable},
    pseudonym::{Drawer, Pseudonym},
};

use crate::browser::{Keep, forget_kept, kept};

/// What the game keeps of each play under its nonce: the fingerprints that were shown before it.
const SEEN: &str = "raiten.seen.";

/// What this device saw before a play: the fingerprints of seed and odds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    commitment: String,
    odds_hash: String,
}

impl Seen {
    /// What was kept of a draw.
    pub fn of(draw: &OwnDraw) -> Option<Self> {
        let text = kept(Keep::Always, &format!("{SEEN}{}", draw.client_nonce))?;
        let (commitment, odds_hash) = text.split_once(' ')?;
        Some(Self {
            commitment: commitment.to_owned(),
            odds_hash: odds_hash.to_owned(),
        })
    }
}

/// Forgets what this device saw.
pub fn forget() {
    forget_kept(Keep::Always, SEEN);
}

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The seed is the one of the fingerprint.
    pub seed: bool,
    /// The odds are those of the fingerprint.
    pub odds: bool,
    /// The number that comes out.
    pub ticket: u32,
    /// It is the one that was drawn.
    pub ticket_agrees: bool,
    /// The prize is that number's.
    pub prize: bool,
    /// The fingerprints were kept here since before the play.
    pub kept: bool,
}

impl Found {
    /// Everything agrees.
    pub const fn all(self) -> bool {
        self.seed && self.odds && self.ticket_agrees && self.prize
    }
}

/// Computes a draw again. `None`: the seed is still a secret, or what came is no draw.
pub fn check(draw: &OwnDraw, seen: Option<&Seen>) -> Option<Found> {
    let seed: Digest = draw.seed.as_ref()?.parse().ok()?;
    let entries = draw.odds.iter().map(|odds| Odds {
        prize_id: odds.prize_id,
        value: odds.value,
        ppm: odds.ppm,
    });
    let odds = OddsTable::new(entries.collect()).ok()?;
    let drawer = match draw.version {
        1 => Drawer::Shopper(draw.drawer.parse().ok()?),
        _ => draw.drawer.parse::<Pseudonym>().ok()?.into(),
    };
    let Examined {
        seed,
        odds,
        ticket,
        prize,
    } = examine(&Revealed {
        seed: &ServerSeed::new(seed.0),
        commitment: draw.seed_commitment.parse().ok()?,
        campaign: draw.campaign_id,
        drawer,
        day: draw.day_number,
        play_number: draw.play_number,
        nonce: &draw.client_nonce.parse().ok()?,
        odds: &odds,
        odds_hash: draw.odds_hash.parse().ok()?,
        ticket: draw.ticket,
        prize: draw.prize_id,
    });
    Some(Found {
        seed: seed && seen.is_none_or(|seen| seen.commitment == draw.seed_commitment),
        odds: odds && seen.is_none_or(|seen| seen.odds_hash == draw.odds_hash),
        ticket,
        ticket_agrees: ticket == draw.ticket,
        prize,
        kept: seen.is_some(),
    })
}

#[cfg(test)]
mod tests {
    use super::{Seen, check};
    use app::{
        api::draws::{OwnDraw, OwnOdds},
        day::Day,
        draw::{ServerSeed, draw, outcome},
        id::{CampaignId, DrawId, PrizeId, RetailerId},
        odds::{Odds, OddsTable},
        pseudonym::Pseudonym,
        yen::Yen,
    };

    fn honest() -> Option<OwnDraw> {
        let odds = |n: u8, value, ppm| Odds {
            prize_id: PrizeId::new(0, [n; 10]),
            value: Yen(value),
            ppm,
        };
        let table = OddsTable::new(vec![odds(1, 0, 900_000), odds(2, 500, 100_000)]).ok()?;
        let (campaign, pseudonym) = (CampaignId::new(1, [1; 10]), Pseudonym::new([2; 16]));
        let seed = ServerSeed::new([3; 32]);
        let nonce = "0123456789abcdef".parse().ok()?;
        let hash = table.hash(campaign, pseudonym, Day(20_779));
        let ticket = draw(&seed, campaign, pseudonym, 1, &nonce, hash);
        let won = outcome(&table, ticket)?;
        Some(OwnDraw {
            draw_id: DrawId::new(1, [4; 10]),
            retailer_id: RetailerId::new(1, [5; 10]),
            retailer_name: String::new(),
            campaign_id: campaign,
            campaign_name: String::new(),
            day: "2026-11-22".to_owned(),
            day_number: Day(20_779),
            drawn_at: 0,
            version: 2,
            drawer: pseudonym.to_string(),
            play_number: 1,
            client_nonce: nonce.as_str().to_owned(),
            odds: table
                .entries()
                .iter()
                .map(|odds| OwnOdds {
                    prize_id: odds.prize_id,
                    name: String::new(),
                    value: odds.value,
                    ppm: odds.ppm,
                })
                .collect(),
            odds_hash: hash.to_string(),
            ticket,
            prize_id: won.prize_id,
            prize_name: String::new(),
            value: won.value,
            seed_commitment: seed.commitment().to_string(),
            seed: Some("03".repeat(32)),
            seed_from: 0,
        })
    }

    #[test]
    fn an_honest_draw_is_found_so_and_a_lie_is_not() -> Result<(), &'static str> {
        let honest = honest().ok_or("a draw")?;
        let found = check(&honest, None).ok_or("a verdict")?;
        assert!(found.all() && !found.kept);
        let seen = Seen {
            commitment: honest.seed_commitment.clone(),
            odds_hash: honest.odds_hash.clone(),
        };
        assert!(check(&honest, Some(&seen)).is_some_and(|found| found.all() && found.kept));
        // The server shows another seed and commitment than before the play: both agree with each other.
        let other = Seen {
            commitment: "0".repeat(64),
            ..seen
        };
        assert!(check(&honest, Some(&other)).is_some_and(|found| !found.seed));
        let lie = OwnDraw {
            ticket: (honest.ticket + 1) % 1_000_000,
            ..honest.clone()
        };
        assert!(check(&lie, None).is_some_and(|found| !found.ticket_agrees && !found.all()));
        let secret = OwnDraw {
            seed: None,
            ..honest
        };
        assert_eq!(check(&secret, None), None);
        Ok(())
    }
}
