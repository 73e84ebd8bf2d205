//! The work of sending: found out in steps, kept in batches, claimed by one server at a time.
//!
//! Whoever works has a claim for [`CLAIM_MS`], prolonged with every step that is written down. A server that dies leaves its claim, and another goes on
//! from the last step: nobody is left out, and what a shopper was sent is in a row of theirs ([`crate::db::contact`]), so nobody is sent it twice.

use std::collections::HashMap;

use app::{
    contact::Silence,
    id::{AnnouncementId, RetailerId, ShopperId},
};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, FromQueryResult, Value};

use super::{Announcement, Row};
use crate::db::{
    Db, corrupt,
    sql::{execute, sql},
};

/// How long a claim holds that is not prolonged.
pub const CLAIM_MS: i64 = 10_000;
/// How many shoppers are in a batch.
pub const BATCH: usize = 1_000;

/// What two who look for work at the same time do not wait for each other for; SQLite has one writer anyway.
const fn skip_locked(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => "FOR UPDATE SKIP LOCKED",
        _ => "",
    }
}

/// Whether there is anything to claim: asked first, since there mostly is nothing, and asking writes nothing.
///
/// # Errors
/// When the database objects.
pub async fn is_anything_due(connection: &impl ConnectionTrait, now: i64) -> Result<bool, DbErr> {
    Ok(connection
        .query_one_raw(sql(
            connection,
            "SELECT 1 AS one WHERE EXISTS (SELECT 1 FROM announcements WHERE status = 'selecting' AND claimed_until <= $1)
                OR EXISTS (SELECT 1 FROM announcement_batches WHERE state = 'queued' AND not_before <= $1 AND claimed_until <= $1)",
            [now.into()],
        ))
        .await?
        .is_some())
}

/// Claims an announcement of which it is not known yet for whom it is, if one is free.
///
/// # Errors
/// When the database objects.
pub async fn claim_selection(db: &Db, now: i64) -> Result<Option<(Announcement, i64)>, DbErr> {
    let claim = now + CLAIM_MS;
    let transaction = db.begin().await?;
    let row = Row::find_by_statement(sql(
        &transaction,
        &format!(
            "UPDATE announcements SET claimed_until = $2 WHERE (retailer_id, announcement_id) = (
                SELECT retailer_id, announcement_id FROM announcements
                WHERE status = 'selecting' AND claimed_until <= $1 ORDER BY created_at, announcement_id LIMIT 1 {})
             RETURNING *",
            skip_locked(db.backend())
        ),
        [now.into(), claim.into()],
    ))
    .one(&transaction)
    .await?;
    transaction.commit().await?;
    Ok(row.map(Row::read).transpose()?.map(|one| (one, claim)))
}

/// What one step of finding out gave.
#[derive(Debug)]
pub struct Selected<'a> {
    /// For whom it is, of those looked at.
    pub shoppers: &'a [ShopperId],
    /// How many were looked at.
    pub looked_at: usize,
    /// The last of them; `None`: there are no more.
    pub until: Option<ShopperId>,
}

