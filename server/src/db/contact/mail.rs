//! Mailboxes: asked about by one message, confirmed by the link in it, and forgotten. Nothing else is sent to one that is not confirmed.

use app::{
    api::contact::{MailAddress, MailState},
    contact::Channel,
    id::ShopperId,
    lang::Lang,
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};

use super::{Consent, agree, end};
use crate::{
    db::{
        Db, corrupt,
        sql::{execute, sql},
    },
    keys::{Keys, same},
    mail::Address,
    random::token_hash,
};

/// How long the link of a question works, milliseconds.
pub const LINK_MS: i64 = 86_400_000;

/// How long it is shown that something came back from an address, milliseconds.
const BOUNCED_MS: i64 = 30 * 86_400_000;

/// A shopper's mailbox, as it is kept.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The address.
    pub address: Address,
    /// When it was told.
    pub asked_at: i64,
    /// To which words the shopper agreed then.
    pub text_version: u16,
    /// When it was confirmed.
    pub confirmed_at: Option<i64>,
    /// When something came back from it.
    pub bounced_at: Option<i64>,
    consent: Consent,
    token_hash: String,
    expires_at: i64,
}

impl Kept {
    /// How it stands.
    #[must_use]
    pub fn stands(&self) -> MailAddress {
        let (state, since) = match (self.bounced_at, self.confirmed_at) {
            (Some(at), _) => (MailState::Bounced, at),
            (None, Some(at)) => (MailState::Confirmed, at),
            (None, None) => (MailState::Unconfirmed, self.asked_at),
        };
        MailAddress {
            address: self.address.text().to_owned(),
            state,
            since,
        }
    }

    /// Whether the link with this secret is the one that was sent, and still works.
    #[must_use]
    pub fn is_asked_by(&self, secret: &str, now: i64) -> bool {
        now < self.expires_at
            && self.bounced_at.is_none()
            && same(token_hash(secret).as_bytes(), self.token_hash.as_bytes())
    }
}

#[derive(FromQueryResult)]
struct Row {
    address: String,
    zone: String,
    lang: String,
    text_version: i32,
    asked_at: i64,
    token_hash: String,
    expires_at: i64,
    confirmed_at: Option<i64>,
    bounced_at: Option<i64>,
}

/// The mailbox of a shopper, if one was told.
///
/// # Errors
/// When the database objects, or the key is not the one that it was wrapped by.
pub async fn of(
    connection: &impl ConnectionTrait,
    keys: &Keys,
    shopper_id: ShopperId,
) -> Result<Option<Kept>, DbErr> {
    let Some(row) = Row::find_by_statement(sql(
        connection,
        "SELECT * FROM contact_mails WHERE shopper_id = $1",
        [shopper_id.to_string().into()],
    ))
    .one(connection)
    .await?
    else {
        return Ok(None);
    };
    let text_version = u16::try_from(row.text_version).map_err(corrupt("version"))?;
    Ok(Some(Kept {
        address: Address::unwrap(keys, &row.address)
            .ok_or_else(|| corrupt("address")("wrapped by another key"))?,
        asked_at: row.asked_at,
        text_version,
        confirmed_at: row.confirmed_at,
        bounced_at: row.bounced_at,
        consent: Consent {
            zone: row.zone.parse().map_err(corrupt("zone"))?,
            lang: Lang::from_tag(&row.lang)
                .ok_or_else(|| corrupt("language")(row.lang.as_str()))?,
            text_version,
        },
        token_hash: row.token_hash,
        expires_at: row.expires_at,
    }))
}

/// Notes an address that is to be confirmed by a link with this secret. One that was there before is no longer written to.
///
/// # Errors
/// When the database objects.
pub async fn ask(
    db: &Db,
    keys: &Keys,
    shopper_id: ShopperId,
    (address, consent): (&Address, &Consent),
    secret: &str,
    now: i64,
) -> Result<(), DbErr> {
    let wrapped = address
        .wrapped(keys)
        .ok_or_else(|| corrupt("address")("not to be wrapped"))?;
    let transaction = db.begin().await?;
    end(&transaction, shopper_id, Channel::Mail, now).await?;
    execute(
        &transaction,
        "INSERT INTO contact_mails (shopper_id, address, address_hash, zone, lang, text_version, asked_at, token_hash, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (shopper_id) DO UPDATE SET address = excluded.address, address_hash = excluded.address_hash, zone = excluded.zone,
             lang = excluded.lang, text_version = excluded.text_version, asked_at = excluded.asked_at, token_hash = excluded.token_hash,
             expires_at = excluded.expires_at, confirmed_at = NULL, bounced_at = NULL",
        [
            shopper_id.to_string().into(),
            wrapped.into(),
            address.hash.as_str().into(),
            consent.zone.name().into(),
            consent.lang.tag().into(),
            i32::from(consent.text_version).into(),
            now.into(),
            token_hash(secret).into(),
            (now + LINK_MS).into(),
        ],
    )
    .await?;
    transaction.commit().await
}

