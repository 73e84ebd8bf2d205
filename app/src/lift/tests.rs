use proptest::prelude::*;
use serde_json::Value;

use super::{
    Both, Interval, LEAST, Moments, Options, Region, Verdict, adjusted, analyse,
    anytime_half_width, anytime_ratio, before_and_after, best_ratio, common, detection_gap,
    difference, fieller, needed, paid_anyway, ratio, sample_ratio, shrink, smallest_effect, theta,
};
use crate::cohort::{Stage, Sums, Unit};

/// What independent implementations say; `tests/oracles/lift.py` made it.
const ORACLES: &str = include_str!("../../../tests/oracles/lift.json");

fn sums(value: &Value) -> Sums {
    let of = |name: &str| value[name].as_i64().unwrap_or(i64::MIN);
    Sums {
        n: of("n"),
        y: of("y"),
        yy: of("yy"),
        x: of("x"),
        xx: of("xx"),
        xy: of("xy"),
        ..Sums::default()
    }
}

fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_f64)
        .collect()
}

fn close(name: &str, ours: &[f64], theirs: &[f64], tolerance: f64) {
    assert_eq!(ours.len(), theirs.len(), "{name}");
    for (a, b) in ours.iter().zip(theirs) {
        assert!(
            (a - b).abs() <= tolerance * b.abs().max(1e-9),
            "{name}: {ours:?} and {theirs:?}"
        );
    }
}

fn ends(interval: Interval) -> Vec<f64> {
    [Some(interval.estimate), interval.low, interval.high]
        .into_iter()
        .flatten()
        .collect()
}

#[test]
fn agrees_with_other_implementations() -> Result<(), serde_json::Error> {
    let cases: serde_json::Map<String, Value> = serde_json::from_str(ORACLES)?;
    assert_eq!(cases.len(), 8);
    for (name, case) in &cases {
        let number = |field: &str| case[field].as_f64().unwrap_or(f64::NAN);
        let options = Options {
            alpha: number("alpha"),
            tuning: number("tuning"),
            share: number("share"),
            ..Options::default()
        };
        let (c, t) = (
            Moments::of(&sums(&case["control"])),
            Moments::of(&sums(&case["treatment"])),
        );
        let Some(plain) = difference(&c, &t) else {
            panic!("{name}");
        };
        let mut welch = ends(plain.interval(options.alpha));
        welch.extend([plain.p(), plain.freedom]);
        close(name, &welch, &numbers(&case["welch"]), 1e-6);
        let whole = analyse(&c, &t, &options);
        close(
            name,
            &whole.relative.map(ends).unwrap_or_default(),
            &numbers(&case["relative"]),
            1e-6,
        );
        close(name, &[whole.srm.p], &[number("srm")], 1e-6);
        let half = anytime_half_width(plain.variance(), c.n() + t.n(), &options);
        close(
            name,
            &[plain.value - half, plain.value + half],
            &numbers(&case["anytime"]),
            1e-4,
        );
        match (whole.cuped, &case["cuped"]) {
            (None, Value::Null) => {}
            (Some(ours), theirs) => {
                close(
                    name,
                    &[ours.theta],
                    &[theirs["theta"].as_f64().unwrap_or(f64::NAN)],
                    1e-6,
                );
                close(
                    name,
                    &ends(ours.absolute),
                    &numbers(&theirs["absolute"]),
                    1e-6,
                );
                close(
                    name,
                    &ours.relative.map(ends).unwrap_or_default(),
                    &numbers(&theirs["relative"]),
                    1e-6,
                );
                let anytime = whole.anytime.map(|a| ends(a.absolute)).unwrap_or_default();
                close(
                    name,
                    anytime.get(1..).unwrap_or_default(),
                    &numbers(&theirs["anytime"]),
                    1e-4,
                );
                assert!(ours.variance_reduction < 1.0);
            }
            (None, theirs) => panic!("{name}: {theirs}"),
        }
    }
    Ok(())
}

/// Values of an arm around a mean, the outcome half of what the covariate is.
fn arm(n: u32, lift: f64) -> Moments {
    let mut arm = Moments::default();
    for i in 0..n {
        let x = f64::from(i % 7);
        arm.add((x + f64::from(i % 3)) * lift, x);
    }
    arm
}

