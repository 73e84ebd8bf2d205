//! Publishing: what reports show comes in batches of so many new shoppers an arm that no difference of two reports reveals anybody.

use std::collections::{BTreeMap, HashMap};

use app::{
    cohort::{LEAST_NEW, Measure, Waiting, shown},
    day::{Day, JST},
    holdout::Arm,
    id::{EpochId, RetailerId},
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};

use super::{ALL, COLUMNS, Cell, Held, STAGE, cells, values};
use crate::db::{
    Db, corrupt,
    sql::{execute, placeholders, sql, try_alone},
};

/// Publishes what may be, of every epoch; how many batches. Of a measure at most one a day. One server at a time.
///
/// # Errors
/// When the database objects; what was committed before stays.
pub async fn publish(db: &Db, now: i64) -> Result<u64, DbErr> {
    #[derive(FromQueryResult)]
    struct Ripe {
        retailer_id: String,
        epoch_id: String,
    }
    // Epochs in which a measure has a crowd of new shoppers in both arms.
    let ripe = Ripe::find_by_statement(sql(
        db.scan(),
        &format!(
            "SELECT DISTINCT retailer_id, epoch_id FROM (
                SELECT s.retailer_id, s.epoch_id, s.measure, MIN(s.added - COALESCE(p.added, 0)) AS new, COUNT(*) AS arms
                FROM lift_sums s LEFT JOIN lift_published p ON p.retailer_id = s.retailer_id AND p.epoch_id = s.epoch_id
                    AND p.measure = s.measure AND p.dimension = s.dimension AND p.cell = s.cell AND p.arm = s.arm
                WHERE s.dimension = 'all' GROUP BY s.retailer_id, s.epoch_id, s.measure) w
             WHERE arms = 2 AND new >= {LEAST_NEW}"
        ),
        [],
    ))
    .all(db.scan())
    .await?;
    let mut done = 0;
    for epoch in ripe {
        let retailer_id: RetailerId = epoch.retailer_id.parse().map_err(corrupt("retailer id"))?;
        let epoch_id: EpochId = epoch.epoch_id.parse().map_err(corrupt("epoch id"))?;
        let transaction = db.begin_alone().await?;
        if !try_alone(&transaction, "publish lift").await? {
            transaction.rollback().await?;
            return Ok(done);
        }
        let live = cells(&transaction, "lift_sums", retailer_id, epoch_id).await?;
        let old = published_before(&transaction, retailer_id, epoch_id).await?;
        for measure in [Measure::Exposed, Measure::Imported, Measure::Recorded] {
            let batch = Batch {
                retailer_id,
                epoch_id,
                measure,
                live: &live,
                old: &old,
            };
            done += u64::from(batch.publish(&transaction, now).await?);
        }
        transaction.commit().await?;
    }
    Ok(done)
}

/// Of a cell: how many were added when it was last shown, and when anything was.
#[derive(Clone, Copy, Default)]
struct Before {
    added: i64,
    seen: i64,
}

async fn published_before(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    epoch_id: EpochId,
) -> Result<HashMap<Cell, Before>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        measure: String,
        dimension: String,
        cell: String,
        arm: String,
        added: i64,
        seen: i64,
    }
    Row::find_by_statement(sql(
        transaction,
        "SELECT measure, dimension, cell, arm, added, seen FROM lift_published WHERE retailer_id = $1 AND epoch_id = $2",
        [
            retailer_id.to_string().into(),
            epoch_id.to_string().into(),
        ],
    ))
    .all(transaction)
    .await?
    .into_iter()
    .map(|row| {
        let cell = Cell {
            measure: super::measure_of(&row.measure)?,
            dimension: row.dimension,
            cell: row.cell,
            arm: super::arm_of(&row.arm)?,
        };
        let before = Before {
            added: row.added,
            seen: row.seen,
        };
        Ok((cell, before))
    })
    .collect()
}

/// What is about to be shown of a measure.
struct Batch<'a> {
    retailer_id: RetailerId,
    epoch_id: EpochId,
    measure: Measure,
    live: &'a HashMap<Cell, Held>,
    old: &'a HashMap<Cell, Before>,
}

