//! Plays and stock: at most as many as there are.

use crate::verify::{Rule, Sql};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "plays-are-within-the-cap",
        invariant: 10,
        says: "A shopper's plays of a day are numbered from 1 without gaps, and are no more than the campaign allows.",
        sql: Sql::Both(
            "SELECT d.shopper_id AS what
             FROM (SELECT retailer_id, campaign_id, shopper_id, day, COUNT(*) AS n, MIN(play_number) AS low,
                       MAX(play_number) AS high, SUM(play_number) AS total
                   FROM draws GROUP BY retailer_id, campaign_id, shopper_id, day) d
             LEFT JOIN campaigns c ON c.retailer_id = d.retailer_id AND c.campaign_id = d.campaign_id
             WHERE c.plays_per_day IS NULL OR d.n > c.plays_per_day OR d.low <> 1 OR d.high <> d.n
                OR d.total * 2 <> d.n * (d.n + 1)",
        ),
    },
    Rule {
        name: "stock-is-counted",
        invariant: 10,
        says: "Of a prize with a stock exactly as many are gone as were drawn, and never more than there were.",
        sql: Sql::Both(
            "SELECT p.prize_id AS what FROM prizes p
             LEFT JOIN (SELECT retailer_id, campaign_id, prize_id, COUNT(*) AS n FROM draws
                        GROUP BY retailer_id, campaign_id, prize_id) d
               ON d.retailer_id = p.retailer_id AND d.campaign_id = p.campaign_id AND d.prize_id = p.prize_id
             WHERE (p.stock IS NULL) <> (p.stock_left IS NULL)
                OR (p.stock IS NOT NULL AND (p.stock_left < 0 OR p.stock - p.stock_left <> COALESCE(d.n, 0)))",
        ),
    },
    Rule {
        name: "played-while-the-campaign-ran",
        invariant: 10,
        says: "A draw lies between its campaign's dates, and its campaign is no draft.",
        sql: Sql::Both(
            "SELECT d.draw_id AS what FROM draws d
             LEFT JOIN campaigns c ON c.retailer_id = d.retailer_id AND c.campaign_id = d.campaign_id
             WHERE c.campaign_id IS NULL OR d.drawn_at < c.starts_at OR d.drawn_at >= c.ends_at OR c.status = 'draft'",
        ),
    },
];
