//! What is learned and what it is worth, against a solver of linear programs and against what is known to be true.

use app::{
    learn::{
        choice::{Ladder, Stakes},
        logistic::logistic,
        price::{Lately, Price, STEP, Traffic, clearing, cost_at},
        response::f_of,
    },
    odds::{Limits, OddsError},
    prize::{Prize, PrizeTable, PrizeTableError},
    yen::Yen,
};
use serde::Deserialize;

use super::prize;

const DAYS: usize = 60;
const CONTEXTS: usize = 40;

/// The dice of `oracles/budget.py`.
struct Dice(u64);

impl Dice {
    fn uniform(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        // 53 bits.
        #[allow(clippy::cast_precision_loss)]
        let bits = (self.0 >> 11) as f64;
        bits / 9_007_199_254_740_992.0
    }
}

/// A context of which it is known what yen do.
struct Known {
    stakes: Stakes,
    often: f64,
    by_day: Vec<f64>,
}

fn table() -> Result<PrizeTable, PrizeTableError> {
    let prizes = [
        (0, 400),
        (50, 300),
        (100, 180),
        (300, 80),
        (500, 30),
        (1_000, 10),
    ];
    PrizeTable::new(
        prizes
            .iter()
            .zip(1..)
            .map(|((value, weight), n)| prize(n, *value, *weight))
            .collect::<Vec<Prize>>(),
    )
}

const LIMITS: Limits = Limits {
    floor: Yen(30),
    ceiling: Yen(400),
};

fn ladder() -> Result<Ladder, OddsError> {
    Ladder::new(
        &table().map_err(|_| OddsError::Malformed)?,
        LIMITS,
        Yen(1_000_000),
    )
}

/// The campaign of `oracles/budget.py`.
fn campaign(seed: u64, ladder: &Ladder) -> Vec<Known> {
    let mut dice = Dice(seed);
    (0..CONTEXTS)
        .map(|_| {
            let base = -3.5 + 4.0 * dice.uniform();
            let slope = 0.8 * dice.uniform();
            let often = 1.0 + (40.0 * dice.uniform()).floor();
            let chance = |value: &Yen| logistic(base + slope * f_of(*value));
            let yen = |value: &Yen| f64::from(i32::try_from(value.get()).unwrap_or(i32::MAX));
            let values = ladder.values();
            let stakes = Stakes::new(
                values
                    .iter()
                    .map(|v| 900.0 * (chance(v) - chance(&Yen::ZERO)))
                    .collect(),
                values.iter().map(|v| yen(v) * chance(v) * 0.8).collect(),
            );
            let by_day = (0..DAYS)
                .map(|_| (often * (0.5 + dice.uniform())).floor())
                .collect();
            Known {
                stakes,
                often,
                by_day,
            }
        })
        .collect()
}

/// What a campaign brought and cost, day by day, and its prices.
struct Run {
    net: f64,
    cost: f64,
    by_day: Vec<(f64, f64, f64)>,
}

/// Runs a campaign on a budget: the price follows the traffic of the last week, and nothing is offered that would not fit.
fn run(
    known: &[Known],
    ladder: &Ladder,
    budget: f64,
    days: usize,
    often: impl Fn(&Known, usize) -> f64,
) -> Run {
    let mut price = Price::default();
    let mut out = Run {
        net: 0.0,
        cost: 0.0,
        by_day: Vec::new(),
    };
    // On the first day what was rehearsed.
    let mut lately = Lately::default();
    lately.add(known.iter().map(|one| one.often).collect());
    for day in 0..days {
        let stakes = known.iter().map(|one| one.stakes.clone());
        let traffic: Traffic = stakes.zip(lately.expected()).collect();
        lately.add(known.iter().map(|one| often(one, day)).collect());
        // A number of days.
        #[allow(clippy::cast_precision_loss)]
        let plan = (budget - out.cost) / (days - day) as f64;
        if day == 0 {
            price = Price::new(clearing(ladder, &traffic, plan));
        }
        price.next(ladder, &traffic, plan, None);
        let before = out.cost;
        for one in known {
            let times = often(one, day);
            let rung = ladder.best(&one.stakes, price.lambda());
            let cost = times * one.stakes.costs(rung);
            if out.cost + cost > budget {
                continue;
            }
            out.cost += cost;
            out.net += times * one.stakes.brings(rung) - cost;
        }
        out.by_day.push((out.cost - before, plan, price.lambda()));
    }
    out
}

/// An optimum of `oracles/budget.py`.
#[derive(Deserialize)]
struct Optimum {
    seed: u64,
    budget: f64,
    tilts: f64,
    free: f64,
}

