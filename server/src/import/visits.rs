//! Importing visits that a retailer's till or member card knows: all of a file or nothing of it; the same visit again is no other.

use std::collections::{HashMap, HashSet};

use app::{
    api::retailer::VisitImportReport,
    audit::Action,
    id::{ImportId, RetailerId, StoreId},
    lang::{Lang, Text},
    visit_import::{CheckedVisit, RawVisit},
};
use axum::body::Bytes;
use serde_json::json;

use super::{
    Column, Encoding, ImportError, MAX_BYTES, MAX_LISTED, Problem, Progress, decode, table,
    too_large,
};
use crate::{
    db::{
        Db,
        audit::{self, Actor, Record, Seen},
        stores,
        visit_imports::{self, Line, reference},
    },
    error::LocalText,
    keys::Keys,
    new_id,
};

/// The columns of a file of visits.
const VISITS: &[Column] = &[
    Column {
        field: "member",
        names: &[
            "member",
            "memberid",
            "membernumber",
            "会員番号",
            "会員id",
            "会員コード",
            "カード番号",
        ],
        needed: Some(Text::new(
            "会員番号（member、会員番号）",
            "member (also 会員番号)",
        )),
    },
    Column {
        field: "store",
        names: &[
            "store",
            "storeid",
            "storenumber",
            "店舗番号",
            "店番",
            "店舗コード",
            "店舗id",
            "店舗",
        ],
        needed: Some(Text::new(
            "店舗番号（store、店舗番号、店舗コード）",
            "store (also 店舗番号, 店舗コード)",
        )),
    },
    Column {
        field: "time",
        names: &[
            "time",
            "datetime",
            "visitedat",
            "timestamp",
            "日時",
            "来店日時",
            "購入日時",
            "取引日時",
        ],
        needed: Some(Text::new(
            "日時（time、日時、購入日時）",
            "time (also 日時, 購入日時)",
        )),
    },
    Column {
        field: "yen",
        names: &["yen", "amount", "total", "金額", "購入金額", "会計", "売上"],
        needed: None,
    },
    Column {
        field: "receipt",
        names: &[
            "receipt",
            "receiptnumber",
            "レシート番号",
            "伝票番号",
            "取引番号",
        ],
        needed: None,
    },
];

/// A file that was read.
#[derive(Debug)]
struct Parsed {
    now: i64,
    encoding: Option<Encoding>,
    rows: u64,
    visits: Vec<(u64, CheckedVisit)>,
    /// What the file calls the column of stores.
    store_column: String,
    problems: Vec<Problem>,
    problem_count: u64,
}

impl Parsed {
    fn add(&mut self, problem: Problem) {
        self.problem_count += 1;
        if self.problems.len() < MAX_LISTED {
            self.problems.push(problem);
        }
    }
}

impl table::Sink for Parsed {
    fn row(&mut self, line: u64, cells: table::Cells<'_>) {
        if self.store_column.is_empty() {
            cells.called("store").clone_into(&mut self.store_column);
        }
        let raw = RawVisit {
            member: cells.get("member").unwrap_or_default(),
            store: cells.get("store").unwrap_or_default(),
            time: cells.get("time").unwrap_or_default(),
            yen: cells.get("yen"),
            receipt: cells.get("receipt"),
        };
        match raw.check(self.now) {
            Ok(visit) => self.visits.push((line, visit)),
            Err(problems) => problems.into_iter().for_each(|p| {
                self.add(Problem {
                    line,
                    column: cells.called(p.field).to_owned(),
                    reason: LocalText::new(p.text.ja, p.text.en),
                });
            }),
        }
    }

    fn problem(&mut self, problem: Problem) {
        self.add(problem);
    }
}

