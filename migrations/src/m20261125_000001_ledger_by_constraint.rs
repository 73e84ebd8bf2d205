//! What the ledger promises, carried by constraints instead of by the code before them.
//!
//! - The steps of a coupon are counted under a unique key: a redemption and an expiry claim the same step.
//! - A journal entry names the redemption it is about, once for taking and once for undoing it.
//! - Each kind of entry moves yen in its own way, and no other.
//! - Of a coupon's redemptions at most one stands; a reversal gives back exactly what its redemption took.
//! - Draw, coupon and redemption are for a store of their campaign.
//!
//! Neither database can add a check to a table of the other's kind, so the five tables are made anew, in one transaction: the
//! new ones are filled from the top down, the old ones dropped from the bottom up, so that no key ever points to nothing.

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
        Ok(())
    }
}

const STATEMENTS: &[&str] = &[
    "CREATE TABLE new_draws (
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
        FOREIGN KEY (retailer_id, campaign_id, store_id) REFERENCES campaign_stores (retailer_id, campaign_id, store_id)
    )",
    "CREATE TABLE new_coupons (
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
        valid_until BIGINT NOT NULL CHECK (valid_until > issued_at),
        redeemed_at BIGINT,
        PRIMARY KEY (retailer_id, coupon_id),
        UNIQUE (retailer_id, code),
        UNIQUE (retailer_id, draw_id),
        FOREIGN KEY (retailer_id, draw_id) REFERENCES new_draws (retailer_id, draw_id),
        FOREIGN KEY (retailer_id, campaign_id, prize_id) REFERENCES prizes (retailer_id, campaign_id, prize_id),
        FOREIGN KEY (retailer_id, campaign_id, store_id) REFERENCES campaign_stores (retailer_id, campaign_id, store_id),
        CHECK ((status = 'redeemed') = (redeemed_at IS NOT NULL)),
        CHECK (status <> 'redeemed' OR uses >= 1)
    )",
    "CREATE TABLE new_redemptions (
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
        basket_yen BIGINT CHECK (basket_yen >= cost_yen),
        redeemed_at BIGINT NOT NULL,
        day INTEGER NOT NULL,
        reversed_at BIGINT,
        PRIMARY KEY (retailer_id, redemption_id),
        UNIQUE (retailer_id, coupon_id, use_number),
        UNIQUE (retailer_id, redemption_id, cost_yen),
        FOREIGN KEY (retailer_id, coupon_id) REFERENCES new_coupons (retailer_id, coupon_id),
        FOREIGN KEY (retailer_id, campaign_id, store_id) REFERENCES campaign_stores (retailer_id, campaign_id, store_id),
        FOREIGN KEY (retailer_id, account_id) REFERENCES accounts (retailer_id, account_id)
    )",
    // The cost stands in the key, so that a reversal cannot give back more or less than was taken.
    "CREATE TABLE new_reversals (
        retailer_id TEXT NOT NULL,
        reversal_id TEXT NOT NULL,
        redemption_id TEXT NOT NULL,
        account_id TEXT NOT NULL,
        cost_yen BIGINT NOT NULL CHECK (cost_yen > 0),
        reversed_at BIGINT NOT NULL,
        PRIMARY KEY (retailer_id, reversal_id),
        UNIQUE (retailer_id, redemption_id),
        FOREIGN KEY (retailer_id, redemption_id, cost_yen) REFERENCES new_redemptions (retailer_id, redemption_id, cost_yen),
        FOREIGN KEY (retailer_id, account_id) REFERENCES accounts (retailer_id, account_id)
    )",
    "CREATE TABLE new_journal (
        retailer_id TEXT NOT NULL,
        entry_id TEXT NOT NULL,
        campaign_id TEXT NOT NULL,
        coupon_id TEXT,
        redemption_id TEXT,
        step INTEGER,
        kind TEXT NOT NULL CHECK (kind IN ('fund', 'issue', 'redeem', 'expire', 'void', 'reverse')),
        available_yen BIGINT NOT NULL,
        reserved_yen BIGINT NOT NULL,
        spent_yen BIGINT NOT NULL,
        account_id TEXT,
        entered_at BIGINT NOT NULL,
        PRIMARY KEY (retailer_id, entry_id),
        UNIQUE (retailer_id, coupon_id, step),
        UNIQUE (retailer_id, redemption_id, kind),
        FOREIGN KEY (retailer_id, campaign_id) REFERENCES campaigns (retailer_id, campaign_id),
        FOREIGN KEY (retailer_id, coupon_id) REFERENCES new_coupons (retailer_id, coupon_id),
        FOREIGN KEY (retailer_id, redemption_id) REFERENCES new_redemptions (retailer_id, redemption_id),
        FOREIGN KEY (retailer_id, account_id) REFERENCES accounts (retailer_id, account_id),
        CHECK ((kind = 'fund') = (coupon_id IS NULL)),
        CHECK ((kind = 'fund') = (step IS NULL)),
        CHECK ((kind IN ('redeem', 'reverse')) = (redemption_id IS NOT NULL)),
        CHECK (kind = 'fund' OR available_yen + reserved_yen + spent_yen = 0),
        CHECK (CASE kind
            WHEN 'fund' THEN reserved_yen = 0 AND spent_yen = 0
            WHEN 'issue' THEN step = 1 AND reserved_yen > 0 AND spent_yen = 0
            WHEN 'redeem' THEN step % 2 = 0 AND reserved_yen < 0 AND spent_yen > 0 AND available_yen >= 0
            WHEN 'reverse' THEN step % 2 = 1 AND step > 1 AND reserved_yen > 0 AND spent_yen < 0 AND available_yen <= 0
            ELSE step % 2 = 0 AND reserved_yen < 0 AND spent_yen = 0
        END)
    )",
    "INSERT INTO new_draws SELECT retailer_id, draw_id, campaign_id, shopper_id, store_id, day, play_number, offer_revision,
        odds_hash, client_nonce, ticket, prize_id, value_yen, drawn_at FROM draws",
    "INSERT INTO new_coupons SELECT retailer_id, coupon_id, campaign_id, prize_id, store_id, shopper_id, draw_id, code, value_yen,
        min_purchase_yen, status, uses, issued_at, valid_until, redeemed_at FROM coupons",
    "INSERT INTO new_redemptions SELECT retailer_id, redemption_id, coupon_id, campaign_id, store_id, shopper_id, account_id,
        use_number, value_yen, cost_yen, basket_yen, redeemed_at, day, reversed_at FROM redemptions",
    "INSERT INTO new_reversals SELECT retailer_id, reversal_id, redemption_id, account_id, cost_yen, reversed_at FROM reversals",
    // The n-th redemption of a coupon is its 2n-th step, its reversal the one after; what ended the reservation comes last.
    "INSERT INTO new_journal
     SELECT j.retailer_id, j.entry_id, j.campaign_id, j.coupon_id, r.redemption_id,
        CASE j.kind
            WHEN 'fund' THEN NULL
            WHEN 'issue' THEN 1
            WHEN 'redeem' THEN 2 * j.n
            WHEN 'reverse' THEN 2 * j.n + 1
            ELSE 2 * c.uses + 2
        END,
        j.kind, j.available_yen, j.reserved_yen, j.spent_yen, j.account_id, j.entered_at
     FROM (SELECT e.*, ROW_NUMBER() OVER (PARTITION BY retailer_id, coupon_id, kind ORDER BY entered_at, entry_id) AS n
           FROM journal e) j
     LEFT JOIN coupons c ON c.retailer_id = j.retailer_id AND c.coupon_id = j.coupon_id
     LEFT JOIN redemptions r ON j.kind IN ('redeem', 'reverse') AND r.retailer_id = j.retailer_id AND r.coupon_id = j.coupon_id
        AND r.use_number = j.n",
    "DROP TABLE journal",
    "DROP TABLE reversals",
    "DROP TABLE redemptions",
    "DROP TABLE coupons",
    "DROP TABLE draws",
    "ALTER TABLE new_draws RENAME TO draws",
    "ALTER TABLE new_coupons RENAME TO coupons",
    "ALTER TABLE new_redemptions RENAME TO redemptions",
    "ALTER TABLE new_reversals RENAME TO reversals",
    "ALTER TABLE new_journal RENAME TO journal",
    "CREATE INDEX draws_by_day ON draws (retailer_id, day)",
    "CREATE INDEX coupons_by_shopper ON coupons (shopper_id)",
    "CREATE INDEX coupons_to_expire ON coupons (status, valid_until)",
    "CREATE UNIQUE INDEX redemptions_that_stand ON redemptions (retailer_id, coupon_id) WHERE reversed_at IS NULL",
    "CREATE INDEX redemptions_by_store ON redemptions (retailer_id, store_id, redeemed_at)",
    "CREATE INDEX redemptions_by_day ON redemptions (retailer_id, day)",
    "CREATE INDEX journal_by_campaign ON journal (retailer_id, campaign_id)",
];
