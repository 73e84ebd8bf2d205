//! Whatever happens in whatever order: each balance is the sum of its journal, and none falls below zero.

use axum::http::StatusCode;
use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};

use super::world::{DAY, MINUTE, on_both};

#[derive(Clone, Debug)]
enum Step {
    Play,
    /// Redeems the n-th code, with a basket.
    Redeem(usize, i64),
    /// Undoes the n-th redemption.
    Undo(usize),
    Wait(i64),
    Sweep,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => Just(Step::Play),
        4 => (any::<usize>(), 1_i64..600).prop_map(|(n, basket)| Step::Redeem(n, basket)),
        3 => any::<usize>().prop_map(Step::Undo),
        1 => prop_oneof![Just(MINUTE), Just(8 * MINUTE), Just(DAY), Just(5 * DAY)].prop_map(Step::Wait),
        1 => Just(Step::Sweep),
    ];
    proptest::collection::vec(step, 30..60)
}

#[test]
fn are_the_sums_of_the_journal_after_every_step() {
    // A few long stories instead of many short ones: each needs a database of its own.
    let mut runner = TestRunner::deterministic();
    for _ in 0..3 {
        let story = steps().new_tree(&mut runner).unwrap().current();
        on_both(|world| {
            let story = story.clone();
            async move {
                let campaign = world.campaign(&world.everybody_wins(300, 1_000)).await;
                let (mut codes, mut redemptions) = (Vec::new(), Vec::new());
                for step in story {
                    match step {
                        Step::Play => {
                            let (_, cookie) = world.shopper().await;
                            let ask = world.ask(campaign, None);
                            let (status, offer) =
                                world.post("/api/v1/shopper/offers", &cookie, ask).await;
                            if status == StatusCode::OK
                                && let (StatusCode::OK, played) = world.play(&cookie, &offer).await
                            {
                                codes.push(world.code(&played["coupon"]).await);
                            }
                        }
                        Step::Redeem(n, basket) if !codes.is_empty() => {
                            let login = world.login(world.staff).await;
                            let code = codes[n % codes.len()].clone();
                            let (status, body) = world.redeem(&login, &code, Some(basket)).await;
                            if status == StatusCode::CREATED {
                                redemptions.push(body);
                            } else {
                                assert_eq!(status, StatusCode::CONFLICT, "{body}");
                            }
                        }
                        Step::Undo(n) if !redemptions.is_empty() => {
                            let login = world.login(world.owner).await;
                            let (status, body) = world
                                .undo(&login, &redemptions[n % redemptions.len()])
                                .await;
                            assert!(
                                matches!(status, StatusCode::OK | StatusCode::CONFLICT),
                                "{body}"
                            );
                        }
                        Step::Wait(ms) => world.app.clock.advance(ms),
                        Step::Sweep => {
                            let now = world.app.clock.now();
                            crate::db::coupons::expire_due(&world.app.db, now)
                                .await
                                .unwrap();
                        }
                        Step::Redeem(..) | Step::Undo(_) => {}
                    }
                    world.balances(campaign).await;
                }
            }
        });
    }
}
