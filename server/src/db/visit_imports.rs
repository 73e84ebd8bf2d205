//! Imported visits: what files said, and whose visits they are.
//!
//! A line is kept whether or not anybody is linked to its member number: who is linked later brings the visits of before along.

use std::collections::{HashMap, HashSet};

use app::{
    api::retailer::VisitImport,
    day::Day,
    id::{ApiKeyId, ImportId, RetailerId, ShopperId, StoreId},
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};

use super::{
    Db, corrupt, lift,
    sql::{execute, one_at_a_time, placeholders, sql},
    visits::{self, Presence, Sighting, Source},
};
use crate::new_id;

/// How many lines go into one statement.
const BATCH: usize = 2_000;
/// How many lines are placed in one transaction: some tenths of a second, for which a till may wait.
const PLACED: usize = 5_000;

/// A line of a file, ready to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The moment, and a keyed hash of all of it.
    pub reference: String,
    /// A keyed hash of the member number.
    pub member_hash: String,
    /// Where.
    pub store_id: StoreId,
    /// When, unix milliseconds.
    pub at: i64,
    /// Yen of the basket.
    pub basket: Option<i64>,
}

/// Which of these references some import has already.
///
/// # Errors
/// When the database objects.
pub async fn known(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    references: &[&str],
) -> Result<HashSet<String>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        reference: String,
    }
    let mut out = HashSet::new();
    for batch in references.chunks(BATCH) {
        let text = format!(
            "SELECT DISTINCT reference FROM visit_import_rows WHERE retailer_id = $1 AND reference IN ({})",
            placeholders(2, batch.len())
        );
        let values = std::iter::once(Value::from(retailer_id.to_string()))
            .chain(batch.iter().map(|reference| Value::from(*reference)));
        let rows = Row::find_by_statement(sql(connection, &text, values))
            .all(connection)
            .await?;
        out.extend(rows.into_iter().map(|row| row.reference));
    }
    Ok(out)
}

/// How many of these member numbers belong to a shopper, each counted as often as it comes.
///
/// # Errors
/// When the database objects.
pub async fn linked(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    lines: &[Line],
) -> Result<u64, DbErr> {
    let members = lines.iter().map(|line| line.member_hash.as_str()).collect();
    let holders = holders(connection, retailer_id, members).await?;
    let linked = lines
        .iter()
        .filter(|line| holders.contains_key(&line.member_hash));
    Ok(linked.count() as u64)
}

/// Who holds each member number: the shopper linked first.
async fn holders(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    mut members: Vec<&str>,
) -> Result<HashMap<String, ShopperId>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        member_hash: String,
        shopper_id: String,
    }
    members.sort_unstable();
    members.dedup();
    let mut out = HashMap::new();
    for batch in members.chunks(BATCH) {
        let text = format!(
            "SELECT member_hash, shopper_id FROM member_links WHERE retailer_id = $1 AND member_hash IN ({})
             ORDER BY linked_at DESC, shopper_id DESC",
            placeholders(2, batch.len())
        );
        let values = std::iter::once(Value::from(retailer_id.to_string()))
            .chain(batch.iter().map(|member| Value::from(*member)));
        let rows = Row::find_by_statement(sql(connection, &text, values))
            .all(connection)
            .await?;
        for row in rows {
            // The last to come is the first that was linked.
            out.insert(
                row.member_hash,
                row.shopper_id.parse().map_err(corrupt("shopper id"))?,
            );
        }
    }
    Ok(out)
}

/// Keeps the lines of a file; [`place`] makes visits of them. No line comes twice in it.
///
/// # Errors
/// When the database objects.
pub async fn keep(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    import_id: ImportId,
    lines: &[Line],
    now: i64,
) -> Result<(), DbErr> {
    execute(
        transaction,
        "INSERT INTO visit_imports (retailer_id, import_id, imported_at, visits) VALUES ($1, $2, $3, $4)",
        [
            retailer_id.to_string().into(),
            import_id.to_string().into(),
            now.into(),
            (lines.len() as i64).into(),
        ],
    )
    .await?;
    write(transaction, retailer_id, import_id, lines).await
}

async fn write(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    import_id: ImportId,
    lines: &[Line],
) -> Result<(), DbErr> {
    for batch in lines.chunks(BATCH) {
        let rows: Vec<String> = (0..batch.len())
            .map(|n| format!("($1, $2, {})", placeholders(3 + 5 * n, 5)))
            .collect();
        let text = format!(
            "INSERT INTO visit_import_rows (retailer_id, import_id, reference, member_hash, store_id, seen_at, basket_yen) VALUES {}",
            rows.join(", ")
        );
        let values = [
            Value::from(retailer_id.to_string()),
            import_id.to_string().into(),
        ]
        .into_iter()
        .chain(batch.iter().flat_map(|line| {
            [
                Value::from(line.reference.clone()),
                line.member_hash.clone().into(),
                line.store_id.to_string().into(),
                line.at.into(),
                line.basket.into(),
            ]
        }));
        execute(transaction, &text, values).await?;
    }
    Ok(())
}

