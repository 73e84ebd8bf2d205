//! Holdouts and the sums of lift.

use crate::verify::{Rule, Sql};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "held-out-are-offered-nothing",
        invariant: 15,
        says: "Whoever is held out, of the programme or of a campaign, is made no offer of it while the epoch lasts.",
        sql: Sql::Both(
            "SELECT o.shopper_id AS what FROM exposures e
             JOIN epochs p ON p.retailer_id = e.retailer_id AND p.epoch_id = e.epoch_id
             JOIN offers o ON o.retailer_id = e.retailer_id AND o.shopper_id = e.shopper_id
             WHERE e.arm = 'control' AND o.revision = 1 AND o.offered_at >= e.exposed_at
               AND (p.ended_at IS NULL OR o.offered_at < p.ended_at) AND (p.campaign_id IS NULL OR p.campaign_id = o.campaign_id)",
        ),
    },
    Rule {
        name: "lift-sums-are-those-of-their-shoppers",
        invariant: 16,
        says: "The sums that lift is estimated from are those over the sealed shoppers and what was kept of the erased.",
        sql: Sql::Both(
            "WITH parts AS (
                SELECT u.retailer_id, u.epoch_id, u.measure, e.arm, 1 AS n, u.y, u.y * u.y AS yy, u.x, u.x * u.x AS xx, u.x * u.y AS xy,
                    u.basket, u.cost, u.basket * u.cost AS basket_cost
                FROM lift_units u
                JOIN exposures e ON e.retailer_id = u.retailer_id AND e.epoch_id = u.epoch_id AND e.shopper_id = u.shopper_id
                UNION ALL
                SELECT retailer_id, epoch_id, measure, arm, n, y, yy, x, xx, xy, basket, cost, basket_cost FROM lift_erased WHERE dimension = 'all'),
             whole AS (
                SELECT retailer_id, epoch_id, measure, arm, SUM(n) AS n, SUM(y) AS y, SUM(yy) AS yy, SUM(x) AS x, SUM(xx) AS xx,
                    SUM(xy) AS xy, SUM(basket) AS basket, SUM(cost) AS cost, SUM(basket_cost) AS basket_cost
                FROM parts GROUP BY retailer_id, epoch_id, measure, arm),
             sums AS (SELECT * FROM lift_sums WHERE dimension = 'all' AND measure <> 'exposed')
             SELECT s.epoch_id AS what FROM sums s
             LEFT JOIN whole w ON w.retailer_id = s.retailer_id AND w.epoch_id = s.epoch_id AND w.measure = s.measure AND w.arm = s.arm
             WHERE s.n <> COALESCE(w.n, 0) OR s.y <> COALESCE(w.y, 0) OR s.yy <> COALESCE(w.yy, 0) OR s.x <> COALESCE(w.x, 0)
                OR s.xx <> COALESCE(w.xx, 0) OR s.xy <> COALESCE(w.xy, 0) OR s.basket <> COALESCE(w.basket, 0)
                OR s.cost <> COALESCE(w.cost, 0) OR s.basket_cost <> COALESCE(w.basket_cost, 0)
             UNION ALL
             SELECT w.epoch_id FROM whole w
             WHERE NOT EXISTS (SELECT 1 FROM sums s WHERE s.retailer_id = w.retailer_id AND s.epoch_id = w.epoch_id
                               AND s.measure = w.measure AND s.arm = w.arm)",
        ),
    },
    Rule {
        name: "cells-of-lift-add-up",
        invariant: 16,
        says: "In whatever way shoppers are told apart, the cells add up to all of them.",
        sql: Sql::Both(
            "SELECT c.epoch_id AS what FROM (
                SELECT retailer_id, epoch_id, measure, dimension, arm, SUM(n) AS n, SUM(y) AS y, SUM(x) AS x, SUM(added) AS added
                FROM lift_sums WHERE dimension <> 'all' GROUP BY retailer_id, epoch_id, measure, dimension, arm) c
             LEFT JOIN lift_sums s ON s.retailer_id = c.retailer_id AND s.epoch_id = c.epoch_id AND s.measure = c.measure AND s.arm = c.arm
                AND s.dimension = 'all'
             WHERE s.n IS NULL OR s.n <> c.n OR s.y <> c.y OR s.x <> c.x OR s.added > c.added",
        ),
    },
];
