//! Real input: eleven thousand Japanese stores, through the API and through the program; and files that are broken.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use app::{
    api::{
        path,
        retailer::{ImportReport, StorePage},
    },
    problem::ProblemKind,
};
use serde_json::Value;

use crate::{
    harness::{Fresh, Retailer, Server, raiten, store},
    on_both_databases,
};

/// Stores of Japan in OpenStreetMap, 2014; lies beside the checkout, not in it.
const REAL: &str = "../../shared/data/stores_japan_osm_2014.csv";
/// What is in it.
const ROWS: u64 = 11_097;
const DUPLICATES: u64 = 21;
const NEAR: u64 = 35;
const IMPORTED: u64 = 11_076;

/// The real file, or a loud skip.
fn real() -> Result<Option<(PathBuf, Vec<u8>)>> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(REAL);
    if !file.exists() {
        eprintln!("SKIPPED with real stores: {} is not there", file.display());
        return Ok(None);
    }
    let bytes = std::fs::read(&file)?;
    Ok(Some((file, bytes)))
}

fn figures(report: &ImportReport) -> (u64, u64, u64, u64, usize) {
    (
        report.rows,
        report.imported,
        report.duplicates,
        report.near_duplicates,
        report.errors.len(),
    )
}

async fn total(retailer: &Retailer) -> Result<u64> {
    let page: StorePage = retailer.client.get(path::STORES).await?;
    Ok(page.total)
}

/// Writes a file into the test's folder.
fn file(database: &Fresh, name: &str, bytes: &[u8]) -> Result<String> {
    let path = database.folder().join(name);
    std::fs::write(&path, bytes)?;
    Ok(path.to_str().context("a name in UTF-8")?.to_owned())
}

/// Files that must not come in, with line and column of what is wrong (line 0: the whole file).
fn broken() -> Vec<(&'static str, Vec<u8>, u64, &'static str)> {
    let (shift_jis, _, _) = encoding_rs::SHIFT_JIS.encode("name,lat,lng\n渋谷店,35.6,139.7\n");
    let mut neither = shift_jis.into_owned();
    neither.extend_from_slice("新宿店,35.7,139.7\n".as_bytes());
    neither.extend_from_slice(b"\xff\xff,35.7,139.7\n");
    // A generator of the textbook's kind: the same noise each time.
    let mut state = 1_u64;
    let noise = (0..10_000_000)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 56) as u8
        })
        .collect();
    vec![
        ("wrong encoding", neither, 0, ""),
        (
            "missing column",
            "name,lat\n渋谷店,35.6\n".as_bytes().to_vec(),
            1,
            "lng",
        ),
        (
            "latitude 200",
            "name,lat,lng\n渋谷店,35.6,139.7\n新宿店,200,139.7\n"
                .as_bytes()
                .to_vec(),
            3,
            "lat",
        ),
        ("noise", noise, 0, ""),
    ]
}

