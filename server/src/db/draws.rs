//! Draws: one transaction takes the play's number, the prize's stock and the budget, and issues the coupon, or leaves nothing.

use app::{
    code::CouponCode,
    day::Day,
    digest::Digest,
    draw::ClientNonce,
    id::{CampaignId, CouponId, DrawId, PrizeId, RetailerId, ShopperId, StoreId},
    ledger::{Shift, Verb},
    yen::Yen,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult,
    QueryFilter, QueryOrder, Value,
};

use super::{
    Transaction, corrupt, coupons,
    entity::{coupons as coupon_rows, draws},
    is_unique_violation,
    journal::{About, Entry, post_last},
    offers::OfferKey,
    sql::{placeholders, sql},
};
use crate::{new_id, random};

/// A draw that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draw {
    /// The tenant.
    pub retailer_id: RetailerId,
    /// The draw.
    pub draw_id: DrawId,
    /// The campaign.
    pub campaign_id: CampaignId,
    /// Who played.
    pub shopper_id: ShopperId,
    /// The store the coupon is for.
    pub store_id: StoreId,
    /// The day in Japan.
    pub day: Day,
    /// The play's number that day.
    pub play_number: u32,
    /// Which of the day's offers.
    pub offer_revision: u32,
    /// The odds drawn from.
    pub odds_hash: Digest,
    /// What the device contributed.
    pub nonce: ClientNonce,
    /// The number drawn.
    pub ticket: u32,
    /// The prize it stands for.
    pub prize_id: PrizeId,
    /// Its face value.
    pub value: Yen,
    /// When.
    pub drawn_at: i64,
}

/// What the campaign says about coupons.
#[derive(Clone, Copy, Debug)]
pub struct Conditions {
    /// Days a coupon is valid.
    pub valid_days: u32,
    /// Lowest purchase.
    pub min_purchase: Yen,
}

/// What became of a draw that was to be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// It counts.
    Done,
    /// This play was made already, by a request that came at the same time; the caller rolls back.
    NumberTaken,
    /// The prize went to somebody else in this very moment, or the campaign was stopped; the caller rolls back. What goes to somebody
    /// else later than that is seen at the COMMIT ([`DbErr::RecordNotUpdated`]).
    Gone,
}

fn read(row: &draws::Model) -> Result<Draw, DbErr> {
    Ok(Draw {
        retailer_id: row.retailer_id.parse().map_err(corrupt("retailer id"))?,
        draw_id: row.draw_id.parse().map_err(corrupt("draw id"))?,
        campaign_id: row.campaign_id.parse().map_err(corrupt("campaign id"))?,
        shopper_id: row.shopper_id.parse().map_err(corrupt("shopper id"))?,
        store_id: row.store_id.parse().map_err(corrupt("store id"))?,
        day: Day(row.day),
        play_number: u32::try_from(row.play_number).map_err(corrupt("play number"))?,
        offer_revision: u32::try_from(row.offer_revision).map_err(corrupt("revision"))?,
        odds_hash: row.odds_hash.parse().map_err(corrupt("odds hash"))?,
        nonce: row.client_nonce.parse().map_err(corrupt("nonce"))?,
        ticket: u32::try_from(row.ticket).map_err(corrupt("ticket"))?,
        prize_id: row.prize_id.parse().map_err(corrupt("prize id"))?,
        value: Yen(row.value_yen),
        drawn_at: row.drawn_at,
    })
}

/// The draw of a play of a shopper's day.
///
/// # Errors
/// When the database objects.
pub async fn of_play(
    connection: &impl ConnectionTrait,
    key: &OfferKey,
    play_number: u32,
) -> Result<Option<Draw>, DbErr> {
    draws::Entity::find()
        .filter(draws::Column::RetailerId.eq(key.retailer_id.to_string()))
        .filter(draws::Column::CampaignId.eq(key.campaign_id.to_string()))
        .filter(draws::Column::ShopperId.eq(key.shopper_id.to_string()))
        .filter(draws::Column::Day.eq(key.day.0))
        .filter(draws::Column::PlayNumber.eq(i32::try_from(play_number).unwrap_or(i32::MAX)))
        .order_by_asc(draws::Column::DrawId)
        .one(connection)
        .await?
        .map(|row| read(&row))
        .transpose()
}

