//! Messages: the cap, which is reserved here before anything leaves, and what became of them.

use std::collections::{HashMap, HashSet};

use app::{
    announcement::Kind,
    api::contact::Ways as ByWay,
    contact::{Channel, DAY_MS, PER_DAY},
    id::{AnnouncementId, ContactId, RetailerId, ShopperId},
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};

use super::{line, mail, since};
use crate::{
    channel::Lost,
    db::{
        Db, bulk, corrupt,
        sql::{execute, sql},
    },
    new_id,
};

/// A message that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The message.
    pub contact_id: ContactId,
    /// Whose it was.
    pub retailer_id: RetailerId,
    /// Why.
    pub reason: Kind,
    /// By which way.
    pub channel: Channel,
    /// Of when the square was by which it was meant.
    pub located_at: Option<i64>,
    /// When it left.
    pub sent_at: i64,
    /// When it was opened.
    pub opened_at: Option<i64>,
}

/// The last messages to a shopper, the newest first.
///
/// # Errors
/// When the database objects.
pub async fn sent(
    connection: &impl ConnectionTrait,
    shopper_id: ShopperId,
    limit: u32,
) -> Result<Vec<Sent>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        contact_id: String,
        retailer_id: String,
        reason: String,
        channel: String,
        located_at: Option<i64>,
        sent_at: i64,
        opened_at: Option<i64>,
    }
    Row::find_by_statement(sql(
        connection,
        "SELECT contact_id, retailer_id, reason, channel, located_at, sent_at, opened_at FROM contacts
         WHERE shopper_id = $1 AND sent_at IS NOT NULL ORDER BY sent_at DESC, contact_id DESC LIMIT $2",
        [
            shopper_id.to_string().into(),
            i64::from(limit).into(),
        ],
    ))
    .all(connection)
    .await?
    .into_iter()
    .map(|row| {
        Ok(Sent {
            contact_id: row.contact_id.parse().map_err(corrupt("contact id"))?,
            retailer_id: row.retailer_id.parse().map_err(corrupt("retailer id"))?,
            reason: Kind::from_slug(&row.reason)
                .ok_or_else(|| corrupt("reason")(row.reason.as_str()))?,
            channel: Channel::from_slug(&row.channel)
                .ok_or_else(|| corrupt("channel")(row.channel.as_str()))?,
            located_at: row.located_at,
            sent_at: row.sent_at,
            opened_at: row.opened_at,
        })
    })
    .collect()
}

/// Notes that a message stood on the screen or was opened, the first time that it is told; gives whether there is such a message.
///
/// # Errors
/// When the database objects.
pub async fn note(
    db: &Db,
    shopper_id: ShopperId,
    contact_id: ContactId,
    opened: bool,
    now: i64,
) -> Result<bool, DbErr> {
    let opened = if opened {
        ", opened_at = COALESCE(opened_at, $3)"
    } else {
        ""
    };
    let transaction = db.begin().await?;
    // What was opened was shown, whichever of the two is told first.
    let found = execute(
        &transaction,
        &format!(
            "UPDATE contacts SET shown_at = COALESCE(shown_at, $3){opened} WHERE shopper_id = $1 AND contact_id = $2"
        ),
        [
            shopper_id.to_string().into(),
            contact_id.to_string().into(),
            now.into(),
        ],
    )
    .await?;
    transaction.commit().await?;
    Ok(found > 0)
}

/// A message about something, to be reserved.
#[derive(Clone, Debug)]
pub struct Reservation {
    /// To whom.
    pub shopper_id: ShopperId,
    /// By which way.
    pub channel: Channel,
    /// Of when the square is by which they are meant.
    pub located_at: Option<i64>,
}

/// What all messages that are reserved together have in common.
#[derive(Clone, Debug)]
pub struct About {
    /// Whose they are.
    pub retailer_id: RetailerId,
    /// Of which announcement, if of one.
    pub announcement_id: Option<AnnouncementId>,
    /// What they are about: nobody has two messages about the same.
    pub about: String,
    /// Why they are sent.
    pub reason: Kind,
}

