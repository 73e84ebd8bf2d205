//! The journal of yen: what moved between a campaign's balances, and why. Each balance is the sum of its column, and a coupon's
//! state is where its last step leads.
//!
//! The steps of a coupon are counted under a unique key, so that two transactions that would both end the same reservation cannot
//! both be, whatever the code before them believed.

use app::{
    id::{AccountId, CampaignId, CouponId, EntryId, RedemptionId, RetailerId},
    ledger::{Shift, Verb},
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, Statement};

use super::{Transaction, corrupt, entity::journal, sql::sql};
use crate::new_id;

/// Why yen moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// The budget was set.
    Budget,
    /// A step in a coupon's life.
    Coupon {
        /// Which.
        coupon_id: CouponId,
        /// What happened.
        verb: Verb,
        /// How often it was taken, this step included.
        uses: u32,
        /// What was taken or undone.
        redemption_id: Option<RedemptionId>,
    },
}

/// The kind of an entry that sets the budget.
pub const FUND: &str = "fund";

/// One entry.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The tenant.
    pub retailer_id: RetailerId,
    /// The campaign whose balances move.
    pub campaign_id: CampaignId,
    /// Why.
    pub about: About,
    /// By how much.
    pub shift: Shift,
    /// The login that did it, if a person of the retailer did.
    pub account_id: Option<AccountId>,
    /// When, unix milliseconds.
    pub at: i64,
}

/// Writes an entry, inside the transaction that moves the balances.
///
/// # Errors
/// When the database objects; a unique violation says that this step of the coupon was made by somebody else.
pub async fn enter(transaction: &impl ConnectionTrait, entry: Entry) -> Result<(), DbErr> {
    let (kind, coupon_id, redemption_id, step) = match entry.about {
        About::Budget => (FUND, None, None, None),
        About::Coupon {
            coupon_id,
            verb,
            uses,
            redemption_id,
        } => (
            verb.slug(),
            Some(coupon_id),
            redemption_id,
            Some(i32::try_from(verb.step(uses)).map_err(corrupt("step"))?),
        ),
    };
    journal::Entity::insert(journal::ActiveModel {
        retailer_id: Set(entry.retailer_id.to_string()),
        entry_id: Set(new_id!(EntryId, entry.at).to_string()),
        campaign_id: Set(entry.campaign_id.to_string()),
        coupon_id: Set(coupon_id.map(|id| id.to_string())),
        redemption_id: Set(redemption_id.map(|id| id.to_string())),
        step: Set(step),
        kind: Set(kind.to_owned()),
        available_yen: Set(entry.shift.available().get()),
        reserved_yen: Set(entry.shift.reserved().get()),
        spent_yen: Set(entry.shift.spent().get()),
        account_id: Set(entry.account_id.map(|id| id.to_string())),
        entered_at: Set(entry.at),
    })
    .exec_without_returning(transaction)
    .await?;
    Ok(())
}

/// Writes an entry down and moves the campaign's balances by it. `false`: a balance would fall below zero; the caller rolls back.
///
/// # Errors
/// When the database objects.
pub async fn post(transaction: &impl ConnectionTrait, entry: Entry) -> Result<bool, DbErr> {
    enter(transaction, entry).await?;
    shift(
        transaction,
        entry.retailer_id,
        entry.campaign_id,
        entry.shift,
    )
    .await
}

/// The same, with the balances moved just before the COMMIT: of all rows the campaign's is the one that everybody waits for. Where a
/// balance would fall below zero, [`Transaction::commit`] does nothing and says so.
///
/// # Errors
/// When the database objects.
pub async fn post_last(transaction: &Transaction, entry: Entry) -> Result<(), DbErr> {
    let forgets = planted!("redeemed_and_not_written_down")
        && matches!(
            entry.about,
            About::Coupon {
                verb: Verb::Redeem,
                ..
            }
        );
    if !forgets {
        enter(transaction, entry).await?;
    }
    transaction.last(shifting(
        transaction,
        entry.retailer_id,
        entry.campaign_id,
        entry.shift,
    ));
    Ok(())
}

/// The conditional update alone, where several entries are written for one shift.
///
/// # Errors
/// When the database objects.
pub async fn shift(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    campaign_id: CampaignId,
    shift: Shift,
) -> Result<bool, DbErr> {
    let statement = shifting(transaction, retailer_id, campaign_id, shift);
    let changed = transaction.execute_raw(statement).await?.rows_affected();
    Ok(changed == 1)
}

fn shifting(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    campaign_id: CampaignId,
    shift: Shift,
) -> Statement {
    let enough = if planted!("budget_without_condition") {
        ""
    } else {
        "AND available_yen + $1 >= 0 AND reserved_yen + $2 >= 0 AND spent_yen + $3 >= 0"
    };
    sql(
        connection,
        &format!(
            "UPDATE campaigns SET available_yen = available_yen + $1, reserved_yen = reserved_yen + $2, spent_yen = spent_yen + $3
             WHERE retailer_id = $4 AND campaign_id = $5 {enough}"
        ),
        [
            shift.available().get().into(),
            shift.reserved().get().into(),
            shift.spent().get().into(),
            retailer_id.to_string().into(),
            campaign_id.to_string().into(),
        ],
    )
}
