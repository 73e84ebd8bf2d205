//! Redemptions and their reversals: conditional updates inside the caller's transaction, so that of two tills one wins.

use app::{
    coupon::{Redeem, Reverse},
    day::{Day, JST},
    id::{AccountId, CouponId, RedemptionId, RetailerId, ReversalId, StoreId},
    ledger::{Shift, Verb},
    yen::Yen,
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, FromQueryResult};

use super::{
    Names, Transaction, corrupt,
    coupons::{CouponView, turn},
    entity::{redemptions, reversals},
    journal::{About, Entry, enter, post, post_last, shift},
    sql::{execute, sql},
    visits::{self, Presence, Source},
};
use crate::new_id;

/// Who stands at which till.
#[derive(Clone, Copy, Debug)]
pub struct AtStore {
    /// The login.
    pub account_id: AccountId,
    /// The store.
    pub store_id: StoreId,
}

/// An accepted use with what has to be shown of it.
#[derive(Clone, Debug)]
pub struct RedemptionView {
    /// The redemption.
    pub redemption_id: RedemptionId,
    /// The coupon.
    pub coupon_id: CouponId,
    /// The store.
    pub store_id: StoreId,
    /// The prize's names.
    pub prize_names: Names,
    /// Face value.
    pub value: Yen,
    /// Yen really given.
    pub cost: Yen,
    /// What was bought, if the till said it.
    pub basket: Option<Yen>,
    /// The last four characters of the code.
    pub code_tail: String,
    /// Who took it.
    pub staff_name: String,
    /// When.
    pub redeemed_at: i64,
    /// When it was undone, if it was.
    pub reversed_at: Option<i64>,
}

#[derive(FromQueryResult)]
struct Row {
    redemption_id: String,
    coupon_id: String,
    store_id: String,
    prize_name: String,
    prize_name_en: Option<String>,
    value_yen: i64,
    cost_yen: i64,
    basket_yen: Option<i64>,
    code: String,
    staff_name: String,
    redeemed_at: i64,
    reversed_at: Option<i64>,
}

/// Followed by a condition on `d`.
const SELECT: &str = "SELECT d.redemption_id, d.coupon_id, d.store_id, p.name AS prize_name, p.name_en AS prize_name_en,
        d.value_yen, d.cost_yen, d.basket_yen, c.code, a.name AS staff_name, d.redeemed_at, d.reversed_at
    FROM redemptions d
    JOIN coupons c ON c.retailer_id = d.retailer_id AND c.coupon_id = d.coupon_id
    JOIN prizes p ON p.retailer_id = c.retailer_id AND p.campaign_id = c.campaign_id AND p.prize_id = c.prize_id
    JOIN accounts a ON a.retailer_id = d.retailer_id AND a.account_id = d.account_id";

impl Row {
    fn read(self) -> Result<RedemptionView, DbErr> {
        let code = app::code::CouponCode::parse(&self.code).map_err(corrupt("code"))?;
        Ok(RedemptionView {
            redemption_id: self
                .redemption_id
                .parse()
                .map_err(corrupt("redemption id"))?,
            coupon_id: self.coupon_id.parse().map_err(corrupt("coupon id"))?,
            store_id: self.store_id.parse().map_err(corrupt("store id"))?,
            prize_names: Names {
                ja: self.prize_name,
                en: self.prize_name_en,
            },
            value: Yen(self.value_yen),
            cost: Yen(self.cost_yen),
            basket: self.basket_yen.map(Yen),
            code_tail: code.tail(),
            staff_name: self.staff_name,
            redeemed_at: self.redeemed_at,
            reversed_at: self.reversed_at,
        })
    }
}

/// A redemption of a retailer.
///
/// # Errors
/// When the database objects.
pub async fn by_id(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    redemption_id: RedemptionId,
) -> Result<Option<RedemptionView>, DbErr> {
    Row::find_by_statement(sql(
        connection,
        &format!("{SELECT} WHERE d.retailer_id = $1 AND d.redemption_id = $2"),
        [
            retailer_id.to_string().into(),
            redemption_id.to_string().into(),
        ],
    ))
    .one(connection)
    .await?
    .map(Row::read)
    .transpose()
}

