use axum::http::StatusCode;
use futures::future::join_all;
use serde_json::json;

use super::world::{DAY, MINUTE, on_both};

#[test]
fn of_many_tills_one_takes_the_code() {
    on_both(|world| async move {
        let campaign = world.campaign(&world.everybody_wins(300, 10_000)).await;
        let (shopper, code) = world.coupon(campaign).await;
        let (owner, staff) = (
            world.login(world.owner).await,
            world.login(world.staff).await,
        );
        let spelled = [
            code.clone(),
            code.to_lowercase(),
            code.replace('-', "　"),
            format!(" {code} "),
        ];
        let tries = (0..12).map(|i| {
            world.redeem(
                if i % 2 == 0 { &owner } else { &staff },
                &spelled[i % 4],
                None,
            )
        });
        let answers = join_all(tries).await;
        assert_eq!(
            answers
                .iter()
                .filter(|(s, _)| *s == StatusCode::CREATED)
                .count(),
            1,
            "{answers:?}"
        );
        for (_, body) in answers.iter().filter(|(s, _)| *s != StatusCode::CREATED) {
            assert_eq!(body["type"], "/problems/coupon-refused");
            assert_eq!(body["refusal"]["reason"], "already_redeemed");
            assert_eq!(body["refusal"]["store_name"], "東京駅店");
            assert_eq!(
                body["refusal"]["sentence"],
                "このクーポンは 11月22日 12:00 に 東京駅店 で使用済みです。"
            );
        }
        assert_eq!(world.balances(campaign).await, [9_700, 0, 300]);
        assert_eq!(world.number("SELECT COUNT(*) FROM visits", []).await, 1);
        let (_, wallet) = world.get("/api/v1/shopper/coupons", &shopper).await;
        assert_eq!(wallet["items"][0]["status"], "redeemed");
    });
}

#[test]
fn an_undo_gives_everything_back_and_the_coupon_can_be_used_again() {
    on_both(|world| async move {
        let campaign = world.campaign(&world.everybody_wins(300, 10_000)).await;
        let (shopper, code) = world.coupon(campaign).await;
        let (owner, staff) = (
            world.login(world.owner).await,
            world.login(world.staff).await,
        );
        let (_, taken) = world.redeem(&staff, &code, Some(250)).await;
        assert_eq!(
            (&taken["cost"], &taken["staff_name"]),
            (&json!(250), &json!("staff さん"))
        );
        assert_eq!(world.balances(campaign).await, [9_750, 0, 250]);

        // Ten tills at once undo it once, and each gets the same answer.
        let undone = join_all((0..10).map(|_| world.undo(&owner, &taken))).await;
        for (status, body) in &undone {
            assert_eq!((status, body), (&StatusCode::OK, &undone[0].1));
        }
        assert_eq!(world.number("SELECT COUNT(*) FROM reversals", []).await, 1);
        assert_eq!(world.number("SELECT COUNT(*) FROM visits", []).await, 0);
        assert_eq!(world.balances(campaign).await, [9_700, 300, 0]);
        assert_eq!(
            world.get("/api/v1/shopper/coupons", &shopper).await.1["items"][0]["status"],
            "issued"
        );

        let (status, again) = world.redeem(&staff, &code, None).await;
        assert_eq!((status, &again["cost"]), (StatusCode::CREATED, &json!(300)));
        assert_eq!(
            world
                .number("SELECT MAX(use_number) FROM redemptions", [])
                .await,
            2
        );
        // The first undo, sent again, does not undo the second use.
        assert_eq!(world.undo(&owner, &taken).await.1, undone[0].1);
        assert_eq!(world.balances(campaign).await, [9_700, 0, 300]);

        world.app.clock.advance(10 * MINUTE + 1);
        assert_eq!(
            world.undo(&staff, &again).await.1["type"],
            "/problems/too-late-to-undo"
        );
        let (_, list) = world
            .get(
                &format!("/api/v1/till/redemptions?store_id={}", world.east),
                &staff,
            )
            .await;
        assert_eq!(list["items"].as_array().unwrap().len(), 2);
    });
}

