use app::{
    day::Day,
    id::{CampaignId, PrizeId, ShopperId},
    odds::{Limits, Odds, OddsError, OddsTable, odds_ranges},
    prize::{Prize, PrizeTable},
    tilt::tilt,
    yen::{MilliYen, Yen},
};
use proptest::prelude::*;

use crate::table;

const MICRO: i64 = 1_000_000;

/// Tables with small and large values and weights over six orders of magnitude.
fn pairs() -> impl Strategy<Value = Vec<(i64, u32)>> {
    let value =
        prop_oneof![2 => Just(0_i64), 3 => 1_i64..200, 3 => 1_i64..5_000, 1 => 1_i64..=1_000_000];
    let weight = (0_u32..=6, 1_u32..10)
        .prop_map(|(power, digit)| (digit * 10_u32.pow(power)).min(1_000_000));
    prop::collection::vec((value, weight), 1..=20)
}

fn span(pairs: &[(i64, u32)]) -> (i64, i64) {
    let values = || pairs.iter().map(|(v, _)| *v);
    (values().min().unwrap_or(0), values().max().unwrap_or(0))
}

/// A table, limits that it can keep, and a target anywhere.
fn sizable() -> impl Strategy<Value = (Vec<(i64, u32)>, Limits, MilliYen)> {
    (pairs(), 0.0..=1.0_f64, 0.0..=1.0_f64, -0.1..=1.1_f64).prop_map(|(pairs, a, b, t)| {
        let (least, most) = span(&pairs);
        let at = |share: f64| least + ((most - least) as f64 * share).floor() as i64;
        let limits = Limits {
            floor: Yen(at(a.min(b))),
            ceiling: Yen(at(a.max(b))),
        };
        let target =
            (limits.floor.0 as f64 + t * (limits.ceiling.0 - limits.floor.0) as f64) * 1000.0;
        (pairs, limits, MilliYen(target as i64))
    })
}

