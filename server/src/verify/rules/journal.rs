//! The journal: replaying it gives every coupon exactly, and each reservation ends once.

use crate::verify::{Rule, Sql};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "entries-move-what-their-kind-moves",
        invariant: 6,
        says: "Only funding makes yen; issue reserves, redeem spends and releases, expire and void release, reverse moves back; each is at a step of its parity.",
        sql: Sql::Both(
            "SELECT entry_id AS what FROM journal
             WHERE NOT CASE kind
                WHEN 'fund' THEN reserved_yen = 0 AND spent_yen = 0 AND coupon_id IS NULL AND step IS NULL
                    AND redemption_id IS NULL
                WHEN 'issue' THEN step = 1 AND reserved_yen > 0 AND spent_yen = 0 AND available_yen = -reserved_yen
                    AND redemption_id IS NULL
                WHEN 'redeem' THEN step % 2 = 0 AND reserved_yen < 0 AND spent_yen > 0 AND available_yen >= 0
                    AND available_yen + reserved_yen + spent_yen = 0 AND redemption_id IS NOT NULL
                WHEN 'reverse' THEN step % 2 = 1 AND step > 1 AND reserved_yen > 0 AND spent_yen < 0 AND available_yen <= 0
                    AND available_yen + reserved_yen + spent_yen = 0 AND redemption_id IS NOT NULL
                WHEN 'expire' THEN step % 2 = 0 AND reserved_yen < 0 AND spent_yen = 0 AND available_yen = -reserved_yen
                    AND redemption_id IS NULL
                WHEN 'void' THEN step % 2 = 0 AND reserved_yen < 0 AND spent_yen = 0 AND available_yen = -reserved_yen
                    AND redemption_id IS NULL
                ELSE 1 = 0 END
                OR (kind <> 'fund' AND (coupon_id IS NULL OR step IS NULL))",
        ),
    },
    Rule {
        name: "replaying-the-journal-gives-the-coupon",
        invariant: 6,
        says: "A coupon's steps count up from 1 without gaps; their sums and the last one give its face value, uses and state.",
        sql: Sql::Both(
            "SELECT c.coupon_id AS what FROM coupons c
             LEFT JOIN (
                SELECT retailer_id, coupon_id, COUNT(*) AS n, MIN(step) AS low, MAX(step) AS high, SUM(step) AS total,
                    SUM(CASE kind WHEN 'issue' THEN 1 ELSE 0 END) AS issues,
                    SUM(CASE kind WHEN 'redeem' THEN 1 ELSE 0 END) AS redeems,
                    SUM(CASE kind WHEN 'reverse' THEN 1 ELSE 0 END) AS reverses,
                    SUM(CASE kind WHEN 'expire' THEN 1 ELSE 0 END) AS expires,
                    SUM(CASE kind WHEN 'void' THEN 1 ELSE 0 END) AS voids,
                    SUM(CASE kind WHEN 'issue' THEN reserved_yen ELSE 0 END) AS face,
                    SUM(reserved_yen) AS reserved, SUM(spent_yen) AS spent,
                    MIN(campaign_id) AS campaign_low, MAX(campaign_id) AS campaign_high
                FROM journal WHERE coupon_id IS NOT NULL GROUP BY retailer_id, coupon_id) j
               ON j.retailer_id = c.retailer_id AND j.coupon_id = c.coupon_id
             WHERE j.n IS NULL OR j.low <> 1 OR j.high <> j.n OR j.total * 2 <> j.n * (j.n + 1)
                OR j.issues <> 1 OR j.face <> c.value_yen OR j.redeems <> c.uses
                OR j.campaign_low <> c.campaign_id OR j.campaign_high <> c.campaign_id
                OR j.reverses <> CASE c.status WHEN 'redeemed' THEN c.uses - 1 ELSE c.uses END
                OR j.expires <> CASE c.status WHEN 'expired' THEN 1 ELSE 0 END
                OR j.voids <> CASE c.status WHEN 'voided' THEN 1 ELSE 0 END
                OR j.reserved <> CASE c.status WHEN 'issued' THEN c.value_yen ELSE 0 END
                OR CASE c.status WHEN 'redeemed' THEN j.spent <= 0 ELSE j.spent <> 0 END",
        ),
    },
    Rule {
        name: "entries-have-their-coupon-and-campaign",
        invariant: 6,
        says: "An entry is of a campaign and, unless it funds, of a coupon that exist at the same retailer.",
        sql: Sql::Both(
            "SELECT j.entry_id AS what FROM journal j
             WHERE NOT EXISTS (SELECT 1 FROM campaigns c WHERE c.retailer_id = j.retailer_id AND c.campaign_id = j.campaign_id)
                OR (j.coupon_id IS NOT NULL AND NOT EXISTS
                    (SELECT 1 FROM coupons k WHERE k.retailer_id = j.retailer_id AND k.coupon_id = j.coupon_id))",
        ),
    },
    Rule {
        name: "redemptions-are-in-the-journal",
        invariant: 6,
        says: "Each redemption has one entry that took it, with its number, cost, face value, login and moment, and no entry takes what is none.",
        sql: Sql::Both(
            "SELECT r.redemption_id AS what FROM redemptions r
             LEFT JOIN journal j ON j.retailer_id = r.retailer_id AND j.redemption_id = r.redemption_id AND j.kind = 'redeem'
             WHERE j.entry_id IS NULL OR j.coupon_id <> r.coupon_id OR j.campaign_id <> r.campaign_id
                OR j.step <> 2 * r.use_number OR j.spent_yen <> r.cost_yen OR j.reserved_yen <> -r.value_yen
                OR j.account_id IS NULL OR j.account_id <> r.account_id OR j.entered_at <> r.redeemed_at
             UNION ALL
             SELECT MIN(entry_id) FROM journal WHERE redemption_id IS NOT NULL
             GROUP BY retailer_id, redemption_id, kind HAVING COUNT(*) > 1
             UNION ALL
             SELECT j.entry_id FROM journal j WHERE j.redemption_id IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM redemptions r WHERE r.retailer_id = j.retailer_id
                               AND r.redemption_id = j.redemption_id)",
        ),
    },
    Rule {
        name: "reversals-are-in-the-journal",
        invariant: 6,
        says: "Each reversal has one entry that moves back exactly what its redemption moved, with its login and moment, and no entry undoes what was not undone.",
        sql: Sql::Both(
            "SELECT v.reversal_id AS what FROM reversals v
             LEFT JOIN redemptions r ON r.retailer_id = v.retailer_id AND r.redemption_id = v.redemption_id
             LEFT JOIN journal j ON j.retailer_id = v.retailer_id AND j.redemption_id = v.redemption_id AND j.kind = 'reverse'
             WHERE j.entry_id IS NULL OR r.redemption_id IS NULL OR j.step <> 2 * r.use_number + 1
                OR j.spent_yen <> -v.cost_yen OR j.reserved_yen <> r.value_yen
                OR j.account_id IS NULL OR j.account_id <> v.account_id OR j.entered_at <> v.reversed_at
             UNION ALL
             SELECT j.entry_id FROM journal j WHERE j.kind = 'reverse'
               AND NOT EXISTS (SELECT 1 FROM reversals v WHERE v.retailer_id = j.retailer_id
                               AND v.redemption_id = j.redemption_id)",
        ),
    },
    Rule {
        name: "issued-and-expired-at-their-moments",
        invariant: 6,
        says: "A coupon's first entry is of its issue's moment, and none expires before its time is over.",
        sql: Sql::Both(
            "SELECT j.entry_id AS what FROM journal j
             JOIN coupons c ON c.retailer_id = j.retailer_id AND c.coupon_id = j.coupon_id
             WHERE (j.kind = 'issue' AND j.entered_at <> c.issued_at) OR (j.kind = 'expire' AND j.entered_at < c.valid_until)",
        ),
    },
    Rule {
        name: "reservations-end-once",
        invariant: 12,
        says: "What a coupon reserved is redeemed, released or expired once; after an undo once more.",
        sql: Sql::Both(
            "SELECT coupon_id AS what FROM journal WHERE coupon_id IS NOT NULL GROUP BY retailer_id, coupon_id
             HAVING SUM(CASE WHEN kind IN ('redeem', 'expire', 'void') THEN 1 WHEN kind = 'reverse' THEN -1 ELSE 0 END)
                NOT IN (0, 1)
                OR SUM(CASE WHEN kind IN ('expire', 'void') THEN 1 ELSE 0 END) > 1
                OR SUM(reserved_yen) < 0",
        ),
    },
    Rule {
        name: "no-reservation-outlives-its-time",
        invariant: 12,
        says: "No coupon still reserves yen an hour after its time was over, by the newest moment that the journal knows.",
        sql: Sql::Both(
            "SELECT coupon_id AS what FROM coupons
             WHERE status = 'issued' AND valid_until <= (SELECT MAX(entered_at) FROM journal) - 3600000",
        ),
    },
];
