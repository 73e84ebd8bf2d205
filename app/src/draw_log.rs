//! The published draws of a campaign's day, as a file that anybody can check without us.
//!
//! JSON Lines, each line in one form only (no blanks, members in this order, numbers in decimal), each ended by a line feed:
//!
//! ```text
//! {"log":"raiten-draws-v1","campaign_id":"cam_…","day":"2026-11-22","commitment":"…","seed":"…","older":0}
//! {"pseudonym":"…","play_number":1,"client_nonce":"…","odds":[["prz_…",0,950000],["prz_…",500,50000]],"odds_hash":"…","ticket":75048,"prize_id":"prz_…","value":0}
//! {"draws":1,"sha256":"…"}
//! ```
//!
//! Draws are ordered by pseudonym and play number, which say nothing about when somebody played. `older` counts draws that were made by `draw@1` and are not
//! listed, since they can be checked only by who knows the shopper's id. The last line has the number of draws and the SHA-256 of all bytes before it.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{
    day::Day,
    digest::Digest,
    draw::{ClientNonce, ServerSeed, draw, outcome},
    id::{CampaignId, PrizeId},
    odds::{Odds, OddsTable},
    pseudonym::Pseudonym,
    yen::Yen,
};

/// What a log calls itself in its first line.
pub const FORM: &str = "raiten-draws-v1";

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// [`FORM`].
    pub log: String,
    /// The campaign.
    pub campaign_id: CampaignId,
    /// The day, `YYYY-MM-DD`.
    pub day: String,
    /// The SHA-256 of the seed, which was shown before play.
    pub commitment: Digest,
    /// The 32 bytes of the seed as hexadecimal digits.
    pub seed: Digest,
    /// Draws by `draw@1`, which are not listed.
    pub older: u64,
}

/// A line of one draw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The shopper's name of the day.
    pub pseudonym: Pseudonym,
    /// The play's number that day, from 1.
    pub play_number: u32,
    /// What the device contributed.
    pub client_nonce: ClientNonce,
    /// The odds that were shown: prize, face value, parts per million.
    pub odds: Vec<(PrizeId, i64, u32)>,
    /// Their hash as it was shown.
    pub odds_hash: Digest,
    /// The number drawn.
    pub ticket: u32,
    /// The prize.
    pub prize_id: PrizeId,
    /// Its face value.
    pub value: i64,
}

impl Line {
    /// The odds of a line.
    #[must_use]
    pub fn odds_of(table: &OddsTable) -> Vec<(PrizeId, i64, u32)> {
        let entries = table.entries().iter();
        entries
            .map(|odds| (odds.prize_id, odds.value.get(), odds.ppm))
            .collect()
    }
}

/// The last line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    draws: u64,
    sha256: Digest,
}

/// Writes a log, part by part.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    seen: Sha256,
    draws: u64,
}

impl Writer {
    /// The first line.
    ///
    /// # Errors
    /// Never, for what has a form of its own.
    pub fn head(&mut self, head: &Head) -> serde_json::Result<String> {
        self.take(head)
    }

    /// A draw's line. They come by pseudonym and play number.
    ///
    /// # Errors
    /// As [`Self::head`].
    pub fn draw(&mut self, line: &Line) -> serde_json::Result<String> {
        self.draws += 1;
        self.take(line)
    }

    /// The last line.
    ///
    /// # Errors
    /// As [`Self::head`].
    pub fn end(mut self) -> serde_json::Result<String> {
        let end = End {
            draws: self.draws,
            sha256: Digest(self.seen.clone().finalize().into()),
        };
        self.take(&end)
    }

    fn take(&mut self, line: &impl Serialize) -> serde_json::Result<String> {
        let mut text = serde_json::to_string(line)?;
        text.push('\n');
        self.seen.update(text.as_bytes());
        Ok(text)
    }
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The first line is none, or of another form.
    #[error("not the first line of a log of draws ({FORM})")]
    Head,
    /// The seed does not belong to the commitment.
    #[error("the published seed is not the one that was committed to")]
    Commitment,
    /// Neither a draw nor the last line; or the same in another spelling.
    #[error("not a line of a log of draws, letter for letter")]
    Form,
    /// The odds are none: 1 to 20 distinct prizes, at least 1 ppm each, 1,000,000 in all.
    #[error("the odds are none: 1 to 20 distinct prizes of at least 1 ppm, 1,000,000 ppm in all")]
    Odds,
    /// The odds are not those whose hash was shown.
    #[error("the odds are not those whose hash was shown")]
    OddsHash,
    /// The ticket is another.
    #[error("the ticket drawn should have been {0}")]
    Ticket(u32),
    /// The prize is another, or worth something else.
    #[error("the ticket stands for another prize or value")]
    Prize,
    /// A play is missing or there twice.
    #[error("the play's number should be {0}: a play is missing or there twice")]
    PlayNumber(u32),
    /// A pseudonym that comes before the line above.
    #[error("the lines are not in the order of their pseudonyms")]
    Order,
    /// Another number of draws than the last line says.
    #[error("the last line counts other draws: here are {0}")]
    Count(u64),
    /// Other bytes than those the last line was written for.
    #[error("the SHA-256 of the lines above is another: {0}")]
    Sum(Digest),
    /// The last line is missing.
    #[error("the last line is missing: the file was cut off")]
    CutOff,
    /// Something follows the last line.
    #[error("something follows the last line")]
    Beyond,
}

