//! The response: how likely a visit within the window is, by context and by the value that was drawn.
//!
//! `logit P(visit within W | x, v) = φ(x)·β + δ·f̄ + σ(x)·(f(v) − f̄)`, f(v) = ln(1 + v/100) and f̄ its expectation under the odds that were offered.
//! Only what the draw added or took away beside f̄ is random, so only that moves the slopes σ(x) = ς·s; whatever else moved the odds (time, stock, pace, the
//! policy itself) is in β and δ and does not leak into them (Mundlak's device). The chance without any prize is where f(v) = 0: with a blank in the
//! table it was seen, without one it is an extrapolation.
//!
//! Contexts are bands, so what was seen is kept as counts of (context, prize) with the sum of f̄: what is fitted has the size of what is different.

use std::collections::BTreeMap;

use super::{
    logistic::{FitError, Observed, Posterior, Prior, fit, logistic},
    worth,
};
use crate::{
    context::{Context, Frequency, Recency},
    geo::Band,
    policy::lapse_share,
    yen::Yen,
};

/// How many contexts are told apart: bands of distance, recency and frequency.
pub const CELLS: usize = 6 * 6 * 5;
/// Coefficients of the level: one, five bands, five recencies, four frequencies, and δ.
const LEVEL: usize = 16;
/// Coefficients of the slope: one, distance, lapse, newcomer, and of three frequencies each: those who come anyway are not a little less moved than others, but not at
/// all, and one number for habit would carry that over to those who come now and then.
const SLOPE: usize = 7;
/// All of them.
pub const WIDTH: usize = LEVEL + SLOPE;

/// What of a context the response tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell(u8);

impl Cell {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        // Below 256.
        (0..CELLS).map(|n| Self(u8::try_from(n).unwrap_or(u8::MAX)))
    }

    /// The cell of a context.
    #[must_use]
    pub fn of(context: &Context) -> Self {
        Self::new(context.band, context.recency, context.frequency)
    }

    /// The cell of these bands.
    #[must_use]
    pub const fn new(band: Band, recency: Recency, frequency: Frequency) -> Self {
        // Each has fewer than seven variants.
        #[allow(clippy::cast_possible_truncation)]
        Self((band as u8 * 6 + recency as u8) * 5 + frequency as u8)
    }

    /// Where it stands among all.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The bands of it.
    #[must_use]
    pub fn bands(self) -> (Band, Recency, Frequency) {
        const RECENCY: [Recency; 6] = [
            Recency::Never,
            Recency::Within7,
            Recency::Within14,
            Recency::Within30,
            Recency::Within60,
            Recency::Over60,
        ];
        const FREQUENCY: [Frequency; 5] = [
            Frequency::None,
            Frequency::One,
            Frequency::TwoToThree,
            Frequency::FourToSeven,
            Frequency::EightOrMore,
        ];
        let n = self.index();
        (Band::ALL[n / 30], RECENCY[n / 5 % 6], FREQUENCY[n % 5])
    }

    /// φ(x) without δ's.
    fn level(self) -> [f64; LEVEL - 1] {
        let mut out = [0.0; LEVEL - 1];
        let n = self.index();
        out[0] = 1.0;
        // The first of each is the level that the others differ from.
        for (first, which) in [(1, n / 30), (6, n / 5 % 6), (11, n % 5)] {
            if which > 0 {
                out[first + which - 1] = 1.0;
            }
        }
        out
    }

    /// ς(x).
    fn slope(self) -> [f64; SLOPE] {
        let (band, recency, frequency) = self.bands();
        let (lapse, never) = match recency {
            Recency::Never => (0.0, 1.0),
            recency => (lapse_share(recency), 0.0),
        };
        [
            1.0,
            band.midpoint_km().ln_1p(),
            lapse,
            never,
            f64::from(frequency == Frequency::TwoToThree),
            f64::from(frequency == Frequency::FourToSeven),
            f64::from(frequency == Frequency::EightOrMore),
        ]
    }

    fn features(self, mean: f64, worth: f64) -> [f64; WIDTH] {
        let mut out = [0.0; WIDTH];
        out[..LEVEL - 1].copy_from_slice(&self.level());
        out[LEVEL - 1] = mean;
        for (feature, slope) in out[LEVEL..].iter_mut().zip(self.slope()) {
            *feature = slope * (worth - mean);
        }
        out
    }
}

