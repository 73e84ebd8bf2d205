//! What SQLite alone does on this machine: the statements of a redemption on one connection by one thread, prepared, without a server.

use std::{path::Path, time::Instant};

use anyhow::{Context, Result, ensure};
use rusqlite::{Connection, params};

/// A coupon that can be redeemed.
struct Issued {
    retailer_id: String,
    coupon_id: String,
    campaign_id: String,
    store_id: String,
    shopper_id: String,
    value_yen: i64,
}

/// Redeems what is issued: a tenth of it with a COMMIT each, the rest with one for 256. Gives both rates.
pub fn bare(file: &Path) -> Result<(f64, f64)> {
    let connection = Connection::open(file)?;
    connection.set_prepared_statement_cache_capacity(32);
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;",
    )?;
    let account: String =
        connection.query_row("SELECT account_id FROM accounts LIMIT 1", [], |row| {
            row.get(0)
        })?;
    let issued = connection
        .prepare(
            "SELECT retailer_id, coupon_id, campaign_id, store_id, shopper_id, value_yen FROM coupons WHERE status = 'issued'",
        )?
        .query_map([], |row| {
            Ok(Issued {
                retailer_id: row.get(0)?,
                coupon_id: row.get(1)?,
                campaign_id: row.get(2)?,
                store_id: row.get(3)?,
                shopper_id: row.get(4)?,
                value_yen: row.get(5)?,
            })
        })?
        .collect::<Result<Vec<_>, _>>()?;
    let (one, many) = issued.split_at(issued.len() / 10);
    Ok((
        in_groups(&connection, one, 1, &account)?,
        in_groups(&connection, many, 256, &account)?,
    ))
}

fn in_groups(
    connection: &Connection,
    coupons: &[Issued],
    size: usize,
    account: &str,
) -> Result<f64> {
    let begun = Instant::now();
    for group in coupons.chunks(size) {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        for coupon in group {
            redeem(connection, coupon, account)?;
        }
        connection.execute_batch("COMMIT")?;
    }
    Ok(coupons.len() as f64 / begun.elapsed().as_secs_f64())
}

/// What a redemption writes, as `db::redemptions` does.
fn redeem(connection: &Connection, coupon: &Issued, account: &str) -> Result<()> {
    const NOW: i64 = 1_900_000_000_000;
    let number = coupon.coupon_id.get(4..).context("an id")?;
    let id = |prefix: &str| format!("{prefix}_{number}");
    let redemption = id("red");
    let changed = connection
        .prepare_cached(
            "UPDATE coupons SET status = 'redeemed', uses = uses + 1, redeemed_at = ?1
             WHERE retailer_id = ?2 AND coupon_id = ?3 AND status = 'issued' AND uses = 0",
        )?
        .execute(params![NOW, coupon.retailer_id, coupon.coupon_id])?;
    ensure!(changed == 1, "{} is not issued", coupon.coupon_id);
    connection
        .prepare_cached(
            "INSERT INTO redemptions VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8, ?8, 1000, ?9, 20000, NULL)",
        )?
        .execute(params![
            coupon.retailer_id,
            redemption,
            coupon.coupon_id,
            coupon.campaign_id,
            coupon.store_id,
            coupon.shopper_id,
            account,
            coupon.value_yen,
            NOW
        ])?;
    let found: Option<i64> = connection
        .prepare_cached(
            "SELECT began_at FROM visits WHERE retailer_id = ?1 AND shopper_id = ?2 AND store_id = ?3 AND began_at > ?4
             ORDER BY began_at LIMIT 1",
        )?
        .query_map(
            params![coupon.retailer_id, coupon.shopper_id, coupon.store_id, NOW - 10_800_000],
            |row| row.get(0),
        )?
        .next()
        .transpose()?;
    let began = match found {
        Some(began) => began,
        None => {
            connection
                .prepare_cached("INSERT INTO visits VALUES (?1, ?2, ?3, ?4, 20000, 1)")?
                .execute(params![
                    coupon.retailer_id,
                    coupon.shopper_id,
                    coupon.store_id,
                    NOW
                ])?;
            NOW
        }
    };
    connection
        .prepare_cached("INSERT INTO visit_evidence VALUES (?1, 'redemption', ?2, ?3, ?4, ?5, ?6)")?
        .execute(params![
            coupon.retailer_id,
            redemption,
            coupon.shopper_id,
            coupon.store_id,
            began,
            NOW
        ])?;
    connection
        .prepare_cached(
            "UPDATE campaigns SET reserved_yen = reserved_yen - ?1, spent_yen = spent_yen + ?1
             WHERE retailer_id = ?2 AND campaign_id = ?3",
        )?
        .execute(params![
            coupon.value_yen,
            coupon.retailer_id,
            coupon.campaign_id
        ])?;
    connection
        .prepare_cached(
            "INSERT INTO journal (retailer_id, entry_id, campaign_id, coupon_id, redemption_id, step, kind, available_yen,
                 reserved_yen, spent_yen, account_id, entered_at)
             VALUES (?1, ?2, ?3, ?4, ?5, 2, 'redeem', 0, -?6, ?6, ?7, ?8)",
        )?
        .execute(params![
            coupon.retailer_id,
            id("ent"),
            coupon.campaign_id,
            coupon.coupon_id,
            redemption,
            coupon.value_yen,
            account,
            NOW
        ])?;
    connection
        .prepare_cached(
            "INSERT INTO idempotency_keys VALUES (?1, ?2, 'POST /api/v1/till/redemptions', ?3, ?4, ?5, 201, '{}', ?6, ?7)",
        )?
        .execute(params![
            coupon.retailer_id,
            account,
            id("key"),
            "f".repeat(64),
            redemption,
            "b".repeat(400),
            NOW
        ])?;
    connection
        .prepare_cached(
            "INSERT INTO audit_entries VALUES (?1, ?2, ?3, 'account', ?4, 'redeem', ?5, ?6, NULL, NULL, ?7, NULL, NULL)",
        )?
        .execute(params![
            coupon.retailer_id,
            id("aud"),
            NOW,
            account,
            redemption,
            coupon.store_id,
            "d".repeat(100)
        ])?;
    Ok(())
}
