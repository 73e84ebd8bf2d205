//! Accounts at LINE: linked by a code that is shown to a shopper and typed into the chat, and forgotten when they go.

use app::{contact::Channel, id::ShopperId, lang::Lang};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};

use super::{Consent, agree, end};
use crate::{
    db::{
        Db, corrupt,
        sql::{execute, sql},
    },
    keys::Keys,
    line::User,
};

/// How long a code is taken, milliseconds.
pub const CODE_MS: i64 = 15 * 60_000;
/// How long it is remembered what LINE told, milliseconds: it tells again for a day or so.
const EVENTS_MS: i64 = 7 * 86_400_000;

fn code_hash(keys: &Keys, code: &str) -> String {
    keys.hash("line code", code)
}

/// Notes what somebody agreed to, and the code that they will type. One before it is no longer taken.
///
/// # Errors
/// When the database objects.
pub async fn ask(
    db: &Db,
    keys: &Keys,
    shopper_id: ShopperId,
    consent: &Consent,
    code: &str,
    now: i64,
) -> Result<(), DbErr> {
    let transaction = db.begin().await?;
    execute(
        &transaction,
        "INSERT INTO contact_line_codes (shopper_id, code_hash, zone, lang, text_version, asked_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (shopper_id) DO UPDATE SET code_hash = excluded.code_hash, zone = excluded.zone, lang = excluded.lang,
             text_version = excluded.text_version, asked_at = excluded.asked_at, expires_at = excluded.expires_at",
        [
            shopper_id.to_string().into(),
            code_hash(keys, code).into(),
            consent.zone.name().into(),
            consent.lang.tag().into(),
            i32::from(consent.text_version).into(),
            now.into(),
            (now + CODE_MS).into(),
        ],
    )
    .await?;
    transaction.commit().await
}

/// Links an account to whom a code was shown, and gives their language; `None` where it was shown to nobody, or too long ago. The code is used then, and whoever
/// had the account before has it no longer.
///
/// # Errors
/// When the database objects.
pub async fn link(
    db: &Db,
    keys: &Keys,
    user: &User,
    code: &str,
    now: i64,
) -> Result<Option<Lang>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        shopper_id: String,
        zone: String,
        lang: String,
        text_version: i32,
    }
    let hash = code_hash(keys, code);
    let Some(row) = Row::find_by_statement(sql(
        db.read(),
        "SELECT shopper_id, zone, lang, text_version FROM contact_line_codes WHERE code_hash = $1 AND expires_at > $2",
        [hash.as_str().into(), now.into()],
    ))
    .one(db.read())
    .await?
    else {
        return Ok(None);
    };
    let shopper_id: ShopperId = row.shopper_id.parse().map_err(corrupt("shopper id"))?;
    let lang = Lang::from_tag(&row.lang).ok_or_else(|| corrupt("language")(row.lang.as_str()))?;
    let consent = Consent {
        zone: row.zone.parse().map_err(corrupt("zone"))?,
        lang,
        text_version: u16::try_from(row.text_version).map_err(corrupt("version"))?,
    };
    let wrapped = user
        .wrapped(keys)
        .ok_or_else(|| corrupt("account")("not to be wrapped"))?;
    let transaction = db.begin().await?;
    // The shopper's row first, as everywhere.
    agree(&transaction, shopper_id, Channel::Line, &consent, now).await?;
    let used = execute(
        &transaction,
        "DELETE FROM contact_line_codes WHERE shopper_id = $1 AND code_hash = $2",
        [row.shopper_id.as_str().into(), hash.into()],
    )
    .await?;
    if used == 0 {
        transaction.rollback().await?;
        return Ok(None);
    }
    execute(
        &transaction,
        "INSERT INTO contact_lines (shopper_id, user_id, user_hash, linked_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (shopper_id) DO UPDATE SET user_id = excluded.user_id, user_hash = excluded.user_hash, linked_at = excluded.linked_at",
        [
            row.shopper_id.into(),
            wrapped.into(),
            user.hash.as_str().into(),
            now.into(),
        ],
    )
    .await?;
    transaction.commit().await?;
    unlink_others(db, &user.hash, Some(shopper_id), now).await?;
    Ok(Some(lang))
}

/// Forgets an account at whichever shoppers have it since before `now`, but for one.
async fn unlink_others(db: &Db, hash: &str, but: Option<ShopperId>, now: i64) -> Result<(), DbErr> {
    let rows = db
        .read()
        .query_all_raw(sql(
            db.read(),
            "SELECT shopper_id FROM contact_lines WHERE user_hash = $1 AND linked_at <= $2 ORDER BY shopper_id",
            [hash.into(), now.into()],
        ))
        .await?;
    for row in rows {
        let id: String = row.try_get("", "shopper_id")?;
        let shopper_id: ShopperId = id.parse().map_err(corrupt("shopper id"))?;
        if Some(shopper_id) == but {
            continue;
        }
        let transaction = db.begin().await?;
        unlink(&transaction, shopper_id, hash, now).await?;
        transaction.commit().await?;
    }
    Ok(())
}

/// Somebody is no friend any more, since `at`: who linked the account later is not meant.
///
/// # Errors
/// When the database objects.
pub async fn unfollowed(db: &Db, user: &User, at: i64) -> Result<(), DbErr> {
    unlink_others(db, &user.hash, None, at).await
}

/// Forgets the account of a shopper, if it is still this one.
///
/// # Errors
/// When the database objects.
pub async fn unlink(
    transaction: &impl ConnectionTrait,
    shopper_id: ShopperId,
    hash: &str,
    now: i64,
) -> Result<(), DbErr> {
    let key = || [Value::from(shopper_id.to_string()), hash.into()];
    let is_theirs = transaction
        .query_one_raw(sql(
            transaction,
            "SELECT 1 AS one FROM contact_lines WHERE shopper_id = $1 AND user_hash = $2",
            key(),
        ))
        .await?
        .is_some();
    if is_theirs {
        end(transaction, shopper_id, Channel::Line, now).await?;
        execute(
            transaction,
            "DELETE FROM contact_lines WHERE shopper_id = $1 AND user_hash = $2",
            key(),
        )
        .await?;
    }
    Ok(())
}

/// Forgets codes that are not taken any more; gives how many.
///
/// # Errors
/// When the database objects.
pub async fn forget_old(db: &Db, now: i64) -> Result<u64, DbErr> {
    let transaction = db.begin().await?;
    let codes = execute(
        &transaction,
        "DELETE FROM contact_line_codes WHERE expires_at <= $1",
        [now.into()],
    )
    .await?;
    let events = execute(
        &transaction,
        "DELETE FROM line_events WHERE seen_at < $1",
        [(now - EVENTS_MS).into()],
    )
    .await?;
    transaction.commit().await?;
    Ok(codes + events)
}

/// Whether something that LINE tells was dealt with already.
///
/// # Errors
/// When the database objects.
pub async fn is_known(connection: &impl ConnectionTrait, event_id: &str) -> Result<bool, DbErr> {
    Ok(connection
        .query_one_raw(sql(
            connection,
            "SELECT 1 AS one FROM line_events WHERE event_id = $1",
            [event_id.into()],
        ))
        .await?
        .is_some())
}

/// Notes that it was.
///
/// # Errors
/// When the database objects.
pub async fn know(db: &Db, event_id: &str, now: i64) -> Result<(), DbErr> {
    let transaction = db.begin().await?;
    execute(
        &transaction,
        "INSERT INTO line_events (event_id, seen_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        [event_id.into(), now.into()],
    )
    .await?;
    transaction.commit().await
}
