use axum::http::StatusCode;
use futures::future::join_all;
use serde_json::{Value, json};

use super::world::{DAY, on_both};

const NONCE: &str = "0123456789abcdef";

#[test]
fn a_play_that_is_sent_again_counts_once() {
    on_both(|world| async move {
        let campaign = world.campaign(&world.everybody_wins(300, 10_000)).await;
        let (_, cookie) = world.shopper().await;
        let offer = world.offer(&cookie, campaign, None).await;
        let request = world.play_request(&offer, NONCE);
        let path = "/api/v1/shopper/plays";
        // Sent by an impatient device five times at once, and once more when no answer came.
        let answers = join_all((0..5).map(|_| world.post(path, &cookie, request.clone()))).await;
        let again = world.post(path, &cookie, request.clone()).await;
        for (status, body) in answers {
            assert_eq!(status, StatusCode::OK, "{body}");
            assert_eq!(body, again.1);
        }
        assert_eq!(world.balances(campaign).await, [9_700, 300, 0]);

        let mut other = request.clone();
        other["client_nonce"] = json!("another-nonce-of-mine");
        assert_eq!(
            world.post(path, &cookie, other).await.1["type"],
            "/problems/conflict"
        );
        let mut skipping = request.clone();
        skipping["play_number"] = json!(3);
        assert_eq!(
            world.post(path, &cookie, skipping).await.1["type"],
            "/problems/conflict"
        );
        let mut bad = request.clone();
        bad["client_nonce"] = json!("short");
        assert_eq!(
            world.post(path, &cookie, bad).await.0,
            StatusCode::UNPROCESSABLE_ENTITY
        );

        // The answer was lost over midnight: still the same prize, and no second one.
        world.app.clock.advance(DAY / 2);
        assert_eq!(world.post(path, &cookie, request).await.1, again.1);
        assert_eq!(world.balances(campaign).await, [9_700, 300, 0]);
        assert_eq!(again.1["coupon"]["status"], "issued");
    });
}

#[test]
fn other_odds_than_those_shown_draw_nothing() {
    on_both(|world| async move {
        let campaign = world.campaign(&world.sized()).await;
        let (_, cookie) = world.shopper().await;
        let offer = world.offer(&cookie, campaign, None).await;
        // The main prize goes while the shopper looks at the odds.
        world
            .sql(
                "UPDATE prizes SET stock_left = 0 WHERE value_yen = 1000",
                [],
            )
            .await;
        let (status, refused) = world.play(&cookie, &offer).await;
        assert_eq!(
            (status, &refused["type"]),
            (StatusCode::CONFLICT, &json!("/problems/odds-changed"))
        );
        assert_eq!(world.number("SELECT COUNT(*) FROM draws", []).await, 0);
        let fresh = &refused["offer"];
        assert_ne!(fresh["odds_hash"], offer["odds_hash"]);
        assert!(
            fresh["odds"]
                .as_array()
                .unwrap()
                .iter()
                .all(|line| line["value"] != 1000)
        );
        assert_eq!(&world.offer(&cookie, campaign, None).await, fresh);
        assert_eq!(world.play(&cookie, fresh).await.0, StatusCode::OK);
        assert_eq!(
            world.number("SELECT offer_revision FROM draws", []).await,
            2
        );
    });
}

#[test]
fn nobody_plays_more_often_than_allowed() {
    on_both(|world| async move {
        let campaign = world.campaign(&world.sized()).await;
        let (_, cookie) = world.shopper().await;
        for left in [2, 1, 0] {
            let offer = world.offer(&cookie, campaign, None).await;
            // The same number from two devices with nonces of their own: one of them counts.
            let twice = join_all([world.play(&cookie, &offer), world.play(&cookie, &offer)]).await;
            let won: Vec<&Value> = twice
                .iter()
                .filter(|(s, _)| *s == StatusCode::OK)
                .map(|(_, b)| b)
                .collect();
            assert_eq!(won.len(), 1, "{twice:?}");
            assert_eq!(won[0]["plays_left"], left);
        }
        let offer = world.offer(&cookie, campaign, None).await;
        assert_eq!(
            (&offer["next_play"], &offer["plays_left"]),
            (&json!(null), &json!(0))
        );
        let mut request = world.play_request(&offer, NONCE);
        request["play_number"] = json!(4);
        let (_, refused) = world.post("/api/v1/shopper/plays", &cookie, request).await;
        assert_eq!(refused["type"], "/problems/no-plays-left");
        assert_eq!(world.number("SELECT COUNT(*) FROM draws", []).await, 3);
        world.app.clock.advance(DAY);
        assert_eq!(world.offer(&cookie, campaign, None).await["plays_left"], 3);
    });
}

