//! Imported visits: what files said, and whose visits they are.
//!
//! A line is kept whether or not anybody is linked to its member number: who is linked later brings the visits of before along.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use app::{
    api::retailer::VisitImport,
    day::Day,
    id::{ApiKeyId, ImportId, RetailerId, ShopperId, StoreId},
};
use futures::{StreamExt, TryStreamExt, stream};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, FromQueryResult, Value};

use super::{
    Db,
    bulk::{self, Type, one_of, rows_of},
    corrupt, lift,
    sql::{beside_others, execute, one_at_a_time, sql},
    visits::{self, Affected},
};
use crate::new_id;

/// How many lines go into one statement.
const BATCH: usize = 2_000;
/// How many lines are placed in one transaction: some tenths of a second, for which a till may wait.
const PLACED: usize = 10_000;
/// So many transactions place lines at the same time on PostgreSQL: it works on one while we get the other ready.
const LANES: u64 = 2;

/// A line of a file, ready to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is known by, see [`reference`].
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

impl Line {
    /// By this lines lie in the table.
    #[must_use]
    pub fn place(&self) -> (&str, &str) {
        (&self.member_hash, &self.reference)
    }
}

/// What a line is known by: the moment, so that lines lie in the order of time, and a keyed hash of all of it, which tells lines of one moment apart.
#[must_use]
pub fn reference(at: i64, hash: &str) -> String {
    format!("{:012x}{hash}", at.max(0))
}

/// Which of these lines some import has already, by their places.
///
/// # Errors
/// When the database objects.
pub async fn known(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    lines: &[Line],
) -> Result<HashSet<usize>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        member_hash: String,
        reference: String,
    }
    let references = || lines.iter().map(|line| line.reference.as_str());
    let (Some(first), Some(last)) = (references().min(), references().max()) else {
        return Ok(HashSet::new());
    };
    let mut members: Vec<&str> = lines.iter().map(|line| line.member_hash.as_str()).collect();
    members.sort_unstable();
    members.dedup();
    let mut known = HashSet::new();
    // A member's lines lie side by side, in the order of time: fewer places to go to than there are lines.
    for some in members.chunks(BATCH) {
        let some = some.iter().map(|member| (*member).to_owned());
        let (rows, members) = rows_of(
            connection,
            "visit_import_rows",
            "t.retailer_id = $1 AND t.reference >= $2 AND t.reference <= $3",
            "member_hash",
            (4, some),
        );
        let key = [
            Value::from(retailer_id.to_string()),
            first.into(),
            last.into(),
        ];
        let rows = Row::find_by_statement(sql(
            connection,
            &format!("SELECT r.member_hash, r.reference FROM {rows} r"),
            key.into_iter().chain(members),
        ))
        .all(connection)
        .await?;
        known.extend(rows.into_iter().map(|row| (row.member_hash, row.reference)));
    }
    if known.is_empty() {
        return Ok(HashSet::new());
    }
    let places = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| known.contains(&(line.member_hash.clone(), line.reference.clone())));
    Ok(places.map(|(place, _)| place).collect())
}

