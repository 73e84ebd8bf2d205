//! The expected value that is worth most: odds in steps between floor and ceiling, and what each step brings and costs in one context.

use super::response::{Curve, f_of};
use crate::{
    odds::{Limits, OddsError, OddsTable},
    prize::PrizeTable,
    yen::{MilliYen, Yen},
};

/// So many steps lie between floor and ceiling, both included: no step is wider than a 63rd of the span.
pub const RUNGS: usize = 64;

/// Odds of one expected value.
#[derive(Clone, Debug, PartialEq)]
pub struct Rung {
    /// The expected value that was aimed at.
    pub target: MilliYen,
    /// The odds.
    pub odds: OddsTable,
    /// The expectation of f under them.
    pub offered: f64,
    /// The chance of each prize, in the order of the ladder's.
    chances: Vec<f64>,
}

impl Rung {
    /// What one draw brings in the mean of what each prize does.
    fn mean_of(&self, of_prize: &[f64]) -> f64 {
        self.chances.iter().zip(of_prize).map(|(p, x)| p * x).sum()
    }
}

/// The odds that a campaign can offer now: the same for everybody until stock or budget change.
#[derive(Clone, Debug, PartialEq)]
pub struct Ladder {
    values: Vec<Yen>,
    rungs: Vec<Rung>,
}

impl Ladder {
    /// Over what is in stock and fits the budget.
    ///
    /// # Errors
    /// As [`OddsTable::sized`] and [`OddsTable::fit`].
    pub fn new(table: &PrizeTable, limits: Limits, available: Yen) -> Result<Self, OddsError> {
        let prizes = table.prizes();
        let (floor, ceiling) = (MilliYen::from(limits.floor), MilliYen::from(limits.ceiling));
        let span = ceiling.0.saturating_sub(floor.0).max(0);
        // A small number.
        let last = i64::try_from(RUNGS - 1).unwrap_or(1);
        let rungs = (0..=last)
            .map(|n| {
                // Products stay far inside 64 bits: 10^9 thousandths of a yen by 63.
                let target = MilliYen(floor.0.saturating_add(span.saturating_mul(n) / last));
                let odds = OddsTable::sized(table, target, limits)?.fit(available, limits)?;
                let chances: Vec<f64> = prizes
                    .iter()
                    .map(|prize| f64::from(odds.ppm_of(prize.id)) / 1e6)
                    .collect();
                let offered = chances
                    .iter()
                    .zip(prizes)
                    .map(|(p, v)| p * f_of(v.value))
                    .sum();
                Ok(Rung {
                    target,
                    odds,
                    offered,
                    chances,
                })
            })
            .collect::<Result<Vec<_>, OddsError>>()?;
        Ok(Self {
            values: prizes.iter().map(|prize| prize.value).collect(),
            rungs,
        })
    }

    /// From the lowest to the highest.
    #[must_use]
    pub fn rungs(&self) -> &[Rung] {
        &self.rungs
    }

    /// The values of the prizes, in the retailer's order.
    #[must_use]
    pub fn values(&self) -> &[Yen] {
        &self.values
    }

    /// The rung whose expected value is nearest.
    #[must_use]
    pub fn nearest(&self, target: MilliYen) -> &Rung {
        let at = self.rungs.partition_point(|rung| rung.target < target);
        match (
            at.checked_sub(1).and_then(|i| self.rungs.get(i)),
            self.rungs.get(at),
        ) {
            (Some(low), Some(high)) if target.0 - low.target.0 <= high.target.0 - target.0 => low,
            (_, Some(high)) => high,
            (Some(low), None) => low,
            // There are always some.
            (None, None) => unreachable!("a ladder without rungs"),
        }
    }

    /// What each prize brings and costs somebody whose response is this.
    #[must_use]
    pub fn stakes(&self, curve: &Curve, worth: &Worth) -> Stakes {
        let without = curve.visits(0.0);
        let (mut brings, mut costs) = (Vec::new(), Vec::new());
        for value in &self.values {
            let with = curve.visits(f_of(*value));
            // Exact: a prize is worth a million yen at most.
            #[allow(clippy::cast_precision_loss)]
            let yen = value.get() as f64;
            brings.push(worth.margin * (with - without));
            costs.push(yen * with * worth.use_rate);
        }
        Stakes { brings, costs }
    }

    /// The rung that is worth most to the retailer at a price of budget: the highest `Σ p·(margin·(P(v) − P(0)) − (1 + λ)·v·P(redeem))`, the lowest of
    /// several.
    #[must_use]
    pub fn best(&self, stakes: &Stakes, lambda: f64) -> &Rung {
        let net: Vec<f64> = stakes
            .brings
            .iter()
            .zip(&stakes.costs)
            .map(|(brings, costs)| brings - (1.0 + lambda) * costs)
            .collect();
        let mut best = (f64::NEG_INFINITY, 0);
        for (i, rung) in self.rungs.iter().enumerate() {
            let here = rung.mean_of(&net);
            if here > best.0 {
                best = (here, i);
            }
        }
        &self.rungs[best.1]
    }
}

/// What a visit is worth, and how often a coupon that could be used is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Worth {
    /// What a visit earns the retailer before the coupon, yen.
    pub margin: f64,
    /// How often somebody who comes and holds a coupon uses it, 0 to 1.
    pub use_rate: f64,
}

/// What each prize of a ladder would bring and cost in one context, yen.
#[derive(Clone, Debug, PartialEq)]
pub struct Stakes {
    brings: Vec<f64>,
    costs: Vec<f64>,
}

impl Stakes {
    /// From what is known of each prize of a ladder: what it brings and what it is expected to cost, yen.
    #[must_use]
    pub fn new(brings: Vec<f64>, costs: Vec<f64>) -> Self {
        Self { brings, costs }
    }

    /// The same where it is so likely that nothing is brought at all.
    #[must_use]
    pub fn doubted(mut self, idle: f64) -> Self {
        self.brings.iter_mut().for_each(|it| *it *= 1.0 - idle);
        self
    }

    /// What a rung brings, yen a draw.
    #[must_use]
    pub fn brings(&self, rung: &Rung) -> f64 {
        rung.mean_of(&self.brings)
    }

    /// What a rung is expected to cost, yen a draw: the liability at issue.
    #[must_use]
    pub fn costs(&self, rung: &Rung) -> f64 {
        rung.mean_of(&self.costs)
    }
}