/// Reserves messages: for whom there is still room below the cap, by one conditional update, and with a row each that is there once. Gives the
/// messages; who is missing was written to often enough, or does not agree any more.
///
/// # Errors
/// When the database objects: nothing is reserved then.
pub async fn reserve(
    db: &Db,
    about: &About,
    wanted: &[Reservation],
    now: i64,
) -> Result<HashMap<ShopperId, ContactId>, DbErr> {
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let mut them: Vec<[String; 2]> = wanted
        .iter()
        .map(|one| [one.shopper_id.to_string(), one.channel.slug().to_owned()])
        .collect();
    // Whatever the order: what two have in common is updated in one.
    them.sort_unstable();
    let transaction = db.begin_alone().await?;
    let (list, values) = bulk::listed(&transaction, 4, ["shopper_id", "channel"], them);
    let agreed: String = Channel::ALL
        .iter()
        .map(|one| format!(" WHEN '{}' THEN {}", one.slug(), since(*one)))
        .collect();
    // One in any day is what `last_1` says, and what the CHECK holds.
    const { assert!(PER_DAY == 1) };
    let rows = transaction
        .query_all_raw(sql(
            &transaction,
            &format!(
                "UPDATE contact_preferences SET last_3 = last_2, last_2 = last_1, last_1 = $1 FROM {list} l
                 WHERE contact_preferences.shopper_id = l.shopper_id AND (CASE l.channel{agreed} END) IS NOT NULL AND COALESCE(last_1, $2) <= $2
                   AND COALESCE(CASE per_week WHEN 1 THEN last_1 WHEN 2 THEN last_2 ELSE last_3 END, $3) <= $3
                 RETURNING contact_preferences.shopper_id AS shopper_id"
            ),
            [
                Value::from(now),
                (now - DAY_MS).into(),
                (now - 7 * DAY_MS).into(),
            ]
            .into_iter()
            .chain(values),
        ))
        .await?;
    let mut room = HashSet::new();
    for row in rows {
        let id: String = row.try_get("", "shopper_id")?;
        room.insert(id.parse::<ShopperId>().map_err(corrupt("shopper id"))?);
    }
    let reserved: Vec<(&Reservation, ContactId)> = wanted
        .iter()
        .filter(|one| room.contains(&one.shopper_id))
        .map(|one| (one, new_id!(ContactId, now)))
        .collect();
    bulk::insert(
        &transaction,
        "contacts",
        [
            ("about", about.about.clone().into()),
            ("retailer_id", about.retailer_id.to_string().into()),
            (
                "announcement_id",
                about.announcement_id.map(|id| id.to_string()).into(),
            ),
            ("reason", about.reason.slug().into()),
        ],
        [
            ("shopper_id", bulk::Type::Text),
            ("contact_id", bulk::Type::Text),
            ("channel", bulk::Type::Text),
            ("located_at", bulk::Type::Optional),
            ("reserved_at", bulk::Type::BigInt),
        ],
        reserved
            .iter()
            .map(|(one, contact_id)| {
                [
                    one.shopper_id.to_string().into(),
                    contact_id.to_string().into(),
                    one.channel.slug().into(),
                    one.located_at.into(),
                    now.into(),
                ]
            })
            .collect(),
    )
    .await?;
    transaction.commit().await?;
    Ok(reserved
        .into_iter()
        .map(|(one, contact_id)| (one.shopper_id, contact_id))
        .collect())
}

/// Notes that a message that nobody took goes by another way, if that was agreed to before it was reserved and still is; gives whether.
///
/// # Errors
/// When the database objects.
pub async fn redirect(
    db: &Db,
    (shopper_id, contact_id): (ShopperId, ContactId),
    channel: Channel,
) -> Result<bool, DbErr> {
    let since = since(channel);
    let transaction = db.begin().await?;
    let found = execute(
        &transaction,
        &format!(
            "UPDATE contacts SET channel = $3
             WHERE shopper_id = $1 AND contact_id = $2 AND sent_at IS NULL AND failed_at IS NULL AND EXISTS (
                SELECT 1 FROM contact_preferences p WHERE p.shopper_id = $1 AND p.{since} <= contacts.reserved_at)"
        ),
        [
            shopper_id.to_string().into(),
            contact_id.to_string().into(),
            channel.slug().into(),
        ],
    )
    .await?;
    transaction.commit().await?;
    Ok(found > 0)
}

