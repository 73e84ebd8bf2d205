//! Messages to shoppers: by consent, below the cap, once; and announcements that account for everybody.

use crate::verify::{Rule, Sql};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "messages-are-agreed-to",
        invariant: 17,
        says: "Each message was reserved while its shopper agreed to its channel.",
        sql: Sql::Both(
            "SELECT c.contact_id AS what FROM contacts c
             WHERE NOT EXISTS (SELECT 1 FROM contact_consents a WHERE a.shopper_id = c.shopper_id AND a.channel = c.channel
                   AND a.agreed_at <= c.reserved_at AND COALESCE(a.withdrawn_at, c.reserved_at) >= c.reserved_at)",
        ),
    },
    Rule {
        name: "messages-are-under-the-cap",
        invariant: 17,
        says: "Nobody has two messages within 24 hours or four within seven days, over all retailers.",
        sql: Sql::Both(
            "SELECT what FROM (
                SELECT contact_id AS what, reserved_at,
                    LAG(reserved_at, 1) OVER (PARTITION BY shopper_id ORDER BY reserved_at, contact_id) AS last_1,
                    LAG(reserved_at, 3) OVER (PARTITION BY shopper_id ORDER BY reserved_at, contact_id) AS last_3
                FROM contacts
             ) m WHERE reserved_at - last_1 < 86400000 OR reserved_at - last_3 < 604800000",
        ),
    },
    Rule {
        name: "messages-are-sent-once",
        invariant: 17,
        says: "Nobody has two messages about the same.",
        sql: Sql::Both(
            "SELECT MIN(contact_id) AS what FROM contacts GROUP BY shopper_id, about HAVING COUNT(*) > 1",
        ),
    },
    Rule {
        name: "the-cap-remembers-the-last-message",
        invariant: 17,
        says: "What the next message is measured against is the last one.",
        sql: Sql::Both(
            "SELECT p.shopper_id AS what FROM contact_preferences p
             LEFT JOIN (SELECT shopper_id, MAX(reserved_at) AS last FROM contacts GROUP BY shopper_id) c
               ON c.shopper_id = p.shopper_id
             WHERE COALESCE(p.last_1, 0) <> COALESCE(c.last, 0)
             UNION ALL
             SELECT c.contact_id FROM contacts c
             WHERE NOT EXISTS (SELECT 1 FROM contact_preferences p WHERE p.shopper_id = c.shopper_id)",
        ),
    },
    Rule {
        name: "what-is-allowed-was-agreed-to",
        invariant: 17,
        says: "Messages are allowed to whom a consent is open, and to nobody else.",
        sql: Sql::Both(
            "SELECT p.shopper_id AS what FROM contact_preferences p
             WHERE (p.push_since IS NOT NULL) <> EXISTS (
                SELECT 1 FROM contact_consents a WHERE a.shopper_id = p.shopper_id AND a.channel = 'push' AND a.withdrawn_at IS NULL)
             OR (p.line_since IS NOT NULL) <> EXISTS (
                SELECT 1 FROM contact_consents a WHERE a.shopper_id = p.shopper_id AND a.channel = 'line' AND a.withdrawn_at IS NULL)
             OR (p.mail_since IS NOT NULL) <> EXISTS (
                SELECT 1 FROM contact_consents a WHERE a.shopper_id = p.shopper_id AND a.channel = 'mail' AND a.withdrawn_at IS NULL)",
        ),
    },
    Rule {
        name: "mail-and-line-lead-to-whom-they-are-allowed",
        invariant: 17,
        says: "E-mail is allowed to whom a mailbox is confirmed, and messages of LINE to whom an account is linked, and to nobody else.",
        sql: Sql::Both(
            "SELECT p.shopper_id AS what FROM contact_preferences p
             WHERE (p.mail_since IS NOT NULL) <> EXISTS (
                SELECT 1 FROM contact_mails m WHERE m.shopper_id = p.shopper_id AND m.confirmed_at IS NOT NULL AND m.bounced_at IS NULL)
             OR (p.line_since IS NOT NULL) <> EXISTS (SELECT 1 FROM contact_lines l WHERE l.shopper_id = p.shopper_id)
             UNION ALL
             SELECT m.shopper_id FROM contact_mails m
             WHERE m.confirmed_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM contact_preferences p WHERE p.shopper_id = m.shopper_id)",
        ),
    },
    Rule {
        name: "announcements-account-for-everybody",
        invariant: 17,
        says: "In a batch that is done each shopper is accounted for once, and what is done has nothing queued.",
        sql: Sql::Both(
            "SELECT b.announcement_id AS what FROM announcement_batches b
             WHERE b.people < b.sent + b.failed + b.no_consent + b.muted + b.held_out + b.capped + b.too_late + b.put_off
                OR (b.state = 'done'
                    AND b.people <> b.sent + b.failed + b.no_consent + b.muted + b.held_out + b.capped + b.too_late + b.put_off)
             UNION ALL
             SELECT a.announcement_id FROM announcements a
             WHERE a.status IN ('stopped', 'done') AND EXISTS (
                SELECT 1 FROM announcement_batches b WHERE b.retailer_id = a.retailer_id AND b.announcement_id = a.announcement_id
                  AND b.state = 'queued')",
        ),
    },
];