/// Writes a step down: batches for those that were found, and from where to go on. Gives the prolonged claim; `None` where somebody else has the work
/// by now, or it was stopped: nothing was written then.
///
/// # Errors
/// When the database objects.
pub async fn select(
    db: &Db,
    announcement: &Announcement,
    claim: i64,
    selected: &Selected<'_>,
    now: i64,
) -> Result<Option<i64>, DbErr> {
    let batches: Vec<&[ShopperId]> = selected.shoppers.chunks(BATCH).collect();
    let count = |n: usize| i64::try_from(n).map_err(corrupt("count"));
    let next = now + CLAIM_MS;
    let until = selected.until.map(|id| id.to_string());
    let transaction = db.begin_alone().await?;
    let row = transaction
        .query_one_raw(sql(
            &transaction,
            "UPDATE announcements SET selected_until = $5, batches = batches + $6, looked_at = looked_at + $7,
                 claimed_until = $4, status = $8
             WHERE retailer_id = $1 AND announcement_id = $2 AND claimed_until = $3 AND status = 'selecting' RETURNING batches",
            [
                announcement.retailer_id.to_string().into(),
                announcement.announcement_id.to_string().into(),
                claim.into(),
                next.into(),
                until
                    .clone()
                    .unwrap_or_else(|| announcement.selected_until.clone())
                    .into(),
                count(batches.len())?.into(),
                count(selected.looked_at)?.into(),
                if until.is_some() { "selecting" } else { "sending" }.into(),
            ],
        ))
        .await?;
    let Some(row) = row else {
        transaction.rollback().await?;
        return Ok(None);
    };
    let made: i32 = row.try_get("", "batches")?;
    let first = i64::from(made) - count(batches.len())?;
    for (n, shoppers) in (first..).zip(&batches) {
        insert_batch(
            &transaction,
            (announcement.retailer_id, announcement.announcement_id),
            n,
            shoppers,
            (announcement.starts_at, 0),
        )
        .await?;
    }
    if until.is_none() {
        end_if_done(
            &transaction,
            announcement.retailer_id,
            announcement.announcement_id,
            now,
        )
        .await?;
    }
    transaction.commit().await?;
    Ok(Some(next))
}

async fn insert_batch(
    transaction: &impl ConnectionTrait,
    (retailer_id, announcement_id): (RetailerId, AnnouncementId),
    number: i64,
    shoppers: &[ShopperId],
    (not_before, tries): (i64, i32),
) -> Result<(), DbErr> {
    let people = i64::try_from(shoppers.len()).map_err(corrupt("count"))?;
    execute(
        transaction,
        "INSERT INTO announcement_batches (retailer_id, announcement_id, batch, state, not_before, claimed_until, tries, shoppers,
             people, sent, failed, no_consent, muted, held_out, capped, too_late, put_off)
         VALUES ($1, $2, $3, 'queued', $4, 0, $5, $6, $7, 0, 0, 0, 0, 0, 0, 0, 0)",
        [
            retailer_id.to_string().into(),
            announcement_id.to_string().into(),
            number.into(),
            not_before.into(),
            tries.into(),
            write_ids(shoppers).into(),
            people.into(),
        ],
    )
    .await?;
    Ok(())
}

fn write_ids(shoppers: &[ShopperId]) -> String {
    let mut out = String::with_capacity(shoppers.len() * 31);
    for id in shoppers {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&id.to_string());
    }
    out
}

/// A batch that was claimed.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The tenant.
    pub retailer_id: RetailerId,
    /// Of which announcement.
    pub announcement_id: AnnouncementId,
    /// Its number.
    pub number: i32,
    /// Who is still to be dealt with.
    pub shoppers: Vec<ShopperId>,
    /// How often these shoppers' push services asked to be tried again.
    pub tries: i32,
    /// Until when it is ours.
    pub claim: i64,
}

impl Batch {
    fn key(&self) -> [Value; 3] {
        [
            self.retailer_id.to_string().into(),
            self.announcement_id.to_string().into(),
            self.number.into(),
        ]
    }
}

