//! What lift is estimated from: sums over shoppers that can be added and taken away, and which of them may be shown.

use serde::{Deserialize, Serialize};

/// Which visits count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// None: everybody who was exposed, for the check of the shares.
    Exposed,
    /// None: whoever cannot be analysed, being one person with another shopper.
    LeftOut,
    /// Those that the retailer's own till knows, of shoppers who were linked to it before they were exposed.
    Imported,
    /// Those that anything but a redemption shows.
    Recorded,
}

impl Measure {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Exposed, Self::LeftOut, Self::Imported, Self::Recorded];

    /// As the database says it.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Exposed => "exposed",
            Self::LeftOut => "left_out",
            Self::Imported => "imported",
            Self::Recorded => "recorded",
        }
    }

    /// The measure of a slug.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.slug() == slug)
    }
}

/// How far somebody came who was made offers, within the window. Each step takes in those after it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Was shown an offer.
    #[default]
    Shown,
    /// Played.
    Played,
    /// Won a coupon.
    Won,
    /// Came to a store after that.
    Visited,
    /// Had the coupon taken.
    Redeemed,
    /// Came another time after that.
    Returned,
}

impl Stage {
    /// All of them, in order.
    pub const ALL: [Self; 6] = [
        Self::Shown,
        Self::Played,
        Self::Won,
        Self::Visited,
        Self::Redeemed,
        Self::Returned,
    ];

    /// As the database says it.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Played => "played",
            Self::Won => "won",
            Self::Visited => "visited",
            Self::Redeemed => "redeemed",
            Self::Returned => "returned",
        }
    }

    /// The stage of a slug.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.slug() == slug)
    }

    /// How far somebody came: when they played and won first, when the visits began, when coupons were taken (all after the exposure).
    #[must_use]
    pub fn reached(
        has_played: bool,
        won_at: Option<i64>,
        visits: &[i64],
        redeemed_at: Option<i64>,
    ) -> Self {
        // A redemption belongs to a visit that began at most three hours earlier, or at that moment.
        let later = |at: i64| visits.iter().any(|began| *began > at);
        match (redeemed_at, won_at) {
            (Some(at), _) if later(at) => Self::Returned,
            (Some(_), _) => Self::Redeemed,
            (None, Some(at)) if visits.iter().any(|began| *began >= at) => Self::Visited,
            (None, Some(_)) => Self::Won,
            (None, None) if has_played => Self::Played,
            (None, None) => Self::Shown,
        }
    }
}

/// One shopper's share of the sums.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unit {
    /// Visits in the window after the exposure.
    pub y: u32,
    /// Visits in the equally long time before it.
    pub x: u32,
    /// Yen of the baskets in the window.
    pub basket: i64,
    /// Yen of coupons really given in the window.
    pub cost: i64,
    /// How far they came.
    pub stage: Stage,
}

/// Sums over shoppers. All are whole numbers, so that adding and taking away in any order gives the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// Shoppers.
    pub n: i64,
    /// Σ visits in the window.
    pub y: i64,
    /// Σ of their squares.
    pub yy: i64,
    /// Σ visits before it.
    pub x: i64,
    /// Σ of their squares.
    pub xx: i64,
    /// Σ of the products of both.
    pub xy: i64,
    /// Σ yen of baskets.
    pub basket: i64,
    /// Σ of their squares.
    pub basket2: i64,
    /// Σ yen of coupons.
    pub cost: i64,
    /// Σ of their squares.
    pub cost2: i64,
    /// Σ of the products of yen of coupons and visits in the window.
    pub cost_y: i64,
    /// Σ of the products of yen of baskets and yen of coupons.
    pub basket_cost: i64,
}