/// Independent of the product: plain bisection on θ over unscaled values, 200 steps, chances relative to the largest.
fn by_bisection(pairs: &[(i64, u32)], mean: f64) -> Vec<f64> {
    let chances = |theta: f64| {
        let logs: Vec<f64> = pairs
            .iter()
            .map(|(v, q)| f64::from(*q).ln() + theta * *v as f64)
            .collect();
        let top = logs.iter().copied().fold(f64::MIN, f64::max);
        let parts: Vec<f64> = logs.iter().map(|l| (l - top).exp()).collect();
        let sum: f64 = parts.iter().sum();
        parts.into_iter().map(|p| p / sum).collect::<Vec<f64>>()
    };
    let mean_at = |theta: f64| {
        chances(theta)
            .iter()
            .zip(pairs)
            .map(|(p, (v, _))| p * *v as f64)
            .sum::<f64>()
    };
    let (mut low, mut high) = (-100.0_f64, 100.0_f64);
    for _ in 0..200 {
        let middle = (low + high) / 2.0;
        if mean_at(middle) < mean {
            low = middle
        } else {
            high = middle
        }
    }
    chances((low + high) / 2.0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn sized_odds_are_whole_and_inside_the_limits((pairs, limits, target) in sizable()) {
        let odds = OddsTable::sized(&table(&pairs), target, limits).expect("the limits can be kept");
        prop_assert_eq!(odds.entries().iter().map(|o| o.ppm).sum::<u32>(), 1_000_000);
        prop_assert!(odds.entries().iter().all(|o| o.ppm >= 1));
        let (least, most) = span(&pairs);
        let (value, width) = (odds.expected_value_micro_yen(), most - least);
        prop_assert!(value >= limits.floor.0 * MICRO, "{value} below {:?}", limits);
        prop_assert!(value <= limits.ceiling.0 * MICRO + width, "{value} above {:?}", limits);
        // Rounding moves every chance by less than one part, and as much goes with what is taken off.
        let aim = target.max(limits.floor.into()).min(limits.ceiling.into());
        let slack = (2 * pairs.len() as i64 + 1) * width + 1_000;
        prop_assert!((value - aim.0 * 1_000).abs() <= slack, "{value} is not {aim:?}");
    }

    #[test]
    fn a_higher_target_never_gives_less((pairs, limits, target) in sizable(), more in 0_i64..2_000_000) {
        let table = table(&pairs);
        let one = OddsTable::sized(&table, target, limits).expect("the limits can be kept");
        let other = OddsTable::sized(&table, MilliYen(target.0 + more), limits).expect("the limits can be kept");
        let (least, most) = span(&pairs);
        let rounding = (2 * pairs.len() as i64 + 1) * (most - least);
        prop_assert!(other.expected_value_micro_yen() + rounding >= one.expected_value_micro_yen());
    }

    #[test]
    fn tilting_agrees_with_bisection(pairs in pairs(), share in 0.01..0.99_f64) {
        let (least, most) = span(&pairs);
        if least == most {
            // Nothing to tilt.
            return Ok(());
        }
        let mean = least as f64 + share * (most - least) as f64;
        let (ours, theirs) = (tilt(&pairs, mean), by_bisection(&pairs, mean));
        for (a, b) in ours.iter().zip(&theirs) {
            prop_assert!((a - b).abs() < 1e-7, "{a} {b} in {ours:?} {theirs:?}");
        }
        let reached: f64 = ours.iter().zip(&pairs).map(|(p, (v, _))| p * *v as f64).sum();
        prop_assert!((reached - mean).abs() < 1e-9 * most as f64);
    }

    /// Brute force: every way to move chance among three prizes that keeps sum and mean takes the chances farther from the retailer's.
    #[test]
    fn tilting_stays_as_near_to_the_table_as_the_mean_allows(
        values in (0_i64..100, 1_i64..500, 1_i64..500), weights in (1_u32..1000, 1_u32..1000, 1_u32..1000), share in 0.05..0.95_f64,
    ) {
        let (a, b, c) = (values.0, values.0 + values.1, values.0 + values.1 + values.2);
        let pairs = [(a, weights.0), (b, weights.1), (c, weights.2)];
        let mean = a as f64 + share * (c - a) as f64;
        let chances = tilt(&pairs, mean);
        let total: f64 = pairs.iter().map(|(_, q)| f64::from(*q)).sum();
        let divergence = |p: &[f64]| -> f64 {
            p.iter().zip(&pairs).map(|(p, (_, q))| if *p > 0.0 { p * (p * total / f64::from(*q)).ln() } else { 0.0 }).sum()
        };
        let least = divergence(&chances);
        // The one direction that keeps sum and mean.
        let direction = [(c - b) as f64, (a - c) as f64, (b - a) as f64].map(|d| d / (c - a) as f64);
        for step in (-100..=100).map(|i| f64::from(i) / 1_000.0) {
            let moved: Vec<f64> = chances.iter().zip(direction).map(|(p, d)| p + step * d).collect();
            if moved.iter().all(|p| *p >= 0.0) {
                prop_assert!(divergence(&moved) >= least - 1e-12);
            }
        }
    }

    #[test]
    fn what_does_not_fit_the_budget_is_never_offered((pairs, limits, target) in sizable(), available in 0_i64..6_000) {
        let odds = OddsTable::sized(&table(&pairs), target, limits).expect("the limits can be kept");
        let left: Vec<&Odds> = odds.entries().iter().filter(|o| o.value.0 <= available).collect();
        let parts: i128 = left.iter().map(|o| i128::from(o.ppm)).sum();
        let reached: i128 = left.iter().map(|o| i128::from(o.ppm) * i128::from(o.value.0)).sum();
        match odds.fit(Yen(available), limits) {
            Ok(fitted) => {
                prop_assert!(fitted.top_value() <= Yen(available));
                prop_assert_eq!(fitted.entries().iter().map(|o| o.ppm).sum::<u32>(), 1_000_000);
                prop_assert!(fitted.expected_value_micro_yen() >= limits.floor.0 * MICRO);
                prop_assert!(reached >= parts * i128::from(limits.floor.0));
                if left.len() == odds.entries().len() {
                    prop_assert_eq!(&fitted, &odds);
                }
            }
            Err(OddsError::NothingLeft) => prop_assert!(left.is_empty()),
            Err(error) => {
                prop_assert_eq!(error, OddsError::BelowFloor);
                prop_assert!(reached < parts * i128::from(limits.floor.0));
            }
        }
    }

    #[test]
    fn the_range_shown_holds_for_every_target((pairs, limits, target) in sizable()) {
        let table = table(&pairs);
        let ranges = odds_ranges(&table, limits.floor.into(), limits.ceiling.into(), limits, Yen(i64::MAX)).expect("the limits can be kept");
        let odds = OddsTable::sized(&table, target, limits).expect("the limits can be kept");
        for range in ranges {
            let ppm = odds.ppm_of(range.prize_id);
            prop_assert!((range.low..=range.high).contains(&ppm), "{ppm} outside {range:?} at {target:?} in {limits:?}");
        }
    }

    #[test]
    fn odds_are_read_back_and_their_hash_binds_everything((pairs, limits, target) in sizable(), day in 0_i32..40_000, other in 1_u8..255) {
        let odds = OddsTable::sized(&table(&pairs), target, limits).expect("the limits can be kept");
        let json = serde_json::to_string(&odds).expect("serializes");
        prop_assert_eq!(&serde_json::from_str::<OddsTable>(&json).expect("reads back"), &odds);
        let (campaign, shopper) = (CampaignId::new(0, [0; 10]), ShopperId::new(0, [0; 10]));
        let hash = odds.hash(campaign, shopper, Day(day));
        prop_assert_ne!(hash, odds.hash(CampaignId::new(0, [other; 10]), shopper, Day(day)));
        prop_assert_ne!(hash, odds.hash(campaign, ShopperId::new(0, [other; 10]), Day(day)));
        prop_assert_ne!(hash, odds.hash(campaign, shopper, Day(day + 1)));
        let mut turned = odds.entries().to_vec();
        turned.reverse();
        if turned.len() > 1 {
            let turned = OddsTable::new(turned).expect("the same entries");
            prop_assert_ne!(hash, turned.hash(campaign, shopper, Day(day)));
        }
    }
}

fn limits(floor: i64, ceiling: i64) -> Limits {
    Limits {
        floor: Yen(floor),
        ceiling: Yen(ceiling),
    }
}

#[test]
fn a_worked_example() {
    // Two prizes: the chance follows from the mean alone, p = m / 1000.
    let odds = OddsTable::sized(
        &table(&[(0, 7), (1_000, 1)]),
        MilliYen(62_500),
        limits(10, 200),
    )
    .expect("within reach");
    assert_eq!(
        odds.entries().iter().map(|o| o.ppm).collect::<Vec<_>>(),
        [937_500, 62_500]
    );
    assert_eq!(odds.expected_value(), MilliYen(62_500));
    // The base mean needs no tilt: thirds, the part that is left goes to the first.
    let even = table(&[(0, 1), (10, 1), (20, 1)]);
    let odds = OddsTable::sized(&even, even.base_mean(), limits(0, 20)).expect("within reach");
    assert_eq!(
        odds.entries().iter().map(|o| o.ppm).collect::<Vec<_>>(),
        [333_334, 333_333, 333_333]
    );
}

#[test]
fn what_is_out_of_stock_is_left_out() {
    let mut prizes = table(&[(0, 10), (50, 5), (5_000, 1)]).prizes().to_vec();
    prizes[2].stock_left = Some(0);
    let table = PrizeTable::new(prizes.clone()).expect("still a table");
    let odds = OddsTable::sized(&table, MilliYen(30_000), limits(10, 100)).expect("within reach");
    assert_eq!(odds.ppm_of(prizes[2].id), 0);
    assert_eq!(odds.entries().len(), 2);
    prizes.iter_mut().for_each(|p| p.stock_left = Some(0));
    let empty = PrizeTable::new(prizes.clone()).expect("still a table");
    assert_eq!(
        OddsTable::sized(&empty, MilliYen(30_000), limits(10, 100)),
        Err(OddsError::NothingLeft)
    );
    prizes[0].stock_left = None;
    let blanks = PrizeTable::new(prizes.clone()).expect("still a table");
    assert_eq!(
        OddsTable::sized(&blanks, MilliYen(30_000), limits(10, 100)),
        Err(OddsError::BelowFloor)
    );
    prizes[0].stock_left = Some(0);
    prizes[2].stock_left = Some(1);
    let dear = PrizeTable::new(prizes).expect("still a table");
    assert_eq!(
        OddsTable::sized(&dear, MilliYen(30_000), limits(10, 100)),
        Err(OddsError::AboveCeiling)
    );
}

#[test]
fn a_chance_below_one_in_a_million_is_not_shown() {
    let rare = table(&[(0, 1_000_000), (100, 1_000_000), (200, 1)]);
    let odds = OddsTable::sized(&rare, MilliYen(50_000), limits(0, 200)).expect("within reach");
    assert_eq!(odds.entries().len(), 2);
    assert_eq!(odds.expected_value(), MilliYen(50_000));
    // … unless the floor needs it.
    let steep = table(&[(100, 1_000_000), (1_000_000, 1)]);
    let odds = OddsTable::sized(&steep, MilliYen(0), limits(101, 200)).expect("within reach");
    assert!(
        odds.expected_value() >= MilliYen(101_000) && odds.expected_value() < MilliYen(103_000)
    );
}

#[test]
fn the_floor_holds_even_where_every_prize_that_keeps_it_is_rarer_than_one_in_a_million() {
    let pairs = [(0, 1_000_000), (999_998, 1), (999_999, 1), (1_000_000, 1)];
    let odds = OddsTable::sized(&table(&pairs), MilliYen(0), limits(1, 10)).expect("within reach");
    let shown: Vec<_> = odds.entries().iter().map(|o| (o.value.0, o.ppm)).collect();
    assert_eq!(shown, [(0, 999_998), (999_998, 2)]);
}

#[test]
fn malformed_odds_are_refused() {
    let id = |n: u8| PrizeId::new(0, [n; 10]);
    let odds = |n: u8, value: i64, ppm: u32| Odds {
        prize_id: id(n),
        value: Yen(value),
        ppm,
    };
    let refused =
        |entries: Vec<Odds>| assert_eq!(OddsTable::new(entries), Err(OddsError::Malformed));
    refused(vec![]);
    refused(vec![odds(1, 0, 999_999)]);
    refused(vec![odds(1, 0, 1_000_000), odds(2, 0, 0)]);
    refused(vec![odds(1, 0, 500_000), odds(1, 5, 500_000)]);
    refused(vec![odds(1, -5, 1_000_000)]);
    refused(vec![odds(1, 0, u32::MAX), odds(2, 0, 1_000_001)]);
    assert!(OddsTable::new(vec![odds(1, 0, 1_000_000)]).is_ok());
}

#[test]
fn a_single_prize_is_certain() {
    let one: Vec<Prize> = table(&[(50, 3)]).prizes().to_vec();
    let odds = OddsTable::sized(&table(&[(50, 3)]), MilliYen(70_000), limits(0, 100))
        .expect("within reach");
    assert_eq!(odds.ppm_of(one[0].id), 1_000_000);
    assert_eq!(
        odds.fit(Yen(49), limits(0, 100)),
        Err(OddsError::NothingLeft)
    );
}
