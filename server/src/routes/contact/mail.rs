//! A shopper's mailbox: told, asked about by one message, and forgotten.

use std::time::Duration;

use app::{
    account,
    api::contact::{ContactSettings, MailInput, MailState},
    contact::Channel,
    id::ShopperId,
    lang::Lang,
    problem::{Problem, ProblemKind},
};
use axum::extract::State;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{consent, settings, withdraw};
use crate::{
    channel::{Lost, Outcome, link},
    db::{
        contact::{mail, settle},
        throttles::{self, Limit},
    },
    error::{ApiError, ApiResult},
    http::{
        authority::Shopper,
        client::ClientIp,
        extract::{Json, Reader},
    },
    mail::Address,
    random,
    state::App,
};

/// Over which time questions add up, milliseconds.
const DAY_MS: i64 = 86_400_000;
/// So many questions a day go to one mailbox, whoever asks for them.
const TO_MAILBOX: i64 = 3;
/// So many a day a shopper may ask for.
const BY_SHOPPER: i64 = 3;
/// So many a day are asked for from one address: many phones of a network have one in common.
const BY_NETWORK: i64 = 200;
/// What is waited before each try to send a question.
const TRIES_S: [u64; 4] = [0, 5, 60, 300];

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(ask, forget))
}

/// Agrees to e-mails, once the link in the one message that goes there now is confirmed. How it stands is the same to see whether or not that message left:
/// three a day go to one mailbox, whoever asks.
#[utoipa::path(put, path = "/api/v1/shopper/contact/mail", tag = "contact", request_body = MailInput,
    responses(
        (status = 200, body = ContactSettings),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    ))]
async fn ask(
    State(app): State<App>,
    who: Shopper,
    Reader(lang): Reader,
    from: ClientIp,
    Json(input): Json<MailInput>,
) -> ApiResult<Json<ContactSettings>> {
    if app.mail.is_none() {
        return Err(ApiError::field(
            "address",
            "このサーバーからメールは送られません。",
            "This server sends no e-mail.",
        ));
    }
    let no = |no: app::lang::Text| ApiError::field("address", no.ja, no.en);
    let text = account::email(&input.address).map_err(no)?;
    let address = Address::new(&app.keys, &text).ok_or_else(|| {
        ApiError::field(
            "address",
            "このアドレスには送れません。ほかのアドレスでお試しください。",
            "Nothing can be sent to this address. Try another.",
        )
    })?;
    let consent = consent(&input.zone, input.text_version, lang)?;
    let (now, shopper_id) = (app.clock.now(), who.shopper_id);
    let kept = mail::of(app.db.read(), &app.keys, shopper_id).await?;
    let is_known =
        kept.is_some_and(|k| k.address == address && k.stands().state == MailState::Confirmed);
    if is_known {
        return Ok(Json(settings(&app, shopper_id, lang).await?));
    }
    let limit = |what: &str, whose: &str, attempts| Limit {
        subject: app.keys.hash(what, whose),
        attempts,
    };
    let theirs = [
        limit("mail by shopper", &shopper_id.to_string(), BY_SHOPPER),
        limit("mail from", &from.network().to_string(), BY_NETWORK),
    ];
    if let Some(seconds) = throttles::attempt_within(&app.db, &theirs, DAY_MS, now).await? {
        return Err(ApiError::with(
            ProblemKind::TooManyRequests,
            move |_, problem| problem.retry_after = Some(seconds),
        ));
    }
    // Not told to whoever asks: it would say that somebody has asked for this mailbox before.
    let mailbox = [limit("mail to", &address.hash, TO_MAILBOX)];
    let may_leave = throttles::attempt_within(&app.db, &mailbox, DAY_MS, now)
        .await?
        .is_none();
    let secret = random::token();
    let told = (&address, &consent);
    mail::ask(&app.db, &app.keys, shopper_id, told, &secret, now).await?;
    if may_leave {
        // Afterwards: how long the relay takes, and what it says, is told to nobody either.
        tokio::spawn(question(app.clone(), shopper_id, address, lang, secret));
    }
    Ok(Json(settings(&app, shopper_id, lang).await?))
}

/// Sends the question, a few times if need be, as long as it is the newest.
async fn question(app: App, shopper_id: ShopperId, address: Address, lang: Lang, secret: String) {
    let Some(mail) = &app.mail else { return };
    let public_url = &app.options.public_url;
    let link = link::confirm(public_url, shopper_id, &secret);
    for wait in TRIES_S {
        if wait > 0 {
            tokio::time::sleep(Duration::from_secs(wait)).await;
            let kept = mail::of(app.db.read(), &app.keys, shopper_id).await;
            let is_newest =
                matches!(&kept, Ok(Some(kept)) if kept.is_asked_by(&secret, app.clock.now()));
            if !is_newest {
                return;
            }
        }
        match mail.send_question(&address, lang, &link, public_url).await {
            Outcome::Later(_) => {}
            Outcome::Gone => {
                let lost = [(shopper_id, Lost::Mail(address.hash.clone()))];
                let noted = settle(&app.db, &[], &[], &lost, app.clock.now()).await;
                if let Err(error) = noted {
                    tracing::error!(cause = %error, "a mailbox that is not there was not noted");
                }
                return;
            }
            Outcome::Taken | Outcome::Refused => return,
        }
    }
}

/// Wants no e-mails any more; the address is forgotten at once.
#[utoipa::path(delete, path = "/api/v1/shopper/contact/mail", tag = "contact",
    responses(
        (status = 200, body = ContactSettings),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    ))]
async fn forget(
    State(app): State<App>,
    who: Shopper,
    Reader(lang): Reader,
) -> ApiResult<Json<ContactSettings>> {
    withdraw(&app, who.shopper_id, &[Channel::Mail], lang).await
}
