//! The export, read by somebody who has the documents and none of our code.

use std::{fs, process::Command};

use anyhow::{Context, Result, bail, ensure};
use app::{api::path, audit::Action, lang::Lang};
use reqwest::Method;
use sea_orm::{ConnectionTrait, Statement};
use serde::Deserialize;
use server::db::audit::seal;
use sha2::{Digest, Sha256};

use super::many;
use crate::{
    harness::{Fresh, Kind, Retailer, Server, TODAY, campaign, run, store},
    on_both_databases,
};

/// What the documents say of a line.
#[derive(Deserialize)]
struct Line {
    number: u64,
    link: String,
    entry: [serde_json::Value; 10],
}

/// Recomputes the chain of a file by what the documents say, and by nothing of ours. Gives how many entries there are.
fn check(file: &str) -> Result<u64> {
    let (mut before, mut count) = (String::new(), 0);
    for text in file.lines() {
        let line: Line = serde_json::from_str(text)?;
        count += 1;
        ensure!(
            line.number == count,
            "{} where {count} was next",
            line.number
        );
        // The bytes as they stand there: they are not written anew.
        let array = text
            .split_once("\"entry\":")
            .and_then(|(_, rest)| rest.strip_suffix('}'))
            .context("an entry")?;
        let mut digest = Sha256::new();
        digest.update(before.as_bytes());
        digest.update(b"\n");
        digest.update(array.as_bytes());
        before = hex::encode(digest.finalize());
        ensure!(
            before == line.link,
            "the link of entry {count} ({}) is another",
            line.entry[0]
        );
    }
    Ok(count)
}

async fn exported(retailer: &Retailer, query: &str) -> Result<String> {
    let target = format!("{}{query}", path::AUDIT_EXPORT);
    let answer = retailer.client.send(Method::GET, &target, None).await?;
    answer.done()?;
    let disposition = answer.header("content-disposition").context("a name")?;
    let (media_type, ending) = if query.contains("csv") {
        ("text/csv; charset=utf-8", "csv")
    } else {
        ("application/x-ndjson", "jsonl")
    };
    ensure!(answer.header("content-type") == Some(media_type));
    ensure!(
        disposition == format!("attachment; filename=\"raiten-audit-{TODAY}.{ending}\""),
        "{disposition}"
    );
    ensure!(
        answer.header("content-length").is_none(),
        "a stream does not know how long it will be"
    );
    Ok(answer.text())
}

/// What a forger may do to a file, each of which has to be noticed.
fn forgeries(file: &str) -> Vec<(&'static str, String)> {
    let lines: Vec<&str> = file.lines().collect();
    let joined = |lines: Vec<&str>| lines.join("\n");
    let half = lines.len() / 2;
    let changed = |from: &str, to: &str| {
        let mut lines = lines.clone();
        let forged = lines[half].replacen(from, to, 1);
        assert_ne!(forged, lines[half], "{from}");
        lines[half] = &forged;
        lines.join("\n")
    };
    let mut left_out = lines.clone();
    left_out.remove(half);
    let mut swapped = lines.clone();
    swapped.swap(half, half + 1);
    let mut twice = lines.clone();
    twice.insert(half, lines[half]);
    vec![
        ("another actor", changed("a test", "b test")),
        ("another amount", changed("\\\"n\\\":", "\\\"n\\\":1")),
        ("another link", changed("\"link\":\"", "\"link\":\"0")),
        ("a line left out", joined(left_out)),
        ("two lines swapped", joined(swapped)),
        ("a line twice", joined(twice)),
        ("without its beginning", joined(lines[1..].to_vec())),
    ]
}

