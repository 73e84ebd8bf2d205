//! Texts are compared by their bytes on PostgreSQL too, whatever the language of its cluster: ids are in the same order on both databases, and an
//! index of ids needs no rules of any language.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// For later tables too. Of all tables at once: a column by bytes and one by the rules of a language can be compared, but not with the index of either.
pub(crate) const BY_BYTES: &str = r#"DO $$
DECLARE t record;
BEGIN
    FOR t IN
        SELECT c.table_name, string_agg(format('ALTER COLUMN %I TYPE TEXT COLLATE "C"', c.column_name), ', ') AS changes
        FROM information_schema.columns c
        JOIN information_schema.tables k ON k.table_schema = c.table_schema AND k.table_name = c.table_name AND k.table_type = 'BASE TABLE'
        WHERE c.table_schema = current_schema() AND c.data_type = 'text' AND c.collation_name IS NULL
        GROUP BY c.table_name
    LOOP
        EXECUTE format('ALTER TABLE %I %s', t.table_name, t.changes);
    END LOOP;
END $$"#;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match manager.get_database_backend() {
            // It knows nothing else.
            DbBackend::Sqlite => Ok(()),
            _ => {
                let connection = manager.get_connection();
                connection.execute_unprepared(BY_BYTES).await.map(|_| ())
            }
        }
    }
}