#[test]
fn a_known_response_brings_what_a_linear_program_would() -> Result<(), Box<dyn std::error::Error>> {
    let optima: Vec<Optimum> =
        serde_json::from_str(include_str!("../../../tests/oracles/budget.json"))?;
    assert_eq!(optima.len(), 20);
    let ladder = ladder()?;
    for optimum in &optima {
        let known = campaign(optimum.seed, &ladder);
        let run = run(&known, &ladder, optimum.budget, DAYS, |one, day| {
            one.by_day[day]
        });
        let ratio = run.net / optimum.tilts;
        println!(
            "seed {}: {ratio:.5} of the tilts' optimum, {:.3} of the one over all odds, {:.4} of the budget spent",
            optimum.seed,
            run.net / optimum.free,
            run.cost / optimum.budget
        );
        assert!(ratio >= 0.995, "seed {}: {ratio}", optimum.seed);
        // A campaign that has run out offers nothing, where the program has to offer everybody the floor.
        assert!(ratio <= 1.001, "more than is possible: {ratio}");
        assert!(run.cost <= optimum.budget);
    }
    Ok(())
}

/// Steady, doubling, dying: the liability at issue follows the plan, and the price does not swing.
#[test]
fn the_price_holds_the_plan_whatever_the_traffic_does() -> Result<(), OddsError> {
    let ladder = ladder()?;
    let known = campaign(3, &ladder);
    // A day of everybody's best costs so much at no price, and so much at the floor.
    let traffic: Traffic = known
        .iter()
        .map(|one| (one.stakes.clone(), one.often))
        .collect();
    let (most, least) = (
        cost_at(&ladder, &traffic, 0.0),
        cost_at(&ladder, &traffic, 100.0),
    );
    let days = 120;
    // A hundred and twenty of them.
    #[allow(clippy::cast_precision_loss)]
    let part = |day: usize| day as f64 / days as f64;
    for (name, shape) in [
        (
            "steady",
            Box::new(|_: usize| 1.0) as Box<dyn Fn(usize) -> f64>,
        ),
        ("doubling", Box::new(move |day| 1.0 + part(day))),
        ("dying", Box::new(move |day| 1.0 - 0.5 * part(day))),
    ] {
        let whole: f64 = (0..days).map(&shape).sum();
        // Between the two even on the day with most or least traffic.
        let budget = whole * (0.5 * most + 0.5 * least) * 0.9;
        let run = run(&known, &ladder, budget, days, |one, day| {
            one.often * shape(day)
        });
        let mut turns = 0;
        for (day, pair) in run.by_day.windows(2).enumerate() {
            let ((cost, plan, lambda), (.., next)) = (pair[0], pair[1]);
            assert!(
                (next.ln_1p() - lambda.ln_1p()).abs() <= STEP + 1e-12,
                "{name}: the price jumped on day {day}"
            );
            if lambda > 0.0 && day >= 5 && day < days - 5 {
                assert!(
                    (cost / plan - 1.0).abs() <= 0.05,
                    "{name}: {cost:.0} for a plan of {plan:.0} on day {day} at {lambda:.3}"
                );
            }
        }
        for three in run.by_day.windows(3) {
            let (one, two) = (three[1].2 - three[0].2, three[2].2 - three[1].2);
            turns += u32::from(one * two < 0.0 && one.abs().min(two.abs()) > 0.02);
        }
        assert!(turns <= 6, "{name}: the price swings: {turns} turns");
        assert!(run.cost <= budget);
    }
    Ok(())
}

#[test]
fn the_lowest_rung_is_the_floor_and_the_highest_the_ceiling() -> Result<(), OddsError> {
    let ladder = ladder()?;
    let means: Vec<f64> = ladder
        .rungs()
        .iter()
        .map(|rung| rung.odds.expected_value().as_yen_f64())
        .collect();
    assert!(means.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(
        (means[0] - 30.0).abs() < 0.01 && (means[63] - 400.0).abs() < 0.01,
        "{means:?}"
    );
    for rung in ladder.rungs() {
        assert_eq!(ladder.nearest(rung.target), rung);
    }
    assert_eq!(
        ladder.nearest(app::yen::MilliYen(-5)).target,
        ladder.rungs()[0].target
    );
    assert_eq!(
        ladder.nearest(app::yen::MilliYen(i64::MAX)).target,
        ladder.rungs()[63].target
    );
    // Where yen bring nothing, nothing but the floor is offered, at any price.
    let nothing = Stakes::new(
        vec![0.0; 6],
        ladder.values().iter().map(|v| f_of(*v)).collect(),
    );
    assert_eq!(ladder.best(&nothing, 0.0).target, ladder.rungs()[0].target);
    Ok(())
}

/// What is offered costs a third more than is believed: the plan is held all the same.
#[test]
fn what_is_regularly_believed_wrong_is_taken_off_the_plan() -> Result<(), OddsError> {
    let ladder = ladder()?;
    let known = campaign(3, &ladder);
    let traffic: Traffic = known
        .iter()
        .map(|one| (one.stakes.clone(), one.often))
        .collect();
    let plan = 0.6 * cost_at(&ladder, &traffic, 0.0);
    let mut price = Price::new(clearing(&ladder, &traffic, plan));
    let spent = |price: &Price| cost_at(&ladder, &traffic, price.lambda()) * 4.0 / 3.0;
    assert!(spent(&price) > 1.25 * plan);
    for _ in 0..60 {
        let yesterday = (spent(&price), plan);
        price.next(&ladder, &traffic, plan, Some(yesterday));
    }
    let ratio = spent(&price) / plan;
    assert!((ratio - 1.0).abs() < 0.05, "{ratio}");
    Ok(())
}