/// Checks a log line by line.
#[derive(Clone, Debug, Default)]
pub struct Checker {
    seen: Sha256,
    line: u64,
    head: Option<(Head, Option<Day>)>,
    before: Option<(Pseudonym, u32)>,
    draws: u64,
    ended: bool,
}

impl Checker {
    /// The first line, once it was read.
    #[must_use]
    pub fn head(&self) -> Option<&Head> {
        self.head.as_ref().map(|(head, _)| head)
    }

    /// How many draws there were.
    #[must_use]
    pub const fn draws(&self) -> u64 {
        self.draws
    }

    /// The number of the line read last, from 1.
    #[must_use]
    pub const fn line(&self) -> u64 {
        self.line
    }

    /// Takes the next line, its line feed included, and tells what is wrong with it.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<Fault> {
        self.line += 1;
        let faults = if self.ended {
            vec![Fault::Beyond]
        } else if self.line == 1 {
            self.first(bytes)
        } else if let Some(line) = exactly::<Line>(bytes) {
            self.draws += 1;
            self.drawn(&line)
        } else if let Some(end) = exactly::<End>(bytes) {
            self.ended = true;
            self.last(&end)
        } else {
            vec![Fault::Form]
        };
        self.seen.update(bytes);
        faults
    }

    /// What is wrong after the last line.
    #[must_use]
    pub fn finish(&self) -> Option<Fault> {
        (!self.ended).then_some(Fault::CutOff)
    }

    fn first(&mut self, bytes: &[u8]) -> Vec<Fault> {
        let Some(head) = exactly::<Head>(bytes).filter(|head| head.log == FORM) else {
            return vec![Fault::Head];
        };
        let day = head.day.parse::<Day>().ok();
        let mut faults = Vec::new();
        if day.is_none() {
            faults.push(Fault::Head);
        }
        if Digest::of(&head.seed.0) != head.commitment {
            faults.push(Fault::Commitment);
        }
        self.head = Some((head, day));
        faults
    }

    fn drawn(&mut self, line: &Line) -> Vec<Fault> {
        let mut faults = Vec::new();
        let next = match self.before {
            Some((pseudonym, number)) if pseudonym == line.pseudonym => number.saturating_add(1),
            Some((pseudonym, _)) if pseudonym > line.pseudonym => {
                faults.push(Fault::Order);
                1
            }
            _ => 1,
        };
        if line.play_number != next {
            faults.push(Fault::PlayNumber(next));
        }
        self.before = Some((line.pseudonym, line.play_number));
        // Without a first line nothing can be recomputed, and that was said.
        if let Some((head, Some(day))) = &self.head {
            faults.extend(recompute(head, *day, line));
        }
        faults
    }

    fn last(&self, end: &End) -> Vec<Fault> {
        let mut faults = Vec::new();
        if end.draws != self.draws {
            faults.push(Fault::Count(self.draws));
        }
        let sum = Digest(self.seen.clone().finalize().into());
        if end.sha256 != sum {
            faults.push(Fault::Sum(sum));
        }
        faults
    }
}

fn recompute(head: &Head, day: Day, line: &Line) -> Vec<Fault> {
    let entries = line.odds.iter().map(|(prize_id, value, ppm)| Odds {
        prize_id: *prize_id,
        value: Yen(*value),
        ppm: *ppm,
    });
    let Ok(table) = OddsTable::new(entries.collect()) else {
        return vec![Fault::Odds];
    };
    let mut faults = Vec::new();
    if table.hash(head.campaign_id, line.pseudonym, day) != line.odds_hash {
        faults.push(Fault::OddsHash);
    }
    let ticket = draw(
        &ServerSeed::new(head.seed.0),
        head.campaign_id,
        line.pseudonym,
        line.play_number,
        &line.client_nonce,
        line.odds_hash,
    );
    if ticket != line.ticket {
        faults.push(Fault::Ticket(ticket));
    }
    let drawn = outcome(&table, line.ticket);
    if !drawn.is_some_and(|odds| odds.prize_id == line.prize_id && odds.value.get() == line.value) {
        faults.push(Fault::Prize);
    }
    faults
}

/// A line that says this type, and is written as it would be written here: one text for one meaning.
fn exactly<T: Serialize + serde::de::DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let line: T = serde_json::from_slice(bytes.strip_suffix(b"\n")?).ok()?;
    let again = serde_json::to_vec(&line).ok()?;
    (again == bytes[..bytes.len() - 1]).then_some(line)
}

/// Everything that is wrong with a whole log, with the lines' numbers from 1.
#[must_use]
pub fn check(log: &[u8]) -> Vec<(u64, Fault)> {
    let mut checker = Checker::default();
    let mut faults = Vec::new();
    for line in log.split_inclusive(|byte| *byte == b'\n') {
        let found = checker.take(line);
        faults.extend(found.into_iter().map(|fault| (checker.line(), fault)));
    }
    faults.extend(checker.finish().map(|fault| (checker.line() + 1, fault)));
    faults
}