/// How many of these member numbers belong to a shopper, each counted as often as it comes.
///
/// # Errors
/// When the database objects.
pub async fn linked(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    lines: &[&Line],
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
        let members = batch.iter().map(|member| (*member).to_owned());
        let (them, members) = one_of(connection, 2, members);
        let text = format!(
            "SELECT member_hash, shopper_id FROM member_links WHERE retailer_id = $1 AND member_hash {them}
             ORDER BY linked_at DESC, shopper_id DESC"
        );
        let values = std::iter::once(Value::from(retailer_id.to_string())).chain(members);
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

/// Who holds a member number.
///
/// # Errors
/// When the database objects.
pub async fn holder(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    member_hash: &str,
) -> Result<Option<ShopperId>, DbErr> {
    let holders = holders(connection, retailer_id, vec![member_hash]).await?;
    Ok(holders.get(member_hash).copied())
}

/// The member number that each shopper holds, of those who hold one.
pub(super) type Members = HashMap<ShopperId, String>;

/// A line of the member that a shopper is.
#[derive(FromQueryResult)]
pub(super) struct OfShopper {
    pub(super) shopper_id: String,
    pub(super) store_id: String,
    pub(super) seen_at: i64,
}

/// Joins the `member_links` `l` of these shoppers of retailer `$1`, as far as they hold their member number, to the lines of it, `r`, that meet a condition;
/// by parameters from `$first` on, and the parameters. By `CROSS JOIN` SQLite keeps to the order, by `OFFSET` PostgreSQL does: it would rather read all
/// lines of a retailer of whom it has heard of few, because its statistics are of yesterday.
pub(super) fn lines_of_holders(
    connection: &impl ConnectionTrait,
    condition: &str,
    shoppers: (usize, impl IntoIterator<Item = String>),
) -> (String, Vec<Value>) {
    let (links, values) = rows_of(
        connection,
        "member_links",
        "t.retailer_id = $1",
        "shopper_id",
        shoppers,
    );
    let lines = format!(
        "visit_import_rows r WHERE r.retailer_id = l.retailer_id AND r.member_hash = l.member_hash AND {condition}"
    );
    let text = match connection.get_database_backend() {
        // Who was linked first is looked up link by link too: as a join it would be compared with all links of the retailer.
        DbBackend::Postgres => format!(
            "{links} l CROSS JOIN LATERAL (SELECT r.* FROM {lines} OFFSET 0) r
             WHERE l.shopper_id = (SELECT b.shopper_id FROM member_links b WHERE b.retailer_id = l.retailer_id AND b.member_hash = l.member_hash
                                   ORDER BY b.linked_at, b.shopper_id LIMIT 1)"
        ),
        _ => format!(
            "{links} l CROSS JOIN {lines}
             AND NOT EXISTS (SELECT 1 FROM member_links b WHERE b.retailer_id = l.retailer_id AND b.member_hash = l.member_hash
                             AND (b.linked_at < l.linked_at OR (b.linked_at = l.linked_at AND b.shopper_id < l.shopper_id)))"
        ),
    };
    (text, values)
}

/// The lines since a moment that show visits of these shoppers. One that two imports have comes twice. `members` says what they hold, where that
/// is known already.
///
/// # Errors
/// When the database objects.
pub(super) async fn lines_of(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    shoppers: &[ShopperId],
    members: Option<&Members>,
    since: i64,
) -> Result<Vec<OfShopper>, DbErr> {
    if let Some(members) = members {
        let held = shoppers
            .iter()
            .filter_map(|id| Some((members.get(id)?, *id)));
        return lines_of_members(connection, retailer_id, held.collect(), since).await;
    }
    let ids = shoppers.iter().map(ToString::to_string);
    let (lines, ids) = lines_of_holders(connection, "r.reference >= $2", (3, ids));
    OfShopper::find_by_statement(sql(
        connection,
        &format!("SELECT l.shopper_id, r.store_id, r.seen_at FROM {lines}"),
        [
            Value::from(retailer_id.to_string()),
            reference(since, "").into(),
        ]
        .into_iter()
        .chain(ids),
    ))
    .all(connection)
    .await
}

/// The same of those who hold these member numbers.
async fn lines_of_members(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    holders: HashMap<&String, ShopperId>,
    since: i64,
) -> Result<Vec<OfShopper>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        member_hash: String,
        store_id: String,
        seen_at: i64,
    }
    let mut hashes: Vec<String> = holders.keys().map(|hash| (*hash).clone()).collect();
    hashes.sort_unstable();
    let (rows, hashes) = rows_of(
        connection,
        "visit_import_rows",
        "t.retailer_id = $1 AND t.reference >= $2",
        "member_hash",
        (3, hashes),
    );
    let rows = Row::find_by_statement(sql(
        connection,
        &format!("SELECT r.member_hash, r.store_id, r.seen_at FROM {rows} r"),
        [
            Value::from(retailer_id.to_string()),
            reference(since, "").into(),
        ]
        .into_iter()
        .chain(hashes),
    ))
    .all(connection)
    .await?;
    let of = |row: Row| {
        Some(OfShopper {
            shopper_id: holders.get(&row.member_hash)?.to_string(),
            store_id: row.store_id,
            seen_at: row.seen_at,
        })
    };
    Ok(rows.into_iter().filter_map(of).collect())
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

