use axum::http::StatusCode;
use serde_json::{Value as Json, json};

use super::world::{MINUTE, World, on_both};

/// A coupon's holder, and what its screen shows.
struct Holder {
    cookie: String,
    path: String,
}

impl Holder {
    async fn of_a_new_coupon(world: &World) -> Self {
        let campaign = world.campaign(&world.everybody_wins(300, 10_000)).await;
        let (_, cookie) = world.shopper().await;
        let offer = world.offer(&cookie, campaign, None).await;
        let (_, played) = world.play(&cookie, &offer).await;
        let id = played["coupon"]["coupon_id"].as_str().unwrap();
        let path = format!("/api/v1/shopper/coupons/{}/{id}/pass", world.retailer);
        Self { cookie, path }
    }

    async fn shows(&self, world: &World) -> (String, String) {
        let (status, pass) = world.post(&self.path, &self.cookie, json!(null)).await;
        assert_eq!(status, StatusCode::OK, "{pass}");
        let text = |key: &str| pass[key].as_str().unwrap().to_owned();
        (text("qr"), text("short_code"))
    }
}

async fn look(world: &World, login: &str, code: &str) -> (StatusCode, Json) {
    let body = json!({ "store_id": world.east, "code": code });
    world.post("/api/v1/till/lookup", login, body).await
}

fn reason(answer: &(StatusCode, Json)) -> &str {
    answer.1["refusal"]["reason"].as_str().unwrap_or("none")
}

fn is_unknown(answer: &(StatusCode, Json)) -> bool {
    answer.0 == StatusCode::NOT_FOUND && answer.1["type"] == "/problems/unknown-code"
}

#[test]
fn a_screenshot_is_worth_nothing_a_minute_later() {
    on_both(|world| async move {
        let holder = Holder::of_a_new_coupon(&world).await;
        let staff = world.login(world.staff).await;
        let (qr, digits) = holder.shows(&world).await;
        world.app.clock.advance(MINUTE - 1);
        assert_eq!(look(&world, &staff, &qr).await.1["refusal"], json!(null));
        world.app.clock.advance(1);
        let late = look(&world, &staff, &qr).await;
        assert_eq!((late.0, reason(&late)), (StatusCode::OK, "stale_pass"));
        assert_eq!(late.1["ticket"], json!(null), "nothing fresh comes of it");
        let refused = world.redeem(&staff, &qr, None).await;
        assert_eq!(
            (refused.0, reason(&refused)),
            (StatusCode::CONFLICT, "stale_pass")
        );

        // The digits hold for two minutes, and at the coupon's store.
        world.app.clock.advance(MINUTE - 1);
        assert_eq!(look(&world, &staff, &digits).await.0, StatusCode::OK);
        let owner = world.login(world.owner).await;
        let elsewhere = json!({ "store_id": world.west, "code": digits });
        assert!(is_unknown(
            &world.post("/api/v1/till/lookup", &owner, elsewhere).await
        ));
        world.app.clock.advance(1);
        assert!(is_unknown(&look(&world, &staff, &digits).await));

        // The screen has moved on meanwhile.
        let (qr, _) = holder.shows(&world).await;
        assert_eq!(world.redeem(&staff, &qr, None).await.0, StatusCode::CREATED);
    });
}

#[test]
fn a_pass_is_good_for_one_use_and_says_why_afterwards() {
    on_both(|world| async move {
        let holder = Holder::of_a_new_coupon(&world).await;
        let staff = world.login(world.staff).await;
        let (qr, digits) = holder.shows(&world).await;
        let (status, taken) = world.redeem(&staff, &qr, None).await;
        assert_eq!(status, StatusCode::CREATED, "{taken}");
        for shown in [&qr, &digits] {
            let again = world.redeem(&staff, shown, None).await;
            assert_eq!(
                (again.0, reason(&again)),
                (StatusCode::CONFLICT, "already_redeemed")
            );
        }
        let (status, refused) = world.post(&holder.path, &holder.cookie, json!(null)).await;
        assert_eq!(status, StatusCode::CONFLICT);
        assert_eq!(refused["refusal"]["reason"], "already_redeemed");

        // Undone, the coupon is good again; what was shown for the use that was undone is not.
        assert_eq!(world.undo(&staff, &taken).await.0, StatusCode::OK);
        for shown in [&qr, &digits] {
            assert_eq!(
                reason(&world.redeem(&staff, shown, None).await),
                "stale_pass"
            );
        }
        let (qr, _) = holder.shows(&world).await;
        assert_eq!(world.redeem(&staff, &qr, None).await.0, StatusCode::CREATED);
    });
}