/// Redemptions at a store since a moment, newest first, at most 500.
///
/// # Errors
/// When the database objects.
pub async fn at_store_since(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    store_id: StoreId,
    since: i64,
) -> Result<Vec<RedemptionView>, DbErr> {
    Row::find_by_statement(sql(
        connection,
        &format!(
            "{SELECT} WHERE d.retailer_id = $1 AND d.store_id = $2 AND d.redeemed_at >= $3
             ORDER BY d.redeemed_at DESC, d.redemption_id DESC LIMIT 500"
        ),
        [
            retailer_id.to_string().into(),
            store_id.to_string().into(),
            since.into(),
        ],
    ))
    .all(connection)
    .await?
    .into_iter()
    .map(Row::read)
    .collect()
}

/// Redeems a coupon as decided. `None`: it changed since it was read (another till was first, or its time ended); the caller rolls
/// back.
///
/// # Errors
/// When the database objects; the caller rolls back.
pub async fn redeem(
    transaction: &Transaction,
    coupon: &CouponView,
    at: AtStore,
    decided: &Redeem,
    basket: Option<Yen>,
    now: i64,
) -> Result<Option<RedemptionId>, DbErr> {
    // A clock that was set back does not make it earlier than the coupon.
    let now = now.max(coupon.issued_at);
    let uses = coupon.uses.saturating_add(1);
    let redemption_id = new_id!(RedemptionId, now);
    // What is decided once more by the database: the state, the number of uses, the time, the store.
    let taken = turn(
        transaction,
        coupon,
        Verb::Redeem,
        "uses = uses + 1, redeemed_at = $5",
        if planted!("expired_is_taken") {
            "valid_until > $5 - 1000000000000 AND store_id = $6"
        } else {
            "valid_until > $5 AND store_id = $6"
        },
        [now.into(), at.store_id.to_string().into()],
    )
    .await?;
    if !taken {
        return Ok(None);
    }
    redemptions::Entity::insert(redemptions::ActiveModel {
        retailer_id: Set(coupon.retailer_id.to_string()),
        redemption_id: Set(redemption_id.to_string()),
        coupon_id: Set(coupon.coupon_id.to_string()),
        campaign_id: Set(coupon.campaign_id.to_string()),
        store_id: Set(at.store_id.to_string()),
        shopper_id: Set(coupon.shopper_id.to_string()),
        account_id: Set(at.account_id.to_string()),
        use_number: Set(i32::try_from(uses).map_err(corrupt("number of uses"))?),
        value_yen: Set(coupon.facts.face.get()),
        cost_yen: Set(decided.cost.get()),
        basket_yen: Set(basket.map(Yen::get)),
        redeemed_at: Set(now),
        day: Set(Day::of(now, JST).0),
        reversed_at: Set(None),
    })
    .exec_without_returning(transaction)
    .await?;
    visits::witness(
        transaction,
        presence(coupon, at.store_id),
        Source::Redemption,
        &redemption_id.to_string(),
        now,
    )
    .await?;
    // That less is reserved than a coupon holds cannot be; were it so, the COMMIT would refuse.
    post_last(
        transaction,
        Entry {
            retailer_id: coupon.retailer_id,
            campaign_id: coupon.campaign_id,
            about: About::Coupon {
                coupon_id: coupon.coupon_id,
                verb: Verb::Redeem,
                uses,
                redemption_id: Some(redemption_id),
            },
            shift: known(decided.shift())?,
            account_id: Some(at.account_id),
            at: now,
        },
    )
    .await?;
    Ok(Some(redemption_id))
}

/// A shift that `app` made from amounts it decided itself.
fn known(shift: Option<Shift>) -> Result<Shift, DbErr> {
    shift.ok_or_else(|| corrupt("amount")("a cost outside of 0 < cost <= face"))
}

fn presence(coupon: &CouponView, store_id: StoreId) -> Presence {
    Presence {
        retailer_id: coupon.retailer_id,
        store_id,
        shopper_id: coupon.shopper_id,
    }
}

