//! Idempotency keys: the same key gives the same answer, byte by byte, and one effect, whatever happens to the first request.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use app::{
    api::{
        path,
        shopper::PlayResult,
        till::{RedeemRequest, TillRedemption},
    },
    id::RedemptionId,
    lang::Lang,
    problem::ProblemKind,
    yen::Yen,
};
use futures::future::join_all;
use reqwest::Method;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use crate::{
    harness::{
        Answer, Client, DAY_MS, Fresh, KEY, Server, Shopper, campaign, new_key, play_of, store,
    },
    on_both_databases,
    torture::insist,
};

/// Status, body and the headers that mean something with it.
fn bytes(answer: &Answer) -> (u16, Vec<u8>, [Option<String>; 3]) {
    let header = |name| answer.header(name).map(ToOwned::to_owned);
    (
        answer.status.as_u16(),
        answer.body.clone(),
        [
            header("content-type"),
            header("content-language"),
            header("retry-after"),
        ],
    )
}

async fn count(database: &Fresh, sql: &str) -> Result<i64> {
    let connection = database.connect().await?;
    let statement = Statement::from_string(
        connection.get_database_backend(),
        format!("SELECT CAST(({sql}) AS BIGINT) AS n"),
    );
    let row = connection
        .query_one_raw(statement)
        .await?
        .context("a row")?;
    let n = row.try_get("", "n")?;
    connection.close().await?;
    Ok(n)
}

async fn won(shopper: &Shopper, play: &Value) -> Result<String> {
    let answer = shopper
        .client
        .post_under(path::PLAYS, Some(play), &new_key())
        .await?;
    let won: PlayResult = answer.json()?;
    shopper.shows(&won.coupon.context("a coupon")?).await
}

