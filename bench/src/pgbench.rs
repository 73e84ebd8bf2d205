//! What PostgreSQL alone does on this machine: the statements of a redemption as one, sent by pgbench.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use sea_orm::{ConnectionTrait, Database};

/// Numbers the coupons that can be redeemed, so that every client takes its own.
const LEFT: &str = "CREATE TABLE bench_left AS
    SELECT CAST(row_number() OVER () - 1 AS BIGINT) AS n, c.retailer_id, c.coupon_id, a.account_id
    FROM coupons c JOIN accounts a ON a.retailer_id = c.retailer_id WHERE c.status = 'issued';
    ALTER TABLE bench_left ADD PRIMARY KEY (n);
    ANALYZE";

/// `n` and `clients` are pgbench's: each client begins at its own number and goes on in steps.
const REDEEM: &str = r"\set n :n + 1
\set i (:n - 1) * :clients + :client_id
WITH t AS (SELECT * FROM bench_left WHERE n = :i),
c AS (UPDATE coupons k SET status = 'redeemed', uses = k.uses + 1, redeemed_at = 1900000000000 FROM t
    WHERE k.retailer_id = t.retailer_id AND k.coupon_id = t.coupon_id AND k.status = 'issued' AND k.uses = 0
    RETURNING k.*, t.account_id, substr(k.coupon_id, 5) AS id),
r AS (INSERT INTO redemptions SELECT retailer_id, 'red_' || id, coupon_id, campaign_id, store_id, shopper_id, account_id, 1, value_yen,
    value_yen, 1000, redeemed_at, 20000, NULL FROM c),
f AS (SELECT v.began_at FROM visits v JOIN c ON v.retailer_id = c.retailer_id AND v.shopper_id = c.shopper_id
    AND v.store_id = c.store_id AND v.began_at > 1890000000000 LIMIT 1),
v AS (INSERT INTO visits SELECT retailer_id, shopper_id, store_id, redeemed_at + :i, 20000, 1 FROM c
    WHERE NOT EXISTS (SELECT 1 FROM f)),
e AS (INSERT INTO visit_evidence SELECT retailer_id, 'redemption', 'red_' || id, shopper_id, store_id,
    COALESCE((SELECT began_at FROM f), redeemed_at + :i), redeemed_at + :i FROM c),
m AS (UPDATE campaigns g SET reserved_yen = g.reserved_yen - c.value_yen, spent_yen = g.spent_yen + c.value_yen FROM c
    WHERE g.retailer_id = c.retailer_id AND g.campaign_id = c.campaign_id),
j AS (INSERT INTO journal (retailer_id, entry_id, campaign_id, coupon_id, redemption_id, step, kind, available_yen, reserved_yen,
    spent_yen, account_id, entered_at) SELECT retailer_id, 'ent_' || id, campaign_id, coupon_id, 'red_' || id, 2, 'redeem', 0,
    -value_yen, value_yen, account_id, redeemed_at FROM c),
k AS (INSERT INTO idempotency_keys SELECT retailer_id, account_id, 'POST /api/v1/till/redemptions', 'key_' || id, repeat('f', 64),
    'red_' || id, 201, '{}', repeat('b', 400), redeemed_at FROM c),
a AS (INSERT INTO audit_entries SELECT retailer_id, 'aud_' || id, redeemed_at, 'account', account_id, 'redeem', 'red_' || id, store_id,
    NULL, NULL, repeat('d', 100), NULL, NULL FROM c)
SELECT count(*) FROM c;
";

/// Redeems what is issued, with so many clients. Gives the rate.
pub async fn run(url: &str, pgbench: &Path, folder: &Path, clients: usize) -> Result<f64> {
    let connection = Database::connect(url).await?;
    connection.execute_unprepared(LEFT).await?;
    let count = |connection: sea_orm::DatabaseConnection| async move {
        let row = connection
            .query_one_raw(sea_orm::Statement::from_string(
                connection.get_database_backend(),
                "SELECT COUNT(*) FROM coupons WHERE status = 'issued'",
            ))
            .await?
            .context("a count")?;
        anyhow::Ok(row.try_get_by_index::<i64>(0)?)
    };
    let issued = count(connection.clone()).await?;
    let each = issued / i64::try_from(clients)?;
    let script = folder.join("redeem.sql");
    std::fs::write(&script, REDEEM)?;
    let output = Command::new(pgbench)
        .args(["--no-vacuum", "--protocol=prepared", "--jobs=2", "--file"])
        .arg(&script)
        .args(["--client", &clients.to_string()])
        .args(["--transactions", &each.to_string()])
        .args(["--define", "n=0", "--define", &format!("clients={clients}")])
        .arg(url)
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {}", pgbench.display()))?;
    let told = String::from_utf8_lossy(&output.stdout);
    ensure!(
        output.status.success(),
        "pgbench: {told} {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let left = count(connection.clone()).await?;
    connection.close().await?;
    ensure!(left < i64::try_from(clients)?, "{left} were not redeemed");
    rate(&told).with_context(|| format!("pgbench tells no rate: {told}"))
}

/// `tps = 10300.123 (without initial connection time)`
fn rate(told: &str) -> Option<f64> {
    told.lines()
        .find_map(|line| line.strip_prefix("tps = "))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|number| number.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::rate;

    #[test]
    fn reads_the_rate() {
        assert_eq!(
            rate("x\ntps = 103.5 (without initial connection time)\n"),
            Some(103.5)
        );
        assert_eq!(rate("pgbench: error"), None);
    }
}
