//! Visits: one per shopper, store and three hours, and each with what shows it.

use crate::verify::{Rule, Sql};

/// The first imported line of a visit `v`, of whoever was linked to its member number first. Asked for visit by visit, by the moments with which
/// references begin: a million of them take seconds, a join of all takes minutes.
macro_rules! first_line {
    ($from:literal, $to:literal) => {
        concat!(
            "(SELECT MIN(r.seen_at) FROM member_links l CROSS JOIN visit_import_rows r
              WHERE l.retailer_id = v.retailer_id AND l.shopper_id = v.shopper_id AND r.retailer_id = l.retailer_id
                AND r.member_hash = l.member_hash AND r.reference >= ",
            $from,
            " AND r.reference < ",
            $to,
            " AND r.store_id = v.store_id
                AND NOT EXISTS (SELECT 1 FROM member_links b WHERE b.retailer_id = l.retailer_id AND b.member_hash = l.member_hash
                    AND (b.linked_at < l.linked_at OR (b.linked_at = l.linked_at AND b.shopper_id < l.shopper_id))))"
        )
    };
}

/// How a visit `v` is called.
macro_rules! visit {
    () => {
        "v.shopper_id || ' at ' || v.store_id || ' at ' || CAST(v.began_at AS TEXT)"
    };
}

/// That a row `e` is of the visit `v`.
macro_rules! of_visit {
    () => {
        "e.retailer_id = v.retailer_id AND e.shopper_id = v.shopper_id AND e.store_id = v.store_id AND e.began_at = v.began_at"
    };
}

macro_rules! beginnings {
    ($from:literal, $to:literal) => {
        concat!(
            "WITH shown AS MATERIALIZED (
                SELECT v.shopper_id, v.store_id, v.began_at, e.earliest, e.latest, ",
            first_line!($from, $to),
            " AS line FROM visits v
                LEFT JOIN (SELECT retailer_id, shopper_id, store_id, began_at, MIN(seen_at) AS earliest, MAX(seen_at) AS latest FROM visit_evidence
                           GROUP BY retailer_id, shopper_id, store_id, began_at) e ON ", of_visit!(), "
             )
             SELECT ", visit!(), " AS what FROM shown v
             WHERE (v.earliest IS NULL AND v.line IS NULL) OR COALESCE(v.earliest, v.began_at) < v.began_at
                OR COALESCE(v.latest, v.began_at) >= v.began_at + 10800000
                OR (COALESCE(v.earliest, v.line) <> v.began_at AND COALESCE(v.line, v.earliest) <> v.began_at)
             UNION ALL
             SELECT e.reference FROM visit_evidence e
             WHERE NOT EXISTS (SELECT 1 FROM visits v WHERE ", of_visit!(), ")"
        )
    };
}

