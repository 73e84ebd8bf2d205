//! Folding: whoever's window and grace are over is counted once, and counted anew when what they rest on changes.

use std::collections::{BTreeMap, HashMap, HashSet};

use app::{
    cohort::{Measure, Stage, Sums, Unit},
    holdout::Arm,
    id::{EpochId, RetailerId, ShopperId},
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};

use super::{COLUMNS, Cell, STAGE, arm_of, measure_of, values};
use crate::db::{
    Db, corrupt,
    holdout::DAY_MS,
    members,
    sql::{execute, one_at_a_time, placeholders, sql, try_alone},
    visit_imports::{self, lines_of_holders},
    visits::Source,
};

/// How many shoppers are folded in one transaction.
const BATCH: usize = 500;
/// Visits from which on shoppers are counted together in the distribution.
pub const MANY: u32 = 20;

/// A shopper to be folded.
#[derive(FromQueryResult)]
struct Due {
    epoch_id: String,
    shopper_id: String,
    arm: String,
    exposed_at: i64,
    store_id: String,
    distance: String,
    recency: String,
    channel: String,
    window_days: i32,
    campaign_id: Option<String>,
}

const DUE: &str = "SELECT e.epoch_id, e.shopper_id, e.arm, e.exposed_at, e.store_id, e.distance, e.recency, e.channel, p.window_days, p.campaign_id
    FROM exposures e JOIN epochs p ON p.retailer_id = e.retailer_id AND p.epoch_id = e.epoch_id";

impl Due {
    /// The cells that the shopper counts in.
    fn cells(&self, measure: Measure, unit: Unit) -> Result<Vec<Cell>, DbErr> {
        let arm = arm_of(&self.arm)?;
        let visits = format!("{:02}", unit.y.min(MANY));
        let mut cells = vec![Cell::whole(measure, arm)];
        if measure != Measure::LeftOut {
            let dimensions = [
                ("store", &self.store_id),
                ("distance", &self.distance),
                ("recency", &self.recency),
                ("channel", &self.channel),
                ("visits", &visits),
            ];
            cells.extend(dimensions.map(|(dimension, cell)| Cell {
                measure,
                dimension: dimension.to_owned(),
                cell: cell.clone(),
                arm,
            }));
        }
        if measure == Measure::Recorded && arm == Arm::Treatment {
            cells.push(Cell {
                measure,
                dimension: STAGE.to_owned(),
                cell: unit.stage.slug().to_owned(),
                arm,
            });
        }
        Ok(cells)
    }
}

/// What changes in the sums: shoppers added, and by how much.
#[derive(Default)]
struct Changes(HashMap<(String, Cell), (i64, Sums)>);

impl Changes {
    fn add(&mut self, epoch_id: &str, cells: Vec<Cell>, sums: Sums, is_new: bool) {
        for cell in cells {
            let (added, total) = self.0.entry((epoch_id.to_owned(), cell)).or_default();
            *added += i64::from(is_new);
            *total = total.plus(sums);
        }
    }

    async fn write(
        self,
        transaction: &impl ConnectionTrait,
        retailer_id: RetailerId,
        table: &str,
    ) -> Result<(), DbErr> {
        let mut changes: Vec<_> = self.0.into_iter().collect();
        changes.sort_by(|a, b| a.0.cmp(&b.0));
        for ((epoch_id, cell), (added, sums)) in changes {
            let sets: Vec<String> = (8..)
                .zip(COLUMNS)
                .map(|(n, column)| format!("{column} = {column} + ${n}"))
                .collect();
            let key = |added: i64| {
                [
                    Value::from(retailer_id.to_string()),
                    epoch_id.clone().into(),
                    cell.measure.slug().into(),
                    cell.dimension.clone().into(),
                    cell.cell.clone().into(),
                    cell.arm.slug().into(),
                    added.into(),
                ]
            };
            let changed = execute(
                transaction,
                &format!(
                    "UPDATE {table} SET added = added + $7, {} WHERE retailer_id = $1 AND epoch_id = $2 AND measure = $3
                        AND dimension = $4 AND cell = $5 AND arm = $6",
                    sets.join(", ")
                ),
                key(added).into_iter().chain(values(&sums)),
            )
            .await?;
            if changed == 0 {
                execute(
                    transaction,
                    &format!(
                        "INSERT INTO {table} (retailer_id, epoch_id, measure, dimension, cell, arm, added, {}) VALUES ({})",
                        COLUMNS.join(", "),
                        placeholders(1, 7 + COLUMNS.len())
                    ),
                    key(added).into_iter().chain(values(&sums)),
                )
                .await?;
            }
        }
        Ok(())
    }
}

