//! Coupons: as they lie in a wallet, as a till finds them, and the sweep of those whose time is over.

use std::collections::HashMap;

use app::{
    announcement::CouponHistory,
    audit::Action,
    code::CouponCode,
    coupon::{CouponFacts, CouponState},
    day::{Day, JST},
    geo::LatLng,
    id::{AccountId, CampaignId, CouponId, DrawId, RetailerId, ShopperId, StoreId},
    ledger::{Shift, Status, Verb},
    yen::Yen,
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};
use serde_json::json;

use super::{
    Db, Names,
    audit::{self, Actor, Record, Seen},
    bulk,
    contact::REACHABLE,
    corrupt,
    journal::{About, Entry, enter, post, shift},
    sql::{execute, sql},
};

/// The first moment at which a coupon can no longer be used: the end of the day in Japan that is `valid_days` days after the
/// issue, so that "valid for a day" never means ten minutes before midnight.
#[must_use]
pub fn valid_until(issued_at: i64, valid_days: u32) -> i64 {
    Day::of(issued_at, JST)
        .plus(i32::try_from(valid_days).unwrap_or(i32::MAX))
        .end(JST)
}

/// A coupon with what has to be shown of it.
#[derive(Clone, Debug)]
pub struct CouponView {
    /// The tenant.
    pub retailer_id: RetailerId,
    /// The coupon.
    pub coupon_id: CouponId,
    /// The campaign.
    pub campaign_id: CampaignId,
    /// The holder.
    pub shopper_id: ShopperId,
    /// The code.
    pub code: CouponCode,
    /// How often it was taken, uses that were undone included.
    pub uses: u32,
    /// When it was won.
    pub issued_at: i64,
    /// When it was redeemed, if it is.
    pub redeemed_at: Option<i64>,
    /// What decisions need.
    pub facts: CouponFacts,
    /// The retailer's names.
    pub retailer_names: Names,
    /// The campaign's names.
    pub campaign_names: Names,
    /// The prize's names.
    pub prize_names: Names,
    /// The store's name.
    pub store_name: String,
    /// Where the store is.
    pub store_at: LatLng,
}

#[derive(FromQueryResult)]
struct Row {
    retailer_id: String,
    coupon_id: String,
    campaign_id: String,
    shopper_id: String,
    store_id: String,
    code: String,
    value_yen: i64,
    min_purchase_yen: i64,
    status: String,
    uses: i32,
    issued_at: i64,
    valid_until: i64,
    redeemed_at: Option<i64>,
    retailer_name: String,
    retailer_name_en: Option<String>,
    campaign_name: String,
    campaign_name_en: Option<String>,
    prize_name: String,
    prize_name_en: Option<String>,
    store_name: String,
    lat: f64,
    lng: f64,
    taken_at: Option<i64>,
    taken_store_id: Option<String>,
    taken_cost_yen: Option<i64>,
    voided_at: Option<i64>,
}

/// Followed by a condition on `c`.
const SELECT: &str = "SELECT c.retailer_id, c.coupon_id, c.campaign_id, c.shopper_id, c.store_id, c.code, c.value_yen,
        c.min_purchase_yen, c.status, c.uses, c.issued_at, c.valid_until, c.redeemed_at,
        r.name AS retailer_name, r.name_en AS retailer_name_en, k.name AS campaign_name, k.name_en AS campaign_name_en,
        p.name AS prize_name, p.name_en AS prize_name_en, s.name AS store_name, s.lat, s.lng,
        d.redeemed_at AS taken_at, d.store_id AS taken_store_id, d.cost_yen AS taken_cost_yen,
        CASE WHEN c.status = 'voided' THEN (SELECT j.entered_at FROM journal j
            WHERE j.retailer_id = c.retailer_id AND j.coupon_id = c.coupon_id AND j.kind = 'void') END AS voided_at
    FROM coupons c
    JOIN retailers r ON r.retailer_id = c.retailer_id
    JOIN campaigns k ON k.retailer_id = c.retailer_id AND k.campaign_id = c.campaign_id
    JOIN prizes p ON p.retailer_id = c.retailer_id AND p.campaign_id = c.campaign_id AND p.prize_id = c.prize_id
    JOIN stores s ON s.retailer_id = c.retailer_id AND s.store_id = c.store_id
    LEFT JOIN redemptions d ON d.retailer_id = c.retailer_id AND d.coupon_id = c.coupon_id AND d.reversed_at IS NULL";

