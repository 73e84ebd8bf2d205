//! Being written to: a shopper allows it, says how often and of whom, ends it by one tap, and their browser tells what became of a message.

mod line;
mod links;
mod mail;

use std::collections::{HashMap, hash_map::Entry};

use app::{
    api::contact::{
        BrowserInput, Contact, ContactChoice, ContactEvent, ContactEventRequest, ContactSettings,
        LineSettings, MailSettings, NamedRetailer,
    },
    contact::{CONSENT_TEXT, Channel, PerWeek},
    id::{ContactId, RetailerId, ShopperId},
    lang::Lang,
    problem::{Problem, ProblemKind},
};
use axum::extract::State;
use chrono_tz::Tz;
use http::StatusCode;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    db::{contact, retailers},
    error::{ApiError, ApiResult},
    http::{
        authority::Shopper,
        extract::{Json, Path, Reader},
    },
    push::{BrowserKeys, Subscription},
    state::App,
};

/// So many of the last messages are shown.
const SHOWN: u32 = 20;

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read, choose, stop))
        .routes(routes!(subscribe, unsubscribe))
        .merge(mail::routes())
        .merge(line::routes())
        .merge(links::routes())
        .routes(routes!(mute, unmute))
        .routes(routes!(note))
}

/// How the shopper is written to, and what they were sent and why.
#[utoipa::path(get, path = "/api/v1/shopper/contact", tag = "contact",
    responses(
        (status = 200, body = ContactSettings),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    ))]
async fn read(
    State(app): State<App>,
    who: Shopper,
    Reader(lang): Reader,
) -> ApiResult<Json<ContactSettings>> {
    Ok(Json(settings(&app, who.shopper_id, lang).await?))
}

async fn settings(app: &App, shopper_id: ShopperId, lang: Lang) -> ApiResult<ContactSettings> {
    let db = app.db.read();
    let newest = newest_key(app).await?;
    let preferences = contact::preferences(db, shopper_id).await?;
    let muted = contact::muted(db, shopper_id).await?;
    let sent = contact::sent(db, shopper_id, SHOWN).await?;
    let mut names = HashMap::new();
    for retailer_id in muted
        .iter()
        .copied()
        .chain(sent.iter().map(|s| s.retailer_id))
    {
        if let Entry::Vacant(missing) = names.entry(retailer_id) {
            let found = retailers::names(db, retailer_id).await?;
            missing.insert(found.map(|n| n.get(lang).to_owned()).unwrap_or_default());
        }
    }
    let named = |retailer_id| NamedRetailer {
        retailer_id,
        name: names.get(&retailer_id).cloned().unwrap_or_default(),
    };
    let contacts = sent.iter().map(|sent| Contact {
        contact_id: sent.contact_id,
        retailer: named(sent.retailer_id),
        reason: sent.reason,
        channel: sent.channel,
        located_at: sent.located_at,
        sent_at: sent.sent_at,
        opened_at: sent.opened_at,
    });
    let mail = match &app.mail {
        Some(_) => {
            let kept = contact::mail::of(db, &app.keys, shopper_id).await?;
            Some(MailSettings {
                address: kept.map(|kept| kept.stands()),
            })
        }
        None => None,
    };
    let line = app.line.as_ref().map(|line| LineSettings {
        since: preferences.as_ref().and_then(|p| p.line_since),
        friend_url: line.settings.friend_url.clone(),
    });
    Ok(ContactSettings {
        mail,
        line,
        push_since: preferences.as_ref().and_then(|p| p.push_since),
        browsers: contact::browsers(db, shopper_id).await?,
        push_key: newest.1,
        text_version: CONSENT_TEXT,
        per_week: preferences.as_ref().map_or(PerWeek::MOST, |p| p.per_week),
        birth_month: preferences.as_ref().and_then(|p| p.birth_month),
        contacts: contacts.collect(),
        muted: muted.into_iter().map(named).collect(),
    })
}

async fn newest_key(app: &App) -> ApiResult<(i32, String)> {
    let keys = app.push.keys(&app.db, &app.keys, app.clock.now()).await;
    let keys = keys.map_err(ApiError::internal)?;
    let newest = keys.last().ok_or(ProblemKind::Internal)?;
    Ok((newest.number(), newest.public().to_owned()))
}

/// Says how many messages a week are wanted at most, and the month of birth.
#[utoipa::path(put, path = "/api/v1/shopper/contact", tag = "contact", request_body = ContactChoice,
    responses(
        (status = 200, body = ContactSettings),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    ))]
async fn choose(
    State(app): State<App>,
    who: Shopper,
    Reader(lang): Reader,
    Json(choice): Json<ContactChoice>,
) -> ApiResult<Json<ContactSettings>> {
    if choice
        .birth_month
        .is_some_and(|month| !(1..=12).contains(&month))
    {
        return Err(ApiError::field(
            "birth_month",
            "月は 1〜12 で選んでください。",
            "Choose a month from 1 to 12.",
        ));
    }
    let chosen = (choice.per_week, choice.birth_month);
    contact::choose(&app.db, who.shopper_id, chosen, lang, app.clock.now()).await?;
    Ok(Json(settings(&app, who.shopper_id, lang).await?))
}

/// Agrees to messages to this browser. Its address must be at a push service that is known here: anything else is refused.
#[utoipa::path(put, path = "/api/v1/shopper/contact/push", tag = "contact", request_body = BrowserInput,
    responses(
        (status = 200, body = ContactSettings),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    ))]
