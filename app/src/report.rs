//! What a retailer reads about a period: put together from counts per day, store and shopper.

use std::collections::BTreeMap;

use crate::{
    api::retailer::{DayRow, FrequencyRow, Report, StoreRow},
    campaign::FieldProblem,
    day::Day,
    lang::Text,
    yen::Yen,
};

/// Longest period, days.
pub const MAX_DAYS: i32 = 400;
/// Length of the period where none was asked for, days.
pub const USUAL_DAYS: i32 = 30;
/// Visits from which on shoppers are counted together.
pub const MANY_VISITS: u32 = 10;

/// The days of a report, both included; 1 to [`MAX_DAYS`] of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    from: Day,
    to: Day,
}

impl Period {
    /// From what was asked for, as text of the form `2026-11-22`. Without an end it ends `today`, without a beginning it has
    /// [`USUAL_DAYS`] days.
    ///
    /// # Errors
    /// What is wrong with `from` or `to`.
    pub fn new(
        from: Option<&str>,
        to: Option<&str>,
        today: Day,
    ) -> Result<Self, Vec<FieldProblem>> {
        const FORM: Text = Text::new(
            "日付は 2026-11-22 の形で指定してください。",
            "A day of the form 2026-11-22.",
        );
        let mut problems = Vec::new();
        let mut read = |field: &str, text: Option<&str>| match text.map(str::parse::<Day>) {
            None => None,
            Some(Ok(day)) => Some(day),
            Some(Err(_)) => {
                problems.push(FieldProblem::new(field, FORM));
                None
            }
        };
        let (from, to) = (read("from", from), read("to", to));
        if !problems.is_empty() {
            return Err(problems);
        }
        let to = to.unwrap_or_else(|| from.map_or(today, |from| today.max(from)));
        let from = from.unwrap_or_else(|| to.plus(1 - USUAL_DAYS));
        if to < from {
            problems.push(FieldProblem::new(
                "to",
                Text::new(
                    "終了日は開始日以降にしてください。",
                    "The last day must not lie before the first.",
                ),
            ));
        } else if to.since(from) >= MAX_DAYS {
            problems.push(FieldProblem::new(
                "to",
                Text::new("期間は 400 日までです。", "At most 400 days."),
            ));
        }
        if problems.is_empty() {
            Ok(Self { from, to })
        } else {
            Err(problems)
        }
    }

    /// The first day.
    #[must_use]
    pub const fn from(self) -> Day {
        self.from
    }

    /// The last day, included.
    #[must_use]
    pub const fn to(self) -> Day {
        self.to
    }

    /// How many days.
    #[must_use]
    pub fn days(self) -> u32 {
        u32::try_from(self.to.since(self.from)).unwrap_or(0) + 1
    }
}

/// Counts and yen of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Plays, blanks included.
    pub plays: u64,
    /// Coupons issued.
    pub issued: u64,
    /// Their face value.
    pub issued_value: Yen,
    /// Coupons redeemed and not undone.
    pub redeemed: u64,
    /// Yen really given.
    pub cost: Yen,
    /// Visits.
    pub visits: u64,
}

impl Counts {
    fn row(self, day: String) -> DayRow {
        DayRow {
            day,
            plays: self.plays,
            issued: self.issued,
            issued_value: self.issued_value,
            redeemed: self.redeemed,
            cost: self.cost,
            visits: self.visits,
        }
    }

    fn plus(self, other: Self) -> Self {
        // Amounts are bounded far below where sums of 400 days could overflow.
        let sum = |a: Yen, b: Yen| a.checked_add(b).unwrap_or(Yen(i64::MAX));
        Self {
            plays: self.plays.saturating_add(other.plays),
            issued: self.issued.saturating_add(other.issued),
            issued_value: sum(self.issued_value, other.issued_value),
            redeemed: self.redeemed.saturating_add(other.redeemed),
            cost: sum(self.cost, other.cost),
            visits: self.visits.saturating_add(other.visits),
        }
    }
}

/// What the database counted in a period.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counted {
    /// By day; days without anything may be missing.
    pub days: BTreeMap<Day, Counts>,
    /// By store, in any order.
    pub stores: Vec<StoreRow>,
    /// How many shoppers came so many times; the key is at least 1.
    pub frequency: BTreeMap<u64, u64>,
}