impl Row {
    fn read(self) -> Result<CouponView, DbErr> {
        let store: StoreId = self.store_id.parse().map_err(corrupt("store id"))?;
        let status = Status::from_slug(&self.status)
            .ok_or_else(|| corrupt("coupon status")(self.status.as_str()))?;
        let state = match status {
            Status::Issued => CouponState::Issued,
            Status::Expired => CouponState::Expired {
                at: self.valid_until,
            },
            Status::Voided => CouponState::Voided {
                at: self
                    .voided_at
                    .ok_or_else(|| corrupt("coupon")("taken back without an entry"))?,
            },
            Status::Redeemed => match (self.taken_at, self.taken_store_id, self.taken_cost_yen) {
                (Some(at), Some(store), Some(cost)) => CouponState::Redeemed {
                    at,
                    store: store.parse().map_err(corrupt("store id"))?,
                    cost: Yen(cost),
                },
                _ => return Err(corrupt("coupon")("redeemed without a redemption")),
            },
        };
        Ok(CouponView {
            retailer_id: self.retailer_id.parse().map_err(corrupt("retailer id"))?,
            coupon_id: self.coupon_id.parse().map_err(corrupt("coupon id"))?,
            campaign_id: self.campaign_id.parse().map_err(corrupt("campaign id"))?,
            shopper_id: self.shopper_id.parse().map_err(corrupt("shopper id"))?,
            code: CouponCode::parse(&self.code).map_err(corrupt("code"))?,
            uses: u32::try_from(self.uses).map_err(corrupt("number of uses"))?,
            issued_at: self.issued_at,
            redeemed_at: self.redeemed_at,
            facts: CouponFacts {
                face: Yen(self.value_yen),
                store,
                min_purchase: Yen(self.min_purchase_yen),
                // Good from the moment it is there, also for a server whose clock is a little behind the one that issued it.
                valid_from: i64::MIN,
                valid_until: self.valid_until,
                state,
            },
            retailer_names: Names {
                ja: self.retailer_name,
                en: self.retailer_name_en,
            },
            campaign_names: Names {
                ja: self.campaign_name,
                en: self.campaign_name_en,
            },
            prize_names: Names {
                ja: self.prize_name,
                en: self.prize_name_en,
            },
            store_name: self.store_name,
            store_at: LatLng::new(self.lat, self.lng).map_err(corrupt("position"))?,
        })
    }
}