/// One decision whose window is over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// The context it was made in.
    pub cell: Cell,
    /// What was drawn.
    pub value: Yen,
    /// The expectation of f under the odds that were offered.
    pub offered: f64,
    /// Whether a visit followed within the window.
    pub visited: bool,
    /// Whether the coupon was used.
    pub redeemed: bool,
}

/// Draws of one value in one context under odds of (nearly) one expectation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Count {
    /// How many.
    pub draws: f64,
    /// How many were followed by a visit within the window.
    pub visits: f64,
    /// Sum of f̄.
    pub offered: f64,
    /// Coupons of people who came …
    pub held: f64,
    /// … and how many of those were used.
    pub used: f64,
}

impl Count {
    fn add(&mut self, other: &Self) {
        self.draws += other.draws;
        self.visits += other.visits;
        self.offered += other.offered;
        self.held += other.held;
        self.used += other.used;
    }
}

/// What is counted together: a context, a step of the expectation of f ([`step_of`]), and a value.
pub type Kind = (Cell, i32, Yen);

/// What was seen so far: sums, to which whatever is over is added once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    counts: BTreeMap<Kind, Count>,
    /// People of each context before the campaign, who were given nothing: how many, and how many of them came within a window.
    before: BTreeMap<Cell, (f64, f64)>,
}

/// Expectations of f closer than this are put together.
const STEP: f64 = 0.05;
/// So many people of a context from before the campaign count, at most, so that what happens in it weighs more in the end: those were other days.
const MOST_BEFORE: f64 = 5_000.0;

/// In which step an expectation of f is.
#[must_use]
pub fn step_of(offered: f64) -> i32 {
    // An expectation of f lies between 0 and 10.
    #[allow(clippy::cast_possible_truncation)]
    let step = (offered / STEP) as i32;
    step
}

impl Seen {
    /// Adds what is over.
    pub fn add(&mut self, outcome: &Outcome) {
        let one = |it: bool| if it { 1.0 } else { 0.0 };
        let held = outcome.value > Yen::ZERO && outcome.visited;
        let kind = (outcome.cell, step_of(outcome.offered), outcome.value);
        self.put(
            kind,
            &Count {
                draws: 1.0,
                visits: one(outcome.visited),
                offered: outcome.offered,
                held: one(held),
                used: one(held && outcome.redeemed),
            },
        );
    }

    /// Adds what was counted elsewhere.
    pub fn put(&mut self, kind: Kind, count: &Count) {
        self.counts.entry(kind).or_default().add(count);
    }

    /// Adds people who were given nothing, before the campaign: how many of them came within a window.
    pub fn put_before(&mut self, cell: Cell, people: f64, came: f64) {
        let of = self.before.entry(cell).or_default();
        of.0 += people;
        of.1 += came;
    }

    /// How many decisions.
    #[must_use]
    pub fn draws(&self) -> f64 {
        self.counts.values().map(|count| count.draws).sum()
    }

    /// How many decisions of one context, and how many of them were followed by a visit.
    #[must_use]
    pub fn of(&self, cell: Cell) -> (f64, f64) {
        self.counts
            .iter()
            .filter(|((of, ..), _)| *of == cell)
            .fold((0.0, 0.0), |sum, (_, count)| {
                (sum.0 + count.draws, sum.1 + count.visits)
            })
    }

    /// Whether a blank was ever drawn: without one, what happens without a prize is an extrapolation.
    #[must_use]
    pub fn has_blanks(&self) -> bool {
        self.counts.keys().any(|(.., value)| *value == Yen::ZERO)
    }

