//! Tells visits apart anew after what shows them has changed: what is there of the shoppers in question is read once, put together in memory, and
//! what differs is written in few statements.
//!
//! A visit is shown by evidence and by the imported lines of the member that its shopper is. Lines are no evidence beside the lines: who is linked
//! to a member number, and first, has the visits that its lines show.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use app::{
    day::{Day, JST},
    id::{RetailerId, ShopperId, StoreId},
    visit::{WINDOW_MS, visits_of},
};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, FromQueryResult, Value};

use super::{Source, corrupt, key};
use crate::db::{
    bulk::{self, Type, listed, one_of},
    sql::{all_at_a_time, execute, sql},
    visit_imports::{self, Members},
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

/// A visit: whose, where, and when it began.
type Key = (String, String, i64);

/// What shows a visit: when, by what source, and if it is evidence, its reference and the beginning of the visit that it belongs to until now.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Shown {
    at: i64,
    source: Source,
    evidence: Option<(String, i64)>,
}

/// What there is of one presence, from a visit on that nothing before it has to do with.
#[derive(Default)]
struct Known {
    from: i64,
    /// What each says of its sources, by its beginning.
    visits: BTreeMap<i64, i32>,
    shown: Vec<Shown>,
}

/// Tells these visits apart anew. What is evidence stands in `visit_evidence` already, what was imported in its lines; what was taken back is gone
/// from there. `members`: the member number that each of the shoppers holds, where that is known. On PostgreSQL others who change the same visits wait.
///
/// # Errors
/// When the database objects.
pub async fn tell_apart(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    affected: &[Affected],
    members: Option<&Members>,
) -> Result<(), DbErr> {
    let mut shoppers: Vec<ShopperId> = affected.iter().map(|one| one.shopper_id).collect();
    shoppers.dedup();
    let keys = shoppers.into_iter().map(|id| key(retailer_id, id));
    // All of them at once: two who took some and then some more might wait for each other.
    all_at_a_time(transaction, keys.collect()).await?;
    for some in affected.chunks(BATCH) {
        let known = read(transaction, retailer_id, some, members).await?;
        write(transaction, retailer_id, known).await?;
    }
    Ok(())
}

async fn read(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    some: &[Affected],
    members: Option<&Members>,
) -> Result<HashMap<Place, Known>, DbErr> {
    #[derive(FromQueryResult)]
    struct VisitRow {
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
    // As visits lie in the table; presence by presence, for what is long ago need not be read.
    let mut presences: Vec<[String; 2]> = places
        .keys()
        .map(|(shopper_id, store_id)| [shopper_id.clone(), store_id.clone()])
        .collect();
    presences.sort_unstable();
    let (presences, keys) = listed(transaction, 3, ["shopper_id", "store_id"], presences);
    let visits = "visits v WHERE v.retailer_id = $1 AND v.shopper_id = k.shopper_id AND v.store_id = k.store_id AND v.began_at > $2";
    let visits = match transaction.get_database_backend() {
        DbBackend::Postgres => format!("LATERAL (SELECT v.* FROM {visits} OFFSET 0) v"),
        _ => visits.to_owned(),
    };
    let mut rows = VisitRow::find_by_statement(sql(
        transaction,
        &format!("SELECT v.shopper_id, v.store_id, v.began_at, v.sources FROM {presences} k CROSS JOIN {visits}"),
        [Value::from(retailer_id.to_string()), first.into()]
            .into_iter()
            .chain(keys),
    ))
    .all(transaction)
    .await?;
    // From the last visit that began before: what is seen from then on belongs to it or to one after it.
    rows.sort_unstable_by_key(|row| std::cmp::Reverse(row.began_at));
    let mut with_evidence: BTreeSet<String> = BTreeSet::new();
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
            with_evidence.insert(place.0);
        }
        known.visits.insert(row.began_at, row.sources);
    }
    for known in places.values_mut() {
        let earliest = known.visits.keys().next().copied();
        known.from = earliest.map_or(known.from, |began| began.min(known.from));
    }
    evidence(
        transaction,
        retailer_id,
        (with_evidence, first),
        &mut places,
    )
    .await?;
    for line in visit_imports::lines_of(transaction, retailer_id, &shoppers, members, first).await?
    {
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

/// What is evidence of the visits of these shoppers that began after a moment.
async fn evidence(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    (of, after): (BTreeSet<String>, i64),
    places: &mut HashMap<Place, Known>,
) -> Result<(), DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        source: String,
        reference: String,
        shopper_id: String,
        store_id: String,
        began_at: i64,
        seen_at: i64,
    }
    if of.is_empty() {
        return Ok(());
    }
    let (them, ids) = one_of(transaction, 3, of);
    let rows = Row::find_by_statement(sql(
        transaction,
        &format!(
            "SELECT source, reference, shopper_id, store_id, began_at, seen_at FROM visit_evidence
             WHERE retailer_id = $1 AND began_at > $2 AND shopper_id {them}"
        ),
        [Value::from(retailer_id.to_string()), after.into()]
            .into_iter()
            .chain(ids),
    ))
    .all(transaction)
    .await?;
    for row in rows {
        let source = row.source.parse().map_err(corrupt("source"))?;
        if let Some(known) = places.get_mut(&(row.shopper_id, row.store_id))
            && known.visits.contains_key(&row.began_at)
        {
            known.shown.push(Shown {
                at: row.seen_at,
                source,
                evidence: Some((row.reference, row.began_at)),
            });
        }
    }
    Ok(())
}