async fn one(
    connection: &impl ConnectionTrait,
    condition: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Option<CouponView>, DbErr> {
    Row::find_by_statement(sql(
        connection,
        &format!("{SELECT} WHERE {condition}"),
        values,
    ))
    .one(connection)
    .await?
    .map(Row::read)
    .transpose()
}

/// The newest coupons of a shopper, over all retailers; at most 500.
///
/// # Errors
/// When the database objects.
pub async fn of_shopper(
    connection: &impl ConnectionTrait,
    shopper_id: ShopperId,
) -> Result<Vec<CouponView>, DbErr> {
    Row::find_by_statement(sql(
        connection,
        &format!(
            "{SELECT} WHERE c.shopper_id = $1 ORDER BY c.issued_at DESC, c.coupon_id DESC LIMIT 500"
        ),
        [shopper_id.to_string().into()],
    ))
    .all(connection)
    .await?
    .into_iter()
    .map(Row::read)
    .collect()
}

/// A coupon of a shopper.
///
/// # Errors
/// When the database objects.
pub async fn of_shopper_by_id(
    connection: &impl ConnectionTrait,
    shopper_id: ShopperId,
    retailer_id: RetailerId,
    coupon_id: CouponId,
) -> Result<Option<CouponView>, DbErr> {
    one(
        connection,
        "c.retailer_id = $1 AND c.coupon_id = $2 AND c.shopper_id = $3",
        [
            retailer_id.to_string().into(),
            coupon_id.to_string().into(),
            shopper_id.to_string().into(),
        ],
    )
    .await
}

/// The coupon that a draw gave, if it was no blank.
///
/// # Errors
/// When the database objects.
pub async fn of_draw(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    draw_id: DrawId,
) -> Result<Option<CouponView>, DbErr> {
    one(
        connection,
        "c.retailer_id = $1 AND c.draw_id = $2",
        [retailer_id.to_string().into(), draw_id.to_string().into()],
    )
    .await
}

/// What shoppers did with a retailer's coupons; who never had one is missing.
///
/// # Errors
/// When the database objects.
pub async fn histories(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    shoppers: &[ShopperId],
) -> Result<HashMap<ShopperId, CouponHistory>, DbErr> {
    #[derive(FromQueryResult)]
    struct Held {
        shopper_id: String,
        last_used: Option<i64>,
        good_until: Option<i64>,
    }
    if shoppers.is_empty() {
        return Ok(HashMap::new());
    }
    // Shopper by shopper, to whom an index of coupons leads. PostgreSQL would rather read all of them, SQLite all of the retailer's, for each five thousand: so
    // the retailer is asked in a way that no index answers.
    let (rows, values) = bulk::rows_of(
        connection,
        "coupons",
        "COALESCE(t.retailer_id, '') = $1",
        "shopper_id",
        (2, shoppers.iter().map(ToString::to_string)),
    );
    Held::find_by_statement(sql(
        connection,
        &format!(
            "SELECT shopper_id, MAX(redeemed_at) AS last_used, MAX(CASE WHEN status = 'issued' THEN valid_until END) AS good_until
             FROM {rows} c GROUP BY shopper_id"
        ),
        std::iter::once(Value::from(retailer_id.to_string())).chain(values),
    ))
    .all(connection)
    .await?
    .into_iter()
    .map(|row| {
        let history = CouponHistory {
            last_used: row.last_used,
            good_until: row.good_until,
        };
        Ok((row.shopper_id.parse().map_err(corrupt("shopper id"))?, history))
    })
    .collect()
}

/// A coupon of a retailer.
///
/// # Errors
/// When the database objects.
pub async fn by_id(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    coupon_id: CouponId,
) -> Result<Option<CouponView>, DbErr> {
    one(
        connection,
        "c.retailer_id = $1 AND c.coupon_id = $2",
        [retailer_id.to_string().into(), coupon_id.to_string().into()],
    )
    .await
}

/// The coupon of a retailer that has a code. `None` for the code looks all the same, so that a misprint takes as long as a miss.
///
/// # Errors
/// When the database objects.
pub async fn by_code(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    code: Option<&CouponCode>,
) -> Result<Option<CouponView>, DbErr> {
    let compact = code.map(CouponCode::compact).unwrap_or_default();
    let condition = if planted!("code_of_any_retailer") {
        "$1 = $1 AND c.code = $2"
    } else {
        "c.retailer_id = $1 AND c.code = $2"
    };
    one(
        connection,
        condition,
        [retailer_id.to_string().into(), compact.into()],
    )
    .await
}

/// Takes a coupon a step further, if it is still what it was when it was read: its state as the verb needs it, and as many uses.
/// `set` and `condition` may name further parameters from `$5` on. `false`: it is not, and nothing was written.
///
/// # Errors
/// When the database objects.
#[allow(
    clippy::ifs_same_cond,
    reason = "an ordinary build knows no planted bug"
)]
pub(super) async fn turn(
    transaction: &impl ConnectionTrait,
    coupon: &CouponView,
    verb: Verb,
    set: &str,
    condition: &str,
    further: impl IntoIterator<Item = Value>,
) -> Result<bool, DbErr> {
    // An issue makes a row; every other verb finds one.
    let before = verb.before().map_or("", Status::slug);
    let as_read = if planted!("redeem_without_condition") && verb == Verb::Redeem {
        "uses >= $4".to_owned()
    } else if planted!("spelling_is_another_code") && verb == Verb::Redeem {
        "uses = $4".to_owned()
    } else {
        format!("uses = $4 AND status = '{before}'")
    };
    let values = [
        verb.after().slug().into(),
        coupon.retailer_id.to_string().into(),
        coupon.coupon_id.to_string().into(),
        i32::try_from(coupon.uses)
            .map_err(corrupt("number of uses"))?
            .into(),
    ];
    let changed = execute(
        transaction,
        &format!(
            "UPDATE coupons SET status = $1, {set}
             WHERE retailer_id = $2 AND coupon_id = $3 AND {as_read} AND {condition}"
        ),
        values.into_iter().chain(further),
    )
    .await?;
    Ok(changed == 1)
}