fn parse(bytes: &[u8], now: i64) -> Parsed {
    let mut parsed = Parsed {
        now,
        encoding: None,
        rows: 0,
        visits: Vec::new(),
        store_column: String::new(),
        problems: Vec::new(),
        problem_count: 0,
    };
    if bytes.len() > MAX_BYTES {
        parsed.add(too_large());
        return parsed;
    }
    match decode::decode(bytes) {
        Ok((text, encoding)) => {
            parsed.encoding = Some(encoding);
            parsed.rows = table::read(&text, VISITS, &mut parsed);
        }
        Err(problem) => parsed.add(problem),
    }
    parsed
}

/// What an import of visits did, or would do.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The import, where something was kept.
    pub import_id: Option<ImportId>,
    /// Rows read.
    pub rows: u64,
    /// Visits that were not known.
    pub imported: u64,
    /// Rows that say what another row or an earlier import says.
    pub repeats: u64,
    /// Of the visits imported, those whose member is a shopper here.
    pub linked: u64,
    /// What is wrong, the first of it.
    pub problems: Vec<Problem>,
    /// How many problems there are.
    pub problem_count: u64,
    /// The encoding, if it was recognized.
    pub encoding: Option<Encoding>,
    /// Whether nothing was written on purpose.
    pub dry_run: bool,
}

impl Outcome {
    /// As it goes over the wire.
    #[must_use]
    pub fn report(&self, lang: Lang) -> VisitImportReport {
        VisitImportReport {
            import_id: self.import_id,
            rows: self.rows,
            imported: self.imported,
            repeats: self.repeats,
            linked: self.linked,
            errors: self.problems.iter().map(|p| p.in_lang(lang)).collect(),
            error_count: self.problem_count,
            dry_run: self.dry_run,
            encoding: self
                .encoding
                .map_or_else(String::new, |e| e.name().to_owned()),
        }
    }
}

/// Digits of a member number's hash: 128 bits.
const MEMBER_DIGITS: usize = 32;
/// Digits of a line's hash: 64 bits, by which lines of one moment are told apart.
const LINE_DIGITS: usize = 16;

/// How a retailer's member number is kept.
#[must_use]
pub fn member_hash(keys: &Keys, retailer_id: RetailerId, member: &str) -> String {
    let mut hash = keys.hash("member", &format!("{retailer_id}\n{member}"));
    hash.truncate(MEMBER_DIGITS);
    hash
}

/// A line as it is kept.
pub(super) fn line_of(
    keys: &Keys,
    retailer_id: RetailerId,
    store_id: StoreId,
    visit: &CheckedVisit,
) -> Line {
    let receipt = visit.receipt.as_deref().unwrap_or_default();
    let all = format!(
        "{retailer_id}\n{}\n{store_id}\n{}\n{receipt}",
        visit.member, visit.at
    );
    let mut hash = keys.hash("imported visit", &all);
    hash.truncate(LINE_DIGITS);
    Line {
        reference: reference(visit.at, &hash),
        member_hash: member_hash(keys, retailer_id, &visit.member),
        store_id,
        at: visit.at,
        basket: visit.basket.map(app::yen::Yen::get),
    }
}

