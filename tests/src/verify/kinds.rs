//! The catalogue of corruptions: what an intruder, a bug or a bad disk would leave behind.

use anyhow::{Context, Result, ensure};
use rand::{RngExt, rngs::StdRng};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

/// One way in which a ledger can be wrong.
pub struct Kind {
    /// What was done.
    pub name: &'static str,
    /// The rule that has to name it.
    pub rule: &'static str,
    /// Selects the rows it can be done to: retailer, id, and a further text where `change` needs one.
    pick: &'static str,
    /// Does it: `{0}`, `{1}`, `{2}` stand for what was picked. The first statement has to change a row.
    change: Change,
}

enum Change {
    Both(&'static [&'static str]),
    /// Where the databases differ: SQLite, PostgreSQL.
    Each(&'static str, &'static str),
}

impl Kind {
    /// Does it to one of the rows, chosen by the seed.
    pub async fn plant(&self, connection: &impl ConnectionTrait, rng: &mut StdRng) -> Result<()> {
        let backend = connection.get_database_backend();
        let ask = async |text: String| {
            connection
                .query_all_raw(Statement::from_string(backend, text))
                .await
        };
        let first = ask(format!("SELECT * FROM ({}) x LIMIT 1", self.pick)).await?;
        let width = first
            .first()
            .with_context(|| format!("nothing to do it to: {}", self.pick))?
            .column_names()
            .len();
        // Named in their order, for rows may come with their columns in another one.
        let names: Vec<String> = (0..width).map(|n| format!("slot_{n}")).collect();
        let rows = ask(format!(
            "WITH picked ({}) AS ({}) SELECT * FROM picked",
            names.join(", "),
            self.pick
        ))
        .await?;
        let row = &rows[rng.random_range(0..rows.len())];
        let picked = names
            .iter()
            .map(|name| Ok(row.try_get::<String>("", name)?))
            .collect::<Result<Vec<_>>>()?;
        let statements = match self.change {
            Change::Both(statements) => statements.to_vec(),
            Change::Each(sqlite, _) if backend == DbBackend::Sqlite => vec![sqlite],
            Change::Each(_, postgres) => vec![postgres],
        };
        for (n, statement) in statements.iter().enumerate() {
            let mut text = (*statement).to_owned();
            for (slot, value) in picked.iter().enumerate() {
                text = text.replace(&format!("{{{slot}}}"), value);
            }
            let done = connection
                .execute_raw(Statement::from_string(backend, text.clone()))
                .await
                .with_context(|| text.clone())?;
            let schema = text.starts_with("ALTER");
            ensure!(
                n > 0 || schema || done.rows_affected() > 0,
                "changed nothing: {text}"
            );
        }
        Ok(())
    }
}

const fn kind(
    name: &'static str,
    rule: &'static str,
    pick: &'static str,
    change: &'static [&'static str],
) -> Kind {
    Kind {
        name,
        rule,
        pick,
        change: Change::Both(change),
    }
}

const CAMPAIGN: &str = "SELECT retailer_id, campaign_id FROM campaigns WHERE spent_yen > 1 AND available_yen > 1 ORDER BY 2";
const COUPON: &str = "SELECT retailer_id, coupon_id FROM coupons ORDER BY 2";
const ISSUED: &str =
    "SELECT retailer_id, coupon_id FROM coupons WHERE status = 'issued' AND uses = 0 ORDER BY 2";
const REDEEMED: &str =
    "SELECT retailer_id, coupon_id FROM coupons WHERE status = 'redeemed' ORDER BY 2";
const EXPIRED: &str =
    "SELECT retailer_id, coupon_id FROM coupons WHERE status = 'expired' ORDER BY 2";
const STANDING: &str = "SELECT retailer_id, redemption_id FROM redemptions WHERE reversed_at IS NULL AND cost_yen > 1 ORDER BY 2";
const REVERSAL: &str = "SELECT retailer_id, reversal_id, redemption_id FROM reversals ORDER BY 2";
const DRAW: &str = "SELECT retailer_id, draw_id FROM draws WHERE value_yen > 0 ORDER BY 2";
const VISIT: &str = "SELECT DISTINCT retailer_id, shopper_id, store_id, CAST(began_at AS TEXT) FROM visit_evidence WHERE source = 'redemption'
    ORDER BY 2, 3, 4";
const EVIDENCE: &str =
    "SELECT retailer_id, reference FROM visit_evidence WHERE source = 'redemption' ORDER BY 2";
const IMPORTED: &str = "SELECT retailer_id, shopper_id, store_id, CAST(began_at AS TEXT) FROM visits WHERE sources = 2 ORDER BY 2, 3, 4";
const LINE: &str = "SELECT retailer_id, reference FROM visit_import_rows ORDER BY 2";
const UNIT: &str =
    "SELECT retailer_id, shopper_id FROM lift_units WHERE measure = 'recorded' ORDER BY 2";
const MESSAGE: &str =
    "SELECT shopper_id, MIN(contact_id) FROM contacts GROUP BY shopper_id ORDER BY 1";
const MAILBOX: &str = "SELECT shopper_id FROM contact_mails";
const DONE_BATCH: &str = "SELECT retailer_id, announcement_id FROM announcement_batches WHERE state = 'done' AND sent > 0";
const KEY: &str =
    "SELECT retailer_id, idempotency_key FROM idempotency_keys WHERE effect IS NOT NULL ORDER BY 2";
const STOCKED: &str = "SELECT retailer_id, prize_id FROM prizes WHERE stock_left > 0 ORDER BY 2";
const ISSUE: &str = "SELECT retailer_id, entry_id FROM journal WHERE kind = 'issue' ORDER BY 2";
const REDEEM: &str = "SELECT retailer_id, entry_id FROM journal WHERE kind = 'redeem' ORDER BY 2";
const EXPIRE: &str = "SELECT retailer_id, entry_id FROM journal WHERE kind = 'expire' ORDER BY 2";
const REVERSE: &str = "SELECT retailer_id, entry_id FROM journal WHERE kind = 'reverse' ORDER BY 2";
const FUND: &str = "SELECT retailer_id, entry_id FROM journal WHERE kind = 'fund' AND available_yen > 0 ORDER BY 2";