impl Sums {
    /// The sums of one shopper. Squares of yen are those of at most 30 million, so that a billion shoppers fit.
    #[must_use]
    pub fn of(unit: Unit) -> Self {
        let (y, x) = (i64::from(unit.y), i64::from(unit.x));
        let yen = |yen: i64| yen.clamp(0, 30_000_000);
        let (basket, cost) = (yen(unit.basket), yen(unit.cost));
        Self {
            n: 1,
            y,
            yy: y.saturating_mul(y),
            x,
            xx: x.saturating_mul(x),
            xy: x.saturating_mul(y),
            basket,
            basket2: basket.saturating_mul(basket),
            cost,
            cost2: cost.saturating_mul(cost),
            cost_y: cost.saturating_mul(y),
            basket_cost: basket.saturating_mul(cost),
        }
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        self.with(other, i64::saturating_add)
    }

    /// Without the other.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        self.with(other, i64::saturating_sub)
    }

    fn with(self, other: Self, f: impl Fn(i64, i64) -> i64) -> Self {
        Self {
            n: f(self.n, other.n),
            y: f(self.y, other.y),
            yy: f(self.yy, other.yy),
            x: f(self.x, other.x),
            xx: f(self.xx, other.xx),
            xy: f(self.xy, other.xy),
            basket: f(self.basket, other.basket),
            basket2: f(self.basket2, other.basket2),
            cost: f(self.cost, other.cost),
            cost2: f(self.cost2, other.cost2),
            cost_y: f(self.cost_y, other.cost_y),
            basket_cost: f(self.basket_cost, other.basket_cost),
        }
    }
}

/// New shoppers per arm below which nothing is shown.
pub const LEAST_NEW: i64 = 10;

/// How many shoppers of each arm, control first, are new in a cell of a partition: since the cell was last shown, and of them those that
/// were already waiting when anything of the partition was last shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Since it was last shown.
    pub now: [i64; 2],
    /// Of them, already at the last showing of the whole.
    pub before: [i64; 2],
}

/// Whether so many may be told from the others: nobody, or enough.
#[must_use]
pub const fn is_crowd(count: i64) -> bool {
    count == 0 || count >= LEAST_NEW
}