/// The report: every day of the period, stores with most visits first, and the frequencies up to 10 and more.
#[must_use]
pub fn put_together(period: Period, counted: Counted) -> Report {
    let mut total = Counts::default();
    let mut days = Vec::new();
    for n in 0..i32::try_from(period.days()).unwrap_or(MAX_DAYS) {
        let day = period.from.plus(n);
        let counts = counted.days.get(&day).copied().unwrap_or_default();
        total = total.plus(counts);
        days.push(counts.row(day.to_string()));
    }
    let mut stores = counted.stores;
    stores.sort_by(|a, b| {
        (b.visits, b.redeemed, b.issued)
            .cmp(&(a.visits, a.redeemed, a.issued))
            .then_with(|| a.name.cmp(&b.name))
            .then_with(|| a.store_id.cmp(&b.store_id))
    });
    let mut frequency: Vec<FrequencyRow> = (1..=MANY_VISITS)
        .map(|visits| FrequencyRow {
            visits,
            shoppers: 0,
        })
        .collect();
    let (mut visitors, mut visits) = (0_u64, 0_u64);
    for (times, shoppers) in counted.frequency {
        let place = u32::try_from(times)
            .unwrap_or(MANY_VISITS)
            .clamp(1, MANY_VISITS);
        if let Some(row) = frequency.iter_mut().find(|row| row.visits == place) {
            row.shoppers += shoppers;
        }
        visitors += shoppers;
        visits = visits.saturating_add(times.saturating_mul(shoppers));
    }
    Report {
        from: period.from.to_string(),
        to: period.to.to_string(),
        total: total.row(String::new()),
        visitors,
        visits_per_visitor_30d_milli: per_30_days_milli(visits, visitors, period.days()),
        days,
        stores,
        frequency,
    }
}

/// Visits per visitor and 30 days, in thousandths, rounded down; `None` without visitors.
fn per_30_days_milli(visits: u64, visitors: u64, days: u32) -> Option<u64> {
    let per = u128::from(visitors) * u128::from(days);
    (u128::from(visits) * 30_000)
        .checked_div(per)
        .map(|milli| u64::try_from(milli).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::{Counted, Counts, Period, put_together};
    use crate::{
        api::retailer::StoreRow,
        day::{Day, DayError},
        id::StoreId,
        yen::Yen,
    };

    fn period(from: &str, to: &str) -> Option<Period> {
        Period::new(Some(from), Some(to), Day(0)).ok()
    }

    #[test]
    fn a_period_is_1_to_400_days() -> Result<(), DayError> {
        let today: Day = "2026-11-22".parse()?;
        let usual = Period::new(None, None, today).ok();
        assert_eq!(
            usual.map(|p| (p.from().to_string(), p.to(), p.days())),
            Some(("2026-10-24".to_owned(), today, 30))
        );
        assert_eq!(
            period("2026-01-01", "2026-01-01").map(Period::days),
            Some(1)
        );
        assert_eq!(
            period("2025-01-01", "2026-02-04").map(Period::days),
            Some(400)
        );
        assert_eq!(period("2025-01-01", "2026-02-05"), None);
        assert_eq!(period("2026-01-02", "2026-01-01"), None);
        let wrong = Period::new(Some("2026-1-1"), Some("x"), today).err();
        let fields: Vec<_> = wrong.into_iter().flatten().map(|p| p.field).collect();
        assert_eq!(fields, ["from", "to"]);
        Ok(())
    }

    #[test]
    fn every_day_is_there_and_the_total_is_their_sum() {
        let period = period("2026-01-30", "2026-02-02");
        let day = period.map(|p| p.from().plus(2));
        let counts = Counts {
            plays: 9,
            issued: 5,
            issued_value: Yen(500),
            redeemed: 2,
            cost: Yen(150),
            visits: 13,
        };
        let store = |n: u8, visits| StoreRow {
            store_id: StoreId::new(0, [n; 10]),
            name: format!("{n}"),
            lat: 0.0,
            lng: 0.0,
            issued: 1,
            redeemed: 0,
            cost: Yen::ZERO,
            visits,
        };
        let counted = Counted {
            days: day.map(|d| (d, counts)).into_iter().collect(),
            stores: vec![store(1, 3), store(2, 10), store(3, 3)],
            // One came once, one twelve times.
            frequency: [(1, 1), (12, 1)].into(),
        };
        let report = period.map(|p| put_together(p, counted));
        let Some(report) = report else {
            panic!("the period is valid")
        };
        let days: Vec<_> = report
            .days
            .iter()
            .map(|d| (d.day.as_str(), d.visits))
            .collect();
        assert_eq!(
            days,
            [
                ("2026-01-30", 0),
                ("2026-01-31", 0),
                ("2026-02-01", 13),
                ("2026-02-02", 0)
            ]
        );
        assert_eq!((report.total.plays, report.total.cost), (9, Yen(150)));
        let order: Vec<_> = report.stores.iter().map(|s| s.name.as_str()).collect();
        assert_eq!(order, ["2", "1", "3"]);
        let frequency: Vec<_> = report.frequency.iter().map(|f| f.shoppers).collect();
        assert_eq!(frequency, [1, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        // 13 visits, 2 visitors, 4 days: 13 / 2 × 30 / 4 = 48.75.
        assert_eq!(report.visits_per_visitor_30d_milli, Some(48_750));
    }
}
