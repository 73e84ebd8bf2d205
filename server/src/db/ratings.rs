//! What shoppers thought who used a coupon. When somebody was asked is a shopper's row, what they said a retailer's: two transactions, and a question
//! that was answered counts as closed whether or not the second came.

use app::{
    api::reach::{RatingInput, RatingQuestion},
    day::{Day, JST},
    id::{RedemptionId, RetailerId, ShopperId},
    lang::Lang,
    rating::{ASKED_AGAIN_MS, ASKED_WITHIN_MS, REPORT_DAYS},
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};

use super::{
    Db, Names, corrupt,
    sql::{execute, sql},
};

/// The last question that somebody was asked.
#[derive(FromQueryResult)]
struct Asked {
    retailer_id: String,
    redemption_id: String,
    asked_at: i64,
    closed_at: Option<i64>,
}

async fn last_asked(
    connection: &impl ConnectionTrait,
    shopper_id: ShopperId,
) -> Result<Option<Asked>, DbErr> {
    Asked::find_by_statement(sql(
        connection,
        "SELECT retailer_id, redemption_id, asked_at, closed_at FROM rating_questions WHERE shopper_id = $1",
        [shopper_id.to_string().into()],
    ))
    .one(connection)
    .await
}

#[derive(FromQueryResult)]
struct Use {
    retailer_id: String,
    redemption_id: String,
    retailer_name: String,
    retailer_name_en: Option<String>,
    store_name: String,
    redeemed_at: i64,
}

impl Use {
    fn question(self, lang: Lang) -> Result<RatingQuestion, DbErr> {
        let names = Names {
            ja: self.retailer_name,
            en: self.retailer_name_en,
        };
        Ok(RatingQuestion {
            retailer_id: self.retailer_id.parse().map_err(corrupt("retailer id"))?,
            redemption_id: self
                .redemption_id
                .parse()
                .map_err(corrupt("redemption id"))?,
            retailer_name: names.get(lang).to_owned(),
            store_name: self.store_name,
            redeemed_at: self.redeemed_at,
        })
    }
}

/// The newest use of a coupon of the shopper's that stands, can be asked about and was not rated; or the one that was asked about, if that is so of it.
async fn to_ask(
    connection: &impl ConnectionTrait,
    shopper_id: ShopperId,
    only: Option<&Asked>,
    now: i64,
) -> Result<Option<Use>, DbErr> {
    let which = only.map_or("", |_| "AND d.retailer_id = $3 AND d.redemption_id = $4");
    let these = only.map(|asked| {
        [
            Value::from(asked.retailer_id.clone()),
            asked.redemption_id.clone().into(),
        ]
    });
    // From the shopper's coupons on: uses are found by retailer and coupon.
    Use::find_by_statement(sql(
        connection,
        &format!(
            "SELECT d.retailer_id, d.redemption_id, r.name AS retailer_name, r.name_en AS retailer_name_en, s.name AS store_name,
                d.redeemed_at
             FROM coupons c
             JOIN redemptions d ON d.retailer_id = c.retailer_id AND d.coupon_id = c.coupon_id
             JOIN retailers r ON r.retailer_id = d.retailer_id
             JOIN stores s ON s.retailer_id = d.retailer_id AND s.store_id = d.store_id
             WHERE c.shopper_id = $1 AND c.redeemed_at > $2 AND d.redeemed_at > $2 AND d.reversed_at IS NULL {which}
               AND NOT EXISTS (SELECT 1 FROM ratings q WHERE q.retailer_id = d.retailer_id AND q.redemption_id = d.redemption_id)
             ORDER BY d.redeemed_at DESC, d.redemption_id DESC LIMIT 1"
        ),
        [
            Value::from(shopper_id.to_string()),
            (now - ASKED_WITHIN_MS).into(),
        ]
        .into_iter()
        .chain(these.into_iter().flatten()),
    ))
    .one(connection)
    .await
}

/// The question that a shopper is asked now: the last one, as long as it is open; otherwise about the newest use of a coupon, if nothing was
/// asked for 14 days. That it is asked is written down first.
///
/// # Errors
/// When the database objects.
pub async fn question(
    db: &Db,
    shopper_id: ShopperId,
    lang: Lang,
    now: i64,
) -> Result<Option<RatingQuestion>, DbErr> {
    let asked = last_asked(db.read(), shopper_id).await?;
    let is_early = |asked: &&Asked| asked.asked_at > now - ASKED_AGAIN_MS;
    if let Some(asked) = asked.as_ref().filter(is_early) {
        if asked.closed_at.is_some() {
            return Ok(None);
        }
        let open = to_ask(db.read(), shopper_id, Some(asked), now).await?;
        return open.map(|one| one.question(lang)).transpose();
    }
    let Some(one) = to_ask(db.read(), shopper_id, None, now).await? else {
        return Ok(None);
    };
    let transaction = db.begin().await?;
    let reserved = execute(
        &transaction,
        "INSERT INTO rating_questions (shopper_id, retailer_id, redemption_id, asked_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (shopper_id) DO UPDATE SET retailer_id = excluded.retailer_id, redemption_id = excluded.redemption_id,
             asked_at = excluded.asked_at, closed_at = NULL
         WHERE rating_questions.asked_at <= $5",
        [
            shopper_id.to_string().into(),
            one.retailer_id.clone().into(),
            one.redemption_id.clone().into(),
            now.into(),
            (now - ASKED_AGAIN_MS).into(),
        ],
    )
    .await?;
    transaction.commit().await?;
    // Another page of theirs was faster, and asks.
    (reserved == 1).then(|| one.question(lang)).transpose()
}

