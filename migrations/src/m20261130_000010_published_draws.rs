//! Draws can be published: by a name of the day instead of the shopper's id, and with a seed that is drawn from no more once it was shown.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &[
    // Offers of earlier servers have none: their hash was made with the shopper's id.
    "ALTER TABLE offers ADD COLUMN pseudonym TEXT {by_bytes}",
    "ALTER TABLE draw_seeds ADD COLUMN revealed_at BIGINT",
    "CREATE INDEX draw_seeds_to_reveal ON draw_seeds (day) WHERE revealed_at IS NULL",
    // For a shopper's own draws.
    "CREATE INDEX draws_by_shopper ON draws (shopper_id, draw_id)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// All or nothing on SQLite too.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let by_bytes = match manager.get_database_backend() {
            DbBackend::Sqlite => "",
            _ => "COLLATE \"C\"",
        };
        for statement in STATEMENTS {
            manager
                .get_connection()
                .execute_unprepared(&statement.replace("{by_bytes}", by_bytes))
                .await?;
        }
        Ok(())
    }
}