/// Counts who was exposed, seals whose time is over, and counts those anew that changed; how many shoppers that were. One server at a time.
///
/// # Errors
/// When the database objects; what was committed before stays.
pub async fn fold(db: &Db, now: i64) -> Result<u64, DbErr> {
    #[derive(FromQueryResult)]
    struct Whose {
        retailer_id: String,
    }
    let with_work = Whose::find_by_statement(sql(
        db.scan(),
        "SELECT r.retailer_id FROM retailers r WHERE EXISTS (
            SELECT 1 FROM exposures e WHERE e.retailer_id = r.retailer_id
                AND (e.state = 'stale' OR (e.state = 'new' AND e.exposed_at <= $1) OR (e.state = 'open' AND e.due_at <= $1)))",
        [now.into()],
    ))
    .all(db.scan())
    .await?;
    let mut done = 0;
    for whose in with_work {
        let retailer_id: RetailerId = whose.retailer_id.parse().map_err(corrupt("retailer id"))?;
        loop {
            let transaction = db.begin_alone().await?;
            if !try_alone(&transaction, "fold lift").await? {
                transaction.rollback().await?;
                return Ok(done);
            }
            alone(&transaction, retailer_id).await?;
            let folded = count_exposed(&transaction, retailer_id, now).await?
                + seal(&transaction, retailer_id, now).await?;
            transaction.commit().await?;
            done += folded;
            if folded == 0 {
                break;
            }
        }
    }
    Ok(done)
}

/// Whoever counts shoppers or says that they have to be counted anew does so alone: what becomes known while they are counted waits until they have
/// been, and then says so.
pub(in crate::db) async fn alone(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
) -> Result<(), DbErr> {
    one_at_a_time(transaction, &format!("lift {retailer_id}")).await
}

async fn count_exposed(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    now: i64,
) -> Result<u64, DbErr> {
    #[derive(FromQueryResult)]
    struct Counted {
        epoch_id: String,
        arm: String,
    }
    let counted = Counted::find_by_statement(sql(
        transaction,
        "UPDATE exposures SET state = 'open' WHERE retailer_id = $1 AND (epoch_id, shopper_id) IN (
            SELECT e.epoch_id, e.shopper_id FROM exposures e WHERE e.retailer_id = $1 AND e.state = 'new' AND e.exposed_at <= $2 LIMIT 2000)
         RETURNING epoch_id, arm",
        [retailer_id.to_string().into(), now.into()],
    ))
    .all(transaction)
    .await?;
    let mut changes = Changes::default();
    for row in &counted {
        let cell = Cell::whole(Measure::Exposed, arm_of(&row.arm)?);
        let one = Sums {
            n: 1,
            ..Sums::default()
        };
        changes.add(&row.epoch_id, vec![cell], one, true);
    }
    changes.write(transaction, retailer_id, "lift_sums").await?;
    Ok(counted.len() as u64)
}

