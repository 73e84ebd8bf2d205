//! How shoppers want to be written to, what they were sent, and the cap, which is reserved here before anything leaves: all of it the shopper's family.

use std::collections::{HashMap, HashSet};

use app::{
    announcement::Kind,
    api::contact::{ContactKept, KeptConsent, KeptMessage},
    contact::{CONTACT_DAY_MS, Channel, Contacts, PER_DAY, PerWeek},
    geo::Cell,
    id::{AnnouncementId, ContactId, RetailerId, ShopperId},
    lang::Lang,
    stations::Station,
};
use chrono_tz::Tz;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, QueryResult, Value};

use super::{
    Db, bulk, corrupt,
    sql::{execute, sql},
};
use crate::{
    new_id,
    push::{BrowserKeys, Endpoint, Services, Subscription},
    random::token_hash,
};

/// So many browsers a shopper may have; the one not seen for longest makes room.
const BROWSERS: i64 = 8;

/// What a shopper chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preferences {
    /// Where their clock is.
    pub zone: Tz,
    /// In which language they are written to.
    pub lang: Lang,
    /// The most messages a week.
    pub per_week: PerWeek,
    /// The month of birth, if it was told.
    pub birth_month: Option<u8>,
    /// Since when messages to browsers are allowed.
    pub push_since: Option<i64>,
    /// When they were last written to.
    pub contacts: Contacts,
}

#[derive(FromQueryResult)]
struct PreferencesRow {
    shopper_id: String,
    zone: String,
    lang: String,
    per_week: i32,
    birth_month: Option<i32>,
    push_since: Option<i64>,
    last_1: Option<i64>,
    last_2: Option<i64>,
    last_3: Option<i64>,
}

impl PreferencesRow {
    fn read(&self) -> Result<Preferences, DbErr> {
        let per_week = u8::try_from(self.per_week).map_err(corrupt("messages a week"))?;
        let month = self.birth_month.map(u8::try_from).transpose();
        Ok(Preferences {
            zone: self.zone.parse().map_err(corrupt("zone"))?,
            lang: Lang::from_tag(&self.lang)
                .ok_or_else(|| corrupt("language")(self.lang.as_str()))?,
            per_week: per_week.try_into().map_err(corrupt("messages a week"))?,
            birth_month: month.map_err(corrupt("month"))?,
            push_since: self.push_since,
            contacts: Contacts([self.last_1, self.last_2, self.last_3]),
        })
    }
}

/// What a shopper chose, if anything.
///
/// # Errors
/// When the database objects.
pub async fn preferences(
    connection: &impl ConnectionTrait,
    shopper_id: ShopperId,
) -> Result<Option<Preferences>, DbErr> {
    PreferencesRow::find_by_statement(sql(
        connection,
        "SELECT * FROM contact_preferences WHERE shopper_id = $1",
        [shopper_id.to_string().into()],
    ))
    .one(connection)
    .await?
    .as_ref()
    .map(PreferencesRow::read)
    .transpose()
}

/// Notes what a shopper chose besides allowing messages.
///
/// # Errors
/// When the database objects.
pub async fn choose(
    db: &Db,
    shopper_id: ShopperId,
    (per_week, birth_month): (PerWeek, Option<u8>),
    lang: Lang,
    now: i64,
) -> Result<(), DbErr> {
    let transaction = db.begin().await?;
    execute(
        &transaction,
        "INSERT INTO contact_preferences (shopper_id, zone, lang, per_week, birth_month, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (shopper_id) DO UPDATE SET per_week = excluded.per_week, birth_month = excluded.birth_month,
             changed_at = excluded.changed_at",
        [
            shopper_id.to_string().into(),
            Tz::Asia__Tokyo.name().into(),
            lang.tag().into(),
            i32::from(per_week.get()).into(),
            birth_month.map(i32::from).into(),
            now.into(),
        ],
    )
    .await?;
    transaction.commit().await
}

/// How somebody agrees.
#[derive(Clone, Copy, Debug)]
pub struct Consent {
    /// Where their clock is.
    pub zone: Tz,
    /// In which language they read.
    pub lang: Lang,
    /// The version of the words that were agreed to.
    pub text_version: u16,
}

/// A browser that agrees.
#[derive(Clone, Debug)]
pub struct Browser {
    /// How it is reached.
    pub subscription: Subscription,
    /// To what.
    pub consent: Consent,
}

