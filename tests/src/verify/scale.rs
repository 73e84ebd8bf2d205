//! How long verifying takes: a ledger of any size, made by SQL in one go. A small one in every test run, a million redemptions by
//! `cargo xtask bench verify`.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend};

use super::lines;
use crate::{
    harness::{Fresh, raiten},
    on_both_databases,
};

/// Names how many redemptions there shall be.
const REDEMPTIONS: &str = "RAITEN_TEST_REDEMPTIONS";
/// The limit that a million redemptions have to keep.
const LIMIT_S: f64 = 60.0;

/// The day in Japan on which the story begins.
const DAY: i64 = 20_000;

/// Statements that make a ledger of so many redemptions: twice as many draws, of which every fifth is a blank; of the coupons five
/// in eight are redeemed, one in a hundred of them after an undo; the others are expired, or young and still issued.
///
/// Every column is a function of the draw's number `i`, so that whatever refers to something names it without looking it up.
fn statements(redemptions: i64) -> Vec<String> {
    let draws = redemptions * 2;
    let numbers = format!(
        "WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {draws})"
    );
    let upto = |many: i64| {
        format!(
            "WITH RECURSIVE n(i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {many} - 1)"
        )
    };
    // Twenty retailers with ten campaigns and fifty stores each.
    let retailer = "'ret_' || (10 + i % 20)";
    let campaign = "'cmp_' || (10 + i % 20) || '_' || ((i / 20) % 10)";
    let store = "'sto_' || (10 + i % 20) || '_' || (10 + (i / 20) % 50)";
    let account = "'acc_' || (10 + i % 20)";
    let shopper = "'shp_' || (10000000000 + i / 4)";
    let day = format!("({DAY} + (i % 4) * 20)");
    let drawn = format!("({day} * 86400000 - 32400000 + 36000000 + (i % 3600) * 1000)");
    let until = format!("(({day} + 15) * 86400000 - 32400000)");
    let wins = "i % 5 <> 0";
    let redeemed = "(i % 5 <> 0 AND i % 16 < 10)";
    let undone = "(i % 5 <> 0 AND i % 16 < 10 AND i % 101 = 0)";
    let expired = "(i % 5 <> 0 AND i % 16 >= 10 AND i % 4 <> 3)";
    let first = format!("({drawn} + 86400000)");
    let stands = format!("({drawn} + 86400000 + CASE WHEN {undone} THEN 300000 ELSE 0 END)");
    let prize = |i: &str| {
        format!(
            "CASE WHEN {i} % 5 = 0 THEN 'przb_' ELSE 'prz5_' END || (10 + i % 20) || '_' || ((i / 20) % 10)"
        )
    };
    let (starts, ends) = ((DAY - 1) * 86_400_000, (DAY + 90) * 86_400_000);
    let odds = "[".to_owned()
        + &"{\"prize_id\":\"prz_0000000000\",\"value\":500,\"ppm\":200000},".repeat(4)
        + "]";
    let prize = prize("i");
    vec![
        format!("{} INSERT INTO retailers SELECT 'ret_' || (10 + i), 'R', NULL, 0 FROM n", upto(20)),
        format!("{} INSERT INTO accounts SELECT {retailer}, {account}, 'a' || i, 'A', 'owner', '', 0 FROM n", upto(20)),
        format!("{} INSERT INTO stores SELECT {retailer}, {store}, 'S', 35, 139, NULL, NULL, 0 FROM n", upto(1_000)),
        format!(
            "{} INSERT INTO campaigns SELECT {retailer}, {campaign}, 'published', 'C', NULL, {starts}, {ends}, 1000000000000, 1000000000000, 0, 0, 0, 500, 14, 0, 0, 'flat', 1, 0, 0 FROM n",
            upto(200)
        ),
        // Every store of a retailer, for each of its campaigns.
        format!(
            "{} INSERT INTO campaign_stores SELECT {retailer}, 'cmp_' || (10 + i % 20) || '_' || (i / 1000), {store} FROM n",
            upto(10_000)
        ),
        format!(
            "{} INSERT INTO prizes SELECT {retailer}, {campaign}, 'przb_' || (10 + i % 20) || '_' || ((i / 20) % 10), 0, 'B', NULL, 0, 1,
                NULL, NULL FROM n",
            upto(200)
        ),
        format!(
            "{} INSERT INTO prizes SELECT {retailer}, {campaign}, 'prz5_' || (10 + i % 20) || '_' || ((i / 20) % 10), 1, 'P', NULL, 500, 4,
                NULL, NULL FROM n",
            upto(200)
        ),
        format!(
            "{numbers} INSERT INTO offers SELECT {retailer}, {campaign}, {shopper}, {day}, 1, '{odds}', 'hash' || i, 400000, 400000, 0,
                'flat@1', '{{}}', '{{}}', {drawn} - 60000, NULL FROM n"
        ),
        format!(
            "{numbers} INSERT INTO draws SELECT {retailer}, 'drw_' || (10000000000 + i), {campaign}, {shopper}, {store}, {day}, 1, 1,
                'hash' || i, 'nonce-' || (10000000000 + i), i % 1000000, {prize}, CASE WHEN {wins} THEN 500 ELSE 0 END, {drawn} FROM n"
        ),
        format!(
            "{numbers} INSERT INTO coupons SELECT {retailer}, 'cpn_' || (10000000000 + i), {campaign}, {prize}, {store}, {shopper},
                'drw_' || (10000000000 + i), 'CODE' || (10000000000 + i), 500, 0,
                CASE WHEN {redeemed} THEN 'redeemed' WHEN {expired} THEN 'expired' ELSE 'issued' END,
                CASE WHEN {undone} THEN 2 WHEN {redeemed} THEN 1 ELSE 0 END, {drawn}, {until},
                CASE WHEN {redeemed} THEN {stands} ELSE NULL END FROM n WHERE {wins}"
        ),
        format!(
            "{numbers} INSERT INTO redemptions SELECT {retailer}, 'red_' || (10000000000 + i), 'cpn_' || (10000000000 + i), {campaign},
                {store}, {shopper}, {account}, CASE WHEN {undone} THEN 2 ELSE 1 END, 500, 400, 400, {stands}, {day} + 1, NULL
                FROM n WHERE {redeemed}"
        ),
        format!(
            "{numbers} INSERT INTO redemptions SELECT {retailer}, 'rex_' || (10000000000 + i), 'cpn_' || (10000000000 + i), {campaign},
                {store}, {shopper}, {account}, 1, 500, 400, 400, {first}, {day} + 1, {first} + 60000 FROM n WHERE {undone}"
        ),
        format!(
            "{numbers} INSERT INTO reversals SELECT {retailer}, 'rev_' || (10000000000 + i), 'rex_' || (10000000000 + i), {account}, 400,
                {first} + 60000 FROM n WHERE {undone}"
        ),
        format!(
            "{} INSERT INTO journal SELECT {retailer}, 'ent_0' || i, {campaign}, NULL, NULL, NULL, 'fund', 1000000000000, 0, 0, NULL, 0
                FROM n",
            upto(200)
        ),
        format!(
            "{numbers} INSERT INTO journal SELECT {retailer}, 'ent_1' || (10000000000 + i), {campaign}, 'cpn_' || (10000000000 + i), NULL, 1,
                'issue', -500, 500, 0, NULL, {drawn} FROM n WHERE {wins}"
        ),
        format!(
            "{numbers} INSERT INTO journal SELECT {retailer}, 'ent_2' || (10000000000 + i), {campaign}, 'cpn_' || (10000000000 + i),
                'red_' || (10000000000 + i), CASE WHEN {undone} THEN 4 ELSE 2 END, 'redeem', 100, -500, 400, {account}, {stands}
                FROM n WHERE {redeemed}"
        ),
        format!(
            "{numbers} INSERT INTO journal SELECT {retailer}, 'ent_3' || (10000000000 + i), {campaign}, 'cpn_' || (10000000000 + i),
                'rex_' || (10000000000 + i), 2, 'redeem', 100, -500, 400, {account}, {first} FROM n WHERE {undone}"
        ),
        format!(
            "{numbers} INSERT INTO journal SELECT {retailer}, 'ent_4' || (10000000000 + i), {campaign}, 'cpn_' || (10000000000 + i),
                'rex_' || (10000000000 + i), 3, 'reverse', -100, 500, -400, {account}, {first} + 60000 FROM n WHERE {undone}"
        ),
        format!(
            "{numbers} INSERT INTO journal SELECT {retailer}, 'ent_5' || (10000000000 + i), {campaign}, 'cpn_' || (10000000000 + i), NULL, 2,
                'expire', 500, -500, 0, NULL, {until} FROM n WHERE {expired}"
        ),
        "UPDATE campaigns SET
            available_yen = (SELECT SUM(j.available_yen) FROM journal j WHERE j.retailer_id = campaigns.retailer_id
                             AND j.campaign_id = campaigns.campaign_id),
            reserved_yen = (SELECT SUM(j.reserved_yen) FROM journal j WHERE j.retailer_id = campaigns.retailer_id
                            AND j.campaign_id = campaigns.campaign_id),
            spent_yen = (SELECT SUM(j.spent_yen) FROM journal j WHERE j.retailer_id = campaigns.retailer_id
                         AND j.campaign_id = campaigns.campaign_id)"
            .to_owned(),
        format!(
            "{numbers} INSERT INTO visits SELECT {retailer}, {shopper}, {store}, {stands}, {day} + 1, 1
                FROM n WHERE {redeemed}"
        ),
        format!(
            "{numbers} INSERT INTO visit_evidence SELECT {retailer}, 'redemption',
                'red_' || (10000000000 + i), {shopper}, {store}, {stands}, {stands} FROM n WHERE {redeemed}"
        ),
        format!(
            "{numbers} INSERT INTO idempotency_keys SELECT {retailer}, {shopper}, 'POST /api/v1/shopper/plays',
                'key-' || (10000000000 + i), 'fingerprint-of-64-hexadecimal-digits-' || (10000000000 + i), 'drw_' || (10000000000 + i),
                200, NULL, NULL, {drawn} FROM n"
        ),
        format!(
            "{numbers} INSERT INTO idempotency_keys SELECT {retailer}, {account}, 'POST /api/v1/till/redemptions',
                'key-' || (10000000000 + i), 'fingerprint-of-64-hexadecimal-digits-' || (10000000000 + i), 'red_' || (10000000000 + i),
                201, NULL, NULL, {stands} FROM n WHERE {redeemed}"
        ),
    ]
}