#[test]
fn a_pass_belongs_to_a_session_and_a_seal() {
    on_both(|world| async move {
        let holder = Holder::of_a_new_coupon(&world).await;
        let staff = world.login(world.staff).await;
        let (qr, _) = holder.shows(&world).await;

        // Somebody else's session has no pass for it; no letter of it can be another one.
        let (_, stranger) = world.shopper().await;
        assert_eq!(
            world.post(&holder.path, &stranger, json!(null)).await.0,
            StatusCode::NOT_FOUND
        );
        for at in 1..qr.len() {
            let other = if qr.as_bytes()[at] == b'7' { "8" } else { "7" };
            let mut forged = qr.clone();
            forged.replace_range(at..=at, other);
            assert!(
                is_unknown(&look(&world, &staff, &forged).await),
                "letter {at}"
            );
        }
        // A pass is no ticket.
        assert!(is_unknown(
            &look(&world, &staff, &qr.replacen('R', "T", 1)).await
        ));
        assert_eq!(look(&world, &staff, &qr).await.0, StatusCode::OK);

        // With the session its passes end.
        world.sql("DELETE FROM shopper_sessions", []).await;
        assert!(is_unknown(&look(&world, &staff, &qr).await));
    });
}

#[test]
fn a_till_may_take_longer_than_a_pass_holds() {
    on_both(|world| async move {
        let holder = Holder::of_a_new_coupon(&world).await;
        let (owner, staff) = (
            world.login(world.owner).await,
            world.login(world.staff).await,
        );
        let (qr, _) = holder.shows(&world).await;
        let (_, seen) = look(&world, &staff, &qr).await;
        let ticket = seen["ticket"].as_str().unwrap();
        world.app.clock.advance(10 * MINUTE - 1);
        assert!(
            is_unknown(&look(&world, &owner, ticket).await),
            "another login's"
        );
        assert_eq!(
            world.redeem(&staff, ticket, None).await.0,
            StatusCode::CREATED
        );

        let holder = Holder::of_a_new_coupon(&world).await;
        let (qr, _) = holder.shows(&world).await;
        let (_, seen) = look(&world, &staff, &qr).await;
        let ticket = seen["ticket"].as_str().unwrap();
        world.app.clock.advance(10 * MINUTE);
        assert_eq!(
            reason(&world.redeem(&staff, ticket, None).await),
            "stale_pass"
        );
    });
}

#[test]
fn many_logins_together_guess_no_more_than_a_store_allows() {
    on_both(|world| async move {
        let holder = Holder::of_a_new_coupon(&world).await;
        let staff = world.login(world.staff).await;
        let mut tried = 0;
        // The login's own counter begins anew: as good as another login of the store.
        let subject = world
            .app
            .keys
            .hash("throttle code misses", &world.staff.to_string());
        loop {
            let answer = look(&world, &staff, "0000 0000").await;
            if answer.0 == StatusCode::TOO_MANY_REQUESTS {
                break;
            }
            assert!(is_unknown(&answer), "{answer:?}");
            tried += 1;
            if tried % 50 == 0 {
                let of = [subject.clone().into()];
                world
                    .sql("DELETE FROM throttles WHERE subject = $1", of)
                    .await;
            }
        }
        assert_eq!(tried, 300);
        // What carries a seal is not guessed, so scanning goes on.
        let (qr, digits) = holder.shows(&world).await;
        assert_eq!(
            look(&world, &staff, &digits).await.0,
            StatusCode::TOO_MANY_REQUESTS
        );
        assert_eq!(world.redeem(&staff, &qr, None).await.0, StatusCode::CREATED);
    });
}
