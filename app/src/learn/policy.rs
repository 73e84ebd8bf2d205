//! The learned policy: the rule of thumb at first, and as much of what was learned as is known.
//!
//! `m = (1 − w)·rule + w·learned`: w is how much of a context is known ([`Response::known`]), `rule` the one of
//! [`crate::policy::Policy::DistanceLapse`], but never more than what is worth it as far as is believed, and `learned` the rung that is worth most under what is believed, where it
//! counts how likely it is that yen do nothing at all. A bad batch moves m in a context by no more than a part of the span a day.
//!
//! It is the same for everybody of a context on a day. Trying by samples of the posterior (Thompson 1933) was left out: every draw tries by itself, since what
//! is drawn is chance, and beside that samples cost more than they taught in each of the towns of [docs/learning.md].

use super::{
    choice::{Ladder, Rung, Stakes, Worth},
    price::{Price, Traffic},
    response::{CELLS, Cell, Response},
};
use crate::yen::MilliYen;

/// The most that m of a context moves in a day, as a part of the span between floor and ceiling.
pub const STEP: f64 = 0.25;

/// What was learned up to a day.
#[derive(Clone, Debug)]
pub struct Learned {
    /// The response.
    pub response: Response,
    /// The price of budget.
    pub price: Price,
    /// What a visit earns the retailer before the coupon, yen.
    pub margin: f64,
    /// Of each context its m; `None`: not sized yet.
    targets: Vec<Option<MilliYen>>,
}

impl Learned {
    /// Nothing yet.
    #[must_use]
    pub fn new(margin: f64, price: Price) -> Self {
        Self {
            response: Response::unseen(),
            price,
            margin,
            targets: vec![None; CELLS],
        }
    }

    /// The same, with the m of each context as it was on the last day; what is missing is sized anew.
    #[must_use]
    pub fn continued(mut self, targets: impl IntoIterator<Item = MilliYen>) -> Self {
        for (of, target) in self.targets.iter_mut().zip(targets) {
            *of = Some(target);
        }
        self
    }

    fn worth(&self) -> Worth {
        Worth {
            margin: self.margin,
            use_rate: self.response.use_rate(),
        }
    }

    /// The expected value for a context, `rule` where it was not sized yet.
    #[must_use]
    pub fn target(&self, cell: Cell, rule: MilliYen) -> MilliYen {
        self.targets[cell.index()].unwrap_or(rule)
    }

    /// The expected values of all contexts, in their order; `rule_of` where one was not sized yet.
    #[must_use]
    pub fn targets(&self, rule_of: impl Fn(Cell) -> MilliYen) -> Vec<MilliYen> {
        Cell::all()
            .map(|cell| self.target(cell, rule_of(cell)))
            .collect()
    }

    /// What each prize is believed to bring and to cost in a context.
    #[must_use]
    pub fn stakes(&self, ladder: &Ladder, cell: Cell) -> Stakes {
        ladder
            .stakes(&self.response.curve(cell), &self.worth())
            .doubted(self.response.idle)
    }

    /// The rung that is worth most in a context, as far as is believed.
    #[must_use]
    pub fn best<'a>(&self, ladder: &'a Ladder, cell: Cell) -> &'a Rung {
        ladder.best(&self.stakes(ladder, cell), self.price.lambda())
    }

    /// The traffic of contexts that came so often, as what is believed of them has it.
    #[must_use]
    pub fn traffic(&self, ladder: &Ladder, came: &[(Cell, f64)]) -> Traffic {
        came.iter()
            .map(|(cell, often)| (self.stakes(ladder, *cell), *often))
            .collect()
    }

    /// Moves each context's m towards what is believed by now, by a day's step.
    pub fn next_day(&mut self, ladder: &Ladder, rule_of: impl Fn(Cell) -> MilliYen) {
        let step = STEP * span(ladder);
        for cell in Cell::all() {
            let learned = self.best(ladder, cell).target;
            let rule = rule_of(cell).min(learned);
            let known = self.response.known(cell);
            let wanted = (1.0 - known) * rule.as_yen_f64() + known * learned.as_yen_f64();
            let next = match self.targets[cell.index()] {
                Some(was) => {
                    let was = was.as_yen_f64();
                    wanted.clamp(was - step, was + step)
                }
                None => wanted,
            };
            self.targets[cell.index()] = Some(MilliYen::from_yen_f64(next));
        }
    }
}

fn span(ladder: &Ladder) -> f64 {
    match ladder.rungs() {
        [first, .., last] => last.target.as_yen_f64() - first.target.as_yen_f64(),
        _ => 0.0,
    }
}
