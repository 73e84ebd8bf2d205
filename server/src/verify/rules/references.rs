//! What belongs together: one retailer, one campaign, one shopper, from the offer to the redemption.

use crate::verify::{Rule, Sql};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "redemption-is-of-its-coupon",
        invariant: 4,
        says: "A redemption and its coupon share retailer, campaign, store, shopper and face value.",
        sql: Sql::Both(
            "SELECT r.redemption_id AS what FROM redemptions r
             LEFT JOIN coupons c ON c.retailer_id = r.retailer_id AND c.coupon_id = r.coupon_id
             WHERE c.coupon_id IS NULL OR c.campaign_id <> r.campaign_id OR c.store_id <> r.store_id
                OR c.shopper_id <> r.shopper_id OR c.value_yen <> r.value_yen",
        ),
    },
    Rule {
        name: "coupon-is-of-its-draw",
        invariant: 4,
        says: "A coupon and its draw share retailer, campaign, store, shopper, prize, value and moment; no two coupons are of one draw.",
        sql: Sql::Both(
            "SELECT c.coupon_id AS what FROM coupons c
             LEFT JOIN draws d ON d.retailer_id = c.retailer_id AND d.draw_id = c.draw_id
             WHERE d.draw_id IS NULL OR d.campaign_id <> c.campaign_id OR d.store_id <> c.store_id
                OR d.shopper_id <> c.shopper_id OR d.prize_id <> c.prize_id OR d.value_yen <> c.value_yen
                OR d.drawn_at <> c.issued_at
             UNION ALL
             SELECT MIN(coupon_id) FROM coupons GROUP BY retailer_id, draw_id HAVING COUNT(*) > 1",
        ),
    },
    Rule {
        name: "a-win-has-its-coupon",
        invariant: 4,
        says: "A draw that is worth something has its coupon.",
        sql: Sql::Both(
            "SELECT d.draw_id AS what FROM draws d
             WHERE d.value_yen > 0
               AND NOT EXISTS (SELECT 1 FROM coupons c WHERE c.retailer_id = d.retailer_id AND c.draw_id = d.draw_id)",
        ),
    },
    Rule {
        name: "draw-is-of-its-offer-and-prize",
        invariant: 4,
        says: "A draw was made from an offer of the same retailer, campaign, shopper and day with the same odds, and gave a prize of that campaign at its value.",
        sql: Sql::Both(
            "SELECT d.draw_id AS what FROM draws d
             LEFT JOIN offers o ON o.retailer_id = d.retailer_id AND o.campaign_id = d.campaign_id
                AND o.shopper_id = d.shopper_id AND o.day = d.day AND o.revision = d.offer_revision
             LEFT JOIN prizes p ON p.retailer_id = d.retailer_id AND p.campaign_id = d.campaign_id AND p.prize_id = d.prize_id
             WHERE o.odds_hash IS NULL OR o.odds_hash <> d.odds_hash OR p.value_yen IS NULL OR p.value_yen <> d.value_yen",
        ),
    },
    Rule {
        name: "staff-and-stores-are-the-retailers-own",
        invariant: 4,
        says: "Whoever redeemed, undid or moved yen has a login of that retailer, and every store named is that retailer's.",
        sql: Sql::Both(
            "SELECT r.redemption_id AS what FROM redemptions r
             WHERE NOT EXISTS (SELECT 1 FROM accounts a WHERE a.retailer_id = r.retailer_id AND a.account_id = r.account_id)
                OR NOT EXISTS (SELECT 1 FROM stores s WHERE s.retailer_id = r.retailer_id AND s.store_id = r.store_id)
             UNION ALL
             SELECT v.reversal_id FROM reversals v
             WHERE NOT EXISTS (SELECT 1 FROM accounts a WHERE a.retailer_id = v.retailer_id AND a.account_id = v.account_id)
             UNION ALL
             SELECT j.entry_id FROM journal j
             WHERE j.account_id IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.retailer_id = j.retailer_id AND a.account_id = j.account_id)
             UNION ALL
             SELECT v.shopper_id FROM visits v
             WHERE NOT EXISTS (SELECT 1 FROM stores s WHERE s.retailer_id = v.retailer_id AND s.store_id = v.store_id)
             UNION ALL
             SELECT k.store_id FROM campaign_stores k
             WHERE NOT EXISTS (SELECT 1 FROM stores s WHERE s.retailer_id = k.retailer_id AND s.store_id = k.store_id)",
        ),
    },
];
