//! The odds table of one shopper, campaign and day: integers, parts per million, summing to 1,000,000.
//!
//! Everything that a browser recomputes (hash, expected value, outcome) uses integers only and is identical in native and
//! wasm. Exponentials occur in [`crate::tilt`] alone, which runs on the server.

use serde::{Deserialize, Serialize};

use crate::{
    day::Day,
    digest::Digest,
    id::{CampaignId, PrizeId},
    prize::{Prize, PrizeTable},
    pseudonym::Drawer,
    tilt::tilt,
    yen::{MilliYen, Yen},
};

/// The whole: one million parts per million.
pub const WHOLE: u32 = 1_000_000;
const MICRO: i64 = 1_000_000;

/// One prize's chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Odds {
    /// The prize.
    pub prize_id: PrizeId,
    /// Its face value.
    pub value: Yen,
    /// Its chance, parts per million, at least 1.
    pub ppm: u32,
}

/// Between what an expected value has to stay, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// What a loyal neighbour always gets.
    pub floor: Yen,
    /// The most that anybody gets.
    pub ceiling: Yen,
}

/// Why there are no odds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OddsError {
    /// Everything is out of stock, or nothing fits the budget.
    #[error("no prize is left that could be given")]
    NothingLeft,
    /// What is left cannot reach the advertised floor: the campaign stops issuing.
    #[error("what is left would fall below the advertised floor")]
    BelowFloor,
    /// Only prizes above the ceiling are left: the campaign stops issuing.
    #[error("only prizes above the ceiling are left")]
    AboveCeiling,
    /// Stored or sent odds that do not hold together.
    #[error("not an odds table: 1 to 20 distinct prizes, at least 1 ppm each, 1,000,000 in all")]
    Malformed,
}

/// Odds that hold: 1 to 20 distinct prizes, at least 1 ppm each, 1,000,000 in all, values 0 to 1,000,000.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct OddsTable(Vec<Odds>);

impl<'de> Deserialize<'de> for OddsTable {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Self::new(Vec::deserialize(d)?).map_err(serde::de::Error::custom)
    }
}

impl OddsTable {
    /// Checks entries that come from a table or over the wire.
    ///
    /// # Errors
    /// [`OddsError::Malformed`].
    pub fn new(entries: Vec<Odds>) -> Result<Self, OddsError> {
        let values = Yen::ZERO..=PrizeTable::MAX_VALUE;
        let sum: u64 = entries.iter().map(|odds| u64::from(odds.ppm)).sum();
        let holds = entries.len() <= PrizeTable::MAX_PRIZES
            && sum == u64::from(WHOLE)
            && entries.iter().enumerate().all(|(i, odds)| {
                odds.ppm > 0
                    && values.contains(&odds.value)
                    && entries
                        .iter()
                        .take(i)
                        .all(|other| other.prize_id != odds.prize_id)
            });
        if holds {
            Ok(Self(entries))
        } else {
            Err(OddsError::Malformed)
        }
    }

    /// The odds whose expected value is `target`, brought inside `limits`, over what is in stock: the retailer's own table,
    /// tilted as little as possible (see [`crate::tilt`]), in the retailer's order.
    ///
    /// Rounded to integers by the largest remainder (the earlier prize on a tie). A prize that would get less than 1 ppm is taken off and
    /// the rest tilted anew. Where rounding would leave the expected value a fraction below the floor or above the
    /// ceiling, single parts are moved between the lowest and the highest prize until it holds; the floor goes first.
    ///
    /// # Errors
    /// Nothing in stock; the floor out of reach; only prizes above the ceiling left.
    pub fn sized(table: &PrizeTable, target: MilliYen, limits: Limits) -> Result<Self, OddsError> {
        let stock: Vec<&Prize> = table.in_stock().collect();
        let (Some(least), Some(most)) = (
            stock.iter().map(|p| p.value).min(),
            stock.iter().map(|p| p.value).max(),
        ) else {
            return Err(OddsError::NothingLeft);
        };
        if most < limits.floor {
            return Err(OddsError::BelowFloor);
        }
        if least > limits.ceiling {
            return Err(OddsError::AboveCeiling);
        }
        let mean = target
            .min(limits.ceiling.into())
            .max(limits.floor.into())
            .as_yen_f64();
        let mut shown = stock.clone();
        let chances = loop {
            let pairs: Vec<(i64, u32)> = shown.iter().map(|p| (p.value.get(), p.weight)).collect();
            let chances = tilt(&pairs, mean);
            let kept: Vec<&Prize> = shown
                .iter()
                .zip(&chances)
                .filter(|(_, chance)| **chance * f64::from(WHOLE) >= 1.0)
                .map(|(prize, _)| *prize)
                .collect();
            // Of at most 20 chances that sum to 1 some stay, so this ends.
            if kept.len() == shown.len() {
                break chances;
            }
            shown = kept;
        };
        let mut entries: Vec<Odds> = shown
            .iter()
            .zip(round_chances(&chances))
            .map(|(prize, ppm)| Odds {
                prize_id: prize.id,
                value: prize.value,
                ppm,
            })
            .collect();
        if micro_yen(&entries) < limits.floor.get() * MICRO
            && entries.iter().all(|odds| odds.value <= limits.floor)
        {
            // Only what was taken off for its tiny chance can lift the mean: the cheapest that does comes back.
            if let Some(prize) = stock
                .iter()
                .filter(|p| p.value > limits.floor)
                .min_by_key(|p| p.value)
            {
                entries.push(Odds {
                    prize_id: prize.id,
                    value: prize.value,
                    ppm: 0,
                });
            }
        }
        settle(&mut entries, limits);
        entries.retain(|odds| odds.ppm > 0);
        // A prize that came back stands where the retailer put it.
        entries.sort_by_key(|odds| table.prizes().iter().position(|p| p.id == odds.prize_id));
        Self::new(entries)
    }

