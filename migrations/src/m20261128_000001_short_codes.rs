//! The eight digits that stand for a coupon at its store for two minutes.

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
        for statement in STATEMENTS {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

const STATEMENTS: &[&str] = &[
    // Of the digits only a keyed hash is kept; `uses` says for which use of the coupon they were made.
    "CREATE TABLE short_codes (
        retailer_id TEXT NOT NULL,
        store_id TEXT NOT NULL,
        digits_hash TEXT NOT NULL,
        coupon_id TEXT NOT NULL,
        uses INTEGER NOT NULL CHECK (uses >= 0),
        expires_at BIGINT NOT NULL,
        PRIMARY KEY (retailer_id, store_id, digits_hash),
        FOREIGN KEY (retailer_id, coupon_id) REFERENCES coupons (retailer_id, coupon_id)
    )",
    "CREATE INDEX short_codes_to_forget ON short_codes (expires_at)",
];