    /// How often somebody who comes and holds a coupon uses it: the mean under a uniform prior.
    #[must_use]
    pub fn use_rate(&self) -> f64 {
        let (held, used) = self.counts.values().fold((0.0, 0.0), |sum, count| {
            (sum.0 + count.held, sum.1 + count.used)
        });
        (used + 1.0) / (held + 2.0)
    }

    fn observed(&self) -> Observed {
        let mut out = Observed::new(WIDTH);
        for ((cell, _, value), count) in &self.counts {
            let mean = count.offered / count.draws;
            out.add(
                &cell.features(mean, f_of(*value)),
                count.draws,
                count.visits,
            );
        }
        for (cell, (people, came)) in &self.before {
            let part = (MOST_BEFORE / people).min(1.0);
            out.add(&cell.features(0.0, 0.0), people * part, came * part);
        }
        out
    }

    /// The mean of f̄ in each context, that of all where a context was not seen.
    fn means(&self) -> Vec<f64> {
        let mut sums = vec![(0.0, 0.0); CELLS];
        for ((cell, ..), count) in &self.counts {
            let (draws, offered) = &mut sums[cell.index()];
            *draws += count.draws;
            *offered += count.offered;
        }
        let (draws, offered) = sums
            .iter()
            .fold((0.0, 0.0), |all, one| (all.0 + one.0, all.1 + one.1));
        let overall = if draws > 0.0 { offered / draws } else { 0.0 };
        sums.iter()
            // A few of its own count with some of everybody's.
            .map(|(draws, offered)| (offered + 10.0 * overall) / (draws + 10.0))
            .collect()
    }
}

/// f of a value.
#[must_use]
pub fn f_of(value: Yen) -> f64 {
    // Exact: a prize is worth a million yen at most.
    #[allow(clippy::cast_precision_loss)]
    worth(value.get() as f64)
}

/// What is believed before anything was seen: that some come anyway, few, and that yen may do something, most likely little.
#[must_use]
pub fn prior() -> Prior {
    let mut out = Prior {
        mean: vec![0.0; WIDTH],
        sd: vec![1.0; WIDTH],
    };
    out.mean[0] = -1.5;
    out.sd[0] = 2.0;
    for sd in &mut out.sd[LEVEL..] {
        *sd = 0.15;
    }
    out.mean[LEVEL] = 0.2;
    out.sd[LEVEL] = 0.3;
    out
}

/// How likely it is beforehand that yen do nothing at all, against that they do something, as odds.
const IDLE: f64 = 0.25;

/// A fitted response.
#[derive(Clone, Debug)]
pub struct Response {
    coefficients: Vec<f64>,
    cells: Vec<OfCell>,
    use_rate: f64,
    /// How much more the counts scatter than they should, at least 1.
    pub scatter: f64,
    /// Whether the chance without a prize is an extrapolation.
    pub extrapolated: bool,
    /// How likely it is that yen do nothing at all, 0 to 1.
    pub idle: f64,
}

/// What is believed of one context.
#[derive(Clone, Copy, Debug)]
struct OfCell {
    mean: Curve,
    slope_sd: f64,
    level: Known,
    slope: Known,
}

/// Variances of what is believed of something, before anything was seen and now.
#[derive(Clone, Copy, Debug)]
struct Known {
    before: f64,
    now: f64,
}

impl Known {
    /// How much of it is known, 0 to 1: all, once the variance is half of what it was.
    fn part(self) -> f64 {
        ((1.0 - self.now / self.before) / 0.5).clamp(0.0, 1.0)
    }
}

/// The response of one context.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curve {
    /// The logit without a prize.
    pub base: f64,
    /// What each unit of f adds to it.
    pub slope: f64,
}

impl Curve {
    /// The chance of a visit within the window with something of this worth (f) in hand.
    #[must_use]
    pub fn visits(&self, worth: f64) -> f64 {
        logistic(self.base + self.slope * worth)
    }
}

impl Response {
    /// Before anything was seen.
    #[must_use]
    pub fn unseen() -> Self {
        Self::of(&Posterior::of_prior(&prior()), &Seen::default(), 1.0)
    }

