//! What shoppers thought who used a coupon, and when each was last asked.

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
    // --- shopper ---
    // The last question, over all retailers: one row, so that one conditional write finds whether it is time for another.
    "CREATE TABLE rating_questions (
        shopper_id TEXT NOT NULL PRIMARY KEY REFERENCES shoppers (shopper_id),
        retailer_id TEXT NOT NULL,
        redemption_id TEXT NOT NULL,
        asked_at BIGINT NOT NULL,
        closed_at BIGINT CHECK (closed_at >= asked_at)
    )",
    // --- retailer ---
    // One for each use of a coupon.
    "CREATE TABLE ratings (
        retailer_id TEXT NOT NULL,
        redemption_id TEXT NOT NULL,
        shopper_id TEXT NOT NULL,
        store_id TEXT NOT NULL,
        campaign_id TEXT NOT NULL,
        stars INTEGER NOT NULL CHECK (stars BETWEEN 1 AND 5),
        comment TEXT,
        rated_at BIGINT NOT NULL,
        day INTEGER NOT NULL,
        PRIMARY KEY (retailer_id, redemption_id),
        FOREIGN KEY (retailer_id, redemption_id) REFERENCES redemptions (retailer_id, redemption_id)
    )",
    "CREATE INDEX ratings_by_day ON ratings (retailer_id, day)",
    "CREATE INDEX ratings_by_shopper ON ratings (shopper_id, retailer_id)",
];
