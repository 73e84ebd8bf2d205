//! The size of an incentive: more for the far and the lapsed, and nothing for a forged position.

use anyhow::{Context, Result, ensure};
use app::api::{
    path,
    retailer::{Campaign, Store},
    shopper::{NearbyRequest, Offer},
};
use serde_json::Value;

use crate::{
    harness::{
        DAY_MS, Fresh, Kind, Retailer, Server, Shopper, campaign, honest, km_north, raiten, store,
    },
    on_both_databases,
};

/// Shows itself at a point and gets the day's offer there.
async fn visit(
    shopper: &Shopper,
    retailer: &Retailer,
    running: &Campaign,
    shop: &Store,
    km: f64,
) -> Result<Offer> {
    let position = honest(km_north(km), shop)?;
    let nearby = NearbyRequest {
        cell: position.cell,
        radius_km: Some(20),
    };
    shopper.client.post(path::NEARBY, &nearby).await?.done()?;
    shopper
        .asks(running, retailer, shop.store_id, Some(position))
        .await?
        .json()
}

on_both_databases! {
    /// Three shoppers: one lives near, one lives near and forges one far fix, one lives far.
    async fn a_forged_position_does_not_pay(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let shop = retailer.store(store("渋谷店")).await?;
        let running = retailer.publish(&campaign(&server, &[shop.store_id])).await?;
        let (neighbour, forger, far) = (server.shopper().await?, server.shopper().await?, server.shopper().await?);
        for shopper in [&neighbour, &forger, &far] {
            shopper.consents(true).await?;
        }
        for day in 0..15 {
            let near = visit(&neighbour, &retailer, &running, &shop, 0.2).await?;
            let honest_day = visit(&forger, &retailer, &running, &shop, 0.2).await?;
            ensure!(near.odds == honest_day.odds, "two neighbours differ on day {day}");
            let known = visit(&far, &retailer, &running, &shop, 8.0).await?;
            if day < 5 {
                ensure!(known.odds == near.odds, "paid for distance on day {day}, before any area is established");
            }
            server.clock.advance(DAY_MS);
        }
        let near = visit(&neighbour, &retailer, &running, &shop, 0.2).await?;
        let forged = visit(&forger, &retailer, &running, &shop, 8.0).await?;
        let known = visit(&far, &retailer, &running, &shop, 8.0).await?;
        ensure!(forged.odds == near.odds, "one forged far fix paid: {forged:?} {near:?}");
        ensure!(
            known.expected_value_milli_yen > near.expected_value_milli_yen,
            "who lives far gets no more: {known:?} {near:?}"
        );
        // Who lives far and is near now counts as near.
        server.clock.advance(DAY_MS);
        let close = visit(&far, &retailer, &running, &shop, 0.2).await?;
        let near = visit(&neighbour, &retailer, &running, &shop, 0.2).await?;
        ensure!(close.odds == near.odds, "{close:?} {near:?}");
        // Without consent a position is ignored.
        server.clock.advance(DAY_MS);
        far.consents(false).await?;
        let hidden = visit(&far, &retailer, &running, &shop, 8.0).await?;
        let near = visit(&neighbour, &retailer, &running, &shop, 0.2).await?;
        ensure!(hidden.odds == near.odds, "{hidden:?} {near:?}");
        server.stop().await
    }

    /// One table a day: another position on the same day, or a lie about it, gives the same odds.
    async fn the_offer_of_a_day_stays(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let shop = retailer.store(store("渋谷店")).await?;
        let running = retailer.publish(&campaign(&server, &[shop.store_id])).await?;
        let shopper = server.shopper().await?;
        shopper.consents(true).await?;
        let first = visit(&shopper, &retailer, &running, &shop, 0.2).await?;
        for km in [1.5, 0.1, 4.0] {
            let again = visit(&shopper, &retailer, &running, &shop, km).await?;
            ensure!(again.odds == first.odds && again.odds_hash == first.odds_hash, "{km} km gave other odds");
        }
        server.stop().await
    }
}

async fn sized(database: Fresh) -> Result<()> {
    let size = |km: &str, days: &str| -> Result<(f64, Value)> {
        let report = raiten(
            &database,
            &[
                "size",
                "--policy",
                "distance_lapse",
                "--km",
                km,
                "--days",
                days,
                "--json",
            ],
        )?
        .json()?;
        let odds = report["odds"].as_array().context("the odds")?;
        let sum: u64 = odds.iter().filter_map(|line| line["ppm"].as_u64()).sum();
        ensure!(sum == 1_000_000, "odds sum to {sum}: {report}");
        let value = report["expected_milli_yen"]
            .as_i64()
            .context("the expected value")?;
        Ok((value as f64, report))
    };
    let ((near, _), (far, shown)) = (size("0.3", "30")?, size("8", "30")?);
    ensure!(far > near, "8 km: {far}, 0.3 km: {near}");
    ensure!(
        shown["why"].as_array().is_some_and(|why| !why.is_empty()),
        "no reason: {shown}"
    );
    let ((recent, _), (lapsed, _)) = (size("2", "2")?, size("2", "60")?);
    ensure!(lapsed > recent, "60 days: {lapsed}, 2 days: {recent}");
    let outcome = raiten(
        &database,
        &["size", "--policy", "generous", "--km", "1", "--days", "1"],
    )?;
    ensure!(
        outcome.code != 0 && !outcome.stderr.is_empty(),
        "{outcome:?}"
    );
    Ok(())
}

/// `raiten size` needs no database.
#[test]
fn the_program_says_what_a_shopper_would_be_offered() -> Result<()> {
    crate::harness::run(Kind::Sqlite, sized)
}
