//! Who is kept out, who was shown an offer first when, and the sums that lift is estimated from.

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
        for (table, also) in [
            ("lift_sums", "added BIGINT NOT NULL CHECK (added >= 0),"),
            ("lift_erased", "added BIGINT NOT NULL CHECK (added >= 0),"),
            (
                "lift_published",
                "added BIGINT NOT NULL CHECK (added >= 0), seen BIGINT NOT NULL CHECK (seen >= added),",
            ),
        ] {
            connection
                .execute_unprepared(&format!(
                    "CREATE TABLE {table} (
                        retailer_id TEXT NOT NULL,
                        epoch_id TEXT NOT NULL,
                        measure TEXT NOT NULL CHECK (measure IN ('exposed', 'left_out', 'imported', 'recorded')),
                        dimension TEXT NOT NULL,
                        cell TEXT NOT NULL,
                        arm TEXT NOT NULL CHECK (arm IN ('control', 'treatment')),
                        {also}
                        {SUMS},
                        PRIMARY KEY (retailer_id, epoch_id, measure, dimension, cell, arm),
                        FOREIGN KEY (retailer_id, epoch_id) REFERENCES epochs (retailer_id, epoch_id)
                    )"
                ))
                .await?;
        }
        connection
            .execute_unprepared(&format!(
                "CREATE TABLE lift_points (
                    retailer_id TEXT NOT NULL,
                    epoch_id TEXT NOT NULL,
                    measure TEXT NOT NULL CHECK (measure IN ('exposed', 'left_out', 'imported', 'recorded')),
                    number INTEGER NOT NULL CHECK (number >= 1),
                    arm TEXT NOT NULL CHECK (arm IN ('control', 'treatment')),
                    published_at BIGINT NOT NULL,
                    {SUMS},
                    PRIMARY KEY (retailer_id, epoch_id, measure, number, arm),
                    FOREIGN KEY (retailer_id, epoch_id) REFERENCES epochs (retailer_id, epoch_id)
                )"
            ))
            .await?;
        Ok(())
    }
}

/// What lift is estimated from, of one arm: shoppers, visits in the window and before it with squares and products, yen of baskets, yen of
/// coupons.
const SUMS: &str = "n BIGINT NOT NULL CHECK (n >= 0),
    y BIGINT NOT NULL, yy BIGINT NOT NULL, x BIGINT NOT NULL, xx BIGINT NOT NULL, xy BIGINT NOT NULL,
    basket BIGINT NOT NULL, basket2 BIGINT NOT NULL, cost BIGINT NOT NULL, cost2 BIGINT NOT NULL, cost_y BIGINT NOT NULL";

const STATEMENTS: &[&str] = &[
    // What the retailer chose; without a row the usual shares hold.
    "CREATE TABLE holdouts (
        retailer_id TEXT NOT NULL PRIMARY KEY REFERENCES retailers (retailer_id),
        programme_percent INTEGER NOT NULL CHECK (programme_percent BETWEEN 0 AND 50),
        campaign_percent INTEGER NOT NULL CHECK (campaign_percent BETWEEN 0 AND 50),
        changed_at BIGINT NOT NULL
    )",
    // A share with its salt, of the programme or (with a campaign) among the programme's treated. Another share is another epoch.
    "CREATE TABLE epochs (
        retailer_id TEXT NOT NULL REFERENCES retailers (retailer_id),
        epoch_id TEXT NOT NULL,
        campaign_id TEXT,
        scope TEXT NOT NULL CHECK (scope = COALESCE(campaign_id, 'programme')),
        percent INTEGER NOT NULL CHECK (percent BETWEEN 0 AND 50),
        salt TEXT NOT NULL,
        window_days INTEGER NOT NULL CHECK (window_days BETWEEN 1 AND 90),
        grace_days INTEGER NOT NULL CHECK (grace_days BETWEEN 0 AND 30),
        began_at BIGINT NOT NULL,
        ended_at BIGINT CHECK (ended_at >= began_at),
        PRIMARY KEY (retailer_id, epoch_id),
        FOREIGN KEY (retailer_id, campaign_id) REFERENCES campaigns (retailer_id, campaign_id)
    )",
    "CREATE UNIQUE INDEX epochs_open ON epochs (retailer_id, scope) WHERE ended_at IS NULL",
    // The first moment in the epoch at which an offer was shown, or would have been (ghost). The cells are what was known then.
    "CREATE TABLE exposures (
        retailer_id TEXT NOT NULL,
        epoch_id TEXT NOT NULL,
        shopper_id TEXT NOT NULL,
        arm TEXT NOT NULL CHECK (arm IN ('control', 'treatment')),
        exposed_at BIGINT NOT NULL,
        due_at BIGINT NOT NULL CHECK (due_at >= exposed_at),
        store_id TEXT NOT NULL,
        distance TEXT NOT NULL,
        recency TEXT NOT NULL,
        channel TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('new', 'open', 'sealed', 'stale')),
        PRIMARY KEY (retailer_id, epoch_id, shopper_id),
        FOREIGN KEY (retailer_id, epoch_id) REFERENCES epochs (retailer_id, epoch_id),
        FOREIGN KEY (retailer_id, store_id) REFERENCES stores (retailer_id, store_id)
    )",
    "CREATE INDEX exposures_to_fold ON exposures (retailer_id, state, due_at)",
    "CREATE INDEX exposures_by_shopper ON exposures (retailer_id, shopper_id)",
    // What a sealed shopper adds to the sums, so that it can be taken out again when it changes.
    "CREATE TABLE lift_units (
        retailer_id TEXT NOT NULL,
        epoch_id TEXT NOT NULL,
        shopper_id TEXT NOT NULL,
        measure TEXT NOT NULL CHECK (measure IN ('imported', 'recorded', 'left_out')),
        y INTEGER NOT NULL CHECK (y >= 0),
        x INTEGER NOT NULL CHECK (x >= 0),
        basket BIGINT NOT NULL CHECK (basket >= 0),
        cost BIGINT NOT NULL CHECK (cost >= 0),
        PRIMARY KEY (retailer_id, epoch_id, shopper_id, measure),
        FOREIGN KEY (retailer_id, epoch_id, shopper_id) REFERENCES exposures (retailer_id, epoch_id, shopper_id)
    )",
    // Which of a retailer's members a shopper is, by their own act; of the number only a keyed hash.
    "CREATE TABLE member_links (
        retailer_id TEXT NOT NULL REFERENCES retailers (retailer_id),
        shopper_id TEXT NOT NULL,
        member_hash TEXT NOT NULL,
        linked_at BIGINT NOT NULL,
        PRIMARY KEY (retailer_id, shopper_id)
    )",
    "CREATE INDEX member_links_by_member ON member_links (retailer_id, member_hash)",
    "CREATE INDEX redemptions_by_shopper ON redemptions (retailer_id, shopper_id)",
];