/// Closes the question that is open, if one is.
///
/// # Errors
/// When the database objects.
pub async fn close(db: &Db, shopper_id: ShopperId, now: i64) -> Result<(), DbErr> {
    let transaction = db.begin().await?;
    execute(
        &transaction,
        "UPDATE rating_questions SET closed_at = CASE WHEN asked_at > $2 THEN asked_at ELSE $2 END
         WHERE shopper_id = $1 AND closed_at IS NULL",
        [shopper_id.to_string().into(), now.into()],
    )
    .await?;
    transaction.commit().await
}

/// Keeps what a shopper thinks of the use that they were asked about, in place of what they said of it before. `false`: nothing was asked about it,
/// or it is too long ago, or undone.
///
/// # Errors
/// When the database objects.
pub async fn rate(
    db: &Db,
    shopper_id: ShopperId,
    (retailer_id, redemption_id): (RetailerId, RedemptionId),
    input: &RatingInput,
    now: i64,
) -> Result<bool, DbErr> {
    let asked = last_asked(db.read(), shopper_id).await?;
    let is_it = asked.is_some_and(|asked| {
        asked.retailer_id == retailer_id.to_string()
            && asked.redemption_id == redemption_id.to_string()
    });
    if !is_it {
        return Ok(false);
    }
    let transaction = db.begin().await?;
    let kept = execute(
        &transaction,
        "INSERT INTO ratings (retailer_id, redemption_id, shopper_id, store_id, campaign_id, stars, comment, rated_at, day)
         SELECT d.retailer_id, d.redemption_id, d.shopper_id, d.store_id, d.campaign_id, CAST($4 AS INTEGER), CAST($5 AS TEXT),
             CAST($6 AS BIGINT), CAST($7 AS INTEGER)
         FROM redemptions d
         WHERE d.retailer_id = $1 AND d.redemption_id = $2 AND d.shopper_id = $3 AND d.reversed_at IS NULL AND d.redeemed_at > $8
         ON CONFLICT (retailer_id, redemption_id) DO UPDATE SET stars = excluded.stars,
             comment = COALESCE(excluded.comment, ratings.comment)",
        [
            retailer_id.to_string().into(),
            redemption_id.to_string().into(),
            shopper_id.to_string().into(),
            i32::from(input.stars).into(),
            input.comment.clone().into(),
            now.into(),
            Day::of(now, JST).0.into(),
            // A day longer than it is asked: who has the page open may still answer.
            (now - ASKED_WITHIN_MS - 86_400_000).into(),
        ],
    )
    .await?;
    transaction.commit().await?;
    Ok(kept == 1)
}

/// How many gave each number of stars in the last 90 days.
///
/// # Errors
/// When the database objects.
pub async fn stars(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    today: Day,
) -> Result<[i64; 5], DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        stars: i32,
        n: i64,
    }
    let rows = Row::find_by_statement(sql(
        connection,
        "SELECT stars, COUNT(*) AS n FROM ratings WHERE retailer_id = $1 AND day > $2 GROUP BY stars",
        [
            retailer_id.to_string().into(),
            today.plus(-REPORT_DAYS).0.into(),
        ],
    ))
    .all(connection)
    .await?;
    let mut out = [0; 5];
    for row in rows {
        let place = usize::try_from(row.stars - 1).map_err(corrupt("stars"))?;
        *out.get_mut(place)
            .ok_or_else(|| corrupt("stars")(row.stars))? = row.n;
    }
    Ok(out)
}

/// A rating as it goes into a file: nothing tells whose it is, nor on which day it was given.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Said {
    /// `2026-11`.
    pub month: String,
    /// Where.
    pub store: String,
    /// 1 to 5.
    pub stars: i32,
    /// What was written.
    pub comment: String,
}

/// All ratings, in an order that does not tell in which they came.
///
/// # Errors
/// When the database objects.
pub async fn said(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
) -> Result<Vec<Said>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        day: i32,
        store: String,
        stars: i32,
        comment: Option<String>,
    }
    let rows = Row::find_by_statement(sql(
        connection,
        "SELECT q.day, s.name AS store, q.stars, q.comment FROM ratings q
         JOIN stores s ON s.retailer_id = q.retailer_id AND s.store_id = q.store_id WHERE q.retailer_id = $1",
        [retailer_id.to_string().into()],
    ))
    .all(connection)
    .await?;
    let mut out: Vec<Said> = rows
        .into_iter()
        .map(|row| Said {
            month: Day(row.day).to_string().chars().take(7).collect(),
            store: row.store,
            stars: row.stars,
            comment: row.comment.unwrap_or_default(),
        })
        .collect();
    out.sort();
    Ok(out)
}