/// The import that takes in what a key posts on a day, and whether it is new: another is begun once that of the day was taken back.
///
/// # Errors
/// When the database objects.
pub async fn of_day(
    transaction: &impl ConnectionTrait,
    (retailer_id, key_id): (RetailerId, ApiKeyId),
    day: Day,
    now: i64,
) -> Result<(ImportId, bool), DbErr> {
    alone(transaction, retailer_id).await?;
    let key = || {
        [
            Value::from(retailer_id.to_string()),
            key_id.to_string().into(),
            day.0.into(),
        ]
    };
    let row = transaction
        .query_one_raw(sql(
            transaction,
            "SELECT import_id FROM visit_imports WHERE retailer_id = $1 AND key_id = $2 AND posted_day = $3 AND undone_at IS NULL",
            key(),
        ))
        .await?;
    if let Some(row) = row {
        let import_id: String = row.try_get("", "import_id")?;
        return Ok((import_id.parse().map_err(corrupt("import id"))?, false));
    }
    let import_id = new_id!(ImportId, now);
    // Nothing is left to be placed: each post places what it brings.
    execute(
        transaction,
        "INSERT INTO visit_imports (retailer_id, key_id, posted_day, import_id, imported_at, visits, placed_at)
         VALUES ($1, $2, $3, $4, $5, 0, $5)",
        key()
            .into_iter()
            .chain([import_id.to_string().into(), now.into()]),
    )
    .await?;
    Ok((import_id, true))
}

/// Adds lines to an import and makes visits of those whose member is a shopper; how many those are.
///
/// # Errors
/// When the database objects.
pub async fn add(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    import_id: ImportId,
    lines: &[Line],
) -> Result<u64, DbErr> {
    write(transaction, retailer_id, import_id, lines).await?;
    execute(
        transaction,
        "UPDATE visit_imports SET visits = visits + $3 WHERE retailer_id = $1 AND import_id = $2",
        [
            retailer_id.to_string().into(),
            import_id.to_string().into(),
            (lines.len() as i64).into(),
        ],
    )
    .await?;
    let members = lines.iter().map(|line| line.member_hash.as_str()).collect();
    let holders = holders(transaction, retailer_id, members).await?;
    let sightings: Vec<Sighting> = lines
        .iter()
        .filter_map(|line| {
            Some(Sighting {
                shopper_id: *holders.get(&line.member_hash)?,
                store_id: line.store_id,
                reference: line.reference.clone(),
                at: line.at,
            })
        })
        .collect();
    let touched =
        visits::witness_many(transaction, retailer_id, Source::Import, &sightings).await?;
    lift::touched_all(transaction, retailer_id, touched).await?;
    Ok(sightings.len() as u64)
}

/// Whoever gives imported visits to shoppers or takes them back does so alone. Taken before anything else that others may wait for: [`place`] has
/// it when it asks for visits and then for the sums of lift.
pub(super) async fn alone(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
) -> Result<(), DbErr> {
    one_at_a_time(transaction, &format!("imported visits {retailer_id}")).await
}

/// Makes visits of an import's lines whose member number belongs to a shopper: in short transactions, so that tills need not wait, and the same
/// however often it is done. An import that was undone meanwhile stays so.
///
/// # Errors
/// When the database objects; what was placed stays, and [`place_all`] goes on with it.
pub async fn place(
    db: &Db,
    retailer_id: RetailerId,
    import_id: ImportId,
    now: i64,
    mut progress: impl FnMut(u64),
) -> Result<(), DbErr> {
    let key = || {
        [
            Value::from(retailer_id.to_string()),
            import_id.to_string().into(),
        ]
    };
    // In the order of time, in which visits and what shows them lie on the disk.
    let lines = LineRow::find_by_statement(sql(
        db.scan(),
        "SELECT reference, member_hash, store_id, seen_at FROM visit_import_rows WHERE retailer_id = $1 AND import_id = $2
         ORDER BY seen_at, reference",
        key(),
    ))
    .all(db.scan())
    .await?;
    let mut done = 0;
    for some in lines.chunks(PLACED) {
        let transaction = db.begin_alone().await?;
        alone(&transaction, retailer_id).await?;
        if !is_to_place(&transaction, retailer_id, import_id).await? {
            return transaction.rollback().await;
        }
        let members: Vec<&str> = some.iter().map(|line| line.member_hash.as_str()).collect();
        let holders = holders(&transaction, retailer_id, members).await?;
        let mut sightings = Vec::new();
        for line in some {
            if let Some(shopper_id) = holders.get(&line.member_hash) {
                sightings.push(Sighting {
                    shopper_id: *shopper_id,
                    store_id: line.store_id.parse().map_err(corrupt("store id"))?,
                    reference: line.reference.clone(),
                    at: line.seen_at,
                });
            }
        }
        let touched =
            visits::witness_many(&transaction, retailer_id, Source::Import, &sightings).await?;
        lift::touched_all(&transaction, retailer_id, touched).await?;
        transaction.commit().await?;
        done += some.len() as u64;
        progress(done);
    }
    let transaction = db.begin_alone().await?;
    execute(
        &transaction,
        "UPDATE visit_imports SET placed_at = $3 WHERE retailer_id = $1 AND import_id = $2 AND placed_at IS NULL",
        key().into_iter().chain([now.into()]),
    )
    .await?;
    transaction.commit().await
}

