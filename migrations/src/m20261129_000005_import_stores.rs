//! The stores that an import names stand in a table of their own, so that each of its lines is held by one foreign key instead of two: of what
//! PostgreSQL does for a line that is kept, half was looking up the same few imports and stores again.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

const STORES: [&str; 4] = [
    "CREATE TABLE visit_import_stores (
        retailer_id TEXT NOT NULL,
        import_id TEXT NOT NULL,
        store_id TEXT NOT NULL,
        PRIMARY KEY (retailer_id, import_id, store_id),
        FOREIGN KEY (retailer_id, import_id) REFERENCES visit_imports (retailer_id, import_id),
        FOREIGN KEY (retailer_id, store_id) REFERENCES stores (retailer_id, store_id)
    )",
    "INSERT INTO visit_import_stores (retailer_id, import_id, store_id)
     SELECT DISTINCT retailer_id, import_id, store_id FROM visit_import_rows",
    // For the same reason as the index of lines below.
    "DROP INDEX member_links_by_member",
    "CREATE INDEX member_links_by_member ON member_links (member_hash, retailer_id)",
];

/// SQLite takes foreign keys only with the table.
const SQLITE: [&str; 5] = [
    "CREATE TABLE visit_import_rows_anew (
        retailer_id TEXT NOT NULL,
        member_hash TEXT NOT NULL,
        reference TEXT NOT NULL,
        import_id TEXT NOT NULL,
        store_id TEXT NOT NULL,
        seen_at BIGINT NOT NULL,
        basket_yen BIGINT CHECK (basket_yen >= 0),
        PRIMARY KEY (retailer_id, member_hash, reference, import_id),
        FOREIGN KEY (retailer_id, import_id, store_id) REFERENCES visit_import_stores (retailer_id, import_id, store_id)
    ) WITHOUT ROWID",
    "INSERT INTO visit_import_rows_anew (retailer_id, member_hash, reference, import_id, store_id, seen_at, basket_yen)
     SELECT retailer_id, member_hash, reference, import_id, store_id, seen_at, basket_yen FROM visit_import_rows",
    "DROP TABLE visit_import_rows",
    "ALTER TABLE visit_import_rows_anew RENAME TO visit_import_rows",
    BY_IMPORT,
];

/// The import first: of an index that begins with the retailer PostgreSQL thinks that it finds a member's lines as well, as long as its statistics know
/// nothing of that retailer, and reads all of the retailer's.
const BY_IMPORT: &str =
    "CREATE INDEX visit_import_rows_by_import ON visit_import_rows (import_id, retailer_id)";

const POSTGRES: [&str; 5] = [
    "DROP INDEX visit_import_rows_by_import",
    BY_IMPORT,
    "ALTER TABLE visit_import_rows DROP CONSTRAINT visit_import_rows_anew_retailer_id_import_id_fkey",
    "ALTER TABLE visit_import_rows DROP CONSTRAINT visit_import_rows_anew_retailer_id_store_id_fkey",
    "ALTER TABLE visit_import_rows ADD CONSTRAINT visit_import_rows_of_store
     FOREIGN KEY (retailer_id, import_id, store_id) REFERENCES visit_import_stores (retailer_id, import_id, store_id)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// All or nothing on SQLite too.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let (stores_end, of_rows): (&str, &[&str]) = match manager.get_database_backend() {
            DbBackend::Sqlite => (" WITHOUT ROWID", &SQLITE),
            _ => ("", &POSTGRES),
        };
        let [create, others @ ..] = STORES;
        connection
            .execute_unprepared(&format!("{create}{stores_end}"))
            .await?;
        for statement in others.iter().chain(of_rows) {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