    /// The same odds without the prizes that do not fit the budget, the rest in unchanged proportion. To be called before odds are
    /// shown. Everything fits: unchanged, so is the hash.
    ///
    /// # Errors
    /// Nothing fits, or the rest would fall below the advertised floor: the campaign stops issuing.
    pub fn fit(&self, available: Yen, limits: Limits) -> Result<Self, OddsError> {
        let mut entries: Vec<Odds> = self
            .0
            .iter()
            .copied()
            .filter(|odds| odds.value <= available)
            .collect();
        if entries.len() == self.0.len() {
            return Ok(self.clone());
        }
        let left: u64 = entries.iter().map(|odds| u64::from(odds.ppm)).sum();
        if left == 0 {
            return Err(OddsError::NothingLeft);
        }
        // Exact: Σ ppm·v over what is left against floor × Σ ppm.
        let reached: i128 = entries
            .iter()
            .map(|odds| i128::from(odds.ppm) * i128::from(odds.value.get()))
            .sum();
        if reached < i128::from(limits.floor.get()) * i128::from(left) {
            return Err(OddsError::BelowFloor);
        }
        let scaled: Vec<(u64, u64)> = entries
            .iter()
            .map(|odds| {
                let product = u64::from(odds.ppm) * u64::from(WHOLE);
                (product / left, product % left)
            })
            .collect();
        for (odds, ppm) in entries.iter_mut().zip(largest_remainder(&scaled)) {
            odds.ppm = ppm;
        }
        settle(&mut entries, limits);
        entries.retain(|odds| odds.ppm > 0);
        Self::new(entries)
    }

    /// The entries, in the order in which the outcome is read off.
    #[must_use]
    pub fn entries(&self) -> &[Odds] {
        &self.0
    }

    /// The chance of a prize, parts per million; 0 if it is not on the table.
    #[must_use]
    pub fn ppm_of(&self, prize: PrizeId) -> u32 {
        self.0
            .iter()
            .find(|odds| odds.prize_id == prize)
            .map_or(0, |odds| odds.ppm)
    }

    /// The expected value of one draw, millionths of a yen, exact.
    #[must_use]
    pub fn expected_value_micro_yen(&self) -> i64 {
        micro_yen(&self.0)
    }

    /// The expected value of one draw, thousandths of a yen, rounded down.
    #[must_use]
    pub fn expected_value(&self) -> MilliYen {
        MilliYen(self.expected_value_micro_yen() / 1_000)
    }

    /// The highest face value on the table: what a play may have to reserve.
    #[must_use]
    pub fn top_value(&self) -> Yen {
        self.0
            .iter()
            .map(|odds| odds.value)
            .max()
            .unwrap_or(Yen::ZERO)
    }

    /// SHA-256 that binds the odds to campaign, shopper and day. Input, in UTF-8, each line ended by a line feed:
    ///
    /// ```text
    /// raiten-odds-v2
    /// {campaign id}
    /// {the shopper's pseudonym of the day}
    /// {day, decimal}
    /// {prize id} {value} {ppm}      (one line per entry, decimal numbers, one blank between, in table order)
    /// ```
    ///
    /// Unambiguous, since ids and numbers hold neither blanks nor line feeds. Version 1 has the shopper's id in the place of the pseudonym, and says so in
    /// its first line.
    #[must_use]
    pub fn hash(&self, campaign: CampaignId, drawer: impl Into<Drawer>, day: Day) -> Digest {
        use std::fmt::Write as _;
        let drawer = drawer.into();
        let mut text = format!(
            "raiten-odds-v{}\n{campaign}\n{drawer}\n{}\n",
            drawer.version(),
            day.0
        );
        for odds in &self.0 {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{} {} {}", odds.prize_id, odds.value.get(), odds.ppm);
        }
        Digest::of(text.as_bytes())
    }
}

/// Σ ppm·v: millionths of a yen. At most 10^6 × 10^6.
fn micro_yen(entries: &[Odds]) -> i64 {
    entries
        .iter()
        .map(|odds| i64::from(odds.ppm) * odds.value.get())
        .sum()
}

