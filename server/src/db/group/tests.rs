//! Groups on a file, and what becomes of them when something goes wrong.

use std::{path::PathBuf, sync::Arc, time::Duration};

use sea_orm::{ConnectionTrait, DbErr, Statement};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use super::{Limits, settled};
use crate::db::{Db, Transaction, Write, connect_with, is_busy, is_unique_violation};

type Failed = Box<dyn std::error::Error + Send + Sync>;

struct Ground {
    db: Db,
    file: PathBuf,
    _folder: TempDir,
}

impl Ground {
    async fn with(limits: Limits) -> Result<Self, Failed> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("group.sqlite");
        let db = connect_with(&format!("sqlite:{}", file.display()), limits).await?;
        let transaction = db.begin().await?;
        transaction
            .execute_unprepared(
                "CREATE TABLE notes (n INTEGER PRIMARY KEY, after INTEGER REFERENCES notes (n), text BLOB)",
            )
            .await?;
        transaction.commit().await?;
        Ok(Self {
            db,
            file,
            _folder: folder,
        })
    }

    async fn new() -> Result<Self, Failed> {
        Self::with(Limits::default()).await
    }

    fn waiting(&self) -> usize {
        match &self.db.write {
            Write::Queue(queue) => queue.waiting(),
            Write::Pool => 0,
        }
    }

    async fn until_waiting(&self, wanted: usize) {
        while self.waiting() != wanted {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Somebody who waits for a turn, writes a note and commits.
    fn writer(&self, n: i64) -> JoinHandle<Result<(), DbErr>> {
        let db = self.db.clone();
        tokio::spawn(async move {
            let transaction = db.begin().await?;
            note(&transaction, n).await?;
            transaction.commit().await
        })
    }

    async fn notes(&self) -> Result<Vec<i64>, Failed> {
        let rows = self
            .db
            .read()
            .query_all_raw(Statement::from_string(
                self.db.backend(),
                "SELECT CAST(n AS BIGINT) AS n FROM notes ORDER BY n",
            ))
            .await?;
        rows.iter().map(|row| Ok(row.try_get("", "n")?)).collect()
    }

    /// How many COMMITs the write-ahead log holds, by its own format (sqlite.org/walformat.html): a frame that commits tells the size of
    /// the database.
    fn commits(&self) -> Result<usize, Failed> {
        let mut path = self.file.clone().into_os_string();
        path.push("-wal");
        let log = std::fs::read(path)?;
        let number = |at: usize| -> Option<u32> {
            Some(u32::from_be_bytes(log.get(at..at + 4)?.try_into().ok()?))
        };
        let page = usize::try_from(number(8).ok_or("a header")?)?;
        let mut commits = 0;
        let mut at = 32;
        while let (Some(size), Some(salt)) = (number(at + 4), log.get(at + 8..at + 16)) {
            if Some(salt) == log.get(16..24) && size > 0 {
                commits += 1;
            }
            at += 24 + page;
        }
        Ok(commits)
    }
}

async fn note(transaction: &Transaction, n: i64) -> Result<(), DbErr> {
    transaction
        .execute_unprepared(&format!("INSERT INTO notes (n) VALUES ({n})"))
        .await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_together_is_committed_together() -> Result<(), Failed> {
    let ground = Ground::new().await?;
    let before = ground.commits()?;
    let first = ground.db.begin().await?;
    let writers: Vec<_> = (1..=50).map(|n| ground.writer(n)).collect();
    ground.until_waiting(50).await;
    note(&first, 0).await?;
    first.commit().await?;
    for writer in writers {
        writer.await??;
    }
    assert_eq!(ground.notes().await?, (0..=50).collect::<Vec<_>>());
    assert_eq!(ground.commits()? - before, 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_alone_is_committed_alone() -> Result<(), Failed> {
    let ground = Ground::new().await?;
    let before = ground.commits()?;
    let first = ground.db.begin().await?;
    let one = ground.writer(1);
    ground.until_waiting(1).await;
    let db = ground.db.clone();
    let alone = tokio::spawn(async move {
        let transaction = db.begin_alone().await?;
        note(&transaction, 2).await?;
        transaction.commit().await
    });
    ground.until_waiting(2).await;
    let three = ground.writer(3);
    ground.until_waiting(3).await;
    note(&first, 0).await?;
    first.commit().await?;
    for writer in [one, alone, three] {
        writer.await??;
    }
    assert_eq!(ground.notes().await?, [0, 1, 2, 3]);
    assert_eq!(ground.commits()? - before, 3, "0 and 1, then 2, then 3");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_fails_or_is_dropped_in_the_middle_harms_nobody() -> Result<(), Failed> {
    let ground = Ground::new().await?;
    let first = ground.db.begin().await?;
    let one = ground.writer(1);
    ground.until_waiting(1).await;
    let twice = ground.writer(1);
    ground.until_waiting(2).await;
    let db = ground.db.clone();
    let endless = tokio::spawn(async move {
        let transaction = db.begin().await?;
        for n in 100.. {
            note(&transaction, n).await?;
        }
        Ok::<(), DbErr>(())
    });
    ground.until_waiting(3).await;
    let last = ground.writer(2);
    note(&first, 0).await?;
    first.rollback().await?;
    // The endless one has its turn when only the last one waits.
    ground.until_waiting(1).await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    endless.abort();
    assert!(endless.await.is_err_and(|error| error.is_cancelled()));
    one.await??;
    last.await??;
    assert!(twice.await?.is_err_and(|error| is_unique_violation(&error)));
    assert_eq!(ground.notes().await?, [1, 2]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_fails_acknowledges_nobody() -> Result<(), Failed> {
    let ground = Ground::new().await?;
    let first = ground.db.begin().await?;
    let one = ground.writer(1);
    ground.until_waiting(1).await;
    let db = ground.db.clone();
    let culprit = tokio::spawn(async move {
        let transaction = db.begin().await?;
        // Looked at by the COMMIT and not before.
        transaction
            .execute_unprepared(
                "PRAGMA defer_foreign_keys = ON; INSERT INTO notes (n, after) VALUES (2, 99)",
            )
            .await?;
        transaction.commit().await
    });
    ground.until_waiting(2).await;
    // Both saw what was never kept, and so may not say so: one waits by itself, the other's answer waits for it.
    let db = ground.db.clone();
    let undone = tokio::spawn(async move {
        let transaction = db.begin().await?;
        assert!(note(&transaction, 1).await.is_err());
        transaction.rollback().await
    });
    ground.until_waiting(3).await;
    let db = ground.db.clone();
    let dropped = tokio::spawn(settled(async move {
        let transaction = db.begin().await?;
        assert!(note(&transaction, 1).await.is_err());
        Ok::<_, DbErr>("it is there already")
    }));
    ground.until_waiting(4).await;
    note(&first, 0).await?;
    assert!(first.commit().await.is_err());
    assert!(one.await?.is_err());
    assert!(culprit.await?.is_err());
    assert!(undone.await?.is_err());
    assert!(dropped.await?.is_err());
    assert!(ground.notes().await?.is_empty());
    ground.writer(5).await??;
    assert_eq!(ground.notes().await?, [5]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_runs_after_sqlite_threw_the_transaction_away() -> Result<(), Failed> {
    let ground = Ground::new().await?;
    let first = ground.db.begin().await?;
    let one = ground.writer(1);
    ground.until_waiting(1).await;
    let db = ground.db.clone();
    let full = tokio::spawn(async move {
        let transaction = db.begin().await?;
        // As if the disk were full: SQLite rolls back everything, those before this one included.
        transaction
            .execute_unprepared("PRAGMA max_page_count = 1")
            .await?;
        let big = transaction
            .execute_unprepared("INSERT INTO notes (n, text) VALUES (2, zeroblob(1000000))")
            .await;
        assert!(big.is_err());
        // Outside of a transaction this would be kept for ever.
        assert!(note(&transaction, 3).await.is_err());
        transaction.commit().await
    });
    ground.until_waiting(2).await;
    note(&first, 0).await?;
    assert!(first.commit().await.is_err());
    assert!(one.await?.is_err());
    assert!(full.await?.is_err());
    assert!(ground.notes().await?.is_empty());
    ground.writer(5).await??;
    assert_eq!(ground.notes().await?, [5]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_saw_another_waits_for_its_commit() -> Result<(), Failed> {
    let ground = Ground::new().await?;
    let first = ground.db.begin().await?;
    let db = Arc::new(ground.db.clone());
    let looker = tokio::spawn({
        let db = Arc::clone(&db);
        async move {
            let transaction = db.begin().await?;
            let there = note(&transaction, 0).await.is_err();
            transaction.rollback().await?;
            Ok::<_, DbErr>(there)
        }
    });
    ground.until_waiting(1).await;
    let last = tokio::spawn(async move { db.begin().await });
    ground.until_waiting(2).await;
    note(&first, 0).await?;
    let first = tokio::spawn(first.commit());
    // The last one has its turn, so the two before it are done but for the COMMIT.
    let last = last.await??;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!first.is_finished() && !looker.is_finished());
    assert!(ground.notes().await?.is_empty());
    last.rollback().await?;
    first.await??;
    assert!(looker.await??);
    assert_eq!(ground.notes().await?, [0]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_has_an_end_in_length_and_in_time() -> Result<(), Failed> {
    let ground = Ground::with(Limits {
        waiting: 2,
        wait: Duration::from_millis(200),
    })
    .await?;
    let first = ground.db.begin().await?;
    let (late, later) = (ground.writer(1), ground.writer(2));
    ground.until_waiting(2).await;
    let begun = std::time::Instant::now();
    let Err(refused) = ground.db.begin().await else {
        return Err("a third one waits".into());
    };
    assert!(is_busy(&refused) && begun.elapsed() < Duration::from_millis(150));
    for one in [late, later] {
        assert!(one.await?.is_err_and(|error| is_busy(&error)));
    }
    note(&first, 0).await?;
    first.commit().await?;
    // Those who stopped waiting are cleared away when the writer comes to them.
    ground.until_waiting(0).await;
    ground.writer(3).await??;
    assert_eq!(ground.notes().await?, [0, 3]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_lets_those_who_wait_finish() -> Result<(), Failed> {
    let ground = Ground::new().await?;
    let first = ground.db.begin().await?;
    let writer = ground.writer(1);
    ground.until_waiting(1).await;
    let other = ground.db.clone();
    let closing = tokio::spawn(ground.db.clone().close());
    ground.until_waiting(2).await;
    note(&first, 0).await?;
    first.commit().await?;
    writer.await??;
    closing.await??;
    assert!(other.begin().await.is_err());
    Ok(())
}