#[test]
fn says_what_there_is_to_say() {
    let options = Options::default();
    let verdict = |c: &Moments, t: &Moments, options: &Options| analyse(c, t, options).verdict;
    assert_eq!(
        verdict(&arm(4_000, 1.0), &arm(4_000, 1.3), &options),
        Verdict::Up
    );
    assert_eq!(
        verdict(&arm(4_000, 1.0), &arm(4_000, 0.7), &options),
        Verdict::Down
    );
    assert_eq!(
        verdict(&arm(90_000, 1.0), &arm(90_000, 1.0), &options),
        Verdict::NoEffect
    );
    assert_eq!(
        verdict(&arm(300, 1.0), &arm(300, 1.02), &options),
        Verdict::CannotTell
    );
    // However clear: too few, or not those that were meant.
    let few = u32::try_from(LEAST).unwrap_or(0) - 1;
    assert_eq!(
        verdict(&arm(few, 1.0), &arm(few, 9.0), &options),
        Verdict::CannotTell
    );
    assert_eq!(
        verdict(&arm(2_000, 1.0), &arm(4_000, 1.3), &options),
        Verdict::Withheld
    );
    let third = Options {
        share: 2.0 / 3.0,
        ..options
    };
    assert_eq!(
        verdict(&arm(2_000, 1.0), &arm(4_000, 1.3), &third),
        Verdict::Up
    );
    // Nobody, one, nothing that varies, nobody who comes.
    let nobody = Moments::default();
    let none = analyse(&nobody, &nobody, &options);
    assert_eq!(
        (none.verdict, none.n),
        (
            Verdict::CannotTell,
            Both {
                control: 0,
                treatment: 0
            }
        )
    );
    assert!(
        none.absolute.is_none()
            && none.relative.is_none()
            && none.cuped.is_none()
            && none.anytime.is_none()
    );
    let still = Moments::of(&(0..500).fold(Sums::default(), |sums, _| {
        sums.plus(Sums::of(Unit::default()))
    }));
    let one_sided = analyse(&still, &arm(500, 1.0), &options);
    assert!(one_sided.relative.is_none() && one_sided.absolute.is_some());
    assert_eq!(
        analyse(&still, &still, &options).verdict,
        Verdict::CannotTell
    );
}

#[test]
fn shares_that_are_off_are_found() {
    assert!(sample_ratio(2_250, 2_750, 0.5).e_value >= super::WITHHOLD);
    assert!(sample_ratio(2_480, 2_520, 0.5).e_value < 1.0);
    assert!(sample_ratio(500, 4_500, 0.9).e_value < 1.0);
    assert!((sample_ratio(0, 0, 0.5).e_value - 1.0).abs() < 1e-12);
    assert!(sample_ratio(u64::MAX / 4, 3, 0.5).e_value.is_finite());
    assert!((sample_ratio(5, 5, 1.0).p - 1.0).abs() < 1e-12);
}

/// At its size of tuning the sequence is as wide as 1.55 fixed intervals, and nowhere tighter by much.
#[test]
fn anytime_costs_what_it_is_said_to_cost() {
    let options = Options::default();
    let width = |n: u64| anytime_half_width(1.0, n, &options) / 1.959_964;
    assert!(width(5_000) <= 1.6, "{}", width(5_000));
    for n in [500, 50_000] {
        assert!(width(n) > width(5_000), "{n}");
    }
    // Of the interval itself, which shrinks with n, the tuned size is where no other tuning does better.
    for tuning in [2_500.0, 10_000.0] {
        let other = Options { tuning, ..options };
        assert!(anytime_half_width(1.0, 5_000, &other) >= anytime_half_width(1.0, 5_000, &options));
    }
    assert!((smallest_effect(1.0, 0.05) - 2.801_585).abs() < 1e-5);
}

fn moments() -> impl Strategy<Value = Moments> {
    proptest::collection::vec((0..30_u32, 0..30_u32), 0..60).prop_map(|pairs| {
        Moments::of(&pairs.iter().fold(Sums::default(), |sums, (y, x)| {
            sums.plus(Sums::of(Unit {
                y: *y,
                x: *x,
                ..Unit::default()
            }))
        }))
    })
}