on_both_databases! {
    /// Play, redemption, undo, publishing: each sent three times, at two servers, in another language, a while later.
    async fn the_same_key_gives_the_same_bytes(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let beside = server.beside(&database).await?;
        let elsewhere = beside.anonymous()?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let shop = retailer.store(store("渋谷店")).await?;
        let staff = retailer.staff(server.anonymous()?, "hana@raiten.example", &[shop.store_id]).await?;
        let thrice = async |client: &Client, target: &str, body: Option<&Value>| -> Result<Answer> {
            let key = new_key();
            let first = client.post_under(target, body, &key).await?;
            server.clock.advance(1_000);
            let again = client.reading(Lang::En).post_under(target, body, &key).await?;
            ensure!(bytes(&first) == bytes(&again), "{} {} and {}", target, first.text(), again.text());
            let other = client.at(&elsewhere)?.post_under(target, body, &key).await?;
            ensure!(bytes(&first) == bytes(&other), "{} {} and {}", target, first.text(), other.text());
            // Without quotes it is the same key.
            let bare = client
                .send_with(Method::POST, target, |request| {
                    let request = request.header(KEY, key.as_str());
                    match body {
                        Some(body) => request.json(body),
                        None => request,
                    }
                })
                .await?;
            ensure!(bytes(&first) == bytes(&bare), "{target}: {}", bare.text());
            Ok(first)
        };
        let draft = retailer.draft(&campaign(&server, &[shop.store_id])).await?;
        let publish = path::fill(path::CAMPAIGN_PUBLISH, &[&draft.campaign_id.to_string()]);
        let running = thrice(&retailer.client, &publish, None).await?.json()?;
        let shopper = server.shopper().await?;
        let offer = shopper.offer(&retailer, &running).await?;
        let result: PlayResult = thrice(&shopper.client, path::PLAYS, Some(&json!(play_of(&offer)))).await?.json()?;
        let coupon = result.coupon.context("a coupon")?;
        let take = RedeemRequest { store_id: shop.store_id, code: shopper.shows(&coupon).await?, basket: Some(Yen(200)) };
        let taken: TillRedemption = thrice(&staff.client, path::TILL_REDEMPTIONS, Some(&json!(take))).await?.json()?;
        // A refusal is an answer like any other.
        let refused = thrice(&staff.client, path::TILL_REDEMPTIONS, Some(&json!(take))).await?;
        ensure!(refused.status == 409 && refused.text().contains("coupon-refused"), "{}", refused.text());
        let undo = path::fill(path::TILL_UNDO, &[&taken.redemption_id.to_string()]);
        let undone: TillRedemption = thrice(&staff.client, &undo, None).await?.json()?;
        ensure!(undone.reversed_at.is_some(), "{undone:?}");
        // What was refused under a key stays refused under it, although it would be possible by now: the screen shows a new pass.
        let take = RedeemRequest { code: shopper.shows(&coupon).await?, ..take };
        let another: TillRedemption = thrice(&staff.client, path::TILL_REDEMPTIONS, Some(&json!(take))).await?.json()?;
        ensure!(another.redemption_id != taken.redemption_id, "{another:?}");

        ensure!(count(&database, "SELECT COUNT(*) FROM draws").await? == 1, "drawn more than once");
        ensure!(count(&database, "SELECT COUNT(*) FROM redemptions").await? == 2, "taken more than once");
        ensure!(count(&database, "SELECT COUNT(*) FROM reversals").await? == 1, "undone more than once");
        ensure!(count(&database, "SELECT COUNT(*) FROM journal WHERE kind = 'fund'").await? == 1, "funded more than once");
        ensure!(count(&database, "SELECT COUNT(*) FROM idempotency_keys WHERE effect IS NOT NULL").await? == 5, "effects and keys");
        beside.stop().await?;
        server.stop().await
    }

    async fn a_key_is_needed_and_is_for_one_act(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let shop = retailer.store(store("渋谷店")).await?;
        let staff = retailer.staff(server.anonymous()?, "hana@raiten.example", &[shop.store_id]).await?;
        let running = retailer.publish(&campaign(&server, &[shop.store_id])).await?;
        let shopper = server.shopper().await?;
        let play = json!(play_of(&shopper.offer(&retailer, &running).await?));
        let undo = path::fill(path::TILL_UNDO, &[&RedemptionId::new(0, [1; 10]).to_string()]);
        let publish = path::fill(path::CAMPAIGN_PUBLISH, &[&running.campaign_id.to_string()]);
        let take = json!({"store_id": shop.store_id, "code": "x"});
        for (client, target, body) in [
            (&shopper.client, path::PLAYS, Some(&play)),
            (&staff.client, path::TILL_REDEMPTIONS, Some(&take)),
            (&staff.client, undo.as_str(), None),
            (&retailer.client, publish.as_str(), None),
        ] {
            for key in [None, Some("short"), Some("with a blank in it"), Some("\"never closed")] {
                let answer = client
                    .send_with(Method::POST, target, |request| {
                        let request = match key {
                            Some(key) => request.header(KEY, key),
                            None => request,
                        };
                        match body {
                            Some(body) => request.json(body),
                            None => request,
                        }
                    })
                    .await?;
                answer.refused(ProblemKind::IdempotencyKeyMissing).with_context(|| format!("{key:?}"))?;
            }
        }
        ensure!(count(&database, "SELECT COUNT(*) FROM draws").await? == 0, "drawn without a key");

        // The same key for another body, for another id in the path; and once more for the first.
        let key = new_key();
        let first = shopper.client.post_under(path::PLAYS, Some(&play), &key).await?;
        let mut other = play.clone();
        other["client_nonce"] = json!("another-nonce-of-a-test");
        let reused = shopper.client.post_under(path::PLAYS, Some(&other), &key).await?;
        reused.refused(ProblemKind::IdempotencyKeyReused)?;
        let again = shopper.client.post_under(path::PLAYS, Some(&play), &key).await?;
        ensure!(bytes(&first) == bytes(&again), "{}", again.text());
        let code = shopper.shows(&first.json::<PlayResult>()?.coupon.context("a coupon")?).await?;
        let take = json!({"store_id": shop.store_id, "code": code, "basket": null});
        let taken: TillRedemption = staff.client.post_under(path::TILL_REDEMPTIONS, Some(&take), &key).await?.json()?;
        let undo_it = path::fill(path::TILL_UNDO, &[&taken.redemption_id.to_string()]);
        staff.client.post_under(&undo_it, None, &key).await?.done()?;
        staff.client.post_under(&undo, None, &key).await?.refused(ProblemKind::IdempotencyKeyReused)?;

        // The same key by somebody else is another key.
        let friend = server.shopper().await?;
        let play = json!(play_of(&friend.offer(&retailer, &running).await?));
        let theirs: PlayResult = friend.client.post_under(path::PLAYS, Some(&play), &key).await?.json()?;
        ensure!(theirs.coupon.is_some(), "no coupon");
        ensure!(count(&database, "SELECT COUNT(*) FROM draws").await? == 2, "two shoppers, two draws");
        server.stop().await
    }

    /// One key at two servers at once, sixteen times: one draw, and whoever gets an answer gets that one.
    async fn one_key_at_once_is_one_act(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let beside = server.beside(&database).await?;
        let elsewhere = beside.anonymous()?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let shop = retailer.store(store("渋谷店")).await?;
        let staff = retailer.staff(server.anonymous()?, "hana@raiten.example", &[shop.store_id]).await?;
        let running = retailer.publish(&campaign(&server, &[shop.store_id])).await?;
        for round in 0..4 {
            let shopper = server.shopper().await?;
            let code = won(&shopper, &json!(play_of(&shopper.offer(&retailer, &running).await?))).await?;
            let take = json!({"store_id": shop.store_id, "code": code, "basket": null});
            let key = new_key();
            let tills = (0..16)
                .map(|n| if n % 2 == 0 { staff.client.frozen() } else { staff.client.at(&elsewhere) })
                .collect::<Result<Vec<_>>>()?;
            let answers = join_all(tills.iter().map(|till| till.post_under(path::TILL_REDEMPTIONS, Some(&take), &key))).await;
            let mut given = Vec::new();
            for answer in answers {
                let answer = answer?;
                if answer.status == 201 {
                    given.push(bytes(&answer));
                } else {
                    answer.refused(ProblemKind::IdempotencyKeyInFlight)?;
                    ensure!(answer.header("retry-after").is_some(), "{:?}", answer.headers);
                }
            }
            ensure!(!given.is_empty(), "nobody got an answer");
            for till in &tills {
                given.push(bytes(&insist(till, path::TILL_REDEMPTIONS, Some(&take), &key).await?));
            }
            ensure!(given.iter().all(|one| one == &given[0]), "{given:?}");
            ensure!(count(&database, "SELECT COUNT(*) FROM redemptions").await? == round + 1, "taken more than once");
        }
        beside.stop().await?;
        server.stop().await
    }

    /// The line is cut while the server works; the same key tells what became of it.
    async fn a_dropped_reply_is_given_again(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let shop = retailer.store(store("渋谷店")).await?;
        let staff = retailer.staff(server.anonymous()?, "hana@raiten.example", &[shop.store_id]).await?;
        let running = retailer.publish(&campaign(&server, &[shop.store_id])).await?;
        for n in 0..20 {
            let shopper = server.shopper().await?;
            let code = won(&shopper, &json!(play_of(&shopper.offer(&retailer, &running).await?))).await?;
            let take = json!({"store_id": shop.store_id, "code": code, "basket": null});
            let key = new_key();
            let lost = staff.client.post_under(path::TILL_REDEMPTIONS, Some(&take), &key);
            let _ = tokio::time::timeout(Duration::from_micros(700 * n), lost).await;
            let first: TillRedemption = insist(&staff.client, path::TILL_REDEMPTIONS, Some(&take), &key).await?.json()?;
            let again: TillRedemption = insist(&staff.client, path::TILL_REDEMPTIONS, Some(&take), &key).await?.json()?;
            ensure!(first.redemption_id == again.redemption_id, "{first:?} {again:?}");
        }
        ensure!(count(&database, "SELECT COUNT(*) FROM redemptions").await? == 20, "one effect each");
        server.stop().await
    }

    /// The answer is forgotten after a day, the key is not.
    async fn a_key_outlives_its_answer(database: Fresh) -> Result<()> {
        let server = Server::start(&database).await?;
        let retailer = server.retailer("喫茶ライテン", "owner@raiten.example").await?;
        let shop = retailer.store(store("渋谷店")).await?;
        let running = retailer.publish(&campaign(&server, &[shop.store_id])).await?;
        let shopper = server.shopper().await?;
        let play = json!(play_of(&shopper.offer(&retailer, &running).await?));
        let key = new_key();
        let first = shopper.client.post_under(path::PLAYS, Some(&play), &key).await?;
        first.done()?;
        let db = server::db::connect(&database.url).await?;
        let forget = async || server::db::idempotency::forget_answers(&db, server.clock.now()).await;
        ensure!(forget().await? == 0, "forgotten at once");
        server.clock.advance(DAY_MS + 1);
        // The key of the publishing too.
        ensure!(forget().await? == 2, "not forgotten");
        ensure!(forget().await? == 0, "forgotten twice");
        let late = shopper.client.post_under(path::PLAYS, Some(&play), &key).await?;
        let problem = late.refused(ProblemKind::IdempotencyKeyReused)?;
        ensure!(problem.detail.contains("保存されていません"), "{problem:?}");
        ensure!(count(&database, "SELECT COUNT(*) FROM draws").await? == 1, "drawn again");
        db.close().await?;
        server.stop().await
    }
}

