//! The audit log: nothing happened without an entry, and no entry was changed, left out or put in afterwards.

use crate::verify::{Rule, Sql};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "coupons-and-redemptions-have-their-entry",
        invariant: 9,
        says: "Each coupon, redemption and reversal, and each coupon that was taken back, has its entry in the audit log.",
        sql: Sql::Both(
            "SELECT c.coupon_id AS what FROM coupons c
             WHERE NOT EXISTS (SELECT 1 FROM audit_entries e
                WHERE e.retailer_id = c.retailer_id AND e.subject = c.coupon_id AND e.action = 'coupon-issued')
             UNION ALL
             SELECT d.redemption_id FROM redemptions d
             WHERE NOT EXISTS (SELECT 1 FROM audit_entries e
                WHERE e.retailer_id = d.retailer_id AND e.subject = d.redemption_id AND e.action = 'coupon-redeemed')
             UNION ALL
             SELECT r.reversal_id FROM reversals r
             WHERE NOT EXISTS (SELECT 1 FROM audit_entries e
                WHERE e.retailer_id = r.retailer_id AND e.subject = r.redemption_id AND e.action = 'redemption-undone')
             UNION ALL
             SELECT c.coupon_id FROM coupons c
             WHERE c.status = 'voided' AND NOT EXISTS (SELECT 1 FROM audit_entries e
                WHERE e.retailer_id = c.retailer_id AND e.subject = c.coupon_id AND e.action = 'coupon-voided')",
        ),
    },
    Rule {
        name: "campaigns-and-people-have-their-entry",
        invariant: 9,
        says: "Each campaign and each of the staff has its entry in the audit log.",
        sql: Sql::Both(
            "SELECT c.campaign_id AS what FROM campaigns c
             WHERE NOT EXISTS (SELECT 1 FROM audit_entries e
                WHERE e.retailer_id = c.retailer_id AND e.subject = c.campaign_id AND e.action = 'campaign-created')
             UNION ALL
             SELECT a.account_id FROM accounts a
             WHERE a.role = 'staff' AND NOT EXISTS (SELECT 1 FROM audit_entries e
                WHERE e.retailer_id = a.retailer_id AND e.subject = a.account_id AND e.action = 'person-joined')",
        ),
    },
    Rule {
        name: "entries-are-sealed-in-time",
        invariant: 9,
        says: "No entry is without its link ten minutes after one that has it.",
        sql: Sql::Both(
            "SELECT e.entry_id AS what FROM audit_entries e
             JOIN (SELECT retailer_id, MAX(entered_at) AS latest FROM audit_entries WHERE number IS NOT NULL GROUP BY retailer_id) s
               ON s.retailer_id = e.retailer_id
             WHERE e.number IS NULL AND e.entered_at + 600000 < s.latest",
        ),
    },
    Rule {
        name: "the-audit-log-is-an-unbroken-chain",
        invariant: 9,
        says: "A retailer's entries are numbered without gaps, and each link follows from its entry and the link before.",
        sql: Sql::Chain,
    },
];