/// Who is to be sealed, in the order in which their time was over, and then who is to be counted anew: each by its part of an index.
async fn due(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    now: i64,
) -> Result<Vec<Due>, DbErr> {
    for state in ["open", "stale"] {
        let due = Due::find_by_statement(sql(
            transaction,
            &format!(
                "{DUE}
                 WHERE e.retailer_id = $1 AND e.state = $2 AND e.due_at <= $3
                 ORDER BY e.due_at, e.shopper_id, e.epoch_id LIMIT {BATCH}"
            ),
            [retailer_id.to_string().into(), state.into(), now.into()],
        ))
        .all(transaction)
        .await?;
        if !due.is_empty() {
            return Ok(due);
        }
    }
    Ok(Vec::new())
}

async fn seal(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    now: i64,
) -> Result<u64, DbErr> {
    let due = due(transaction, retailer_id, now).await?;
    if due.is_empty() {
        return Ok(0);
    }
    let known = Known::gather(transaction, retailer_id, &due).await?;
    let before = units_of(transaction, retailer_id, &due).await?;
    let mut changes = Changes::default();
    let mut units = Vec::with_capacity(2 * due.len());
    for shopper in &due {
        let was = before.get(&(shopper.epoch_id.clone(), shopper.shopper_id.clone()));
        for (measure, unit) in was.into_iter().flatten() {
            let nothing = Sums::default();
            let cells = shopper.cells(*measure, *unit)?;
            changes.add(
                &shopper.epoch_id,
                cells,
                nothing.minus(Sums::of(*unit)),
                false,
            );
        }
        for (measure, unit) in known.units(shopper) {
            let is_new = !was.is_some_and(|was| was.iter().any(|(old, _)| *old == measure));
            let cells = shopper.cells(measure, unit)?;
            changes.add(&shopper.epoch_id, cells, Sums::of(unit), is_new);
            units.push((shopper, measure, unit));
        }
    }
    replace_units(transaction, retailer_id, &due, units).await?;
    changes.write(transaction, retailer_id, "lift_sums").await?;
    Ok(due.len() as u64)
}

/// Shoppers by their epoch, of which there are few: a key is found by all of its columns only where each but the last is one value.
fn by_epoch(due: &[Due]) -> BTreeMap<&str, Vec<&str>> {
    let mut out: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for shopper in due {
        let epoch = out.entry(&shopper.epoch_id).or_default();
        epoch.push(&shopper.shopper_id);
    }
    out
}

/// Writes what these shoppers count as from now on in place of what they did, and that they are sealed.
async fn replace_units(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    due: &[Due],
    units: Vec<(&Due, Measure, Unit)>,
) -> Result<(), DbErr> {
    let retailer = retailer_id.to_string();
    for (epoch_id, shoppers) in by_epoch(due) {
        let which = format!(
            "WHERE retailer_id = $1 AND epoch_id = $2 AND shopper_id IN ({})",
            placeholders(3, shoppers.len())
        );
        for verb in [
            "DELETE FROM lift_units",
            "UPDATE exposures SET state = 'sealed'",
        ] {
            let values = [Value::from(retailer.clone()), epoch_id.into()]
                .into_iter()
                .chain(shoppers.iter().map(|id| Value::from(*id)));
            execute(transaction, &format!("{verb} {which}"), values).await?;
        }
    }
    for some in units.chunks(BATCH) {
        let rows: Vec<String> = (0..some.len())
            .map(|n| format!("($1, {})", placeholders(2 + 8 * n, 8)))
            .collect();
        let count = |n: u32| i32::try_from(n).map_err(corrupt("number of visits"));
        let mut values = vec![Value::from(retailer.clone())];
        for (shopper, measure, unit) in some {
            values.extend([
                Value::from(shopper.epoch_id.clone()),
                shopper.shopper_id.clone().into(),
                measure.slug().into(),
                count(unit.y)?.into(),
                count(unit.x)?.into(),
                unit.basket.into(),
                unit.cost.into(),
                unit.stage.slug().into(),
            ]);
        }
        execute(
            transaction,
            &format!(
                "INSERT INTO lift_units (retailer_id, epoch_id, shopper_id, measure, y, x, basket, cost, stage) VALUES {}",
                rows.join(", ")
            ),
            values,
        )
        .await?;
    }
    Ok(())
}

