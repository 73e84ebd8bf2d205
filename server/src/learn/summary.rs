//! What was learned, for people to look at: the chance of a visit by what was drawn, by distance and by the time since the last visit.

use app::{
    api::learning::{CurvePoint, Learned as Summary, LearnedGroup},
    context::Recency,
    geo::Band,
    learn::{
        choice::Ladder,
        logistic::logistic,
        policy::Learned,
        response::{Cell, Seen, f_of},
    },
    yen::{MilliYen, Yen},
};

/// 95 of 100 normal numbers lie within so many standard deviations.
const WIDE: f64 = 1.96;
/// The bands of recency, the latest visit first.
const RECENCIES: [Recency; 6] = [
    Recency::Within7,
    Recency::Within14,
    Recency::Within30,
    Recency::Within60,
    Recency::Over60,
    Recency::Never,
];

/// What was learned of the contexts that come, each as often as is expected.
pub(super) fn of(
    learned: &Learned,
    ladder: &Ladder,
    seen: &Seen,
    expected: &[(Cell, f64)],
) -> Summary {
    let group = |cells: Vec<(Cell, f64)>| Group {
        learned,
        ladder,
        seen,
        cells,
    };
    let among = |holds: &dyn Fn(Cell) -> bool| -> Vec<(Cell, f64)> {
        expected
            .iter()
            .copied()
            .filter(|(cell, _)| holds(*cell))
            .collect()
    };
    let response = &learned.response;
    Summary {
        draws: whole(seen.draws()),
        idle_percent: 100.0 * response.idle,
        extrapolated: response.extrapolated,
        use_percent: 100.0 * response.use_rate(),
        scatter: response.scatter,
        by_distance: Band::ALL
            .into_iter()
            .filter_map(|band| group(among(&|cell| cell.bands().0 == band)).told(band))
            .collect(),
        by_recency: RECENCIES
            .into_iter()
            .filter_map(|recency| group(among(&|cell| cell.bands().1 == recency)).told(recency))
            .collect(),
    }
}

/// Counts are whole numbers, and far below 2^53.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn whole(count: f64) -> u64 {
    count.round().max(0.0) as u64
}

struct Group<'a> {
    learned: &'a Learned,
    ladder: &'a Ladder,
    seen: &'a Seen,
    cells: Vec<(Cell, f64)>,
}

impl Group<'_> {
    /// `None`: nobody of it came.
    fn told<T>(&self, of: T) -> Option<LearnedGroup<T>> {
        let often: f64 = self.cells.iter().map(|(_, often)| often).sum();
        if often <= 0.0 {
            return None;
        }
        let mean = |each: &dyn Fn(Cell) -> f64| -> f64 {
            self.cells
                .iter()
                .map(|(cell, often)| often * each(*cell))
                .sum::<f64>()
                / often
        };
        let target = |cell| self.learned.target(cell, MilliYen::ZERO);
        let draws: f64 = self
            .cells
            .iter()
            .map(|(cell, _)| self.seen.of(*cell).0)
            .sum();
        Some(LearnedGroup {
            of,
            draws: whole(draws),
            draws_a_day: often,
            target: MilliYen::from_yen_f64(mean(&|cell| target(cell).as_yen_f64())),
            costs_a_day: often
                * mean(&|cell| {
                    let stakes = self.learned.stakes(self.ladder, cell);
                    stakes.costs(self.ladder.nearest(target(cell)))
                }),
            curve: self
                .values()
                .map(|value| self.point(value, &mean))
                .collect(),
        })
    }

    fn values(&self) -> impl Iterator<Item = Yen> {
        let mut values = self.ladder.values().to_vec();
        values.sort_unstable();
        values.dedup();
        values.into_iter()
    }

    /// The slopes of a group's contexts are all too steep or all too flat together, which is the widest that it can be.
    fn point(&self, value: Yen, mean: &impl Fn(&dyn Fn(Cell) -> f64) -> f64) -> CurvePoint {
        let response = &self.learned.response;
        let at = |sds: f64| {
            100.0
                * mean(&|cell| {
                    let curve = response.curve(cell);
                    let slope = curve.slope + sds * response.slope_sd(cell);
                    logistic(curve.base + slope * f_of(value))
                })
        };
        CurvePoint {
            value,
            percent: at(0.0),
            low: at(-WIDE),
            high: at(WIDE),
        }
    }
}