proptest! {
    /// Sums, values one by one, and parts put together are the same.
    #[test]
    fn moments_are_the_same_by_any_way(pairs in proptest::collection::vec((0..30_u32, 0..30_u32), 1..60), cut in 0..60_usize) {
        let by_sums = Moments::of(&pairs.iter().fold(Sums::default(), |sums, (y, x)| {
            sums.plus(Sums::of(Unit { y: *y, x: *x, ..Unit::default() }))
        }));
        let one_by_one = |pairs: &[(u32, u32)]| {
            let mut arm = Moments::default();
            for (y, x) in pairs {
                arm.add(f64::from(*y), f64::from(*x));
            }
            arm
        };
        let (head, tail) = pairs.split_at(cut.min(pairs.len()));
        for other in [one_by_one(&pairs), one_by_one(head).plus(&one_by_one(tail))] {
            prop_assert_eq!(other.n(), by_sums.n());
            let (a, b) = (other.deviations(), by_sums.deviations());
            for (a, b) in [(other.mean(), by_sums.mean()), (other.covariate(), by_sums.covariate()), (a.0, b.0), (a.1, b.1), (a.2, b.2)] {
                prop_assert!((a - b).abs() < 1e-8 * (1.0 + b.abs()), "{} {}", a, b);
            }
        }
    }

    /// At the ends of the ratio's sequence that of ȳt − (1 + r)·ȳc just touches zero.
    #[test]
    fn the_ratio_is_where_the_difference_is_not_excluded(c in moments(), t in moments()) {
        let options = Options::default();
        if let (Some(ratio), Some(vc), Some(vt)) = (anytime_ratio(&c, &t, &options), c.variance(), t.variance()) {
            for end in [ratio.low, ratio.high].into_iter().flatten() {
                let q = 1.0 + end;
                let value = t.mean() - q * c.mean();
                let variance = vt / t.size() + q * q * vc / c.size();
                let half = anytime_half_width(variance, c.n() + t.n(), &options);
                prop_assert!((value.abs() - half).abs() < 1e-6 * (1.0 + half), "{} {}", value, half);
            }
        }
    }

    /// The adjustment takes nothing from the difference but what the covariate explains, and never widens it.
    #[test]
    fn the_adjustment_never_widens(c in moments(), t in moments()) {
        if let (Some(theta), Some(plain)) = (theta(&c, &t), difference(&c, &t)) {
            let [ca, ta] = [&c, &t].map(|arm| adjusted(arm, theta, &c, &t));
            let own = |arm: &Moments| arm.deviations().0;
            // Over both arms together it is least squares.
            prop_assert!(own(&ca.plus(&ta)) <= own(&c.plus(&t)) * (1.0 + 1e-9) + 1e-9);
            if let Some(less) = difference(&ca, &ta) {
                prop_assert!(less.variance().is_finite() && plain.variance() > 0.0);
                prop_assert!(ratio(&ca, &ta, &c, &t).is_some() == (c.mean() != 0.0));
            }
        }
    }

    #[test]
    fn nothing_makes_it_panic(c in proptest::collection::vec((any::<f64>(), any::<f64>()), 0..5), t in moments(), alpha in -1.0..2.0_f64, share in -1.0..2.0_f64) {
        let mut control = Moments::default();
        for (y, x) in c {
            control.add(y, x);
        }
        let options = Options { alpha, share, ..Options::default() };
        let said = analyse(&control, &t, &options);
        prop_assert!(serde_json::to_string(&said).is_ok());
    }
}

/// A thousand shoppers an arm; every second of the treated comes once more for a coupon of 100 yen.
#[test]
fn a_visit_more_has_its_price() {
    let arm = |more: bool| {
        (0..1_000_u32).fold(Sums::default(), |sums, n| {
            let comes = more && n % 2 == 0;
            sums.plus(Sums::of(Unit {
                y: n % 5 + u32::from(comes),
                x: n % 5,
                cost: if comes { 100 } else { 0 },
                basket: 500 + i64::from(comes) * 300,
                stage: Stage::Shown,
            }))
        })
    };
    let (c, t) = (arm(false), arm(true));
    let price = fieller(&Moments::costs(&c), &Moments::costs(&t), 0.05);
    assert!(
        price.is_some_and(|p| (p.estimate - 100.0).abs() < 1e-9
            && matches!(p.region, Region::Between { low, high } if low < 100.0 && 100.0 < high && low > 50.0)),
        "{price:?}"
    );
    let naive = before_and_after(&Moments::of(&t));
    assert!(
        naive.is_some_and(|part| (part - 0.25).abs() < 1e-9),
        "{naive:?}"
    );
    assert_eq!(before_and_after(&Moments::default()), None);
    assert_eq!(Moments::baskets(&c).variance(), Some(0.0));
    // 300 yen more are bought for every 100 given.
    let returns = fieller(&Moments::returns(&c), &Moments::returns(&t), 0.05);
    assert!(
        returns.is_some_and(|r| (r.estimate - 3.0).abs() < 1e-9
            && matches!(r.region, Region::Between { low, high } if (low - 3.0).abs() < 1e-6 && (high - 3.0).abs() < 1e-6)),
        "{returns:?}"
    );
    // Four visits of five would have been made anyway.
    let (control, treatment) = (Moments::of(&c), Moments::of(&t));
    assert!(paid_anyway(&control, &treatment).is_some_and(|part| (part - 0.8).abs() < 1e-9));
    assert!(detection_gap(&control, &treatment).is_some_and(|gap| (gap - 0.25).abs() < 1e-9));
    assert_eq!(detection_gap(&treatment, &control), None);
    assert_eq!(paid_anyway(&treatment, &control), Some(1.0));
    // Coupons that bring nobody: a price that nobody can tell.
    let spent = Sums {
        cost: 40_000,
        cost2: 4_000_000,
        cost_y: 80_000,
        ..c
    };
    let nothing = fieller(&Moments::costs(&c), &Moments::costs(&spent), 0.05);
    assert_eq!(nothing, None);
}