/// What became of an undo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undone {
    /// Done: the coupon can be used again, or is expired where its time ended meanwhile.
    Done(ReversalId),
    /// It was undone by somebody else in this very moment; the caller rolls back.
    Raced,
    /// The budget has promised the difference between face value and cost to others meanwhile, and the budget is a cap; the caller
    /// rolls back.
    BudgetUsed,
}

/// Undoes a redemption as decided.
///
/// The coupon goes back to issued, which needs its whole face value reserved again: its cost comes back from what is spent, and the
/// difference, which the redemption had released, from what is available. Where that is promised to others the undo is refused. Where the coupon's time
/// is over it goes on to expired in the same transaction and nothing has to be reserved, so that is never refused.
///
/// # Errors
/// When the database objects; the caller rolls back.
pub async fn undo(
    transaction: &impl ConnectionTrait,
    coupon: &CouponView,
    redemption_id: RedemptionId,
    at: AtStore,
    decided: &Reverse,
    now: i64,
) -> Result<Undone, DbErr> {
    // Nor this earlier than what it undoes.
    let now = now.max(coupon.redeemed_at.unwrap_or(now));
    let over = now >= coupon.facts.valid_until;
    // The coupon before the redemption, as everywhere.
    let changed = turn(
        transaction,
        coupon,
        Verb::Reverse,
        "redeemed_at = NULL",
        "redeemed_at IS NOT NULL",
        [],
    )
    .await?;
    let marked = execute(
        transaction,
        "UPDATE redemptions SET reversed_at = $1
         WHERE retailer_id = $2 AND redemption_id = $3 AND coupon_id = $4 AND store_id = $5 AND reversed_at IS NULL",
        [
            now.into(),
            coupon.retailer_id.to_string().into(),
            redemption_id.to_string().into(),
            coupon.coupon_id.to_string().into(),
            at.store_id.to_string().into(),
        ],
    )
    .await?;
    if !changed || marked == 0 {
        return Ok(Undone::Raced);
    }
    let reversal_id = new_id!(ReversalId, now);
    reversals::Entity::insert(reversals::ActiveModel {
        retailer_id: Set(coupon.retailer_id.to_string()),
        reversal_id: Set(reversal_id.to_string()),
        redemption_id: Set(redemption_id.to_string()),
        account_id: Set(at.account_id.to_string()),
        cost_yen: Set(decided.cost.get()),
        reversed_at: Set(now),
    })
    .exec_without_returning(transaction)
    .await?;
    visits::forget(
        transaction,
        presence(coupon, at.store_id),
        Source::Redemption,
        &redemption_id.to_string(),
    )
    .await?;
    let step = |verb, shift, redemption_id| Entry {
        retailer_id: coupon.retailer_id,
        campaign_id: coupon.campaign_id,
        about: About::Coupon {
            coupon_id: coupon.coupon_id,
            verb,
            uses: coupon.uses,
            redemption_id,
        },
        shift,
        account_id: Some(at.account_id),
        at: now,
    };
    let back = if planted!("undo_gives_back_face") {
        known(Shift::reverse(coupon.facts.face, coupon.facts.face))?
    } else {
        known(decided.shift())?
    };
    let reverse = step(Verb::Reverse, back, Some(redemption_id));
    let moved = if over {
        // Both steps as one shift: in between the balance might have to dip below zero.
        let ended = turn(
            transaction,
            coupon,
            Verb::Expire,
            "redeemed_at = NULL",
            "valid_until <= $5",
            [now.into()],
        )
        .await?;
        if !ended {
            return Ok(Undone::Raced);
        }
        let out = known(Shift::release(coupon.facts.face))?;
        enter(transaction, reverse).await?;
        enter(transaction, step(Verb::Expire, out, None)).await?;
        let both = known(back.and(out))?;
        shift(transaction, coupon.retailer_id, coupon.campaign_id, both).await?
    } else {
        post(transaction, reverse).await?
    };
    Ok(if moved {
        Undone::Done(reversal_id)
    } else {
        Undone::BudgetUsed
    })
}
