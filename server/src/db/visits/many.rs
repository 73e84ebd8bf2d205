//! Many sightings at once, as imports bring them: what is there of the visits in question is read once, put together in memory, and what differs
//! is written in few statements.

use std::collections::{BTreeMap, HashMap, HashSet};

use app::{
    day::{Day, JST},
    id::{RetailerId, ShopperId, StoreId, VisitId},
    visit::{WINDOW_MS, visits_of},
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};

use super::{Presence, Source, corrupt};
use crate::{
    db::sql::{all_at_a_time, execute, placeholders, sql},
    new_id,
};

/// Rows in one statement: nine columns each stay far below what SQLite (32,766) and PostgreSQL (65,535) take.
const BATCH: usize = 1_000;

/// Something that shows a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// Whose.
    pub shopper_id: ShopperId,
    /// Where.
    pub store_id: StoreId,
    /// What it is known by, unique in its source.
    pub reference: String,
    /// When, unix milliseconds.
    pub at: i64,
}

type Place = (String, String);

impl Sighting {
    fn place(&self) -> Place {
        (self.shopper_id.to_string(), self.store_id.to_string())
    }

    fn presence(&self, retailer_id: RetailerId) -> Presence {
        Presence {
            retailer_id,
            store_id: self.store_id,
            shopper_id: self.shopper_id,
        }
    }
}

#[derive(FromQueryResult)]
struct Seen {
    visit_id: String,
    shopper_id: String,
    store_id: String,
    began_at: i64,
    source: Option<String>,
    reference: Option<String>,
    seen_at: Option<i64>,
}

/// A piece of evidence: when, its source and reference, and the visit that it belongs to until now.
type Evidence = (i64, String, String, Option<String>);

/// What there is of one presence.
#[derive(Default)]
struct Known {
    /// Visits by their beginning.
    visits: BTreeMap<i64, String>,
    evidence: Vec<Evidence>,
}

/// Notes all of these, as [`super::witness`] would one after the other; gives whose were not known.
///
/// # Errors
/// When the database objects.
pub async fn witness_many(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    source: Source,
    sightings: &[Sighting],
) -> Result<HashSet<ShopperId>, DbErr> {
    let mut touched = HashSet::new();
    for some in sightings.chunks(BATCH) {
        lock(transaction, retailer_id, some).await?;
        let known = evidence_of(transaction, retailer_id, source, some).await?;
        let mut places = read(transaction, retailer_id, some).await?;
        let mut seen = HashSet::new();
        for sighting in some {
            if known.contains(&sighting.reference) || !seen.insert(&sighting.reference) {
                continue;
            }
            touched.insert(sighting.shopper_id);
            let reference = sighting.reference.clone();
            places.entry(sighting.place()).or_default().evidence.push((
                sighting.at,
                source.slug().to_owned(),
                reference,
                None,
            ));
        }
        write(transaction, retailer_id, places).await?;
    }
    Ok(touched)
}

/// Takes all of these back, as [`super::forget`] would one after the other.
///
/// # Errors
/// When the database objects.
pub async fn forget_many(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    source: Source,
    sightings: &[Sighting],
) -> Result<(), DbErr> {
    for some in sightings.chunks(BATCH) {
        lock(transaction, retailer_id, some).await?;
        let mut places = read(transaction, retailer_id, some).await?;
        let gone: HashSet<&str> = some.iter().map(|s| s.reference.as_str()).collect();
        for known in places.values_mut() {
            known.evidence.retain(|(_, of, reference, _)| {
                of != source.slug() || !gone.contains(reference.as_str())
            });
        }
        execute(
            transaction,
            &format!(
                "DELETE FROM visit_evidence WHERE retailer_id = $1 AND source = $2 AND reference IN ({})",
                placeholders(3, some.len())
            ),
            [
                Value::from(retailer_id.to_string()),
                source.slug().into(),
            ]
            .into_iter()
            .chain(some.iter().map(|s| s.reference.clone().into())),
        )
        .await?;
        write(transaction, retailer_id, places).await?;
    }
    Ok(())
}

async fn lock(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    some: &[Sighting],
) -> Result<(), DbErr> {
    let keys: Vec<String> = some
        .iter()
        .map(|sighting| sighting.presence(retailer_id).key())
        .collect();
    all_at_a_time(transaction, keys).await
}

async fn evidence_of(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    source: Source,
    some: &[Sighting],
) -> Result<HashSet<String>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        reference: String,
    }
    let rows = Row::find_by_statement(sql(
        transaction,
        &format!(
            "SELECT reference FROM visit_evidence WHERE retailer_id = $1 AND source = $2 AND reference IN ({})",
            placeholders(3, some.len())
        ),
        [
            Value::from(retailer_id.to_string()),
            source.slug().into(),
        ]
        .into_iter()
        .chain(some.iter().map(|s| s.reference.clone().into())),
    ))
    .all(transaction)
    .await?;
    Ok(rows.into_iter().map(|row| row.reference).collect())
}

