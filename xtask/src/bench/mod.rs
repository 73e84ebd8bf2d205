//! `cargo xtask bench`: a table for people, or the same figures as JSON.

mod import;
mod incentive;
mod ledger;
mod lift;
mod reach;
mod scratch;
mod verify;
mod web;

use crate::cli;
use crate::places::Places;
use crate::process::say;
use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

/// One measured number.
pub struct Figure {
    /// What it is, in snake case: "redeem_p99".
    pub name: String,
    pub value: f64,
    /// "kB", "s", "1/s"
    pub unit: &'static str,
    /// What we aim at, where there is an aim.
    pub aim: Option<f64>,
}

impl Figure {
    /// A figure without an aim.
    pub fn new(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self {
            name: name.into(),
            value,
            unit,
            aim: None,
        }
    }
}

/// Something that can be measured.
struct Bench {
    name: &'static str,
    about: &'static str,
    measure: fn(&Places, &cli::Bench) -> Result<Vec<Figure>>,
}

/// All of them; a new one is an entry here and a module beside.
const ALL: [Bench; 7] = [
    Bench {
        name: "web",
        about: "what a page's first load fetches, raw and brotli",
        measure: web::measure,
    },
    Bench {
        name: "import",
        about: "importing 11,097 stores from CSV into SQLite",
        measure: import::measure,
    },
    Bench {
        name: "incentive",
        about: "what sizing and drawing cost, and what each policy brings in towns whose response is known",
        measure: incentive::measure,
    },
    Bench {
        name: "ledger",
        about: "play, look and redeem over HTTP, next to what the machine can do, SQLite and PostgreSQL",
        measure: ledger::measure,
    },
    Bench {
        name: "lift",
        about: "importing a million visits, the sums of lift, and the report over them, SQLite and PostgreSQL",
        measure: lift::measure,
    },
    Bench {
        name: "reach",
        about: "what is near among a million stores, in memory and over HTTP",
        measure: reach::measure,
    },
    Bench {
        name: "verify",
        about: "raiten verify on a million redemptions, SQLite and PostgreSQL",
        measure: verify::measure,
    },
];

/// `cargo xtask bench [NAME] [--json]`
pub fn command(places: &Places, wanted: &cli::Bench) -> Result<()> {
    let Some(name) = &wanted.name else {
        return list(wanted.json);
    };
    let Some(bench) = ALL.iter().find(|bench| bench.name == name) else {
        list(false)?;
        bail!("there is no bench {name}");
    };
    let figures = (bench.measure)(places, wanted).with_context(|| format!("bench {name}"))?;
    if wanted.json {
        say(format!("{:#}", as_json(bench.name, &figures)));
        return Ok(());
    }
    say(format!(
        "\n{:<24}{:>14} {:<6}{:>10}",
        bench.name, "value", "unit", "aim"
    ));
    for Figure {
        name,
        value,
        unit,
        aim,
    } in &figures
    {
        let aim = aim.map(|aim| format!("{aim:.1}")).unwrap_or_default();
        say(format!("{name:<24}{value:>14.2} {unit:<6}{aim:>10}"));
    }
    Ok(())
}

fn list(json: bool) -> Result<()> {
    if json {
        let all: Map<String, Value> = ALL
            .iter()
            .map(|bench| (bench.name.to_owned(), json!(bench.about)))
            .collect();
        say(format!("{:#}", Value::Object(all)));
        return Ok(());
    }
    for Bench { name, about, .. } in &ALL {
        say(format!("{name:<10} {about}"));
    }
    Ok(())
}

fn as_json(bench: &str, figures: &[Figure]) -> Value {
    let figures: Vec<Value> = figures
        .iter()
        .map(
            |Figure {
                 name,
                 value,
                 unit,
                 aim,
             }| { json!({ "name": name, "value": value, "unit": unit, "aim": aim }) },
        )
        .collect();
    json!({ "bench": bench, "figures": figures })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_every_figure_of_the_table() {
        let figures = [
            Figure {
                aim: Some(100.0),
                ..Figure::new("shopper_brotli", 97.5, "kB")
            },
            Figure::new("rows", 3.0, "1"),
        ];
        let json = as_json("web", &figures);
        assert_eq!(json["bench"], "web");
        assert_eq!(json["figures"][0]["value"], 97.5);
        assert_eq!(json["figures"][0]["aim"], 100.0);
        assert!(json["figures"][1]["aim"].is_null());
    }
}
