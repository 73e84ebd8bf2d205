//! What a retailer wants to reach, and how far it is: by the same intervals as the report, so that a goal is not reached by chance.

use serde::{Deserialize, Serialize};

use crate::{
    campaign::FieldProblem,
    lang::Text,
    lift::{Analysis, Interval, Ratio, Region, Verdict},
    yen::Yen,
};

/// The largest lift that can be a goal, percent.
const MAX_LIFT: u32 = 500;
/// The largest price of a visit that can be a goal.
const MAX_PRICE: Yen = Yen(1_000_000);

/// What a retailer wants to reach. What is absent is no goal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Goals {
    /// So many percent more visits than without offers, or more: 1 to 500.
    #[serde(default)]
    pub lift_percent: Option<u32>,
    /// So many yen of coupons per visit more, or fewer: 1 to 1,000,000.
    #[serde(default)]
    pub yen_per_visit: Option<Yen>,
}

/// How far a goal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// All of the interval is on the good side.
    Reached,
    /// All of it is on the other side.
    Missed,
    /// It may be either.
    Open,
    /// There is nothing to hold it against yet, or nothing that may be believed.
    Unmeasured,
}

impl Goals {
    /// Holds them to their ranges.
    ///
    /// # Errors
    /// What is wrong, field by field.
    pub fn check(self) -> Result<Self, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        if self
            .lift_percent
            .is_some_and(|percent| !(1..=MAX_LIFT).contains(&percent))
        {
            problems.push(FieldProblem::new(
                "lift_percent",
                Text::new(
                    "1〜500 の整数にしてください。",
                    "A whole number from 1 to 500.",
                ),
            ));
        }
        if self
            .yen_per_visit
            .is_some_and(|price| !(Yen(1)..=MAX_PRICE).contains(&price))
        {
            problems.push(FieldProblem::new(
                "yen_per_visit",
                Text::new(
                    "1〜1,000,000 円の整数にしてください。",
                    "A whole number of yen from 1 to 1,000,000.",
                ),
            ));
        }
        if problems.is_empty() {
            Ok(self)
        } else {
            Err(problems)
        }
    }
}

/// The relative lift that a goal of more visits is held against: however often one looks, and nothing where nothing may be believed.
#[must_use]
pub fn believed(analysis: &Analysis) -> Option<Interval> {
    match analysis.verdict {
        Verdict::Withheld => None,
        _ => analysis.anytime.and_then(|anytime| anytime.relative),
    }
}

/// How far a goal of so many percent more visits is.
#[must_use]
pub fn more_visits(percent: u32, relative: Option<&Interval>) -> Standing {
    let goal = f64::from(percent) / 100.0;
    match relative {
        None => Standing::Unmeasured,
        Some(at) if at.low.is_some_and(|low| low >= goal) => Standing::Reached,
        Some(at) if at.high.is_some_and(|high| high < goal) => Standing::Missed,
        Some(_) => Standing::Open,
    }
}

/// How far a goal of so many yen per visit more is. Where there may be no visits more at all, no price is reached.
#[must_use]
pub fn price(goal: Yen, per_visit: Option<&Ratio>) -> Standing {
    let goal = goal.get() as f64;
    match per_visit.map(|ratio| ratio.region) {
        None => Standing::Unmeasured,
        // A price below nothing is that of fewer visits.
        Some(Region::Between { low, high }) if low >= 0.0 && high <= goal => Standing::Reached,
        Some(Region::Between { low, high }) if low > goal || high <= 0.0 => Standing::Missed,
        Some(_) => Standing::Open,
    }
}

#[cfg(test)]
mod tests {
    use super::{Goals, Standing, more_visits, price};
    use crate::{
        lift::{Interval, Ratio, Region},
        yen::Yen,
    };

    #[test]
    fn a_goal_is_reached_by_the_whole_interval() {
        let between = |low, high| Interval {
            estimate: 0.12,
            low,
            high,
        };
        for (low, high, standing) in [
            (Some(0.10), Some(0.2), Standing::Reached),
            (Some(0.09), Some(0.2), Standing::Open),
            (Some(-0.1), Some(0.099), Standing::Missed),
            (None, None, Standing::Open),
        ] {
            assert_eq!(more_visits(10, Some(&between(low, high))), standing);
        }
        assert_eq!(more_visits(10, None), Standing::Unmeasured);
    }

    #[test]
    fn a_price_is_reached_where_there_are_surely_more_visits() {
        let ratio = |region| Ratio {
            estimate: 90.0,
            region,
        };
        let between = |low, high| Region::Between { low, high };
        for (region, standing) in [
            (between(60.0, 100.0), Standing::Reached),
            (between(60.0, 101.0), Standing::Open),
            (between(101.0, 300.0), Standing::Missed),
            (between(-300.0, -20.0), Standing::Missed),
            (between(-10.0, 90.0), Standing::Open),
            (
                Region::Outside {
                    below: -5.0,
                    above: 60.0,
                },
                Standing::Open,
            ),
            (Region::Anywhere, Standing::Open),
        ] {
            assert_eq!(
                price(Yen(100), Some(&ratio(region))),
                standing,
                "{region:?}"
            );
        }
        assert_eq!(price(Yen(100), None), Standing::Unmeasured);
    }

    #[test]
    fn goals_keep_to_their_ranges() {
        let goals = |lift_percent, yen_per_visit| Goals {
            lift_percent,
            yen_per_visit,
        };
        for good in [
            goals(None, None),
            goals(Some(1), Some(Yen(1))),
            goals(Some(500), Some(Yen(1_000_000))),
        ] {
            assert_eq!(good.check(), Ok(good));
        }
        for (bad, problems) in [
            (goals(Some(0), None), 1),
            (goals(Some(501), Some(Yen(0))), 2),
            (goals(None, Some(Yen(1_000_001))), 1),
        ] {
            assert_eq!(bad.check().map_err(|p| p.len()), Err(problems));
        }
    }
}