/// Whatever moves coupons or money says in the document that it wants a key, and nothing else does.
#[test]
fn the_document_says_where_a_key_is_needed() -> Result<()> {
    let document = serde_json::to_value(server::http::document())?;
    let mut wanting = Vec::new();
    for (target, item) in document["paths"].as_object().context("paths")? {
        for (method, operation) in item.as_object().context("operations")? {
            let parameters = operation["parameters"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            for parameter in parameters {
                if parameter["name"] == "Idempotency-Key" {
                    ensure!(
                        parameter["in"] == "header" && parameter["required"] == true,
                        "{parameter}"
                    );
                    ensure!(
                        operation["responses"]["400"].is_object(),
                        "{target}: no 400"
                    );
                    ensure!(
                        operation["responses"]["409"].is_object(),
                        "{target}: no 409"
                    );
                    ensure!(
                        operation["responses"]["422"].is_object(),
                        "{target}: no 422"
                    );
                    wanting.push((method.clone(), target.clone()));
                }
            }
        }
    }
    wanting.sort();
    let mut wanted = [
        path::PLAYS,
        path::TILL_REDEMPTIONS,
        path::TILL_UNDO,
        path::COUPON_VOID,
        path::CAMPAIGN_PUBLISH,
        path::ANNOUNCEMENTS,
        path::ANNOUNCEMENT_STOP,
    ]
    .map(|target| ("post".to_owned(), target.to_owned()));
    wanted.sort();
    ensure!(wanting == wanted, "{wanting:?}");
    Ok(())
}
