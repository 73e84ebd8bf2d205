//! A visit is known by whose it is, where, and when it began: no id beside that, of which every visit was one more row to write, in no order. What
//! it is derived from, evidence and imported lines, is held to stores and imports when it is written, and `verify` holds visits to what they are
//! derived from: looking the same few stores up again for every visit and line took PostgreSQL as long as writing it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &[
    "CREATE TABLE visits_anew (
        retailer_id TEXT NOT NULL,
        shopper_id TEXT NOT NULL,
        store_id TEXT NOT NULL,
        began_at BIGINT NOT NULL,
        day INTEGER NOT NULL,
        sources INTEGER NOT NULL CHECK (sources BETWEEN 1 AND 31),
        PRIMARY KEY (retailer_id, shopper_id, store_id, began_at)
    ) {in_order}",
    "INSERT INTO visits_anew (retailer_id, shopper_id, store_id, began_at, day, sources)
     SELECT retailer_id, shopper_id, store_id, began_at, day, sources FROM visits",
    "CREATE TABLE visit_evidence_anew (
        retailer_id TEXT NOT NULL,
        source TEXT NOT NULL CHECK (source IN ('redemption', 'card', 'check_in', 'dwell')),
        reference TEXT NOT NULL,
        shopper_id TEXT NOT NULL,
        store_id TEXT NOT NULL,
        began_at BIGINT NOT NULL,
        seen_at BIGINT NOT NULL CHECK (seen_at >= began_at),
        PRIMARY KEY (retailer_id, source, reference),
        CONSTRAINT visit_evidence_of_visit FOREIGN KEY (retailer_id, shopper_id, store_id, began_at)
            REFERENCES visits_anew (retailer_id, shopper_id, store_id, began_at),
        CONSTRAINT visit_evidence_of_store FOREIGN KEY (retailer_id, store_id) REFERENCES stores (retailer_id, store_id)
    ) {in_order}",
    "INSERT INTO visit_evidence_anew (retailer_id, source, reference, shopper_id, store_id, began_at, seen_at)
     SELECT e.retailer_id, e.source, e.reference, v.shopper_id, v.store_id, v.began_at, e.seen_at
     FROM visit_evidence e JOIN visits v ON v.retailer_id = e.retailer_id AND v.visit_id = e.visit_id",
    "DROP TABLE visit_evidence",
    "DROP TABLE visits",
    "ALTER TABLE visits_anew RENAME TO visits",
    "ALTER TABLE visit_evidence_anew RENAME TO visit_evidence",
    "CREATE INDEX visit_evidence_by_visit ON visit_evidence (retailer_id, shopper_id, store_id, began_at)",
    // The day first: of an index that begins with the retailer PostgreSQL thinks that it finds a shopper's visits as well, as long as its statistics know
    // nothing of that retailer.
    "CREATE INDEX visits_by_day ON visits (day, retailer_id)",
];

/// SQLite takes foreign keys only with the table.
const SQLITE: &[&str] = &[
    "CREATE TABLE visit_import_rows_anew (
        retailer_id TEXT NOT NULL,
        member_hash TEXT NOT NULL,
        reference TEXT NOT NULL,
        import_id TEXT NOT NULL,
        store_id TEXT NOT NULL,
        seen_at BIGINT NOT NULL,
        basket_yen BIGINT CHECK (basket_yen >= 0),
        PRIMARY KEY (retailer_id, member_hash, reference, import_id)
    ) WITHOUT ROWID",
    "INSERT INTO visit_import_rows_anew (retailer_id, member_hash, reference, import_id, store_id, seen_at, basket_yen)
     SELECT retailer_id, member_hash, reference, import_id, store_id, seen_at, basket_yen FROM visit_import_rows",
    "DROP TABLE visit_import_rows",
    "ALTER TABLE visit_import_rows_anew RENAME TO visit_import_rows",
    "CREATE INDEX visit_import_rows_by_import ON visit_import_rows (import_id, retailer_id)",
];

const POSTGRES: &[&str] =
    &["ALTER TABLE visit_import_rows DROP CONSTRAINT visit_import_rows_of_store"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// All or nothing on SQLite too.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let (in_order, of_rows) = match manager.get_database_backend() {
            DbBackend::Sqlite => ("WITHOUT ROWID", SQLITE),
            _ => ("", POSTGRES),
        };
        for statement in STATEMENTS.iter().chain(of_rows) {
            connection
                .execute_unprepared(&statement.replace("{in_order}", in_order))
                .await?;
        }
        Ok(())
    }
}