#[test]
fn a_draw_can_be_checked_once_the_seed_is_known() {
    on_both(|world| async move {
        let campaign = world.campaign(&world.sized()).await;
        let (_, cookie) = world.shopper().await;
        let offer = world.offer(&cookie, campaign, None).await;
        let (_, played) = world.play(&cookie, &offer).await;
        let own = world.get("/api/v1/shopper/draws", &cookie).await.1["draws"][0].clone();
        let pseudonym: app::pseudonym::Pseudonym = own["drawer"].as_str().unwrap().parse().unwrap();
        let day: app::day::Day = offer["day"].as_str().unwrap().parse().unwrap();
        let sealed = crate::db::draw_seeds::of_day(
            &world.app.db,
            &world.app.keys,
            world.retailer,
            campaign,
            day,
            world.app.clock.now(),
        )
        .await
        .unwrap();
        let odds =
            app::odds::OddsTable::new(serde_json::from_value(offer["odds"].clone()).unwrap())
                .unwrap();
        let text = |v: &Value| v.as_str().unwrap().to_owned();
        let proof = &played["proof"];
        let verdict = app::draw::verify(&app::draw::Revealed {
            seed: &sealed.open(&world.app.keys).unwrap(),
            commitment: text(&offer["seed_commitment"]).parse().unwrap(),
            campaign,
            drawer: pseudonym.into(),
            day,
            play_number: 1,
            nonce: &text(&proof["client_nonce"]).parse().unwrap(),
            odds: &odds,
            odds_hash: text(&offer["odds_hash"]).parse().unwrap(),
            ticket: u32::try_from(proof["ticket"].as_u64().unwrap()).unwrap(),
            prize: text(&played["prize_id"]).parse().unwrap(),
        });
        assert_eq!(verdict, Ok(()));
        // The seed of another day opens nothing here.
        world.sql("UPDATE draw_seeds SET day = day + 1", []).await;
        let moved = crate::db::draw_seeds::of_day(
            &world.app.db,
            &world.app.keys,
            world.retailer,
            campaign,
            day.plus(1),
            world.app.clock.now(),
        )
        .await
        .unwrap();
        assert!(moved.open(&world.app.keys).is_err());
    });
}

#[test]
fn the_last_yen_goes_to_one() {
    on_both(|world| async move {
        // 1,000 yen hold three prizes of 300; sixteen play at once against odds that were all good when shown.
        let campaign = world.campaign(&world.everybody_wins(300, 1_000)).await;
        let mut players = Vec::new();
        for _ in 0..16 {
            let (_, cookie) = world.shopper().await;
            let offer = world.offer(&cookie, campaign, None).await;
            players.push((cookie, offer));
        }
        let answers = join_all(
            players
                .iter()
                .map(|(cookie, offer)| world.play(cookie, offer)),
        )
        .await;
        let won = answers
            .iter()
            .filter(|(status, _)| *status == StatusCode::OK)
            .count();
        assert_eq!(won, 3, "{answers:?}");
        for (_, body) in answers
            .iter()
            .filter(|(status, _)| *status != StatusCode::OK)
        {
            assert_eq!(body["type"], "/problems/campaign-not-running");
        }
        assert_eq!(world.balances(campaign).await, [100, 900, 0]);
        assert_eq!(world.number("SELECT COUNT(*) FROM draws", []).await, 3);
    });
}

#[test]
fn of_a_stock_of_three_no_fourth_is_given() {
    on_both(|world| async move {
        let mut plan = world.everybody_wins(300, 100_000);
        plan.prizes = vec![(300, 1_000_000, Some(3)), (100, 1, None)];
        // Everybody aims higher than the main prize, so everybody draws it as long as it lasts.
        (plan.floor, plan.ceiling) = (100, 1_000);
        let campaign = world.campaign(&plan).await;
        let mut players = Vec::new();
        for _ in 0..12 {
            let (_, cookie) = world.shopper().await;
            let offer = world.offer(&cookie, campaign, None).await;
            players.push((cookie, offer));
        }
        // Who is told that the odds changed plays on with the new ones.
        let play_on = |cookie: &str, mut offer: Value| {
            let (world, cookie) = (&world, cookie.to_owned());
            async move {
                loop {
                    let (status, body) = world.play(&cookie, &offer).await;
                    if status == StatusCode::OK {
                        return body["value"].as_i64().unwrap();
                    }
                    assert_eq!(body["type"], "/problems/odds-changed");
                    offer = body["offer"].clone();
                }
            }
        };
        let values = join_all(
            players
                .into_iter()
                .map(|(cookie, offer)| play_on(&cookie, offer)),
        )
        .await;
        let main = values.iter().filter(|v| **v == 300).count();
        let left = world
            .number("SELECT stock_left FROM prizes WHERE value_yen = 300", [])
            .await;
        assert_eq!((main, left), (3, 0), "{values:?}");
        world.balances(campaign).await;
    });
}

#[test]
fn a_campaign_that_is_stopped_gives_nothing() {
    on_both(|world| async move {
        let campaign = world.campaign(&world.everybody_wins(300, 1_000)).await;
        let (_, cookie) = world.shopper().await;
        let offer = world.offer(&cookie, campaign, None).await;
        for status in ["paused", "ended"] {
            world
                .sql("UPDATE campaigns SET status = $1", [status.into()])
                .await;
            assert_eq!(
                world.play(&cookie, &offer).await.1["type"],
                "/problems/campaign-not-running"
            );
        }
        world.sql("UPDATE campaigns SET status = 'draft'", []).await;
        let (status, _) = world
            .post("/api/v1/shopper/offers", &cookie, world.ask(campaign, None))
            .await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert_eq!(world.balances(campaign).await, [1_000, 0, 0]);
    });
}