/// Lines as they are kept, `None` where there is no such store. Two hashes a line: for as many threads as there are.
fn sealed(
    keys: &Keys,
    retailer_id: RetailerId,
    numbers: &HashMap<String, StoreId>,
    visits: &[(u64, CheckedVisit)],
) -> Vec<Option<Line>> {
    let seal = |some: &[(u64, CheckedVisit)]| -> Vec<Option<Line>> {
        some.iter()
            .map(|(_, visit)| {
                let store_id = numbers.get(&visit.store)?;
                Some(line_of(keys, retailer_id, *store_id, visit))
            })
            .collect()
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let each = visits.len().div_ceil(threads).max(1_000);
    std::thread::scope(|scope| {
        let parts: Vec<_> = visits
            .chunks(each)
            .map(|some| (some, scope.spawn(move || seal(some))))
            .collect();
        let parts = parts
            .into_iter()
            .flat_map(|(some, thread)| thread.join().unwrap_or_else(|_| seal(some)));
        parts.collect()
    })
}

/// Imports a file of visits, or says what that would do. With anything wrong in the file nothing is kept. A file whose visits are all
/// known already leaves nothing.
///
/// # Errors
/// See [`ImportError`]. What is wrong with the file is no error but part of the outcome.
pub async fn import(
    (db, keys): (&Db, &Keys),
    (retailer_id, actor, seen): (RetailerId, Actor, &Seen),
    file: Bytes,
    dry_run: bool,
    now: i64,
    mut progress: impl FnMut(Progress) + Send,
) -> Result<Outcome, ImportError> {
    let mut parsed = tokio::task::spawn_blocking(move || parse(&file, now)).await?;
    progress(Progress::Read(parsed.rows));
    if !stores::retailer_exists(db.read(), retailer_id).await? {
        return Err(ImportError::UnknownRetailer(retailer_id));
    }
    let numbers: HashMap<String, StoreId> = stores::numbers(db.scan(), retailer_id).await?;
    let visits = std::mem::take(&mut parsed.visits);
    let mut lines: Vec<Line> = Vec::with_capacity(visits.len());
    let mut seen_before = HashSet::new();
    let sealed = sealed(keys, retailer_id, &numbers, &visits);
    for ((line, visit), kept) in visits.iter().zip(sealed) {
        match kept {
            Some(kept) => {
                if seen_before.insert(kept.reference.clone()) {
                    lines.push(kept);
                }
            }
            None => {
                let column = parsed.store_column.clone();
                parsed.add(Problem {
                    line: *line,
                    column,
                    reason: LocalText::new(
                        format!("店舗「{}」がありません。店舗の番号（店舗コード）か ID を入れてください。", visit.store),
                        format!("There is no store “{}”. Give the store’s number or its id.", visit.store),
                    ),
                });
            }
        }
    }
    let mut outcome = Outcome {
        rows: parsed.rows,
        problems: parsed.problems,
        problem_count: parsed.problem_count,
        encoding: parsed.encoding,
        dry_run,
        ..Outcome::default()
    };
    if outcome.problem_count > 0 {
        return Ok(outcome);
    }
    // As lines lie on the disk.
    lines.sort_unstable_by(|a, b| a.place().cmp(&b.place()));
    let transaction = db.begin_alone().await?;
    // One import of a retailer at a time: the same file sent twice at once is known the second time.
    stores::lock_retailer(&transaction, retailer_id).await?;
    let known = visit_imports::known(&transaction, retailer_id, &lines).await?;
    let new: Vec<&Line> = lines
        .iter()
        .enumerate()
        .filter(|(place, _)| !known.contains(place))
        .map(|(_, line)| line)
        .collect();
    outcome.imported = new.len() as u64;
    outcome.repeats = outcome.rows.saturating_sub(outcome.imported);
    outcome.linked = visit_imports::linked(&transaction, retailer_id, &new).await?;
    if dry_run || new.is_empty() {
        transaction.rollback().await?;
        return Ok(outcome);
    }
    let import_id = new_id!(ImportId, now);
    // All of the file's, so that the undoing of an earlier import leaves what this one says as well.
    let total = lines.len() as u64;
    visit_imports::keep(&transaction, retailer_id, import_id, &lines, now).await?;
    let record = Record {
        retailer_id,
        actor,
        action: Action::VisitsImported,
        subject: import_id.to_string(),
        store_id: None,
        details: json!({ "rows": outcome.rows, "imported": outcome.imported }),
    };
    audit::enter(&transaction, &record, seen, now).await?;
    transaction.commit().await?;
    visit_imports::place_lines(db, retailer_id, import_id, lines, now, |done| {
        progress(Progress::Written(done, total));
    })
    .await?;
    outcome.import_id = Some(import_id);
    Ok(outcome)
}
