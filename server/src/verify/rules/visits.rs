//! Visits: one per shopper, store and three hours, and each with what shows it.

use crate::verify::{Rule, Sql};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "visits-are-three-hours-apart",
        invariant: 11,
        says: "A shopper has one visit at a store within three hours.",
        sql: Sql::Both(
            "SELECT visit_id AS what FROM (
                SELECT visit_id, began_at,
                    LAG(began_at) OVER (PARTITION BY retailer_id, shopper_id, store_id ORDER BY began_at, visit_id) AS began_before
                FROM visits) v
             WHERE v.began_at - v.began_before < 10800000",
        ),
    },
    Rule {
        name: "visits-begin-with-their-evidence",
        invariant: 11,
        says: "A visit begins with the first of its evidence, all of which is within three hours.",
        sql: Sql::Both(
            "SELECT v.visit_id AS what FROM visits v
             LEFT JOIN (SELECT retailer_id, visit_id, MIN(seen_at) AS earliest, MAX(seen_at) AS latest FROM visit_evidence
                        GROUP BY retailer_id, visit_id) e ON e.retailer_id = v.retailer_id AND e.visit_id = v.visit_id
             WHERE e.earliest IS NULL OR e.earliest <> v.began_at OR e.latest >= v.began_at + 10800000
             UNION ALL
             SELECT e.reference FROM visit_evidence e
             WHERE NOT EXISTS (SELECT 1 FROM visits v WHERE v.retailer_id = e.retailer_id AND v.visit_id = e.visit_id)",
        ),
    },
    Rule {
        name: "visits-by-redemption-have-their-proof",
        invariant: 11,
        says: "A redemption that stands shows one visit of its shopper at its store at its moment, and one that was undone shows none.",
        sql: Sql::Both(
            "SELECT e.reference AS what FROM visit_evidence e
             LEFT JOIN redemptions r ON r.retailer_id = e.retailer_id AND r.redemption_id = e.reference
             LEFT JOIN visits v ON v.retailer_id = e.retailer_id AND v.visit_id = e.visit_id
             WHERE e.source = 'redemption'
               AND (r.redemption_id IS NULL OR r.reversed_at IS NOT NULL OR r.redeemed_at <> e.seen_at
                    OR v.store_id IS NULL OR v.store_id <> r.store_id OR v.shopper_id <> r.shopper_id)
             UNION ALL
             SELECT r.redemption_id FROM redemptions r
             WHERE r.reversed_at IS NULL
               AND NOT EXISTS (SELECT 1 FROM visit_evidence e WHERE e.retailer_id = r.retailer_id AND e.source = 'redemption'
                               AND e.reference = r.redemption_id)
             UNION ALL
             SELECT MIN(reference) FROM visit_evidence GROUP BY retailer_id, source, reference HAVING COUNT(*) > 1",
        ),
    },
];
