use std::path::{Path, PathBuf};

use anyhow::Context as _;
use app::{
    id::CampaignId,
    learn::ope::{Decision, Estimate, Evaluation, Predicted, evaluate},
    policy::Policy,
};

use super::{
    above_zero, configure, open,
    rows::{Row, Rows},
    runtime,
};
use crate::{config::Flags, db::decisions};

/// A policy's chances have to sum to 1 up to this.
const ROUNDING: f64 = 1e-6;
/// Decisions are looked at once so many days have passed: a visit by then is their reward.
const WINDOW_DAYS: u32 = 14;

#[derive(clap::Args, Debug)]
#[command(after_help = "\
How it is computed, w = pi(action) / pscore, cut at --clip:
  ips    mean(w r)
  snips  sum(w r) / sum(w)
  dr     mean(sum over a of pi_a qhat_a  +  w (r - qhat of the action))
  se     over units where there is a column unit (decisions about one shopper are not independent), else over rows
  ess    (sum w)^2 / sum(w^2): so many rows of the other policy's own would say as much
It is one step of value: what each decision brought by itself.
With --campaign the decisions are the campaign's draws, an action is a prize, and the reward is a visit to one of the retailer's stores
within 14 days that an import shows: redemptions are seen of winners alone. Without imported visits nothing can be said.")]
pub(super) struct Ope {
    /// A CSV file with the columns action (0 to K-1), reward, pscore, pi_0 ... pi_K-1, and perhaps qhat_0 ... qhat_K-1 and unit; - for stdin
    #[arg(
        value_name = "FILE",
        required_unless_present = "campaign",
        conflicts_with = "campaign"
    )]
    file: Option<PathBuf>,
    /// The draws of this campaign instead of a file
    #[arg(long, value_name = "ID", requires = "policy")]
    campaign: Option<CampaignId>,
    /// The policy to be judged by them: flat, distance_lapse or learned
    #[arg(long, value_name = "POLICY", requires = "campaign")]
    policy: Option<Policy>,
    /// Cut weights to at most this
    #[arg(long, value_name = "WEIGHT", value_parser = above_zero)]
    clip: Option<f64>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Ope {
    pub(super) fn run(self, flags: &Flags) -> anyhow::Result<()> {
        let decisions = match (&self.file, self.campaign, self.policy) {
            (Some(file), ..) => of_file(file)?,
            (None, Some(campaign), Some(policy)) => {
                let config = configure(flags)?;
                runtime()?.block_on(async {
                    let opened = open(&config).await?;
                    let now = opened.clock.now();
                    decisions::of(&opened.db, campaign, policy, WINDOW_DAYS, now)
                        .await?
                        .with_context(|| format!("there is no campaign {campaign}"))
                })?
            }
            _ => anyhow::bail!("a file, or --campaign with --policy"),
        };
        if self.campaign.is_some() && decisions.iter().all(|d| d.reward == 0.0) {
            eprintln!(
                "raiten: no draw was followed by an imported visit: what the policies bring cannot be told apart by this"
            );
        }
        let evaluation = evaluate(&decisions, self.clip)
            .context("there are no decisions, or none that is old enough")?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&evaluation)?);
        } else {
            print!("{}", table(&evaluation));
        }
        Ok(())
    }
}

fn of_file(file: &Path) -> anyhow::Result<Vec<Decision>> {
    let rows = Rows::open(file)?;
    let [action, reward, pscore] = ["action", "reward", "pscore"].map(|name| rows.needed(name));
    let (action, reward, pscore) = (action?, reward?, pscore?);
    let unit = rows.column("unit");
    let numbered = |name: &str| -> Vec<usize> {
        (0..)
            .map_while(|k| rows.column(&format!("{name}_{k}")))
            .collect()
    };
    let (pi, qhat) = (numbered("pi"), numbered("qhat"));
    anyhow::ensure!(
        !pi.is_empty(),
        "line 1: there is no column “pi_0”: the other policy's chance of each action"
    );
    anyhow::ensure!(
        qhat.is_empty() || qhat.len() == pi.len(),
        "line 1: {} columns pi_… and {} columns qhat_…: there has to be one of each for every action",
        pi.len(),
        qhat.len()
    );
    rows.read(|row| {
        let done: usize = row
            .cell(action)
            .parse()
            .ok()
            .filter(|done| *done < pi.len())
            .ok_or_else(|| {
                format!(
                    "the action “{}” is none of 0 to {}",
                    row.cell(action),
                    pi.len() - 1
                )
            })?;
        let chance = row.number(pscore, "pscore")?;
        if chance <= 0.0 || chance > 1.0 {
            return Err(format!("the pscore {chance} is no chance above 0"));
        }
        let others = numbers(row, &pi, "pi")?;
        let sum: f64 = others.iter().sum();
        if others.iter().any(|p| !(0.0..=1.0).contains(p)) || (sum - 1.0).abs() > ROUNDING {
            return Err(format!(
                "the chances pi are not 0 to 1 with sum 1, but sum to {sum}"
            ));
        }
        let predictions = numbers(row, &qhat, "qhat")?;
        Ok(Decision {
            unit: unit.map(|column| row.cell(column).to_owned()),
            reward: row.number(reward, "reward")?,
            chance,
            other: others[done],
            predicted: predictions.get(done).map(|q| Predicted {
                done: *q,
                other: others.iter().zip(&predictions).map(|(p, q)| p * q).sum(),
            }),
        })
    })
}

fn numbers(row: &Row<'_>, columns: &[usize], what: &str) -> Result<Vec<f64>, String> {
    columns
        .iter()
        .map(|column| row.number(*column, what))
        .collect()
}

fn table(of: &Evaluation) -> String {
    let line = |name: &str, of: Option<Estimate>| match of {
        None => format!("{name:6} -\n"),
        Some(Estimate { estimate, se }) => {
            let se = se.map_or_else(|| "-".to_owned(), |se| format!("{se:.6}"));
            format!("{name:6} {estimate:.6}  se {se}\n")
        }
    };
    let mut out = line("ips", Some(of.ips));
    out += &line("snips", of.snips);
    out += &line("dr", of.dr);
    out += &format!(
        "{} decisions, worth {:.1} of the other policy's own; largest weight {:.3}, {} cut\n",
        of.n, of.ess, of.largest_weight, of.clipped
    );
    out
}