/// Which cells of a partition may be shown anew when the whole of it is (which itself has at least [`LEAST_NEW`] new shoppers per arm).
///
/// Whoever subtracts what was shown before from what is shown now, or the cells from the whole, shall find nobody or a crowd. A cell that is
/// shown has a crowd of new shoppers. What is left of the whole, all that wait in cells not shown, is a crowd too, and so is
/// whatever makes it differ from what was left the last time. Where that fails the smallest cell that could be shown is kept back, for the
/// others to hide in (complementary suppression); keeping all of them back never fails.
#[must_use]
pub fn shown(cells: &[Waiting]) -> Vec<bool> {
    let mut shown: Vec<bool> = cells
        .iter()
        .map(|cell| cell.now.iter().all(|n| *n >= LEAST_NEW))
        .collect();
    loop {
        let safe = (0..2).all(|arm| {
            let (mut left, mut changed) = (0, 0);
            for (cell, is_shown) in cells.iter().zip(&shown) {
                if *is_shown {
                    changed += cell.before[arm];
                } else {
                    left += cell.now[arm];
                    changed += cell.now[arm] - cell.before[arm];
                }
            }
            is_crowd(left) && is_crowd(changed)
        });
        if safe {
            return shown;
        }
        let smallest = (0..cells.len())
            .filter(|i| shown.get(*i).copied().unwrap_or(false))
            .min_by_key(|i| cells.get(*i).map(|cell| cell.now));
        match smallest.and_then(|i| shown.get_mut(i)) {
            Some(one) => *one = false,
            None => return shown,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{LEAST_NEW, Stage, Sums, Unit, Waiting, shown};

    fn unit() -> impl Strategy<Value = Unit> {
        (0..40_u32, 0..40_u32, 0..100_000_i64, 0..10_000_i64).prop_map(|(y, x, basket, cost)| {
            Unit {
                y,
                x,
                basket,
                cost,
                stage: Stage::Shown,
            }
        })
    }

    #[test]
    fn a_step_takes_in_those_after_it() {
        let reached = Stage::reached;
        assert_eq!(reached(false, None, &[5], None), Stage::Shown);
        assert_eq!(reached(true, None, &[5], None), Stage::Played);
        // A visit before the coupon was won is not because of it.
        assert_eq!(reached(true, Some(6), &[5], None), Stage::Won);
        assert_eq!(reached(true, Some(5), &[5], None), Stage::Visited);
        assert_eq!(reached(true, Some(1), &[5], Some(5)), Stage::Redeemed);
        assert_eq!(reached(true, Some(1), &[5, 9], Some(6)), Stage::Returned);
        for stage in Stage::ALL {
            assert_eq!(Stage::from_slug(stage.slug()), Some(stage));
        }
        assert!(Stage::ALL.is_sorted());
    }

    #[test]
    fn cells_hide_in_each_other() {
        let cell = |control, treatment| Waiting {
            now: [control, treatment],
            before: [0, 0],
        };
        assert_eq!(shown(&[cell(10, 90), cell(12, 80)]), [true, true]);
        // Three would be what the whole has more than the first.
        assert_eq!(
            shown(&[cell(30, 90), cell(3, 80), cell(20, 70)]),
            [true, false, false]
        );
        assert_eq!(shown(&[cell(30, 90), cell(12, 9)]), [false, false]);
        assert_eq!(shown(&[cell(30, 90), cell(0, 0)]), [true, false]);
        assert_eq!(shown(&[]), Vec::<bool>::new());
    }

    proptest! {
        #[test]
        fn order_and_detours_do_not_matter(units in proptest::collection::vec(unit(), 0..30), away in proptest::collection::vec(unit(), 0..10)) {
            let forth = units.iter().fold(Sums::default(), |sums, one| sums.plus(Sums::of(*one)));
            let mut back = away.iter().fold(Sums::default(), |sums, one| sums.plus(Sums::of(*one)));
            for one in units.iter().rev() {
                back = back.plus(Sums::of(*one));
            }
            for one in &away {
                back = back.minus(Sums::of(*one));
            }
            prop_assert_eq!(forth, back);
        }

        /// Batches come, something is shown each time; whoever compares any two showings finds nobody or a crowd in every cell, in what is
        /// left of the whole, and between what is left now and the last time.
        #[test]
        fn differences_reveal_nobody(batches in proptest::collection::vec(proptest::collection::vec((0..25_i64, 0..60_i64), 4), 1..12)) {
            let mut since_shown = [[0_i64; 2]; 4];
            let mut at_last = [[0_i64; 2]; 4];
            for batch in batches {
                for (cell, (control, treatment)) in since_shown.iter_mut().zip(&batch) {
                    cell[0] += control;
                    cell[1] += treatment;
                }
                let new = |arm: usize| (0..4).map(|i| since_shown[i][arm] - at_last[i][arm]).sum::<i64>();
                if new(0) < LEAST_NEW || new(1) < LEAST_NEW {
                    continue;
                }
                let cells: Vec<Waiting> = since_shown.iter().zip(&at_last).map(|(now, before)| Waiting { now: *now, before: *before }).collect();
                let decided = shown(&cells);
                for arm in 0..2 {
                    // Who is in what is left, as sets: those that waited before and those that came since, of each cell.
                    let mut left = 0;
                    let mut apart = 0;
                    for (i, cell) in cells.iter().enumerate() {
                        let came = cell.now[arm] - cell.before[arm];
                        if decided[i] {
                            prop_assert!(cell.now[arm] >= LEAST_NEW);
                            apart += cell.before[arm];
                        } else {
                            left += cell.now[arm];
                            apart += came;
                        }
                    }
                    prop_assert!(left == 0 || left >= LEAST_NEW, "{cells:?} {decided:?}");
                    prop_assert!(apart == 0 || apart >= LEAST_NEW, "{cells:?} {decided:?}");
                }
                for i in 0..4 {
                    if decided[i] {
                        since_shown[i] = [0, 0];
                    }
                    at_last[i] = since_shown[i];
                }
            }
        }
    }
}
