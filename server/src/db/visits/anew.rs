//! Tells visits apart anew after what shows them has changed: what is there of the shoppers in question is read once, put together in memory, and
//! what differs is written in few statements.
//!
//! A visit is shown by evidence and by the imported lines of the member that its shopper is. Lines are no evidence beside the lines: who is linked
//! to a member number, and first, has the visits that its lines show.

use std::collections::{BTreeMap, HashMap};

use app::{
    day::{Day, JST},
    id::{RetailerId, ShopperId, StoreId, VisitId},
    visit::{WINDOW_MS, visits_of},
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};

use super::{Source, corrupt, key};
use crate::{
    db::{
        bulk::{self, Type, one_of},
        sql::{all_at_a_time, execute, placeholders, sql},
        visit_imports,
    },
    random,
};

/// Presences at a time: several thousand visits, read and written by few statements.
const BATCH: usize = 5_000;

/// From when on somebody's visits at a store may be others than they were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Affected {
    /// Whose.
    pub shopper_id: ShopperId,
    /// Where.
    pub store_id: StoreId,
    /// The first moment at which something was seen that was not known, or is not any more; unix milliseconds.
    pub from: i64,
}

/// Whose, and where.
type Place = (String, String);

/// What shows a visit: when, by what source, its reference if it is evidence, and the visit that it belongs to until now.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Shown {
    at: i64,
    source: Source,
    evidence: Option<(String, String)>,
}

/// A visit as it is kept.
struct Kept {
    visit_id: String,
    sources: i32,
}

/// What there is of one presence, from a visit on that nothing before it has to do with.
#[derive(Default)]
struct Known {
    from: i64,
    /// By their beginning.
    visits: BTreeMap<i64, Kept>,
    shown: Vec<Shown>,
}

/// Tells these visits apart anew. What is evidence stands in `visit_evidence` already, what was imported in its lines; what was taken back is gone
/// from there. On PostgreSQL others who change the same visits wait.
///
/// # Errors
/// When the database objects.
pub async fn tell_apart(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    affected: &[Affected],
) -> Result<(), DbErr> {
    let mut shoppers: Vec<ShopperId> = affected.iter().map(|one| one.shopper_id).collect();
    shoppers.dedup();
    let keys = shoppers.into_iter().map(|id| key(retailer_id, id));
    // All of them at once: two who took some and then some more might wait for each other.
    all_at_a_time(transaction, keys.collect()).await?;
    for some in affected.chunks(BATCH) {
        let known = read(transaction, retailer_id, some).await?;
        write(transaction, retailer_id, known).await?;
    }
    Ok(())
}

async fn read(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    some: &[Affected],
) -> Result<HashMap<Place, Known>, DbErr> {
    #[derive(FromQueryResult)]
    struct VisitRow {
        visit_id: String,
        shopper_id: String,
        store_id: String,
        began_at: i64,
        sources: i32,
    }
    let mut places: HashMap<Place, Known> = HashMap::new();
    for one in some {
        let place = (one.shopper_id.to_string(), one.store_id.to_string());
        let known = places.entry(place).or_insert_with(|| Known {
            from: one.from,
            ..Known::default()
        });
        known.from = known.from.min(one.from);
    }
    let mut shoppers: Vec<ShopperId> = some.iter().map(|one| one.shopper_id).collect();
    shoppers.sort_unstable();
    shoppers.dedup();
    // A visit that began three hours or more before the first of them has nothing to do with any.
    let first = some.iter().map(|one| one.from).min().unwrap_or(0) - WINDOW_MS;
    let (them, ids) = one_of(transaction, 3, shoppers.iter().map(ToString::to_string));
    let mut rows = VisitRow::find_by_statement(sql(
        transaction,
        &format!(
            "SELECT visit_id, shopper_id, store_id, began_at, sources FROM visits
             WHERE retailer_id = $1 AND began_at > $2 AND shopper_id {them}"
        ),
        [Value::from(retailer_id.to_string()), first.into()]
            .into_iter()
            .chain(ids),
    ))
    .all(transaction)
    .await?;
    // From the last visit that began before: what is seen from then on belongs to it or to one after it.
    rows.sort_unstable_by_key(|row| std::cmp::Reverse(row.began_at));
    let mut with_evidence: HashMap<String, Place> = HashMap::new();
    for row in rows {
        let place = (row.shopper_id, row.store_id);
        let Some(known) = places.get_mut(&place) else {
            continue;
        };
        let is_the_last_before = known
            .visits
            .keys()
            .next()
            .is_none_or(|at| *at >= known.from);
        if row.began_at < known.from && !is_the_last_before {
            continue;
        }
        if row.sources != Source::Import.bit() {
            with_evidence.insert(row.visit_id.clone(), place);
        }
        let kept = Kept {
            visit_id: row.visit_id,
            sources: row.sources,
        };
        known.visits.insert(row.began_at, kept);
    }
    for known in places.values_mut() {
        let earliest = known.visits.keys().next().copied();
        known.from = earliest.map_or(known.from, |began| began.min(known.from));
    }
    evidence(transaction, retailer_id, &with_evidence, &mut places).await?;
    for line in visit_imports::lines_of(transaction, retailer_id, &shoppers, first).await? {
        if let Some(known) = places.get_mut(&(line.shopper_id, line.store_id))
            && line.seen_at >= known.from
        {
            known.shown.push(Shown {
                at: line.seen_at,
                source: Source::Import,
                evidence: None,
            });
        }
    }
    Ok(places)
}