/// Chances as parts per million by the largest remainder.
fn round_chances(chances: &[f64]) -> Vec<u32> {
    // Remainders as integers, so that ties are ties. Chances lie in 0..=1, so nothing is cut off and no sign lost.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let parts: Vec<(u64, u64)> = chances
        .iter()
        .map(|chance| {
            let exact = chance * f64::from(WHOLE);
            (exact.floor() as u64, (exact.fract() * 1e9) as u64)
        })
        .collect();
    largest_remainder(&parts)
}

/// Rounds (whole part, remainder) pairs so that they sum to 1,000,000: the largest remainders are rounded up, the earlier one on
/// a tie.
fn largest_remainder(parts: &[(u64, u64)]) -> Vec<u32> {
    let mut out: Vec<u64> = parts.iter().map(|(whole, _)| *whole).collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|i| (std::cmp::Reverse(parts.get(*i).map(|(_, rest)| *rest)), *i));
    let mut missing = u64::from(WHOLE).saturating_sub(out.iter().sum());
    for i in order.into_iter().cycle().take(parts.len() * 2) {
        if missing == 0 {
            break;
        }
        if let Some(ppm) = out.get_mut(i) {
            *ppm += 1;
            missing -= 1;
        }
    }
    out.into_iter()
        .map(|ppm| u32::try_from(ppm).unwrap_or(u32::MAX))
        .collect()
}

/// Moves single parts between the lowest and the highest prize until the expected value is at least the floor and, where that
/// leaves room, at most the ceiling.
fn settle(entries: &mut [Odds], limits: Limits) {
    let (floor, ceiling) = (limits.floor.get() * MICRO, limits.ceiling.get() * MICRO);
    let Some(high) = (0..entries.len()).max_by_key(|i| (entries[*i].value, std::cmp::Reverse(*i)))
    else {
        return;
    };
    while micro_yen(entries) < floor {
        let lacking = floor - micro_yen(entries);
        let top = entries[high].value;
        let Some(low) = (0..entries.len())
            .filter(|i| entries[*i].ppm > 0 && entries[*i].value < top)
            .min_by_key(|i| (entries[*i].value, *i))
        else {
            return;
        };
        let gain = top.get() - entries[low].value.get();
        let parts = u32::try_from((lacking + gain - 1) / gain)
            .unwrap_or(u32::MAX)
            .min(entries[low].ppm);
        entries[low].ppm -= parts;
        entries[high].ppm += parts;
    }
    let Some(low) = (0..entries.len()).min_by_key(|i| (entries[*i].value, *i)) else {
        return;
    };
    let over = micro_yen(entries) - ceiling;
    let loss = entries[high].value.get() - entries[low].value.get();
    if over > 0 && loss > 0 {
        let parts = (over + loss - 1) / loss;
        if micro_yen(entries) - parts * loss >= floor && parts <= i64::from(entries[high].ppm) {
            let parts = u32::try_from(parts).unwrap_or(0);
            entries[high].ppm -= parts;
            entries[low].ppm += parts;
        }
    }
}

/// Between what the chance of one prize can lie for any shopper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OddsRange {
    /// The prize.
    pub prize_id: PrizeId,
    /// Lowest chance, parts per million.
    pub low: u32,
    /// Highest chance, parts per million.
    pub high: u32,
}

/// What rounding may add to or take from a chance beyond the ends of its range, parts per million.
const ROUNDING_PPM: u32 = 5;

/// For every prize of the table the range of its chance over all targets from `least` to `most`: what has to be shown beside
/// one's own odds, since they differ per person.
///
/// Along the tilt, `d ln p_k / dm` has the sign of `v_k − m`, so a chance is highest where the target equals the prize's value (or at
/// the end nearest to it) and lowest at one of the ends. Widened by 5 ppm for rounding. It holds for what is in stock and fits
/// the budget now; a prize that is gone has 0 to 0.
///
/// # Errors
/// As [`OddsTable::sized`] and [`OddsTable::fit`].
pub fn odds_ranges(
    table: &PrizeTable,
    least: MilliYen,
    most: MilliYen,
    limits: Limits,
    available: Yen,
) -> Result<Vec<OddsRange>, OddsError> {
    let at = |target: MilliYen| OddsTable::sized(table, target, limits)?.fit(available, limits);
    let (one, other) = (at(least)?, at(most.max(least))?);
    table
        .prizes()
        .iter()
        .map(|prize| {
            let peak = at(MilliYen::from(prize.value).max(least).min(most.max(least)))?;
            let chances = [
                one.ppm_of(prize.id),
                other.ppm_of(prize.id),
                peak.ppm_of(prize.id),
            ];
            let low = chances.into_iter().min().unwrap_or(0);
            let high = chances.into_iter().max().unwrap_or(WHOLE);
            let gone = prize.stock_left == Some(0) || prize.value > available;
            let margin = if gone || least >= most {
                0
            } else {
                ROUNDING_PPM
            };
            Ok(OddsRange {
                prize_id: prize.id,
                low: low.saturating_sub(margin),
                high: high.saturating_add(margin).min(WHOLE),
            })
        })
        .collect()
}
