//! The learned policy: the rule of thumb at first, and as much of what was learned as is known.
//!
//! `m = (1 − w)·rule + w·learned`: w is how much of a context's slope has been learned ([`Response::learned`]), `rule` the one of
//! [`crate::policy::Policy::DistanceLapse`], `learned` the best rung under one sample of the posterior (Thompson), which is how it goes on trying. A bad batch moves m in a
//! context by no more than a part of the span a day.

use super::{
    choice::{Ladder, Worth},
    price::{Price, Traffic},
    response::{CELLS, Cell, Response},
};
use crate::yen::MilliYen;

/// The most that m of a context moves in a day, as a part of the span between floor and ceiling.
pub const STEP: f64 = 0.1;

/// What was learned up to a day.
#[derive(Clone, Debug)]
pub struct Learned {
    /// The response.
    pub response: Response,
    /// The price of budget.
    pub price: Price,
    /// What a visit earns the retailer before the coupon, yen.
    pub margin: f64,
    /// Of each context what m was about lately; `None`: it did not come yet.
    centres: Vec<Option<f64>>,
}

impl Learned {
    /// Nothing yet.
    #[must_use]
    pub fn new(margin: f64, price: Price) -> Self {
        Self {
            response: Response::unseen(),
            price,
            margin,
            centres: vec![None; CELLS],
        }
    }

    fn worth(&self) -> Worth {
        Worth {
            margin: self.margin,
            use_rate: self.response.use_rate(),
        }
    }

    /// The expected value for somebody in this context for whom the rule says `rule`, by two independent standard normal numbers: the same ones for one
    /// shopper, campaign and day.
    #[must_use]
    pub fn target(
        &self,
        cell: Cell,
        rule: MilliYen,
        ladder: &Ladder,
        normal: [f64; 2],
    ) -> MilliYen {
        let weight = self.response.learned(cell);
        let curve = self.response.sample(cell, normal);
        let stakes = ladder.stakes(&curve, &self.worth());
        let learned = ladder.best(&stakes, self.price.lambda()).target;
        let mixed = mix(rule, learned, weight);
        let centre = self.centre(cell, rule);
        let step = STEP * span(ladder);
        MilliYen::from_yen_f64(mixed.clamp(centre - step, centre + step))
    }

    /// What m is most likely about in a context, beside its scatter.
    #[must_use]
    pub fn centre(&self, cell: Cell, rule: MilliYen) -> f64 {
        self.centres[cell.index()].unwrap_or_else(|| rule.as_yen_f64())
    }

    /// The traffic of contexts that came so often, as what is believed of them has it.
    #[must_use]
    pub fn traffic(&self, ladder: &Ladder, came: &[(Cell, f64)]) -> Traffic {
        came.iter()
            .map(|(cell, often)| {
                (
                    ladder.stakes(&self.response.curve(*cell), &self.worth()),
                    *often,
                )
            })
            .collect()
    }

    /// Moves each context's m towards what is most believed by now, by a day's step.
    pub fn next_day(&mut self, ladder: &Ladder, rule_of: impl Fn(Cell) -> MilliYen) {
        let (worth, lambda, step) = (self.worth(), self.price.lambda(), STEP * span(ladder));
        for cell in Cell::all() {
            let rule = rule_of(cell);
            let stakes = ladder.stakes(&self.response.curve(cell), &worth);
            let wanted = mix(
                rule,
                ladder.best(&stakes, lambda).target,
                self.response.learned(cell),
            );
            let centre = self.centre(cell, rule);
            self.centres[cell.index()] = Some(wanted.clamp(centre - step, centre + step));
        }
    }
}

fn mix(rule: MilliYen, learned: MilliYen, weight: f64) -> f64 {
    (1.0 - weight) * rule.as_yen_f64() + weight * learned.as_yen_f64()
}

fn span(ladder: &Ladder) -> f64 {
    match ladder.rungs() {
        [first, .., last] => last.target.as_yen_f64() - first.target.as_yen_f64(),
        _ => 0.0,
    }
}
