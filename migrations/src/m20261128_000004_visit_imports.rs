//! Visits that a retailer's till or member card knows, as they were imported.

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
    "CREATE TABLE visit_imports (
        retailer_id TEXT NOT NULL REFERENCES retailers (retailer_id),
        import_id TEXT NOT NULL,
        imported_at BIGINT NOT NULL,
        visits BIGINT NOT NULL CHECK (visits >= 0),
        undone_at BIGINT CHECK (undone_at >= imported_at),
        PRIMARY KEY (retailer_id, import_id)
    )",
    // What an import says, until it is undone; of the member number only a keyed hash. The reference is a keyed hash of the whole line, so
    // that the same visit in two files is one.
    "CREATE TABLE visit_import_rows (
        retailer_id TEXT NOT NULL,
        import_id TEXT NOT NULL,
        reference TEXT NOT NULL,
        member_hash TEXT NOT NULL,
        store_id TEXT NOT NULL,
        seen_at BIGINT NOT NULL,
        basket_yen BIGINT CHECK (basket_yen >= 0),
        PRIMARY KEY (retailer_id, import_id, reference),
        FOREIGN KEY (retailer_id, import_id) REFERENCES visit_imports (retailer_id, import_id),
        FOREIGN KEY (retailer_id, store_id) REFERENCES stores (retailer_id, store_id)
    )",
    "CREATE INDEX visit_import_rows_by_reference ON visit_import_rows (retailer_id, reference)",
    "CREATE INDEX visit_import_rows_by_member ON visit_import_rows (retailer_id, member_hash)",
];