/// Notes a consent to messages to browsers; one that is there stays what it is.
///
/// # Errors
/// When the database objects.
pub async fn agree(
    transaction: &impl ConnectionTrait,
    shopper_id: ShopperId,
    consent: &Consent,
    now: i64,
) -> Result<(), DbErr> {
    execute(
        transaction,
        "INSERT INTO contact_preferences (shopper_id, zone, lang, per_week, push_since, changed_at)
         VALUES ($1, $2, $3, $4, $5, $5)
         ON CONFLICT (shopper_id) DO UPDATE SET zone = excluded.zone, lang = excluded.lang,
             push_since = COALESCE(contact_preferences.push_since, excluded.push_since), changed_at = excluded.changed_at",
        [
            shopper_id.to_string().into(),
            consent.zone.name().into(),
            consent.lang.tag().into(),
            i32::from(PerWeek::MOST.get()).into(),
            now.into(),
        ],
    )
    .await?;
    execute(
        transaction,
        "INSERT INTO contact_consents (shopper_id, channel, agreed_at, text_version) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING",
        [
            shopper_id.to_string().into(),
            Channel::Push.slug().into(),
            now.into(),
            i32::from(consent.text_version).into(),
        ],
    )
    .await?;
    Ok(())
}

/// Notes the consent and the browser; both stay what they are where they are known.
///
/// # Errors
/// When the database objects.
pub async fn subscribe(
    db: &Db,
    shopper_id: ShopperId,
    browser: &Browser,
    now: i64,
) -> Result<(), DbErr> {
    let id = || Value::from(shopper_id.to_string());
    let transaction = db.begin().await?;
    agree(&transaction, shopper_id, &browser.consent, now).await?;
    let (p256dh, auth) = browser.subscription.keys.write();
    let endpoint = browser.subscription.endpoint.as_str();
    execute(
        &transaction,
        "INSERT INTO push_subscriptions (shopper_id, subscription_id, endpoint, p256dh, auth, vapid_key, seen_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (shopper_id, subscription_id) DO UPDATE SET p256dh = excluded.p256dh, auth = excluded.auth,
             vapid_key = excluded.vapid_key, seen_at = excluded.seen_at",
        [
            id(),
            token_hash(endpoint).into(),
            endpoint.into(),
            p256dh.into(),
            auth.into(),
            browser.subscription.vapid_key.into(),
            now.into(),
        ],
    )
    .await?;
    execute(
        &transaction,
        "DELETE FROM push_subscriptions WHERE shopper_id = $1 AND subscription_id NOT IN (
            SELECT subscription_id FROM push_subscriptions WHERE shopper_id = $1 ORDER BY seen_at DESC, subscription_id LIMIT $2)",
        [id(), BROWSERS.into()],
    )
    .await?;
    transaction.commit().await
}

/// Takes the consent to messages to browsers back, and forgets the browsers.
///
/// # Errors
/// When the database objects.
pub async fn unsubscribe(db: &Db, shopper_id: ShopperId, now: i64) -> Result<(), DbErr> {
    let id = || Value::from(shopper_id.to_string());
    let transaction = db.begin().await?;
    // The row first: whoever reserves a message at the same time waits for it and then finds no consent.
    execute(
        &transaction,
        "UPDATE contact_preferences SET push_since = NULL, changed_at = $2 WHERE shopper_id = $1",
        [id(), now.into()],
    )
    .await?;
    execute(
        &transaction,
        "UPDATE contact_consents SET withdrawn_at = CASE WHEN agreed_at > $2 THEN agreed_at ELSE $2 END
         WHERE shopper_id = $1 AND channel = $3 AND withdrawn_at IS NULL",
        [id(), now.into(), Channel::Push.slug().into()],
    )
    .await?;
    execute(
        &transaction,
        "DELETE FROM push_subscriptions WHERE shopper_id = $1",
        [id()],
    )
    .await?;
    transaction.commit().await
}

/// Nothing more of a retailer, or again.
///
/// # Errors
/// When the database objects.
pub async fn mute(
    db: &Db,
    shopper_id: ShopperId,
    retailer_id: RetailerId,
    muted: bool,
    now: i64,
) -> Result<(), DbErr> {
    let key = [
        Value::from(shopper_id.to_string()),
        retailer_id.to_string().into(),
    ];
    let transaction = db.begin().await?;
    if muted {
        execute(
            &transaction,
            "INSERT INTO contact_mutes (shopper_id, retailer_id, muted_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            key.into_iter().chain([now.into()]),
        )
        .await?;
    } else {
        execute(
            &transaction,
            "DELETE FROM contact_mutes WHERE shopper_id = $1 AND retailer_id = $2",
            key,
        )
        .await?;
    }
    transaction.commit().await
}