/// Confirms an address by its link; gives whether the link is good. Pressed again it changes nothing.
///
/// The mailbox is then this shopper's alone: another shopper who has the same is the same person with another browser, and nobody is to be written to twice as
/// often for having two.
///
/// # Errors
/// When the database objects.
pub async fn confirm(
    db: &Db,
    keys: &Keys,
    shopper_id: ShopperId,
    secret: &str,
    now: i64,
) -> Result<bool, DbErr> {
    let Some(kept) = of(db.read(), keys, shopper_id).await? else {
        return Ok(false);
    };
    if !kept.is_asked_by(secret, now) {
        return Ok(false);
    }
    let transaction = db.begin().await?;
    // The shopper's row first, as everywhere.
    agree(&transaction, shopper_id, Channel::Mail, &kept.consent, now).await?;
    let first = execute(
        &transaction,
        "UPDATE contact_mails SET confirmed_at = CASE WHEN asked_at > $3 THEN asked_at ELSE $3 END
         WHERE shopper_id = $1 AND token_hash = $2 AND confirmed_at IS NULL AND bounced_at IS NULL",
        [
            shopper_id.to_string().into(),
            kept.token_hash.as_str().into(),
            now.into(),
        ],
    )
    .await?;
    if first == 0 {
        transaction.rollback().await?;
        return Ok(kept.confirmed_at.is_some());
    }
    transaction.commit().await?;
    for other in holders(db.read(), &kept.address.hash).await? {
        if other != shopper_id {
            super::withdraw(db, other, &[Channel::Mail], now).await?;
        }
    }
    Ok(true)
}

/// Who has confirmed this mailbox.
async fn holders(connection: &impl ConnectionTrait, hash: &str) -> Result<Vec<ShopperId>, DbErr> {
    connection
        .query_all_raw(sql(
            connection,
            "SELECT shopper_id FROM contact_mails WHERE address_hash = $1 AND confirmed_at IS NOT NULL ORDER BY shopper_id",
            [hash.into()],
        ))
        .await?
        .iter()
        .map(|row| {
            let id: String = row.try_get("", "shopper_id")?;
            id.parse().map_err(corrupt("shopper id"))
        })
        .collect()
}

/// Whether a shopper is written to where this hash stands for: at the mailbox or the account.
///
/// # Errors
/// When the database objects.
pub async fn is_reached_at(
    connection: &impl ConnectionTrait,
    shopper_id: ShopperId,
    hash: &str,
) -> Result<bool, DbErr> {
    Ok(connection
        .query_one_raw(sql(
            connection,
            "SELECT 1 AS one FROM contact_mails WHERE shopper_id = $1 AND address_hash = $2
             UNION ALL SELECT 1 FROM contact_lines WHERE shopper_id = $1 AND user_hash = $2",
            [shopper_id.to_string().into(), hash.into()],
        ))
        .await?
        .is_some())
}

/// Notes that there is no such mailbox; nothing is sent there any more. Whoever has told another since keeps that.
///
/// # Errors
/// When the database objects.
pub async fn bounced(
    transaction: &impl ConnectionTrait,
    shopper_id: ShopperId,
    hash: &str,
    now: i64,
) -> Result<(), DbErr> {
    let key = || [Value::from(shopper_id.to_string()), hash.into()];
    let is_theirs = transaction
        .query_one_raw(sql(
            transaction,
            "SELECT 1 AS one FROM contact_mails WHERE shopper_id = $1 AND address_hash = $2 AND bounced_at IS NULL",
            key(),
        ))
        .await?
        .is_some();
    if is_theirs {
        end(transaction, shopper_id, Channel::Mail, now).await?;
        execute(
            transaction,
            "UPDATE contact_mails SET bounced_at = CASE WHEN asked_at > $3 THEN asked_at ELSE $3 END
             WHERE shopper_id = $1 AND address_hash = $2 AND bounced_at IS NULL",
            key().into_iter().chain([now.into()]),
        )
        .await?;
    }
    Ok(())
}

/// Forgets addresses that nobody confirmed in time, and, after a month, those from which things came back; gives how many.
///
/// # Errors
/// When the database objects.
pub async fn forget_old(db: &Db, now: i64) -> Result<u64, DbErr> {
    let transaction = db.begin().await?;
    let forgotten = execute(
        &transaction,
        "DELETE FROM contact_mails WHERE (confirmed_at IS NULL AND bounced_at IS NULL AND expires_at <= $1) OR bounced_at <= $2",
        [now.into(), (now - BOUNCED_MS).into()],
    )
    .await?;
    transaction.commit().await?;
    Ok(forgotten)
}