/// How many plays a shopper made on a day.
///
/// # Errors
/// When the database objects.
pub async fn made(connection: &impl ConnectionTrait, key: &OfferKey) -> Result<u32, DbErr> {
    let row = connection
        .query_one_raw(sql(
            connection,
            "SELECT CAST(COALESCE(MAX(play_number), 0) AS BIGINT) AS made FROM draws
             WHERE retailer_id = $1 AND campaign_id = $2 AND shopper_id = $3 AND day = $4",
            [
                key.retailer_id.to_string().into(),
                key.campaign_id.to_string().into(),
                key.shopper_id.to_string().into(),
                key.day.0.into(),
            ],
        ))
        .await?;
    let made: i64 = row.map_or(Ok(0), |row| row.try_get("", "made"))?;
    u32::try_from(made).map_err(corrupt("play number"))
}

/// Records a draw: all of it, or the caller rolls back.
///
/// # Errors
/// When the database objects; the caller rolls back.
pub async fn record(
    transaction: &Transaction,
    draw: &Draw,
    conditions: Conditions,
) -> Result<Recorded, DbErr> {
    // The unique key carries the promise that a play counts once and that nobody plays more often than allowed.
    if let Err(error) = insert_draw(transaction, draw).await {
        return if is_unique_violation(&error) {
            Ok(Recorded::NumberTaken)
        } else {
            Err(error)
        };
    }
    if !take_stock(transaction, draw).await? {
        return Ok(Recorded::Gone);
    }
    if draw.value > Yen::ZERO {
        issue(transaction, draw, conditions).await?;
    }
    Ok(Recorded::Done)
}

async fn insert_draw(transaction: &impl ConnectionTrait, draw: &Draw) -> Result<(), DbErr> {
    let small = |n: u32| i32::try_from(n).map_err(corrupt("number"));
    draws::Entity::insert(draws::ActiveModel {
        retailer_id: Set(draw.retailer_id.to_string()),
        draw_id: Set(draw.draw_id.to_string()),
        campaign_id: Set(draw.campaign_id.to_string()),
        shopper_id: Set(draw.shopper_id.to_string()),
        store_id: Set(draw.store_id.to_string()),
        day: Set(draw.day.0),
        play_number: Set(small(draw.play_number)?),
        offer_revision: Set(small(draw.offer_revision)?),
        odds_hash: Set(draw.odds_hash.to_string()),
        client_nonce: Set(draw.nonce.as_str().to_owned()),
        ticket: Set(small(draw.ticket)?),
        prize_id: Set(draw.prize_id.to_string()),
        value_yen: Set(draw.value.get()),
        drawn_at: Set(draw.drawn_at),
    })
    .exec_without_returning(transaction)
    .await?;
    Ok(())
}

/// Takes one from the prize's stock, just before the COMMIT; `false`: none is left, or the campaign was stopped.
async fn take_stock(transaction: &Transaction, draw: &Draw) -> Result<bool, DbErr> {
    let values = || -> [Value; 3] {
        [
            draw.retailer_id.to_string().into(),
            draw.campaign_id.to_string().into(),
            draw.prize_id.to_string().into(),
        ]
    };
    let row = transaction
        .query_one_raw(sql(
            transaction,
            "SELECT p.stock FROM prizes p
             JOIN campaigns c ON c.retailer_id = p.retailer_id AND c.campaign_id = p.campaign_id AND c.status = 'published'
             WHERE p.retailer_id = $1 AND p.campaign_id = $2 AND p.prize_id = $3 AND (p.stock IS NULL OR p.stock_left > 0)",
            values(),
        ))
        .await?;
    let Some(row) = row else { return Ok(false) };
    // Nobody waits for anybody where there is no limit.
    if row.try_get::<Option<i32>>("", "stock")?.is_some() {
        let left = if planted!("stock_off_by_one") {
            "CASE WHEN stock_left = stock THEN stock_left ELSE stock_left - 1 END"
        } else {
            "stock_left - 1"
        };
        transaction.last(sql(
            transaction,
            &format!(
                "UPDATE prizes SET stock_left = {left}
                 WHERE retailer_id = $1 AND campaign_id = $2 AND prize_id = $3 AND stock_left > 0
                   AND EXISTS (SELECT 1 FROM campaigns c WHERE c.retailer_id = $1 AND c.campaign_id = $2 AND c.status = 'published')"
            ),
            values(),
        ));
    }
    Ok(true)
}

