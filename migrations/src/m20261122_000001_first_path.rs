//! The path from a store to a redeemed coupon.
//!
//! Plain SQL that SQLite and PostgreSQL read alike: `TEXT`, `INTEGER` (32 bits), `BIGINT`, `DOUBLE PRECISION`; times are unix
//! milliseconds, days count from 1970-01-01 in Japan, money is whole yen. Promises are carried by keys and checks.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for statement in STATEMENTS {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

const STATEMENTS: &[&str] = &[
    // --- reference ---
    "CREATE TABLE database_facts (
        name TEXT NOT NULL PRIMARY KEY,
        value TEXT NOT NULL
    )",
    // Keys of the server, each wrapped by RAITEN_SECRET_KEY.
    "CREATE TABLE server_secrets (
        name TEXT NOT NULL PRIMARY KEY,
        wrapped TEXT NOT NULL,
        created_at BIGINT NOT NULL
    )",
    // Where a login lives: an e-mail address is one person everywhere, but an account is its retailer's row.
    "CREATE TABLE login_directory (
        email TEXT NOT NULL PRIMARY KEY,
        retailer_id TEXT NOT NULL,
        account_id TEXT NOT NULL,
        claimed_at BIGINT NOT NULL
    )",
    // Failed attempts by subject (a keyed hash, never an address), counted across servers.
    "CREATE TABLE throttles (
        subject TEXT NOT NULL,
        window_start BIGINT NOT NULL,
        failures INTEGER NOT NULL CHECK (failures >= 0),
        PRIMARY KEY (subject, window_start)
    )",
    // --- retailer ---
    "CREATE TABLE retailers (
        retailer_id TEXT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        name_en TEXT,
        created_at BIGINT NOT NULL
    )",
    "CREATE TABLE stores (
        retailer_id TEXT NOT NULL REFERENCES retailers (retailer_id),
        store_id TEXT NOT NULL,
        name TEXT NOT NULL,
        lat DOUBLE PRECISION NOT NULL CHECK (lat BETWEEN -90 AND 90),
        lng DOUBLE PRECISION NOT NULL CHECK (lng BETWEEN -180 AND 180),
        external_id TEXT,
        address TEXT,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (retailer_id, store_id)
    )",
    "CREATE INDEX stores_by_position ON stores (lat, lng)",
    "CREATE TABLE accounts (
        retailer_id TEXT NOT NULL REFERENCES retailers (retailer_id),
        account_id TEXT NOT NULL,
        email TEXT NOT NULL,
        name TEXT NOT NULL,
        role TEXT NOT NULL CHECK (role IN ('owner', 'staff')),
        password_hash TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (retailer_id, account_id),
        UNIQUE (retailer_id, email)
    )",
    "CREATE TABLE account_stores (
        retailer_id TEXT NOT NULL,
        account_id TEXT NOT NULL,
        store_id TEXT NOT NULL,
        PRIMARY KEY (retailer_id, account_id, store_id),
        FOREIGN KEY (retailer_id, account_id) REFERENCES accounts (retailer_id, account_id),
        FOREIGN KEY (retailer_id, store_id) REFERENCES stores (retailer_id, store_id)
    )",
    "CREATE TABLE account_sessions (
        retailer_id TEXT NOT NULL,
        token_hash TEXT NOT NULL,
        account_id TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        PRIMARY KEY (retailer_id, token_hash),
        FOREIGN KEY (retailer_id, account_id) REFERENCES accounts (retailer_id, account_id)
    )",
    "CREATE TABLE invitations (
        retailer_id TEXT NOT NULL,
        invitation_id TEXT NOT NULL,
        token_hash TEXT NOT NULL,
        email TEXT NOT NULL,
        name TEXT NOT NULL,
        created_by TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        accepted_at BIGINT,
        PRIMARY KEY (retailer_id, invitation_id),
        UNIQUE (retailer_id, token_hash),
        FOREIGN KEY (retailer_id, created_by) REFERENCES accounts (retailer_id, account_id)
    )",
    "CREATE TABLE invitation_stores (
        retailer_id TEXT NOT NULL,
        invitation_id TEXT NOT NULL,
        store_id TEXT NOT NULL,
        PRIMARY KEY (retailer_id, invitation_id, store_id),
        FOREIGN KEY (retailer_id, invitation_id) REFERENCES invitations (retailer_id, invitation_id),
        FOREIGN KEY (retailer_id, store_id) REFERENCES stores (retailer_id, store_id)
    )",
    // budget = available + reserved + spent, none below zero: whatever the code does, not one yen over.
    "CREATE TABLE campaigns (
        retailer_id TEXT NOT NULL REFERENCES retailers (retailer_id),
        campaign_id TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('draft', 'published', 'paused', 'ended')),
        name TEXT NOT NULL,
        name_en TEXT,
        starts_at BIGINT NOT NULL,
        ends_at BIGINT NOT NULL CHECK (ends_at > starts_at),
        budget_yen BIGINT NOT NULL CHECK (budget_yen >= 0),
        available_yen BIGINT NOT NULL CHECK (available_yen >= 0),
        reserved_yen BIGINT NOT NULL CHECK (reserved_yen >= 0),
        spent_yen BIGINT NOT NULL CHECK (spent_yen >= 0),
        floor_yen BIGINT NOT NULL CHECK (floor_yen >= 0),
        ceiling_yen BIGINT NOT NULL CHECK (ceiling_yen >= floor_yen),
        valid_days INTEGER NOT NULL CHECK (valid_days BETWEEN 1 AND 365),
        min_purchase_yen BIGINT NOT NULL CHECK (min_purchase_yen >= 0),
        expected_sales_yen BIGINT NOT NULL CHECK (expected_sales_yen >= 0),
        policy TEXT NOT NULL,
        plays_per_day INTEGER NOT NULL CHECK (plays_per_day BETWEEN 1 AND 10),
        created_at BIGINT NOT NULL,
        published_at BIGINT,
        PRIMARY KEY (retailer_id, campaign_id),
        CHECK (budget_yen = available_yen + reserved_yen + spent_yen)
    )",
    "CREATE TABLE campaign_stores (
        retailer_id TEXT NOT NULL,
        campaign_id TEXT NOT NULL,
        store_id TEXT NOT NULL,
        PRIMARY KEY (retailer_id, campaign_id, store_id),
        FOREIGN KEY (retailer_id, campaign_id) REFERENCES campaigns (retailer_id, campaign_id),
        FOREIGN KEY (retailer_id, store_id) REFERENCES stores (retailer_id, store_id)
    )",
    "CREATE INDEX campaign_stores_by_store ON campaign_stores (retailer_id, store_id)",
    "CREATE TABLE prizes (
        retailer_id TEXT NOT NULL,
        campaign_id TEXT NOT NULL,
        prize_id TEXT NOT NULL,
        position INTEGER NOT NULL,
        name TEXT NOT NULL,
        name_en TEXT,
        value_yen BIGINT NOT NULL CHECK (value_yen >= 0),
        weight INTEGER NOT NULL CHECK (weight > 0),
        stock INTEGER CHECK (stock >= 0),
        stock_left INTEGER CHECK (stock_left >= 0 AND stock_left <= stock),
        PRIMARY KEY (retailer_id, campaign_id, prize_id),
        UNIQUE (retailer_id, campaign_id, position),
        FOREIGN KEY (retailer_id, campaign_id) REFERENCES campaigns (retailer_id, campaign_id)
    )",
    // The day's secret seed of a campaign, wrapped by the server's key, and the commitment shown before play.
    "CREATE TABLE draw_seeds (
        retailer_id TEXT NOT NULL,
        campaign_id TEXT NOT NULL,
        day INTEGER NOT NULL,
        wrapped_seed TEXT NOT NULL,
        commitment TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (retailer_id, campaign_id, day),
        FOREIGN KEY (retailer_id, campaign_id) REFERENCES campaigns (retailer_id, campaign_id)
    )",
    // One odds table per shopper, campaign and day; a higher revision only where stock or budget ran out.
    "CREATE TABLE offers (
        retailer_id TEXT NOT NULL,
        campaign_id TEXT NOT NULL,
        shopper_id TEXT NOT NULL,
        day INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        odds TEXT NOT NULL,
        odds_hash TEXT NOT NULL,
        expected_milli_yen BIGINT NOT NULL,
        target_milli_yen BIGINT NOT NULL,
        distance_bonus_milli_yen BIGINT NOT NULL CHECK (distance_bonus_milli_yen >= 0),
        policy TEXT NOT NULL,
        context TEXT NOT NULL,
        reasons TEXT NOT NULL,
        offered_at BIGINT NOT NULL,
        PRIMARY KEY (retailer_id, campaign_id, shopper_id, day, revision),
        FOREIGN KEY (retailer_id, campaign_id) REFERENCES campaigns (retailer_id, campaign_id)
    )",
    "CREATE TABLE draws (
        retailer_id TEXT NOT NULL,
        draw_id TEXT NOT NULL,
        campaign_id TEXT NOT NULL,
        shopper_id TEXT NOT NULL,
        store_id TEXT NOT NULL,
        day INTEGER NOT NULL,
        play_number INTEGER NOT NULL CHECK (play_number BETWEEN 1 AND 10),
        offer_revision INTEGER NOT NULL,
        odds_hash TEXT NOT NULL,
        client_nonce TEXT NOT NULL,
        ticket INTEGER NOT NULL CHECK (ticket BETWEEN 0 AND 999999),
        prize_id TEXT NOT NULL,
        value_yen BIGINT NOT NULL CHECK (value_yen >= 0),
        drawn_at BIGINT NOT NULL,
        PRIMARY KEY (retailer_id, draw_id),
        UNIQUE (retailer_id, campaign_id, shopper_id, day, play_number),
        FOREIGN KEY (retailer_id, campaign_id, shopper_id, day, offer_revision)
            REFERENCES offers (retailer_id, campaign_id, shopper_id, day, revision),
        FOREIGN KEY (retailer_id, campaign_id, prize_id) REFERENCES prizes (retailer_id, campaign_id, prize_id),
        FOREIGN KEY (retailer_id, store_id) REFERENCES stores (retailer_id, store_id)
    )",
    "CREATE INDEX draws_by_day ON draws (retailer_id, day)",
    "CREATE TABLE coupons (
        retailer_id TEXT NOT NULL,
        coupon_id TEXT NOT NULL,
        campaign_id TEXT NOT NULL,
        prize_id TEXT NOT NULL,
        store_id TEXT NOT NULL,
        shopper_id TEXT NOT NULL,
        draw_id TEXT NOT NULL,
        code TEXT NOT NULL,
        value_yen BIGINT NOT NULL CHECK (value_yen > 0),
        min_purchase_yen BIGINT NOT NULL CHECK (min_purchase_yen >= 0),
        status TEXT NOT NULL CHECK (status IN ('issued', 'redeemed', 'expired', 'voided')),
        uses INTEGER NOT NULL CHECK (uses >= 0),
        issued_at BIGINT NOT NULL,
        valid_until BIGINT NOT NULL,
        redeemed_at BIGINT,
        PRIMARY KEY (retailer_id, coupon_id),
        UNIQUE (retailer_id, code),
        UNIQUE (retailer_id, draw_id),
        FOREIGN KEY (retailer_id, draw_id) REFERENCES draws (retailer_id, draw_id),
        FOREIGN KEY (retailer_id, campaign_id, prize_id) REFERENCES prizes (retailer_id, campaign_id, prize_id),
        FOREIGN KEY (retailer_id, store_id) REFERENCES stores (retailer_id, store_id),
        CHECK ((status = 'redeemed') = (redeemed_at IS NOT NULL))
    )",
    "CREATE INDEX coupons_by_shopper ON coupons (shopper_id)",
    "CREATE INDEX coupons_to_expire ON coupons (status, valid_until)",
    // One row per use, for ever; a use that was undone keeps its row and number.
    "CREATE TABLE redemptions (
        retailer_id TEXT NOT NULL,
        redemption_id TEXT NOT NULL,
        coupon_id TEXT NOT NULL,
        campaign_id TEXT NOT NULL,
        store_id TEXT NOT NULL,
        shopper_id TEXT NOT NULL,
        account_id TEXT NOT NULL,
        use_number INTEGER NOT NULL CHECK (use_number >= 1),
        value_yen BIGINT NOT NULL,
        cost_yen BIGINT NOT NULL CHECK (cost_yen > 0 AND cost_yen <= value_yen),
        basket_yen BIGINT CHECK (basket_yen >= 0),
        redeemed_at BIGINT NOT NULL,
        day INTEGER NOT NULL,
        reversed_at BIGINT,
        PRIMARY KEY (retailer_id, redemption_id),
        UNIQUE (retailer_id, coupon_id, use_number),
        FOREIGN KEY (retailer_id, coupon_id) REFERENCES coupons (retailer_id, coupon_id),
        FOREIGN KEY (retailer_id, campaign_id) REFERENCES campaigns (retailer_id, campaign_id),
        FOREIGN KEY (retailer_id, store_id) REFERENCES stores (retailer_id, store_id),
        FOREIGN KEY (retailer_id, account_id) REFERENCES accounts (retailer_id, account_id)
    )",
    "CREATE INDEX redemptions_by_store ON redemptions (retailer_id, store_id, redeemed_at)",
    "CREATE INDEX redemptions_by_day ON redemptions (retailer_id, day)",
    "CREATE TABLE reversals (
        retailer_id TEXT NOT NULL,
        reversal_id TEXT NOT NULL,
        redemption_id TEXT NOT NULL,
        account_id TEXT NOT NULL,
        cost_yen BIGINT NOT NULL CHECK (cost_yen > 0),
        reversed_at BIGINT NOT NULL,
        PRIMARY KEY (retailer_id, reversal_id),
        UNIQUE (retailer_id, redemption_id),
        FOREIGN KEY (retailer_id, redemption_id) REFERENCES redemptions (retailer_id, redemption_id),
        FOREIGN KEY (retailer_id, account_id) REFERENCES accounts (retailer_id, account_id)
    )",
    // What moved: the columns are changes of the campaign's three balances, so that each is the sum of its column.
    "CREATE TABLE journal (
        retailer_id TEXT NOT NULL,
        entry_id TEXT NOT NULL,
        campaign_id TEXT NOT NULL,
        coupon_id TEXT,
        kind TEXT NOT NULL CHECK (kind IN ('fund', 'issue', 'redeem', 'expire', 'void', 'reverse')),
        available_yen BIGINT NOT NULL,
        reserved_yen BIGINT NOT NULL,
        spent_yen BIGINT NOT NULL,
        account_id TEXT,
        entered_at BIGINT NOT NULL,
        PRIMARY KEY (retailer_id, entry_id),
        FOREIGN KEY (retailer_id, campaign_id) REFERENCES campaigns (retailer_id, campaign_id),
        FOREIGN KEY (retailer_id, coupon_id) REFERENCES coupons (retailer_id, coupon_id),
        CHECK (kind = 'fund' OR available_yen + reserved_yen + spent_yen = 0),
        CHECK ((kind = 'fund') = (coupon_id IS NULL))
    )",
    "CREATE INDEX journal_by_campaign ON journal (retailer_id, campaign_id)",
    // One visit per shopper, store and three hours from its first evidence.
    "CREATE TABLE visits (
        retailer_id TEXT NOT NULL,
        visit_id TEXT NOT NULL,
        store_id TEXT NOT NULL,
        shopper_id TEXT NOT NULL,
        began_at BIGINT NOT NULL,
        day INTEGER NOT NULL,
        PRIMARY KEY (retailer_id, visit_id),
        UNIQUE (retailer_id, shopper_id, store_id, began_at),
        FOREIGN KEY (retailer_id, store_id) REFERENCES stores (retailer_id, store_id)
    )",
    "CREATE INDEX visits_by_day ON visits (retailer_id, day)",
    // Why a visit is believed: its sources, each pointing to what shows it.
    "CREATE TABLE visit_evidence (
        retailer_id TEXT NOT NULL,
        visit_id TEXT NOT NULL,
        source TEXT NOT NULL CHECK (source IN ('redemption', 'card', 'check_in', 'dwell', 'import')),
        reference TEXT NOT NULL,
        seen_at BIGINT NOT NULL,
        PRIMARY KEY (retailer_id, source, reference),
        FOREIGN KEY (retailer_id, visit_id) REFERENCES visits (retailer_id, visit_id)
    )",
    "CREATE INDEX visit_evidence_by_visit ON visit_evidence (retailer_id, visit_id)",
    // --- shopper ---
    "CREATE TABLE shoppers (
        shopper_id TEXT NOT NULL PRIMARY KEY,
        created_at BIGINT NOT NULL,
        location_consent_at BIGINT,
        area_id TEXT,
        last_cell TEXT,
        last_cell_at BIGINT
    )",
    "CREATE TABLE shopper_sessions (
        shopper_id TEXT NOT NULL REFERENCES shoppers (shopper_id),
        token_hash TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        PRIMARY KEY (shopper_id, token_hash)
    )",
    // The first believable coarse cell of each day, kept for 30 days: where somebody usually is, never coordinates.
    "CREATE TABLE shopper_cells (
        shopper_id TEXT NOT NULL REFERENCES shoppers (shopper_id),
        day INTEGER NOT NULL,
        cell TEXT NOT NULL,
        PRIMARY KEY (shopper_id, day)
    )",
    // For erasing what is too old, of everybody.
    "CREATE INDEX shopper_cells_by_day ON shopper_cells (day)",
];