/// Claims a batch whose time has come, if one is free.
///
/// # Errors
/// When the database objects.
pub async fn claim_batch(db: &Db, now: i64) -> Result<Option<Batch>, DbErr> {
    #[derive(FromQueryResult)]
    struct Claimed {
        retailer_id: String,
        announcement_id: String,
        batch: i32,
        shoppers: String,
        tries: i32,
    }
    let claim = now + CLAIM_MS;
    let transaction = db.begin().await?;
    let row = Claimed::find_by_statement(sql(
        &transaction,
        &format!(
            "UPDATE announcement_batches SET claimed_until = $2 WHERE (retailer_id, announcement_id, batch) = (
                SELECT retailer_id, announcement_id, batch FROM announcement_batches
                WHERE state = 'queued' AND not_before <= $1 AND claimed_until <= $1
                ORDER BY not_before, announcement_id, batch LIMIT 1 {})
             RETURNING retailer_id, announcement_id, batch, shoppers, tries",
            skip_locked(db.backend())
        ),
        [now.into(), claim.into()],
    ))
    .one(&transaction)
    .await?;
    transaction.commit().await?;
    row.map(|row| {
        Ok(Batch {
            retailer_id: row.retailer_id.parse().map_err(corrupt("retailer id"))?,
            announcement_id: row
                .announcement_id
                .parse()
                .map_err(corrupt("announcement id"))?,
            number: row.batch,
            shoppers: row
                .shoppers
                .split_ascii_whitespace()
                .map(|id| id.parse().map_err(corrupt("shopper id")))
                .collect::<Result<_, DbErr>>()?,
            tries: row.tries,
            claim,
        })
    })
    .transpose()
}

/// What a step did with some of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// To so many it was sent.
    pub sent: i32,
    /// For so many it was given up.
    pub failed: i32,
    /// So many are not written to, by reason.
    pub silent: HashMap<Silence, i32>,
    /// Who is to be asked about again, and when; the number is of tries.
    pub put_off: HashMap<(i64, i32), Vec<ShopperId>>,
}

/// What [`Step::counts`] adds, as parameters from `$4` on.
const COUNT_UP: &str = "sent = sent + $4, failed = failed + $5, no_consent = no_consent + $6, muted = muted + $7, \
     held_out = held_out + $8, capped = capped + $9, too_late = too_late + $10";

impl Step {
    fn counts(&self) -> [Value; 7] {
        let silent = |why| Value::from(self.silent.get(&why).copied().unwrap_or(0));
        [
            self.sent.into(),
            self.failed.into(),
            silent(Silence::NoConsent),
            silent(Silence::Muted),
            silent(Silence::HeldOut),
            silent(Silence::Capped),
            silent(Silence::TooLate),
        ]
    }

    /// One more who is not written to.
    pub fn silence(&mut self, why: Silence) {
        *self.silent.entry(why).or_default() += 1;
    }
}

/// Writes a step down: who is left, what became of the others, and new batches for who was put off. With nobody left the batch is done. Gives the
/// prolonged claim; `None` where somebody else has the batch by now or it was stopped: nothing was written then.
///
/// # Errors
/// When the database objects.
pub async fn step(
    db: &Db,
    batch: &Batch,
    left: &[ShopperId],
    step: &Step,
    now: i64,
) -> Result<Option<i64>, DbErr> {
    let put_off: usize = step.put_off.values().map(Vec::len).sum();
    let next = now + CLAIM_MS;
    let transaction = db.begin().await?;
    let written = execute(
        &transaction,
        &format!(
            "UPDATE announcement_batches SET {COUNT_UP}, claimed_until = $12, shoppers = $13, state = $14, put_off = put_off + $15
             WHERE retailer_id = $1 AND announcement_id = $2 AND batch = $3 AND claimed_until = $11 AND state = 'queued'"
        ),
        batch.key().into_iter().chain(step.counts()).chain([
            batch.claim.into(),
            next.into(),
            write_ids(left).into(),
            if left.is_empty() { "done" } else { "queued" }.into(),
            i32::try_from(put_off).map_err(corrupt("count"))?.into(),
        ]),
    )
    .await?;
    if written == 0 {
        transaction.rollback().await?;
        return Ok(None);
    }
    if !step.put_off.is_empty() {
        let new = i32::try_from(step.put_off.len()).map_err(corrupt("count"))?;
        let row = transaction
            .query_one_raw(sql(
                &transaction,
                "UPDATE announcements SET batches = batches + $3 WHERE retailer_id = $1 AND announcement_id = $2 RETURNING batches",
                [
                    batch.retailer_id.to_string().into(),
                    batch.announcement_id.to_string().into(),
                    new.into(),
                ],
            ))
            .await?
            .ok_or_else(|| corrupt("batch")("it has no announcement"))?;
        let made: i32 = row.try_get("", "batches")?;
        for (n, (when, shoppers)) in (i64::from(made - new)..).zip(&step.put_off) {
            let key = (batch.retailer_id, batch.announcement_id);
            insert_batch(&transaction, key, n, shoppers, *when).await?;
        }
    }
    if left.is_empty() {
        end_if_done(&transaction, batch.retailer_id, batch.announcement_id, now).await?;
    }
    transaction.commit().await?;
    Ok(Some(next))
}

