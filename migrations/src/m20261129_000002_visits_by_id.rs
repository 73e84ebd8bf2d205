//! Visits lie in the order of time by their ids, which begin with when they began: no index by day beside it, of which
//! every visit was a row more to write.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// The 48 bits of time in an id: ten digits of Crockford's base 32.
fn digits_of(moment: &str) -> String {
    let digits = (0..10).map(|n| {
        format!(
            "substr('0123456789abcdefghjkmnpqrstvwxyz', CAST((({moment} >> {}) & 31) AS INTEGER) + 1, 1)",
            45 - 5 * n
        )
    });
    digits.collect::<Vec<_>>().join(" || ")
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// All or nothing on SQLite too.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let (before, after) = match manager.get_database_backend() {
            DbBackend::Sqlite => ("PRAGMA defer_foreign_keys = ON", None),
            _ => (
                "ALTER TABLE visit_evidence DROP CONSTRAINT visit_evidence_anew_retailer_id_visit_id_fkey",
                Some(
                    "ALTER TABLE visit_evidence ADD CONSTRAINT visit_evidence_of_visit
                     FOREIGN KEY (retailer_id, visit_id) REFERENCES visits (retailer_id, visit_id)",
                ),
            ),
        };
        // Visits that once moved to an earlier beginning kept their ids.
        let digits = digits_of("v.began_at");
        let anew = format!("'vis_' || {digits} || substr(v.visit_id, 15)");
        let is_another = format!("substr(v.visit_id, 5, 10) <> {digits}");
        let is_its =
            "v.retailer_id = visit_evidence.retailer_id AND v.visit_id = visit_evidence.visit_id";
        let statements = [
            before.to_owned(),
            format!(
                "UPDATE visit_evidence SET visit_id = (SELECT {anew} FROM visits v WHERE {is_its})
                 WHERE EXISTS (SELECT 1 FROM visits v WHERE {is_its} AND {is_another})"
            ),
            format!("UPDATE visits AS v SET visit_id = {anew} WHERE {is_another}"),
            "DROP INDEX visits_by_day".to_owned(),
        ];
        for statement in statements.iter().map(String::as_str).chain(after) {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
