//! `raiten verify`: whether what the ledger promises holds in what the database says.
//!
//! Independent of the engine on purpose, so that a mistake there is not repeated here: a connection of its own, one read-only
//! transaction that sees one moment, and plain SQL, one rule a small named thing. Nothing of `db` is used but the tables
//! themselves.

mod chain;
mod rules;
mod snapshot;

use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

pub use snapshot::{VerifyError, run};

/// The SQL of a rule: selects one text column, what breaks the rule, one row each. Dates and divisions read alike in both
/// databases; where they do not, there are two.
#[derive(Clone, Copy, Debug)]
pub enum Sql {
    /// For both databases.
    Both(&'static str),
    /// One for each.
    Each {
        /// SQLite.
        sqlite: &'static str,
        /// PostgreSQL.
        postgres: &'static str,
    },
    /// No SQL: the links of the audit log are computed anew.
    Chain,
}

/// Something that has to hold.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its name, which never changes its meaning.
    pub name: &'static str,
    /// The invariant it belongs to, as docs/reliability.md numbers them.
    pub invariant: u8,
    /// What has to hold, as a sentence.
    pub says: &'static str,
    /// Finds what breaks it.
    pub sql: Sql,
}

/// What became of a rule.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// How many rows break it.
    pub violations: u64,
    /// One of them, by its id.
    pub example: Option<String>,
    /// How long it took.
    pub took: Duration,
}

/// All rules on one snapshot.
#[derive(Clone, Debug)]
pub struct Report {
    /// One for each rule, in their order.
    pub findings: Vec<Finding>,
    /// How long all of it took.
    pub took: Duration,
}

impl Report {
    /// Whether every rule holds.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.iter().all(|finding| finding.violations == 0)
    }

    /// The findings that are none.
    pub fn violated(&self) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(|finding| finding.violations > 0)
    }
}

/// Every rule, by invariant.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    rules::ALL.iter().copied().flatten()
}

/// Invariants that no rule here can speak about, and why.
pub const SILENT: &[(u8, &str)] = &[
    (
        7,
        "what was acknowledged is known outside of the database only: the failure tests hold it",
    ),
    (13, "there are no offline redemptions yet"),
];

/// Asks every rule within the caller's transaction.
///
/// # Errors
/// When the database objects.
pub async fn check(snapshot: &impl ConnectionTrait) -> Result<Report, DbErr> {
    let begun = Instant::now();
    let mut findings = Vec::new();
    for rule in all() {
        findings.push(ask(snapshot, rule).await?);
    }
    Ok(Report {
        findings,
        took: begun.elapsed(),
    })
}

async fn ask(snapshot: &impl ConnectionTrait, rule: &'static Rule) -> Result<Finding, DbErr> {
    let begun = Instant::now();
    let backend = snapshot.get_database_backend();
    let text = match rule.sql {
        Sql::Both(text) => text,
        Sql::Chain => {
            let (violations, example) = chain::broken(snapshot).await?;
            return Ok(Finding {
                rule,
                violations,
                example,
                took: begun.elapsed(),
            });
        }
        Sql::Each { sqlite, postgres } => match backend {
            DbBackend::Sqlite => sqlite,
            _ => postgres,
        },
    };
    let counted = format!(
        "SELECT CAST(COUNT(*) AS BIGINT) AS n, CAST(MIN(what) AS TEXT) AS example FROM ({text}) AS found"
    );
    let row = snapshot
        .query_one_raw(Statement::from_string(backend, counted))
        .await
        .map_err(|error| DbErr::Custom(format!("rule {}: {error}", rule.name)))?
        .ok_or_else(|| DbErr::Custom("no count came back".to_owned()))?;
    let count: i64 = row.try_get("", "n")?;
    Ok(Finding {
        rule,
        violations: u64::try_from(count).unwrap_or(0),
        example: row.try_get("", "example")?,
        took: begun.elapsed(),
    })
}

/// Shows the last run among the figures for Prometheus.
pub fn publish(report: &Report) {
    for finding in &report.findings {
        // Exact up to 2^53 violations.
        #[allow(clippy::cast_precision_loss)]
        metrics::gauge!("raiten_verify_violations", "rule" => finding.rule.name)
            .set(finding.violations as f64);
    }
    metrics::gauge!("raiten_verify_seconds").set(report.took.as_secs_f64());
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{SILENT, all};

    #[test]
    fn rules_have_names_of_their_own_and_every_invariant_is_spoken_for() {
        let names: HashSet<&str> = all().map(|rule| rule.name).collect();
        assert_eq!(names.len(), all().count());
        assert!(all().all(|rule| rule.says.ends_with('.') && !rule.name.contains(' ')));
        let spoken: HashSet<u8> = all()
            .map(|rule| rule.invariant)
            .chain(SILENT.iter().map(|(number, _)| *number))
            .collect();
        assert!((1..=14).all(|number| spoken.contains(&number)));
        assert!(
            SILENT
                .iter()
                .all(|(number, _)| all().all(|rule| rule.invariant != *number))
        );
    }
}