async fn subscribe(
    State(app): State<App>,
    who: Shopper,
    Reader(lang): Reader,
    Json(input): Json<BrowserInput>,
) -> ApiResult<Json<ContactSettings>> {
    let endpoint = app.push.services.endpoint(&input.endpoint).map_err(|_| {
        ApiError::field(
            "endpoint",
            "このブラウザの通知サービスには対応していません。Chrome、Safari、Firefox、Edge でお試しください。",
            "This browser’s push service is not one we send to. Try Chrome, Safari, Firefox or Edge.",
        )
    })?;
    let keys = BrowserKeys::read(&input.p256dh, &input.auth).ok_or_else(|| again("p256dh"))?;
    let now = app.clock.now();
    let ours = app.push.keys(&app.db, &app.keys, now).await;
    let ours = ours.map_err(ApiError::internal)?;
    let vapid_key = ours
        .iter()
        .find(|key| key.public() == input.push_key.trim_end_matches('='))
        .map(|key| key.number())
        .ok_or_else(|| again("push_key"))?;
    let consent = consent(&input.zone, input.text_version, lang)?;
    let browser = contact::Browser {
        subscription: Subscription {
            endpoint,
            keys,
            vapid_key,
        },
        consent,
    };
    contact::subscribe(&app.db, who.shopper_id, &browser, now).await?;
    Ok(Json(settings(&app, who.shopper_id, lang).await?))
}

/// What somebody agrees to, as their page says it.
fn consent(zone: &str, text_version: u16, lang: Lang) -> ApiResult<contact::Consent> {
    let zone: Tz = zone.parse().map_err(|_| again("zone"))?;
    if text_version == 0 || text_version > CONSENT_TEXT {
        return Err(again("text_version"));
    }
    Ok(contact::Consent {
        zone,
        lang,
        text_version,
    })
}

fn again(field: &str) -> ApiError {
    ApiError::field(
        field,
        "このブラウザの登録を確かめられません。ページを読み込み直して、もう一度お試しください。",
        "This browser’s registration cannot be checked. Reload the page and try again.",
    )
}

/// Wants no messages any more, by no way: browsers, mailbox and account are forgotten at once. What the button on a message does.
#[utoipa::path(delete, path = "/api/v1/shopper/contact", tag = "contact",
    responses(
        (status = 200, body = ContactSettings),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    ))]
async fn stop(
    State(app): State<App>,
    who: Shopper,
    Reader(lang): Reader,
) -> ApiResult<Json<ContactSettings>> {
    withdraw(&app, who.shopper_id, &Channel::ALL, lang).await
}

async fn withdraw(
    app: &App,
    shopper_id: ShopperId,
    channels: &[Channel],
    lang: Lang,
) -> ApiResult<Json<ContactSettings>> {
    contact::withdraw(&app.db, shopper_id, channels, app.clock.now()).await?;
    Ok(Json(settings(app, shopper_id, lang).await?))
}

/// Wants no messages any more, to no browser. They are forgotten at once.
#[utoipa::path(delete, path = "/api/v1/shopper/contact/push", tag = "contact",
    responses(
        (status = 200, body = ContactSettings),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    ))]
async fn unsubscribe(
    State(app): State<App>,
    who: Shopper,
    Reader(lang): Reader,
) -> ApiResult<Json<ContactSettings>> {
    withdraw(&app, who.shopper_id, &[Channel::Push], lang).await
}

/// Wants to hear nothing of a retailer.
#[utoipa::path(put, path = "/api/v1/shopper/contact/muted/{retailer_id}", tag = "contact",
    params(("retailer_id" = RetailerId, Path, description = "The retailer.")),
    responses(
        (status = 204, description = "Nothing of it is sent any more"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
async fn mute(
    State(app): State<App>,
    who: Shopper,
    Path(retailer_id): Path<RetailerId>,
) -> ApiResult<StatusCode> {
    retailers::names(app.db.read(), retailer_id)
        .await?
        .ok_or(ProblemKind::NotFound)?;
    let now = app.clock.now();
    contact::mute(&app.db, who.shopper_id, retailer_id, true, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Wants to hear of a retailer again.
#[utoipa::path(delete, path = "/api/v1/shopper/contact/muted/{retailer_id}", tag = "contact",
    params(("retailer_id" = RetailerId, Path, description = "The retailer.")),
    responses(
        (status = 204, description = "It may be heard of again"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    ))]
async fn unmute(
    State(app): State<App>,
    who: Shopper,
    Path(retailer_id): Path<RetailerId>,
) -> ApiResult<StatusCode> {
    let now = app.clock.now();
    contact::mute(&app.db, who.shopper_id, retailer_id, false, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tells that a message stood on the screen, or was opened.
#[utoipa::path(post, path = "/api/v1/shopper/contacts/{contact_id}", tag = "contact", request_body = ContactEventRequest,
    params(("contact_id" = ContactId, Path, description = "The message.")),
    responses(
        (status = 204, description = "It is noted; the first time counts"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
async fn note(
    State(app): State<App>,
    who: Shopper,
    Path(contact_id): Path<ContactId>,
    Json(request): Json<ContactEventRequest>,
) -> ApiResult<StatusCode> {
    let opened = request.event == ContactEvent::Opened;
    let now = app.clock.now();
    if contact::note(&app.db, who.shopper_id, contact_id, opened, now).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ProblemKind::NotFound.into())
    }
}