const SEALED: &str = "SELECT retailer_id, entry_id FROM audit_entries WHERE number > 5 ORDER BY 2";

/// All of them.
pub const KINDS: &[Kind] = &[
    // --- the audit log ---
    kind("a win that nobody wrote down", "coupons-and-redemptions-have-their-entry",
        "SELECT retailer_id, entry_id FROM audit_entries WHERE action = 'coupon-issued' ORDER BY 2",
        &["DELETE FROM audit_entries WHERE entry_id = '{1}'"]),
    kind("a redemption that nobody wrote down", "coupons-and-redemptions-have-their-entry",
        "SELECT retailer_id, entry_id FROM audit_entries WHERE action = 'coupon-redeemed' ORDER BY 2",
        &["DELETE FROM audit_entries WHERE entry_id = '{1}'"]),
    kind("an undo that nobody wrote down", "coupons-and-redemptions-have-their-entry",
        "SELECT retailer_id, entry_id FROM audit_entries WHERE action = 'redemption-undone' ORDER BY 2",
        &["DELETE FROM audit_entries WHERE entry_id = '{1}'"]),
    kind("a campaign that came from nowhere", "campaigns-and-people-have-their-entry",
        "SELECT retailer_id, entry_id FROM audit_entries WHERE action = 'campaign-created' ORDER BY 2",
        &["UPDATE audit_entries SET action = 'campaign-changed' WHERE entry_id = '{1}'"]),
    kind("somebody else did it", "the-audit-log-is-an-unbroken-chain", SEALED,
        &["UPDATE audit_entries SET actor = 'acc_planted' WHERE entry_id = '{1}'"]),
    kind("it was a little later", "the-audit-log-is-an-unbroken-chain", SEALED,
        &["UPDATE audit_entries SET entered_at = entered_at + 1 WHERE entry_id = '{1}'"]),
    kind("an entry left out", "the-audit-log-is-an-unbroken-chain",
        "SELECT e.retailer_id, e.entry_id FROM audit_entries e WHERE e.number > 5 AND EXISTS (SELECT 1 FROM audit_entries n
            WHERE n.retailer_id = e.retailer_id AND n.number = e.number + 1) ORDER BY 2",
        &["DELETE FROM audit_entries WHERE entry_id = '{1}'"]),
    kind("an entry that was never sealed", "entries-are-sealed-in-time",
        "SELECT e.retailer_id, e.entry_id FROM audit_entries e WHERE e.number > 5 AND e.entered_at + 700000 <
            (SELECT MAX(n.entered_at) FROM audit_entries n WHERE n.retailer_id = e.retailer_id AND n.number IS NOT NULL) ORDER BY 2",
        &["UPDATE audit_entries SET number = NULL, link = NULL WHERE entry_id = '{1}'"]),
    // --- a campaign's balances ---
    kind("budget off by one", "budget-is-the-sum-of-its-parts", CAMPAIGN,
        &["UPDATE campaigns SET budget_yen = budget_yen + 1 WHERE campaign_id = '{1}'"]),
    kind("available off by one", "budget-is-the-sum-of-its-parts", CAMPAIGN,
        &["UPDATE campaigns SET available_yen = available_yen - 1 WHERE campaign_id = '{1}'"]),
    kind("reserved off by one", "budget-is-the-sum-of-its-parts", CAMPAIGN,
        &["UPDATE campaigns SET reserved_yen = reserved_yen + 1 WHERE campaign_id = '{1}'"]),
    kind("spent off by one", "budget-is-the-sum-of-its-parts", CAMPAIGN,
        &["UPDATE campaigns SET spent_yen = spent_yen - 1 WHERE campaign_id = '{1}'"]),
    kind("a budget below zero that sums up", "budget-is-the-sum-of-its-parts", CAMPAIGN,
        &["UPDATE campaigns SET reserved_yen = reserved_yen + available_yen + 1, available_yen = -1 WHERE campaign_id = '{1}'"]),
    kind("a yen more of budget and available", "balances-are-the-sums-of-the-journal", CAMPAIGN,
        &["UPDATE campaigns SET budget_yen = budget_yen + 1, available_yen = available_yen + 1 WHERE campaign_id = '{1}'"]),
    kind("a yen from reserved to available", "reserved-is-what-coupons-hold",
        "SELECT retailer_id, campaign_id FROM campaigns WHERE reserved_yen > 0 ORDER BY 2",
        &["UPDATE campaigns SET reserved_yen = reserved_yen - 1, available_yen = available_yen + 1 WHERE campaign_id = '{1}'"]),
    kind("a yen from spent to available", "spent-is-what-redemptions-cost", CAMPAIGN,
        &["UPDATE campaigns SET spent_yen = spent_yen - 1, available_yen = available_yen + 1 WHERE campaign_id = '{1}'"]),
    kind("a published campaign made a draft", "balances-are-the-sums-of-the-journal", CAMPAIGN,
        &["UPDATE campaigns SET status = 'draft' WHERE campaign_id = '{1}'"]),
    // --- the journal ---
    kind("the funding dropped", "budget-is-what-was-funded", FUND,
        &["DELETE FROM journal WHERE retailer_id = '{0}' AND entry_id = '{1}'"]),
    kind("the funding twice", "budget-is-what-was-funded", FUND,
        &["INSERT INTO journal (retailer_id, entry_id, campaign_id, kind, available_yen, reserved_yen, spent_yen, entered_at)
           SELECT retailer_id, 'twice', campaign_id, kind, available_yen, reserved_yen, spent_yen, entered_at FROM journal
           WHERE retailer_id = '{0}' AND entry_id = '{1}'"]),
    kind("an issue dropped", "replaying-the-journal-gives-the-coupon", ISSUE,
        &["DELETE FROM journal WHERE retailer_id = '{0}' AND entry_id = '{1}'"]),
    kind("a redemption's entry dropped", "redemptions-are-in-the-journal", REDEEM,
        &["DELETE FROM journal WHERE retailer_id = '{0}' AND entry_id = '{1}'"]),
    kind("an expiry's entry dropped", "replaying-the-journal-gives-the-coupon", EXPIRE,
        &["DELETE FROM journal WHERE retailer_id = '{0}' AND entry_id = '{1}'"]),
    kind("a reversal's entry dropped", "reversals-are-in-the-journal", REVERSE,
        &["DELETE FROM journal WHERE retailer_id = '{0}' AND entry_id = '{1}'"]),
    kind("a redemption's entry twice", "redemptions-are-in-the-journal", REDEEM,
        &["INSERT INTO journal SELECT * FROM journal WHERE retailer_id = '{0}' AND entry_id = '{1}'"]),
    kind("an issue twice", "replaying-the-journal-gives-the-coupon", ISSUE,
        &["INSERT INTO journal SELECT * FROM journal WHERE retailer_id = '{0}' AND entry_id = '{1}'"]),
    kind("an expiry once more, as the next step", "reservations-end-once", EXPIRE,
        &["INSERT INTO journal (retailer_id, entry_id, campaign_id, coupon_id, step, kind, available_yen, reserved_yen, spent_yen,
               entered_at)
           SELECT retailer_id, 'again', campaign_id, coupon_id, step + 2, kind, available_yen, reserved_yen, spent_yen, entered_at
           FROM journal WHERE retailer_id = '{0}' AND entry_id = '{1}'"]),
    kind("a redeemed coupon released too", "reservations-end-once", REDEEM,
        &["INSERT INTO journal (retailer_id, entry_id, campaign_id, coupon_id, step, kind, available_yen, reserved_yen, spent_yen,
               entered_at)
           SELECT retailer_id, 'also', campaign_id, coupon_id, step + 2, 'expire', -reserved_yen, reserved_yen, 0, entered_at
           FROM journal WHERE retailer_id = '{0}' AND entry_id = '{1}'"]),
    kind("a redemption's entry a yen dearer", "redemptions-are-in-the-journal", REDEEM,
        &["UPDATE journal SET spent_yen = spent_yen + 1, available_yen = available_yen - 1
           WHERE retailer_id = '{0}' AND entry_id = '{1}'"]),
    kind("an issue of a yen more", "replaying-the-journal-gives-the-coupon", ISSUE,
        &["UPDATE journal SET reserved_yen = reserved_yen + 1, available_yen = available_yen - 1
           WHERE retailer_id = '{0}' AND entry_id = '{1}'"]),
    kind("yen out of nothing: available", "entries-move-what-their-kind-moves", ISSUE,
        &["UPDATE journal SET available_yen = available_yen + 1 WHERE retailer_id = '{0}' AND entry_id = '{1}'"]),
    kind("yen out of nothing: reserved", "entries-move-what-their-kind-moves", EXPIRE,
        &["UPDATE journal SET reserved_yen = reserved_yen + 1 WHERE retailer_id = '{0}' AND entry_id = '{1}'"]),
    kind("yen out of nothing: spent", "entries-move-what-their-kind-moves", REDEEM,
        &["UPDATE journal SET spent_yen = spent_yen - 1 WHERE retailer_id = '{0}' AND entry_id = '{1}'"]),
    kind("an expiry called a void", "replaying-the-journal-gives-the-coupon", EXPIRE,
        &["UPDATE journal SET kind = 'void' WHERE retailer_id = '{0}' AND entry_id = '{1}'"]),
    kind("an entry of an unknown kind", "entries-move-what-their-kind-moves", EXPIRE,
        &["UPDATE journal SET kind = 'gift' WHERE retailer_id = '{0}' AND entry_id = '{1}'"]),
    kind("a step skipped", "replaying-the-journal-gives-the-coupon", EXPIRE,
        &["UPDATE journal SET step = step + 2 WHERE retailer_id = '{0}' AND entry_id = '{1}'"]),
    kind("a step of the wrong parity", "entries-move-what-their-kind-moves", REDEEM,
        &["UPDATE journal SET step = step + 1 WHERE retailer_id = '{0}' AND entry_id = '{1}'"]),
    kind("an entry booked to another campaign", "replaying-the-journal-gives-the-coupon",
        "SELECT j.retailer_id, j.entry_id, c.campaign_id FROM journal j JOIN campaigns c ON c.retailer_id = j.retailer_id
             AND c.campaign_id <> j.campaign_id WHERE j.kind = 'issue' ORDER BY 2, 3",
        &["UPDATE journal SET campaign_id = '{2}' WHERE retailer_id = '{0}' AND entry_id = '{1}'"]),
    kind("an entry booked to another retailer", "entries-have-their-coupon-and-campaign",
        "SELECT j.retailer_id, j.entry_id, r.retailer_id AS other FROM journal j JOIN retailers r ON r.retailer_id <> j.retailer_id
         WHERE j.kind = 'expire' ORDER BY 2, 3",
        &["UPDATE journal SET retailer_id = '{2}' WHERE retailer_id = '{0}' AND entry_id = '{1}'"]),
    kind("an issue a millisecond late", "issued-and-expired-at-their-moments", ISSUE,
        &["UPDATE journal SET entered_at = entered_at + 1 WHERE retailer_id = '{0}' AND entry_id = '{1}'"]),
    kind("expired before its time", "issued-and-expired-at-their-moments", EXPIRE,
        &["UPDATE journal SET entered_at = (SELECT c.valid_until - 1 FROM coupons c WHERE c.coupon_id = journal.coupon_id)
           WHERE retailer_id = '{0}' AND entry_id = '{1}'"]),
    kind("a redemption's entry by nobody", "redemptions-are-in-the-journal", REDEEM,
        &["UPDATE journal SET account_id = NULL WHERE retailer_id = '{0}' AND entry_id = '{1}'"]),
    kind("a reversal's entry a yen cheaper", "reversals-are-in-the-journal", REVERSE,
        &["UPDATE journal SET spent_yen = spent_yen + 1, available_yen = available_yen - 1
           WHERE retailer_id = '{0}' AND entry_id = '{1}'"]),
    kind("a reversal's entry of another redemption", "reversals-are-in-the-journal", REVERSE,
        &["UPDATE journal SET redemption_id = (SELECT MIN(r.redemption_id) FROM redemptions r WHERE r.retailer_id = '{0}'
               AND r.reversed_at IS NULL) WHERE retailer_id = '{0}' AND entry_id = '{1}'"]),
    // --- redemptions ---
    kind("one coupon redeemed twice", "one-redemption-stands", STANDING,
        &["INSERT INTO redemptions (retailer_id, redemption_id, coupon_id, campaign_id, store_id, shopper_id, account_id, use_number,
               value_yen, cost_yen, basket_yen, redeemed_at, day)
           SELECT retailer_id, 'second', coupon_id, campaign_id, store_id, shopper_id, account_id, use_number + 1, value_yen,
               cost_yen, basket_yen, redeemed_at, day FROM redemptions WHERE retailer_id = '{0}' AND redemption_id = '{1}'"]),
    kind("a redemption dropped", "status-has-its-evidence", STANDING,
        &["DELETE FROM redemptions WHERE retailer_id = '{0}' AND redemption_id = '{1}'"]),
    kind("a use number skipped", "uses-are-counted", STANDING,
        &["UPDATE redemptions SET use_number = use_number + 1 WHERE retailer_id = '{0}' AND redemption_id = '{1}'"]),
    kind("a cost of nothing", "cost-is-within-face", STANDING,
        &["UPDATE redemptions SET cost_yen = 0 WHERE retailer_id = '{0}' AND redemption_id = '{1}'"]),
    kind("a cost above the face value", "cost-is-within-face", STANDING,
        &["UPDATE redemptions SET cost_yen = value_yen + 1 WHERE retailer_id = '{0}' AND redemption_id = '{1}'"]),
    kind("a basket below the cost", "cost-is-within-face", STANDING,
        &["UPDATE redemptions SET basket_yen = cost_yen - 1 WHERE retailer_id = '{0}' AND redemption_id = '{1}'"]),
    kind("a cost off by one", "spent-is-what-redemptions-cost", STANDING,
        &["UPDATE redemptions SET cost_yen = cost_yen - 1 WHERE retailer_id = '{0}' AND redemption_id = '{1}'"]),
    kind("a face value off by one in the redemption", "redemption-is-of-its-coupon", STANDING,
        &["UPDATE redemptions SET value_yen = value_yen + 1 WHERE retailer_id = '{0}' AND redemption_id = '{1}'"]),
    kind("a redemption by somebody else", "redemption-is-of-its-coupon", STANDING,
        &["UPDATE redemptions SET shopper_id = 'shp_nobody' WHERE retailer_id = '{0}' AND redemption_id = '{1}'"]),
    kind("a redemption at another store", "redemption-is-of-its-coupon",
        "SELECT r.retailer_id, r.redemption_id, s.store_id FROM redemptions r JOIN stores s ON s.retailer_id = r.retailer_id
             AND s.store_id <> r.store_id ORDER BY 2, 3",
        &["UPDATE redemptions SET store_id = '{2}' WHERE retailer_id = '{0}' AND redemption_id = '{1}'"]),
    kind("another retailer's coupon redeemed", "redemption-is-of-its-coupon",
        "SELECT r.retailer_id, r.redemption_id, MIN(c.coupon_id) AS theirs FROM redemptions r
         JOIN coupons c ON c.retailer_id <> r.retailer_id GROUP BY r.retailer_id, r.redemption_id ORDER BY 2",
        &["UPDATE redemptions SET coupon_id = '{2}' WHERE retailer_id = '{0}' AND redemption_id = '{1}'"]),
    kind("another retailer's staff at the till", "staff-and-stores-are-the-retailers-own",
        "SELECT r.retailer_id, r.redemption_id, MIN(a.account_id) AS theirs FROM redemptions r
         JOIN accounts a ON a.retailer_id <> r.retailer_id GROUP BY r.retailer_id, r.redemption_id ORDER BY 2",
        &["UPDATE redemptions SET account_id = '{2}' WHERE retailer_id = '{0}' AND redemption_id = '{1}'"]),
    kind("redeemed when its time was over", "redeemed-while-valid", STANDING,
        &["UPDATE redemptions SET redeemed_at = (SELECT c.valid_until FROM coupons c WHERE c.retailer_id = redemptions.retailer_id
               AND c.coupon_id = redemptions.coupon_id) WHERE retailer_id = '{0}' AND redemption_id = '{1}'"]),
    kind("redeemed before it was issued", "redeemed-while-valid", STANDING,
        &["UPDATE redemptions SET redeemed_at = (SELECT c.issued_at - 60001 FROM coupons c
               WHERE c.retailer_id = redemptions.retailer_id AND c.coupon_id = redemptions.coupon_id)
           WHERE retailer_id = '{0}' AND redemption_id = '{1}'"]),
    kind("a redemption's day off by one", "days-are-those-of-japan", STANDING,
        &["UPDATE redemptions SET day = day + 1 WHERE retailer_id = '{0}' AND redemption_id = '{1}'"]),
    kind("no basket where one is needed", "minimum-purchase-was-reached",
        "SELECT r.retailer_id, r.redemption_id FROM redemptions r JOIN coupons c ON c.retailer_id = r.retailer_id
             AND c.coupon_id = r.coupon_id WHERE c.min_purchase_yen > 0 ORDER BY 2",
        &["UPDATE redemptions SET basket_yen = NULL WHERE retailer_id = '{0}' AND redemption_id = '{1}'"]),
    // --- reversals ---
    kind("a reversal of nothing", "reversal-has-its-redemption", REVERSAL,
        &["UPDATE reversals SET redemption_id = 'red_nothing' WHERE retailer_id = '{0}' AND reversal_id = '{1}'"]),
    kind("a reversal too large", "reversals-give-back-what-was-taken", REVERSAL,
        &["UPDATE reversals SET cost_yen = cost_yen + 1 WHERE retailer_id = '{0}' AND reversal_id = '{1}'"]),
    kind("a reversal twice", "reversals-give-back-what-was-taken", REVERSAL,
        &["INSERT INTO reversals (retailer_id, reversal_id, redemption_id, account_id, cost_yen, reversed_at)
           SELECT retailer_id, 'twice', redemption_id, account_id, cost_yen, reversed_at FROM reversals
           WHERE retailer_id = '{0}' AND reversal_id = '{1}'"]),
    kind("a reversal dropped", "reversal-has-its-redemption", REVERSAL,
        &["DELETE FROM reversals WHERE retailer_id = '{0}' AND reversal_id = '{1}'"]),
    kind("an undone redemption that stands again", "reversal-has-its-redemption", REVERSAL,
        &["UPDATE redemptions SET reversed_at = NULL WHERE retailer_id = '{0}' AND redemption_id = '{2}'"]),
    kind("a redemption undone without a reversal", "reversal-has-its-redemption", STANDING,
        &["UPDATE redemptions SET reversed_at = redeemed_at + 1 WHERE retailer_id = '{0}' AND redemption_id = '{1}'"]),
    kind("undone an hour later", "undone-within-ten-minutes", REVERSAL,
        &["UPDATE redemptions SET reversed_at = redeemed_at + 3600000 WHERE retailer_id = '{0}' AND redemption_id = '{2}'",
          "UPDATE reversals SET reversed_at = (SELECT r.reversed_at FROM redemptions r WHERE r.redemption_id = '{2}')
           WHERE reversal_id = '{1}'"]),
    kind("undone by another retailer's staff", "staff-and-stores-are-the-retailers-own", REVERSAL,
        &["UPDATE reversals SET account_id = (SELECT MIN(a.account_id) FROM accounts a WHERE a.retailer_id <> '{0}')
           WHERE retailer_id = '{0}' AND reversal_id = '{1}'"]),
    // --- coupons ---
    kind("a coupon of a yen more", "coupon-is-of-its-draw", COUPON,
        &["UPDATE coupons SET value_yen = value_yen + 1 WHERE retailer_id = '{0}' AND coupon_id = '{1}'"]),
    kind("a coupon of nothing", "cost-is-within-face", COUPON,
        &["UPDATE coupons SET value_yen = 0 WHERE retailer_id = '{0}' AND coupon_id = '{1}'"]),
    kind("a use too many", "uses-are-counted", COUPON,
        &["UPDATE coupons SET uses = uses + 1 WHERE retailer_id = '{0}' AND coupon_id = '{1}'"]),
    kind("redeemed without a redemption", "status-has-its-evidence", ISSUED,
        &["UPDATE coupons SET status = 'redeemed', redeemed_at = issued_at WHERE retailer_id = '{0}' AND coupon_id = '{1}'"]),
    kind("a redeemed coupon that can be used again", "status-has-its-evidence", REDEEMED,
        &["UPDATE coupons SET status = 'issued', redeemed_at = NULL WHERE retailer_id = '{0}' AND coupon_id = '{1}'"]),
    kind("redeemed at another moment", "status-has-its-evidence", REDEEMED,
        &["UPDATE coupons SET redeemed_at = redeemed_at + 1 WHERE retailer_id = '{0}' AND coupon_id = '{1}'"]),
    kind("a state that does not exist", "status-has-its-evidence", ISSUED,
        &["UPDATE coupons SET status = 'lost' WHERE retailer_id = '{0}' AND coupon_id = '{1}'"]),
    kind("an expired coupon that can be used again", "replaying-the-journal-gives-the-coupon", EXPIRED,
        &["UPDATE coupons SET status = 'issued' WHERE retailer_id = '{0}' AND coupon_id = '{1}'"]),
    kind("expired without release", "reserved-is-what-coupons-hold", ISSUED,
        &["UPDATE coupons SET status = 'expired' WHERE retailer_id = '{0}' AND coupon_id = '{1}'"]),
    kind("voided without release", "replaying-the-journal-gives-the-coupon", ISSUED,
        &["UPDATE coupons SET status = 'voided' WHERE retailer_id = '{0}' AND coupon_id = '{1}'"]),
    kind("a reservation that outlives its time", "no-reservation-outlives-its-time",
        "SELECT retailer_id, coupon_id FROM coupons WHERE status = 'issued'
             AND issued_at < (SELECT MAX(entered_at) FROM journal) - 7200000 ORDER BY 2",
        &["UPDATE coupons SET valid_until = issued_at + 1 WHERE retailer_id = '{0}' AND coupon_id = '{1}'"]),
    kind("a coupon for another store", "coupon-is-of-its-draw",
        "SELECT c.retailer_id, c.coupon_id, s.store_id FROM coupons c JOIN stores s ON s.retailer_id = c.retailer_id
             AND s.store_id <> c.store_id ORDER BY 2, 3",
        &["UPDATE coupons SET store_id = '{2}' WHERE retailer_id = '{0}' AND coupon_id = '{1}'"]),
    kind("a coupon given to somebody else", "coupon-is-of-its-draw", COUPON,
        &["UPDATE coupons SET shopper_id = 'shp_nobody' WHERE retailer_id = '{0}' AND coupon_id = '{1}'"]),
    kind("a coupon moved to another retailer", "coupon-is-of-its-draw",
        "SELECT c.retailer_id, c.coupon_id, r.retailer_id AS other FROM coupons c JOIN retailers r ON r.retailer_id <> c.retailer_id
         ORDER BY 2, 3",
        &["UPDATE coupons SET retailer_id = '{2}' WHERE retailer_id = '{0}' AND coupon_id = '{1}'"]),
    kind("one draw, two coupons", "coupon-is-of-its-draw", ISSUED,
        &["INSERT INTO coupons (retailer_id, coupon_id, campaign_id, prize_id, store_id, shopper_id, draw_id, code, value_yen,
               min_purchase_yen, status, uses, issued_at, valid_until)
           SELECT retailer_id, 'twin', campaign_id, prize_id, store_id, shopper_id, draw_id, 'TWIN', value_yen, min_purchase_yen,
               status, uses, issued_at, valid_until FROM coupons WHERE retailer_id = '{0}' AND coupon_id = '{1}'"]),
    kind("one code in lower case for another coupon", "codes-are-unique",
        "SELECT c.retailer_id, c.coupon_id, MIN(o.code) AS code FROM coupons c JOIN coupons o ON o.retailer_id = c.retailer_id
             AND o.coupon_id <> c.coupon_id GROUP BY c.retailer_id, c.coupon_id ORDER BY 2",
        &["UPDATE coupons SET code = LOWER('{2}') || ' ' WHERE retailer_id = '{0}' AND coupon_id = '{1}'"]),
    kind("a coupon dropped", "a-win-has-its-coupon", COUPON,
        &["DELETE FROM coupons WHERE retailer_id = '{0}' AND coupon_id = '{1}'"]),
    kind("issued at another moment", "coupon-is-of-its-draw", COUPON,
        &["UPDATE coupons SET issued_at = issued_at + 1 WHERE retailer_id = '{0}' AND coupon_id = '{1}'"]),
    kind("a store taken off its campaign", "redeemed-at-a-store-of-the-campaign", COUPON,
        &["DELETE FROM campaign_stores WHERE retailer_id = '{0}' AND store_id =
           (SELECT c.store_id FROM coupons c WHERE c.retailer_id = '{0}' AND c.coupon_id = '{1}')"]),
    // --- draws and stock ---
    kind("a draw of another prize", "draw-is-of-its-offer-and-prize",
        "SELECT d.retailer_id, d.draw_id, p.prize_id FROM draws d JOIN prizes p ON p.retailer_id = d.retailer_id
             AND p.campaign_id = d.campaign_id AND p.value_yen <> d.value_yen ORDER BY 2, 3",
        &["UPDATE draws SET prize_id = '{2}' WHERE retailer_id = '{0}' AND draw_id = '{1}'"]),
    kind("a draw of a yen more", "draw-is-of-its-offer-and-prize", DRAW,
        &["UPDATE draws SET value_yen = value_yen + 1 WHERE retailer_id = '{0}' AND draw_id = '{1}'"]),
    kind("a draw from odds that were not offered", "draw-is-of-its-offer-and-prize", DRAW,
        &["UPDATE draws SET odds_hash = 'other' WHERE retailer_id = '{0}' AND draw_id = '{1}'"]),
    kind("an offer dropped", "draw-is-of-its-offer-and-prize", DRAW,
        &["DELETE FROM offers WHERE retailer_id = '{0}' AND shopper_id =
           (SELECT d.shopper_id FROM draws d WHERE d.retailer_id = '{0}' AND d.draw_id = '{1}')"]),
    kind("a play over the cap", "plays-are-within-the-cap", DRAW,
        &["INSERT INTO draws SELECT d.retailer_id, n.n || d.draw_id, d.campaign_id, d.shopper_id, d.store_id, d.day, n.n, d.offer_revision,
               d.odds_hash, d.client_nonce, d.ticket, d.prize_id, d.value_yen, d.drawn_at
           FROM draws d, (SELECT 3 AS n UNION SELECT 4 UNION SELECT 2) n WHERE d.retailer_id = '{0}' AND d.draw_id = '{1}'"]),
    kind("a play number skipped", "plays-are-within-the-cap", DRAW,
        &["UPDATE draws SET play_number = play_number + 1 WHERE retailer_id = '{0}' AND draw_id = '{1}'"]),
    kind("a draw dropped", "coupon-is-of-its-draw", DRAW,
        &["DELETE FROM draws WHERE retailer_id = '{0}' AND draw_id = '{1}'"]),
    kind("a draw's day off by one", "days-are-those-of-japan", DRAW,
        &["UPDATE draws SET day = day - 1 WHERE retailer_id = '{0}' AND draw_id = '{1}'"]),
    kind("a draw when the campaign was over", "played-while-the-campaign-ran", DRAW,
        &["UPDATE draws SET drawn_at = (SELECT c.ends_at FROM campaigns c WHERE c.campaign_id = draws.campaign_id)
           WHERE retailer_id = '{0}' AND draw_id = '{1}'"]),
    kind("one piece given and not counted", "stock-is-counted", STOCKED,
        &["UPDATE prizes SET stock_left = stock_left + 1 WHERE retailer_id = '{0}' AND prize_id = '{1}'"]),
    kind("a stock below zero", "stock-is-counted", STOCKED,
        &["UPDATE prizes SET stock_left = -1 WHERE retailer_id = '{0}' AND prize_id = '{1}'"]),
    kind("one piece more than there were", "stock-is-counted", STOCKED,
        &["UPDATE prizes SET stock = stock - 1 WHERE retailer_id = '{0}' AND prize_id = '{1}'"]),
    // --- visits ---
    kind("two visits within an hour", "visits-are-three-hours-apart", VISIT,
        &["INSERT INTO visits SELECT retailer_id, shopper_id, store_id, began_at + 3600000, day, sources FROM visits
           WHERE retailer_id = '{0}' AND shopper_id = '{1}' AND store_id = '{2}' AND began_at = {3}"]),
    kind("a visit that begins before anything was seen", "visits-begin-with-what-shows-them", VISIT,
        &["UPDATE visits SET began_at = began_at - 1 WHERE retailer_id = '{0}' AND shopper_id = '{1}' AND store_id = '{2}' AND began_at = {3}"]),
    kind("a visit dropped", "visits-begin-with-what-shows-them", VISIT,
        &["DELETE FROM visits WHERE retailer_id = '{0}' AND shopper_id = '{1}' AND store_id = '{2}' AND began_at = {3}"]),
    kind("a visit that says another source", "visits-say-what-shows-them", VISIT,
        &["UPDATE visits SET sources = 31 - sources WHERE retailer_id = '{0}' AND shopper_id = '{1}' AND store_id = '{2}' AND began_at = {3}"]),
    kind("a visit that says nothing of what was imported", "visits-say-what-shows-them", IMPORTED,
        &["UPDATE visits SET sources = 4 WHERE retailer_id = '{0}' AND shopper_id = '{1}' AND store_id = '{2}' AND began_at = {3}"]),
    kind("a visit of imported lines dropped", "imported-lines-show-visits", IMPORTED,
        &["DELETE FROM visits WHERE retailer_id = '{0}' AND shopper_id = '{1}' AND store_id = '{2}' AND began_at = {3}"]),
    kind("a line dropped", "imports-have-their-lines", LINE,
        &["DELETE FROM visit_import_rows WHERE retailer_id = '{0}' AND reference = '{1}'"]),
    kind("a line of another store's", "imports-have-their-lines", LINE,
        &["UPDATE visit_import_rows SET store_id = 'sto_other' WHERE retailer_id = '{0}' AND reference = '{1}'"]),
    kind("an import that was undone and has lines", "imports-have-their-lines", "SELECT retailer_id, import_id FROM visit_imports ORDER BY 2",
        &["UPDATE visit_imports SET undone_at = imported_at WHERE retailer_id = '{0}' AND import_id = '{1}'"]),
    kind("a visit at another store", "visits-by-redemption-have-their-proof", VISIT,
        &["UPDATE visit_evidence SET store_id = 'sto_other' WHERE retailer_id = '{0}' AND shopper_id = '{1}' AND store_id = '{2}' AND began_at = {3}",
          "UPDATE visits SET store_id = 'sto_other' WHERE retailer_id = '{0}' AND shopper_id = '{1}' AND store_id = '{2}' AND began_at = {3}"]),
    kind("a proof dropped", "visits-by-redemption-have-their-proof", EVIDENCE,
        &["DELETE FROM visit_evidence WHERE retailer_id = '{0}' AND source = 'redemption' AND reference = '{1}'"]),
    kind("a proof twice", "visits-by-redemption-have-their-proof", EVIDENCE,
        &["INSERT INTO visit_evidence SELECT * FROM visit_evidence WHERE retailer_id = '{0}' AND source = 'redemption'
               AND reference = '{1}'"]),
    kind("a proof by what was undone", "visits-by-redemption-have-their-proof", REVERSAL,
        &["UPDATE visit_evidence SET reference = '{2}' WHERE retailer_id = '{0}' AND source = 'redemption' AND reference =
           (SELECT MIN(e.reference) FROM visit_evidence e WHERE e.retailer_id = '{0}' AND e.source = 'redemption')"]),
    // --- holdouts and lift ---
    kind("an offer to somebody held out", "held-out-are-offered-nothing",
        "SELECT e.retailer_id, e.shopper_id FROM exposures e JOIN offers o ON o.retailer_id = e.retailer_id AND o.shopper_id = e.shopper_id
         WHERE e.arm = 'treatment' AND o.offered_at >= e.exposed_at",
        &["UPDATE exposures SET arm = 'control' WHERE retailer_id = '{0}' AND shopper_id = '{1}'"]),
    kind("a shopper counted who is not there", "lift-sums-are-those-of-their-shoppers", UNIT,
        &["DELETE FROM lift_units WHERE retailer_id = '{0}' AND shopper_id = '{1}' AND measure = 'recorded'"]),
    kind("a visit more", "lift-sums-are-those-of-their-shoppers", UNIT,
        &["UPDATE lift_units SET y = y + 1 WHERE retailer_id = '{0}' AND shopper_id = '{1}' AND measure = 'recorded'"]),
    kind("sums made up", "lift-sums-are-those-of-their-shoppers", "SELECT retailer_id, epoch_id, arm FROM lift_sums WHERE measure = 'imported'",
        &["UPDATE lift_sums SET y = y + 40, yy = yy + 100 WHERE retailer_id = '{0}' AND epoch_id = '{1}' AND arm = '{2}' AND measure = 'imported'"]),
    kind("a cell of the sums dropped", "cells-of-lift-add-up", "SELECT retailer_id, epoch_id, cell FROM lift_sums WHERE dimension = 'store' AND n > 0",
        &["DELETE FROM lift_sums WHERE retailer_id = '{0}' AND epoch_id = '{1}' AND dimension = 'store' AND cell = '{2}'"]),
    // --- messages ---
    kind("a message before the consent", "messages-are-agreed-to", MESSAGE,
        &["UPDATE contact_consents SET agreed_at = agreed_at + 8640000000 WHERE shopper_id = '{0}'"]),
    kind("a message after the consent's end", "messages-are-agreed-to", MESSAGE,
        &["UPDATE contact_consents SET withdrawn_at = agreed_at WHERE shopper_id = '{0}'"]),
    kind("two messages in a day", "messages-are-under-the-cap", MESSAGE,
        &["UPDATE contacts SET reserved_at = (SELECT MAX(reserved_at) FROM contacts WHERE shopper_id = '{0}') + 3600000 WHERE contact_id = '{1}'"]),
    kind("four messages in a week", "messages-are-under-the-cap", MESSAGE,
        &["INSERT INTO contacts SELECT shopper_id, contact_id || n, about || n, retailer_id, announcement_id, channel, reason, located_at,
             reserved_at + n * 90000000, NULL, NULL, NULL, NULL FROM contacts CROSS JOIN (SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3) x
           WHERE contact_id = '{1}'"]),
    kind("the same message twice", "messages-are-sent-once", MESSAGE,
        &["INSERT INTO contacts SELECT * FROM contacts WHERE contact_id = '{1}'"]),
    kind("a cap that forgot", "the-cap-remembers-the-last-message", MESSAGE,
        &["UPDATE contact_preferences SET last_1 = NULL WHERE shopper_id = '{0}'"]),
    kind("a message to somebody unknown", "the-cap-remembers-the-last-message", MESSAGE,
        &["DELETE FROM contact_preferences WHERE shopper_id = '{0}'"]),
    kind("allowed and not agreed to", "what-is-allowed-was-agreed-to", MESSAGE,
        &["DELETE FROM contact_consents WHERE shopper_id = '{0}' AND withdrawn_at IS NULL"]),
    kind("mail to an address that nobody confirmed", "mail-and-line-lead-to-whom-they-are-allowed", MAILBOX,
        &["UPDATE contact_mails SET confirmed_at = NULL WHERE shopper_id = '{0}'"]),
    kind("mail to an address from which things come back", "mail-and-line-lead-to-whom-they-are-allowed", MAILBOX,
        &["UPDATE contact_mails SET bounced_at = confirmed_at WHERE shopper_id = '{0}'"]),
    kind("a mailbox that is written to by nobody's leave", "mail-and-line-lead-to-whom-they-are-allowed", MAILBOX,
        &["UPDATE contact_preferences SET mail_since = NULL WHERE shopper_id = '{0}'",
          "UPDATE contact_consents SET withdrawn_at = agreed_at WHERE shopper_id = '{0}' AND channel = 'mail'"]),
    kind("mail allowed and not agreed to", "what-is-allowed-was-agreed-to", MAILBOX,
        &["DELETE FROM contact_consents WHERE shopper_id = '{0}' AND channel = 'mail'"]),
    kind("an account at LINE lost", "mail-and-line-lead-to-whom-they-are-allowed", "SELECT shopper_id FROM contact_lines",
        &["DELETE FROM contact_lines WHERE shopper_id = '{0}'"]),
    kind("LINE allowed and not agreed to", "what-is-allowed-was-agreed-to", "SELECT shopper_id FROM contact_lines",
        &["DELETE FROM contact_consents WHERE shopper_id = '{0}' AND channel = 'line'"]),
    kind("a batch with somebody lost", "announcements-account-for-everybody", DONE_BATCH,
        &["UPDATE announcement_batches SET sent = sent - 1 WHERE retailer_id = '{0}' AND announcement_id = '{1}'"]),
    kind("a batch with more sent than people", "announcements-account-for-everybody", DONE_BATCH,
        &["UPDATE announcement_batches SET state = 'stopped', sent = people + 1 WHERE retailer_id = '{0}' AND announcement_id = '{1}'"]),
    kind("something left of what is done", "announcements-account-for-everybody", DONE_BATCH,
        &["UPDATE announcement_batches SET state = 'queued' WHERE retailer_id = '{0}' AND announcement_id = '{1}'"]),
    // --- idempotency keys ---
    kind("a key twice", "keys-are-used-once", KEY,
        &["INSERT INTO idempotency_keys SELECT * FROM idempotency_keys WHERE retailer_id = '{0}' AND idempotency_key = '{1}'"]),
    kind("one redemption under two keys", "keys-are-used-once", KEY,
        &["INSERT INTO idempotency_keys (retailer_id, actor, route, idempotency_key, fingerprint, effect, status, answered_at)
           SELECT retailer_id, actor, route, 'another', fingerprint, effect, status, answered_at FROM idempotency_keys
           WHERE retailer_id = '{0}' AND idempotency_key = '{1}'"]),
    kind("a key whose effect is gone", "what-a-key-did-is-there", KEY,
        &["UPDATE idempotency_keys SET effect = 'gone' WHERE retailer_id = '{0}' AND idempotency_key = '{1}'"]),
    kind("a key used by somebody else", "what-a-key-did-is-there",
        "SELECT retailer_id, idempotency_key FROM idempotency_keys WHERE effect IS NOT NULL AND route NOT LIKE '%publish' ORDER BY 2",
        &["UPDATE idempotency_keys SET actor = 'acc_other' WHERE retailer_id = '{0}' AND idempotency_key = '{1}'"]),
    kind("a refusal that did something", "what-a-key-did-is-there", KEY,
        &["UPDATE idempotency_keys SET status = 409 WHERE retailer_id = '{0}' AND idempotency_key = '{1}'"]),
    // --- the form of amounts ---
    Kind {
        name: "half a yen in the journal",
        rule: "yen-are-integers",
        pick: REDEEM,
        change: Change::Each(
            "UPDATE journal SET spent_yen = spent_yen + 0.5 WHERE retailer_id = '{0}' AND entry_id = '{1}'",
            "ALTER TABLE journal ALTER COLUMN spent_yen TYPE NUMERIC",
        ),
    },
    Kind {
        name: "an amount in words",
        rule: "yen-are-integers",
        pick: COUPON,
        change: Change::Each(
            "UPDATE coupons SET min_purchase_yen = 'five hundred' WHERE retailer_id = '{0}' AND coupon_id = '{1}'",
            "ALTER TABLE coupons ALTER COLUMN min_purchase_yen TYPE DOUBLE PRECISION",
        ),
    },
];
