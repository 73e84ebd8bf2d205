//! Messages: who can be meant, the cap, which is reserved here before anything leaves, and what became of them.

use std::collections::{HashMap, HashSet};

use app::{
    announcement::Kind,
    contact::{Channel, DAY_MS, PER_DAY},
    geo::Cell,
    id::{AnnouncementId, ContactId, RetailerId, ShopperId},
    stations::Station,
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, QueryResult, Value};

use super::{Preferences, PreferencesRow};
use crate::{
    db::{
        Db, bulk, corrupt,
        sql::{execute, sql},
    },
    new_id,
    push::{BrowserKeys, Endpoint, Services, Subscription},
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
        located_at: Option<i64>,
        sent_at: i64,
        opened_at: Option<i64>,
    }
    Row::find_by_statement(sql(
        connection,
        "SELECT contact_id, retailer_id, reason, located_at, sent_at, opened_at FROM contacts
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

/// Where somebody is believed to be when they are written to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Whereabouts {
    /// In the last square that they let us keep, as it was then.
    Cell(Cell, i64),
    /// Around the station that they chose.
    Area(&'static Station),
}

impl Whereabouts {
    /// The middle of it.
    #[must_use]
    pub fn centre(self) -> app::geo::LatLng {
        match self {
            Self::Cell(cell, _) => cell.centre(),
            Self::Area(station) => station.position,
        }
    }

    /// How old it is known to be.
    #[must_use]
    pub const fn at(self) -> Option<i64> {
        match self {
            Self::Cell(_, at) => Some(at),
            Self::Area(_) => None,
        }
    }

    fn of(
        cell: Option<String>,
        at: Option<i64>,
        area: Option<String>,
    ) -> Result<Option<Self>, DbErr> {
        if let (Some(cell), Some(at)) = (cell, at) {
            return Ok(Some(Self::Cell(cell.parse().map_err(corrupt("cell"))?, at)));
        }
        Ok(area.as_deref().and_then(Station::by_id).map(Self::Area))
    }
}

/// Somebody who could be written to.
#[derive(Clone, Copy, Debug)]
pub struct Candidate {
    /// Who.
    pub shopper_id: ShopperId,
    /// Where they are believed to be.
    pub whereabouts: Option<Whereabouts>,
    /// The area that they chose, also where a square is known.
    pub area: Option<&'static Station>,
    /// The month of birth, if it was told.
    pub birth_month: Option<u8>,
}

/// The next so many shoppers, by id, that allow messages to browsers.
///
/// # Errors
/// When the database objects.
pub async fn candidates(
    connection: &impl ConnectionTrait,
    after: &str,
    limit: u32,
) -> Result<Vec<Candidate>, DbErr> {
    connection
        .query_all_raw(sql(
            connection,
            "SELECT p.shopper_id, s.last_cell, s.last_cell_at, s.area_id, p.birth_month FROM contact_preferences p
             JOIN shoppers s ON s.shopper_id = p.shopper_id
             WHERE p.push_since IS NOT NULL AND p.shopper_id > $1 ORDER BY p.shopper_id LIMIT $2",
            [after.into(), i64::from(limit).into()],
        ))
        .await?
        .iter()
        .map(candidate)
        .collect()
}

fn candidate(row: &QueryResult) -> Result<Candidate, DbErr> {
    let id: String = row.try_get("", "shopper_id")?;
    let month: Option<i32> = row.try_get("", "birth_month")?;
    let area: Option<String> = row.try_get("", "area_id")?;
    Ok(Candidate {
        area: area.as_deref().and_then(Station::by_id),
        shopper_id: id.parse().map_err(corrupt("shopper id"))?,
        whereabouts: Whereabouts::of(
            row.try_get("", "last_cell")?,
            row.try_get("", "last_cell_at")?,
            row.try_get("", "area_id")?,
        )?,
        birth_month: month
            .map(u8::try_from)
            .transpose()
            .map_err(corrupt("month"))?,
    })
}

/// Somebody as they are when a message is to be sent.
#[derive(Clone, Debug)]
pub struct Known {
    /// What they chose.
    pub preferences: Preferences,
    /// Where they are believed to be.
    pub whereabouts: Option<Whereabouts>,
    /// Whether they want to hear nothing of the retailer.
    pub mutes: bool,
    /// Their browsers, with the ids by which they are forgotten.
    pub browsers: Vec<(String, Subscription)>,
    /// What was reserved for them about the same before.
    pub reserved: Option<Reserved>,
}

/// A message that was reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reserved {
    /// The message.
    pub contact_id: ContactId,
    /// When.
    pub at: i64,
    /// It left.
    pub sent: bool,
    /// It was given up.
    pub failed: bool,
}

/// What is known of shoppers that a message about something of a retailer's is meant for; who is not there any more is missing.
///
/// # Errors
/// When the database objects.
pub async fn known(
    connection: &impl ConnectionTrait,
    services: &Services,
    retailer_id: RetailerId,
    about: &str,
    shoppers: &[ShopperId],
) -> Result<HashMap<ShopperId, Known>, DbErr> {
    #[derive(FromQueryResult)]
    struct Place {
        shopper_id: String,
        last_cell: Option<String>,
        last_cell_at: Option<i64>,
        area_id: Option<String>,
    }
    #[derive(FromQueryResult)]
    struct Push {
        shopper_id: String,
        subscription_id: String,
        endpoint: String,
        p256dh: String,
        auth: String,
        vapid_key: i32,
    }
    if shoppers.is_empty() {
        return Ok(HashMap::new());
    }
    let ids = |first| bulk::one_of(connection, first, shoppers.iter().map(ToString::to_string));
    let parse = |id: &str| id.parse::<ShopperId>().map_err(corrupt("shopper id"));
    let (them, values) = ids(1);
    let places = Place::find_by_statement(sql(
        connection,
        &format!("SELECT shopper_id, last_cell, last_cell_at, area_id FROM shoppers WHERE shopper_id {them}"),
        values.clone(),
    ))
    .all(connection)
    .await?;
    let mut whereabouts = HashMap::new();
    for row in places {
        let place = Whereabouts::of(row.last_cell, row.last_cell_at, row.area_id)?;
        whereabouts.insert(row.shopper_id, place);
    }
    let rows = PreferencesRow::find_by_statement(sql(
        connection,
        &format!("SELECT * FROM contact_preferences WHERE shopper_id {them}"),
        values.clone(),
    ))
    .all(connection)
    .await?;
    let mut known = HashMap::new();
    for row in rows {
        let Some(place) = whereabouts.remove(&row.shopper_id) else {
            continue;
        };
        let one = Known {
            preferences: row.read()?,
            whereabouts: place,
            mutes: false,
            browsers: Vec::new(),
            reserved: None,
        };
        known.insert(parse(&row.shopper_id)?, one);
    }
    let rows = Push::find_by_statement(sql(
        connection,
        &format!("SELECT * FROM push_subscriptions WHERE shopper_id {them} ORDER BY shopper_id, seen_at DESC"),
        values,
    ))
    .all(connection)
    .await?;
    for row in rows {
        // Of a service that is not sent to any more nothing is known.
        let Ok(endpoint) = services.endpoint(&row.endpoint) else {
            continue;
        };
        let subscription = subscription(endpoint, &row.p256dh, &row.auth, row.vapid_key)?;
        if let Some(one) = known.get_mut(&parse(&row.shopper_id)?) {
            one.browsers.push((row.subscription_id, subscription));
        }
    }
    let (them, values) = ids(2);
    let rows = connection
        .query_all_raw(sql(
            connection,
            &format!(
                "SELECT shopper_id FROM contact_mutes WHERE retailer_id = $1 AND shopper_id {them}"
            ),
            std::iter::once(Value::from(retailer_id.to_string())).chain(values.clone()),
        ))
        .await?;
    for row in rows {
        let id: String = row.try_get("", "shopper_id")?;
        if let Some(one) = known.get_mut(&parse(&id)?) {
            one.mutes = true;
        }
    }
    let rows = connection
        .query_all_raw(sql(
            connection,
            &format!(
                "SELECT shopper_id, contact_id, reserved_at, sent_at, failed_at FROM contacts WHERE about = $1 AND shopper_id {them}"
            ),
            std::iter::once(Value::from(about)).chain(values),
        ))
        .await?;
    for row in rows {
        let id: String = row.try_get("", "shopper_id")?;
        let contact_id: String = row.try_get("", "contact_id")?;
        if let Some(one) = known.get_mut(&parse(&id)?) {
            one.reserved = Some(Reserved {
                contact_id: contact_id.parse().map_err(corrupt("contact id"))?,
                at: row.try_get("", "reserved_at")?,
                sent: row.try_get::<Option<i64>>("", "sent_at")?.is_some(),
                failed: row.try_get::<Option<i64>>("", "failed_at")?.is_some(),
            });
        }
    }
    Ok(known)
}

fn subscription(
    endpoint: Endpoint,
    p256dh: &str,
    auth: &str,
    vapid_key: i32,
) -> Result<Subscription, DbErr> {
    let keys =
        BrowserKeys::kept(p256dh, auth).ok_or_else(|| corrupt("browser's key")("malformed"))?;
    Ok(Subscription {
        endpoint,
        keys,
        vapid_key,
    })
}

/// A message about something, to be reserved.
#[derive(Clone, Debug)]
pub struct Reservation {
    /// To whom.
    pub shopper_id: ShopperId,
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
    // Whatever the order: what two have in common is updated in one.
    let mut ids: Vec<String> = wanted
        .iter()
        .map(|one| one.shopper_id.to_string())
        .collect();
    ids.sort_unstable();
    let transaction = db.begin_alone().await?;
    let (them, values) = bulk::one_of(&transaction, 4, ids);
    // One in any day is what `last_1` says, and what the CHECK holds.
    const { assert!(PER_DAY == 1) };
    let rows = transaction
        .query_all_raw(sql(
            &transaction,
            &format!(
                "UPDATE contact_preferences SET last_3 = last_2, last_2 = last_1, last_1 = $1
                 WHERE push_since IS NOT NULL AND COALESCE(last_1, $2) <= $2
                   AND COALESCE(CASE per_week WHEN 1 THEN last_1 WHEN 2 THEN last_2 ELSE last_3 END, $3) <= $3
                   AND shopper_id {them} RETURNING shopper_id"
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
            ("channel", Channel::Push.slug().into()),
            ("reason", about.reason.slug().into()),
        ],
        [
            ("shopper_id", bulk::Type::Text),
            ("contact_id", bulk::Type::Text),
            ("located_at", bulk::Type::Optional),
            ("reserved_at", bulk::Type::BigInt),
        ],
        reserved
            .iter()
            .map(|(one, contact_id)| {
                [
                    one.shopper_id.to_string().into(),
                    contact_id.to_string().into(),
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

/// Notes what became of messages that left or were given up, and forgets browsers that do not want any more.
///
/// # Errors
/// When the database objects.
pub async fn settle(
    db: &Db,
    sent: &[(ShopperId, ContactId)],
    failed: &[(ShopperId, ContactId)],
    gone: &[(ShopperId, String)],
    now: i64,
) -> Result<(), DbErr> {
    if sent.is_empty() && failed.is_empty() && gone.is_empty() {
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
    for (shopper_id, subscription_id) in gone {
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
    transaction.commit().await
}

/// How many messages of announcements stood on a screen and were opened.
///
/// # Errors
/// When the database objects.
pub async fn seen(
    connection: &impl ConnectionTrait,
    announcements: &[AnnouncementId],
) -> Result<HashMap<AnnouncementId, (u64, u64)>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        announcement_id: String,
        shown: i64,
        opened: i64,
    }
    if announcements.is_empty() {
        return Ok(HashMap::new());
    }
    let (them, values) = bulk::one_of(connection, 1, announcements.iter().map(ToString::to_string));
    Row::find_by_statement(sql(
        connection,
        &format!(
            "SELECT announcement_id, COUNT(shown_at) AS shown, COUNT(opened_at) AS opened FROM contacts
             WHERE announcement_id {them} GROUP BY announcement_id"
        ),
        values,
    ))
    .all(connection)
    .await?
    .into_iter()
    .map(|row| {
        let count = |n: i64| u64::try_from(n).map_err(corrupt("count"));
        Ok((
            row.announcement_id
                .parse()
                .map_err(corrupt("announcement id"))?,
            (count(row.shown)?, count(row.opened)?),
        ))
    })
    .collect()
}
