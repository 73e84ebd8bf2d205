//! What retailers announce, and the work of sending it: found out in steps, kept in batches, claimed by one server at a time.
//!
//! Whoever works has a claim for [`CLAIM_MS`], prolonged with every step that is written down. A server that dies leaves its claim, and another goes on
//! from the last step: nobody is left out, and what a shopper was sent is in a row of theirs ([`super::contact`]), so nobody is sent it twice.

use std::collections::HashMap;

use app::{
    announcement::{AnnouncementStatus, Kind, Segment},
    api::contact::{
        Announcement as Wire, AnnouncementInput, Funnel, FunnelStep, Reach, Touchpoint,
    },
    contact::Silence,
    id::{AccountId, AnnouncementId, CampaignId, RetailerId, ShopperId},
    lang::Lang,
};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, FromQueryResult, Value};

use super::{
    Db, Names, contact, corrupt,
    sql::{execute, sql},
};

/// How long a claim holds that is not prolonged.
pub const CLAIM_MS: i64 = 10_000;
/// How many shoppers are in a batch.
pub const BATCH: usize = 1_000;

/// An announcement as it is sent.
#[derive(Clone, Debug)]
pub struct Announcement {
    /// The tenant.
    pub retailer_id: RetailerId,
    /// The announcement.
    pub announcement_id: AnnouncementId,
    /// The campaign that it leads to.
    pub campaign_id: CampaignId,
    /// Why it is sent.
    pub kind: Kind,
    /// Its first line.
    pub title: Names,
    /// What it says.
    pub body: Names,
    /// To whom.
    pub segment: Segment,
    /// How far it is.
    pub status: AnnouncementStatus,
    /// From when on it is sent.
    pub starts_at: i64,
    /// From when on it is worth nothing any more.
    pub over_at: i64,
    /// Up to which shopper it is known for whom it is.
    pub selected_until: String,
}

#[derive(FromQueryResult)]
struct Row {
    retailer_id: String,
    announcement_id: String,
    campaign_id: String,
    kind: String,
    title: String,
    title_en: Option<String>,
    body: String,
    body_en: Option<String>,
    segment: String,
    status: String,
    starts_at: i64,
    over_at: i64,
    selected_until: String,
    created_at: i64,
    ended_at: Option<i64>,
}

impl Row {
    fn read(self) -> Result<Announcement, DbErr> {
        Ok(Announcement {
            retailer_id: self.retailer_id.parse().map_err(corrupt("retailer id"))?,
            announcement_id: self
                .announcement_id
                .parse()
                .map_err(corrupt("announcement id"))?,
            campaign_id: self.campaign_id.parse().map_err(corrupt("campaign id"))?,
            kind: Kind::from_slug(&self.kind).ok_or_else(|| corrupt("kind")(self.kind.as_str()))?,
            title: Names {
                ja: self.title,
                en: self.title_en,
            },
            body: Names {
                ja: self.body,
                en: self.body_en,
            },
            segment: serde_json::from_str(&self.segment).map_err(corrupt("segment"))?,
            status: AnnouncementStatus::from_slug(&self.status)
                .ok_or_else(|| corrupt("status")(self.status.as_str()))?,
            starts_at: self.starts_at,
            over_at: self.over_at,
            selected_until: self.selected_until,
        })
    }
}

/// Writes a new one, to be worked on from now on.
///
/// # Errors
/// When the database objects.
pub async fn insert(
    transaction: &impl ConnectionTrait,
    (retailer_id, account_id): (RetailerId, AccountId),
    announcement_id: AnnouncementId,
    input: &AnnouncementInput,
    now: i64,
) -> Result<(), DbErr> {
    execute(
        transaction,
        "INSERT INTO announcements (retailer_id, announcement_id, campaign_id, kind, title, title_en, body, body_en, segment,
             status, starts_at, over_at, selected_until, batches, looked_at, claimed_until, account_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'selecting', $10, $11, '', 0, 0, 0, $12, $13)",
        [
            retailer_id.to_string().into(),
            announcement_id.to_string().into(),
            input.campaign_id.to_string().into(),
            input.kind.slug().into(),
            input.title.clone().into(),
            input.title_en.clone().into(),
            input.body.clone().into(),
            input.body_en.clone().into(),
            serde_json::to_string(&input.segment)
                .map_err(corrupt("segment"))?
                .into(),
            input.starts_at.unwrap_or(now).into(),
            input.over_at.into(),
            account_id.to_string().into(),
            now.into(),
        ],
    )
    .await?;
    Ok(())
}

