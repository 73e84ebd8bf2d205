//! Links that retailers share, how often each was opened, who came by them; and campaigns for those only who came by a partner's.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

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
        // By their bytes, as everywhere.
        let text = match manager.get_database_backend() {
            DbBackend::Sqlite => "TEXT",
            _ => "TEXT COLLATE \"C\"",
        };
        for statement in STATEMENTS {
            connection
                .execute_unprepared(&statement.replace("TEXT", text))
                .await?;
        }
        Ok(())
    }
}

const STATEMENTS: &[&str] = &[
    // --- reference ---
    // Whose a code is: it is all that an address says. Claimed before the link is written, which is another family's.
    "CREATE TABLE link_codes (
        code TEXT NOT NULL PRIMARY KEY,
        retailer_id TEXT NOT NULL,
        link_id TEXT NOT NULL,
        claimed_at BIGINT NOT NULL
    )",
    // --- retailer ---
    "CREATE TABLE links (
        retailer_id TEXT NOT NULL REFERENCES retailers (retailer_id),
        link_id TEXT NOT NULL,
        code TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('poster', 'link', 'partner')),
        name TEXT NOT NULL,
        campaign_id TEXT,
        store_id TEXT,
        utm_source TEXT,
        utm_medium TEXT,
        utm_campaign TEXT,
        account_id TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        withdrawn_at BIGINT CHECK (withdrawn_at >= created_at),
        PRIMARY KEY (retailer_id, link_id),
        UNIQUE (retailer_id, code),
        FOREIGN KEY (retailer_id, campaign_id) REFERENCES campaigns (retailer_id, campaign_id),
        FOREIGN KEY (retailer_id, store_id) REFERENCES stores (retailer_id, store_id),
        FOREIGN KEY (retailer_id, account_id) REFERENCES accounts (retailer_id, account_id),
        CHECK (campaign_id IS NOT NULL OR store_id IS NOT NULL),
        CHECK (kind <> 'partner' OR campaign_id IS NOT NULL)
    )",
    // By whatever opens addresses: nobody is known yet when it is counted.
    "CREATE TABLE link_days (
        retailer_id TEXT NOT NULL,
        link_id TEXT NOT NULL,
        day INTEGER NOT NULL,
        opened BIGINT NOT NULL CHECK (opened > 0),
        PRIMARY KEY (retailer_id, link_id, day),
        FOREIGN KEY (retailer_id, link_id) REFERENCES links (retailer_id, link_id)
    )",
    // Who came by which link to which campaign, once a day.
    "CREATE TABLE link_arrivals (
        retailer_id TEXT NOT NULL,
        campaign_id TEXT NOT NULL,
        shopper_id TEXT NOT NULL,
        link_id TEXT NOT NULL,
        day INTEGER NOT NULL,
        arrived_at BIGINT NOT NULL,
        utm_source TEXT,
        utm_medium TEXT,
        utm_campaign TEXT,
        PRIMARY KEY (retailer_id, campaign_id, shopper_id, link_id, day),
        FOREIGN KEY (retailer_id, campaign_id) REFERENCES campaigns (retailer_id, campaign_id),
        FOREIGN KEY (retailer_id, link_id) REFERENCES links (retailer_id, link_id)
    )",
    "CREATE INDEX link_arrivals_by_link ON link_arrivals (link_id, campaign_id, shopper_id)",
    "CREATE INDEX link_arrivals_by_shopper ON link_arrivals (shopper_id, retailer_id)",
    "CREATE TABLE partner_only (
        retailer_id TEXT NOT NULL,
        campaign_id TEXT NOT NULL,
        since BIGINT NOT NULL,
        PRIMARY KEY (retailer_id, campaign_id),
        FOREIGN KEY (retailer_id, campaign_id) REFERENCES campaigns (retailer_id, campaign_id)
    )",
];