#[derive(FromQueryResult)]
struct LineRow {
    reference: String,
    member_hash: String,
    store_id: String,
    seen_at: i64,
}

async fn is_to_place(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    import_id: ImportId,
) -> Result<bool, DbErr> {
    let row = transaction
        .query_one_raw(sql(
            transaction,
            "SELECT import_id FROM visit_imports WHERE retailer_id = $1 AND import_id = $2 AND undone_at IS NULL AND placed_at IS NULL",
            [
                retailer_id.to_string().into(),
                import_id.to_string().into(),
            ],
        ))
        .await?;
    Ok(row.is_some())
}

/// Goes on with imports whose lines are kept but not all placed, because a server stopped in between; how many those were.
///
/// # Errors
/// When the database objects; what was placed stays.
pub async fn place_all(db: &Db, now: i64) -> Result<u64, DbErr> {
    #[derive(FromQueryResult)]
    struct Left {
        retailer_id: String,
        import_id: String,
    }
    // Whoever imports them is given some time.
    const PATIENCE_MS: i64 = 5 * 60_000;
    let left = Left::find_by_statement(sql(
        db.scan(),
        "SELECT retailer_id, import_id FROM visit_imports WHERE placed_at IS NULL AND undone_at IS NULL AND imported_at < $1
         ORDER BY imported_at LIMIT 20",
        [(now - PATIENCE_MS).into()],
    ))
    .all(db.scan())
    .await?;
    for import in &left {
        let retailer_id = import.retailer_id.parse().map_err(corrupt("retailer id"))?;
        let import_id = import.import_id.parse().map_err(corrupt("import id"))?;
        place(db, retailer_id, import_id, now, |_| {}).await?;
    }
    Ok(left.len() as u64)
}

#[derive(FromQueryResult)]
struct Kept {
    reference: String,
    store_id: String,
    seen_at: i64,
    shopper_id: Option<String>,
}

impl Kept {
    fn presence(&self, retailer_id: RetailerId, shopper_id: ShopperId) -> Result<Presence, DbErr> {
        Ok(Presence {
            retailer_id,
            store_id: self.store_id.parse().map_err(corrupt("store id"))?,
            shopper_id,
        })
    }

    fn shopper(&self) -> Result<Option<ShopperId>, DbErr> {
        let id = self.shopper_id.as_deref();
        id.map(str::parse)
            .transpose()
            .map_err(corrupt("shopper id"))
    }
}

/// Takes a whole import back: its lines, and the visits that nothing else shows. `false`: there is none that was not undone.
///
/// # Errors
/// When the database objects.
pub async fn undo(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    import_id: ImportId,
    now: i64,
) -> Result<bool, DbErr> {
    let key = || {
        [
            Value::from(retailer_id.to_string()),
            import_id.to_string().into(),
        ]
    };
    alone(transaction, retailer_id).await?;
    let changed = execute(
        transaction,
        "UPDATE visit_imports SET undone_at = CASE WHEN imported_at > $3 THEN imported_at ELSE $3 END
         WHERE retailer_id = $1 AND import_id = $2 AND undone_at IS NULL",
        key().into_iter().chain([now.into()]),
    )
    .await?;
    if changed == 0 {
        return Ok(false);
    }
    // What only this import says, and whose visit it shows.
    let only_here = Kept::find_by_statement(sql(
        transaction,
        "SELECT r.reference, r.store_id, r.seen_at, v.shopper_id
         FROM visit_import_rows r
         JOIN visit_evidence e ON e.retailer_id = r.retailer_id AND e.source = 'import' AND e.reference = r.reference
         JOIN visits v ON v.retailer_id = e.retailer_id AND v.visit_id = e.visit_id
         WHERE r.retailer_id = $1 AND r.import_id = $2
           AND NOT EXISTS (SELECT 1 FROM visit_import_rows o WHERE o.retailer_id = r.retailer_id AND o.reference = r.reference
                           AND o.import_id <> r.import_id)",
        key(),
    ))
    .all(transaction)
    .await?;
    let mut sightings = Vec::with_capacity(only_here.len());
    for line in only_here {
        if let Some(shopper_id) = line.shopper()? {
            sightings.push(Sighting {
                shopper_id,
                store_id: line.store_id.parse().map_err(corrupt("store id"))?,
                reference: line.reference,
                at: line.seen_at,
            });
        }
    }
    visits::forget_many(transaction, retailer_id, Source::Import, &sightings).await?;
    let touched: HashSet<ShopperId> = sightings.iter().map(|s| s.shopper_id).collect();
    lift::touched_all(transaction, retailer_id, touched).await?;
    execute(
        transaction,
        "DELETE FROM visit_import_rows WHERE retailer_id = $1 AND import_id = $2",
        key(),
    )
    .await?;
    Ok(true)
}