/// One of a retailer's, or the newest so many.
///
/// # Errors
/// When the database objects.
pub async fn list(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    only: Option<AnnouncementId>,
    limit: u32,
) -> Result<Vec<Wire>, DbErr> {
    #[derive(FromQueryResult)]
    struct Sums {
        announcement_id: String,
        people: i64,
        sent: i64,
        failed: i64,
        no_consent: i64,
        muted: i64,
        held_out: i64,
        capped: i64,
        too_late: i64,
        put_off: i64,
        done: i64,
        stopped: i64,
    }
    #[derive(FromQueryResult)]
    struct Campaign {
        campaign_id: String,
        name: String,
    }
    let (which, value) = match only {
        Some(id) => (
            "AND announcement_id = $3",
            Some(Value::from(id.to_string())),
        ),
        None => ("", None),
    };
    let rows = Row::find_by_statement(sql(
        connection,
        &format!(
            "SELECT * FROM announcements WHERE retailer_id = $1 {which} ORDER BY announcement_id DESC LIMIT $2"
        ),
        [retailer_id.to_string().into(), i64::from(limit).into()]
            .into_iter()
            .chain(value),
    ))
    .all(connection)
    .await?;
    let Some(oldest) = rows.last().map(|row| row.announcement_id.clone()) else {
        return Ok(Vec::new());
    };
    // Of what was dealt with nothing waits any more, whichever of the ways it went.
    let dealt = "sent + failed + no_consent + muted + held_out + capped + too_late + put_off";
    let sum = |what: &str, name: &str| format!("CAST(SUM({what}) AS BIGINT) AS {name}");
    let columns: Vec<String> = [
        "people",
        "sent",
        "failed",
        "no_consent",
        "muted",
        "held_out",
        "capped",
        "too_late",
        "put_off",
    ]
    .iter()
    .map(|name| sum(name, name))
    .chain([
        sum(dealt, "done"),
        sum(
            &format!("CASE WHEN state = 'stopped' THEN people - ({dealt}) ELSE 0 END"),
            "stopped",
        ),
    ])
    .collect();
    let sums = Sums::find_by_statement(sql(
        connection,
        &format!(
            "SELECT announcement_id, {} FROM announcement_batches
             WHERE retailer_id = $1 AND announcement_id >= $2 GROUP BY announcement_id",
            columns.join(", ")
        ),
        [retailer_id.to_string().into(), oldest.into()],
    ))
    .all(connection)
    .await?;
    let mut sums: HashMap<String, Sums> = sums
        .into_iter()
        .map(|row| (row.announcement_id.clone(), row))
        .collect();
    let names = Campaign::find_by_statement(sql(
        connection,
        "SELECT campaign_id, name FROM campaigns WHERE retailer_id = $1",
        [retailer_id.to_string().into()],
    ))
    .all(connection)
    .await?;
    let names: HashMap<String, String> = names
        .into_iter()
        .map(|row| (row.campaign_id, row.name))
        .collect();
    let mut out = Vec::new();
    for row in rows {
        let count = |n: i64| u64::try_from(n).map_err(corrupt("count"));
        let mut reach = Reach::default();
        if let Some(sum) = sums.remove(&row.announcement_id) {
            reach = Reach {
                // Who was put off is in another batch again.
                people: count(sum.people - sum.put_off)?,
                sent: count(sum.sent)?,
                failed: count(sum.failed)?,
                no_consent: count(sum.no_consent)?,
                muted: count(sum.muted)?,
                held_out: count(sum.held_out)?,
                capped: count(sum.capped)?,
                too_late: count(sum.too_late)?,
                waiting: count(sum.people - sum.done - sum.stopped)?,
                stopped: count(sum.stopped)?,
                shown: 0,
                opened: 0,
            };
        }
        let (created_at, ended_at) = (row.created_at, row.ended_at);
        let campaign_name = names.get(&row.campaign_id).cloned().unwrap_or_default();
        let one = row.read()?;
        out.push(Wire {
            announcement_id: one.announcement_id,
            campaign_id: one.campaign_id,
            campaign_name,
            kind: one.kind,
            title: one.title.ja,
            title_en: one.title.en,
            body: one.body.ja,
            body_en: one.body.en,
            segment: one.segment,
            status: one.status,
            starts_at: one.starts_at,
            over_at: one.over_at,
            created_at,
            ended_at,
            reach,
        });
    }
    let ids: Vec<AnnouncementId> = out.iter().map(|one| one.announcement_id).collect();
    let seen = contact::seen(connection, &ids).await?;
    for one in &mut out {
        if let Some((shown, opened)) = seen.get(&one.announcement_id) {
            (one.reach.shown, one.reach.opened) = (*shown, *opened);
        }
    }
    Ok(out)
}

