use anyhow::Context as _;
use app::{
    context::{Context, Frequency, Recency, RedemptionRate},
    day::JST,
    geo::Band,
    id::PrizeId,
    odds::OddsTable,
    policy::{CampaignRules, Policy, size},
    prize::{Prize, PrizeTable},
    yen::{MilliYen, Yen},
};
use serde::Serialize;

use crate::clock::Clock;

/// A table to try with: most win a little, few win much.
const DEFAULT_PRIZES: [(i64, u32); 5] = [(50, 600), (100, 250), (300, 100), (500, 40), (1000, 10)];

#[derive(clap::Args, Debug)]
pub(super) struct Size {
    /// How incentives are sized: flat or distance_lapse
    #[arg(long, default_value = "distance_lapse")]
    policy: Policy,
    /// How far the shopper's area is from the store, kilometres
    #[arg(long, value_parser = kilometres)]
    km: f64,
    /// Days since the last visit; left out: never came
    #[arg(long)]
    days: Option<u32>,
    /// Visits within 90 days [default: 1 when the last one lies within them]
    #[arg(long)]
    visits: Option<u32>,
    /// The least expected value, yen
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(i64).range(0..=1_000_000))]
    floor: i64,
    /// The greatest expected value, yen
    #[arg(long, default_value_t = 250, value_parser = clap::value_parser!(i64).range(0..=1_000_000))]
    ceiling: i64,
    /// What is left of the campaign's budget, yen
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(i64).range(0..))]
    budget: i64,
    /// A prize as YEN:WEIGHT; repeat it for a whole table [default: 50:600 100:250 300:100 500:40 1000:10]
    #[arg(long = "prize", value_name = "YEN:WEIGHT", value_parser = prize)]
    prizes: Vec<(i64, u32)>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What a shopper would be offered.
#[derive(Debug, Serialize)]
struct Report {
    policy: Policy,
    version: String,
    band: Band,
    recency: Recency,
    frequency: Frequency,
    floor_yen: Yen,
    ceiling_yen: Yen,
    /// What the policy aimed at.
    target_milli_yen: MilliYen,
    /// What the odds give, rounded down.
    expected_milli_yen: MilliYen,
    odds: Vec<Chance>,
    /// Always 1,000,000.
    ppm_sum: u64,
    why: Vec<Why>,
}

#[derive(Debug, Serialize)]
struct Chance {
    value_yen: Yen,
    ppm: u32,
}

#[derive(Debug, Serialize)]
struct Why {
    reason: app::policy::Reason,
    ja: &'static str,
    en: &'static str,
}

fn kilometres(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(km) if (0.0..=20_100.0).contains(&km) => Ok(km),
        _ => Err("a distance on Earth: 0 to 20100".to_owned()),
    }
}

fn prize(text: &str) -> Result<(i64, u32), String> {
    text.split_once(':')
        .and_then(|(value, weight)| Some((value.parse().ok()?, weight.parse().ok()?)))
        .ok_or_else(|| "YEN:WEIGHT, such as 500:40".to_owned())
}

impl Size {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let report = self.report(Clock::System.now())?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&report)?);
        } else {
            print!("{}", report.table());
        }
        Ok(())
    }

    fn report(&self, now: i64) -> anyhow::Result<Report> {
        anyhow::ensure!(
            self.floor <= self.ceiling,
            "the floor ({} yen) is above the ceiling ({} yen)",
            self.floor,
            self.ceiling
        );
        let prizes = if self.prizes.is_empty() {
            &DEFAULT_PRIZES[..]
        } else {
            &self.prizes
        };
        let table = PrizeTable::new(
            prizes
                .iter()
                .zip(0_u8..)
                .map(|((value, weight), index)| Prize {
                    id: PrizeId::new(0, [index; 10]),
                    value: Yen(*value),
                    weight: *weight,
                    stock_left: None,
                })
                .collect(),
        )?;
        let recent = self
            .days
            .is_some_and(|d| i64::from(d) <= i64::from(Frequency::WINDOW_DAYS));
        let context = Context::at(
            now,
            JST,
            Band::of_m(self.km * 1000.0),
            Recency::of_days(self.days),
            Frequency::of_visits(self.visits.unwrap_or(u32::from(recent))),
            RedemptionRate::of(0, 0),
        );
        let rules = CampaignRules::new(Yen(self.floor), Yen(self.ceiling), &table);
        let sizing = size(self.policy, &context, &rules, MilliYen::ZERO);
        let odds = OddsTable::sized(&table, sizing.target, rules.limits)
            .and_then(|odds| odds.fit(Yen(self.budget), rules.limits))
            .context("this campaign could not offer anything")?;
        Ok(Report {
            policy: self.policy,
            version: sizing.version,
            band: context.band,
            recency: context.recency,
            frequency: context.frequency,
            floor_yen: Yen(self.floor),
            ceiling_yen: Yen(self.ceiling),
            target_milli_yen: sizing.target,
            expected_milli_yen: odds.expected_value(),
            ppm_sum: odds.entries().iter().map(|o| u64::from(o.ppm)).sum(),
            odds: odds
                .entries()
                .iter()
                .map(|odds| Chance {
                    value_yen: odds.value,
                    ppm: odds.ppm,
                })
                .collect(),
            why: sizing
                .why
                .into_iter()
                .map(|reason| Why {
                    reason,
                    ja: reason.text().ja,
                    en: reason.text().en,
                })
                .collect(),
        })
    }
}

impl Report {
    fn table(&self) -> String {
        use std::fmt::Write;
        let mut out = String::new();
        // Writing to a string does not fail.
        let _ = writeln!(
            out,
            "Expected value  {:>9.3} yen   ({}, between {} and {} yen)\n",
            self.expected_milli_yen.as_yen_f64(),
            self.version,
            self.floor_yen.get(),
            self.ceiling_yen.get()
        );
        let _ = writeln!(out, "{:>12}  {:>10}", "prize", "chance");
        for chance in &self.odds {
            let _ = writeln!(
                out,
                "{:>8} yen  {:>8.4} %",
                chance.value_yen.get(),
                f64::from(chance.ppm) / 10_000.0
            );
        }
        out.push('\n');
        for why in &self.why {
            let _ = writeln!(out, "- {}\n  {}", why.en, why.ja);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::Size;
    use clap::Parser;

    #[derive(Parser)]
    struct Alone {
        #[command(flatten)]
        size: Size,
    }

    fn expected(arguments: &str) -> anyhow::Result<i64> {
        let size = Alone::try_parse_from(["size"].into_iter().chain(arguments.split(' ')))?.size;
        let report = size.report(1_800_000_000_000)?;
        assert_eq!(report.ppm_sum, 1_000_000);
        Ok(report.expected_milli_yen.get())
    }

    #[test]
    fn far_and_long_ago_is_worth_more() -> anyhow::Result<()> {
        assert!(expected("--km 8 --days 2")? > expected("--km 0.3 --days 2")?);
        assert!(expected("--km 0.3 --days 60")? > expected("--km 0.3 --days 2")?);
        assert_eq!(
            expected("--policy flat --km 8 --days 2")?,
            expected("--policy flat --km 0.3 --days 60")?
        );
        Ok(())
    }

    #[test]
    fn refuses_what_makes_no_sense() {
        for bad in [
            "--km -1 --days 2",
            "--km NaN",
            "--km 1 --policy best",
            "--km 1 --floor 300 --ceiling 200",
            "--km 1 --prize 5",
        ] {
            assert!(expected(bad).is_err(), "{bad}");
        }
    }
}
