//! Yen: a budget and its parts.

use crate::verify::{Rule, Sql};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "budget-is-the-sum-of-its-parts",
        invariant: 1,
        says: "budget = available + reserved + spent for every campaign, and none of them is below zero.",
        sql: Sql::Both(
            "SELECT campaign_id AS what FROM campaigns
             WHERE budget_yen <> available_yen + reserved_yen + spent_yen
                OR budget_yen < 0 OR available_yen < 0 OR reserved_yen < 0 OR spent_yen < 0",
        ),
    },
    Rule {
        name: "balances-are-the-sums-of-the-journal",
        invariant: 1,
        says: "Every balance of a campaign is the sum of its column in the journal; a draft has no journal and promises nothing.",
        sql: Sql::Both(
            "SELECT c.campaign_id AS what FROM campaigns c
             LEFT JOIN (SELECT retailer_id, campaign_id, SUM(available_yen) AS a, SUM(reserved_yen) AS r, SUM(spent_yen) AS s
                        FROM journal GROUP BY retailer_id, campaign_id) j
               ON j.retailer_id = c.retailer_id AND j.campaign_id = c.campaign_id
             WHERE CASE WHEN c.status = 'draft' THEN j.a IS NOT NULL OR c.reserved_yen <> 0 OR c.spent_yen <> 0
                   ELSE COALESCE(j.a, 0) <> c.available_yen OR COALESCE(j.r, 0) <> c.reserved_yen
                     OR COALESCE(j.s, 0) <> c.spent_yen END",
        ),
    },
    Rule {
        name: "budget-is-what-was-funded",
        invariant: 1,
        says: "The budget of a published campaign is the sum of its funding, and nothing else funds.",
        sql: Sql::Both(
            "SELECT c.campaign_id AS what FROM campaigns c
             LEFT JOIN (SELECT retailer_id, campaign_id, SUM(available_yen + reserved_yen + spent_yen) AS funded
                        FROM journal WHERE kind = 'fund' GROUP BY retailer_id, campaign_id) j
               ON j.retailer_id = c.retailer_id AND j.campaign_id = c.campaign_id
             WHERE c.status <> 'draft' AND COALESCE(j.funded, 0) <> c.budget_yen",
        ),
    },
    Rule {
        name: "reserved-is-what-coupons-hold",
        invariant: 1,
        says: "What a campaign has reserved is the face value of its coupons that can still be redeemed.",
        sql: Sql::Both(
            "SELECT c.campaign_id AS what FROM campaigns c
             LEFT JOIN (SELECT retailer_id, campaign_id, SUM(value_yen) AS held FROM coupons WHERE status = 'issued'
                        GROUP BY retailer_id, campaign_id) k
               ON k.retailer_id = c.retailer_id AND k.campaign_id = c.campaign_id
             WHERE COALESCE(k.held, 0) <> c.reserved_yen",
        ),
    },
    Rule {
        name: "spent-is-what-redemptions-cost",
        invariant: 1,
        says: "What a campaign has spent is the cost of its redemptions that stand.",
        sql: Sql::Both(
            "SELECT c.campaign_id AS what FROM campaigns c
             LEFT JOIN (SELECT retailer_id, campaign_id, SUM(cost_yen) AS given FROM redemptions WHERE reversed_at IS NULL
                        GROUP BY retailer_id, campaign_id) r
               ON r.retailer_id = c.retailer_id AND r.campaign_id = c.campaign_id
             WHERE COALESCE(r.given, 0) <> c.spent_yen",
        ),
    },
    Rule {
        name: "cost-is-within-face",
        invariant: 14,
        says: "0 < cost ≤ face, a coupon is worth something, and none pays out more than was bought.",
        sql: Sql::Both(
            "SELECT redemption_id AS what FROM redemptions
             WHERE cost_yen <= 0 OR cost_yen > value_yen OR basket_yen < cost_yen
             UNION ALL SELECT coupon_id FROM coupons WHERE value_yen <= 0 OR min_purchase_yen < 0
             UNION ALL SELECT prize_id FROM prizes WHERE value_yen < 0
             UNION ALL SELECT draw_id FROM draws WHERE value_yen < 0",
        ),
    },
    Rule {
        name: "yen-are-integers",
        invariant: 14,
        says: "Every amount is a whole number of yen.",
        // SQLite keeps in a column what it is given; PostgreSQL's columns say what they take.
        sql: Sql::Each {
            sqlite: "SELECT campaign_id AS what FROM campaigns
                WHERE typeof(budget_yen) <> 'integer' OR typeof(available_yen) <> 'integer'
                   OR typeof(reserved_yen) <> 'integer' OR typeof(spent_yen) <> 'integer'
                UNION ALL SELECT entry_id FROM journal
                WHERE typeof(available_yen) <> 'integer' OR typeof(reserved_yen) <> 'integer' OR typeof(spent_yen) <> 'integer'
                UNION ALL SELECT coupon_id FROM coupons
                WHERE typeof(value_yen) <> 'integer' OR typeof(min_purchase_yen) <> 'integer'
                UNION ALL SELECT redemption_id FROM redemptions
                WHERE typeof(value_yen) <> 'integer' OR typeof(cost_yen) <> 'integer'
                   OR typeof(basket_yen) NOT IN ('integer', 'null')
                UNION ALL SELECT reversal_id FROM reversals WHERE typeof(cost_yen) <> 'integer'
                UNION ALL SELECT draw_id FROM draws WHERE typeof(value_yen) <> 'integer'
                UNION ALL SELECT prize_id FROM prizes WHERE typeof(value_yen) <> 'integer'",
            postgres: "SELECT table_name || '.' || column_name AS what FROM information_schema.columns
                WHERE table_schema = current_schema() AND column_name LIKE '%\\_yen' AND data_type <> 'bigint'",
        },
    },
];