on_both_databases! {
    async fn real_stores_come_in_through_the_api(database: Fresh) -> Result<()> {
        let Some((_, bytes)) = real()? else { return Ok(()) };
        let server = Server::start(&database).await?;
        let retailer = server.retailer("全国", "owner@raiten.example").await?;
        let began = std::time::Instant::now();
        let preview: ImportReport = retailer
            .client
            .upload(&format!("{}?dry_run=true", path::STORES_IMPORT), bytes.clone())
            .await?
            .json()?;
        ensure!(figures(&preview) == (ROWS, IMPORTED, DUPLICATES, NEAR, 0), "{:?}", figures(&preview));
        ensure!(total(&retailer).await? == 0, "a preview imported something");
        let import: ImportReport = retailer.client.upload(path::STORES_IMPORT, bytes.clone()).await?.json()?;
        ensure!(figures(&import) == (ROWS, IMPORTED, DUPLICATES, NEAR, 0), "{:?}", figures(&import));
        ensure!(import.encoding == "UTF-8", "{}", import.encoding);
        ensure!(import.flagged.iter().filter(|f| f.exact).count() as u64 == DUPLICATES, "{:?}", import.flagged.len());
        ensure!(total(&retailer).await? == IMPORTED, "{}", total(&retailer).await?);
        // The same file again brings nothing new.
        let again: ImportReport = retailer.client.upload(path::STORES_IMPORT, bytes).await?.json()?;
        ensure!((again.imported, again.duplicates) == (0, ROWS), "{:?}", figures(&again));
        ensure!(began.elapsed().as_secs() < 60, "three imports took {:?}", began.elapsed());
        // Names as they are in the file.
        let page: StorePage = retailer.client.get(&format!("{}?limit=5&q=%E3%82%BB%E3%83%96%E3%83%B3", path::STORES)).await?;
        ensure!(page.total > 1_000 && page.stores.iter().all(|s| s.name.contains("セブン")), "{page:?}");
        server.stop().await
    }

    async fn real_stores_come_in_through_the_program(database: Fresh) -> Result<()> {
        let Some((file, _)) = real()? else { return Ok(()) };
        let file = file.to_str().context("a name in UTF-8")?;
        let server = Server::start(&database).await?;
        let retailer = server.retailer("全国", "owner@raiten.example").await?;
        let id = retailer.me.retailer_id.to_string();
        let dry = raiten(&database, &["import", "stores", file, "--retailer", &id, "--dry-run", "--json"])?.json()?;
        let wanted = |report: &Value| {
            ["rows", "imported", "duplicates", "near_duplicates"].map(|name| report[name].as_u64())
                == [Some(ROWS), Some(IMPORTED), Some(DUPLICATES), Some(NEAR)]
                && report["errors"].as_array().is_some_and(Vec::is_empty)
        };
        ensure!(wanted(&dry), "{dry}");
        ensure!(total(&retailer).await? == 0, "a preview imported something");
        let began = std::time::Instant::now();
        let report = raiten(&database, &["import", "stores", file, "--retailer", &id, "--json"])?.json()?;
        ensure!(wanted(&report), "{report}");
        ensure!(began.elapsed().as_secs() < 30, "seconds, not minutes: {:?}", began.elapsed());
        ensure!(total(&retailer).await? == IMPORTED, "{}", total(&retailer).await?);
        // For people: the figures, without JSON.
        let told = raiten(&database, &["import", "stores", file, "--retailer", &id])?;
        ensure!(told.code == 0 && (told.stdout.contains("11,097") || told.stdout.contains("11097")), "{told:?}");
        server.stop().await
    }

    async fn shift_jis_and_marks_are_read(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("全国", "owner@raiten.example").await?;
        let text = "name,lat,lng\r\n髙島屋　新宿店,35.6877,139.7022\r\n\"表参道, 本店\",35.6653,139.7121\r\n";
        let (shift_jis, _, lossy) = encoding_rs::SHIFT_JIS.encode(text);
        ensure!(!lossy, "the sample is not Shift_JIS");
        let report: ImportReport = retailer.client.upload(path::STORES_IMPORT, shift_jis.into_owned()).await?.json()?;
        ensure!(report.encoding == "Shift_JIS" && report.imported == 2, "{report:?}");
        let mut marked = b"\xef\xbb\xbf".to_vec();
        marked.extend_from_slice(text.as_bytes());
        let report: ImportReport = retailer.client.upload(path::STORES_IMPORT, marked).await?.json()?;
        ensure!(report.encoding == "UTF-8" && (report.imported, report.duplicates) == (0, 2), "{report:?}");
        let page: StorePage = retailer.client.get(path::STORES).await?;
        let names: Vec<&str> = page.stores.iter().map(|s| s.name.as_str()).collect();
        ensure!(names.contains(&"表参道, 本店") && names.iter().any(|n| n.starts_with("髙島屋")), "{names:?}");
        server.stop().await
    }

    async fn broken_files_leave_everything_as_it_was(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("全国", "owner@raiten.example").await?;
        retailer.store(store("渋谷店")).await?;
        let id = retailer.me.retailer_id.to_string();
        for (name, bytes, line, column) in broken() {
            let file = file(&database, "broken.csv", &bytes)?;
            let outcome = raiten(&database, &["import", "stores", &file, "--retailer", &id, "--json"])?;
            ensure!(outcome.code == 1, "{name}: exit {}: {}", outcome.code, outcome.stderr);
            let report: Value = serde_json::from_str(&outcome.stdout)
                .with_context(|| format!("{name}: {} {}", outcome.stdout, outcome.stderr))?;
            let found = report["errors"].as_array().into_iter().flatten().any(|error| {
                (line == 0 || error["line"] == line)
                    && (column.is_empty() || error["column"] == column)
                    && error["reason"].as_str().is_some_and(|reason| !reason.is_empty())
            });
            ensure!(found, "{name}: {}", outcome.stdout.chars().take(500).collect::<String>());
            let told = raiten(&database, &["import", "stores", &file, "--retailer", &id])?;
            ensure!(told.code == 1 && !told.stderr.trim().is_empty(), "{name}: {told:?}");

            let answer = retailer.client.upload(path::STORES_IMPORT, bytes).await?;
            let (kind, problem) = answer.problem().with_context(|| name)?;
            ensure!(
                (kind == ProblemKind::InvalidFile && !problem.lines.is_empty()) || kind == ProblemKind::TooLarge,
                "{name}: {kind:?}"
            );
            ensure!(total(&retailer).await? == 1, "{name} imported something");
        }
        let outcome = raiten(&database, &["import", "stores", "missing.csv", "--retailer", &id])?;
        ensure!(outcome.code == 1 && outcome.stderr.contains("missing.csv"), "{outcome:?}");
        server.stop().await
    }

    /// With one bad line, the good ones stay out as well, and every bad one is named.
    async fn every_bad_line_is_listed(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("全国", "owner@raiten.example").await?;
        let csv = "name,lat,lng\n良い店,35.6,139.7\n,35.6,139.7\n北,95,139.7\n西,35.6,一三九\n";
        let problem = retailer.client.upload(path::STORES_IMPORT, csv).await?.refused(ProblemKind::InvalidFile)?;
        let lines: Vec<(u64, &str)> = problem.lines.iter().map(|e| (e.line, e.column.as_str())).collect();
        ensure!(lines == [(3, "name"), (4, "lat"), (5, "lng")], "{lines:?}");
        let preview: ImportReport = retailer
            .client
            .upload(&format!("{}?dry_run=true", path::STORES_IMPORT), csv)
            .await?
            .json()?;
        ensure!(preview.error_count == 3 && preview.errors.len() == 3, "{preview:?}");
        ensure!(total(&retailer).await? == 0, "the good line came in");
        server.stop().await
    }
}
