//! Who can be meant by a message, and what is known of them when one is to be sent.

use std::collections::HashMap;

use app::{
    contact::Channel,
    geo::Cell,
    id::{ContactId, RetailerId, ShopperId},
    stations::Station,
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, QueryResult, Value};

use super::{Preferences, PreferencesRow, REACHABLE, Ways};
use crate::{
    channel::Way,
    db::{bulk, corrupt, sql::sql},
    line::User,
    mail::Address,
    push::{BrowserKeys, Endpoint, Subscription},
};

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

/// The next so many shoppers, by id, that allow messages by a way or more.
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
            &format!(
                "SELECT p.shopper_id, s.last_cell, s.last_cell_at, s.area_id, p.birth_month FROM contact_preferences p
                 JOIN shoppers s ON s.shopper_id = p.shopper_id
                 WHERE {REACHABLE} AND p.shopper_id > $1 ORDER BY p.shopper_id LIMIT $2"
            ),
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
    /// The ways that they agreed to and that lead to them, the preferred first. Of what was reserved for one of them, that one alone: it may have left already.
    pub ways: Vec<Way>,
    /// What was reserved for them about the same before.
    pub reserved: Option<Reserved>,
}

/// A message that was reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reserved {
    /// The message.
    pub contact_id: ContactId,
    /// By which way it goes.
    pub channel: Channel,
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
    with: Ways<'_>,
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
            ways: Vec::new(),
            reserved: None,
        };
        known.insert(parse(&row.shopper_id)?, one);
    }
    for channel in Channel::ALL {
        let found = match channel {
            Channel::Push => browsers(connection, with, &them, &values).await?,
            Channel::Line if with.line => {
                let text = format!(
                    "SELECT shopper_id, user_id AS kept FROM contact_lines WHERE shopper_id {them}"
                );
                let open = |kept: &str| User::unwrap(with.keys, kept).map(Way::Line);
                unwrapped(connection, &text, &values, open).await?
            }
            Channel::Mail if with.mail => {
                let text = format!(
                    "SELECT shopper_id, address AS kept FROM contact_mails
                     WHERE shopper_id {them} AND confirmed_at IS NOT NULL AND bounced_at IS NULL"
                );
                let open = |kept: &str| Address::unwrap(with.keys, kept).map(Way::Mail);
                unwrapped(connection, &text, &values, open).await?
            }
            Channel::Line | Channel::Mail => Vec::new(),
        };
        for (shopper_id, way) in found {
            if let Some(one) = known.get_mut(&parse(&shopper_id)?)
                && one.preferences.since(channel).is_some()
            {
                one.ways.push(way);
            }
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
                "SELECT shopper_id, contact_id, channel, reserved_at, sent_at, failed_at FROM contacts WHERE about = $1 AND shopper_id {them}"
            ),
            std::iter::once(Value::from(about)).chain(values),
        ))
        .await?;
    for row in rows {
        let id: String = row.try_get("", "shopper_id")?;
        let contact_id: String = row.try_get("", "contact_id")?;
        let channel: String = row.try_get("", "channel")?;
        let channel =
            Channel::from_slug(&channel).ok_or_else(|| corrupt("channel")(channel.as_str()))?;
        if let Some(one) = known.get_mut(&parse(&id)?) {
            one.ways.retain(|way| way.channel() == channel);
            one.reserved = Some(Reserved {
                contact_id: contact_id.parse().map_err(corrupt("contact id"))?,
                channel,
                at: row.try_get("", "reserved_at")?,
                sent: row.try_get::<Option<i64>>("", "sent_at")?.is_some(),
                failed: row.try_get::<Option<i64>>("", "failed_at")?.is_some(),
            });
        }
    }
    Ok(known)
}

/// The browsers of these shoppers, of each the last seen first.
async fn browsers(
    connection: &impl ConnectionTrait,
    with: Ways<'_>,
    them: &str,
    values: &[Value],
) -> Result<Vec<(String, Way)>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        shopper_id: String,
        subscription_id: String,
        endpoint: String,
        p256dh: String,
        auth: String,
        vapid_key: i32,
    }
    let rows = Row::find_by_statement(sql(
        connection,
        &format!("SELECT * FROM push_subscriptions WHERE shopper_id {them} ORDER BY shopper_id, seen_at DESC"),
        values.to_vec(),
    ))
    .all(connection)
    .await?;
    let mut found: Vec<(String, Vec<_>)> = Vec::new();
    for row in rows {
        // Of a service that is not sent to any more nothing is known.
        let Ok(endpoint) = with.services.endpoint(&row.endpoint) else {
            continue;
        };
        let subscription = subscription(endpoint, &row.p256dh, &row.auth, row.vapid_key)?;
        let browser = (row.subscription_id, subscription);
        match found.last_mut() {
            Some((id, theirs)) if *id == row.shopper_id => theirs.push(browser),
            _ => found.push((row.shopper_id, vec![browser])),
        }
    }
    let way = |(id, theirs)| (id, Way::Push(theirs));
    Ok(found.into_iter().map(way).collect())
}

/// What is kept wrapped of these shoppers; what cannot be opened leads nowhere.
async fn unwrapped(
    connection: &impl ConnectionTrait,
    text: &str,
    values: &[Value],
    open: impl Fn(&str) -> Option<Way>,
) -> Result<Vec<(String, Way)>, DbErr> {
    let mut found = Vec::new();
    for row in connection
        .query_all_raw(sql(connection, text, values.to_vec()))
        .await?
    {
        let (id, kept): (String, String) =
            (row.try_get("", "shopper_id")?, row.try_get("", "kept")?);
        match open(&kept) {
            Some(way) => found.push((id, way)),
            None => tracing::error!("what is kept of a shopper was not wrapped by this key"),
        }
    }
    Ok(found)
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
