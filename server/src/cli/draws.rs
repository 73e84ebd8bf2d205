use std::{
    fs::File,
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use app::{
    day::Day,
    draw_log::{Checker, Fault, Head},
    id::{CampaignId, RetailerId},
};
use sea_orm::ConnectionTrait;

use crate::{
    config::Flags,
    db::{campaigns, draw_seeds},
    play::log,
};

/// So many wrong lines are shown.
const SHOWN: usize = 20;
/// Nothing could be said about the draws.
const COULD_NOT_LOOK: u8 = 2;

#[derive(clap::Args, Debug)]
pub(super) struct Draws {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Recompute every draw of a published day: 0 all as committed to, 1 not, 2 could not look
    ///
    /// Checks that the seed belongs to the commitment, the odds to their hash and sum to 1,000,000 ppm, the ticket to seed, nonce and odds, the prize to the
    /// ticket, and that no play is missing. See docs/fairness.md for what it cannot see.
    Verify(Verify),
    /// Write a published day's draws as JSON Lines
    Export(Export),
}

#[derive(clap::Args, Debug)]
struct Verify {
    /// A log as the server or `draws export` gives it; - for stdin
    #[arg(
        value_name = "FILE",
        required_unless_present = "campaign",
        conflicts_with = "campaign"
    )]
    file: Option<PathBuf>,
    /// The campaign, to be read from the database
    #[arg(long, value_name = "ID", requires = "day")]
    campaign: Option<CampaignId>,
    /// The day in Japan
    #[arg(long, value_name = "YYYY-MM-DD", requires = "campaign")]
    day: Option<Day>,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args, Debug)]
struct Export {
    /// The campaign
    #[arg(long, value_name = "ID")]
    campaign: CampaignId,
    /// The day in Japan
    #[arg(long, value_name = "YYYY-MM-DD")]
    day: Day,
}

impl Draws {
    pub(super) fn run(self, flags: &Flags) -> anyhow::Result<ExitCode> {
        match self.what {
            What::Export(export) => {
                let mut out = io::stdout().lock();
                each_part(flags, export.campaign, export.day, |text| {
                    out.write_all(text.as_bytes())?;
                    Ok(())
                })?;
                Ok(ExitCode::SUCCESS)
            }
            What::Verify(verify) => Ok(match verify.look(flags) {
                Ok(found) => {
                    found.print(verify.json);
                    if found.wrong == 0 {
                        ExitCode::SUCCESS
                    } else {
                        ExitCode::FAILURE
                    }
                }
                Err(error) => {
                    eprintln!("raiten: {error:#}");
                    ExitCode::from(COULD_NOT_LOOK)
                }
            }),
        }
    }
}

impl Verify {
    fn look(&self, flags: &Flags) -> anyhow::Result<Found> {
        let mut found = Found::default();
        match (&self.file, self.campaign, self.day) {
            (Some(file), ..) => {
                let mut lines = reader(file)?;
                let mut line = Vec::new();
                while lines
                    .read_until(b'\n', &mut line)
                    .with_context(|| format!("cannot read {}", file.display()))?
                    > 0
                {
                    found.take(&line);
                    line.clear();
                }
            }
            (None, Some(campaign), Some(day)) => each_part(flags, campaign, day, |text| {
                for line in text.split_inclusive('\n') {
                    found.take(line.as_bytes());
                }
                Ok(())
            })?,
            _ => bail!("name a file, or a campaign and a day"),
        }
        found.finish();
        Ok(found)
    }
}

fn reader(file: &Path) -> anyhow::Result<Box<dyn BufRead>> {
    if file == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    let opened = File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(Box::new(BufReader::new(opened)))
}

/// What a check found.
#[derive(Default)]
struct Found {
    checker: Checker,
    faults: Vec<(u64, Fault)>,
    wrong: u64,
}

impl Found {
    fn take(&mut self, line: &[u8]) {
        let faults = self.checker.take(line);
        self.wrong += u64::from(!faults.is_empty());
        self.keep(self.checker.line(), faults);
    }

    fn finish(&mut self) {
        if let Some(fault) = self.checker.finish() {
            self.wrong += 1;
            self.keep(self.checker.line() + 1, vec![fault]);
        }
    }

    /// Of a file that is none, the first lines say enough.
    fn keep(&mut self, line: u64, faults: Vec<Fault>) {
        if self.faults.len() < SHOWN {
            self.faults
                .extend(faults.into_iter().map(|fault| (line, fault)));
        }
    }

    fn print(&self, json: bool) {
        let head = self.checker.head();
        if json {
            let faults = self.faults.iter().map(
                |(line, fault)| serde_json::json!({ "line": line, "says": fault.to_string() }),
            );
            println!(
                "{}",
                serde_json::json!({
                    "ok": self.wrong == 0,
                    "campaign_id": head.map(|head| head.campaign_id),
                    "day": head.map(|head| &head.day),
                    "draws": self.checker.draws(),
                    "older": head.map(|head| head.older),
                    "wrong_lines": self.wrong,
                    "faults": faults.collect::<Vec<_>>(),
                })
            );
            return;
        }
        let mut shown = 0;
        for (line, fault) in &self.faults {
            println!("line {line}: {fault}");
            shown = shown.max(*line);
        }
        let more = self.wrong.saturating_sub(self.shown());
        if more > 0 {
            println!("… {more} more lines");
        }
        if let Some(head) = head {
            self.print_sum(head);
        }
    }

    /// How many lines the kept faults are of.
    fn shown(&self) -> u64 {
        let mut lines: Vec<u64> = self.faults.iter().map(|(line, _)| *line).collect();
        lines.dedup();
        lines.len() as u64
    }

    fn print_sum(&self, head: &Head) {
        let verdict = if self.wrong == 0 {
            "each as it was committed to".to_owned()
        } else {
            format!("{} lines are wrong", self.wrong)
        };
        println!(
            "{} draws of {} on {}: {verdict}",
            self.checker.draws(),
            head.campaign_id,
            head.day
        );
        if head.older > 0 {
            println!(
                "{} draws of an earlier server (draw@1) are not listed: only who played can check them",
                head.older
            );
        }
    }
}

/// A published day from the database, part by part.
fn each_part(
    flags: &Flags,
    campaign_id: CampaignId,
    day: Day,
    mut take: impl FnMut(&str) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let config = super::configure(flags)?;
    super::runtime()?.block_on(async {
        let opened = super::open(&config).await?;
        // No server may be running that would do it.
        draw_seeds::reveal_due(&opened.db, opened.clock.now()).await?;
        let connection = opened.db.scan();
        let retailer_id = owner_of(connection, campaign_id).await?;
        let begun = log::begin(connection, &opened.keys, retailer_id, campaign_id, day).await?;
        let Some((head, rest)) = begun else {
            bail!(
                "nothing is published of {campaign_id} on {day}: the day is not over (ten minutes past midnight in Japan), or nothing was offered"
            );
        };
        take(&head)?;
        let mut rest = Some(rest);
        while let Some(part) = rest {
            let (text, after) = part.write(connection).await?;
            take(&text)?;
            rest = after;
        }
        Ok(())
    })
}

async fn owner_of(
    connection: &impl ConnectionTrait,
    campaign_id: CampaignId,
) -> anyhow::Result<RetailerId> {
    campaigns::owner_of(connection, campaign_id)
        .await?
        .with_context(|| format!("there is no campaign {campaign_id}"))
}
