//! Towns whose truth is known, thousands of them: do the intervals of `app::lift` hold what they say?
//!
//! Visits are overdispersed (habits are exponentially distributed), the time before goes with the time after, a tenth is held out. The short form
//! runs with every test run; `RAITEN_TEST_TOWNS=2000` is the long one (`cargo xtask check --long`), which prints its figures.

use app::{
    holdout::{Arm, Salt, Share},
    id::ShopperId,
    lift::{
        Analysis, Interval, LEAST, Moments, Options, Verdict, WITHHOLD, analyse, sample_ratio,
        shrink,
    },
};

const OPTIONS: Options = Options {
    alpha: 0.05,
    tuning: 5_000.0,
    margin: 0.05,
    share: 0.9,
};
const SEEDS: [u64; 3] = [20_261_128, 7, 314_159];
const LOOKS: u32 = 60;
const MEAN: f64 = 2.0;

/// How many towns, and whether all of them that are meant.
#[allow(
    clippy::disallowed_methods,
    reason = "how long a test is comes from whoever runs it"
)]
fn towns() -> (u32, bool) {
    let asked = std::env::var("RAITEN_TEST_TOWNS")
        .ok()
        .and_then(|n| n.parse().ok());
    (asked.unwrap_or(60), asked.is_some())
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same towns everywhere.
struct Dice(u64);

impl Dice {
    fn of(seed: u64, number: u32) -> Self {
        let mut dice = Self(seed ^ (u64::from(number) << 32));
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// In [0, 1).
    #[allow(clippy::cast_precision_loss, reason = "53 bits are kept")]
    fn uniform(&mut self) -> f64 {
        (self.next() >> 11) as f64 / 9_007_199_254_740_992.0
    }

    /// The sum of twelve uniform ones: near enough to normal.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }

    fn salt(&mut self) -> Salt {
        let mut salt = [0; 32];
        for part in salt.chunks_mut(8) {
            part.copy_from_slice(&self.next().to_le_bytes());
        }
        Salt::new(salt)
    }

    /// By multiplication (Knuth).
    fn poisson(&mut self, mean: f64) -> u32 {
        let limit = (-mean).exp();
        let (mut n, mut product) = (0, self.uniform());
        while product > limit {
            n += 1;
            product *= self.uniform();
        }
        n
    }
}

struct Town {
    dice: Dice,
    salt: Salt,
    next: u128,
    lift: f64,
    /// Chance that a visit is seen, control first.
    seen: [f64; 2],
    arms: [Moments; 2],
}

impl Town {
    fn new(seed: u64, number: u32, lift: f64) -> Self {
        let mut dice = Dice::of(seed, number);
        Self {
            salt: dice.salt(),
            dice,
            next: 0,
            lift,
            seen: [1.0, 1.0],
            arms: [Moments::default(); 2],
        }
    }

    fn seals(&mut self, shoppers: u32) {
        for _ in 0..shoppers {
            self.next += 1;
            let arm = self.salt.arm(ShopperId::from_bits(self.next), Share::USUAL);
            let (index, lift) = match arm {
                Arm::Control => (0, 1.0),
                Arm::Treatment => (1, 1.0 + self.lift),
            };
            let habit = -MEAN * (1.0 - self.dice.uniform()).ln();
            let x = self.dice.poisson(habit * self.seen[0]);
            let y = self.dice.poisson(habit * lift * self.seen[index]);
            self.arms[index].add(f64::from(y), f64::from(x));
        }
    }

    fn looks(&self) -> Analysis {
        analyse(&self.arms[0], &self.arms[1], &OPTIONS)
    }
}

fn holds(interval: Option<Interval>, truth: f64) -> bool {
    interval.is_some_and(|i| {
        i.low.is_none_or(|low| low <= truth) && i.high.is_none_or(|high| truth <= high)
    })
}

/// The largest share of `n` that may be where `p` is meant: three standard deviations of a binomial count more, for the short form.
fn most(p: f64, n: f64) -> f64 {
    p + 3.0 * (p * (1.0 - p) / n).sqrt()
}

#[test]
fn nothing_is_found_where_there_is_nothing() {
    let (towns, long) = towns();
    let (mut anytime, mut fixed, mut withheld) = (0, 0, 0);
    for number in 0..towns {
        let mut town = Town::new(SEEDS[0], number, 0.0);
        let mut found = [false; 3];
        for _ in 0..LOOKS {
            town.seals(100);
            let said = town.looks();
            let enough = said.n.control >= LEAST;
            found[0] |= matches!(said.verdict, Verdict::Up | Verdict::Down);
            found[1] |= enough && !holds(said.cuped.map(|c| c.absolute), 0.0);
            found[2] |= said.srm.e_value >= WITHHOLD;
        }
        anytime += u32::from(found[0]);
        fixed += u32::from(found[1]);
        withheld += u32::from(found[2]);
    }
    let n = f64::from(towns);
    let [anytime, fixed, withheld] = [anytime, fixed, withheld].map(|count| f64::from(count) / n);
    println!(
        "{towns} A/A towns, seed {}, {LOOKS} looks: anytime {anytime:.4}, fixed {fixed:.4} excluded zero at some look, withheld {withheld:.4}",
        SEEDS[0]
    );
    assert!(
        anytime <= if long { 0.05 } else { most(0.05, n) },
        "{anytime}"
    );
    assert!(
        withheld <= if long { 0.001 } else { most(0.001, n) },
        "{withheld}"
    );
    // What looking every day at an interval for one look does.
    assert!(!long || fixed > 0.15, "{fixed}");
}

#[test]
fn what_there_is_is_covered() {
    let (towns, long) = towns();
    let n = f64::from(towns);
    for seed in SEEDS {
        let truth = [0.15 * MEAN, 0.15];
        let mut covered = [0_u32; 6];
        let (mut off, mut off_ratio, mut deviation) = (0.0, 0.0, 0.0);
        for number in 0..towns {
            let mut town = Town::new(seed, number, truth[1]);
            let mut always = [true; 2];
            let mut last = None;
            for _ in 0..LOOKS / 3 {
                town.seals(1_000);
                let said = town.looks();
                if said.n.control >= LEAST {
                    always[0] &= holds(said.anytime.map(|a| a.absolute), truth[0]);
                    always[1] &= holds(said.anytime.and_then(|a| a.relative), truth[1]);
                }
                last = Some(said);
            }
            let Some(said) = last else { continue };
            let one_look = [
                holds(said.absolute, truth[0]),
                holds(said.relative, truth[1]),
                holds(said.cuped.map(|c| c.absolute), truth[0]),
                holds(said.cuped.and_then(|c| c.relative), truth[1]),
                always[0],
                always[1],
            ];
            for (count, held) in covered.iter_mut().zip(one_look) {
                *count += u32::from(held);
            }
            off += said
                .cuped
                .map_or(f64::NAN, |c| c.absolute.estimate - truth[0]);
            off_ratio += said
                .cuped
                .and_then(|c| c.relative)
                .map_or(f64::NAN, |r| r.estimate - truth[1]);
            deviation += said.mde.unwrap_or(f64::NAN) / 2.801_585;
        }
        let part = covered.map(|count| f64::from(count) / n);
        let [bias, bias_ratio] = [off, off_ratio].map(|sum| (sum / n) / (deviation / n));
        println!(
            "{towns} towns with 15 % more, seed {seed}, 20,000 shoppers each: one look covers {part:.4?} (difference, ratio, by CUPED, anytime at all looks); bias {bias:.4} of the standard error, of the ratio {bias_ratio:.4}"
        );
        let spread = 3.0 * (0.05_f64 * 0.95 / n).sqrt();
        let (low, high) = if long {
            (0.935, 0.965)
        } else {
            (0.95 - spread, 1.0)
        };
        for p in part.iter().take(4) {
            assert!((low..=high).contains(p), "{part:?}");
        }
        for p in part.iter().skip(4) {
            assert!(*p >= if long { 0.95 } else { 0.95 - spread }, "{part:?}");
        }
        let most_bias = if long { 0.1 } else { 3.0 / n.sqrt() };
        assert!(
            bias.abs() < most_bias && bias_ratio.abs() < most_bias,
            "{bias} {bias_ratio}"
        );
    }
}

/// The treated are seen more often; nobody comes more often.
#[test]
fn being_seen_more_often_is_no_lift() {
    let (towns, _) = towns();
    let mut would_have_been = 0;
    for number in 0..towns.min(300) {
        let mut town = Town::new(SEEDS[1], number, 0.0);
        town.seen = [0.5, 0.6];
        town.seals(20_000);
        let said = town.looks();
        would_have_been += u32::from(said.verdict == Verdict::Up);
        assert_ne!(said.of_recorded().verdict, Verdict::Up);
    }
    println!(
        "of {} towns {would_have_been} would have been called up",
        towns.min(300)
    );
    assert!(would_have_been > 0);
}

/// Shares that are five percent off are found in time.
#[test]
fn wrong_shares_are_found_by_five_thousand() {
    let (towns, long) = towns();
    let mut found = 0;
    for number in 0..towns {
        let mut dice = Dice::of(SEEDS[2], number);
        let mut counts = [0_u64; 2];
        let mut tripped = false;
        for n in 1..=5_000 {
            counts[usize::from(dice.uniform() < 0.55)] += 1;
            tripped |= n % 100 == 0 && sample_ratio(counts[0], counts[1], 0.5).e_value >= WITHHOLD;
        }
        found += u32::from(tripped);
    }
    println!("45 against 55 of a hundred: found by 5,000 in {found} of {towns}");
    assert!(
        f64::from(found) >= f64::from(towns) * if long { 0.98 } else { 0.9 },
        "{found}"
    );
}

/// How much wider the interval is that may be looked at every day, over sizes.
#[test]
fn the_curve_of_what_looking_costs() {
    let town = |n: u32| {
        let mut town = Town::new(SEEDS[0], 0, 0.0);
        town.seals(n);
        town.looks()
    };
    let width = |interval: Interval| {
        interval
            .high
            .zip(interval.low)
            .map_or(f64::NAN, |(high, low)| high - low)
    };
    for n in [1_000, 2_000, 5_000, 10_000, 50_000] {
        let said = town(n);
        let ratio = said.anytime.map_or(f64::NAN, |a| width(a.absolute))
            / said.cuped.map_or(f64::NAN, |c| width(c.absolute));
        println!("{n} shoppers: {ratio:.3} times as wide as for one look");
        assert!(n != 5_000 || ratio <= 1.6, "{ratio}");
        assert!((1.4..2.2).contains(&ratio), "{n}: {ratio}");
    }
}

/// Two campaigns one after the other, each raising the visits of those who are offered it by 15 %. What the first does lasts on (5 %), and who
/// came because of it is likelier to see the second. Each has its own holdout among those whom the programme does not hold out.
#[test]
fn campaigns_that_follow_each_other_are_told_apart() {
    const SHOPPERS: u128 = 20_000;
    const TRUTH: f64 = 0.15;
    let (towns, long) = towns();
    let n = f64::from(towns);
    let (mut off, mut error, mut mixed) = ([0.0; 2], [0.0; 2], 0.0);
    for number in 0..towns {
        let mut dice = Dice::of(SEEDS[1], number);
        let [programme, first, second] = [dice.salt(), dice.salt(), dice.salt()];
        // Control and treatment of the first, of the second, and of the second by the arms of the first.
        let mut arms = [[Moments::default(); 2]; 3];
        for id in 1..=SHOPPERS {
            let id = ShopperId::from_bits(id);
            if programme.arm(id, Share::USUAL) == Arm::Control {
                continue;
            }
            let [in_first, in_second] =
                [first, second].map(|salt| salt.arm(id, Share::USUAL) == Arm::Treatment);
            let habit = -MEAN * (1.0 - dice.uniform()).ln();
            let raised = |is: bool, by: f64| if is { 1.0 + by } else { 1.0 };
            let before = dice.poisson(habit);
            let during_first = dice.poisson(habit * raised(in_first, TRUTH));
            arms[0][usize::from(in_first)].add(f64::from(during_first), f64::from(before));
            if during_first == 0 && dice.uniform() < 0.5 {
                continue;
            }
            let lasting = raised(in_first, 0.05);
            let during_second = dice.poisson(habit * lasting * raised(in_second, TRUTH));
            arms[1][usize::from(in_second)].add(f64::from(during_second), f64::from(during_first));
            arms[2][usize::from(in_first)].add(f64::from(during_second), f64::from(before));
        }
        let said = arms.map(|[c, t]| analyse(&c, &t, &OPTIONS).cuped.and_then(|c| c.relative));
        for i in 0..2 {
            let Some(ratio) = said[i] else { continue };
            off[i] += ratio.estimate - TRUTH;
            error[i] += ratio
                .high
                .map_or(f64::NAN, |high| (high - ratio.estimate) / 1.96);
        }
        mixed += said[2].map_or(f64::NAN, |ratio| ratio.estimate);
    }
    let bias = [off[0] / error[0], off[1] / error[1]];
    println!(
        "{towns} towns with two campaigns of 15 %, seed {}: bias {:.4} and {:.4} of the standard error; by the first one's arms the second would show {:.4}",
        SEEDS[1],
        bias[0],
        bias[1],
        mixed / n
    );
    for bias in bias {
        assert!(
            bias.abs() < if long { 0.1 } else { 3.0 / n.sqrt() },
            "{bias}"
        );
    }
    // A stable holdout cannot tell them apart.
    assert!((mixed / n - TRUTH).abs() > 0.05, "{}", mixed / n);
}

/// Twelve stores in each town, whose true lifts differ not at all, by less and by as much as the estimates err: drawn together the estimates are nearer
/// to the truth than as they are, and the intervals hold it as often as they say.
#[test]
fn drawn_together_they_are_nearer_to_the_truth() {
    let (towns, long) = towns();
    let mut dice = Dice::of(SEEDS[0], 12);
    for between in [0.0, 0.05, 0.1] {
        let (mut held, mut cells, mut before, mut after) = (0_u32, 0_u32, 0.0, 0.0);
        for _ in 0..towns {
            let truths: Vec<f64> = (0..12).map(|_| 0.2 + between * dice.normal()).collect();
            let estimates: Vec<(f64, f64)> = truths
                .iter()
                .zip([0.06_f64, 0.1, 0.14].iter().cycle())
                .map(|(truth, error)| (truth + error * dice.normal(), error * error))
                .collect();
            let shrunk = shrink(&estimates, 0.05).unwrap_or_default();
            for ((cell, truth), (raw, _)) in shrunk.iter().zip(&truths).zip(&estimates) {
                cells += 1;
                held += u32::from(holds(Some(*cell), *truth));
                before += (raw - truth).powi(2);
                after += (cell.estimate - truth).powi(2);
            }
        }
        let coverage = f64::from(held) / f64::from(cells);
        println!(
            "stores that differ by {between}: {coverage:.4} held, squared error {:.3} of what it was",
            after / before
        );
        assert_eq!(cells, 12 * towns);
        assert!(
            coverage > if long { 0.935 } else { 0.9 },
            "{between}: {coverage}"
        );
        assert!(after < 0.95 * before, "{between}: {after} of {before}");
    }
}
