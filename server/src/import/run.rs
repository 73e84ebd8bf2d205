//! The import itself: reads the file, decides on repeats, writes the rest in one transaction.

use app::{
    api::retailer::FlaggedRow,
    audit::Action,
    id::{RetailerId, StoreId},
    store_import::{self, Decision, ImportRow, KnownStore, Like},
};
use axum::body::Bytes;
use sea_orm::DbErr;
use serde_json::json;

use super::{MAX_FLAGGED, Outcome, Parsed, parse};
use crate::{
    db::{
        Db,
        audit::{self, Actor, Record, Seen},
        stores,
    },
    new_id,
};

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The file was read; so many rows.
    Read(u64),
    /// So many of so many stores are written.
    Written(u64, u64),
}

/// Why an import came to nothing for another reason than the file.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// No retailer of that id.
    #[error("there is no retailer {0}")]
    UnknownRetailer(RetailerId),
    /// The database objects; nothing was written.
    #[error("the database objects: {0}")]
    Db(#[from] DbErr),
    /// The reading was cut off; nothing was written.
    #[error("the file could not be read to its end: {0}")]
    CutOff(#[from] tokio::task::JoinError),
}

/// Imports a file of stores, or says what that would do. With anything wrong in the file nothing is written.
///
/// The retailer's row is locked from the look at the stores there are until the new ones are written, so that the same file
/// sent twice at once makes its stores once.
///
/// # Errors
/// See [`ImportError`]. What is wrong with the file is no error but part of the outcome.
pub async fn import(
    db: &Db,
    (retailer_id, actor, seen): (RetailerId, Actor, &Seen),
    file: Bytes,
    dry_run: bool,
    now: i64,
    mut progress: impl FnMut(Progress) + Send,
) -> Result<Outcome, ImportError> {
    // Seconds of computing would hold up every other request on this thread.
    let parsed = tokio::task::spawn_blocking(move || parse(&file)).await?;
    progress(Progress::Read(parsed.rows));
    if parsed.problem_count > 0 {
        return Ok(refused(parsed, dry_run));
    }
    if dry_run {
        if !stores::retailer_exists(db.read(), retailer_id).await? {
            return Err(ImportError::UnknownRetailer(retailer_id));
        }
        let known = stores::known(db.scan(), retailer_id).await?;
        return Ok(decide(parsed, known, true).await?.0);
    }
    let transaction = db.begin_alone().await?;
    if !stores::lock_retailer(&transaction, retailer_id).await? {
        return Err(ImportError::UnknownRetailer(retailer_id));
    }
    let known = stores::known(&transaction, retailer_id).await?;
    let (outcome, rows) = decide(parsed, known, false).await?;
    let total = outcome.imported;
    let mut written = 0;
    for batch in rows.chunks(stores::INSERT_BATCH) {
        let batch = batch.iter().map(|row| (new_id!(StoreId, now), &row.store));
        written += stores::insert_many(&transaction, retailer_id, batch, now).await?;
        progress(Progress::Written(written, total));
    }
    if outcome.imported > 0 {
        let record = Record {
            retailer_id,
            actor,
            action: Action::StoresImported,
            subject: retailer_id.to_string(),
            store_id: None,
            details: json!({ "rows": outcome.rows, "imported": outcome.imported }),
        };
        audit::enter(&transaction, &record, seen, now).await?;
    }
    transaction.commit().await?;
    Ok(outcome)
}

fn refused(parsed: Parsed, dry_run: bool) -> Outcome {
    Outcome {
        rows: parsed.rows,
        problems: parsed.problems,
        problem_count: parsed.problem_count,
        encoding: parsed.encoding,
        dry_run,
        ..Outcome::default()
    }
}

/// What becomes of each row: the outcome, and the rows to write.
async fn decide(
    parsed: Parsed,
    known: Vec<KnownStore>,
    dry_run: bool,
) -> Result<(Outcome, Vec<ImportRow>), tokio::task::JoinError> {
    tokio::task::spawn_blocking(move || {
        let decisions = store_import::decide(&parsed.stores, &known);
        let mut outcome = Outcome {
            rows: parsed.rows,
            encoding: parsed.encoding,
            dry_run,
            ..Outcome::default()
        };
        let mut keep = Vec::with_capacity(parsed.stores.len());
        for (row, decision) in parsed.stores.into_iter().zip(decisions) {
            match decision {
                Decision::Import => {}
                Decision::ImportNear { like, distance_m } => {
                    outcome.near_duplicates += 1;
                    flag(&mut outcome, &row, false, like, distance_m);
                }
                Decision::Skip { like } => {
                    outcome.duplicates += 1;
                    flag(&mut outcome, &row, true, like, 0.0);
                    continue;
                }
            }
            outcome.imported += 1;
            keep.push(row);
        }
        (outcome, keep)
    })
    .await
}

fn flag(outcome: &mut Outcome, row: &ImportRow, exact: bool, like: Like, distance_m: f64) {
    if outcome.flagged.len() < MAX_FLAGGED {
        outcome.flagged.push(FlaggedRow {
            line: row.line,
            name: row.store.name.clone(),
            lat: row.store.position.lat(),
            lng: row.store.position.lng(),
            exact,
            like_line: match like {
                Like::Line(line) => Some(line),
                Like::Store(_) => None,
            },
            distance_m,
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::db::audit::{Actor, Seen};
    use app::id::RetailerId;
    use sea_orm::{ConnectionTrait, DbErr};

    use super::{ImportError, Outcome, import};
    use crate::db::{ConnectError, Db, connect, stores};

    #[derive(Debug, thiserror::Error)]
    enum Failed {
        #[error(transparent)]
        Connect(#[from] ConnectError),
        #[error(transparent)]
        Import(#[from] ImportError),
        #[error(transparent)]
        Db(#[from] DbErr),
    }

    fn retailer() -> RetailerId {
        RetailerId::new(0, [7; 10])
    }

    async fn database() -> Result<Db, Failed> {
        let db = connect("sqlite::memory:").await?;
        let transaction = db.begin().await?;
        transaction
            .execute_unprepared(&format!(
                "INSERT INTO retailers VALUES ('{}', '来店商事', NULL, 0)",
                retailer()
            ))
            .await?;
        transaction.commit().await?;
        Ok(db)
    }

    async fn run(db: &Db, text: &str, dry_run: bool) -> Result<Outcome, ImportError> {
        import(
            db,
            (retailer(), Actor::Command("test"), &Seen::default()),
            text.to_owned().into(),
            dry_run,
            1,
            |_| {},
        )
        .await
    }

    async fn names(db: &Db) -> Result<Vec<String>, Failed> {
        let page = stores::page(db.read(), retailer(), None, None, 100).await?;
        Ok(page.stores.into_iter().map(|s| s.name).collect())
    }

    // The third repeats the first, the fourth is some 11 m from it.
    const FILE: &str = "name,lat,lng\nローソン,35.0,139.0\n髙島屋,35.1,139.1\nﾛｰｿﾝ ,35.0,139.0\nローソン,35.0001,139.0\n";

    #[tokio::test]
    async fn repeats_are_skipped_and_near_ones_flagged() -> Result<(), Failed> {
        let db = database().await?;
        let preview = run(&db, FILE, true).await?;
        assert_eq!(names(&db).await?.len(), 0, "a preview writes nothing");
        let done = run(&db, FILE, false).await?;
        assert_eq!(
            done,
            Outcome {
                dry_run: false,
                ..preview
            }
        );
        assert_eq!(
            (
                done.rows,
                done.imported,
                done.duplicates,
                done.near_duplicates
            ),
            (4, 3, 1, 1)
        );
        let flagged: Vec<_> = done
            .flagged
            .iter()
            .map(|f| (f.line, f.exact, f.like_line))
            .collect();
        assert_eq!(flagged, [(4, true, Some(2)), (5, false, Some(2))]);
        assert_eq!(names(&db).await?, ["ローソン", "ローソン", "髙島屋"]);

        let again = run(&db, FILE, false).await?;
        assert_eq!(
            (again.imported, again.duplicates),
            (0, 4),
            "twice makes only repeats"
        );
        assert_eq!(names(&db).await?.len(), 3);
        Ok(())
    }

    #[tokio::test]
    async fn one_wrong_row_keeps_all_out() -> Result<(), Failed> {
        let db = database().await?;
        let outcome = run(&db, &format!("{FILE}X,200,139\nY,35,\n"), false).await?;
        let lines: Vec<_> = outcome
            .problems
            .iter()
            .map(|p| (p.line, p.column.as_str()))
            .collect();
        assert_eq!(lines, [(6, "lat"), (7, "lng")]);
        assert_eq!(outcome.imported, 0);
        assert!(names(&db).await?.is_empty());
        Ok(())
    }

    #[tokio::test]
    async fn an_unknown_retailer_gets_nothing() -> Result<(), Failed> {
        let db = connect("sqlite::memory:").await?;
        for dry_run in [true, false] {
            let refused = run(&db, FILE, dry_run).await;
            assert!(matches!(refused, Err(ImportError::UnknownRetailer(_))));
        }
        Ok(())
    }

    #[tokio::test]
    async fn stores_are_found_by_part_and_page() -> Result<(), Failed> {
        let db = database().await?;
        run(
            &db,
            "name,lat,lng,id\nB 50% off,1,1,\nA_1,2,2,x9\na2,3,3,\n",
            false,
        )
        .await?;
        let page = |q: Option<&'static str>, after, limit| {
            let db = db.clone();
            async move { stores::page(db.read(), retailer(), q, after, limit).await }
        };
        let found = |p: &app::api::retailer::StorePage| -> Vec<String> {
            p.stores.iter().map(|s| s.name.clone()).collect()
        };
        let first = page(None, None, 2).await?;
        assert_eq!(
            (found(&first), first.total),
            (vec!["A_1".into(), "B 50% off".into()], 3)
        );
        let second = page(None, first.next, 2).await?;
        assert_eq!((found(&second), second.next), (vec!["a2".to_owned()], None));
        // `%` and `_` are letters here, not patterns.
        for (search, names) in [
            ("50%", vec!["B 50% off"]),
            ("a_", vec!["A_1"]),
            ("A", vec!["A_1", "a2"]),
            ("X9", vec!["A_1"]),
            ("%", vec!["B 50% off"]),
        ] {
            assert_eq!(
                found(&page(Some(search), None, 9).await?),
                names,
                "{search}"
            );
        }
        let other = stores::page(db.read(), RetailerId::new(1, [1; 10]), None, None, 9).await?;
        assert_eq!((other.total, other.stores.len()), (0, 0));
        Ok(())
    }
}