/// Takes a coupon back: what it reserved is available again. `false`: it changed since it was read, or its time is over; the caller
/// rolls back.
///
/// # Errors
/// When the database objects; the caller rolls back.
pub async fn void(
    transaction: &impl ConnectionTrait,
    coupon: &CouponView,
    account_id: AccountId,
    now: i64,
) -> Result<bool, DbErr> {
    let turned = turn(
        transaction,
        coupon,
        Verb::Void,
        "redeemed_at = NULL",
        "valid_until > $5",
        [now.into()],
    )
    .await?;
    let shift = Shift::release(coupon.facts.face)
        .ok_or_else(|| corrupt("amount")("a coupon without a face value"))?;
    Ok(turned
        && post(
            transaction,
            Entry {
                retailer_id: coupon.retailer_id,
                campaign_id: coupon.campaign_id,
                about: About::Coupon {
                    coupon_id: coupon.coupon_id,
                    verb: Verb::Void,
                    uses: coupon.uses,
                    redemption_id: None,
                },
                shift,
                account_id: Some(account_id),
                at: now,
            },
        )
        .await?)
}

/// So that a transaction stays short.
const EXPIRE_BATCH: i64 = 200;

#[derive(Clone, FromQueryResult)]
struct Due {
    retailer_id: String,
    campaign_id: String,
    coupon_id: String,
    value_yen: i64,
    uses: i32,
}

/// Writes down that the time of issued coupons is over and releases what they reserved. May be interrupted and run again, and run
/// on several servers at once: each coupon is released once. Gives how many.
///
/// # Errors
/// When the database objects; the first error, after the campaigns that it does not concern were done.
pub async fn expire_due(db: &Db, now: i64) -> Result<u64, DbErr> {
    let mut expired = 0;
    let mut first_error = None;
    let mut after = [String::new(), String::new(), String::new()];
    loop {
        let [retailer_id, campaign_id, coupon_id] = after.clone();
        let due = Due::find_by_statement(sql(
            db.read(),
            "SELECT retailer_id, campaign_id, coupon_id, value_yen, uses FROM coupons
             WHERE status = 'issued' AND valid_until <= $1 AND (retailer_id, campaign_id, coupon_id) > ($2, $3, $4)
             ORDER BY retailer_id, campaign_id, coupon_id LIMIT $5",
            [
                now.into(),
                retailer_id.into(),
                campaign_id.into(),
                coupon_id.into(),
                EXPIRE_BATCH.into(),
            ],
        ))
        .all(db.read())
        .await?;
        let Some(last) = due.last().cloned() else {
            return first_error.map_or(Ok(expired), Err);
        };
        after = [last.retailer_id, last.campaign_id, last.coupon_id];
        for of_campaign in due
            .chunk_by(|a, b| (&a.retailer_id, &a.campaign_id) == (&b.retailer_id, &b.campaign_id))
        {
            match expire_group(db, of_campaign, now).await {
                Ok(count) => expired += count,
                Err(error) => {
                    first_error.get_or_insert(error);
                }
            }
        }
    }
}

/// A coupon that can be used and is about to end.
#[derive(Clone, Debug)]
pub struct Ending {
    /// The tenant.
    pub retailer_id: RetailerId,
    /// The coupon.
    pub coupon_id: CouponId,
    /// Whose it is.
    pub shopper_id: ShopperId,
    /// The first moment at which it is over.
    pub valid_until: i64,
    /// The name of its store.
    pub store: String,
    /// What it gives.
    pub prize: Names,
    /// Whose campaign it is of.
    pub retailer: Names,
}