/// Days after a message that its funnel counts.
const FUNNEL_DAYS: u32 = 7;
/// Fewer than so many shoppers are not told apart.
pub const FEW: u64 = 10;

/// How many of those who were written to came to each touchpoint afterwards.
///
/// # Errors
/// When the database objects.
pub async fn funnel(
    connection: &impl ConnectionTrait,
    announcement: &Announcement,
) -> Result<Funnel, DbErr> {
    const WITHIN: &str = "BETWEEN c.sent_at AND c.sent_at + $4";
    let has = |name: &str, rows: &str| {
        format!(
            "CAST(SUM(CASE WHEN EXISTS (SELECT 1 FROM {rows}) THEN 1 ELSE 0 END) AS BIGINT) AS {name}"
        )
    };
    let draws = "draws d WHERE d.retailer_id = $2 AND d.campaign_id = $3 AND d.shopper_id = c.shopper_id AND d.drawn_at";
    let coupons = "coupons k WHERE k.shopper_id = c.shopper_id AND k.retailer_id = $2 AND k.campaign_id = $3 AND k";
    let text = format!(
        "SELECT COUNT(*) AS sent, COUNT(c.shown_at) AS shown, COUNT(c.opened_at) AS opened, {}, {}, {}, {}
         FROM contacts c WHERE c.announcement_id = $1 AND c.sent_at IS NOT NULL",
        has("played", &format!("{draws} {WITHIN}")),
        has("won", &format!("{coupons}.issued_at {WITHIN}")),
        has(
            "visited",
            &format!("visits v WHERE v.retailer_id = $2 AND v.shopper_id = c.shopper_id AND v.began_at {WITHIN}")
        ),
        has("redeemed", &format!("{coupons}.redeemed_at {WITHIN}")),
    );
    let row = connection
        .query_one_raw(sql(
            connection,
            &text,
            [
                announcement.announcement_id.to_string().into(),
                announcement.retailer_id.to_string().into(),
                announcement.campaign_id.to_string().into(),
                (i64::from(FUNNEL_DAYS) * 86_400_000).into(),
            ],
        ))
        .await?;
    let steps = [
        (Touchpoint::Sent, "sent"),
        (Touchpoint::Shown, "shown"),
        (Touchpoint::Opened, "opened"),
        (Touchpoint::Played, "played"),
        (Touchpoint::Won, "won"),
        (Touchpoint::Visited, "visited"),
        (Touchpoint::Redeemed, "redeemed"),
    ]
    .into_iter()
    .map(|(touchpoint, name)| {
        let row = row.as_ref().ok_or_else(|| corrupt("count")("missing"))?;
        let people: Option<i64> = row.try_get("", name)?;
        let people = u64::try_from(people.unwrap_or(0)).map_err(corrupt("count"))?;
        Ok(FunnelStep {
            touchpoint,
            people: (people == 0 || people >= FEW).then_some(people),
        })
    })
    .collect::<Result<_, DbErr>>()?;
    Ok(Funnel {
        days: FUNNEL_DAYS,
        steps,
    })
}

