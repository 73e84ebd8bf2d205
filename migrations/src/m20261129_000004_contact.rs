//! Who may be written to, by which way and how often; what was sent; and what retailers want to send.

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
        for statement in STATEMENTS {
            manager
                .get_connection()
                .execute_unprepared(statement)
                .await?;
        }
        Ok(())
    }
}

const STATEMENTS: &[&str] = &[
    // --- shopper ---
    // How somebody wants to be written to, and when it last happened, over all retailers: what the cap is reserved in, by one conditional update.
    "CREATE TABLE contact_preferences (
        shopper_id TEXT NOT NULL PRIMARY KEY REFERENCES shoppers (shopper_id),
        zone TEXT NOT NULL,
        lang TEXT NOT NULL CHECK (lang IN ('ja', 'en')),
        per_week INTEGER NOT NULL CHECK (per_week BETWEEN 1 AND 3),
        birth_month INTEGER CHECK (birth_month BETWEEN 1 AND 12),
        push_since BIGINT,
        last_1 BIGINT,
        last_2 BIGINT CHECK (last_1 - last_2 >= 86400000),
        last_3 BIGINT CHECK (last_2 - last_3 >= 86400000),
        changed_at BIGINT NOT NULL
    )",
    // For whom it is that messages can be meant, in the order in which they are read.
    "CREATE INDEX contact_preferences_by_push ON contact_preferences (shopper_id) WHERE push_since IS NOT NULL",
    // Every consent with the text it was given for, and its end.
    "CREATE TABLE contact_consents (
        shopper_id TEXT NOT NULL REFERENCES shoppers (shopper_id),
        channel TEXT NOT NULL CHECK (channel IN ('push')),
        agreed_at BIGINT NOT NULL,
        text_version INTEGER NOT NULL CHECK (text_version > 0),
        withdrawn_at BIGINT CHECK (withdrawn_at >= agreed_at),
        PRIMARY KEY (shopper_id, channel, agreed_at)
    )",
    "CREATE UNIQUE INDEX contact_consents_open ON contact_consents (shopper_id, channel) WHERE withdrawn_at IS NULL",
    "CREATE TABLE contact_mutes (
        shopper_id TEXT NOT NULL REFERENCES shoppers (shopper_id),
        retailer_id TEXT NOT NULL,
        muted_at BIGINT NOT NULL,
        PRIMARY KEY (shopper_id, retailer_id)
    )",
    // Browsers, by a hash of the address at the push service.
    "CREATE TABLE push_subscriptions (
        shopper_id TEXT NOT NULL REFERENCES shoppers (shopper_id),
        subscription_id TEXT NOT NULL,
        endpoint TEXT NOT NULL,
        p256dh TEXT NOT NULL,
        auth TEXT NOT NULL,
        vapid_key INTEGER NOT NULL CHECK (vapid_key > 0),
        seen_at BIGINT NOT NULL,
        PRIMARY KEY (shopper_id, subscription_id)
    )",
    // One message to one shopper. What it is about is there once, whatever is tried again.
    "CREATE TABLE contacts (
        shopper_id TEXT NOT NULL REFERENCES shoppers (shopper_id),
        contact_id TEXT NOT NULL,
        about TEXT NOT NULL,
        retailer_id TEXT NOT NULL,
        announcement_id TEXT,
        channel TEXT NOT NULL CHECK (channel IN ('push')),
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
    "CREATE INDEX contacts_by_announcement ON contacts (announcement_id)",
    // --- retailer ---
    "CREATE TABLE announcements (
        retailer_id TEXT NOT NULL REFERENCES retailers (retailer_id),
        announcement_id TEXT NOT NULL,
        campaign_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        title TEXT NOT NULL,
        title_en TEXT,
        body TEXT NOT NULL,
        body_en TEXT,
        segment TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('selecting', 'sending', 'stopped', 'done')),
        starts_at BIGINT NOT NULL,
        over_at BIGINT NOT NULL CHECK (over_at > starts_at),
        selected_until TEXT NOT NULL,
        batches INTEGER NOT NULL CHECK (batches >= 0),
        looked_at BIGINT NOT NULL CHECK (looked_at >= 0),
        claimed_until BIGINT NOT NULL,
        account_id TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        ended_at BIGINT,
        PRIMARY KEY (retailer_id, announcement_id),
        FOREIGN KEY (retailer_id, campaign_id) REFERENCES campaigns (retailer_id, campaign_id),
        FOREIGN KEY (retailer_id, account_id) REFERENCES accounts (retailer_id, account_id)
    )",
    "CREATE INDEX announcements_at_work ON announcements (claimed_until) WHERE status IN ('selecting', 'sending')",
    // So many shoppers at a time, to whom the message goes in one piece of work; each is accounted for in the end.
    "CREATE TABLE announcement_batches (
        retailer_id TEXT NOT NULL,
        announcement_id TEXT NOT NULL,
        batch INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('queued', 'done', 'stopped')),
        not_before BIGINT NOT NULL,
        claimed_until BIGINT NOT NULL,
        tries INTEGER NOT NULL,
        shoppers TEXT NOT NULL,
        people INTEGER NOT NULL CHECK (people > 0),
        sent INTEGER NOT NULL CHECK (sent >= 0),
        failed INTEGER NOT NULL CHECK (failed >= 0),
        no_consent INTEGER NOT NULL CHECK (no_consent >= 0),
        muted INTEGER NOT NULL CHECK (muted >= 0),
        held_out INTEGER NOT NULL CHECK (held_out >= 0),
        capped INTEGER NOT NULL CHECK (capped >= 0),
        too_late INTEGER NOT NULL CHECK (too_late >= 0),
        put_off INTEGER NOT NULL CHECK (put_off >= 0),
        PRIMARY KEY (retailer_id, announcement_id, batch),
        FOREIGN KEY (retailer_id, announcement_id) REFERENCES announcements (retailer_id, announcement_id),
        CHECK (state <> 'done' OR people = sent + failed + no_consent + muted + held_out + capped + too_late + put_off)
    )",
    "CREATE INDEX announcement_batches_queued ON announcement_batches (not_before) WHERE state = 'queued'",
];
