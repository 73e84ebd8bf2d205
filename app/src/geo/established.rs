//! The established area: where a shopper usually is, in a form that one forged day cannot move.

use std::collections::BTreeMap;

use crate::day::Day;

use super::Cell;

/// Distinct days that are needed.
pub const MIN_DAYS: usize = 5;
/// The youngest days, today among them, that do not count: what somebody forges today pays in a week at the earliest.
pub const LEFT_OUT_DAYS: i32 = 7;
/// Cells are kept this many days, today among them.
pub const HISTORY_DAYS: i32 = 30;

/// The cell of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DayCell {
    /// The day.
    pub day: Day,
    /// The cell of that day.
    pub cell: Cell,
}

/// The medoid of one cell per day: the cell, among those that occurred, with the least sum of distances to all days' cells.
///
/// Counted are the days that are 7 to 29 days ago; fewer than 5 of them give `None`. Should a day come with several cells, its
/// smallest (row, column) counts. A tie goes to the cell with more days, then to the smaller one; the order of `history`
/// does not matter.
#[must_use]
pub fn established_area(history: &[DayCell], today: Day) -> Option<Cell> {
    let mut by_day: BTreeMap<Day, Cell> = BTreeMap::new();
    for entry in history {
        if (LEFT_OUT_DAYS..HISTORY_DAYS).contains(&today.since(entry.day)) {
            by_day
                .entry(entry.day)
                .and_modify(|cell| *cell = (*cell).min(entry.cell))
                .or_insert(entry.cell);
        }
    }
    if by_day.len() < MIN_DAYS {
        return None;
    }
    let mut days_in: BTreeMap<Cell, u32> = BTreeMap::new();
    for cell in by_day.into_values() {
        *days_in.entry(cell).or_default() += 1;
    }
    days_in
        .iter()
        .map(|(cell, days)| {
            let sum: f64 = days_in
                .iter()
                .map(|(other, times)| cell.centre_distance_m(*other) * f64::from(*times))
                .sum();
            // Whole metres: equal sums in different order must compare equal.
            // At most 30 distances on one earth: far inside i64.
            #[allow(clippy::cast_possible_truncation)]
            let metres = sum.round() as i64;
            (metres, std::cmp::Reverse(*days), *cell)
        })
        .min()
        .map(|(_, _, cell)| cell)
}

#[cfg(test)]
mod tests {
    use super::{Cell, Day, DayCell, HISTORY_DAYS, LEFT_OUT_DAYS, established_area};
    use proptest::prelude::*;

    const TODAY: Day = Day(20_000);

    fn cell(row: u32, col: u32) -> Cell {
        Cell::new(row % Cell::ROWS, col % Cell::COLS).unwrap_or_else(|| unreachable!())
    }

    fn ago(days: i32, cell: Cell) -> DayCell {
        DayCell {
            day: TODAY.plus(-days),
            cell,
        }
    }

    #[test]
    fn needs_five_distinct_days_that_are_old_enough() {
        let home = cell(15_081, 25_581);
        let four: Vec<_> = (7..11).map(|d| ago(d, home)).collect();
        assert_eq!(established_area(&four, TODAY), None);
        let with = |extra: DayCell| established_area(&[&four[..], &[extra]].concat(), TODAY);
        assert_eq!(with(ago(6, home)), None, "six days ago is too young");
        assert_eq!(with(ago(30, home)), None, "thirty days ago is gone");
        assert_eq!(with(ago(7, home)), None, "the same day twice is one day");
        assert_eq!(with(ago(29, home)), Some(home));
    }

    #[test]
    fn is_the_middle_of_what_occurred() {
        let (home, work, trip) = (
            cell(15_000, 25_000),
            cell(15_004, 25_000),
            cell(9_000, 3_000),
        );
        let mut history: Vec<_> = (7..13).map(|d| ago(d, home)).collect();
        history.extend((13..17).map(|d| ago(d, work)));
        history.push(ago(17, trip));
        assert_eq!(established_area(&history, TODAY), Some(home));
    }

    #[test]
    fn ties_do_not_depend_on_order() {
        let (a, b) = (cell(15_000, 25_000), cell(15_000, 25_010));
        let c = cell(15_000, 25_005);
        let mut history = vec![ago(7, a), ago(8, b), ago(9, a), ago(10, b), ago(11, c)];
        // Not a tie: the middle one is nearer to all… but counts once; a and b tie behind it.
        let first = established_area(&history, TODAY);
        history.reverse();
        assert_eq!(established_area(&history, TODAY), first);
        let tie = [
            ago(7, a),
            ago(8, b),
            ago(9, a),
            ago(10, b),
            ago(11, a),
            ago(12, b),
        ];
        assert_eq!(established_area(&tie, TODAY), Some(a));
    }

    proptest! {
        #[test]
        fn a_majority_of_honest_days_cannot_be_moved(
            forged in prop::collection::vec((0_u32..21_600, 0_u32..28_800), 0..11), seed in 0_usize..100,
        ) {
            // 12 honest days at home, fewer forged ones wherever: moving away by x costs the medoid 12x and gains less.
            let home = cell(15_081, 25_581);
            let mut history: Vec<_> = (7..19).map(|d| ago(d, home)).collect();
            history.extend(forged.iter().enumerate().map(|(i, (r, c))| ago(19 + i32::try_from(i).unwrap_or(0), cell(*r, *c))));
            let turn = seed % history.len();
            history.rotate_left(turn);
            prop_assert_eq!(established_area(&history, TODAY), Some(home));
        }

        #[test]
        fn the_youngest_days_change_nothing(young in prop::collection::vec((0_i32..LEFT_OUT_DAYS, 0_u32..21_600, 0_u32..28_800), 0..20),
            old in prop::collection::vec((LEFT_OUT_DAYS..HISTORY_DAYS, 15_000_u32..15_010, 25_000_u32..25_010), 0..25)) {
            let history: Vec<_> = old.iter().map(|(d, r, c)| ago(*d, cell(*r, *c))).collect();
            let mut more = history.clone();
            more.extend(young.iter().map(|(d, r, c)| ago(*d, cell(*r, *c))));
            prop_assert_eq!(established_area(&more, TODAY), established_area(&history, TODAY));
        }
    }
}
