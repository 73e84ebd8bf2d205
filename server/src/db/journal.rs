//! The journal of yen: what moved between a campaign's balances, and why. Each balance is the sum of its column.

use app::{
    id::{AccountId, CampaignId, CouponId, EntryId, RetailerId},
    yen::Yen,
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait};

use super::entity::journal;
use crate::new_id;

/// Why yen moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The budget was set.
    Fund,
    /// A coupon was issued: its face value was reserved.
    Issue,
    /// It was redeemed: the cost was spent, the rest released.
    Redeem,
    /// Its time was over: the face value was released.
    Expire,
    /// It was taken back: the face value was released.
    Void,
    /// Its redemption was undone.
    Reverse,
}

impl Kind {
    const fn slug(self) -> &'static str {
        match self {
            Self::Fund => "fund",
            Self::Issue => "issue",
            Self::Redeem => "redeem",
            Self::Expire => "expire",
            Self::Void => "void",
            Self::Reverse => "reverse",
        }
    }
}

/// One entry: changes of the three balances. They sum to 0, except where the budget is set.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The tenant.
    pub retailer_id: RetailerId,
    /// The campaign whose balances move.
    pub campaign_id: CampaignId,
    /// The coupon it is about; none where the budget is set.
    pub coupon_id: Option<CouponId>,
    /// Why.
    pub kind: Kind,
    /// Change of what is not promised.
    pub available: Yen,
    /// Change of what is promised.
    pub reserved: Yen,
    /// Change of what is spent.
    pub spent: Yen,
    /// The login that did it, if a person of the retailer did.
    pub account_id: Option<AccountId>,
    /// When, unix milliseconds.
    pub at: i64,
}

/// Writes an entry, inside the transaction that moves the balances.
///
/// # Errors
/// When the database objects.
pub async fn enter(transaction: &impl ConnectionTrait, entry: Entry) -> Result<(), DbErr> {
    journal::Entity::insert(journal::ActiveModel {
        retailer_id: Set(entry.retailer_id.to_string()),
        entry_id: Set(new_id!(EntryId, entry.at).to_string()),
        campaign_id: Set(entry.campaign_id.to_string()),
        coupon_id: Set(entry.coupon_id.map(|id| id.to_string())),
        kind: Set(entry.kind.slug().to_owned()),
        available_yen: Set(entry.available.get()),
        reserved_yen: Set(entry.reserved.get()),
        spent_yen: Set(entry.spent.get()),
        account_id: Set(entry.account_id.map(|id| id.to_string())),
        entered_at: Set(entry.at),
    })
    .exec_without_returning(transaction)
    .await?;
    Ok(())
}

/// Moves a campaign's balances by an entry and writes it down. `false`: a balance would fall below zero; the caller rolls back.
///
/// # Errors
/// When the database objects.
pub async fn post(transaction: &impl ConnectionTrait, entry: Entry) -> Result<bool, DbErr> {
    if !shift(transaction, &entry).await? {
        return Ok(false);
    }
    enter(transaction, entry).await?;
    Ok(true)
}

/// The conditional update alone, where several entries are written for one shift.
///
/// # Errors
/// When the database objects.
pub async fn shift(transaction: &impl ConnectionTrait, entry: &Entry) -> Result<bool, DbErr> {
    let changed = super::sql::execute(
        transaction,
        "UPDATE campaigns SET available_yen = available_yen + $1, reserved_yen = reserved_yen + $2, spent_yen = spent_yen + $3
         WHERE retailer_id = $4 AND campaign_id = $5
           AND available_yen + $1 >= 0 AND reserved_yen + $2 >= 0 AND spent_yen + $3 >= 0",
        [
            entry.available.get().into(),
            entry.reserved.get().into(),
            entry.spent.get().into(),
            entry.retailer_id.to_string().into(),
            entry.campaign_id.to_string().into(),
        ],
    )
    .await?;
    Ok(changed == 1)
}