    /// Fits what was seen, beginning with the last fit if there is one. Where counts scatter more than chance has it, for instance because some shoppers
    /// are in them many times, the posterior is as wide as they do (quasi-likelihood: Pearson's χ² over its degrees of freedom; McCullagh, Nelder 4.5).
    ///
    /// # Errors
    /// [`FitError`].
    pub fn fit(seen: &Seen, before: Option<&Self>) -> Result<Self, FitError> {
        let observed = seen.observed();
        let start = before.map(|b| b.coefficients.as_slice());
        let posterior = fit(&observed, &prior(), start)?;
        let scatter = observed.scatter(&posterior.mean).max(1.0);
        Ok(Self::of(&posterior.tempered(1.0 / scatter), seen, scatter))
    }

    fn of(posterior: &Posterior, seen: &Seen, scatter: f64) -> Self {
        let means = seen.means();
        let prior = Posterior::of_prior(&prior());
        let cells = Cell::all().zip(means).map(|(cell, mean)| {
            let mut slope = [0.0; WIDTH];
            slope[LEVEL..].copy_from_slice(&cell.slope());
            // Where f = 0.
            let base = cell.features(mean, 0.0);
            let sum = |weights: &[f64; WIDTH]| -> f64 {
                weights
                    .iter()
                    .zip(&posterior.mean)
                    .map(|(x, b)| x * b)
                    .sum()
            };
            let known = |weights: &[f64; WIDTH]| Known {
                before: prior.variance_of(weights),
                now: posterior.variance_of(weights),
            };
            OfCell {
                mean: Curve {
                    base: sum(&base),
                    slope: sum(&slope),
                },
                slope_sd: posterior.variance_of(&slope).sqrt(),
                level: known(&base),
                slope: known(&slope),
            }
        });
        // How much more likely what was seen is if all slopes are 0 (Dickey 1971: the density there, afterwards and before).
        let odds =
            IDLE * (posterior.log_density_at_zero(LEVEL) - prior.log_density_at_zero(LEVEL)).exp();
        Self {
            cells: cells.collect(),
            coefficients: posterior.mean.clone(),
            use_rate: seen.use_rate(),
            scatter,
            extrapolated: !seen.has_blanks(),
            // Odds beyond every number are a certainty.
            idle: if odds.is_finite() {
                odds / (1.0 + odds)
            } else {
                1.0
            },
        }
    }

    fn cell(&self, cell: Cell) -> &OfCell {
        &self.cells[cell.index()]
    }

    /// How often somebody who comes and holds a coupon uses it.
    #[must_use]
    pub const fn use_rate(&self) -> f64 {
        self.use_rate
    }

    /// What is most believed of a context.
    #[must_use]
    pub fn curve(&self, cell: Cell) -> Curve {
        self.cell(cell).mean
    }

    /// The standard deviation of a context's slope.
    #[must_use]
    pub fn slope_sd(&self, cell: Cell) -> f64 {
        self.cell(cell).slope_sd
    }

