//! `raiten verify`: silent about a clean ledger, and it names the rule for each of more than a hundred corruptions.

mod ground;
mod kinds;
mod scale;

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use rand::{SeedableRng, rngs::StdRng};
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::Value;
use server::verify::{all, check};

use self::ground::{believable, without_constraints};
use self::kinds::KINDS;
use crate::{
    harness::{Fresh, Server, raiten},
    on_both_databases,
};

/// How many corruptions are planted: each kind, and some of them again elsewhere.
const CORRUPTIONS: u64 = 140;

/// The lines that `raiten verify --json` prints.
fn lines(text: &str) -> Result<Vec<Value>> {
    text.lines()
        .map(|line| serde_json::from_str(line).with_context(|| line.to_owned()))
        .collect()
}

on_both_databases! {
    /// A town with 90 days behind it and everything a till can do is clean; then its rows are falsified, one at a time.
    async fn every_corruption_is_named(database: Fresh) -> Result<()> {
        believable(&database).await?;
        let clean = raiten(&database, &["verify"])?;
        ensure!(clean.code == 0, "{clean:#?}");

        let connection = without_constraints(&database).await?;
        let before = check(&connection).await?;
        ensure!(before.is_clean(), "{:#?}", before.violated().collect::<Vec<_>>());
        let mut missed = Vec::new();
        for seed in 0..CORRUPTIONS {
            let kind = &KINDS[usize::try_from(seed)? % KINDS.len()];
            let transaction = connection.begin().await?;
            kind.plant(&transaction, &mut StdRng::seed_from_u64(seed)).await
                .with_context(|| format!("seed {seed}: {}", kind.name))?;
            let report = check(&transaction).await.with_context(|| format!("seed {seed}: {}", kind.name))?;
            let named: Vec<&str> = report.violated().map(|finding| finding.rule.name).collect();
            if !named.contains(&kind.rule) {
                missed.push(format!("seed {seed}: {}: wanted {}, got {named:?}", kind.name, kind.rule));
            }
            transaction.rollback().await?;
        }
        ensure!(missed.is_empty(), "{} of {CORRUPTIONS} missed: {missed:#?}", missed.len());
        println!("{CORRUPTIONS} of {CORRUPTIONS} corruptions found, {} kinds, seeds 0 to {}", KINDS.len(), CORRUPTIONS - 1);
        connection.close().await?;
        Ok(())
    }

    /// What a person and a program get: a line a rule, and an exit code for each of the three cases.
    async fn the_command_says_what_it_saw(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        server.stop().await?;
        let clean = raiten(&database, &["verify", "--json"])?;
        ensure!(clean.code == 0, "{clean:#?}");
        let rules = lines(&clean.stdout)?;
        ensure!(rules.len() == all().count(), "{clean:#?}");
        for rule in &rules {
            ensure!(rule["rule"].is_string() && rule["ok"] == true && rule["violations"] == 0, "{rule}");
        }

        // A till that was forgotten: one login of a retailer that moved yen of nothing.
        let connection = database.connect().await?;
        connection
            .execute_unprepared(
                "INSERT INTO campaigns (retailer_id, campaign_id, status, name, starts_at, ends_at, budget_yen, available_yen,
                    reserved_yen, spent_yen, floor_yen, ceiling_yen, valid_days, min_purchase_yen, expected_sales_yen, policy,
                    plays_per_day, created_at)
                 SELECT retailer_id, 'cmp_planted', 'published', 'x', 0, 1, 900, 500, 300, 100, 0, 0, 1, 0, 0, 'flat', 1, 0
                 FROM retailers",
            )
            .await?;
        connection.close().await?;
        let violated = raiten(&database, &["verify", "--json"])?;
        ensure!(violated.code == 1, "{violated:#?}");
        let named: BTreeSet<String> = lines(&violated.stdout)?
            .iter()
            .filter(|rule| rule["ok"] == false)
            .map(|rule| rule["rule"].as_str().unwrap_or_default().to_owned())
            .collect();
        let wanted = [
            "balances-are-the-sums-of-the-journal",
            "budget-is-what-was-funded",
            "campaigns-and-people-have-their-entry",
            "reserved-is-what-coupons-hold",
            "spent-is-what-redemptions-cost",
        ];
        ensure!(named == wanted.map(ToOwned::to_owned).into(), "{named:?}");
        let told = raiten(&database, &["verify"])?;
        ensure!(told.code == 1 && told.stdout.contains("VIOLATED  budget-is-what-was-funded: 1 × (such as cmp_planted)"), "{told:#?}");

        // Tables of another version are not judged.
        let connection = database.connect().await?;
        connection
            .execute_unprepared("DELETE FROM seaql_migrations WHERE version LIKE '%idempotency_keys'")
            .await?;
        connection.close().await?;
        let other = raiten(&database, &["verify"])?;
        ensure!(other.code == 2 && other.stderr.contains("raiten migrate"), "{other:#?}");
        Ok(())
    }
}

/// A database that is not there is not made, and nothing is said about it.
#[test]
fn what_is_not_there_cannot_be_verified() -> Result<()> {
    async fn look(database: Fresh) -> Result<()> {
        let outcome = raiten(&database, &["verify"])?;
        ensure!(
            outcome.code == 2 && outcome.stdout.is_empty(),
            "{outcome:#?}"
        );
        ensure!(!database.folder().join("raiten.db").exists(), "it was made");
        Ok(())
    }
    crate::harness::run(crate::harness::Kind::Sqlite, look)
}

/// A rule that no corruption is aimed at would be a rule that nobody has seen fail.
#[test]
fn every_rule_has_its_corruption() {
    let aimed: BTreeSet<&str> = KINDS.iter().map(|kind| kind.rule).collect();
    let rules: BTreeSet<&str> = all().map(|rule| rule.name).collect();
    assert_eq!(aimed, rules);
    let names: BTreeSet<&str> = KINDS.iter().map(|kind| kind.name).collect();
    assert_eq!(names.len(), KINDS.len());
    assert!(KINDS.len() as u64 <= CORRUPTIONS);
}
