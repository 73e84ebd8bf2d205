//! What retailers want to reach.

use app::{goal::Goals, id::RetailerId, yen::Yen};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};

use super::{
    corrupt,
    sql::{execute, sql},
};

/// A retailer's goals; none were set: none.
///
/// # Errors
/// When the database objects.
pub async fn find(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
) -> Result<Goals, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        lift_percent: Option<i32>,
        yen_per_visit: Option<i64>,
    }
    let row = Row::find_by_statement(sql(
        connection,
        "SELECT lift_percent, yen_per_visit FROM goals WHERE retailer_id = $1",
        [retailer_id.to_string().into()],
    ))
    .one(connection)
    .await?;
    let Some(row) = row else {
        return Ok(Goals::default());
    };
    let percent = row.lift_percent.map(u32::try_from).transpose();
    Ok(Goals {
        lift_percent: percent.map_err(corrupt("goal"))?,
        yen_per_visit: row.yen_per_visit.map(Yen),
    })
}

/// Sets them.
///
/// # Errors
/// When the database objects.
pub async fn set(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    goals: Goals,
    now: i64,
) -> Result<(), DbErr> {
    let percent = goals.lift_percent.map(i32::try_from).transpose();
    execute(
        transaction,
        "INSERT INTO goals (retailer_id, lift_percent, yen_per_visit, set_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (retailer_id) DO UPDATE SET lift_percent = excluded.lift_percent, yen_per_visit = excluded.yen_per_visit,
             set_at = excluded.set_at",
        [
            retailer_id.to_string().into(),
            percent.map_err(corrupt("goal"))?.into(),
            goals.yen_per_visit.map(Yen::get).into(),
            now.into(),
        ],
    )
    .await?;
    Ok(())
}