/// Visits and coupons of some shoppers, and who of them is one person with whom.
struct Known {
    visits: HashMap<String, Vec<Visit>>,
    spent: HashMap<String, Vec<Spent>>,
    baskets: HashMap<String, Vec<Basket>>,
    plays: HashMap<String, Vec<Play>>,
    /// When each was linked to a member number.
    linked: HashMap<String, i64>,
    /// By epoch and shopper: others of the same number who are exposed in the same epoch, by arm and when they were linked.
    others: HashMap<(String, String), Vec<(String, i64)>>,
}

struct Visit {
    shopper_id: String,
    began_at: i64,
    imported: bool,
    recorded: bool,
}

#[derive(FromQueryResult)]
struct VisitRow {
    shopper_id: String,
    began_at: i64,
    sources: i32,
}

impl From<VisitRow> for Visit {
    fn from(row: VisitRow) -> Self {
        Self {
            shopper_id: row.shopper_id,
            began_at: row.began_at,
            imported: Source::Import.is_in(row.sources),
            // A redemption shows only those who were given coupons.
            recorded: row.sources & !Source::Redemption.bit() != 0,
        }
    }
}

/// A coupon that was taken.
#[derive(FromQueryResult)]
struct Spent {
    shopper_id: String,
    campaign_id: String,
    at: i64,
    cost: i64,
}

/// What the retailer's till knows somebody to have bought.
#[derive(FromQueryResult)]
struct Basket {
    shopper_id: String,
    at: i64,
    yen: i64,
}

/// A play, and whether it won.
#[derive(FromQueryResult)]
struct Play {
    shopper_id: String,
    campaign_id: String,
    at: i64,
    won: i64,
}

/// Rows by their shopper.
fn by_shopper<T>(rows: Vec<T>, of: impl Fn(&T) -> &str) -> HashMap<String, Vec<T>> {
    let mut out: HashMap<String, Vec<T>> = HashMap::new();
    for row in rows {
        out.entry(of(&row).to_owned()).or_default().push(row);
    }
    out
}

