//! Who did what, when, from where: entries that are never changed, chained by hashes a little later.
//!
//! An entry is written with its effect, without a number, so that nobody waits for anybody. A job gives numbers and links, each once
//! (the unique key carries it); what commits late gets a later number.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// All or nothing on SQLite too.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for statement in STATEMENTS.iter().chain(TOLD_AFTERWARDS) {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

/// Actor's kind, actor, action, subject, store, details; the id that the entry's follows from; the moment; from where.
macro_rules! told {
    ($columns:literal, $id:literal, $at:literal, $from:literal) => {
        concat!(
            "INSERT INTO audit_entries (retailer_id, entry_id, entered_at, actor_kind, actor, action, subject, store_id, details)
             SELECT retailer_id, 'aud_' || SUBSTR(", $id, ", 5), ", $at, ", ", $columns, " FROM (SELECT * FROM ", $from, ") AS t
             WHERE 1 = 1 ON CONFLICT (retailer_id, entry_id) DO NOTHING"
        )
    };
}

const STATEMENTS: &[&str] = &[
    "CREATE TABLE audit_entries (
        retailer_id TEXT NOT NULL,
        entry_id TEXT NOT NULL,
        entered_at BIGINT NOT NULL,
        actor_kind TEXT NOT NULL CHECK (actor_kind IN ('account', 'shopper', 'system', 'command')),
        actor TEXT NOT NULL,
        action TEXT NOT NULL,
        subject TEXT NOT NULL,
        store_id TEXT,
        origin TEXT,
        request_id TEXT,
        details TEXT NOT NULL,
        number BIGINT CHECK (number >= 1),
        link TEXT,
        PRIMARY KEY (retailer_id, entry_id),
        UNIQUE (retailer_id, number),
        FOREIGN KEY (retailer_id) REFERENCES retailers (retailer_id),
        CHECK ((number IS NULL) = (link IS NULL))
    )",
    "CREATE INDEX audit_entries_to_seal ON audit_entries (retailer_id, entry_id) WHERE number IS NULL",
    "CREATE INDEX audit_entries_by_subject ON audit_entries (retailer_id, subject)",
];

/// Entries for what is there without one: what was done before there was a log, and the demo's town, which is written in bulk. Ids follow
/// from those of what they are about, so that a second time finds nothing to do.
pub const TOLD_AFTERWARDS: &[&str] = &[
    told!(
        "'system', 'told afterwards', 'retailer-created', retailer_id, NULL, '{}'",
        "retailer_id",
        "created_at",
        "retailers"
    ),
    told!(
        "'system', 'told afterwards', 'store-created', store_id, store_id, '{}'",
        "store_id",
        "created_at",
        "stores"
    ),
    told!(
        "'account', account_id, 'person-joined', account_id, NULL, '{}'",
        "account_id",
        "created_at",
        "accounts WHERE role = 'staff'"
    ),
    told!(
        "'system', 'told afterwards', 'campaign-created', campaign_id, NULL, '{}'",
        "campaign_id",
        "created_at",
        "campaigns"
    ),
    told!(
        "'system', 'told afterwards', 'campaign-published', campaign_id, NULL, '{}'",
        "entry_id",
        "entered_at",
        "journal WHERE kind = 'fund' AND step IS NULL"
    ),
    told!(
        "'shopper', shopper_id, 'coupon-issued', coupon_id, store_id, '{\"draw_id\":\"' || draw_id || '\",\"value\":' || value_yen || '}'",
        "coupon_id",
        "issued_at",
        "coupons"
    ),
    told!(
        "'account', account_id, 'coupon-redeemed', redemption_id, store_id, '{\"coupon_id\":\"' || coupon_id || '\",\"cost\":' || cost_yen || '}'",
        "redemption_id",
        "redeemed_at",
        "redemptions"
    ),
    told!(
        "'account', account_id, 'redemption-undone', redemption_id, NULL, '{\"cost\":' || cost_yen || '}'",
        "reversal_id",
        "reversed_at",
        "reversals"
    ),
];