on_both_databases! {
    /// More than two parts, and exactly two.
    async fn anybody_can_recompute_the_chain(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        ensure!(exported(&retailer, "").await?.is_empty(), "nothing is sealed yet");
        many(&server, retailer.me.retailer_id, 998, server.clock.now()).await?;
        seal(server.db()).await?;
        let two_parts = exported(&retailer, "").await?;
        ensure!(check(&two_parts)? == 1_000, "set-up, sign-in, and those");
        // What is not sealed comes with the next one, behind what was there.
        many(&server, retailer.me.retailer_id, 123, server.clock.now() + 10_000).await?;
        ensure!(exported(&retailer, "?format=jsonl").await? == two_parts, "an entry without a number");
        seal(server.db()).await?;
        let whole = exported(&retailer, "").await?;
        ensure!(check(&whole)? == 1_123 && whole.starts_with(&two_parts), "the chain went on elsewhere");

        for (what, forged) in forgeries(&whole) {
            ensure!(check(&forged).is_err(), "{what} is not noticed");
        }
        // Whoever has hands on the database forges no better.
        let connection = database.connect().await?;
        let forged = Statement::from_sql_and_values(
            connection.get_database_backend(),
            "UPDATE audit_entries SET details = '{}' WHERE retailer_id = $1 AND number = 700",
            [retailer.me.retailer_id.to_string().into()],
        );
        ensure!(connection.execute_raw(forged).await?.rows_affected() == 1);
        let error = check(&exported(&retailer, "").await?).err().context("noticed")?;
        ensure!(error.to_string().contains("entry 700 "), "{error}");
        connection.close().await?;
        server.stop().await
    }

    async fn a_spreadsheet_has_a_row_for_each(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let shop = retailer.store(store("=1+1")).await?;
        let running = retailer.publish(&campaign(&server, &[shop.store_id])).await?;
        server.shopper().await?.win(&retailer, &running).await?;
        many(&server, retailer.me.retailer_id, 700, server.clock.now() + 10_000).await?;
        seal(server.db()).await?;
        let lines = exported(&retailer, "").await?;
        let english = Retailer { client: retailer.client.reading(Lang::En), ..retailer.clone() };
        for (reader, time, won) in [
            (&retailer, "日時（日本時間）", "お客様にクーポンが発行されました"),
            (&english, "Time (Japan)", "A shopper won a coupon"),
        ] {
            let file = exported(reader, "?format=csv").await?;
            let text = file.strip_prefix('\u{feff}').context("the mark")?;
            ensure!(!text.contains('\u{feff}') && text.matches(time).count() == 1, "begins once");
            let mut table = csv::Reader::from_reader(text.as_bytes());
            let width = table.headers()?.len();
            let rows = table.records().collect::<Result<Vec<_>, _>>()?;
            ensure!(rows.len() == lines.lines().count() && rows.len() > 700, "{} rows", rows.len());
            for (row, line) in rows.iter().zip(lines.lines()) {
                ensure!(row.len() == width, "{row:?}");
                let line: serde_json::Value = serde_json::from_str(line)?;
                ensure!(line["number"].as_i64() == row[0].parse().ok() && line["link"] == row[width - 1]);
                ensure!(line["entry"][9] == row[5] && line["entry"][0] == row[6], "{row:?}");
            }
            let [coupon] = rows.iter().filter(|row| &row[10] == Action::CouponIssued.slug()).collect::<Vec<_>>()[..] else {
                bail!("one coupon")
            };
            ensure!(&coupon[1] == "2026-12-01 10:00:00" && &coupon[2] == won, "{coupon:?}");
            ensure!(&coupon[4] == "'=1+1", "a formula: {coupon:?}");
        }
        server.stop().await
    }
}

/// The programs between ``` fences of docs/audit.md, of one language.
fn documented(language: &str) -> Result<&'static str> {
    let page = include_str!("../../../docs/audit.md");
    let (_, rest) = page
        .split_once(&format!("```{language}\n"))
        .with_context(|| format!("docs/audit.md has no {language}"))?;
    let (program, _) = rest.split_once("```").context("its end")?;
    Ok(program)
}

/// What docs/audit.md tells people to run says yes to an export and no to every forgery.
#[test]
fn the_documented_checks_do_check() -> Result<()> {
    async fn body(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server
            .retailer("喫茶ライテン", "owner@raiten.example")
            .await?;
        many(&server, retailer.me.retailer_id, 12, server.clock.now()).await?;
        seal(server.db()).await?;
        let file = exported(&retailer, "").await?;
        check(&file)?;
        let last = file.lines().last().context("a line")?;
        let link: Line = serde_json::from_str(last)?;
        for (program, language) in [("sh", "sh"), ("python3", "python")] {
            if Command::new(program).arg("--help").output().is_err() {
                eprintln!("SKIPPED the check in {language}: there is no {program}");
                continue;
            }
            let script = database.folder().join(format!("check.{language}"));
            fs::write(&script, documented(language)?)?;
            let says = |text: &str| -> Result<(bool, String)> {
                fs::write(database.folder().join("raiten-audit.jsonl"), text)?;
                let output = Command::new(program)
                    .arg(&script)
                    .current_dir(database.folder())
                    .output()?;
                let told = [output.stdout, output.stderr].concat();
                Ok((output.status.success(), String::from_utf8(told)?))
            };
            let (good, told) = says(&file)?;
            ensure!(good, "{language}: {told}");
            ensure!(
                told.contains("14") && told.contains(&link.link),
                "{language}: {told}"
            );
            for (what, forged) in forgeries(&file) {
                let (good, told) = says(&format!("{forged}\n"))?;
                ensure!(!good, "{language} does not notice {what}: {told}");
            }
        }
        server.stop().await
    }
    run(Kind::Sqlite, body)
}
