use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};

use crate::{
    config::Flags,
    demo::{self, Demo, Truth},
};

/// The seed of the town that everybody sees.
const DEFAULT_SEED: u64 = 20_261;

#[derive(clap::Args, Debug)]
pub(super) struct DemoCommand {
    /// Another seed makes another town
    #[arg(long, value_name = "S", default_value_t = DEFAULT_SEED)]
    seed: u64,
    /// By what percentage offers raise the visits of those who are made some
    #[arg(long, value_name = "PERCENT", default_value_t = 40.0)]
    effect: f64,
    /// Print the logins as JSON
    #[arg(long)]
    json: bool,
}

impl DemoCommand {
    pub(super) fn run(self, flags: &Flags) -> anyhow::Result<()> {
        let config = super::configure(flags)?;
        let demo = super::runtime()?.block_on(async {
            let opened = super::open(&config).await?;
            let bar = bar();
            let made = demo::fill(
                &opened.db,
                &opened.keys,
                self.seed,
                Truth {
                    effect: self.effect / 100.0,
                    ..Truth::default()
                },
                opened.clock.now(),
                &|what, done, of| {
                    bar.set_length(of);
                    bar.set_position(done);
                    bar.set_message(what.to_owned());
                },
            )
            .await;
            bar.finish_and_clear();
            opened.db.close().await?;
            anyhow::Ok(made?)
        })?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&demo)?);
        } else {
            print(&demo);
        }
        Ok(())
    }
}

/// Only where somebody watches.
fn bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(1);
    if let Ok(style) = ProgressStyle::with_template("{bar:32} {pos:>3}/{len:3} {msg}") {
        bar.set_style(style);
    }
    bar
}

fn print(demo: &Demo) {
    if demo.made {
        println!(
            "The town of seed {} is there: 90 days of plays, coupons and visits.",
            demo.seed
        );
    } else {
        println!(
            "The town of seed {} was there already: nothing was changed.",
            demo.seed
        );
    }
    println!("Look around near: {}", demo.areas.join(", "));
    for login in &demo.logins {
        println!(
            "{:6} {:30} {}  ({})",
            login.role, login.email, login.password, login.retailer
        );
    }
}
