//! LINE: which account is whose, unreadable without the server's key; the codes that say so; and what LINE told already.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::m20261130_000002_texts_by_their_bytes::BY_BYTES;

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &[
    // The name that LINE has for somebody at this official account is wrapped; the hash is keyed.
    "CREATE TABLE contact_lines (
        shopper_id TEXT NOT NULL PRIMARY KEY REFERENCES shoppers (shopper_id),
        user_id TEXT NOT NULL,
        user_hash TEXT NOT NULL,
        linked_at BIGINT NOT NULL
    )",
    "CREATE INDEX contact_lines_by_user ON contact_lines (user_hash)",
    // What was agreed to, waiting for the code to be typed in the chat.
    "CREATE TABLE contact_line_codes (
        shopper_id TEXT NOT NULL PRIMARY KEY REFERENCES shoppers (shopper_id),
        code_hash TEXT NOT NULL,
        zone TEXT NOT NULL,
        lang TEXT NOT NULL CHECK (lang IN ('ja', 'en')),
        text_version INTEGER NOT NULL CHECK (text_version > 0),
        asked_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL CHECK (expires_at > asked_at)
    )",
    "CREATE INDEX contact_line_codes_by_code ON contact_line_codes (code_hash)",
    // LINE tells again what it does not know to have arrived.
    "CREATE TABLE line_events (
        event_id TEXT NOT NULL PRIMARY KEY,
        seen_at BIGINT NOT NULL
    )",
    "CREATE INDEX line_events_by_age ON line_events (seen_at)",
];

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
        if manager.get_database_backend() != DbBackend::Sqlite {
            connection.execute_unprepared(BY_BYTES).await?;
        }
        Ok(())
    }
}
