//! Idempotency keys: one effect each, and each effect under one.

use crate::verify::{Rule, Sql};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "keys-are-used-once",
        invariant: 8,
        says: "A retailer's actor uses a key on a route once, and no two keys brought about the same.",
        sql: Sql::Both(
            "SELECT MIN(idempotency_key) AS what FROM idempotency_keys
             GROUP BY retailer_id, actor, route, idempotency_key HAVING COUNT(*) > 1
             UNION ALL
             SELECT MIN(effect) FROM idempotency_keys WHERE effect IS NOT NULL
             GROUP BY retailer_id, effect HAVING COUNT(*) > 1",
        ),
    },
    Rule {
        name: "what-a-key-did-is-there",
        invariant: 8,
        says: "What a key brought about is there and was done by the key's actor; a refusal brought about nothing.",
        sql: Sql::Both(
            "SELECT k.idempotency_key AS what FROM idempotency_keys k
             LEFT JOIN draws d ON d.retailer_id = k.retailer_id AND d.draw_id = k.effect
             LEFT JOIN redemptions r ON r.retailer_id = k.retailer_id AND r.redemption_id = k.effect
             LEFT JOIN reversals v ON v.retailer_id = k.retailer_id AND v.reversal_id = k.effect
             LEFT JOIN announcements a ON a.retailer_id = k.retailer_id AND a.announcement_id = k.effect
             LEFT JOIN campaigns c ON c.retailer_id = k.retailer_id AND c.campaign_id = k.effect
             LEFT JOIN (SELECT retailer_id, coupon_id, MAX(account_id) AS account_id FROM journal WHERE kind = 'void'
                        GROUP BY retailer_id, coupon_id) j ON j.retailer_id = k.retailer_id AND j.coupon_id = k.effect
             WHERE k.effect IS NOT NULL
               AND (k.status >= 300 OR CASE
                    WHEN d.draw_id IS NOT NULL THEN d.shopper_id <> k.actor
                    WHEN r.redemption_id IS NOT NULL THEN r.account_id <> k.actor
                    WHEN v.reversal_id IS NOT NULL THEN v.account_id <> k.actor
                    WHEN a.announcement_id IS NOT NULL THEN a.account_id <> k.actor
                    WHEN j.coupon_id IS NOT NULL THEN j.account_id IS NULL OR j.account_id <> k.actor
                    ELSE c.campaign_id IS NULL OR c.published_at IS NULL END)",
        ),
    },
];
