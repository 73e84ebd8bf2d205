//! Where visits come from beside files: keys of systems that post them. And what a retailer wants to reach.

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
    // Of the key only a hash is kept.
    "CREATE TABLE api_keys (
        retailer_id TEXT NOT NULL REFERENCES retailers (retailer_id),
        key_id TEXT NOT NULL,
        name TEXT NOT NULL,
        token_hash TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        last_used_day INTEGER,
        withdrawn_at BIGINT CHECK (withdrawn_at >= created_at),
        PRIMARY KEY (retailer_id, key_id)
    )",
    // What a system posts on one day is one import, so that a day of it can be taken back.
    "ALTER TABLE visit_imports ADD COLUMN key_id TEXT",
    "ALTER TABLE visit_imports ADD COLUMN posted_day INTEGER",
    "CREATE UNIQUE INDEX visit_imports_of_day ON visit_imports (retailer_id, key_id, posted_day) WHERE undone_at IS NULL",
    "CREATE TABLE goals (
        retailer_id TEXT NOT NULL PRIMARY KEY REFERENCES retailers (retailer_id),
        lift_percent INTEGER CHECK (lift_percent > 0),
        yen_per_visit BIGINT CHECK (yen_per_visit > 0),
        set_at BIGINT NOT NULL
    )",
];
