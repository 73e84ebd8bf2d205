use axum::http::{Method, StatusCode};
use serde_json::json;

use super::world::{DAY, EAST, NOON, WEST, cell, on_both, standing};

#[test]
fn a_session_is_begun_once_and_found_again() {
    on_both(|world| async move {
        let (status, new) = world
            .call(Method::POST, "/api/v1/shopper/session", "", None)
            .await;
        assert_eq!(status, StatusCode::CREATED);
        assert_eq!(new["location_consent"], false);
        let (id, cookie) = world.shopper().await;
        let (status, found) = world
            .call(Method::POST, "/api/v1/shopper/session", &cookie, None)
            .await;
        assert_eq!(
            (status, found["shopper_id"].as_str()),
            (StatusCode::OK, Some(id.to_string().as_str()))
        );
        // In use it lasts on; unused it ends after 400 days.
        world.app.clock.advance(399 * DAY);
        assert_eq!(
            world
                .call(Method::POST, "/api/v1/shopper/session", &cookie, None)
                .await
                .0,
            StatusCode::OK
        );
        world.app.clock.advance(399 * DAY);
        assert_eq!(
            world.get("/api/v1/shopper/me", &cookie).await.0,
            StatusCode::OK
        );
        world.app.clock.advance(2 * DAY);
        assert_eq!(
            world.get("/api/v1/shopper/me", &cookie).await.0,
            StatusCode::UNAUTHORIZED
        );
    });
}

#[test]
fn withdrawing_the_consent_erases_every_place() {
    on_both(|world| async move {
        let campaign = world.campaign(&world.sized()).await;
        let (id, cookie) = world.settled_shopper(EAST).await;
        world
            .offer(&cookie, campaign, Some(standing(&world, EAST)))
            .await;
        let kept = "SELECT COUNT(*) FROM shopper_cells WHERE shopper_id = $1";
        assert_eq!(world.number(kept, [id.to_string().into()]).await, 11);
        let (status, me) = world
            .call(
                Method::PUT,
                "/api/v1/shopper/consent",
                &cookie,
                Some(json!({ "location": false })),
            )
            .await;
        assert_eq!(
            (status, &me["location_consent"]),
            (StatusCode::OK, &json!(false))
        );
        assert_eq!(world.number(kept, [id.to_string().into()]).await, 0);
        let last =
            "SELECT COUNT(last_cell) + COUNT(last_cell_at) FROM shoppers WHERE shopper_id = $1";
        assert_eq!(world.number(last, [id.to_string().into()]).await, 0);
        // And nothing comes back without it.
        world.app.clock.advance(DAY);
        world
            .offer(&cookie, campaign, Some(standing(&world, EAST)))
            .await;
        assert_eq!(world.number(kept, [id.to_string().into()]).await, 0);
    });
}

#[test]
fn cells_are_forgotten_after_thirty_days() {
    on_both(|world| async move {
        let campaign = world.campaign(&world.sized()).await;
        let (id, cookie) = world.settled_shopper(EAST).await;
        let kept = "SELECT COUNT(*) FROM shopper_cells WHERE shopper_id = $1";
        world.app.clock.advance(20 * DAY);
        world
            .offer(&cookie, campaign, Some(standing(&world, EAST)))
            .await;
        // Of 8 to 17 days ago those are left that are at most 29 days ago now; and today's.
        assert_eq!(world.number(kept, [id.to_string().into()]).await, 3);
        world.app.clock.advance(30 * DAY);
        let now = world.app.clock.now();
        let today = app::day::Day::of(now, app::day::JST);
        crate::db::shoppers::forget_old_cells(&world.app.db, today, now)
            .await
            .unwrap();
        assert_eq!(world.number(kept, [id.to_string().into()]).await, 0);
    });
}

#[test]
fn areas_are_picked_from_the_list() {
    on_both(|world| async move {
        let (_, cookie) = world.shopper().await;
        let (status, areas) = world.get("/api/v1/areas", "").await;
        assert_eq!(status, StatusCode::OK);
        let pick = areas["items"][0]["area_id"].clone();
        let put = |area| {
            world.call(
                Method::PUT,
                "/api/v1/shopper/area",
                &cookie,
                Some(json!({ "area_id": area })),
            )
        };
        assert_eq!(put(pick.clone()).await.1["area_id"], pick);
        assert_eq!(
            put(json!("atlantis")).await.0,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        assert_eq!(put(json!(null)).await.1["area_id"], json!(null));
    });
}

#[test]
fn finds_what_is_near_nearest_first() {
    on_both(|world| async move {
        let mut plan = world.sized();
        plan.stores = vec![world.east, world.west];
        let campaign = world.campaign(&plan).await;
        let (_, cookie) = world.shopper().await;
        let look = |place, km: u32| {
            let body = json!({ "cell": cell(place), "radius_km": km });
            let (world, cookie) = (&world, &cookie);
            async move {
                let places = &world.app.places;
                places.read_all(&world.app.db, NOON).await.unwrap();
                world.post("/api/v1/shopper/nearby", cookie, body).await.1
            }
        };
        let found = look(WEST, 20).await;
        let names: Vec<_> = found["stores"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| s["name"].clone())
            .collect();
        assert_eq!(names, ["西新宿店", "東京駅店"]);
        assert_eq!(found["stores"][0]["campaigns"][0]["top_value"], 1000);
        assert_eq!(found["stores"][0]["campaigns"][0]["plays_left"], 3);
        assert_eq!(look(WEST, 3).await["stores"].as_array().unwrap().len(), 1);

        let offer = world.offer(&cookie, campaign, None).await;
        world.play(&cookie, &offer).await;
        world
            .sql(
                "UPDATE prizes SET stock_left = 0 WHERE value_yen = 1000",
                [],
            )
            .await;
        let found = look(EAST, 1).await;
        assert_eq!(found["stores"][0]["campaigns"][0]["top_value"], 500);
        assert_eq!(found["stores"][0]["campaigns"][0]["plays_left"], 2);

        world
            .sql("UPDATE campaigns SET status = 'paused'", [])
            .await;
        assert_eq!(look(EAST, 50).await["stores"], json!([]));
    });
}