/// Stops it: what is queued goes nowhere, and who works on it finds out within a moment. Gives whether there was anything to stop.
///
/// # Errors
/// When the database objects.
pub async fn stop(
    transaction: &impl ConnectionTrait,
    retailer_id: RetailerId,
    announcement_id: AnnouncementId,
    now: i64,
) -> Result<bool, DbErr> {
    let key = || {
        [
            Value::from(retailer_id.to_string()),
            announcement_id.to_string().into(),
        ]
    };
    let stopped = execute(
        transaction,
        "UPDATE announcements SET status = 'stopped', ended_at = $3
         WHERE retailer_id = $1 AND announcement_id = $2 AND status IN ('selecting', 'sending')",
        key().into_iter().chain([now.into()]),
    )
    .await?;
    if stopped == 0 {
        return Ok(false);
    }
    execute(
        transaction,
        "UPDATE announcement_batches SET state = 'stopped', shoppers = '', claimed_until = 0
         WHERE retailer_id = $1 AND announcement_id = $2 AND state = 'queued'",
        key(),
    )
    .await?;
    Ok(true)
}

/// Whether it is still to be worked on.
///
/// # Errors
/// When the database objects.
pub async fn is_at_work(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    announcement_id: AnnouncementId,
) -> Result<bool, DbErr> {
    Ok(connection
        .query_one_raw(sql(
            connection,
            "SELECT 1 AS one FROM announcements
             WHERE retailer_id = $1 AND announcement_id = $2 AND status IN ('selecting', 'sending')",
            [
                retailer_id.to_string().into(),
                announcement_id.to_string().into(),
            ],
        ))
        .await?
        .is_some())
}

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

/// The announcement of a batch.
///
/// # Errors
/// When the database objects.
pub async fn of(
    connection: &impl ConnectionTrait,
    retailer_id: RetailerId,
    announcement_id: AnnouncementId,
) -> Result<Option<Announcement>, DbErr> {
    Row::find_by_statement(sql(
        connection,
        "SELECT * FROM announcements WHERE retailer_id = $1 AND announcement_id = $2",
        [
            retailer_id.to_string().into(),
            announcement_id.to_string().into(),
        ],
    ))
    .one(connection)
    .await?
    .map(Row::read)
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

impl Step {
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
    let silent = |why| Value::from(step.silent.get(&why).copied().unwrap_or(0));
    let put_off: usize = step.put_off.values().map(Vec::len).sum();
    let next = now + CLAIM_MS;
    let key = || {
        [
            Value::from(batch.retailer_id.to_string()),
            batch.announcement_id.to_string().into(),
        ]
    };
    let transaction = db.begin().await?;
    let written = execute(
        &transaction,
        "UPDATE announcement_batches SET claimed_until = $5, shoppers = $6, state = $7, sent = sent + $8, failed = failed + $9,
             no_consent = no_consent + $10, muted = muted + $11, held_out = held_out + $12, capped = capped + $13,
             too_late = too_late + $14, put_off = put_off + $15
         WHERE retailer_id = $1 AND announcement_id = $2 AND batch = $3 AND claimed_until = $4 AND state = 'queued'",
        key().into_iter().chain([
            batch.number.into(),
            batch.claim.into(),
            next.into(),
            write_ids(left).into(),
            if left.is_empty() { "done" } else { "queued" }.into(),
            step.sent.into(),
            step.failed.into(),
            silent(Silence::NoConsent),
            silent(Silence::Muted),
            silent(Silence::HeldOut),
            silent(Silence::Capped),
            silent(Silence::TooLate),
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
                key().into_iter().chain([new.into()]),
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
        [
            batch.retailer_id.to_string().into(),
            batch.announcement_id.to_string().into(),
            batch.number.into(),
            batch.claim.into(),
            next.into(),
        ],
    )
    .await?;
    transaction.commit().await?;
    Ok((held > 0).then_some(next))
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
        [
            batch.retailer_id.to_string().into(),
            batch.announcement_id.to_string().into(),
            batch.number.into(),
            batch.claim.into(),
        ],
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

impl Announcement {
    /// Its first line and its text for a reader.
    #[must_use]
    pub fn words(&self, lang: Lang) -> (&str, &str) {
        (self.title.get(lang), self.body.get(lang))
    }
}