/// Issues the coupon, and reserves its face value just before the COMMIT, if the budget still has it then.
async fn issue(
    transaction: &Transaction,
    draw: &Draw,
    conditions: Conditions,
) -> Result<(), DbErr> {
    let coupon_id = new_id!(CouponId, draw.drawn_at);
    coupon_rows::Entity::insert(coupon_rows::ActiveModel {
        retailer_id: Set(draw.retailer_id.to_string()),
        coupon_id: Set(coupon_id.to_string()),
        campaign_id: Set(draw.campaign_id.to_string()),
        prize_id: Set(draw.prize_id.to_string()),
        store_id: Set(draw.store_id.to_string()),
        shopper_id: Set(draw.shopper_id.to_string()),
        draw_id: Set(draw.draw_id.to_string()),
        code: Set(CouponCode::from_random(random::bytes()).compact()),
        value_yen: Set(draw.value.get()),
        min_purchase_yen: Set(conditions.min_purchase.get()),
        status: Set(Verb::Issue.after().slug().to_owned()),
        uses: Set(0),
        issued_at: Set(draw.drawn_at),
        valid_until: Set(coupons::valid_until(draw.drawn_at, conditions.valid_days)),
        redeemed_at: Set(None),
    })
    .exec_without_returning(transaction)
    .await?;
    post_last(
        transaction,
        Entry {
            retailer_id: draw.retailer_id,
            campaign_id: draw.campaign_id,
            about: About::Coupon {
                coupon_id,
                verb: Verb::Issue,
                uses: 0,
                redemption_id: None,
            },
            shift: Shift::issue(draw.value)
                .ok_or_else(|| corrupt("prize")("a coupon over nothing"))?,
            account_id: None,
            at: draw.drawn_at,
        },
    )
    .await
}

/// Plays a shopper made on a day, by campaign.
///
/// # Errors
/// When the database objects.
pub async fn plays_made(
    connection: &impl ConnectionTrait,
    shopper_id: ShopperId,
    day: app::day::Day,
    campaigns: &[(RetailerId, CampaignId)],
) -> Result<Vec<(CampaignId, u32)>, DbErr> {
    #[derive(FromQueryResult)]
    struct Made {
        campaign_id: String,
        made: i64,
    }
    if campaigns.is_empty() {
        return Ok(Vec::new());
    }
    let mut retailers: Vec<String> = campaigns.iter().map(|(r, _)| r.to_string()).collect();
    retailers.sort_unstable();
    retailers.dedup();
    let text = format!(
        "SELECT campaign_id, COUNT(*) AS made FROM draws
         WHERE shopper_id = $1 AND day = $2 AND retailer_id IN ({}) AND campaign_id IN ({})
         GROUP BY campaign_id",
        placeholders(3, retailers.len()),
        placeholders(3 + retailers.len(), campaigns.len()),
    );
    let values = [Value::from(shopper_id.to_string()), day.0.into()]
        .into_iter()
        .chain(retailers.into_iter().map(Value::from))
        .chain(campaigns.iter().map(|(_, c)| c.to_string().into()));
    Made::find_by_statement(sql(connection, &text, values))
        .all(connection)
        .await?
        .into_iter()
        .map(|row| {
            Ok((
                row.campaign_id.parse().map_err(corrupt("campaign id"))?,
                u32::try_from(row.made).map_err(corrupt("number of plays"))?,
            ))
        })
        .collect()
}
