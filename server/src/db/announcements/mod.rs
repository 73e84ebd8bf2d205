//! What retailers announce: writing it, reading how far it is, stopping it; and the work of sending it ([`work`]).

mod work;

use std::collections::HashMap;

use app::{
    announcement::{AnnouncementStatus, Kind, Segment},
    api::contact::{
        Announcement as Wire, AnnouncementInput, Funnel, FunnelStep, Reach, Touchpoint,
    },
    cohort::is_crowd,
    id::{AccountId, AnnouncementId, CampaignId, RetailerId},
    lang::Lang,
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};

use super::{
    Names, contact, corrupt,
    sql::{execute, sql},
};

pub use work::{
    BATCH, Batch, CLAIM_MS, Selected, Step, claim_batch, claim_selection, count_stopped,
    end_finished, hold, is_anything_due, let_go, select, step,
};

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
        name_en: Option<String>,
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
        "SELECT campaign_id, name, name_en FROM campaigns WHERE retailer_id = $1",
        [retailer_id.to_string().into()],
    ))
    .all(connection)
    .await?;
    let names: HashMap<String, (String, Option<String>)> = names
        .into_iter()
        .map(|row| (row.campaign_id, (row.name, row.name_en)))
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
                ..Reach::default()
            };
        }
        let (created_at, ended_at) = (row.created_at, row.ended_at);
        let (campaign_name, campaign_name_en) =
            names.get(&row.campaign_id).cloned().unwrap_or_default();
        let one = row.read()?;
        out.push(Wire {
            announcement_id: one.announcement_id,
            campaign_id: one.campaign_id,
            campaign_name,
            campaign_name_en,
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
        if let Some(seen) = seen.get(&one.announcement_id) {
            one.reach.shown = seen.shown;
            one.reach.opened = seen.opened;
            one.reach.by = seen.by;
        }
    }
    Ok(out)
}

/// Days after a message that its funnel counts.
const FUNNEL_DAYS: u32 = 7;

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
        let people = people.unwrap_or(0);
        let shown = u64::try_from(people).map_err(corrupt("count"))?;
        Ok(FunnelStep {
            touchpoint,
            people: is_crowd(people).then_some(shown),
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

impl Announcement {
    /// Its first line and its text for a reader.
    #[must_use]
    pub fn words(&self, lang: Lang) -> (&str, &str) {
        (self.title.get(lang), self.body.get(lang))
    }
}
