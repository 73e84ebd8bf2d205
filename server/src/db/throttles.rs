//! Attempts counted across servers, by subjects that only the server's key can compute.
//!
//! An attempt is counted before it is judged, so that a thousand at once are not a thousand free ones, and taken back when it
//! succeeds.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, Statement};

use super::{Db, entity::throttles};

/// Over which time attempts add up, milliseconds.
pub const WINDOW_MS: i64 = 15 * 60_000;
/// The time that shares one counter, milliseconds.
const BUCKET_MS: i64 = 60_000;

/// How many attempts a subject has in [`WINDOW_MS`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Limit {
    /// A keyed hash.
    pub subject: String,
    /// The most.
    pub attempts: i64,
}

/// Counts an attempt against every limit; when one is reached, counts nothing and gives the seconds to wait.
///
/// # Errors
/// When the database objects.
pub async fn attempt(db: &Db, limits: &[Limit], now: i64) -> Result<Option<u64>, DbErr> {
    attempt_within(db, limits, WINDOW_MS, now).await
}

/// The same where attempts add up for longer than [`WINDOW_MS`]: they are counted as if they were made later, and so are forgotten later. A subject has to
/// be counted over the same time always.
///
/// # Errors
/// When the database objects.
pub async fn attempt_within(
    db: &Db,
    limits: &[Limit],
    window_ms: i64,
    now: i64,
) -> Result<Option<u64>, DbErr> {
    let start = bucket(now) + (window_ms - WINDOW_MS).max(0);
    let mut limits = limits.to_vec();
    // Always in the same order, so that two attempts never wait for each other.
    limits.sort();
    let transaction = db.begin().await?;
    let mut wait = None;
    for limit in &limits {
        add(&transaction, &limit.subject, start, 1).await?;
        let mut rows = throttles::Entity::find()
            .filter(throttles::Column::Subject.eq(&limit.subject))
            .filter(throttles::Column::WindowStart.gt(now - WINDOW_MS))
            .all(&transaction)
            .await?;
        rows.sort_by_key(|row| row.window_start);
        let mut over: i64 =
            rows.iter().map(|row| i64::from(row.failures)).sum::<i64>() - limit.attempts;
        // Which counters have to be forgotten until there is room for this one.
        for row in &rows {
            if over <= 0 {
                break;
            }
            over -= i64::from(row.failures);
            let ms = row.window_start + WINDOW_MS - now;
            let seconds = u64::try_from(ms / 1000 + 1).unwrap_or(1);
            wait = wait.max(Some(seconds));
        }
    }
    if wait.is_some() {
        transaction.rollback().await?;
    } else {
        transaction.commit().await?;
    }
    Ok(wait)
}

/// Whether a limit is reached already, without counting anything: the seconds to wait then.
///
/// For what is tried so often and succeeds so often that counting each attempt would cost more than it protects.
///
/// # Errors
/// When the database objects.
pub async fn waiting(
    connection: &impl ConnectionTrait,
    limit: &Limit,
    now: i64,
) -> Result<Option<u64>, DbErr> {
    let rows = throttles::Entity::find()
        .filter(throttles::Column::Subject.eq(&limit.subject))
        .filter(throttles::Column::WindowStart.gt(now - WINDOW_MS))
        .all(connection)
        .await?;
    let counted: i64 = rows.iter().map(|row| i64::from(row.failures)).sum();
    let first = rows.iter().map(|row| row.window_start).min();
    Ok(first.filter(|_| counted >= limit.attempts).map(|start| {
        let ms = start + WINDOW_MS - now;
        u64::try_from(ms).unwrap_or(0).div_ceil(1000).max(1)
    }))
}

/// Takes back the attempt of `at`, since it was a success; `forgiven` subjects begin anew.
///
/// # Errors
/// When the database objects.
pub async fn succeeded(
    db: &Db,
    subjects: &[String],
    forgiven: &[String],
    at: i64,
) -> Result<(), DbErr> {
    let transaction = db.begin().await?;
    let mut all: Vec<&String> = subjects.iter().chain(forgiven).collect();
    all.sort();
    for subject in all {
        if forgiven.contains(subject) {
            throttles::Entity::delete_many()
                .filter(throttles::Column::Subject.eq(subject))
                .exec(&transaction)
                .await?;
        } else {
            add(&transaction, subject, bucket(at), -1).await?;
        }
    }
    transaction.commit().await
}

