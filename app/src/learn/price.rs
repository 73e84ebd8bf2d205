//! The price of budget: λ ≥ 0, what a yen costs beyond its face value because the budget has an end.
//!
//! Full information: at one price for all, each context's best choice spends what the plan allows, and no other plan within the same budget brings more
//! (the dual of the linear program over all choices). So the price is found from the contexts that came lately, and held to what the expected liability at
//! issue says: not to what is redeemed, which comes days later and would make it swing.

use std::collections::VecDeque;

use super::choice::{Ladder, Stakes};

/// The most that ln(1 + λ) moves in a day.
pub const STEP: f64 = 0.05;
/// Days by which it is judged what comes next: a week, since its days differ.
const WEEK: usize = 7;

/// Contexts as they came, each with how often.
pub type Traffic = Vec<(Stakes, f64)>;

/// What the best choices at a price are expected to cost in all.
#[must_use]
pub fn cost_at(ladder: &Ladder, traffic: &Traffic, lambda: f64) -> f64 {
    traffic
        .iter()
        .map(|(stakes, often)| often * stakes.costs(ladder.best(stakes, lambda)))
        .sum()
}

/// The lowest price at which the traffic's best choices cost as nearly `plan` yen as they can; where even the least that can be offered costs more, the one
/// at which nothing more is.
///
/// Of each context only the rungs on the upper hull of (cost, what it brings) are ever best, from the cheapest on as long as the next yen brings more
/// than 1 + λ. So the steps of all contexts are taken in the order of what a yen brings in them until the plan is used up.
#[must_use]
pub fn clearing(ladder: &Ladder, traffic: &Traffic, plan: f64) -> f64 {
    let mut cost = 0.0;
    let mut steps: Vec<(f64, f64)> = Vec::new();
    for (stakes, often) in traffic {
        let hull = hull(ladder, stakes);
        let Some(((least, _), _)) = hull.split_first() else {
            continue;
        };
        cost += often * least;
        for pair in hull.windows(2) {
            let (more, brings) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
            let each = brings / more;
            // A yen that brings less than a yen is not spent at any price.
            if each <= 1.0 {
                break;
            }
            steps.push((each, often * more));
        }
    }
    steps.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    for (each, more) in steps {
        // The one that crosses the plan is taken if that comes nearer to it.
        if cost + more / 2.0 > plan {
            // A hair above what this step brings, so that it is not taken.
            return each.mul_add(1.0 + 1e-12, -1.0);
        }
        cost += more;
    }
    0.0
}

/// The rungs that are best at some price, as (cost, what it brings), the cheapest first.
fn hull(ladder: &Ladder, stakes: &Stakes) -> Vec<(f64, f64)> {
    let mut points: Vec<(f64, f64)> = ladder
        .rungs()
        .iter()
        .map(|rung| (stakes.costs(rung), stakes.brings(rung)))
        .collect();
    // Of the same cost the one that brings most.
    points.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(b.1.total_cmp(&a.1)));
    let mut out: Vec<(f64, f64)> = Vec::with_capacity(points.len());
    for point in points {
        if out.last().is_some_and(|last| point.1 <= last.1) {
            continue;
        }
        while let [.., one, two] = out.as_slice()
            && (two.1 - one.1) * (point.0 - two.0) <= (point.1 - two.1) * (two.0 - one.0)
        {
            out.pop();
        }
        out.push(point);
    }
    out
}

/// How often each context came on the last days.
#[derive(Clone, Debug, Default)]
pub struct Lately(VecDeque<Vec<f64>>);

impl Lately {
    /// Adds a day: how often each context came on it, always in the same order.
    pub fn add(&mut self, day: Vec<f64>) {
        self.0.push_front(day);
        self.0.truncate(WEEK);
    }

    /// Whether nothing came yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How often each context is expected on the next day: as in the last week. Carrying its growth on was tried: it follows noise more than growth, and what the
    /// price misses by is made up for on the days that are left.
    #[must_use]
    pub fn expected(&self) -> Vec<f64> {
        // Seven at most.
        #[allow(clippy::cast_precision_loss)]
        let days = self.0.len().max(1) as f64;
        let contexts = self.0.front().map_or(0, Vec::len);
        (0..contexts)
            .map(|i| self.0.iter().filter_map(|day| day.get(i)).sum::<f64>() / days)
            .collect()
    }
}

/// The price of a campaign's budget from day to day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Price {
    log: f64,
    /// By how much plans are divided, so that what is offered costs what is planned.
    drift: f64,
}

impl Default for Price {
    fn default() -> Self {
        Self::new(0.0)
    }
}

impl Price {
    /// To begin with.
    #[must_use]
    pub fn new(lambda: f64) -> Self {
        Self {
            log: lambda.max(0.0).ln_1p(),
            drift: 1.0,
        }
    }

    /// As it was left ([`Self::lambda`], [`Self::drift`]).
    #[must_use]
    pub fn resumed(lambda: f64, drift: f64) -> Self {
        Self {
            drift: drift.clamp(0.5, 2.0),
            ..Self::new(lambda)
        }
    }

    /// By how much plans are divided, so that what is offered costs what is planned.
    #[must_use]
    pub const fn drift(&self) -> f64 {
        self.drift
    }

    /// λ.
    #[must_use]
    pub fn lambda(&self) -> f64 {
        self.log.exp_m1().max(0.0)
    }

    /// After a day whose offers were expected to cost `spent` where `planned` was the plan: the price for the next day, towards the one that would clear the
    /// `traffic` that is expected at `plan`, by no more than [`STEP`]. What is regularly more or less than planned, because samples scatter around what is most
    /// believed, is taken off or put on the plan, a fifth of it (in logarithms) a day and never more than half or twice the plan.
    pub fn next(
        &mut self,
        ladder: &Ladder,
        traffic: &Traffic,
        plan: f64,
        yesterday: Option<(f64, f64)>,
    ) {
        if let Some((spent, planned)) = yesterday
            && planned > 0.0
        {
            let ratio = (spent / planned).clamp(0.5, 2.0);
            self.drift = (self.drift * ratio.powf(0.2)).clamp(0.5, 2.0);
        }
        let wanted = clearing(ladder, traffic, plan / self.drift);
        let step = (wanted.ln_1p() - self.log).clamp(-STEP, STEP);
        self.log = (self.log + step).max(0.0);
    }
}
