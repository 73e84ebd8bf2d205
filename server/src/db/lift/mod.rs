//! Lift: sealed shoppers are folded into sums, sums are published in batches, reports read what was published.
//!
//! The sums are at any time those over the units of sealed shoppers, plus what was kept of the erased: [`rebuilt`] adds them up anew.

mod fold;
mod publish;

use std::collections::{BTreeMap, HashMap};

use app::{
    cohort::{Measure, Sums},
    holdout::Arm,
    id::{EpochId, RetailerId},
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};

use super::{corrupt, sql::sql};

pub(in crate::db) use fold::alone;
pub use fold::{MANY, erase, fold, touched, touched_all};
pub use publish::publish;

/// A cell of the sums: which visits, by what, which of them, which arm.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// Which visits count.
    pub measure: Measure,
    /// By what shoppers are told apart; `all`: they are not.
    pub dimension: String,
    /// Which of them; empty for all.
    pub cell: String,
    /// The arm.
    pub arm: Arm,
}

impl Cell {
    /// Everybody of an arm.
    #[must_use]
    pub fn whole(measure: Measure, arm: Arm) -> Self {
        Self {
            measure,
            dimension: ALL.to_owned(),
            cell: String::new(),
            arm,
        }
    }
}

/// The dimension of everybody.
pub const ALL: &str = "all";
/// The dimension of how far those came who were made offers; nobody who is held out is in it.
pub const STAGE: &str = "stage";

/// What a cell holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Shoppers ever added; does not go down when one is taken out.
    pub added: i64,
    /// The sums.
    pub sums: Sums,
}

/// The columns of the sums, in the order of [`values`].
const COLUMNS: [&str; 12] = [
    "n",
    "y",
    "yy",
    "x",
    "xx",
    "xy",
    "basket",
    "basket2",
    "cost",
    "cost2",
    "cost_y",
    "basket_cost",
];

fn values(sums: &Sums) -> [Value; 12] {
    [
        sums.n,
        sums.y,
        sums.yy,
        sums.x,
        sums.xx,
        sums.xy,
        sums.basket,
        sums.basket2,
        sums.cost,
        sums.cost2,
        sums.cost_y,
        sums.basket_cost,
    ]
    .map(Value::from)
}

#[derive(FromQueryResult)]
struct SumsRow {
    n: i64,
    y: i64,
    yy: i64,
    x: i64,
    xx: i64,
    xy: i64,
    basket: i64,
    basket2: i64,
    cost: i64,
    cost2: i64,
    cost_y: i64,
    basket_cost: i64,
}

impl From<SumsRow> for Sums {
    fn from(row: SumsRow) -> Self {
        Self {
            n: row.n,
            y: row.y,
            yy: row.yy,
            x: row.x,
            xx: row.xx,
            xy: row.xy,
            basket: row.basket,
            basket2: row.basket2,
            cost: row.cost,
            cost2: row.cost2,
            cost_y: row.cost_y,
            basket_cost: row.basket_cost,
        }
    }
}

#[derive(FromQueryResult)]
struct CellRow {
    measure: String,
    dimension: String,
    cell: String,
    arm: String,
    added: i64,
    #[sea_orm(nested)]
    sums: SumsRow,
}

fn measure_of(slug: &str) -> Result<Measure, DbErr> {
    Measure::from_slug(slug).ok_or_else(|| corrupt("measure")(slug.to_owned()))
}

fn arm_of(slug: &str) -> Result<Arm, DbErr> {
    Arm::from_slug(slug).ok_or_else(|| corrupt("arm")(slug.to_owned()))
}

/// The cells of an epoch in one of the tables of sums.
async fn cells(
    connection: &impl ConnectionTrait,
    table: &str,
    retailer_id: RetailerId,
    epoch_id: EpochId,
) -> Result<HashMap<Cell, Held>, DbErr> {
    CellRow::find_by_statement(sql(
        connection,
        &format!("SELECT * FROM {table} WHERE retailer_id = $1 AND epoch_id = $2"),
        [retailer_id.to_string().into(), epoch_id.to_string().into()],
    ))
    .all(connection)
    .await?
    .into_iter()
    .map(|row| {
        let cell = Cell {
            measure: measure_of(&row.measure)?,
            dimension: row.dimension,
            cell: row.cell,
            arm: arm_of(&row.arm)?,
        };
        let held = Held {
            added: row.added,
            sums: row.sums.into(),
        };
        Ok((cell, held))
    })
    .collect()
}

