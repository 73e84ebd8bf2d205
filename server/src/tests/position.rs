use super::world::{DAY, EAST, MINUTE, WEST, on_both, standing};

#[test]
fn who_lives_far_gets_more_and_a_forged_far_fix_changes_nothing() {
    on_both(|world| async move {
        let campaign = world.campaign(&world.sized()).await;
        let value = |offer: serde_json::Value| offer["expected_value_milli_yen"].as_i64().unwrap();

        let (_, neighbour) = world.settled_shopper(EAST).await;
        let honest = value(
            world
                .offer(&neighbour, campaign, Some(standing(&world, EAST)))
                .await,
        );
        let (_, forger) = world.settled_shopper(EAST).await;
        let forged = value(
            world
                .offer(&forger, campaign, Some(standing(&world, WEST)))
                .await,
        );
        assert_eq!(forged, honest);

        let (_, newcomer) = world.shopper().await;
        let without = value(world.offer(&newcomer, campaign, None).await);
        let (id, forger) = world.shopper().await;
        crate::db::shoppers::set_consent(&world.app.db, id, true, world.app.clock.now())
            .await
            .unwrap();
        assert_eq!(
            value(
                world
                    .offer(&forger, campaign, Some(standing(&world, WEST)))
                    .await
            ),
            without
        );

        let (_, far) = world.settled_shopper(WEST).await;
        let offer = world
            .offer(&far, campaign, Some(standing(&world, WEST)))
            .await;
        let odds: i64 = offer["odds"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line["ppm"].as_i64().unwrap())
            .sum();
        assert_eq!(odds, 1_000_000);
        assert!(value(offer) > honest);
    });
}

#[test]
fn neither_a_far_branch_nor_a_fix_forged_beyond_it_pays() {
    on_both(|world| async move {
        let mut plan = world.sized();
        plan.stores = vec![world.east, world.west];
        let campaign = world.campaign(&plan).await;
        let value = |offer: &serde_json::Value| offer["expected_value_milli_yen"].as_i64().unwrap();
        let (_, neighbour) = world.settled_shopper(EAST).await;
        let honest = world
            .offer(&neighbour, campaign, Some(standing(&world, EAST)))
            .await;

        let (_, choosy) = world.settled_shopper(EAST).await;
        let mut body = world.ask(campaign, Some(standing(&world, EAST)));
        body["store_id"] = serde_json::json!(world.west);
        let (_, offer) = world.post("/api/v1/shopper/offers", &choosy, body).await;
        assert_eq!(value(&offer), value(&honest));

        // Four kilometres beyond the western branch: far from it, and it is far from home.
        let (_, forger) = world.settled_shopper(EAST).await;
        let beyond = (WEST.0, WEST.1 - 0.044);
        let offer = world
            .offer(&forger, campaign, Some(standing(&world, beyond)))
            .await;
        assert_eq!(value(&offer), value(&honest));
    });
}

#[test]
fn odds_stay_all_day_and_are_sized_anew_tomorrow() {
    on_both(|world| async move {
        let campaign = world.campaign(&world.sized()).await;
        let (id, cookie) = world.settled_shopper(WEST).await;
        let morning = world
            .offer(&cookie, campaign, Some(standing(&world, EAST)))
            .await;
        world.app.clock.advance(180 * MINUTE);
        let evening = world
            .offer(&cookie, campaign, Some(standing(&world, WEST)))
            .await;
        assert_eq!(evening["odds_hash"], morning["odds_hash"]);
        assert_eq!(evening["seed_commitment"], morning["seed_commitment"]);
        let logged = "SELECT COUNT(*) FROM offers WHERE shopper_id = $1";
        assert_eq!(world.number(logged, [id.to_string().into()]).await, 1);
        // The first cell of the day is the day's.
        let cells = "SELECT COUNT(DISTINCT cell) FROM shopper_cells WHERE shopper_id = $1";
        assert_eq!(world.number(cells, [id.to_string().into()]).await, 2);
        world.app.clock.advance(DAY);
        let tomorrow = world
            .offer(&cookie, campaign, Some(standing(&world, WEST)))
            .await;
        assert_ne!(tomorrow["odds_hash"], morning["odds_hash"]);
        assert_ne!(tomorrow["seed_commitment"], morning["seed_commitment"]);
        assert!(
            tomorrow["expected_value_milli_yen"].as_i64()
                > morning["expected_value_milli_yen"].as_i64()
        );
    });
}

#[test]
fn a_jump_across_the_country_is_not_kept() {
    on_both(|world| async move {
        let campaign = world.campaign(&world.sized()).await;
        let (id, cookie) = world.settled_shopper(EAST).await;
        world
            .offer(&cookie, campaign, Some(standing(&world, EAST)))
            .await;
        let last = super::world::cell(EAST);
        world.app.clock.advance(20 * MINUTE);
        world
            .offer(
                &cookie,
                campaign,
                Some(standing(&world, (34.7025, 135.4959))),
            )
            .await;
        let here = "SELECT COUNT(*) FROM shoppers WHERE shopper_id = $1 AND last_cell = $2";
        assert_eq!(
            world
                .number(here, [id.to_string().into(), last.into()])
                .await,
            1
        );
    });
}
