use std::{collections::BTreeMap, path::PathBuf};

use anyhow::{Context as _, bail};
use app::learn::{
    logistic::{Observed, Prior, fit},
    worth,
};
use serde::Serialize;

use super::{above_zero, rows::Rows};

#[derive(clap::Args, Debug)]
#[command(after_help = "\
How it is computed:
  P(visited) = 1 / (1 + e^-z),  z = intercept + sum of coefficient x column + value x f(v) [+ value:COLUMN x column x f(v)]
  f(v) = ln(1 + v/100), v the value in yen: the next yen does less than the one before
Every coefficient has the prior N(0, prior-sd^2); the estimate is the mode of the posterior, sd its Laplace approximation (the square root of
the inverse curvature there). With the default prior that is an ordinary logistic regression and its standard errors.")]
pub(super) struct Fit {
    /// A CSV file with the columns value (yen) and visited (0 or 1); every other column is context and has to be numeric; - for stdin
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// A context column by which the slope of the value differs; may be repeated
    #[arg(long, value_name = "COLUMN")]
    interact: Vec<String>,
    /// Standard deviation of the prior of each coefficient
    #[arg(long, value_name = "SD", default_value_t = 1_000.0, value_parser = above_zero)]
    prior_sd: f64,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    /// Rows of the file.
    n: usize,
    /// How many of them visited.
    visited: usize,
    prior_sd: f64,
    coefficients: Vec<Coefficient>,
}

#[derive(Debug, Serialize)]
struct Coefficient {
    name: String,
    estimate: f64,
    sd: f64,
}

impl Fit {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let report = self.report()?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&report)?);
            return Ok(());
        }
        println!("{} rows, {} visited\n", report.n, report.visited);
        println!("{:24} {:>12} {:>12}", "coefficient", "estimate", "sd");
        for one in &report.coefficients {
            println!("{:24} {:>12.6} {:>12.6}", one.name, one.estimate, one.sd);
        }
        Ok(())
    }

    fn report(&self) -> anyhow::Result<Report> {
        let rows = Rows::open(&self.file)?;
        let (value, visited) = (rows.needed("value")?, rows.needed("visited")?);
        let names: Vec<String> = rows.columns().map(str::to_owned).collect();
        let context: Vec<usize> = (0..names.len())
            .filter(|i| *i != value && *i != visited)
            .collect();
        let interact = self
            .interact
            .iter()
            .map(|name| {
                let column = rows.needed(name)?;
                anyhow::ensure!(
                    context.contains(&column),
                    "--interact wants a context column, not {name}"
                );
                Ok(column)
            })
            .collect::<anyhow::Result<Vec<usize>>>()?;
        let mut coefficients = vec!["intercept".to_owned()];
        coefficients.extend(context.iter().map(|i| names[*i].clone()));
        coefficients.push("value".to_owned());
        coefficients.extend(self.interact.iter().map(|name| format!("value:{name}")));

        let read = rows.read(|row| {
            let yen = row.number(value, "value")?;
            if yen < 0.0 {
                return Err(format!("the value {yen} is below 0"));
            }
            let came = match row.cell(visited) {
                "0" | "false" => 0.0,
                "1" | "true" => 1.0,
                other => return Err(format!("visited is “{other}”, neither 0 nor 1")),
            };
            let number = |column: &usize| row.number(*column, &names[*column]);
            let f = worth(yen);
            let mut features = vec![1.0];
            for column in &context {
                features.push(number(column)?);
            }
            features.push(f);
            for column in &interact {
                features.push(number(column)? * f);
            }
            Ok((features, came))
        })?;
        if read.is_empty() {
            bail!("{}: there are no rows", self.file.display());
        }
        // What is the same in many rows is reckoned once.
        let mut cells: BTreeMap<Vec<u64>, (f64, f64)> = BTreeMap::new();
        for (features, came) in &read {
            let key = features.iter().map(|x| x.to_bits()).collect();
            let (trials, successes) = cells.entry(key).or_default();
            *trials += 1.0;
            *successes += came;
        }
        let mut observed = Observed::new(coefficients.len());
        for (key, (trials, successes)) in cells {
            let features: Vec<f64> = key.into_iter().map(f64::from_bits).collect();
            observed.add(&features, trials, successes);
        }
        let posterior = fit(
            &observed,
            &Prior::vague(coefficients.len(), self.prior_sd),
            None,
        )
        .context("with a smaller --prior-sd it may")?;
        let coefficients = coefficients
            .into_iter()
            .zip(posterior.mean.iter().zip(posterior.sds()))
            .map(|(name, (estimate, sd))| Coefficient {
                name,
                estimate: *estimate,
                sd,
            })
            .collect();
        Ok(Report {
            n: read.len(),
            visited: read.iter().filter(|(_, came)| *came > 0.0).count(),
            prior_sd: self.prior_sd,
            coefficients,
        })
    }
}
