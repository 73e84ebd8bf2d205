//! One policy in one town: what is to be run, and what came of it.

use std::fmt;

use app::yen::Yen;
use clap::ValueEnum;
use serde::Serialize;

use super::{town::Town, truth::Truth, world::World};

/// How offers are sized.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum Policy {
    /// What everybody is promised, and nothing more.
    Floor,
    /// The retailer's own table.
    Flat,
    /// The rule of thumb.
    DistanceLapse,
    /// What was learned so far.
    Learned,
    /// The best of the same class: it knows what yen do to the people of each context.
    Oracle,
}

impl Policy {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Floor,
        Self::Flat,
        Self::DistanceLapse,
        Self::Learned,
        Self::Oracle,
    ];
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        named(self, f)
    }
}

/// What a value is called on the command line.
pub(super) fn named(value: &impl ValueEnum, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let name = value.to_possible_value();
    f.write_str(name.as_ref().map_or("", |name| name.get_name()))
}

/// What is to be run.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The town.
    pub town: Town,
    /// The policy.
    pub policy: Policy,
    /// How many people.
    pub shoppers: u32,
    /// How many days.
    pub days: u32,
    /// The town's seed.
    pub seed: u64,
    /// The campaign's budget; `None`: so much that its end is not felt.
    pub budget: Option<Yen>,
}

impl Plan {
    pub(super) fn budget(&self) -> Yen {
        let plenty = i64::from(self.shoppers) * (300 + 20 * i64::from(self.days));
        self.budget.unwrap_or(Yen(plenty))
    }
}

/// What came of it.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// The policy.
    pub policy: Policy,
    /// The town.
    pub town: Town,
    /// How many people.
    pub shoppers: u32,
    /// How many days.
    pub days: u32,
    /// The town's seed.
    pub seed: u64,
    /// Draws.
    pub plays: u64,
    /// Coupons.
    pub issued: u64,
    /// Coupons that were used.
    pub redeemed: u64,
    /// What that cost.
    pub spent_yen: i64,
    /// Visits.
    pub visits: u64,
    /// Visits that would not have been made without the campaign: each shopper has a twin with the same luck who is given nothing.
    pub incremental_visits_true: i64,
    /// The same for every 10,000 yen spent; absent where nothing was.
    pub incremental_visits_per_10000_yen: Option<f64>,
    /// What those visits earned less what was spent, yen.
    pub net_value_yen: f64,
    /// The budget.
    pub budget_yen: i64,
    /// Plays that got nothing because stock or budget did not allow what is promised.
    pub refused: u64,
    /// Day by day.
    #[serde(skip)]
    pub by_day: Vec<Day>,
}

/// One day.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Day {
    /// Draws.
    pub plays: u64,
    /// Yen spent.
    pub spent: i64,
    /// Yen of the coupons issued, face value.
    pub issued: i64,
    /// What the offers were expected to cost, yen, by what is believed or, of an oracle, known; 0 of the others.
    pub liability: f64,
    /// What they were planned to cost, yen.
    pub plan: f64,
    /// Visits more than the twins'.
    pub incremental: i64,
    /// λ, the price of budget.
    pub lambda: f64,
    /// The mean of what was aimed at, yen a draw.
    pub target: f64,
}

/// Runs a plan.
///
/// # Errors
/// None that a plan could bring about: what `app` refuses would be a mistake of the town's.
pub fn run(plan: &Plan, progress: impl FnMut(u32)) -> anyhow::Result<Outcome> {
    let truth = match plan.policy {
        // What is true of a context depends on who is found in it, which the policy changes: first as nothing is given, then as the best is.
        Policy::Oracle => {
            let mut truth = None;
            for seed in [plan.seed ^ 0x5eed, plan.seed ^ 0x0dd] {
                let policy = if truth.is_none() {
                    Policy::Floor
                } else {
                    Policy::Oracle
                };
                let pilot = Plan {
                    policy,
                    seed,
                    ..*plan
                };
                truth = World::new(&pilot, truth, Some(Truth::new()))?
                    .live(|_| ())?
                    .1;
            }
            truth
        }
        _ => None,
    };
    Ok(World::new(plan, truth, None)?.live(progress)?.0)
}
