//! Coupons, redemptions, reversals: taken once, undone whole, inside their time.

use crate::verify::{Rule, Sql};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "one-redemption-stands",
        invariant: 2,
        says: "Of a coupon's redemptions at most one stands: the others were undone.",
        sql: Sql::Both(
            "SELECT coupon_id AS what FROM redemptions WHERE reversed_at IS NULL
             GROUP BY retailer_id, coupon_id HAVING COUNT(*) > 1",
        ),
    },
    Rule {
        name: "uses-are-counted",
        invariant: 2,
        says: "A coupon's redemptions are numbered from 1 without gaps, and the last number is its uses.",
        sql: Sql::Both(
            "SELECT c.coupon_id AS what FROM coupons c
             LEFT JOIN (SELECT retailer_id, coupon_id, COUNT(*) AS n, MIN(use_number) AS low, MAX(use_number) AS high,
                            SUM(use_number) AS total
                        FROM redemptions GROUP BY retailer_id, coupon_id) r
               ON r.retailer_id = c.retailer_id AND r.coupon_id = c.coupon_id
             WHERE c.uses <> COALESCE(r.n, 0) OR c.uses <> COALESCE(r.high, 0)
                OR (r.n > 0 AND (r.low <> 1 OR r.total * 2 <> r.n * (r.n + 1)))",
        ),
    },
    Rule {
        name: "codes-are-unique",
        invariant: 2,
        says: "No two coupons of a retailer have the same code, also where case, blanks and hyphens are left out.",
        sql: Sql::Both(
            "SELECT MIN(coupon_id) AS what FROM coupons
             GROUP BY retailer_id, UPPER(REPLACE(REPLACE(code, '-', ''), ' ', '')) HAVING COUNT(*) > 1",
        ),
    },
    Rule {
        name: "reversal-has-its-redemption",
        invariant: 3,
        says: "A reversal names one redemption, which says when it was undone, and every redemption that says so has one.",
        sql: Sql::Both(
            "SELECT v.reversal_id AS what FROM reversals v
             LEFT JOIN redemptions r ON r.retailer_id = v.retailer_id AND r.redemption_id = v.redemption_id
             WHERE r.reversed_at IS NULL OR r.reversed_at <> v.reversed_at
             UNION ALL
             SELECT r.redemption_id FROM redemptions r
             LEFT JOIN reversals v ON v.retailer_id = r.retailer_id AND v.redemption_id = r.redemption_id
             WHERE r.reversed_at IS NOT NULL AND v.reversal_id IS NULL",
        ),
    },
    Rule {
        name: "reversals-give-back-what-was-taken",
        invariant: 3,
        says: "What reversals give back of a redemption is what it cost, once.",
        sql: Sql::Both(
            "SELECT v.redemption_id AS what
             FROM (SELECT retailer_id, redemption_id, SUM(cost_yen) AS back FROM reversals
                   GROUP BY retailer_id, redemption_id) v
             JOIN redemptions r ON r.retailer_id = v.retailer_id AND r.redemption_id = v.redemption_id
             WHERE v.back <> r.cost_yen",
        ),
    },
    Rule {
        name: "undone-within-ten-minutes",
        invariant: 3,
        says: "A redemption is undone after it was made and within ten minutes, by the servers' clocks, which may differ by one.",
        sql: Sql::Both(
            "SELECT redemption_id AS what FROM redemptions
             WHERE reversed_at < redeemed_at - 60000 OR reversed_at > redeemed_at + 600000 + 60000",
        ),
    },
    Rule {
        name: "redeemed-while-valid",
        invariant: 5,
        says: "A coupon is redeemed after its issue (servers' clocks may differ by a minute) and before its time is over.",
        sql: Sql::Both(
            "SELECT r.redemption_id AS what FROM redemptions r
             JOIN coupons c ON c.retailer_id = r.retailer_id AND c.coupon_id = r.coupon_id
             WHERE r.redeemed_at >= c.valid_until OR r.redeemed_at < c.issued_at - 60000",
        ),
    },
    Rule {
        name: "redeemed-at-a-store-of-the-campaign",
        invariant: 5,
        says: "Coupons are for, and redeemed at, a store of their campaign.",
        sql: Sql::Both(
            "SELECT r.redemption_id AS what FROM redemptions r
             WHERE NOT EXISTS (SELECT 1 FROM campaign_stores s WHERE s.retailer_id = r.retailer_id
                               AND s.campaign_id = r.campaign_id AND s.store_id = r.store_id)
             UNION ALL
             SELECT c.coupon_id FROM coupons c
             WHERE NOT EXISTS (SELECT 1 FROM campaign_stores s WHERE s.retailer_id = c.retailer_id
                               AND s.campaign_id = c.campaign_id AND s.store_id = c.store_id)",
        ),
    },
    Rule {
        name: "minimum-purchase-was-reached",
        invariant: 5,
        says: "Where a coupon has a minimum purchase, the basket is known and reaches it.",
        sql: Sql::Both(
            "SELECT r.redemption_id AS what FROM redemptions r
             JOIN coupons c ON c.retailer_id = r.retailer_id AND c.coupon_id = r.coupon_id
             WHERE c.min_purchase_yen > 0 AND COALESCE(r.basket_yen, 0) < c.min_purchase_yen",
        ),
    },
    Rule {
        name: "days-are-those-of-japan",
        invariant: 5,
        says: "The day of a redemption, a draw and a visit is the day in Japan of its moment.",
        sql: Sql::Both(
            "SELECT redemption_id AS what FROM redemptions WHERE day <> (redeemed_at + 32400000) / 86400000
             UNION ALL SELECT draw_id FROM draws WHERE day <> (drawn_at + 32400000) / 86400000
             UNION ALL SELECT shopper_id FROM visits WHERE day <> (began_at + 32400000) / 86400000",
        ),
    },
    Rule {
        name: "status-has-its-evidence",
        invariant: 6,
        says: "A coupon is redeemed exactly if a redemption of it stands, and since the same moment.",
        sql: Sql::Both(
            "SELECT c.coupon_id AS what FROM coupons c
             LEFT JOIN redemptions r ON r.retailer_id = c.retailer_id AND r.coupon_id = c.coupon_id AND r.reversed_at IS NULL
             WHERE CASE WHEN c.status = 'redeemed'
                   THEN r.redemption_id IS NULL OR c.redeemed_at IS NULL OR c.redeemed_at <> r.redeemed_at
                   ELSE r.redemption_id IS NOT NULL OR c.redeemed_at IS NOT NULL END
                OR c.status NOT IN ('issued', 'redeemed', 'expired', 'voided')",
        ),
    },
];
