//! Which of a retailer's members a shopper is, by their own act. Of the number only a keyed hash is kept.

use app::{
    api::shopper::Membership,
    id::{RetailerId, ShopperId},
    lang::Lang,
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};

use super::{
    corrupt, lift,
    sql::{Names, execute, sql},
    visit_imports,
};

#[derive(FromQueryResult)]
struct Link {
    member_hash: String,
    linked_at: i64,
}

async fn found(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    shopper_id: ShopperId,
) -> Result<Option<Link>, DbErr> {
    Link::find_by_statement(sql(
        connection,
        "SELECT member_hash, linked_at FROM member_links WHERE retailer_id = $1 AND shopper_id = $2",
        [
            retailer_id.to_string().into(),
            shopper_id.to_string().into(),
        ],
    ))
    .one(connection)
    .await
}

/// Since when a shopper is linked to a member number.
///
/// # Errors
/// When the database objects.
pub async fn linked_at(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    shopper_id: ShopperId,
) -> Result<Option<i64>, DbErr> {
    let link = found(connection, retailer_id, shopper_id).await?;
    Ok(link.map(|link| link.linked_at))
}

/// A shopper's links, by retailer.
///
/// # Errors
/// When the database objects.
pub async fn of_shopper(
    connection: &impl ConnectionTrait,
    shopper_id: ShopperId,
    lang: Lang,
) -> Result<Vec<Membership>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        retailer_id: String,
        name: String,
        name_en: Option<String>,
        linked_at: i64,
    }
    // From the retailers on: links are found by retailer and shopper.
    Row::find_by_statement(sql(
        connection,
        "SELECT r.retailer_id, r.name, r.name_en, l.linked_at FROM retailers r
         JOIN member_links l ON l.retailer_id = r.retailer_id AND l.shopper_id = $1 ORDER BY r.retailer_id",
        [shopper_id.to_string().into()],
    ))
    .all(connection)
    .await?
    .into_iter()
    .map(|row| {
        let names = Names {
            ja: row.name,
            en: row.name_en,
        };
        Ok(Membership {
            retailer_id: row.retailer_id.parse().map_err(corrupt("retailer id"))?,
            retailer_name: names.get(lang).to_owned(),
            linked_at: row.linked_at,
        })
    })
    .collect()
}

/// Links a shopper to a member number, in place of the one there was. Whoever else has that number is the same person from now on and is
/// counted anew; imported visits go to whoever was linked first. `false`: it is the number there was.
///
/// # Errors
/// When the database objects.
pub async fn link(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    shopper_id: ShopperId,
    member_hash: &str,
    now: i64,
) -> Result<bool, DbErr> {
    visit_imports::alone(transaction, retailer_id).await?;
    let before = found(transaction, retailer_id, shopper_id).await?;
    if before
        .as_ref()
        .is_some_and(|link| link.member_hash == member_hash)
    {
        return Ok(false);
    }
    let mut numbers = vec![member_hash.to_owned()];
    numbers.extend(before.map(|link| link.member_hash));
    let mut held = Vec::with_capacity(numbers.len());
    for number in numbers {
        let holder = visit_imports::holder(transaction, retailer_id, &number).await?;
        held.push((number, holder));
    }
    touch_person(transaction, retailer_id, shopper_id).await?;
    execute(
        transaction,
        "INSERT INTO member_links (retailer_id, shopper_id, member_hash, linked_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (retailer_id, shopper_id) DO UPDATE SET member_hash = excluded.member_hash, linked_at = excluded.linked_at",
        [
            retailer_id.to_string().into(),
            shopper_id.to_string().into(),
            member_hash.into(),
            now.into(),
        ],
    )
    .await?;
    touch_person(transaction, retailer_id, shopper_id).await?;
    for (number, holder) in held {
        visit_imports::hand_over(transaction, retailer_id, &number, holder).await?;
    }
    Ok(true)
}

/// Ends a shopper's link. Whoever else has that number is counted anew. `false`: there was none.
///
/// # Errors
/// When the database objects.
pub async fn unlink(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    shopper_id: ShopperId,
) -> Result<bool, DbErr> {
    visit_imports::alone(transaction, retailer_id).await?;
    let Some(before) = found(transaction, retailer_id, shopper_id).await? else {
        return Ok(false);
    };
    let number = before.member_hash;
    let holder = visit_imports::holder(transaction, retailer_id, &number).await?;
    touch_person(transaction, retailer_id, shopper_id).await?;
    execute(
        transaction,
        "DELETE FROM member_links WHERE retailer_id = $1 AND shopper_id = $2",
        [
            retailer_id.to_string().into(),
            shopper_id.to_string().into(),
        ],
    )
    .await?;
    visit_imports::hand_over(transaction, retailer_id, &number, holder).await?;
    Ok(true)
}

/// Has everybody counted anew who has the shopper's member number, the shopper too.
async fn touch_person(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    shopper_id: ShopperId,
) -> Result<(), DbErr> {
    lift::alone(transaction, retailer_id).await?;
    execute(
        transaction,
        "UPDATE exposures SET state = 'stale' WHERE retailer_id = $1 AND state = 'sealed' AND shopper_id IN (
            SELECT b.shopper_id FROM member_links a
            JOIN member_links b ON b.retailer_id = a.retailer_id AND b.member_hash = a.member_hash
            WHERE a.retailer_id = $1 AND a.shopper_id = $2)",
        [
            Value::from(retailer_id.to_string()),
            shopper_id.to_string().into(),
        ],
    )
    .await?;
    Ok(())
}