/// Writes lines of an import down.
///
/// # Errors
/// When the database objects.
pub(super) async fn write(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    import_id: ImportId,
    lines: &[Line],
) -> Result<(), DbErr> {
    let stores: BTreeSet<StoreId> = lines.iter().map(|line| line.store_id).collect();
    let stores: Vec<StoreId> = stores.into_iter().collect();
    for some in stores.chunks(BATCH) {
        let rows: Vec<String> = (3..)
            .take(some.len())
            .map(|n| format!("($1, $2, ${n})"))
            .collect();
        execute(
            transaction,
            &format!(
                "INSERT INTO visit_import_stores (retailer_id, import_id, store_id) VALUES {} ON CONFLICT DO NOTHING",
                rows.join(", ")
            ),
            [retailer_id.to_string(), import_id.to_string()]
                .into_iter()
                .chain(some.iter().map(ToString::to_string))
                .map(Value::from),
        )
        .await?;
    }
    let mut lines: Vec<&Line> = lines.iter().collect();
    lines.sort_unstable_by_key(|line| line.place());
    let same = [
        ("retailer_id", Value::from(retailer_id.to_string())),
        ("import_id", import_id.to_string().into()),
    ];
    let columns = [
        ("member_hash", Type::Text),
        ("reference", Type::Text),
        ("store_id", Type::Text),
        ("seen_at", Type::BigInt),
        ("basket_yen", Type::Optional),
    ];
    let backend = transaction.get_database_backend();
    let written = |some: &[&Line]| {
        let rows = some.iter().map(|line| {
            [
                Value::from(line.member_hash.clone()),
                line.reference.clone().into(),
                line.store_id.to_string().into(),
                line.at.into(),
                line.basket.into(),
            ]
        });
        bulk::inserts(
            backend,
            "visit_import_rows",
            same.clone(),
            columns,
            rows.collect(),
        )
    };
    let mut parts = lines.chunks(PLACED);
    let mut next = parts.next().map(written).unwrap_or_default();
    while !next.is_empty() {
        // PostgreSQL works on one part while we write down the next.
        let after = async { parts.next().map(written).unwrap_or_default() };
        let (done, after) = futures::join!(bulk::run(transaction, next), after);
        done?;
        next = after;
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
    let held = lines.iter().filter_map(|line| {
        let shopper_id = *holders.get(&line.member_hash)?;
        Some((shopper_id, line.store_id, line.at))
    });
    told(transaction, retailer_id, &holders, held).await
}

/// Tells the visits of these shoppers at these stores apart anew since these moments, and has the shoppers counted anew; how many moments those are. The
/// shoppers are among those who hold the member numbers.
async fn told(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    holders: &HashMap<String, ShopperId>,
    lines: impl IntoIterator<Item = (ShopperId, StoreId, i64)>,
) -> Result<u64, DbErr> {
    let mut since: BTreeMap<(ShopperId, StoreId), i64> = BTreeMap::new();
    let mut number = 0;
    for (shopper_id, store_id, at) in lines {
        number += 1;
        let earliest = since.entry((shopper_id, store_id)).or_insert(at);
        *earliest = at.min(*earliest);
    }
    let affected: Vec<Affected> = since
        .into_iter()
        .map(|((shopper_id, store_id), from)| Affected {
            shopper_id,
            store_id,
            from,
        })
        .collect();
    // Nobody has two member numbers of a retailer.
    let members: Members = holders
        .iter()
        .map(|(hash, shopper_id)| (*shopper_id, hash.clone()))
        .collect();
    visits::tell_apart(transaction, retailer_id, &affected, Some(&members)).await?;
    let shoppers = affected.iter().map(|one| one.shopper_id).collect();
    lift::touched_all(transaction, retailer_id, shoppers).await?;
    Ok(number)
}

fn imported(retailer_id: RetailerId) -> String {
    format!("imported visits {retailer_id}")
}

/// Whoever takes imported visits from shoppers or gives them to others does so alone; [`place_some`] does its work beside others of its kind. Taken
/// before anything else that others may wait for: `place_some` has it when it asks for visits and then for the sums of lift.
pub(super) async fn alone(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
) -> Result<(), DbErr> {
    one_at_a_time(transaction, &imported(retailer_id)).await
}

/// Makes visits of an import's lines whose member number belongs to a shopper, see [`place_lines`].
///
/// # Errors
/// When the database objects; what was placed stays, and [`place_all`] goes on with it.
pub async fn place(
    db: &Db,
    retailer_id: RetailerId,
    import_id: ImportId,
    now: i64,
    progress: impl FnMut(u64),
) -> Result<(), DbErr> {
    let lines = LineRow::find_by_statement(sql(
        db.scan(),
        "SELECT member_hash, store_id, seen_at FROM visit_import_rows WHERE retailer_id = $1 AND import_id = $2",
        [
            retailer_id.to_string().into(),
            import_id.to_string().into(),
        ],
    ))
    .all(db.scan())
    .await?
    .into_iter()
    .map(|row| {
        Ok(Line {
            reference: String::new(),
            member_hash: row.member_hash,
            store_id: row.store_id.parse().map_err(corrupt("store id"))?,
            at: row.seen_at,
            basket: None,
        })
    })
    .collect::<Result<Vec<_>, DbErr>>()?;
    place_lines(db, retailer_id, import_id, lines, now, progress).await
}

/// Makes visits of an import's lines, all of them, whose member number belongs to a shopper: in short transactions, so that tills need not wait, and
/// the same however often it is done. An import that was undone meanwhile stays so.
///
/// # Errors
/// When the database objects; what was placed stays, and [`place_all`] goes on with it.
pub async fn place_lines(
    db: &Db,
    retailer_id: RetailerId,
    import_id: ImportId,
    mut lines: Vec<Line>,
    now: i64,
    mut progress: impl FnMut(u64),
) -> Result<(), DbErr> {
    let key = || {
        [
            Value::from(retailer_id.to_string()),
            import_id.to_string().into(),
        ]
    };
    let members = lines.iter().map(|line| line.member_hash.as_str()).collect();
    let holders_before = holders(db.scan(), retailer_id, members).await?;
    // Who is linked meanwhile takes their lines along, see `hand_over`.
    let mut done = lines.len() as u64;
    lines.retain(|line| holders_before.contains_key(&line.member_hash));
    done -= lines.len() as u64;
    // SQLite has one writer anyway.
    let lanes = match db.backend() {
        DbBackend::Postgres => LANES,
        _ => 1,
    };
    // A shopper's visits lie side by side on the disk, and no two lanes want the same locks.
    let lane = |shopper_id: ShopperId| visits::lock_of(shopper_id) % lanes;
    let holder = |line: &Line| holders_before.get(&line.member_hash).copied();
    lines.sort_by_cached_key(|line| holder(line).map(|id| (lane(id), id)));
    let of_lane = |line: &Line| holder(line).map(lane);
    let lanes = lines.chunk_by(|a, b| of_lane(a) == of_lane(b)).map(|mine| {
        let parts = stream::iter(mine.chunks(PLACED));
        Box::pin(parts.then(|some| place_some(db, (retailer_id, import_id), some)))
    });
    let mut placed = stream::select_all(lanes);
    while let Some(number) = placed.try_next().await? {
        let Some(number) = number else {
            return Ok(());
        };
        done += number;
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

/// Makes visits of some lines in one transaction, and says how many those were; `None` where the import was undone meanwhile.
async fn place_some(
    db: &Db,
    (retailer_id, import_id): (RetailerId, ImportId),
    some: &[Line],
) -> Result<Option<u64>, DbErr> {
    let transaction = db.begin_alone().await?;
    beside_others(&transaction, &imported(retailer_id)).await?;
    if !is_to_place(&transaction, retailer_id, import_id).await? {
        transaction.rollback().await?;
        return Ok(None);
    }
    let members = some.iter().map(|line| line.member_hash.as_str()).collect();
    let holders = holders(&transaction, retailer_id, members).await?;
    let held = some.iter().filter_map(|line| {
        let shopper_id = *holders.get(&line.member_hash)?;
        Some((shopper_id, line.store_id, line.at))
    });
    told(&transaction, retailer_id, &holders, held).await?;
    transaction.commit().await?;
    Ok(Some(some.len() as u64))
}

#[derive(FromQueryResult)]
struct LineRow {
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
    let lines = LineRow::find_by_statement(sql(
        transaction,
        "SELECT member_hash, store_id, MIN(seen_at) AS seen_at FROM visit_import_rows WHERE retailer_id = $1 AND import_id = $2
         GROUP BY member_hash, store_id",
        key(),
    ))
    .all(transaction)
    .await?;
    execute(
        transaction,
        "DELETE FROM visit_import_rows WHERE retailer_id = $1 AND import_id = $2",
        key(),
    )
    .await?;
    execute(
        transaction,
        "DELETE FROM visit_import_stores WHERE retailer_id = $1 AND import_id = $2",
        key(),
    )
    .await?;
    let members = lines.iter().map(|line| line.member_hash.as_str()).collect();
    let holders = holders(transaction, retailer_id, members).await?;
    let mut held = Vec::new();
    for line in &lines {
        if let Some(shopper_id) = holders.get(&line.member_hash) {
            let store_id = line.store_id.parse().map_err(corrupt("store id"))?;
            held.push((*shopper_id, store_id, line.seen_at));
        }
    }
    told(transaction, retailer_id, &holders, held).await?;
    Ok(true)
}

/// Gives the visits that a member number's lines show to whoever holds it now, after `before` did: the shopper linked first, or nobody.
///
/// # Errors
/// When the database objects.
pub async fn hand_over(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    member_hash: &str,
    before: Option<ShopperId>,
) -> Result<(), DbErr> {
    #[derive(FromQueryResult)]
    struct At {
        store_id: String,
        seen_at: i64,
    }
    let after = holder(transaction, retailer_id, member_hash).await?;
    if before == after {
        return Ok(());
    }
    let stores = At::find_by_statement(sql(
        transaction,
        "SELECT store_id, MIN(seen_at) AS seen_at FROM visit_import_rows WHERE retailer_id = $1 AND member_hash = $2 GROUP BY store_id",
        [retailer_id.to_string().into(), member_hash.into()],
    ))
    .all(transaction)
    .await?;
    let mut affected = Vec::with_capacity(2 * stores.len());
    for at in &stores {
        let store_id = at.store_id.parse().map_err(corrupt("store id"))?;
        affected.extend(before.into_iter().chain(after).map(|shopper_id| Affected {
            shopper_id,
            store_id,
            from: at.seen_at,
        }));
    }
    visits::tell_apart(transaction, retailer_id, &affected, None).await
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