/// Gives the imported visits of a member number to whoever holds it now: the shopper linked first, or nobody.
///
/// # Errors
/// When the database objects.
pub async fn hand_over(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    member_hash: &str,
) -> Result<(), DbErr> {
    #[derive(FromQueryResult)]
    struct Holder {
        shopper_id: String,
    }
    let key = || {
        [
            Value::from(retailer_id.to_string()),
            member_hash.to_owned().into(),
        ]
    };
    alone(transaction, retailer_id).await?;
    let holder: Option<ShopperId> = Holder::find_by_statement(sql(
        transaction,
        "SELECT shopper_id FROM member_links WHERE retailer_id = $1 AND member_hash = $2 ORDER BY linked_at, shopper_id LIMIT 1",
        key(),
    ))
    .one(transaction)
    .await?
    .map(|row| row.shopper_id.parse().map_err(corrupt("shopper id")))
    .transpose()?;
    let lines = Kept::find_by_statement(sql(
        transaction,
        "SELECT DISTINCT r.reference, r.store_id, r.seen_at, v.shopper_id
         FROM visit_import_rows r
         LEFT JOIN visit_evidence e ON e.retailer_id = r.retailer_id AND e.source = 'import' AND e.reference = r.reference
         LEFT JOIN visits v ON v.retailer_id = e.retailer_id AND v.visit_id = e.visit_id
         WHERE r.retailer_id = $1 AND r.member_hash = $2 ORDER BY r.seen_at, r.reference",
        key(),
    ))
    .all(transaction)
    .await?;
    for line in &lines {
        let before = line.shopper()?;
        if before == holder {
            continue;
        }
        if let Some(shopper_id) = before {
            let presence = line.presence(retailer_id, shopper_id)?;
            visits::forget(transaction, presence, Source::Import, &line.reference).await?;
        }
        if let Some(shopper_id) = holder {
            let presence = line.presence(retailer_id, shopper_id)?;
            let (source, reference) = (Source::Import, &line.reference);
            visits::witness(transaction, presence, source, reference, line.seen_at).await?;
        }
    }
    Ok(())
}

/// One import.
///
/// # Errors
/// When the database objects.
pub async fn find(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    import_id: ImportId,
) -> Result<Option<VisitImport>, DbErr> {
    let all = list(connection, retailer_id, Some(import_id)).await?;
    Ok(all.into_iter().next())
}

/// The imports of a retailer, the newest first; or only one of them.
///
/// # Errors
/// When the database objects.
pub async fn list(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    only: Option<ImportId>,
) -> Result<Vec<VisitImport>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        import_id: String,
        imported_at: i64,
        visits: i64,
        undone_at: Option<i64>,
        name: Option<String>,
    }
    Row::find_by_statement(sql(
        connection,
        "SELECT i.import_id, i.imported_at, i.visits, i.undone_at, k.name FROM visit_imports i
         LEFT JOIN api_keys k ON k.retailer_id = i.retailer_id AND k.key_id = i.key_id
         WHERE i.retailer_id = $1 AND ($2 = '' OR i.import_id = $2) ORDER BY i.imported_at DESC, i.import_id DESC LIMIT 500",
        [
            retailer_id.to_string().into(),
            only.map(|id| id.to_string()).unwrap_or_default().into(),
        ],
    ))
    .all(connection)
    .await?
    .into_iter()
    .map(|row| {
        Ok(VisitImport {
            import_id: row.import_id.parse().map_err(corrupt("import id"))?,
            imported_at: row.imported_at,
            visits: u64::try_from(row.visits).map_err(corrupt("number of visits"))?,
            system: row.name,
            undone_at: row.undone_at,
        })
    })
    .collect()
}