    /// How much is known of a context, 0 to 1: half of it is how many come anyway, which visits from before the campaign tell as well, the other half what yen do.
    #[must_use]
    pub fn known(&self, cell: Cell) -> f64 {
        let of = self.cell(cell);
        (of.level.part() + of.slope.part()) / 2.0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{CELLS, Cell, Outcome, Response, Seen, f_of, logistic};
    use crate::{
        context::{Frequency, Recency},
        geo::Band,
        learn::logistic::FitError,
        yen::Yen,
    };

    #[test]
    fn every_context_has_a_cell_of_its_own() {
        let mut found = BTreeSet::new();
        for cell in Cell::all() {
            let (band, recency, frequency) = cell.bands();
            assert_eq!(Cell::new(band, recency, frequency), cell);
            found.insert(cell.index());
        }
        assert_eq!(found.len(), CELLS);
    }

    /// Draws of a known response, by fractions instead of chance: 40 of 1,000 visits are 40.
    fn seen(slope: f64, confounded: bool) -> Seen {
        let mut seen = Seen::default();
        let near = Cell::new(Band::Under500m, Recency::Within14, Frequency::One);
        let far = Cell::new(Band::Under5km, Recency::Within14, Frequency::One);
        for (cell, base) in [(near, -1.0), (far, -2.0)] {
            // Two sets of odds: those of the second week are better, and more people come then whatever they draw.
            for week in [0.0, 1.0] {
                let odds: [(i64, u32); 3] = if week == 0.0 {
                    [(0, 700), (100, 200), (500, 100)]
                } else {
                    [(0, 300), (100, 300), (500, 400)]
                };
                let offered: f64 = odds
                    .iter()
                    .map(|(v, n)| f_of(Yen(*v)) * f64::from(*n) / 1_000.0)
                    .sum();
                let season = if confounded { 1.5 * week } else { 0.0 };
                for (value, n) in odds {
                    let p = logistic(base + season + slope * f_of(Yen(value)));
                    for i in 0..n * 20 {
                        let visited = f64::from(i) + 0.5 < p * f64::from(n * 20);
                        seen.add(&Outcome {
                            cell,
                            value: Yen(value),
                            offered,
                            visited,
                            redeemed: visited && i % 2 == 0,
                        });
                    }
                }
            }
        }
        seen
    }

    #[test]
    fn the_slope_is_found_and_a_good_season_is_not_taken_for_it() -> Result<(), FitError> {
        let near = Cell::new(Band::Under500m, Recency::Within14, Frequency::One);
        for (slope, confounded) in [(0.8, false), (0.8, true), (0.0, true)] {
            let response = Response::fit(&seen(slope, confounded), None)?;
            let (found, sd) = (response.curve(near).slope, response.slope_sd(near));
            assert!(
                (found - slope).abs() < 0.06,
                "{found} for {slope}, {confounded}"
            );
            assert!(sd > 0.0 && sd < 0.1, "{sd}");
            assert!(response.known(near) > 0.8);
            assert_eq!(response.idle > 0.5, slope == 0.0, "{}", response.idle);
        }
        Ok(())
    }

    #[test]
    fn the_chance_without_a_prize_is_that_of_blanks() -> Result<(), FitError> {
        let seen = seen(0.8, false);
        let response = Response::fit(&seen, None)?;
        assert!(!response.extrapolated);
        let far = Cell::new(Band::Under5km, Recency::Within14, Frequency::One);
        let curve = response.curve(far);
        assert!(
            (curve.visits(0.0) - logistic(-2.0)).abs() < 0.02,
            "{curve:?}"
        );
        let with = logistic(-2.0 + 0.8 * f_of(Yen(500)));
        assert!(
            (curve.visits(f_of(Yen(500))) - with).abs() < 0.03,
            "{curve:?}"
        );
        // Half of those who came with a coupon used it.
        assert!((response.use_rate() - 0.5).abs() < 0.02);
        Ok(())
    }

    #[test]
    fn before_anything_was_seen_nothing_is_learned() {
        let response = Response::unseen();
        let cell = Cell::new(Band::From10km, Recency::Never, Frequency::None);
        assert!(response.known(cell).abs() < 1e-12 && response.extrapolated);
        assert!((response.idle - 0.2).abs() < 1e-12);
    }

    #[test]
    fn visits_from_before_tell_how_many_come_anyway_and_nothing_of_what_yen_do()
    -> Result<(), FitError> {
        let mut seen = Seen::default();
        let often = Cell::new(Band::Under500m, Recency::Within7, Frequency::EightOrMore);
        seen.put_before(often, 1_000.0, 900.0);
        let response = Response::fit(&seen, None)?;
        assert!((response.curve(often).visits(0.0) - 0.9).abs() < 0.02);
        assert!((response.slope_sd(often) - Response::unseen().slope_sd(often)).abs() < 1e-3);
        let known = response.known(often);
        assert!((0.4..=0.51).contains(&known), "{known}");
        Ok(())
    }
}
