//! What a campaign learns of its draws: the retailer's switch, and what was worked out for each day.

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
        // Compared by their bytes, as every text is on PostgreSQL.
        let text = match manager.get_database_backend() {
            DbBackend::Postgres => "TEXT COLLATE \"C\"",
            _ => "TEXT",
        };
        for statement in UP {
            manager
                .get_connection()
                .execute_unprepared(&statement.replace("TEXT", text))
                .await?;
        }
        Ok(())
    }
}

const UP: &[&str] = &[
    // What a visit earns is what a yen is held against; without it nothing is learned.
    "CREATE TABLE campaign_learning (
        retailer_id TEXT NOT NULL,
        campaign_id TEXT NOT NULL,
        mode TEXT NOT NULL CHECK (mode IN ('learning', 'kept', 'rule')),
        visit_margin_yen BIGINT CHECK (visit_margin_yen > 0),
        set_at BIGINT NOT NULL,
        PRIMARY KEY (retailer_id, campaign_id),
        FOREIGN KEY (retailer_id, campaign_id) REFERENCES campaigns (retailer_id, campaign_id)
    )",
    // Offers of a day go by the targets of the latest row up to it: worked out once, never changed.
    "CREATE TABLE learned_days (
        retailer_id TEXT NOT NULL,
        campaign_id TEXT NOT NULL,
        day INTEGER NOT NULL,
        targets TEXT NOT NULL,
        lambda DOUBLE PRECISION NOT NULL CHECK (lambda >= 0),
        drift DOUBLE PRECISION NOT NULL CHECK (drift > 0),
        planned DOUBLE PRECISION NOT NULL CHECK (planned >= 0),
        before_cost DOUBLE PRECISION NOT NULL CHECK (before_cost >= 0),
        draws BIGINT NOT NULL CHECK (draws >= 0),
        summary TEXT NOT NULL,
        worked_out_at BIGINT NOT NULL,
        PRIMARY KEY (retailer_id, campaign_id, day),
        FOREIGN KEY (retailer_id, campaign_id) REFERENCES campaigns (retailer_id, campaign_id)
    )",
];