/// The next so many coupons to end, after a moment and coupon and before a moment, of holders who agree to messages to browsers.
///
/// # Errors
/// When the database objects.
pub async fn ending(
    connection: &impl ConnectionTrait,
    (from, after): &(i64, String),
    before: i64,
    limit: u32,
) -> Result<Vec<Ending>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        retailer_id: String,
        coupon_id: String,
        shopper_id: String,
        valid_until: i64,
        store_name: String,
        prize_name: String,
        prize_name_en: Option<String>,
        retailer_name: String,
        retailer_name_en: Option<String>,
    }
    Row::find_by_statement(sql(
        connection,
        &format!("SELECT c.retailer_id, c.coupon_id, c.shopper_id, c.valid_until, s.name AS store_name, p.name AS prize_name,
                p.name_en AS prize_name_en, r.name AS retailer_name, r.name_en AS retailer_name_en
         FROM coupons c
         JOIN stores s ON s.retailer_id = c.retailer_id AND s.store_id = c.store_id
         JOIN prizes p ON p.retailer_id = c.retailer_id AND p.campaign_id = c.campaign_id AND p.prize_id = c.prize_id
         JOIN retailers r ON r.retailer_id = c.retailer_id
         WHERE c.status = 'issued' AND c.valid_until >= $1 AND c.valid_until < $3
           AND (c.valid_until > $1 OR c.coupon_id > $2)
           AND EXISTS (SELECT 1 FROM contact_preferences w WHERE w.shopper_id = c.shopper_id AND {REACHABLE})
         ORDER BY c.valid_until, c.coupon_id LIMIT $4"),
        [
            (*from).into(),
            after.as_str().into(),
            before.into(),
            i64::from(limit).into(),
        ],
    ))
    .all(connection)
    .await?
    .into_iter()
    .map(|row| {
        Ok(Ending {
            retailer_id: row.retailer_id.parse().map_err(corrupt("retailer id"))?,
            coupon_id: row.coupon_id.parse().map_err(corrupt("coupon id"))?,
            shopper_id: row.shopper_id.parse().map_err(corrupt("shopper id"))?,
            valid_until: row.valid_until,
            store: row.store_name,
            prize: Names {
                ja: row.prize_name,
                en: row.prize_name_en,
            },
            retailer: Names {
                ja: row.retailer_name,
                en: row.retailer_name_en,
            },
        })
    })
    .collect()
}

/// Coupons of one campaign, in one transaction.
async fn expire_group(db: &Db, group: &[Due], now: i64) -> Result<u64, DbErr> {
    let transaction = db.begin_alone().await?;
    let mut expired = 0;
    let mut sum = Shift::default();
    // In the order of their ids, so that two servers wait for each other instead of locking each other out.
    for coupon in group {
        let changed = execute(
            &transaction,
            "UPDATE coupons SET status = $1
             WHERE retailer_id = $2 AND coupon_id = $3 AND status = 'issued' AND valid_until <= $4 AND uses = $5",
            [
                Verb::Expire.after().slug().into(),
                coupon.retailer_id.clone().into(),
                coupon.coupon_id.clone().into(),
                now.into(),
                coupon.uses.into(),
            ],
        )
        .await?;
        if changed == 0 {
            continue;
        }
        let released = Shift::release(Yen(coupon.value_yen))
            .ok_or_else(|| corrupt("face value")(coupon.value_yen))?;
        let entry = Entry {
            retailer_id: coupon.retailer_id.parse().map_err(corrupt("retailer id"))?,
            campaign_id: coupon.campaign_id.parse().map_err(corrupt("campaign id"))?,
            about: About::Coupon {
                coupon_id: coupon.coupon_id.parse().map_err(corrupt("coupon id"))?,
                verb: Verb::Expire,
                uses: u32::try_from(coupon.uses).map_err(corrupt("number of uses"))?,
                redemption_id: None,
            },
            shift: released,
            account_id: None,
            at: now,
        };
        enter(&transaction, entry).await?;
        expired += 1;
        sum = sum
            .and(released)
            .ok_or_else(|| corrupt("sum")("of what expires is beyond 64 bits"))?;
    }
    if let (Some(of), true) = (group.first(), expired > 0) {
        let retailer_id = of.retailer_id.parse().map_err(corrupt("retailer id"))?;
        let campaign_id = of.campaign_id.parse().map_err(corrupt("campaign id"))?;
        if !planted!("expiry_releases_nothing")
            && !shift(&transaction, retailer_id, campaign_id, sum).await?
        {
            return Err(corrupt("balance")("less is reserved than coupons hold"));
        }
        let record = Record {
            retailer_id,
            actor: Actor::System("expire_coupons"),
            action: Action::CouponsExpired,
            subject: campaign_id.to_string(),
            store_id: None,
            details: json!({ "coupons": expired, "released": sum.available() }),
        };
        audit::enter(&transaction, &record, &Seen::default(), now).await?;
    }
    transaction.commit().await?;
    Ok(expired)
}