/// What differs from what is kept.
#[derive(Default)]
struct Changes {
    visits: Vec<[Value; 5]>,
    /// Visits by what they are to say of their sources.
    sources: BTreeMap<i32, Vec<Key>>,
    /// Evidence, and the beginning of the visit that it moves to.
    moved: Vec<(Source, String, i64)>,
    gone: Vec<Key>,
}

impl Changes {
    fn note(&mut self, (shopper_id, store_id): Place, mut known: Known) {
        let key = |began: i64| (shopper_id.clone(), store_id.clone(), began);
        known.shown.sort_unstable();
        let moments: Vec<i64> = known.shown.iter().map(|shown| shown.at).collect();
        let (beginnings, belongs) = visits_of(&moments);
        let mut sources = vec![0; beginnings.len()];
        for (shown, place) in known.shown.iter().zip(&belongs) {
            if let Some(sources) = sources.get_mut(*place) {
                *sources |= shown.source.bit();
            }
        }
        for (began, sources) in beginnings.iter().zip(sources) {
            // A visit that began at the same moment is the same one.
            match known.visits.remove(began) {
                Some(kept) if kept == sources => {}
                Some(_) => self.sources.entry(sources).or_default().push(key(*began)),
                None => self.visits.push([
                    shopper_id.clone().into(),
                    store_id.clone().into(),
                    (*began).into(),
                    Day::of(*began, JST).0.into(),
                    sources.into(),
                ]),
            }
        }
        self.gone.extend(known.visits.into_keys().map(key));
        for (shown, place) in known.shown.into_iter().zip(belongs) {
            if let (Some((reference, before)), Some(began)) =
                (shown.evidence, beginnings.get(place))
                && before != *began
            {
                self.moved.push((shown.source, reference, *began));
            }
        }
    }
}

async fn write(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    places: HashMap<Place, Known>,
) -> Result<(), DbErr> {
    let retailer = Value::from(retailer_id.to_string());
    let mut places: Vec<(Place, Known)> = places.into_iter().collect();
    // As they lie in the table.
    places.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    let mut changes = Changes::default();
    for (place, known) in places {
        changes.note(place, known);
    }
    let same = [("retailer_id", retailer.clone())];
    let columns = [
        ("shopper_id", Type::Text),
        ("store_id", Type::Text),
        ("began_at", Type::BigInt),
        ("day", Type::Int),
        ("sources", Type::Int),
    ];
    bulk::insert(transaction, "visits", same, columns, changes.visits).await?;
    for (source, reference, began) in changes.moved {
        execute(
            transaction,
            "UPDATE visit_evidence SET began_at = $1 WHERE retailer_id = $2 AND source = $3 AND reference = $4",
            [
                began.into(),
                retailer.clone(),
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
            let (these, keys) = these(transaction, some);
            let values = std::iter::once(retailer.clone()).chain(keys);
            execute(
                transaction,
                &format!("{verb} WHERE retailer_id = $1 AND {these}"),
                values,
            )
            .await?;
        }
    }
    Ok(())
}

/// A condition on visits that they are these, by parameters from `$2` on, and the parameters.
fn these(connection: &impl ConnectionTrait, visits: &[Key]) -> (String, Vec<Value>) {
    let columns = ["shopper_id", "store_id", "began_at"];
    let keys = visits
        .iter()
        .map(|(shopper, store, began)| [shopper.clone(), store.clone(), began.to_string()]);
    let (keys, mut values) = listed(connection, 2, columns, keys.collect());
    let mut condition = format!(
        "(shopper_id, store_id, began_at) IN (SELECT shopper_id, store_id, CAST(began_at AS BIGINT) FROM {keys} k)"
    );
    if connection.get_database_backend() == DbBackend::Postgres {
        // Or else it may compare each visit of the retailer with them.
        let (them, ids) = one_of(
            connection,
            2 + values.len(),
            visits.iter().map(|key| key.0.clone()),
        );
        condition = format!("shopper_id {them} AND {condition}");
        values.extend(ids);
    }
    (condition, values)
}