#[test]
fn an_undo_never_takes_yen_that_are_promised_to_others() {
    on_both(|world| async move {
        let campaign = world.campaign(&world.everybody_wins(300, 500)).await;
        let login = world.login(world.staff).await;
        let (_, code) = world.coupon(campaign).await;
        let (_, taken) = world.redeem(&login, &code, Some(100)).await;
        // The 200 that were released and the 200 that were left make somebody else's coupon possible.
        world.coupon(campaign).await;
        assert_eq!(world.balances(campaign).await, [100, 300, 100]);
        assert_eq!(
            world.undo(&login, &taken).await.1["type"],
            "/problems/conflict"
        );
        assert_eq!(world.balances(campaign).await, [100, 300, 100]);
    });
}

#[test]
fn an_expired_coupon_is_refused_and_released_once() {
    on_both(|world| async move {
        let campaign = world.campaign(&world.everybody_wins(300, 1_000)).await;
        let (shopper, code) = world.coupon(campaign).await;
        let (_, late) = world.coupon(campaign).await;
        let (_, wallet) = world.get("/api/v1/shopper/coupons", &shopper).await;
        let until = wallet["items"][0]["valid_until"].as_i64().unwrap();
        assert!(until >= world.app.clock.now() + 7 * DAY);
        // In the very last minute one is still taken; then the time ends.
        world.app.clock.advance(until - 1 - world.app.clock.now());
        let login = world.login(world.staff).await;
        let (status, taken) = world.redeem(&login, &late, Some(100)).await;
        assert_eq!(status, StatusCode::CREATED, "{taken}");
        world.app.clock.advance(1);
        let (_, wallet) = world.get("/api/v1/shopper/coupons", &shopper).await;
        assert_eq!(wallet["items"][0]["status"], "expired");
        let (_, refused) = world.redeem(&login, &code, None).await;
        assert_eq!(refused["refusal"]["reason"], "expired");
        assert_eq!(
            refused["refusal"]["sentence"],
            "このクーポンの有効期限は 2026年11月29日 まででした。"
        );

        let now = world.app.clock.now();
        let both = join_all([
            crate::db::coupons::expire_due(&world.app.db, now),
            crate::db::coupons::expire_due(&world.app.db, now),
        ])
        .await;
        assert_eq!(both.into_iter().map(Result::unwrap).sum::<u64>(), 1);
        assert_eq!(
            crate::db::coupons::expire_due(&world.app.db, now)
                .await
                .unwrap(),
            0
        );
        assert_eq!(world.balances(campaign).await, [900, 0, 100]);

        // Undone after its time: nothing to reserve, so it is expired at once.
        assert_eq!(world.undo(&login, &taken).await.0, StatusCode::OK);
        assert_eq!(world.balances(campaign).await, [1_000, 0, 0]);
        assert_eq!(
            world.redeem(&login, &late, None).await.1["refusal"]["reason"],
            "expired"
        );
    });
}