impl Batch<'_> {
    fn at(&self, dimension: &str, cell: &str, arm: Arm) -> (Cell, Held, Before) {
        let key = Cell {
            measure: self.measure,
            dimension: dimension.to_owned(),
            cell: cell.to_owned(),
            arm,
        };
        let live = self.live.get(&key).copied().unwrap_or_default();
        let old = self.old.get(&key).copied().unwrap_or_default();
        (key, live, old)
    }

    fn waiting(&self, dimension: &str, cell: &str) -> Waiting {
        let of = |f: &dyn Fn(Held, Before) -> i64| {
            Arm::ALL.map(|arm| {
                // Where only those are told apart who were made offers, they alone hide each other.
                let arm = if dimension == STAGE {
                    Arm::Treatment
                } else {
                    arm
                };
                let (_, live, old) = self.at(dimension, cell, arm);
                f(live, old)
            })
        };
        Waiting {
            now: of(&|live, old| live.added - old.added),
            before: of(&|_, old| old.seen - old.added),
        }
    }

    /// The cells of each dimension but the whole, in their order.
    fn dimensions(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut out: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for key in self.live.keys() {
            if key.measure == self.measure && key.dimension != ALL {
                out.entry(&key.dimension).or_default().push(&key.cell);
            }
        }
        for cells in out.values_mut() {
            cells.sort_unstable();
            cells.dedup();
        }
        out
    }

    async fn publish(&self, transaction: &impl ConnectionTrait, now: i64) -> Result<bool, DbErr> {
        let whole = self.waiting(ALL, "");
        if whole.now.iter().any(|new| *new < LEAST_NEW) {
            return Ok(false);
        }
        let Some(number) = self.next_number(transaction, now).await? else {
            return Ok(false);
        };
        self.write(transaction, ALL, "", true).await?;
        for (dimension, cells) in self.dimensions() {
            let waiting: Vec<Waiting> = cells.iter().map(|c| self.waiting(dimension, c)).collect();
            for (cell, is_shown) in cells.iter().zip(shown(&waiting)) {
                self.write(transaction, dimension, cell, is_shown).await?;
            }
        }
        for arm in Arm::ALL {
            let (_, live, _) = self.at(ALL, "", arm);
            execute(
                transaction,
                &format!(
                    "INSERT INTO lift_points (retailer_id, epoch_id, measure, number, arm, published_at, {}) VALUES ({})",
                    COLUMNS.join(", "),
                    placeholders(1, 6 + COLUMNS.len())
                ),
                [
                    Value::from(self.retailer_id.to_string()),
                    self.epoch_id.to_string().into(),
                    self.measure.slug().into(),
                    number.into(),
                    arm.slug().into(),
                    now.into(),
                ]
                .into_iter()
                .chain(values(&live.sums)),
            )
            .await?;
        }
        Ok(true)
    }

    /// The number of the next publication, unless there was one today.
    async fn next_number(
        &self,
        transaction: &impl ConnectionTrait,
        now: i64,
    ) -> Result<Option<i32>, DbErr> {
        #[derive(FromQueryResult)]
        struct Last {
            number: i32,
            published_at: i64,
        }
        let last = Last::find_by_statement(sql(
            transaction,
            "SELECT number, published_at FROM lift_points WHERE retailer_id = $1 AND epoch_id = $2 AND measure = $3
             ORDER BY number DESC LIMIT 1",
            [
                self.retailer_id.to_string().into(),
                self.epoch_id.to_string().into(),
                self.measure.slug().into(),
            ],
        ))
        .one(transaction)
        .await?;
        Ok(match last {
            None => Some(1),
            Some(last) if Day::of(last.published_at, JST) >= Day::of(now, JST) => None,
            Some(last) => Some(last.number.saturating_add(1)),
        })
    }

    /// Notes for a cell what is shown of it from now on, or that it was looked at and kept back.
    async fn write(
        &self,
        transaction: &impl ConnectionTrait,
        dimension: &str,
        cell: &str,
        is_shown: bool,
    ) -> Result<(), DbErr> {
        for arm in Arm::ALL {
            let (key, live, _) = self.at(dimension, cell, arm);
            let held = if is_shown { live } else { Held::default() };
            let sets: Vec<String> = std::iter::once("added")
                .chain(COLUMNS)
                .map(|column| format!("{column} = excluded.{column}"))
                .collect();
            let update = if is_shown {
                sets.join(", ") + ", "
            } else {
                String::new()
            };
            execute(
                transaction,
                &format!(
                    "INSERT INTO lift_published (retailer_id, epoch_id, measure, dimension, cell, arm, added, seen, {}) VALUES ({})
                     ON CONFLICT (retailer_id, epoch_id, measure, dimension, cell, arm) DO UPDATE SET {update}seen = excluded.seen",
                    COLUMNS.join(", "),
                    placeholders(1, 8 + COLUMNS.len())
                ),
                [
                    Value::from(self.retailer_id.to_string()),
                    self.epoch_id.to_string().into(),
                    key.measure.slug().into(),
                    key.dimension.into(),
                    key.cell.into(),
                    arm.slug().into(),
                    held.added.into(),
                    live.added.into(),
                ]
                .into_iter()
                .chain(values(&held.sums)),
            )
            .await?;
        }
        Ok(())
    }
}