/// The retailers that a shopper wants to hear nothing of.
///
/// # Errors
/// When the database objects.
pub async fn muted(
    connection: &impl ConnectionTrait,
    shopper_id: ShopperId,
) -> Result<Vec<RetailerId>, DbErr> {
    connection
        .query_all_raw(sql(
            connection,
            "SELECT retailer_id FROM contact_mutes WHERE shopper_id = $1 ORDER BY muted_at",
            [shopper_id.to_string().into()],
        ))
        .await?
        .iter()
        .map(|row| {
            let id: String = row.try_get("", "retailer_id")?;
            id.parse().map_err(corrupt("retailer id"))
        })
        .collect()
}

/// How many browsers a shopper has.
///
/// # Errors
/// When the database objects.
pub async fn browsers(
    connection: &impl ConnectionTrait,
    shopper_id: ShopperId,
) -> Result<u32, DbErr> {
    let row = connection
        .query_one_raw(sql(
            connection,
            "SELECT COUNT(*) AS n FROM push_subscriptions WHERE shopper_id = $1",
            [shopper_id.to_string().into()],
        ))
        .await?;
    let n: i64 = row.map_or(Ok(0), |row| row.try_get("", "n"))?;
    u32::try_from(n).map_err(corrupt("count"))
}

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
    Ok(Candidate {
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
                (now - CONTACT_DAY_MS).into(),
                (now - 7 * CONTACT_DAY_MS).into(),
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

/// Everything that is kept of a shopper about messages.
///
/// # Errors
/// When the database objects.
pub async fn kept(
    connection: &impl ConnectionTrait,
    services: &Services,
    shopper_id: ShopperId,
) -> Result<ContactKept, DbErr> {
    #[derive(FromQueryResult)]
    struct Consent {
        channel: String,
        text_version: i32,
        agreed_at: i64,
        withdrawn_at: Option<i64>,
    }
    #[derive(FromQueryResult)]
    struct Message {
        retailer_id: String,
        reason: String,
        located_at: Option<i64>,
        reserved_at: i64,
        sent_at: Option<i64>,
        shown_at: Option<i64>,
        opened_at: Option<i64>,
    }
    let id = || [Value::from(shopper_id.to_string())];
    let preferences = preferences(connection, shopper_id).await?;
    let consents = Consent::find_by_statement(sql(
        connection,
        "SELECT channel, text_version, agreed_at, withdrawn_at FROM contact_consents WHERE shopper_id = $1 ORDER BY agreed_at",
        id(),
    ))
    .all(connection)
    .await?
    .into_iter()
    .map(|row| {
        Ok(KeptConsent {
            channel: Channel::from_slug(&row.channel)
                .ok_or_else(|| corrupt("channel")(row.channel.as_str()))?,
            text_version: u16::try_from(row.text_version).map_err(corrupt("version"))?,
            agreed_at: row.agreed_at,
            withdrawn_at: row.withdrawn_at,
        })
    })
    .collect::<Result<_, DbErr>>()?;
    let mut browsers = Vec::new();
    for row in connection
        .query_all_raw(sql(
            connection,
            "SELECT endpoint FROM push_subscriptions WHERE shopper_id = $1 ORDER BY seen_at, subscription_id",
            id(),
        ))
        .await?
    {
        // The rest of the address tells the browser apart, and is the service's.
        let endpoint: String = row.try_get("", "endpoint")?;
        browsers.push(match services.endpoint(&endpoint) {
            Ok(endpoint) => endpoint.origin(),
            Err(_) => String::new(),
        });
    }
    let messages = Message::find_by_statement(sql(
        connection,
        "SELECT retailer_id, reason, located_at, reserved_at, sent_at, shown_at, opened_at FROM contacts
         WHERE shopper_id = $1 ORDER BY reserved_at, contact_id",
        id(),
    ))
    .all(connection)
    .await?
    .into_iter()
    .map(|row| {
        Ok(KeptMessage {
            retailer_id: row.retailer_id.parse().map_err(corrupt("retailer id"))?,
            reason: Kind::from_slug(&row.reason)
                .ok_or_else(|| corrupt("reason")(row.reason.as_str()))?,
            located_at: row.located_at,
            reserved_at: row.reserved_at,
            sent_at: row.sent_at,
            shown_at: row.shown_at,
            opened_at: row.opened_at,
        })
    })
    .collect::<Result<_, DbErr>>()?;
    Ok(ContactKept {
        zone: preferences.as_ref().map(|p| p.zone.name().to_owned()),
        birth_month: preferences.as_ref().and_then(|p| p.birth_month),
        consents,
        browsers,
        muted: muted(connection, shopper_id).await?,
        messages,
    })
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