/// The sums as they are, which nobody may be shown.
///
/// # Errors
/// When the database objects.
pub async fn sums(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    epoch_id: EpochId,
) -> Result<HashMap<Cell, Held>, DbErr> {
    cells(connection, "lift_sums", retailer_id, epoch_id).await
}

/// Everybody's sums at a publication: when, and of control and treatment.
pub type Point = (i64, [Sums; 2]);

#[derive(FromQueryResult)]
struct PointRow {
    epoch_id: String,
    measure: String,
    arm: String,
    published_at: i64,
    #[sea_orm(nested)]
    sums: SumsRow,
}

/// Puts the rows of each epoch and measure together, which come in the order of publications, control before treatment.
fn series(rows: Vec<PointRow>) -> Result<HashMap<(EpochId, Measure), Vec<Point>>, DbErr> {
    let mut out: HashMap<(EpochId, Measure), Vec<Point>> = HashMap::new();
    for row in rows {
        let epoch_id = row.epoch_id.parse().map_err(corrupt("epoch id"))?;
        let points = out
            .entry((epoch_id, measure_of(&row.measure)?))
            .or_default();
        match (arm_of(&row.arm)?, points.last_mut()) {
            (Arm::Control, _) => {
                points.push((row.published_at, [row.sums.into(), Sums::default()]));
            }
            (Arm::Treatment, Some((_, last))) => last[1] = row.sums.into(),
            (Arm::Treatment, None) => {}
        }
    }
    Ok(out)
}

/// The first and the last publication of each measure, of every epoch.
///
/// # Errors
/// When the database objects.
pub async fn ends(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
) -> Result<HashMap<(EpochId, Measure), Vec<Point>>, DbErr> {
    let rows = PointRow::find_by_statement(sql(
        connection,
        "SELECT p.* FROM lift_points p
         JOIN (SELECT epoch_id, measure, MIN(number) AS first, MAX(number) AS last FROM lift_points
               WHERE retailer_id = $1 GROUP BY epoch_id, measure) e
           ON e.epoch_id = p.epoch_id AND e.measure = p.measure AND (p.number = e.first OR p.number = e.last)
         WHERE p.retailer_id = $1 ORDER BY p.number, p.arm",
        [retailer_id.to_string().into()],
    ))
    .all(connection)
    .await?;
    series(rows)
}

/// What was published of an epoch.
#[derive(Clone, Debug, Default)]
pub struct Published {
    /// The cells as they were when each was last shown.
    pub cells: HashMap<Cell, Sums>,
    /// Everybody's sums at each publication, by measure, oldest first.
    pub points: BTreeMap<Measure, Vec<Point>>,
}

/// What may be shown of an epoch.
///
/// # Errors
/// When the database objects.
pub async fn published(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    epoch_id: EpochId,
) -> Result<Published, DbErr> {
    let cells = cells(connection, "lift_published", retailer_id, epoch_id).await?;
    let rows = PointRow::find_by_statement(sql(
        connection,
        "SELECT * FROM lift_points WHERE retailer_id = $1 AND epoch_id = $2 ORDER BY number, arm",
        [retailer_id.to_string().into(), epoch_id.to_string().into()],
    ))
    .all(connection)
    .await?;
    Ok(Published {
        cells: cells
            .into_iter()
            .map(|(cell, held)| (cell, held.sums))
            .collect(),
        points: series(rows)?
            .into_iter()
            .map(|((_, measure), points)| (measure, points))
            .collect(),
    })
}

/// The sums added up anew from units and what was kept of the erased, without those of exposures.
///
/// # Errors
/// When the database objects.
pub async fn rebuilt(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    epoch_id: EpochId,
) -> Result<HashMap<Cell, Sums>, DbErr> {
    let mut out: HashMap<Cell, Sums> = cells(connection, "lift_erased", retailer_id, epoch_id)
        .await?
        .into_iter()
        .map(|(cell, held)| (cell, held.sums))
        .collect();
    for (cells, unit) in fold::all_units(connection, retailer_id, epoch_id).await? {
        for cell in cells {
            let sums = out.entry(cell).or_default();
            *sums = sums.plus(Sums::of(unit));
        }
    }
    Ok(out)
}
