//! What is near, from memory: the same on every server within a second of a change, and where stores are is the same for everybody.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use app::{
    api::{
        path,
        retailer::{HoldoutInput, StoreInput},
        shopper::{Nearby, NearbyRequest, StoresNear},
    },
    geo::{Cell, LatLng},
    id::StoreId,
    problem::ProblemKind,
};

use crate::{
    harness::{Client, Fresh, Server, campaign, raiten, store},
    on_both_databases,
};

/// A change is to be known on every server by then, as the reader of it would say; twice that on a machine with other things to do.
const SOON: Duration = Duration::from_millis(2_000);

fn around(place: (f64, f64)) -> Result<NearbyRequest> {
    Ok(NearbyRequest {
        cell: Cell::of(LatLng::new(place.0, place.1)?),
        radius_km: Some(2),
    })
}

async fn stores(client: &Client, place: (f64, f64)) -> Result<Vec<(StoreId, String)>> {
    let near: StoresNear = client
        .post(path::STORES_NEAR, &around(place)?)
        .await?
        .json()?;
    Ok(near
        .stores
        .into_iter()
        .map(|store| (store.store_id, store.name))
        .collect())
}

async fn offers(client: &Client, place: (f64, f64)) -> Result<Vec<StoreId>> {
    let near: Nearby = client.post(path::NEARBY, &around(place)?).await?.json()?;
    Ok(near
        .stores
        .into_iter()
        .map(|store| store.store_id)
        .collect())
}

/// Waits until what is asked for is what is wanted; how long that took.
async fn soon<T: PartialEq + std::fmt::Debug>(
    wanted: &T,
    mut ask: impl AsyncFnMut() -> Result<T>,
) -> Result<Duration> {
    let began = Instant::now();
    loop {
        let found = ask().await?;
        if found == *wanted {
            return Ok(began.elapsed());
        }
        ensure!(began.elapsed() < SOON, "still {found:?}, not {wanted:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

on_both_databases! {
    async fn a_change_is_known_here_at_once_and_on_every_server_soon(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let beside = server.beside(&database).await?;
        let shopper = server.shopper().await?;
        let there = shopper.client.at(&beside.anonymous()?)?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let mut input = store("渋谷店");
        let here = (input.lat, input.lng);
        let elsewhere = (here.0 + 1.0, here.1);

        // A store.
        let shop = retailer.store(input.clone()).await?;
        let wanted = vec![(shop.store_id, "渋谷店".to_owned())];
        ensure!(stores(&server.anonymous()?, here).await? == wanted, "not at once");
        soon(&wanted, async || stores(&there, here).await).await?;
        ensure!(offers(&there, here).await?.is_empty(), "offers without a campaign");

        // A campaign: published, paused, and going on.
        let running = retailer.publish(&campaign(&server, &[shop.store_id])).await?;
        ensure!(offers(&shopper.client, here).await? == [shop.store_id], "not at once");
        soon(&vec![shop.store_id], async || offers(&there, here).await).await?;
        let id = running.campaign_id.to_string();
        retailer.client.act(&path::CAMPAIGN_PAUSE.replace("{campaign_id}", &id)).await?.done()?;
        // What runs is asked for, so this is known everywhere at once.
        ensure!(offers(&there, here).await?.is_empty() && offers(&shopper.client, here).await?.is_empty(), "paused");
        retailer.client.act(&path::CAMPAIGN_PUBLISH.replace("{campaign_id}", &id)).await?.done()?;
        ensure!(offers(&shopper.client, here).await? == [shop.store_id], "not at once");
        soon(&vec![shop.store_id], async || offers(&there, here).await).await?;

        // It moves and has another name.
        input.name = "渋谷本店".to_owned();
        input.lat = elsewhere.0;
        let at = path::STORE.replace("{store_id}", &shop.store_id.to_string());
        retailer.client.put(&at, &input).await?.done()?;
        let wanted = vec![(shop.store_id, "渋谷本店".to_owned())];
        ensure!(stores(&shopper.client, here).await?.is_empty() && stores(&shopper.client, elsewhere).await? == wanted, "not at once");
        soon(&wanted, async || stores(&there, elsewhere).await).await?;
        ensure!(stores(&there, here).await?.is_empty() && offers(&there, elsewhere).await? == [shop.store_id], "still there");
        beside.stop().await?;
        server.stop().await
    }

    async fn what_the_command_line_brings_is_known_soon(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("stores.csv");
        std::fs::write(&file, "name,lat,lng\nひとつめ,35.01,135.76\nふたつめ,35.0101,135.76\n")?;
        let id = retailer.me.retailer_id.to_string();
        let told = raiten(&database, &["import", "stores", &file.display().to_string(), "--retailer", &id])?;
        ensure!(told.code == 0, "{told:#?}");
        let client = server.anonymous()?;
        soon(&vec!["ひとつめ".to_owned(), "ふたつめ".to_owned()], async || {
            let mut names: Vec<String> = stores(&client, (35.01, 135.76)).await?.into_iter().map(|(_, name)| name).collect();
            names.sort_unstable();
            Ok(names)
        })
        .await?;
        server.stop().await
    }

    async fn where_stores_are_does_not_depend_on_who_asks(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let input = store("渋谷店");
        let here = (input.lat, input.lng);
        let shop = retailer.store(input).await?;
        let far = retailer.store(StoreInput { lat: here.0 + 0.012, ..store("代官山店") }).await?;
        // Somebody who is held out sees the same, or visits by dwelling would be found in one arm only.
        let half = HoldoutInput { programme: 50, campaigns: 50 };
        retailer.client.put(path::HOLDOUT, &half).await?.done()?;
        retailer.publish(&campaign(&server, &[shop.store_id])).await?;
        let mut seen = Vec::new();
        for _ in 0..12 {
            let shopper = server.shopper().await?;
            seen.push(stores(&shopper.client, here).await?.into_iter().map(|(id, _)| id).collect::<Vec<_>>());
        }
        seen.push(stores(&server.anonymous()?, here).await?.into_iter().map(|(id, _)| id).collect());
        ensure!(seen.iter().all(|ids| *ids == [shop.store_id, far.store_id]), "{seen:?}");
        let wide = NearbyRequest { radius_km: Some(51), ..around(here)? };
        server.anonymous()?.post(path::STORES_NEAR, &wide).await?.refused(ProblemKind::InvalidFields)?;
        server.stop().await
    }
}
