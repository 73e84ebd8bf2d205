//! The keys under which coupons and money were moved, each with the answer that was given.
//!
//! A key, its fingerprint, its answer and its effect are written in one transaction, so the table belongs to the family of the
//! effects. The answer is forgotten after a while; the key never, so that it cannot count twice.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
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
    // `actor`: the shopper or the login. `effect`: the draw, redemption, reversal or campaign it brought about; none where
    // nothing was done, or had been done before.
    "CREATE TABLE idempotency_keys (
        retailer_id TEXT NOT NULL REFERENCES retailers (retailer_id),
        actor TEXT NOT NULL,
        route TEXT NOT NULL,
        idempotency_key TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        effect TEXT,
        status INTEGER NOT NULL CHECK (status BETWEEN 200 AND 499),
        headers TEXT,
        body TEXT,
        answered_at BIGINT NOT NULL,
        PRIMARY KEY (retailer_id, actor, route, idempotency_key),
        UNIQUE (retailer_id, effect),
        CHECK (effect IS NULL OR status < 300),
        CHECK ((headers IS NULL) = (body IS NULL))
    )",
    "CREATE INDEX idempotency_keys_with_answer ON idempotency_keys (answered_at) WHERE body IS NOT NULL",
];