/// Fills a database whose tables are there.
async fn fill(connection: &DatabaseConnection, redemptions: i64) -> Result<()> {
    if connection.get_database_backend() == DbBackend::Sqlite {
        // Nobody would miss it; keys are checked row by row all the same.
        connection
            .execute_unprepared(
                "PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA foreign_keys = ON",
            )
            .await?;
    }
    for statement in statements(redemptions) {
        connection
            .execute_unprepared(&statement)
            .await
            .with_context(|| statement.clone())?;
    }
    for (n, statement) in migrations::TOLD_AFTERWARDS.iter().enumerate() {
        // Unlike real ids, those of different things end alike here.
        let statement = statement
            .replace("'aud_'", &format!("'aud_{n}_'"))
            .replace(", 5)", ", 1)");
        connection
            .execute_unprepared(&statement)
            .await
            .with_context(|| statement.clone())?;
    }
    if connection.get_database_backend() == DbBackend::Postgres {
        // What autovacuum would have done by the time that a database has so many rows.
        connection.execute_unprepared("VACUUM ANALYZE").await?;
    }
    Ok(())
}

on_both_databases! {
    async fn a_large_ledger_is_verified(database: Fresh) -> Result<()> {
        let redemptions = match std::env::var(REDEMPTIONS) {
            Ok(text) => text.parse().with_context(|| format!("{REDEMPTIONS}={text}"))?,
            Err(_) => 1_000,
        };
        server::db::connect(&database.url).await?.close().await?;
        let connection = database.connect_alone().await?;
        let begun = Instant::now();
        fill(&connection, redemptions).await?;
        let filled = begun.elapsed().as_secs_f64();
        connection.close().await?;
        let begun = Instant::now();
        let outcome = raiten(&database, &["verify", "--json"])?;
        let took = begun.elapsed().as_secs_f64();
        ensure!(outcome.code == 0, "{outcome:#?}");
        let kind = database.url.split(':').next().unwrap_or_default();
        println!("verify on {kind}: {redemptions} redemptions, {took:.1} s (filled in {filled:.1} s)");
        let mut rules = lines(&outcome.stdout)?;
        rules.sort_by(|a, b| b["seconds"].as_f64().unwrap_or(0.0).total_cmp(&a["seconds"].as_f64().unwrap_or(0.0)));
        for rule in rules.iter().take(8) {
            println!("  {:>6.1} s  {}", rule["seconds"].as_f64().unwrap_or(0.0), rule["rule"].as_str().unwrap_or_default());
        }
        ensure!(redemptions < 1_000_000 || took <= LIMIT_S, "{took:.1} s for {redemptions} redemptions");
        Ok(())
    }
}
