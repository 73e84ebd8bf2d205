//! An imported line is itself what shows its visit: no evidence beside it, and of its keys only those that are asked for. A visit says what shows
//! it.

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
        // SQLite lays rows in the order of their key then, with no second copy of it.
        let (in_order, moment) = match manager.get_database_backend() {
            DbBackend::Sqlite => ("WITHOUT ROWID", "printf('%012x', seen_at)"),
            _ => ("", "lpad(to_hex(seen_at), 12, '0')"),
        };
        for statement in STATEMENTS {
            connection
                .execute_unprepared(
                    &statement
                        .replace("{in_order}", in_order)
                        .replace("{moment}", moment),
                )
                .await?;
        }
        Ok(())
    }
}

const STATEMENTS: &[&str] = &[
    // Sources are the sum of: 1 redemption, 2 import, 4 card, 8 check-in, 16 dwell. Whoever is asked for is found first: a shopper's visits lie
    // side by side.
    "CREATE TABLE visits_anew (
        retailer_id TEXT NOT NULL,
        visit_id TEXT NOT NULL,
        store_id TEXT NOT NULL,
        shopper_id TEXT NOT NULL,
        began_at BIGINT NOT NULL,
        day INTEGER NOT NULL,
        sources INTEGER NOT NULL CHECK (sources BETWEEN 1 AND 31),
        PRIMARY KEY (retailer_id, shopper_id, store_id, began_at),
        UNIQUE (retailer_id, visit_id),
        FOREIGN KEY (retailer_id, store_id) REFERENCES stores (retailer_id, store_id)
    ) {in_order}",
    "INSERT INTO visits_anew (retailer_id, visit_id, store_id, shopper_id, began_at, day, sources)
     SELECT v.retailer_id, v.visit_id, v.store_id, v.shopper_id, v.began_at, v.day, (
        SELECT SUM(DISTINCT CASE e.source WHEN 'redemption' THEN 1 WHEN 'import' THEN 2 WHEN 'card' THEN 4 WHEN 'check_in' THEN 8 ELSE 16 END)
        FROM visit_evidence e WHERE e.retailer_id = v.retailer_id AND e.visit_id = v.visit_id)
     FROM visits v",
    "CREATE TABLE visit_evidence_anew (
        retailer_id TEXT NOT NULL,
        visit_id TEXT NOT NULL,
        source TEXT NOT NULL CHECK (source IN ('redemption', 'card', 'check_in', 'dwell')),
        reference TEXT NOT NULL,
        seen_at BIGINT NOT NULL,
        PRIMARY KEY (retailer_id, source, reference),
        FOREIGN KEY (retailer_id, visit_id) REFERENCES visits_anew (retailer_id, visit_id)
    ) {in_order}",
    "INSERT INTO visit_evidence_anew (retailer_id, visit_id, source, reference, seen_at)
     SELECT retailer_id, visit_id, source, reference, seen_at FROM visit_evidence WHERE source <> 'import'",
    "DROP TABLE visit_evidence",
    "DROP TABLE visits",
    "ALTER TABLE visits_anew RENAME TO visits",
    "ALTER TABLE visit_evidence_anew RENAME TO visit_evidence",
    "CREATE INDEX visits_by_day ON visits (retailer_id, day)",
    "CREATE INDEX visit_evidence_by_visit ON visit_evidence (retailer_id, visit_id)",
    // A member's lines lie side by side, in the order of time, with which a reference begins. Its hash tells lines of one millisecond apart, for
    // which 64 bits are plenty; member numbers are told apart by 128.
    "CREATE TABLE visit_import_rows_anew (
        retailer_id TEXT NOT NULL,
        member_hash TEXT NOT NULL,
        reference TEXT NOT NULL,
        import_id TEXT NOT NULL,
        store_id TEXT NOT NULL,
        seen_at BIGINT NOT NULL,
        basket_yen BIGINT CHECK (basket_yen >= 0),
        PRIMARY KEY (retailer_id, member_hash, reference, import_id),
        FOREIGN KEY (retailer_id, import_id) REFERENCES visit_imports (retailer_id, import_id),
        FOREIGN KEY (retailer_id, store_id) REFERENCES stores (retailer_id, store_id)
    ) {in_order}",
    // The oldest references are 64 digits of hash without the moment, later ones have 12 of it before.
    "INSERT INTO visit_import_rows_anew (retailer_id, member_hash, reference, import_id, store_id, seen_at, basket_yen)
     SELECT retailer_id, substr(member_hash, 1, 32), {moment} || substr(reference, CASE WHEN length(reference) = 64 THEN 1 ELSE 13 END, 16),
        import_id, store_id, seen_at, basket_yen FROM visit_import_rows",
    "DROP TABLE visit_import_rows",
    "ALTER TABLE visit_import_rows_anew RENAME TO visit_import_rows",
    "CREATE INDEX visit_import_rows_by_import ON visit_import_rows (retailer_id, import_id)",
    "UPDATE member_links SET member_hash = substr(member_hash, 1, 32)",
];
