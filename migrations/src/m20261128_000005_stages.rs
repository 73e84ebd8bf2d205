//! How far shoppers came, and what baskets and coupons have to do with each other.

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
        for table in ["lift_sums", "lift_erased", "lift_published", "lift_points"] {
            connection
                .execute_unprepared(&format!(
                    "ALTER TABLE {table} ADD COLUMN basket_cost BIGINT NOT NULL DEFAULT 0"
                ))
                .await?;
        }
        for statement in STATEMENTS {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

const STATEMENTS: &[&str] = &[
    "ALTER TABLE lift_units ADD COLUMN stage TEXT NOT NULL DEFAULT 'shown'
        CHECK (stage IN ('shown', 'played', 'won', 'visited', 'redeemed', 'returned'))",
    // Whoever was counted before is counted anew, for all of it.
    "UPDATE exposures SET state = 'stale' WHERE state = 'sealed'",
];
