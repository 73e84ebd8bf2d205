use std::{collections::HashSet, path::PathBuf};

use app::{
    holdout::Arm,
    lift::{Analysis, Interval, Moments, Options, Verdict, analyse},
};

use super::rows::{Row, Rows};

#[derive(clap::Args, Debug)]
#[command(after_help = "\
How it is computed (n, mean and variance are an arm's; c control, t treatment):
  absolute   mean_t - mean_c +- t * sqrt(var_t/n_t + var_c/n_c), Welch's degrees of freedom
  relative   (mean_t - mean_c) / mean_c, delta method: var_t/(n_t mean_c^2) + var_c mean_t^2/(n_c mean_c^4)
  cuped      outcome - theta (covariate - its mean), theta = cov/var over both arms together (Deng et al. 2013)
  anytime    asymptotic confidence sequence (Waudby-Smith et al.), tightest at --tuning rows; by CUPED where there is a covariate;
             for the ratio those r for which the sequence of mean_t - (1 + r) mean_c does not exclude zero
  srm        p: chi-square; e_value: sequential multinomial test (Lindon, Malek 2022), at 1,000 lift is withheld
  mde        (z(1 - alpha/2) + z(0.8)) * standard error
  verdict    up, down: anytime.absolute excludes zero; no_effect: anytime.relative inside +-margin; below 100 rows an arm cannot_tell")]
pub(super) struct Lift {
    /// A CSV file with the columns unit, arm, outcome and perhaps covariate; - for stdin. Other columns are passed over
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The column of the outcome
    #[arg(long, value_name = "NAME", default_value = "outcome")]
    outcome: String,
    /// The column of what was known before [default: covariate, if there is one]
    #[arg(long, value_name = "NAME")]
    covariate: Option<String>,
    /// The column of the arm
    #[arg(long, value_name = "NAME", default_value = "arm")]
    arm: String,
    /// What the control arm is called
    #[arg(long, value_name = "VALUE", default_value = "control")]
    control: String,
    /// What the treatment arm is called [default: treatment; with --control the only other one]
    #[arg(long, value_name = "VALUE")]
    treatment: Option<String>,
    /// The part of the units that were meant to be treated
    #[arg(long, value_name = "PART", default_value_t = 0.5, value_parser = part)]
    share: f64,
    /// One minus the confidence level
    #[arg(long, value_name = "PART", default_value_t = 0.05, value_parser = part)]
    alpha: f64,
    /// How many rows the anytime-valid interval is tightest at
    #[arg(long, value_name = "ROWS", default_value_t = 5_000)]
    tuning: u32,
    /// The relative lift to either side that makes no difference
    #[arg(long, value_name = "PART", default_value_t = 0.05, value_parser = part)]
    margin: f64,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn part(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(part) if part > 0.0 && part < 1.0 => Ok(part),
        _ => Err("a number between 0 and 1".to_owned()),
    }
}

/// Where the columns are.
struct Columns {
    unit: usize,
    arm: usize,
    outcome: usize,
    covariate: Option<usize>,
}

/// What was read.
#[derive(Default)]
struct Read {
    control: Moments,
    treatment: Moments,
}

impl Lift {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let read = self.rows(&Rows::open(&self.file)?)?;
        let options = Options {
            alpha: self.alpha,
            tuning: f64::from(self.tuning),
            margin: self.margin,
            share: self.share,
        };
        let analysis = analyse(&read.control, &read.treatment, &options);
        if self.json {
            println!("{}", serde_json::to_string_pretty(&analysis)?);
        } else {
            print!("{}", table(&analysis, &options));
        }
        Ok(())
    }

    fn columns(&self, rows: &Rows) -> anyhow::Result<Columns> {
        Ok(Columns {
            unit: rows.needed("unit")?,
            arm: rows.needed(&self.arm)?,
            outcome: rows.needed(&self.outcome)?,
            covariate: match &self.covariate {
                Some(name) => Some(rows.needed(name)?),
                None => rows.column("covariate"),
            },
        })
    }

    fn rows(&self, rows: &Rows) -> anyhow::Result<Read> {
        let columns = self.columns(rows)?;
        // With a name of one's own for the control, the other arm is whatever else comes first.
        let mut treatment = match &self.treatment {
            Some(name) => Some(name.clone()),
            None => (self.control == "control").then(|| "treatment".to_owned()),
        };
        let mut out = Read::default();
        let mut units = HashSet::new();
        rows.read(|row| {
            let (unit, arm, y, x) = self.row(row, &columns, &mut treatment)?;
            if !units.insert(unit.to_owned()) {
                return Err(format!("the unit “{unit}” comes twice"));
            }
            match arm {
                Arm::Control => out.control.add(y, x),
                Arm::Treatment => out.treatment.add(y, x),
            }
            Ok(())
        })?;
        Ok(out)
    }

    fn row<'a>(
        &self,
        row: &Row<'a>,
        columns: &Columns,
        treatment: &mut Option<String>,
    ) -> Result<(&'a str, Arm, f64, f64), String> {
        let unit = row.cell(columns.unit);
        if unit.is_empty() {
            return Err("no unit".to_owned());
        }
        let name = row.cell(columns.arm);
        let arm = if name == self.control {
            Arm::Control
        } else if name.is_empty() {
            return Err("no arm".to_owned());
        } else if treatment.get_or_insert_with(|| name.to_owned()) == name {
            Arm::Treatment
        } else {
            let other = treatment.as_deref().unwrap_or_default();
            return Err(format!(
                "the arm “{name}” is neither “{}” nor “{other}”",
                self.control
            ));
        };
        let y = row.number(columns.outcome, "outcome")?;
        let x = columns
            .covariate
            .map_or(Ok(0.0), |index| row.number(index, "covariate"))?;
        Ok((unit, arm, y, x))
    }
}