/// The visits that these sightings may belong to or move, with their evidence. A visit that began three hours or more before the first of them has
/// nothing to do with any.
async fn read(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    some: &[Sighting],
) -> Result<HashMap<Place, Known>, DbErr> {
    let mut shoppers: Vec<String> = some.iter().map(|s| s.shopper_id.to_string()).collect();
    shoppers.sort_unstable();
    shoppers.dedup();
    let wanted: HashSet<Place> = some.iter().map(Sighting::place).collect();
    let first = some.iter().map(|s| s.at).min().unwrap_or(0);
    let rows = Seen::find_by_statement(sql(
        transaction,
        &format!(
            "SELECT v.visit_id, v.shopper_id, v.store_id, v.began_at, e.source, e.reference, e.seen_at
             FROM visits v LEFT JOIN visit_evidence e ON e.retailer_id = v.retailer_id AND e.visit_id = v.visit_id
             WHERE v.retailer_id = $1 AND v.began_at > $2 AND v.shopper_id IN ({})",
            placeholders(3, shoppers.len())
        ),
        [
            Value::from(retailer_id.to_string()),
            (first - WINDOW_MS).into(),
        ]
        .into_iter()
        .chain(shoppers.into_iter().map(Value::from)),
    ))
    .all(transaction)
    .await?;
    let mut places: HashMap<Place, Known> = HashMap::new();
    for row in rows {
        let place = (row.shopper_id, row.store_id);
        if !wanted.contains(&place) {
            continue;
        }
        let known = places.entry(place).or_default();
        known.visits.insert(row.began_at, row.visit_id.clone());
        if let (Some(source), Some(reference), Some(at)) = (row.source, row.reference, row.seen_at)
        {
            known
                .evidence
                .push((at, source, reference, Some(row.visit_id)));
        }
    }
    Ok(places)
}

/// Rows of a statement that inserts many.
async fn insert<const N: usize>(
    transaction: &impl ConnectionTrait,
    into: &str,
    rows: Vec<[Value; N]>,
) -> Result<(), DbErr> {
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let some: Vec<[Value; N]> = rows.by_ref().take(BATCH).collect();
        let places: Vec<String> = (0..some.len())
            .map(|n| format!("({})", placeholders(1 + N * n, N)))
            .collect();
        let text = format!("INSERT INTO {into} VALUES {}", places.join(", "));
        execute(transaction, &text, some.into_iter().flatten()).await?;
    }
    Ok(())
}

async fn write(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    places: HashMap<Place, Known>,
) -> Result<(), DbErr> {
    let retailer = retailer_id.to_string();
    let (mut visits, mut evidence) = (Vec::new(), Vec::new());
    let (mut moved, mut gone) = (Vec::new(), Vec::new());
    for ((shopper_id, store_id), mut known) in places {
        known.evidence.sort_unstable();
        let moments: Vec<i64> = known.evidence.iter().map(|(at, ..)| *at).collect();
        let (beginnings, belongs) = visits_of(&moments);
        // A visit that began at the same moment is the same one.
        let ids: Vec<String> = beginnings
            .iter()
            .map(|began| {
                known.visits.remove(began).unwrap_or_else(|| {
                    let visit_id = new_id!(VisitId, *began).to_string();
                    visits.push([
                        retailer.clone().into(),
                        visit_id.clone().into(),
                        store_id.clone().into(),
                        shopper_id.clone().into(),
                        (*began).into(),
                        Day::of(*began, JST).0.into(),
                    ]);
                    visit_id
                })
            })
            .collect();
        gone.extend(known.visits.into_values());
        for ((at, source, reference, before), place) in known.evidence.into_iter().zip(belongs) {
            let visit_id = ids
                .get(place)
                .cloned()
                .ok_or_else(|| corrupt("visit")(reference.as_str()))?;
            match before {
                None => evidence.push([
                    retailer.clone().into(),
                    visit_id.into(),
                    source.into(),
                    reference.into(),
                    at.into(),
                ]),
                Some(before) if before != visit_id => moved.push((visit_id, source, reference)),
                Some(_) => {}
            }
        }
    }
    insert(
        transaction,
        "visits (retailer_id, visit_id, store_id, shopper_id, began_at, day)",
        visits,
    )
    .await?;
    for (visit_id, source, reference) in moved {
        execute(
            transaction,
            "UPDATE visit_evidence SET visit_id = $1 WHERE retailer_id = $2 AND source = $3 AND reference = $4",
            [visit_id.into(), retailer.clone().into(), source.into(), reference.into()],
        )
        .await?;
    }
    insert(
        transaction,
        "visit_evidence (retailer_id, visit_id, source, reference, seen_at)",
        evidence,
    )
    .await?;
    for some in gone.chunks(BATCH) {
        execute(
            transaction,
            &format!(
                "DELETE FROM visits WHERE retailer_id = $1 AND visit_id IN ({})",
                placeholders(2, some.len())
            ),
            std::iter::once(Value::from(retailer.clone()))
                .chain(some.iter().map(|id| id.clone().into())),
        )
        .await?;
    }
    Ok(())
}
