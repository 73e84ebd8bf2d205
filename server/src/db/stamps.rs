//! Stamps: visits at which staff scanned the member code.

use app::{
    api::shopper::Stamps,
    id::{RetailerId, ShopperId},
    lang::Lang,
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};

use super::{
    corrupt,
    sql::{Names, sql},
    visits::Source,
};

/// How many stamps a shopper has at a retailer's stores.
///
/// # Errors
/// When the database objects.
pub async fn count(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    shopper_id: ShopperId,
) -> Result<u64, DbErr> {
    let row = connection
        .query_one_raw(sql(
            connection,
            "SELECT COUNT(*) AS stamps FROM visits WHERE retailer_id = $1 AND shopper_id = $2 AND (sources & $3) <> 0",
            [
                retailer_id.to_string().into(),
                shopper_id.to_string().into(),
                Source::Card.bit().into(),
            ],
        ))
        .await?;
    let stamps: i64 = row.map_or(Ok(0), |row| row.try_get("", "stamps"))?;
    u64::try_from(stamps).map_err(corrupt("number of stamps"))
}

/// A shopper's stamps, by retailer, the newest first.
///
/// # Errors
/// When the database objects.
pub async fn of_shopper(
    connection: &impl ConnectionTrait,
    shopper_id: ShopperId,
    lang: Lang,
) -> Result<Vec<Stamps>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        retailer_id: String,
        name: String,
        name_en: Option<String>,
        stamps: i64,
        last_at: i64,
    }
    // From the retailers on: visits are found by retailer and shopper.
    Row::find_by_statement(sql(
        connection,
        "SELECT r.retailer_id, r.name, r.name_en, COUNT(*) AS stamps, MAX(v.began_at) AS last_at FROM retailers r
         JOIN visits v ON v.retailer_id = r.retailer_id AND v.shopper_id = $1
         WHERE (v.sources & $2) <> 0
         GROUP BY r.retailer_id, r.name, r.name_en ORDER BY last_at DESC, r.retailer_id",
        [shopper_id.to_string().into(), Source::Card.bit().into()],
    ))
    .all(connection)
    .await?
    .into_iter()
    .map(|row| {
        let names = Names {
            ja: row.name,
            en: row.name_en,
        };
        Ok(Stamps {
            retailer_id: row.retailer_id.parse().map_err(corrupt("retailer id"))?,
            retailer_name: names.get(lang).to_owned(),
            stamps: u64::try_from(row.stamps).map_err(corrupt("number of stamps"))?,
            last_at: row.last_at,
        })
    })
    .collect()
}
