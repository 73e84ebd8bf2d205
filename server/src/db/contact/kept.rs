//! Everything that is kept of a shopper about messages, for their own eyes.

use app::{
    announcement::Kind,
    api::contact::{ContactKept, KeptConsent, KeptMail, KeptMessage},
    contact::Channel,
    id::ShopperId,
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};

use super::{Ways, mail, muted, preferences};
use crate::db::{corrupt, sql::sql};

/// Everything that is kept of a shopper about messages.
///
/// # Errors
/// When the database objects.
pub async fn kept(
    connection: &impl ConnectionTrait,
    ways: Ways<'_>,
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
        channel: String,
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
        browsers.push(match ways.services.endpoint(&endpoint) {
            Ok(endpoint) => endpoint.origin(),
            Err(_) => String::new(),
        });
    }
    let messages = Message::find_by_statement(sql(
        connection,
        "SELECT retailer_id, reason, channel, located_at, reserved_at, sent_at, shown_at, opened_at FROM contacts
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
            channel: Channel::from_slug(&row.channel)
                .ok_or_else(|| corrupt("channel")(row.channel.as_str()))?,
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
        mail: mail::of(connection, ways.keys, shopper_id)
            .await?
            .map(|kept| KeptMail {
                address: kept.address.text().to_owned(),
                asked_at: kept.asked_at,
                text_version: kept.text_version,
                confirmed_at: kept.confirmed_at,
                bounced_at: kept.bounced_at,
            }),
        line_since: preferences.as_ref().and_then(|p| p.line_since),
        muted: muted(connection, shopper_id).await?,
        messages,
    })
}
