use app::{
    coupon::{CouponFacts, CouponState, REVERSE_WINDOW_MS, Refusal, ReverseRefusal, cost_of},
    id::StoreId,
    yen::Yen,
};
use proptest::prelude::*;

const FROM: i64 = 1_000_000;
const UNTIL: i64 = 2_000_000_000;

fn store(n: u8) -> StoreId {
    StoreId::new(0, [n; 10])
}

fn coupon(state: CouponState) -> CouponFacts {
    CouponFacts {
        face: Yen(500),
        store: store(1),
        min_purchase: Yen::ZERO,
        valid_from: FROM,
        valid_until: UNTIL,
        state,
    }
}

fn redeemed(at: i64) -> CouponState {
    CouponState::Redeemed {
        at,
        store: store(1),
        cost: Yen(300),
    }
}

#[test]
fn every_no_has_its_reason() {
    let issued = coupon(CouponState::Issued);
    let at = FROM + 5;
    assert_eq!(
        issued.redeem(store(2), None, at),
        Err(Refusal::OtherStore { store: store(1) })
    );
    assert_eq!(
        issued.redeem(store(1), None, FROM - 1),
        Err(Refusal::NotYet { from: FROM })
    );
    assert_eq!(
        issued.redeem(store(1), None, UNTIL),
        Err(Refusal::Expired { at: UNTIL })
    );
    assert!(issued.redeem(store(1), None, UNTIL - 1).is_ok());
    assert_eq!(
        coupon(redeemed(at)).redeem(store(2), None, at + 1),
        Err(Refusal::AlreadyRedeemed {
            at,
            store: store(1)
        })
    );
    assert_eq!(
        coupon(CouponState::Voided { at }).redeem(store(1), None, UNTIL),
        Err(Refusal::Voided { at })
    );
    let minimum = Yen(1_000);
    let dear = CouponFacts {
        min_purchase: minimum,
        ..issued
    };
    assert_eq!(
        dear.redeem(store(1), None, at),
        Err(Refusal::BasketNeeded { minimum })
    );
    assert_eq!(
        dear.redeem(store(1), Some(Yen(999)), at),
        Err(Refusal::BelowMinimumPurchase {
            minimum,
            basket: Yen(999)
        })
    );
    assert!(dear.redeem(store(1), Some(minimum), at).is_ok());
}

#[test]
fn an_undo_takes_ten_minutes_at_most_and_gives_everything_back() {
    let at = FROM + 5;
    let used = coupon(redeemed(at));
    let undone = used
        .reverse(store(1), at + REVERSE_WINDOW_MS)
        .expect("just in time");
    assert_eq!(
        (undone.cost, undone.reserved_again, undone.state),
        (Yen(300), Yen(200), CouponState::Issued)
    );
    let until = at + REVERSE_WINDOW_MS;
    assert_eq!(
        used.reverse(store(1), until + 1),
        Err(ReverseRefusal::TooLate { until })
    );
    assert_eq!(
        used.reverse(store(2), at),
        Err(ReverseRefusal::OtherStore { store: store(1) })
    );
    assert_eq!(
        coupon(CouponState::Issued).reverse(store(1), at),
        Err(ReverseRefusal::NotRedeemed)
    );
}

#[test]
fn only_what_is_issued_expires_or_is_voided() {
    let at = FROM + 5;
    assert_eq!(coupon(CouponState::Issued).expire(UNTIL - 1), None);
    assert_eq!(
        coupon(CouponState::Issued).expire(UNTIL),
        Some(CouponState::Expired { at: UNTIL })
    );
    assert_eq!(
        coupon(CouponState::Issued).void(at),
        Some(CouponState::Voided { at })
    );
    assert_eq!(coupon(CouponState::Issued).void(UNTIL), None);
    for finished in [
        redeemed(at),
        CouponState::Voided { at },
        CouponState::Expired { at },
    ] {
        assert_eq!(coupon(finished).expire(i64::MAX), None);
        assert_eq!(coupon(finished).void(at), None);
    }
}

proptest! {
    #[test]
    fn no_yen_appears_or_gets_lost(face in 0_i64..=1_000_000, basket in prop::option::of(-5_i64..2_000_000), now in FROM..UNTIL) {
        let facts = CouponFacts { face: Yen(face), ..coupon(CouponState::Issued) };
        let redeem = facts.redeem(store(1), basket.map(Yen), now).expect("nothing speaks against it");
        prop_assert_eq!(redeem.cost.0 + redeem.released.0, face);
        prop_assert!(redeem.cost.0 >= 0 && redeem.released.0 >= 0);
        prop_assert_eq!(redeem.cost, cost_of(Yen(face), basket.map(Yen)));
        let used = CouponFacts { state: redeem.state, ..facts };
        prop_assert!(used.redeem(store(1), None, now).is_err());
        let back = used.reverse(store(1), now).expect("at once");
        prop_assert_eq!((back.cost, back.reserved_again), (redeem.cost, redeem.released));
    }
}