// Lines that were not placed yet may be in a visit that does not say so.
macro_rules! sources {
    ($from:literal, $to:literal) => {
        concat!(
            "WITH shown AS MATERIALIZED (
                SELECT v.retailer_id, v.shopper_id, v.store_id, v.began_at, v.sources, COALESCE(e.sources, 0) AS evident, ",
            first_line!($from, $to),
            " AS line FROM visits v
                LEFT JOIN (
                    SELECT retailer_id, shopper_id, store_id, began_at, SUM(DISTINCT CASE source WHEN 'redemption' THEN 1 WHEN 'card' THEN 4
                        WHEN 'check_in' THEN 8 WHEN 'dwell' THEN 16 ELSE 32 END) AS sources
                    FROM visit_evidence GROUP BY retailer_id, shopper_id, store_id, began_at
                ) e ON ", of_visit!(), "
             )
             SELECT ", visit!(), " AS what FROM shown v
             WHERE v.sources <> v.evident + CASE WHEN v.line IS NULL THEN 0 ELSE 2 END
               AND NOT (v.sources = v.evident AND EXISTS (
                    SELECT 1 FROM visit_imports i WHERE i.retailer_id = v.retailer_id AND i.placed_at IS NULL AND i.undone_at IS NULL))"
        )
    };
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "visits-are-three-hours-apart",
        invariant: 11,
        says: "A shopper has one visit at a store within three hours.",
        sql: Sql::Both(concat!(
            "SELECT ", visit!(), " AS what FROM (
                SELECT shopper_id, store_id, began_at,
                    LAG(began_at) OVER (PARTITION BY retailer_id, shopper_id, store_id ORDER BY began_at) AS began_before
                FROM visits) v
             WHERE v.began_at - v.began_before < 10800000",
        )),
    },
    Rule {
        name: "visits-begin-with-what-shows-them",
        invariant: 11,
        says: "A visit begins with the first of its evidence and imported lines, and all of its evidence is within three hours.",
        sql: Sql::Each {
            sqlite: beginnings!("printf('%012x', v.began_at)", "printf('%012x', v.began_at + 10800000)"),
            postgres: beginnings!("lpad(to_hex(v.began_at), 12, '0')", "lpad(to_hex(v.began_at + 10800000), 12, '0')"),
        },
    },
    Rule {
        name: "visits-say-what-shows-them",
        invariant: 11,
        says: "A visit says of its sources what its evidence and the lines of its shopper's member number do.",
        sql: Sql::Each {
            sqlite: sources!("printf('%012x', v.began_at)", "printf('%012x', v.began_at + 10800000)"),
            postgres: sources!("lpad(to_hex(v.began_at), 12, '0')", "lpad(to_hex(v.began_at + 10800000), 12, '0')"),
        },
    },
    Rule {
        name: "imported-lines-show-visits",
        invariant: 11,
        says: "A line of an import that has been placed, of a member who is a shopper, is in a visit.",
        sql: Sql::Both(
            "SELECT r.reference AS what FROM visit_import_rows r
             JOIN visit_imports i ON i.retailer_id = r.retailer_id AND i.import_id = r.import_id AND i.placed_at IS NOT NULL
             JOIN member_links l ON l.retailer_id = r.retailer_id AND l.member_hash = r.member_hash
             WHERE NOT EXISTS (SELECT 1 FROM member_links b WHERE b.retailer_id = l.retailer_id AND b.member_hash = l.member_hash
                    AND (b.linked_at < l.linked_at OR (b.linked_at = l.linked_at AND b.shopper_id < l.shopper_id)))
               AND NOT EXISTS (SELECT 1 FROM visits v WHERE v.retailer_id = l.retailer_id AND v.shopper_id = l.shopper_id
                    AND v.store_id = r.store_id AND v.began_at <= r.seen_at AND v.began_at > r.seen_at - 10800000)",
        ),
    },
    Rule {
        name: "imports-have-their-lines",
        invariant: 11,
        says: "An import has as many lines as it says, and none once it was undone; every line is of an import and a store of it.",
        sql: Sql::Both(
            "SELECT i.import_id AS what FROM visit_imports i
             LEFT JOIN (SELECT retailer_id, import_id, COUNT(*) AS lines FROM visit_import_rows GROUP BY retailer_id, import_id) r
                ON r.retailer_id = i.retailer_id AND r.import_id = i.import_id
             WHERE COALESCE(r.lines, 0) <> CASE WHEN i.undone_at IS NULL THEN i.visits ELSE 0 END
             UNION ALL
             SELECT MIN(r.reference) FROM visit_import_rows r
             WHERE NOT EXISTS (SELECT 1 FROM visit_import_stores s WHERE s.retailer_id = r.retailer_id AND s.import_id = r.import_id
                               AND s.store_id = r.store_id)
             GROUP BY r.retailer_id, r.import_id, r.store_id",
        ),
    },
    Rule {
        name: "visits-by-redemption-have-their-proof",
        invariant: 11,
        says: "A redemption that stands shows one visit of its shopper at its store at its moment, and one that was undone shows none.",
        sql: Sql::Both(
            "SELECT e.reference AS what FROM visit_evidence e
             LEFT JOIN redemptions r ON r.retailer_id = e.retailer_id AND r.redemption_id = e.reference
             WHERE e.source = 'redemption'
               AND (r.redemption_id IS NULL OR r.reversed_at IS NOT NULL OR r.redeemed_at <> e.seen_at
                    OR e.store_id <> r.store_id OR e.shopper_id <> r.shopper_id)
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