/// Prolongs the claim on a batch in the middle of a step. `None`: it is not ours any more, or it was stopped.
///
/// # Errors
/// When the database objects.
pub async fn hold(db: &Db, batch: &Batch, now: i64) -> Result<Option<i64>, DbErr> {
    let next = now + CLAIM_MS;
    let transaction = db.begin().await?;
    let held = execute(
        &transaction,
        "UPDATE announcement_batches SET claimed_until = $5
         WHERE retailer_id = $1 AND announcement_id = $2 AND batch = $3 AND claimed_until = $4 AND state = 'queued'",
        batch
            .key()
            .into_iter()
            .chain([batch.claim.into(), next.into()]),
    )
    .await?;
    transaction.commit().await?;
    Ok((held > 0).then_some(next))
}

/// Counts what had been dealt with in a batch when somebody pressed stop: who was put off then is one of those whose turn never came. Nothing is
/// counted where the batch is another server's.
///
/// # Errors
/// When the database objects.
pub async fn count_stopped(db: &Db, batch: &Batch, step: &Step) -> Result<(), DbErr> {
    let transaction = db.begin().await?;
    execute(
        &transaction,
        &format!(
            "UPDATE announcement_batches SET {COUNT_UP}
             WHERE retailer_id = $1 AND announcement_id = $2 AND batch = $3 AND state = 'stopped'"
        ),
        batch.key().into_iter().chain(step.counts()),
    )
    .await?;
    transaction.commit().await
}

/// Lets go of a batch that is not done, for whoever is free.
///
/// # Errors
/// When the database objects.
pub async fn let_go(db: &Db, batch: &Batch) -> Result<(), DbErr> {
    let transaction = db.begin().await?;
    execute(
        &transaction,
        "UPDATE announcement_batches SET claimed_until = 0
         WHERE retailer_id = $1 AND announcement_id = $2 AND batch = $3 AND claimed_until = $4 AND state = 'queued'",
        batch.key().into_iter().chain([batch.claim.into()]),
    )
    .await?;
    transaction.commit().await
}

/// With nothing queued any more it is done. Two last batches at the same time may both see the other: the next look ends it then
/// ([`end_finished`]).
async fn end_if_done(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    announcement_id: AnnouncementId,
    now: i64,
) -> Result<(), DbErr> {
    execute(
        transaction,
        "UPDATE announcements SET status = 'done', ended_at = $3
         WHERE retailer_id = $1 AND announcement_id = $2 AND status = 'sending' AND NOT EXISTS (
            SELECT 1 FROM announcement_batches b WHERE b.retailer_id = $1 AND b.announcement_id = $2 AND b.state = 'queued')",
        [
            retailer_id.to_string().into(),
            announcement_id.to_string().into(),
            now.into(),
        ],
    )
    .await?;
    Ok(())
}

/// Ends what has nothing queued any more; gives how many.
///
/// # Errors
/// When the database objects.
pub async fn end_finished(db: &Db, now: i64) -> Result<u64, DbErr> {
    let transaction = db.begin().await?;
    let ended = execute(
        &transaction,
        "UPDATE announcements SET status = 'done', ended_at = $1 WHERE status = 'sending' AND NOT EXISTS (
            SELECT 1 FROM announcement_batches b WHERE b.retailer_id = announcements.retailer_id
              AND b.announcement_id = announcements.announcement_id AND b.state = 'queued')",
        [now.into()],
    )
    .await?;
    transaction.commit().await?;
    Ok(ended)
}
