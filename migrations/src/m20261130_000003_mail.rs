//! Being written to by more than one way: consents and messages say by which, and e-mail addresses are kept, unreadable without the server's key.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::m20261130_000002_texts_by_their_bytes::BY_BYTES;

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &[
    "ALTER TABLE contact_preferences ADD COLUMN line_since BIGINT",
    "ALTER TABLE contact_preferences ADD COLUMN mail_since BIGINT",
    // For whom it is that messages can be meant, by whichever way, in the order in which they are read.
    "DROP INDEX contact_preferences_by_push",
    "CREATE INDEX contact_preferences_reachable ON contact_preferences (shopper_id)
     WHERE push_since IS NOT NULL OR line_since IS NOT NULL OR mail_since IS NOT NULL",
    // One address for each shopper. It is wrapped; the hash is keyed, and finds other shoppers with the same mailbox. `token_hash` is of the link that
    // confirms it.
    "CREATE TABLE contact_mails (
        shopper_id TEXT NOT NULL PRIMARY KEY REFERENCES shoppers (shopper_id),
        address TEXT NOT NULL,
        address_hash TEXT NOT NULL,
        zone TEXT NOT NULL,
        lang TEXT NOT NULL CHECK (lang IN ('ja', 'en')),
        text_version INTEGER NOT NULL CHECK (text_version > 0),
        asked_at BIGINT NOT NULL,
        token_hash TEXT NOT NULL,
        expires_at BIGINT NOT NULL CHECK (expires_at > asked_at),
        confirmed_at BIGINT CHECK (confirmed_at >= asked_at),
        bounced_at BIGINT CHECK (bounced_at >= asked_at)
    )",
    "CREATE INDEX contact_mails_by_address ON contact_mails (address_hash)",
];

/// SQLite takes checks only with the table.
const SQLITE: &[&str] = &[
    "CREATE TABLE contact_consents_anew (
        shopper_id TEXT NOT NULL REFERENCES shoppers (shopper_id),
        channel TEXT NOT NULL CHECK (channel IN ('push', 'line', 'mail')),
        agreed_at BIGINT NOT NULL,
        text_version INTEGER NOT NULL CHECK (text_version > 0),
        withdrawn_at BIGINT CHECK (withdrawn_at >= agreed_at),
        PRIMARY KEY (shopper_id, channel, agreed_at)
    )",
    "INSERT INTO contact_consents_anew (shopper_id, channel, agreed_at, text_version, withdrawn_at)
     SELECT shopper_id, channel, agreed_at, text_version, withdrawn_at FROM contact_consents",
    "DROP TABLE contact_consents",
    "ALTER TABLE contact_consents_anew RENAME TO contact_consents",
    "CREATE UNIQUE INDEX contact_consents_open ON contact_consents (shopper_id, channel) WHERE withdrawn_at IS NULL",
    "CREATE TABLE contacts_anew (
        shopper_id TEXT NOT NULL REFERENCES shoppers (shopper_id),
        contact_id TEXT NOT NULL,
        about TEXT NOT NULL,
        retailer_id TEXT NOT NULL,
        announcement_id TEXT,
        channel TEXT NOT NULL CHECK (channel IN ('push', 'line', 'mail')),
        reason TEXT NOT NULL,
        located_at BIGINT,
        reserved_at BIGINT NOT NULL,
        sent_at BIGINT CHECK (sent_at >= reserved_at),
        failed_at BIGINT CHECK (failed_at >= reserved_at),
        shown_at BIGINT,
        opened_at BIGINT,
        PRIMARY KEY (shopper_id, contact_id),
        UNIQUE (shopper_id, about),
        CHECK (sent_at IS NULL OR failed_at IS NULL)
    )",
    "INSERT INTO contacts_anew (shopper_id, contact_id, about, retailer_id, announcement_id, channel, reason, located_at,
         reserved_at, sent_at, failed_at, shown_at, opened_at)
     SELECT shopper_id, contact_id, about, retailer_id, announcement_id, channel, reason, located_at,
         reserved_at, sent_at, failed_at, shown_at, opened_at FROM contacts",
    "DROP TABLE contacts",
    "ALTER TABLE contacts_anew RENAME TO contacts",
    "CREATE INDEX contacts_by_announcement ON contacts (announcement_id)",
];

const POSTGRES: &[&str] = &[
    "ALTER TABLE contact_consents DROP CONSTRAINT contact_consents_channel_check",
    "ALTER TABLE contact_consents ADD CONSTRAINT contact_consents_channel_check CHECK (channel IN ('push', 'line', 'mail'))",
    "ALTER TABLE contacts DROP CONSTRAINT contacts_channel_check",
    "ALTER TABLE contacts ADD CONSTRAINT contacts_channel_check CHECK (channel IN ('push', 'line', 'mail'))",
    BY_BYTES,
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// All or nothing on SQLite too.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let others = match manager.get_database_backend() {
            DbBackend::Sqlite => SQLITE,
            _ => POSTGRES,
        };
        for statement in STATEMENTS.iter().chain(others) {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
