//! How often a retailer changed stores or campaigns, by which servers that have them in memory know what to read again.

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
        manager.get_connection().execute_unprepared(TABLE).await?;
        Ok(())
    }
}

const TABLE: &str = "CREATE TABLE place_revisions (
    retailer_id TEXT NOT NULL PRIMARY KEY REFERENCES retailers (retailer_id),
    revision BIGINT NOT NULL CHECK (revision > 0)
)";