const fn words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Up => "up: more, however often one looks",
        Verdict::Down => "down: less, however often one looks",
        Verdict::NoEffect => "no effect that would matter",
        Verdict::CannotTell => "cannot tell yet",
        Verdict::Withheld => "withheld: the arms are not as large as they were meant to be",
    }
}

/// For people: the verdict, then what it rests on.
fn table(analysis: &Analysis, options: &Options) -> String {
    let end = |end: Option<f64>, open: &str| {
        end.map_or_else(|| open.to_owned(), |end| format!("{end:.4}"))
    };
    let interval = |of: Option<Interval>| match of {
        None => "-".to_owned(),
        Some(of) => format!(
            "{:.4}  [{}, {}]",
            of.estimate,
            end(of.low, "-inf"),
            end(of.high, "inf")
        ),
    };
    let level = 100.0 * (1.0 - options.alpha);
    let mut out = format!("{}\n\n", words(analysis.verdict));
    for (name, n, mean) in [
        ("control", analysis.n.control, analysis.mean.control),
        ("treatment", analysis.n.treatment, analysis.mean.treatment),
    ] {
        out += &format!("{name:10} n {n:>9}  mean {mean:.4}\n");
    }
    let anytime = analysis.anytime;
    for (name, of) in [
        ("difference", analysis.absolute),
        ("ratio - 1", analysis.relative),
        ("difference, CUPED", analysis.cuped.map(|c| c.absolute)),
        ("ratio - 1, CUPED", analysis.cuped.and_then(|c| c.relative)),
        ("difference, at any time", anytime.map(|a| a.absolute)),
        ("ratio - 1, at any time", anytime.and_then(|a| a.relative)),
    ] {
        out += &format!("{name:24} {}\n", interval(of));
    }
    out += &format!(
        "{level:.1} % intervals; sample ratio p {:.4}, e-value {:.3}\n",
        analysis.srm.p, analysis.srm.e_value
    );
    if let Some(mde) = analysis.mde {
        out += &format!("smallest difference found in four of five such samples: {mde:.4}\n");
    }
    out
}