/// Forgets counters that no longer count; gives how many.
///
/// # Errors
/// When the database objects.
pub async fn forget(connection: &impl ConnectionTrait, now: i64) -> Result<u64, DbErr> {
    Ok(throttles::Entity::delete_many()
        .filter(throttles::Column::WindowStart.lte(now - WINDOW_MS))
        .exec(connection)
        .await?
        .rows_affected)
}

const fn bucket(now: i64) -> i64 {
    now - now.rem_euclid(BUCKET_MS)
}

async fn add(
    connection: &impl ConnectionTrait,
    subject: &str,
    window_start: i64,
    change: i32,
) -> Result<(), DbErr> {
    // Prepared SQL, since the sum must be made by the database: two servers add at once.
    let sql = if change > 0 {
        "INSERT INTO throttles (subject, window_start, failures) VALUES ($1, $2, $3) \
         ON CONFLICT (subject, window_start) DO UPDATE SET failures = throttles.failures + excluded.failures"
    } else {
        "UPDATE throttles SET failures = failures + $3 WHERE subject = $1 AND window_start = $2 AND failures + $3 >= 0"
    };
    connection
        .execute_raw(Statement::from_sql_and_values(
            connection.get_database_backend(),
            sql,
            [subject.into(), window_start.into(), change.into()],
        ))
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Limit, WINDOW_MS, attempt, attempt_within, forget, succeeded};
    use crate::db::connect;

    fn limit(subject: &str, attempts: i64) -> Limit {
        Limit {
            subject: subject.to_owned(),
            attempts,
        }
    }

    #[tokio::test]
    async fn counts_to_the_limit_and_forgets_with_time() -> anyhow::Result<()> {
        let db = connect("sqlite::memory:").await?;
        let begin = 1_800_000_000_000;
        let (mail, house) = (limit("mail", 3), limit("house", 100));
        let both = [mail.clone(), house];
        for i in 0..3 {
            assert_eq!(attempt(&db, &both, begin + i).await?, None);
        }
        let wait = attempt(&db, &both, begin + 10).await?;
        assert_eq!(wait, Some(900));
        // What was refused was not counted, for nobody: the window ends when it would have.
        assert_eq!(attempt(&db, &both, begin + WINDOW_MS).await?, None);
        assert_eq!(attempt(&db, &[limit("other", 3)], begin).await?, None);
        Ok(())
    }

    #[tokio::test]
    async fn counts_for_a_day_where_that_is_asked_for() -> anyhow::Result<()> {
        let db = connect("sqlite::memory:").await?;
        let (begin, day) = (1_800_000_000_000, 86_400_000);
        let limits = [limit("mail", 2)];
        let at = async |now| attempt_within(&db, &limits, day, now).await;
        let clear = async |now| {
            let transaction = db.begin().await?;
            forget(&transaction, now).await?;
            transaction.commit().await
        };
        assert_eq!(at(begin).await?, None);
        assert_eq!(at(begin + day / 2).await?, None);
        clear(begin + day / 2).await?;
        assert_eq!(at(begin + day - 60_000).await?, Some(61));
        clear(begin + day).await?;
        assert_eq!(at(begin + day).await?, None);
        assert!(at(begin + day).await?.is_some());
        Ok(())
    }

    #[tokio::test]
    async fn a_success_begins_anew() -> anyhow::Result<()> {
        let db = connect("sqlite::memory:").await?;
        let now = 1_800_000_000_000;
        let limits = [limit("mail", 2), limit("house", 2)];
        attempt(&db, &limits, now).await?;
        attempt(&db, &limits, now).await?;
        assert!(attempt(&db, &limits, now).await?.is_some());
        succeeded(&db, &["house".to_owned()], &["mail".to_owned()], now).await?;
        // One attempt from the house was a failure and stays counted.
        assert_eq!(attempt(&db, &limits, now).await?, None);
        assert!(attempt(&db, &limits, now).await?.is_some());
        Ok(())
    }
}
