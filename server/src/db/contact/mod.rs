//! Being written to: how shoppers want it ([`self`]), their mailboxes ([`mail`]) and accounts at LINE ([`line`]), who can be meant ([`people`]), and the
//! messages ([`messages`]). All of it is
//! the shopper's family, but for what LINE told already.

mod kept;
pub mod line;
pub mod mail;
mod messages;
mod people;

use app::{
    contact::{Channel, Contacts, PerWeek},
    id::{RetailerId, ShopperId},
    lang::Lang,
};
use chrono_tz::Tz;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};

use super::{
    Db, corrupt,
    sql::{execute, sql},
};
use crate::{
    keys::Keys,
    push::{Services, Subscription},
    random::token_hash,
};

pub use kept::kept;
pub use messages::{About, Reservation, Seen, Sent, note, redirect, reserve, seen, sent, settle};
pub use people::{Candidate, Known, Reserved, Whereabouts, candidates, known};

/// To whom messages may be meant at all: who agreed to a way or more.
pub(super) const REACHABLE: &str =
    "(push_since IS NOT NULL OR line_since IS NOT NULL OR mail_since IS NOT NULL)";

/// What is needed to know by which ways this server reaches somebody.
#[derive(Clone, Copy)]
pub struct Ways<'a> {
    /// The push services that are sent to.
    pub services: &'a Services,
    /// What mailboxes and accounts are wrapped by.
    pub keys: &'a Keys,
    /// Whether it speaks for an account at LINE.
    pub line: bool,
    /// Whether it has a mail relay.
    pub mail: bool,
}

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
    /// Since when messages by LINE are.
    pub line_since: Option<i64>,
    /// Since when e-mails are.
    pub mail_since: Option<i64>,
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
    line_since: Option<i64>,
    mail_since: Option<i64>,
    last_1: Option<i64>,
    last_2: Option<i64>,
    last_3: Option<i64>,
}

impl Preferences {
    /// Since when a way is allowed.
    #[must_use]
    pub const fn since(&self, channel: Channel) -> Option<i64> {
        match channel {
            Channel::Push => self.push_since,
            Channel::Line => self.line_since,
            Channel::Mail => self.mail_since,
        }
    }
}

/// The column that says since when a way is allowed.
const fn since(channel: Channel) -> &'static str {
    match channel {
        Channel::Push => "push_since",
        Channel::Line => "line_since",
        Channel::Mail => "mail_since",
    }
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
            line_since: self.line_since,
            mail_since: self.mail_since,
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

/// Notes a consent to messages by a way; one that is there stays what it is.
///
/// # Errors
/// When the database objects.
pub async fn agree(
    transaction: &impl ConnectionTrait,
    shopper_id: ShopperId,
    channel: Channel,
    consent: &Consent,
    now: i64,
) -> Result<(), DbErr> {
    let since = since(channel);
    execute(
        transaction,
        &format!(
            "INSERT INTO contact_preferences (shopper_id, zone, lang, per_week, {since}, changed_at)
             VALUES ($1, $2, $3, $4, $5, $5)
             ON CONFLICT (shopper_id) DO UPDATE SET zone = excluded.zone, lang = excluded.lang,
                 {since} = COALESCE(contact_preferences.{since}, excluded.{since}), changed_at = excluded.changed_at"
        ),
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
            channel.slug().into(),
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
    agree(
        &transaction,
        shopper_id,
        Channel::Push,
        &browser.consent,
        now,
    )
    .await?;
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

/// Takes the consents to some ways back, and forgets whom they led to: browsers, mailbox, account.
///
/// # Errors
/// When the database objects.
pub async fn withdraw(
    db: &Db,
    shopper_id: ShopperId,
    channels: &[Channel],
    now: i64,
) -> Result<(), DbErr> {
    let transaction = db.begin().await?;
    for channel in channels {
        end(&transaction, shopper_id, *channel, now).await?;
        let tables: &[&str] = match channel {
            Channel::Push => &["push_subscriptions"],
            Channel::Line => &["contact_lines", "contact_line_codes"],
            Channel::Mail => &["contact_mails"],
        };
        for table in tables {
            execute(
                &transaction,
                &format!("DELETE FROM {table} WHERE shopper_id = $1"),
                [shopper_id.to_string().into()],
            )
            .await?;
        }
    }
    transaction.commit().await
}

/// Ends the consent to a way.
async fn end(
    transaction: &impl ConnectionTrait,
    shopper_id: ShopperId,
    channel: Channel,
    now: i64,
) -> Result<(), DbErr> {
    let id = || Value::from(shopper_id.to_string());
    let since = since(channel);
    // The row first: whoever reserves a message at the same time waits for it and then finds no consent.
    execute(
        transaction,
        &format!(
            "UPDATE contact_preferences SET {since} = NULL, changed_at = $2 WHERE shopper_id = $1"
        ),
        [id(), now.into()],
    )
    .await?;
    execute(
        transaction,
        "UPDATE contact_consents SET withdrawn_at = CASE WHEN agreed_at > $2 THEN agreed_at ELSE $2 END
         WHERE shopper_id = $1 AND channel = $3 AND withdrawn_at IS NULL",
        [id(), now.into(), channel.slug().into()],
    )
    .await?;
    Ok(())
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