impl Known {
    async fn gather(
        transaction: &impl ConnectionTrait,
        retailer_id: RetailerId,
        due: &[Due],
    ) -> Result<Self, DbErr> {
        #[derive(FromQueryResult)]
        struct Link {
            shopper_id: String,
            linked_at: i64,
        }
        #[derive(FromQueryResult)]
        struct Other {
            shopper_id: String,
            epoch_id: String,
            arm: String,
            linked_at: i64,
        }
        let mut ids: Vec<&str> = due.iter().map(|d| d.shopper_id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        let inside = placeholders(2, ids.len());
        let values = || {
            std::iter::once(Value::from(retailer_id.to_string()))
                .chain(ids.iter().map(|id| Value::from(*id)))
        };
        let visits = VisitRow::find_by_statement(sql(
            transaction,
            &format!("SELECT shopper_id, began_at, sources FROM visits WHERE retailer_id = $1 AND shopper_id IN ({inside})"),
            values(),
        ))
        .all(transaction)
        .await?;
        let spent = Spent::find_by_statement(sql(
            transaction,
            &format!(
                "SELECT shopper_id, campaign_id, redeemed_at AS at, cost_yen AS cost FROM redemptions
                 WHERE retailer_id = $1 AND reversed_at IS NULL AND shopper_id IN ({inside})"
            ),
            values(),
        ))
        .all(transaction)
        .await?;
        let shoppers = ids.iter().map(|id| (*id).to_owned());
        let (lines, shoppers) = lines_of_holders(transaction, "r.basket_yen > 0", (2, shoppers));
        // A line that two files have is one purchase.
        let baskets = Basket::find_by_statement(sql(
            transaction,
            &format!(
                "SELECT l.shopper_id, r.seen_at AS at, MAX(r.basket_yen) AS yen FROM {lines}
                 GROUP BY l.shopper_id, r.reference, r.seen_at"
            ),
            std::iter::once(Value::from(retailer_id.to_string())).chain(shoppers),
        ))
        .all(transaction)
        .await?;
        let plays = Play::find_by_statement(sql(
            transaction,
            &format!(
                "SELECT d.shopper_id, d.campaign_id, d.drawn_at AS at,
                    CAST(CASE WHEN c.coupon_id IS NULL THEN 0 ELSE 1 END AS BIGINT) AS won
                 FROM campaigns k
                 JOIN draws d ON d.retailer_id = k.retailer_id AND d.campaign_id = k.campaign_id AND d.shopper_id IN ({inside})
                 LEFT JOIN coupons c ON c.retailer_id = d.retailer_id AND c.draw_id = d.draw_id
                 WHERE k.retailer_id = $1"
            ),
            values(),
        ))
        .all(transaction)
        .await?;
        let links = Link::find_by_statement(sql(
            transaction,
            &format!("SELECT shopper_id, linked_at FROM member_links WHERE retailer_id = $1 AND shopper_id IN ({inside})"),
            values(),
        ))
        .all(transaction)
        .await?;
        let others = Other::find_by_statement(sql(
            transaction,
            &format!(
                "SELECT a.shopper_id, x.epoch_id, x.arm, b.linked_at
                 FROM member_links a CROSS JOIN member_links b CROSS JOIN exposures x
                 WHERE a.retailer_id = $1 AND a.shopper_id IN ({inside})
                   AND b.retailer_id = a.retailer_id AND b.member_hash = a.member_hash AND b.shopper_id <> a.shopper_id
                   AND x.retailer_id = b.retailer_id AND x.shopper_id = b.shopper_id"
            ),
            values(),
        ))
        .all(transaction)
        .await?;
        let mut known = Self {
            visits: by_shopper(visits.into_iter().map(Visit::from).collect(), |visit| {
                &visit.shopper_id
            }),
            spent: by_shopper(spent, |one| &one.shopper_id),
            baskets: by_shopper(baskets, |one| &one.shopper_id),
            plays: by_shopper(plays, |play| &play.shopper_id),
            linked: links
                .into_iter()
                .map(|link| (link.shopper_id, link.linked_at))
                .collect(),
            others: HashMap::new(),
        };
        for other in others {
            known
                .others
                .entry((other.epoch_id, other.shopper_id))
                .or_default()
                .push((other.arm, other.linked_at));
        }
        Ok(known)
    }

    /// What a shopper counts as. One person who has several shoppers is counted once, as the one linked first; where they are in both arms,
    /// not at all.
    fn units(&self, due: &Due) -> Vec<(Measure, Unit)> {
        let linked_at = self.linked.get(&due.shopper_id).copied();
        let others = self
            .others
            .get(&(due.epoch_id.clone(), due.shopper_id.clone()));
        let is_left_out = others
            .into_iter()
            .flatten()
            .any(|(arm, other_at)| *arm != due.arm || linked_at.is_some_and(|at| *other_at < at));
        if is_left_out {
            return vec![(Measure::LeftOut, Unit::default())];
        }
        let window = i64::from(due.window_days) * DAY_MS;
        let after = |at: i64| (0..window).contains(&(at - due.exposed_at));
        let before = |at: i64| (1..=window).contains(&(due.exposed_at - at));
        let visits = self.visits.get(&due.shopper_id);
        let count = |is: &dyn Fn(&Visit) -> bool| {
            let n = visits.into_iter().flatten().filter(|v| is(v)).count();
            u32::try_from(n).unwrap_or(u32::MAX)
        };
        let cost = self
            .spent
            .get(&due.shopper_id)
            .into_iter()
            .flatten()
            .filter(|s| after(s.at))
            .map(|s| s.cost)
            .sum();
        let unit = |kind: &dyn Fn(&Visit) -> bool| Unit {
            y: count(&|v| kind(v) && after(v.began_at)),
            x: count(&|v| kind(v) && before(v.began_at)),
            basket: 0,
            cost,
            stage: Stage::Shown,
        };
        let recorded = Unit {
            stage: self.stage(due, &after),
            ..unit(&|v| v.recorded)
        };
        let mut units = vec![(Measure::Recorded, recorded)];
        if linked_at.is_some_and(|at| at <= due.exposed_at) {
            // Of the held out nobody but the retailer's own till knows the baskets.
            let baskets = self.baskets.get(&due.shopper_id).into_iter().flatten();
            let imported = Unit {
                basket: baskets.filter(|b| after(b.at)).map(|b| b.yen).sum(),
                ..unit(&|v| v.imported)
            };
            units.push((Measure::Imported, imported));
        }
        units
    }

    /// How far a shopper came within the window, in the campaign where the epoch is that of one.
    fn stage(&self, due: &Due, is_within: &dyn Fn(i64) -> bool) -> Stage {
        let counts = |campaign_id: &str, at: i64| {
            is_within(at)
                && due
                    .campaign_id
                    .as_deref()
                    .is_none_or(|only| only == campaign_id)
        };
        let plays = || {
            let all = self.plays.get(&due.shopper_id).into_iter().flatten();
            all.filter(|play| counts(&play.campaign_id, play.at))
        };
        let spent = self.spent.get(&due.shopper_id).into_iter().flatten();
        let visits = self.visits.get(&due.shopper_id).into_iter().flatten();
        let began: Vec<i64> = visits
            .map(|v| v.began_at)
            .filter(|at| is_within(*at))
            .collect();
        Stage::reached(
            plays().next().is_some(),
            plays()
                .filter(|play| play.won == 1)
                .map(|play| play.at)
                .min(),
            &began,
            spent
                .filter(|s| counts(&s.campaign_id, s.at))
                .map(|s| s.at)
                .min(),
        )
    }
}

#[derive(FromQueryResult)]
struct UnitRow {
    epoch_id: String,
    shopper_id: String,
    measure: String,
    y: i32,
    x: i32,
    basket: i64,
    cost: i64,
    stage: String,
}

impl UnitRow {
    fn read(&self) -> Result<(Measure, Unit), DbErr> {
        let count = |n: i32| u32::try_from(n).map_err(corrupt("number of visits"));
        let unit = Unit {
            y: count(self.y)?,
            x: count(self.x)?,
            basket: self.basket,
            cost: self.cost,
            stage: Stage::from_slug(&self.stage)
                .ok_or_else(|| corrupt("stage")(self.stage.clone()))?,
        };
        Ok((measure_of(&self.measure)?, unit))
    }
}

type UnitsByShopper = HashMap<(String, String), Vec<(Measure, Unit)>>;

/// What these shoppers count as until now.
async fn units_of(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    due: &[Due],
) -> Result<UnitsByShopper, DbErr> {
    let mut out = UnitsByShopper::new();
    for (epoch_id, shoppers) in by_epoch(due) {
        let text = format!(
            "SELECT epoch_id, shopper_id, measure, y, x, basket, cost, stage FROM lift_units
             WHERE retailer_id = $1 AND epoch_id = $2 AND shopper_id IN ({})",
            placeholders(3, shoppers.len())
        );
        let values = [Value::from(retailer_id.to_string()), epoch_id.into()]
            .into_iter()
            .chain(shoppers.into_iter().map(Value::from));
        let rows = UnitRow::find_by_statement(sql(transaction, &text, values))
            .all(transaction)
            .await?;
        for row in rows {
            let unit = row.read()?;
            out.entry((row.epoch_id, row.shopper_id))
                .or_default()
                .push(unit);
        }
    }
    Ok(out)
}

/// Every unit of an epoch with the cells that it counts in.
pub(super) async fn all_units(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    epoch_id: EpochId,
) -> Result<Vec<(Vec<Cell>, Unit)>, DbErr> {
    let key = || {
        [
            Value::from(retailer_id.to_string()),
            epoch_id.to_string().into(),
        ]
    };
    let exposures: HashMap<String, Due> = Due::find_by_statement(sql(
        connection,
        &format!("{DUE} WHERE e.retailer_id = $1 AND e.epoch_id = $2"),
        key(),
    ))
    .all(connection)
    .await?
    .into_iter()
    .map(|due| (due.shopper_id.clone(), due))
    .collect();
    UnitRow::find_by_statement(sql(
        connection,
        "SELECT epoch_id, shopper_id, measure, y, x, basket, cost, stage FROM lift_units WHERE retailer_id = $1 AND epoch_id = $2",
        key(),
    ))
    .all(connection)
    .await?
    .into_iter()
    .map(|row| {
        let due = exposures
            .get(&row.shopper_id)
            .ok_or_else(|| corrupt("unit")("without its exposure"))?;
        let (measure, unit) = row.read()?;
        Ok((due.cells(measure, unit)?, unit))
    })
    .collect()
}

/// Notes that something about a shopper's visits around some moment changed after they were sealed, so that they are counted anew. What
/// happens now need not be told: nobody is sealed while their window is open.
///
/// # Errors
/// When the database objects.
pub async fn touched(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    shopper_id: ShopperId,
) -> Result<(), DbErr> {
    touched_all(transaction, retailer_id, HashSet::from([shopper_id])).await
}

/// The same of many shoppers.
///
/// # Errors
/// When the database objects.
pub async fn touched_all(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    shoppers: HashSet<ShopperId>,
) -> Result<(), DbErr> {
    alone(transaction, retailer_id).await?;
    let shoppers: Vec<ShopperId> = shoppers.into_iter().collect();
    // By `state || ''` SQLite finds nothing, so it goes by the shoppers and not through all who are sealed.
    for some in shoppers.chunks(2_000) {
        execute(
            transaction,
            &format!(
                "UPDATE exposures SET state = 'stale' WHERE retailer_id = $1 AND state || '' = 'sealed' AND shopper_id IN ({})",
                placeholders(2, some.len())
            ),
            std::iter::once(Value::from(retailer_id.to_string()))
                .chain(some.iter().map(|id| id.to_string().into())),
        )
        .await?;
    }
    Ok(())
}

/// Forgets a shopper's exposures and units. What a sealed shopper added to the sums stays there, and is kept beside them so that they can
/// still be added up anew; one who is not sealed yet will not be.
///
/// # Errors
/// When the database objects.
pub async fn erase(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    shopper_id: ShopperId,
) -> Result<(), DbErr> {
    let key = || {
        [
            Value::from(retailer_id.to_string()),
            shopper_id.to_string().into(),
        ]
    };
    // In the order of everybody else, since ending the link takes the imported visits too.
    visit_imports::alone(transaction, retailer_id).await?;
    alone(transaction, retailer_id).await?;
    let exposures = Due::find_by_statement(sql(
        transaction,
        &format!("{DUE} WHERE e.retailer_id = $1 AND e.shopper_id = $2"),
        key(),
    ))
    .all(transaction)
    .await?;
    let units = units_of(transaction, retailer_id, &exposures).await?;
    let mut kept = Changes::default();
    for due in &exposures {
        let of = units.get(&(due.epoch_id.clone(), due.shopper_id.clone()));
        for (measure, unit) in of.into_iter().flatten() {
            kept.add(
                &due.epoch_id,
                due.cells(*measure, *unit)?,
                Sums::of(*unit),
                true,
            );
        }
    }
    kept.write(transaction, retailer_id, "lift_erased").await?;
    members::unlink(transaction, retailer_id, shopper_id).await?;
    for table in ["lift_units", "exposures"] {
        execute(
            transaction,
            &format!("DELETE FROM {table} WHERE retailer_id = $1 AND shopper_id = $2"),
            key(),
        )
        .await?;
    }
    Ok(())
}