async fn evidence(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    of: &HashMap<String, Place>,
    places: &mut HashMap<Place, Known>,
) -> Result<(), DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        visit_id: String,
        source: String,
        reference: String,
        seen_at: i64,
    }
    let mut visits: Vec<&String> = of.keys().collect();
    visits.sort_unstable();
    for some in visits.chunks(BATCH) {
        let rows = Row::find_by_statement(sql(
            transaction,
            &format!(
                "SELECT visit_id, source, reference, seen_at FROM visit_evidence WHERE retailer_id = $1 AND visit_id IN ({})",
                placeholders(2, some.len())
            ),
            std::iter::once(Value::from(retailer_id.to_string()))
                .chain(some.iter().map(|id| Value::from((*id).clone()))),
        ))
        .all(transaction)
        .await?;
        for row in rows {
            let source = row.source.parse().map_err(corrupt("source"))?;
            if let Some(known) = of
                .get(&row.visit_id)
                .and_then(|place| places.get_mut(place))
            {
                known.shown.push(Shown {
                    at: row.seen_at,
                    source,
                    evidence: Some((row.reference, row.visit_id)),
                });
            }
        }
    }
    Ok(())
}

/// What differs from what is kept.
#[derive(Default)]
struct Changes {
    visits: Vec<[Value; 6]>,
    /// Visits by what they are to say of their sources.
    sources: BTreeMap<i32, Vec<String>>,
    /// Evidence, and the visit that it moves to.
    moved: Vec<(Source, String, String)>,
    gone: Vec<String>,
}

impl Changes {
    fn note(&mut self, (shopper_id, store_id): Place, mut known: Known) {
        known.shown.sort_unstable();
        let moments: Vec<i64> = known.shown.iter().map(|shown| shown.at).collect();
        let (beginnings, belongs) = visits_of(&moments);
        let mut sources = vec![0; beginnings.len()];
        for (shown, place) in known.shown.iter().zip(&belongs) {
            if let Some(sources) = sources.get_mut(*place) {
                *sources |= shown.source.bit();
            }
        }
        let mut ids = Vec::with_capacity(beginnings.len());
        for (began, sources) in beginnings.iter().zip(sources) {
            // A visit that began at the same moment is the same one.
            if let Some(kept) = known.visits.remove(began) {
                if kept.sources != sources {
                    let same = self.sources.entry(sources).or_default();
                    same.push(kept.visit_id.clone());
                }
                ids.push(kept.visit_id);
                continue;
            }
            let visit_id = VisitId::new(*began, random::mark()).to_string();
            self.visits.push([
                visit_id.clone().into(),
                store_id.clone().into(),
                shopper_id.clone().into(),
                (*began).into(),
                Day::of(*began, JST).0.into(),
                sources.into(),
            ]);
            ids.push(visit_id);
        }
        self.gone
            .extend(known.visits.into_values().map(|kept| kept.visit_id));
        for (shown, place) in known.shown.into_iter().zip(belongs) {
            if let (Some((reference, before)), Some(visit_id)) = (shown.evidence, ids.get(place))
                && before != *visit_id
            {
                self.moved.push((shown.source, reference, visit_id.clone()));
            }
        }
    }
}

async fn write(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    places: HashMap<Place, Known>,
) -> Result<(), DbErr> {
    let retailer = retailer_id.to_string();
    let mut places: Vec<(Place, Known)> = places.into_iter().collect();
    // As they lie in the table.
    places.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    let mut changes = Changes::default();
    for (place, known) in places {
        changes.note(place, known);
    }
    let same = [("retailer_id", Value::from(retailer.clone()))];
    let columns = [
        ("visit_id", Type::Text),
        ("store_id", Type::Text),
        ("shopper_id", Type::Text),
        ("began_at", Type::BigInt),
        ("day", Type::Int),
        ("sources", Type::Int),
    ];
    bulk::insert(transaction, "visits", same, columns, changes.visits).await?;
    for (source, reference, visit_id) in changes.moved {
        execute(
            transaction,
            "UPDATE visit_evidence SET visit_id = $1 WHERE retailer_id = $2 AND source = $3 AND reference = $4",
            [
                visit_id.into(),
                retailer.clone().into(),
                source.slug().into(),
                reference.into(),
            ],
        )
        .await?;
    }
    let told = changes
        .sources
        .iter()
        .map(|(sources, visits)| (format!("UPDATE visits SET sources = {sources}"), visits));
    let gone = std::iter::once(("DELETE FROM visits".to_owned(), &changes.gone));
    for (verb, visits) in told.chain(gone) {
        for some in visits.chunks(BATCH) {
            execute(
                transaction,
                &format!(
                    "{verb} WHERE retailer_id = $1 AND visit_id IN ({})",
                    placeholders(2, some.len())
                ),
                std::iter::once(Value::from(retailer.clone()))
                    .chain(some.iter().map(|id| id.clone().into())),
            )
            .await?;
        }
    }
    Ok(())
}
