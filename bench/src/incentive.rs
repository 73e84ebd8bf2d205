//! What sizing costs, and what policies bring: every policy in every town over the same seeds.

use std::{hint::black_box, path::PathBuf, time::Instant};

use anyhow::{Context as _, Result};
use app::{
    context::{Context, Frequency, Recency, RedemptionRate},
    day::{Day, JST},
    digest::Digest,
    draw::{self, ClientNonce, ServerSeed},
    geo::Band,
    id::{CampaignId, ShopperId},
    learn::{choice::Ladder, policy::Learned, price::Price, response::Cell},
    odds::OddsTable,
    policy::{Policy as Rule, size},
    yen::{MilliYen, Yen},
};
use clap::Args;
use server::simulate::{MARGIN, Outcome, Plan, Policy, Town, campaign, run};

use crate::{Figures, note};

/// Sizings and draws that are timed at once.
const MANY: u32 = 200_000;
/// Rounds of which the median counts.
const ROUNDS: usize = 5;
/// The last days over which spending is compared with what everybody is promised.
const LAST: usize = 30;

#[derive(Args)]
pub struct Wanted {
    /// How many seeds each policy is run on
    #[arg(long, default_value_t = 20)]
    seeds: u64,
    /// How many people live in a town
    #[arg(long, default_value_t = 50_000)]
    shoppers: u32,
    /// How many days
    #[arg(long, default_value_t = 60)]
    days: u32,
    /// Write every run to this CSV file
    #[arg(long)]
    csv: Option<PathBuf>,
}

impl Wanted {
    pub fn run(self) -> Result<()> {
        let mut figures = Figures::default();
        kernel(&mut figures)?;
        simulator(&mut figures)?;
        self.policies(&mut figures)?;
        figures.print();
        Ok(())
    }

    /// Net value of every policy in every town.
    fn policies(&self, figures: &mut Figures) -> Result<()> {
        let mut csv = "town,policy,seed,plays,issued,redeemed,spent_yen,last_spent_yen,incremental_visits,net_value_yen\n".to_owned();
        for town in Town::ALL {
            let mut of_policy = Vec::new();
            for policy in Policy::ALL {
                let mut runs = Vec::new();
                for seed in 1..=self.seeds {
                    let plan = Plan {
                        town,
                        policy,
                        shoppers: self.shoppers,
                        days: self.days,
                        seed,
                        budget: None,
                    };
                    let outcome = run(&plan, |_| ())?;
                    csv += &format!(
                        "{town},{policy},{seed},{},{},{},{},{},{},{:.0}\n",
                        outcome.plays,
                        outcome.issued,
                        outcome.redeemed,
                        outcome.spent_yen,
                        last_spent(&outcome),
                        outcome.incremental_visits_true,
                        outcome.net_value_yen
                    );
                    runs.push(outcome);
                }
                let mean = mean(&runs, |run| run.net_value_yen);
                note(format!("{town}, {policy}: {mean:.0} yen net"));
                figures.add(format!("{town}_{policy}_net"), mean, "yen", None);
                of_policy.push((policy, runs));
            }
            let of = |wanted: Policy| {
                of_policy
                    .iter()
                    .find(|(policy, _)| *policy == wanted)
                    .map(|(_, runs)| runs.as_slice())
                    .context("a policy")
            };
            let learned = of(Policy::Learned)?;
            for rival in [Policy::Flat, Policy::DistanceLapse, Policy::Oracle] {
                let (ratio, error) = ratio(learned, of(rival)?, |run| run.net_value_yen);
                let aim = (rival == Policy::Oracle && town != Town::Indifferent).then_some(0.9);
                figures.add(format!("{town}_learned_per_{rival}"), ratio, "x", aim);
                figures.add(format!("{town}_learned_per_{rival}_se"), error, "x", None);
            }
            let (room, _) = ratio(of(Policy::Flat)?, of(Policy::Oracle)?, |run| {
                run.net_value_yen
            });
            figures.add(format!("{town}_flat_per_oracle"), room, "x", None);
            let (spent, _) = ratio(learned, of(Policy::Floor)?, |run| last_spent(run) as f64);
            let aim = (town == Town::Indifferent).then_some(1.05);
            figures.add(
                format!("{town}_learned_spent_per_floor_last_{LAST}_days"),
                spent,
                "x",
                aim,
            );
        }
        if let Some(path) = &self.csv {
            std::fs::write(path, csv).with_context(|| path.display().to_string())?;
        }
        Ok(())
    }
}

fn last_spent(run: &Outcome) -> i64 {
    run.by_day
        .iter()
        .rev()
        .take(LAST)
        .map(|day| day.spent)
        .sum()
}