/// Notes what became of messages that left or were given up, and forgets what leads nowhere any more.
///
/// # Errors
/// When the database objects.
pub async fn settle(
    db: &Db,
    sent: &[(ShopperId, ContactId)],
    failed: &[(ShopperId, ContactId)],
    lost: &[(ShopperId, Lost)],
    now: i64,
) -> Result<(), DbErr> {
    if sent.is_empty() && failed.is_empty() && lost.is_empty() {
        return Ok(());
    }
    let transaction = db.begin_alone().await?;
    for (column, which) in [("sent_at", sent), ("failed_at", failed)] {
        if which.is_empty() {
            continue;
        }
        let rows = which
            .iter()
            .map(|(shopper, contact)| [shopper.to_string(), contact.to_string()])
            .collect();
        let (list, values) = bulk::listed(&transaction, 2, ["shopper_id", "contact_id"], rows);
        // Not before it was reserved, whatever the clocks of two servers say.
        execute(
            &transaction,
            &format!(
                "UPDATE contacts SET {column} = CASE WHEN reserved_at > $1 THEN reserved_at ELSE $1 END
                 WHERE sent_at IS NULL AND failed_at IS NULL
                   AND (shopper_id, contact_id) IN (SELECT l.shopper_id, l.contact_id FROM {list} l)"
            ),
            std::iter::once(Value::from(now)).chain(values),
        )
        .await?;
    }
    for (shopper_id, lost) in lost {
        match lost {
            Lost::Browser(subscription_id) => {
                execute(
                    &transaction,
                    "DELETE FROM push_subscriptions WHERE shopper_id = $1 AND subscription_id = $2",
                    [
                        shopper_id.to_string().into(),
                        subscription_id.as_str().into(),
                    ],
                )
                .await?;
            }
            Lost::Line(hash) => line::unlink(&transaction, *shopper_id, hash, now).await?,
            Lost::Mail(hash) => mail::bounced(&transaction, *shopper_id, hash, now).await?,
        }
    }
    transaction.commit().await
}

/// What became of an announcement's messages, as far as it is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// They stood on a screen.
    pub shown: u64,
    /// They were opened.
    pub opened: u64,
    /// They were sent, by the way they went.
    pub by: ByWay,
}

/// How many messages of announcements were sent by which way, stood on a screen and were opened.
///
/// # Errors
/// When the database objects.
pub async fn seen(
    connection: &impl ConnectionTrait,
    announcements: &[AnnouncementId],
) -> Result<HashMap<AnnouncementId, Seen>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        announcement_id: String,
        channel: String,
        sent: i64,
        shown: i64,
        opened: i64,
    }
    let mut found: HashMap<AnnouncementId, Seen> = HashMap::new();
    if announcements.is_empty() {
        return Ok(found);
    }
    let (them, values) = bulk::one_of(connection, 1, announcements.iter().map(ToString::to_string));
    let rows = Row::find_by_statement(sql(
        connection,
        &format!(
            "SELECT announcement_id, channel, COUNT(sent_at) AS sent, COUNT(shown_at) AS shown, COUNT(opened_at) AS opened FROM contacts
             WHERE announcement_id {them} GROUP BY announcement_id, channel"
        ),
        values,
    ))
    .all(connection)
    .await?;
    for row in rows {
        let count = |n: i64| u64::try_from(n).map_err(corrupt("count"));
        let id = row.announcement_id.parse();
        let one = found
            .entry(id.map_err(corrupt("announcement id"))?)
            .or_default();
        one.shown += count(row.shown)?;
        one.opened += count(row.opened)?;
        let sent = count(row.sent)?;
        match Channel::from_slug(&row.channel) {
            Some(Channel::Push) => one.by.push = sent,
            Some(Channel::Line) => one.by.line = sent,
            Some(Channel::Mail) => one.by.mail = sent,
            None => return Err(corrupt("channel")(row.channel.as_str())),
        }
    }
    Ok(found)
}