#[test]
fn says_why_not() {
    on_both(|world| async move {
        let mut plan = world.everybody_wins(300, 10_000);
        plan.min_purchase = 500;
        let campaign = world.campaign(&plan).await;
        let (_, code) = world.coupon(campaign).await;
        let (owner, staff) = (
            world.login(world.owner).await,
            world.login(world.staff).await,
        );

        // A misprint, a code that nobody has and nonsense: the same answer.
        let mut answers = Vec::new();
        for wrong in [
            "",
            "abc",
            "222222-222222-222222",
            &code.replace(&code[..1], "0"),
        ] {
            let (status, body) = world.redeem(&staff, wrong, Some(600)).await;
            assert_eq!(status, StatusCode::NOT_FOUND);
            answers.push(body);
        }
        assert!(
            answers
                .iter()
                .all(|a| *a == answers[0] && a["type"] == "/problems/unknown-code")
        );

        let (_, seen) = world
            .post(
                "/api/v1/till/lookup",
                &staff,
                json!({ "store_id": world.east, "code": code }),
            )
            .await;
        assert_eq!(
            (&seen["value"], &seen["min_purchase"], &seen["refusal"]),
            (&json!(300), &json!(500), &json!(null))
        );
        let reason =
            |body: serde_json::Value| body["refusal"]["reason"].as_str().map(ToOwned::to_owned);
        assert_eq!(
            reason(world.redeem(&staff, &code, None).await.1).as_deref(),
            Some("basket_needed")
        );
        assert_eq!(
            reason(world.redeem(&staff, &code, Some(499)).await.1).as_deref(),
            Some("below_minimum_purchase")
        );
        assert_eq!(
            world.redeem(&staff, &code, Some(0)).await.0,
            StatusCode::UNPROCESSABLE_ENTITY
        );

        // The owner may stand at any till, but the coupon is for one store; staff see other tills not at all.
        let west = json!({ "store_id": world.west, "code": code, "basket": 600 });
        let (_, elsewhere) = world
            .post("/api/v1/till/redemptions", &owner, west.clone())
            .await;
        assert_eq!(elsewhere["refusal"]["reason"], "other_store");
        assert_eq!(elsewhere["refusal"]["store_name"], "東京駅店");
        assert_eq!(
            world.post("/api/v1/till/redemptions", &staff, west).await.0,
            StatusCode::NOT_FOUND
        );
        assert_eq!(
            world.redeem(&staff, &code, Some(500)).await.0,
            StatusCode::CREATED
        );
        world.balances(campaign).await;
    });
}

#[test]
fn guessing_ends_after_a_while() {
    on_both(|world| async move {
        let campaign = world.campaign(&world.everybody_wins(300, 10_000)).await;
        let (_, code) = world.coupon(campaign).await;
        let (owner, staff) = (
            world.login(world.owner).await,
            world.login(world.staff).await,
        );
        for _ in 0..60 {
            let (_, body) = world.redeem(&staff, "222222-222222-222222", None).await;
            assert_eq!(body["type"], "/problems/unknown-code");
        }
        // From now on not even a good code is told from a bad one; another login does not suffer.
        let (status, body) = world.redeem(&staff, &code, None).await;
        assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
        assert!(body["retry_after"].as_u64().unwrap() <= 15 * 60);
        assert_eq!(
            world.redeem(&owner, &code, None).await.0,
            StatusCode::CREATED
        );
    });
}

#[test]
fn redemptions_within_three_hours_are_one_visit() {
    on_both(|world| async move {
        let campaign = world.campaign(&world.everybody_wins(300, 10_000)).await;
        let login = world.login(world.staff).await;
        let (_, cookie) = world.shopper().await;
        let mut codes = Vec::new();
        for _ in 0..3 {
            let offer = world.offer(&cookie, campaign, None).await;
            let (_, played) = world.play(&cookie, &offer).await;
            codes.push(world.code(&played["coupon"]).await);
        }
        let (_, first) = world.redeem(&login, &codes[0], None).await;
        world.app.clock.advance(5 * MINUTE);
        world.redeem(&login, &codes[1], None).await;
        assert_eq!(world.number("SELECT COUNT(*) FROM visits", []).await, 1);
        // Without the first the visit begins with the second.
        let began = world.number("SELECT began_at FROM visits", []).await;
        world.undo(&login, &first).await;
        assert_eq!(
            world.number("SELECT began_at FROM visits", []).await,
            began + 5 * MINUTE
        );
        world.app.clock.advance(180 * MINUTE);
        world.redeem(&login, &codes[2], None).await;
        assert_eq!(world.number("SELECT COUNT(*) FROM visits", []).await, 2);
        // Who was here today is offered less than who has never been.
        let other = world.campaign(&world.sized()).await;
        let (_, stranger) = world.shopper().await;
        let value = |offer: serde_json::Value| offer["expected_value_milli_yen"].as_i64().unwrap();
        assert!(
            value(world.offer(&cookie, other, None).await)
                < value(world.offer(&stranger, other, None).await)
        );
    });
}