fn mean(runs: &[Outcome], of: impl Fn(&Outcome) -> f64) -> f64 {
    runs.iter().map(of).sum::<f64>() / runs.len().max(1) as f64
}

/// The ratio of two policies' means over the same seeds, and its standard error (delta method over pairs).
fn ratio(one: &[Outcome], other: &[Outcome], of: impl Fn(&Outcome) -> f64) -> (f64, f64) {
    let (a, b) = (mean(one, &of), mean(other, &of));
    let ratio = a / b;
    let n = one.len() as f64;
    let rest: f64 = one
        .iter()
        .zip(other)
        .map(|(x, y)| ((of(x) - ratio * of(y)) / b).powi(2))
        .sum();
    (ratio, (rest / (n * (n - 1.0))).sqrt())
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Nanoseconds of one call, the median of several rounds.
fn ns(mut call: impl FnMut(u32) -> u64) -> f64 {
    let rounds = (0..ROUNDS).map(|_| {
        let begun = Instant::now();
        let mut sum = 0;
        for n in 0..MANY {
            sum ^= call(n);
        }
        black_box(sum);
        begun.elapsed().as_secs_f64() * 1e9 / f64::from(MANY)
    });
    median(rounds.collect())
}

fn contexts() -> Vec<Context> {
    let mut out = Vec::new();
    for band in Band::ALL {
        for (recency, frequency) in [
            (Recency::Never, Frequency::None),
            (Recency::Within7, Frequency::FourToSeven),
            (Recency::Within30, Frequency::One),
            (Recency::Over60, Frequency::One),
        ] {
            out.push(Context::at(
                0,
                JST,
                band,
                recency,
                frequency,
                RedemptionRate::of(0, 0),
            ));
        }
    }
    out
}

/// Sizing and drawing, piece by piece.
fn kernel(figures: &mut Figures) -> Result<()> {
    let (table, rules) = campaign()?;
    let contexts = contexts();
    let at = |n: u32| &contexts[n as usize % contexts.len()];
    let ladder = Ladder::new(&table, rules.limits, Yen(1_000_000))?;
    let mut learned = Learned::new(MARGIN, Price::default());
    learned.next_day(&ladder, |_| MilliYen(60_000));
    let rule = |n: u32| size(Rule::DistanceLapse, at(n), &rules, MilliYen::ZERO).target;
    let sizing = ns(|n| rule(n).0.unsigned_abs());
    let tilting = ns(|n| {
        OddsTable::sized(&table, rule(n), rules.limits)
            .map_or(0, |odds| u64::from(odds.entries()[0].ppm))
    });
    let choosing = ns(|n| {
        let target = learned.target(Cell::of(at(n)), MilliYen(60_000));
        u64::from(ladder.nearest(target).odds.entries()[0].ppm)
    });
    let seed = ServerSeed::new(Digest::of(b"a seed").0);
    let (campaign_id, day) = (CampaignId::from_bits(1), Day(20_000));
    let nonce: ClientNonce = "0123456789abcdef".parse()?;
    let rung = &ladder.rungs()[20];
    let shopper = |n: u32| ShopperId::from_bits(u128::from(n));
    let hashing = ns(|n| u64::from(rung.odds.hash(campaign_id, shopper(n), day).0[0]));
    let hash = rung.odds.hash(campaign_id, shopper(1), day);
    let drawing = ns(|n| {
        let ticket = draw::draw(&seed, campaign_id, shopper(n), 1, &nonce, hash);
        draw::outcome(&rung.odds, ticket).map_or(0, |odds| odds.value.0.unsigned_abs())
    });
    figures.add("rule", sizing, "ns", None);
    figures.add("rule_and_odds_anew", tilting, "ns", None);
    figures.add("learned_target", choosing, "ns", None);
    figures.add("hash_of_odds", hashing, "ns", None);
    figures.add("draw", drawing, "ns", None);
    figures.add("size_and_draw", choosing + drawing, "ns", Some(1_000.0));
    Ok(())
}

/// Plays a second of a whole town on one core.
fn simulator(figures: &mut Figures) -> Result<()> {
    for policy in [Policy::DistanceLapse, Policy::Learned] {
        let plan = Plan {
            town: Town::Falling,
            policy,
            shoppers: 100_000,
            days: 60,
            seed: 1,
            budget: None,
        };
        let begun = Instant::now();
        let outcome = run(&plan, |_| ())?;
        let rate = outcome.plays as f64 / begun.elapsed().as_secs_f64();
        figures.add(format!("simulator_{policy}"), rate, "1/s", Some(1e6));
    }
    Ok(())
}
