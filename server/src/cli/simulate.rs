use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::simulate::{Outcome, Plan, Policy, Town, run};

#[derive(clap::Args, Debug)]
#[command(after_help = "\
Towns: falling (what yen do falls with distance), regulars (most come anyway), indifferent (yen do not matter).
Policies: floor (the least that is promised), flat, distance_lapse, learned, oracle (knows what yen do to the people of each context).
A twin of every shopper has the same luck and is given nothing: incremental visits are those more than the twins'.
The same seed is the same town, to the last bit, whatever the policy.")]
pub(super) struct Simulate {
    /// How many people live there
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    shoppers: u32,
    /// How many days the campaign runs
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=366))]
    days: u32,
    /// What the town is made from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How offers are sized
    #[arg(long, value_enum, default_value_t = Policy::Learned)]
    policy: Policy,
    /// The town
    #[arg(long, value_enum, default_value_t = Town::Falling)]
    town: Town,
    /// The campaign's budget, yen [default: so much that its end is not felt]
    #[arg(long, value_parser = clap::value_parser!(i64).range(1_000..))]
    budget: Option<i64>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Print each day as CSV instead
    #[arg(long, conflicts_with = "json")]
    by_day: bool,
}

impl Simulate {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let plan = Plan {
            town: self.town,
            policy: self.policy,
            shoppers: self.shoppers,
            days: self.days,
            seed: self.seed,
            budget: self.budget.map(app::yen::Yen),
        };
        let bar = ProgressBar::new(u64::from(self.days)).with_style(
            ProgressStyle::with_template("{msg} {wide_bar} day {pos} of {len}")
                .unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        bar.set_message(format!("{} people", self.shoppers));
        bar.enable_steady_tick(Duration::from_millis(200));
        let outcome = run(&plan, |day| bar.set_position(u64::from(day)));
        bar.finish_and_clear();
        let outcome = outcome?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&outcome)?);
        } else if self.by_day {
            println!(
                "day,plays,issued_yen,spent_yen,liability_yen,incremental_visits,lambda,target_yen"
            );
            for (day, of) in outcome.by_day.iter().enumerate() {
                // Plays stay far below 2^53.
                #[allow(clippy::cast_precision_loss)]
                let plays = of.plays.max(1) as f64;
                println!(
                    "{day},{},{},{},{:.2},{},{:.4},{:.2}",
                    of.plays,
                    of.issued,
                    of.spent,
                    of.liability,
                    of.incremental,
                    of.lambda,
                    of.target / plays
                );
            }
        } else {
            print!("{}", table(&outcome));
        }
        Ok(())
    }
}

fn table(of: &Outcome) -> String {
    let more = of
        .incremental_visits_per_10000_yen
        .map_or_else(|| "-".to_owned(), |more| format!("{more:.2}"));
    format!(
        "{} in the town {}, {} people, {} days, seed {}\n
plays {}, coupons {}, used {}, {} yen of {} spent
visits {}, of which {} would not have been made otherwise: {more} for 10,000 yen, {:.0} yen net\n",
        of.policy,
        of.town,
        of.shoppers,
        of.days,
        of.seed,
        of.plays,
        of.issued,
        of.redeemed,
        of.spent_yen,
        of.budget_yen,
        of.visits,
        of.incremental_visits_true,
        of.net_value_yen
    )
}