proptest! {
    /// At the ends of Fieller's region the difference a − r·b is exactly as far from zero as it may be.
    #[test]
    fn the_region_is_where_nothing_is_excluded(c in moments(), t in moments()) {
        let Some(ratio) = fieller(&c, &t, 0.05) else { return Ok(()); };
        let ends = match ratio.region {
            Region::Between { low, high } => {
                prop_assert!(low <= ratio.estimate && ratio.estimate <= high);
                vec![low, high]
            }
            Region::Outside { below, above } => {
                prop_assert!(below <= above && (ratio.estimate <= below || above <= ratio.estimate));
                vec![below, above]
            }
            Region::Anywhere => vec![],
        };
        for r in ends {
            let value = (t.mean() - c.mean()) - r * (t.covariate() - c.covariate());
            let variance: f64 = [&c, &t].iter().map(|arm| {
                let (yy, xx, xy) = arm.deviations();
                (yy - 2.0 * r * xy + r * r * xx) / ((arm.size() - 1.0) * arm.size())
            }).sum();
            let limit = 1.959_964 * variance.max(0.0).sqrt();
            prop_assert!((value.abs() - limit).abs() < 1e-4 * (1.0 + limit), "{} {}", value, limit);
        }
    }
}

/// What statsmodels says of the same estimates; `tests/oracles/breakdown.py` made it.
#[test]
fn cells_have_in_common_what_others_find() -> Result<(), serde_json::Error> {
    const CELLS: &str = include_str!("../../../tests/oracles/breakdown.json");
    let cases: serde_json::Map<String, Value> = serde_json::from_str(CELLS)?;
    assert_eq!(cases.len(), 4);
    for (name, case) in &cases {
        let (values, variances) = (numbers(&case["values"]), numbers(&case["variances"]));
        let estimates: Vec<(f64, f64)> = values.into_iter().zip(variances).collect();
        let Some(ours) = common(&estimates) else {
            panic!("{name}");
        };
        close(
            name,
            &[ours.mean, ours.between],
            &numbers(&case["common"]),
            1e-9,
        );
        let Some(shrunk) = shrink(&estimates, 0.05) else {
            panic!("{name}");
        };
        for (cell, (value, _)) in shrunk.iter().zip(&estimates) {
            let (low, high) = (ours.mean.min(*value), ours.mean.max(*value));
            assert!((low..=high).contains(&cell.estimate), "{name}: {cell:?}");
        }
    }
    assert_eq!(shrink(&[(0.1, 0.01); 7], 0.05), None);
    assert_eq!(common(&[(0.1, 0.0), (0.2, 0.1)]), None);
    Ok(())
}

#[test]
fn four_times_the_shoppers_find_half_the_effect() {
    const DAY: i64 = 86_400_000;
    let arm = |n: u64, mean: f64| {
        let mut arm = Moments::default();
        for i in 0..n {
            arm.add(if i % 2 == 0 { mean + 1.0 } else { mean - 1.0 }, 0.0);
        }
        arm
    };
    let said = analyse(&arm(500, 2.0), &arm(500, 2.0), &Options::default());
    let findable = said.mde.unwrap_or(f64::NAN) / 2.0;
    let Some(half) = needed(&said, findable / 2.0, (0, 0), (10 * DAY, 1_000)) else {
        panic!("{said:?}");
    };
    assert!((half.shoppers as f64 - 4_000.0).abs() <= 1.0, "{half:?}");
    // A hundred a day: three thousand more take thirty days.
    assert!(
        half.at.is_some_and(|at| (at - 40 * DAY).abs() < DAY / 10),
        "{half:?}"
    );
    let without_pace = needed(&said, findable / 2.0, (0, 1_000), (0, 1_000));
    assert!(without_pace.is_some_and(|needed| needed.at.is_none()));
    let enough = needed(&said, findable * 2.0, (0, 0), (10 * DAY, 1_000));
    assert!(enough.is_some_and(|needed| needed.at == Some(10 * DAY)));
    assert_eq!(
        needed(
            &analyse(&arm(0, 0.0), &arm(0, 0.0), &Options::default()),
            0.1,
            (0, 0),
            (1, 1)
        ),
        None
    );
    assert!(
        best_ratio(&arm(500, 2.0), &arm(500, 3.0))
            .is_some_and(|best| (best.value - 0.5).abs() < 1e-9)
    );
}
