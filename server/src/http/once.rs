//! What may happen once only: requests that move coupons or money carry an `Idempotency-Key`, after the IETF's draft
//! (draft-ietf-httpapi-idempotency-key-header).
//!
//! A handler that takes [`Once`] cannot be called without a key, and can answer only through [`Keyed::commit`], which writes the key,
//! the fingerprint of what was asked, the answer and the effect in one transaction. So the same key gives the same answer, byte by
//! byte, whatever happened to the first one on its way.
//!
//! Definite refusals (409, 410, 422) are kept as well: what was refused under a key will not be done under it later. Faults are not
//! kept, and neither is what was refused before anything was looked at (400, 401, 404, 413, 415, 429).

use std::{
    collections::{BTreeMap, HashSet},
    ops::Deref,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use app::{
    id::RetailerId,
    lang::{Lang, Text},
    problem::ProblemKind,
};
use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, MatchedPath, Request},
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, StatusCode, header};
use sea_orm::DbErr;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{origin::seen, problem::lang_of};
use crate::{
    db::{
        Transaction,
        audit::{self, Record, Seen},
        idempotency::{self, Answer, Slot, Used},
        is_unique_violation,
    },
    error::{ApiError, ApiResult},
    state::App,
};

/// The header.
pub const HEADER: &str = "idempotency-key";
/// The least and most characters of a key.
const LENGTH: std::ops::RangeInclusive<usize> = 8..=128;

/// A body that comes with an idempotency key.
#[derive(Debug)]
pub struct Once<T> {
    /// The body.
    pub body: T,
    /// The key.
    pub key: Key,
}

/// No body, or one that does not matter.
#[derive(Clone, Copy, Debug)]
pub struct Nothing;

impl<S: Sync> FromRequest<S> for Nothing {
    type Rejection = ApiError;

    async fn from_request(_: Request, _: &S) -> ApiResult<Self> {
        Ok(Self)
    }
}

/// A key with what was asked under it. It is used or it is dropped: there are no two answers to one request.
#[derive(Debug)]
pub struct Key {
    key: String,
    route: String,
    fingerprint: String,
    lang: Lang,
    seen: Seen,
}

impl<T> FromRequest<App> for Once<T>
where
    T: FromRequest<App, Rejection = ApiError>,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> ApiResult<Self> {
        let (parts, body) = request.into_parts();
        let key = read_key(&parts.headers)?;
        let route = parts
            .extensions
            .get::<MatchedPath>()
            .map_or_else(|| parts.uri.path(), MatchedPath::as_str);
        let route = format!("{} {route}", parts.method);
        let bytes = Bytes::from_request(Request::from_parts(parts.clone(), body), app)
            .await
            .map_err(|rejection| match rejection.status() {
                StatusCode::PAYLOAD_TOO_LARGE => ApiError::new(ProblemKind::TooLarge),
                _ => ApiError::new(ProblemKind::MalformedRequest),
            })?;
        let key = Key {
            key,
            route,
            fingerprint: fingerprint(&parts.uri, &bytes),
            lang: lang_of(&parts.headers),
            seen: seen(&parts, app),
        };
        let body = T::from_request(Request::from_parts(parts, Body::from(bytes)), app).await?;
        Ok(Self { body, key })
    }
}

/// What was asked: the path with its ids, and the body as it came.
fn fingerprint(uri: &http::Uri, body: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(uri.path_and_query().map_or("", |p| p.as_str()));
    hash.update([0]);
    hash.update(body);
    hex::encode(hash.finalize())
}

/// The key of the header: a quoted string as the draft has it, or the same without quotes, as many clients send it.
fn read_key(headers: &http::HeaderMap) -> ApiResult<String> {
    let mut values = headers.get_all(HEADER).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(missing());
    };
    let text = value.to_str().map_err(|_| missing())?.trim();
    let key = text
        .strip_prefix('"')
        .map_or(Some(text), |rest| rest.strip_suffix('"'))
        .ok_or_else(missing)?;
    let is_good = LENGTH.contains(&key.len())
        && key
            .bytes()
            .all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\');
    if is_good {
        Ok(key.to_owned())
    } else {
        Err(missing())
    }
}

fn missing() -> ApiError {
    ProblemKind::IdempotencyKeyMissing.into()
}

/// Keys that this server is working on.
#[derive(Clone, Debug, Default)]
pub struct InFlight(Arc<Mutex<HashSet<Slot>>>);

impl InFlight {
    fn enter(&self, slot: &Slot) -> Option<Leave> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slots.insert(slot.clone()).then(|| Leave {
            of: self.clone(),
            slot: slot.clone(),
        })
    }
}

/// Takes a key off the list again, also where the client hung up in the middle.
#[derive(Debug)]
struct Leave {
    of: InFlight,
    slot: Slot,
}

impl Drop for Leave {
    fn drop(&mut self) {
        let mut slots = self.of.0.lock().unwrap_or_else(PoisonError::into_inner);
        slots.remove(&self.slot);
    }
}

/// Why a handler goes no further.
#[derive(Debug)]
pub enum Stop {
    /// It says no.
    Refused(ApiError),
    /// The key was used before: this is the answer.
    Answered(Answer),
}

impl<E: Into<ApiError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Refused(error.into())
    }
}

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(error) => error.into_response(),
            Self::Answered(answer) => response(answer),
        }
    }
}

/// An answer that was written with its key. Only [`Keyed::commit`] makes one.
#[derive(Debug)]
pub struct Given(Answer);

/// A key in use: what is done under it is done once.
pub struct Attempt<'a> {
    app: &'a App,
    slot: Slot,
    key: Key,
    _leave: Leave,
}

impl Key {
    /// Uses the key for a retailer's coupons or money, by a shopper or login.
    ///
    /// # Errors
    /// The answer that was given under it before; `idempotency-key-reused` where something else was asked then;
    /// `idempotency-key-in-flight` while the first one is at work.
    pub async fn by(
        self,
        app: &App,
        retailer_id: RetailerId,
        actor: impl ToString,
    ) -> Result<Attempt<'_>, Stop> {
        let slot = Slot {
            retailer_id,
            actor: actor.to_string(),
            route: self.route.clone(),
            key: self.key.clone(),
        };
        let leave = app.in_flight.enter(&slot).ok_or_else(in_flight)?;
        if let Some(used) = idempotency::find(app.db.read(), &slot).await? {
            return Err(self.again(used));
        }
        Ok(Attempt {
            app,
            slot,
            key: self,
            _leave: leave,
        })
    }

    fn again(&self, used: Used) -> Stop {
        if used.fingerprint != self.fingerprint && !planted!("fingerprint_ignored") {
            return ApiError::new(ProblemKind::IdempotencyKeyReused).into();
        }
        match used.answer {
            Some(answer) => Stop::Answered(answer),
            None => ApiError::with(ProblemKind::IdempotencyKeyReused, |lang, problem| {
                const FORGOTTEN: Text = Text::new(
                    "このキーは以前に使われ、そのときの回答はもう保存されていません。今回は何も行われていません。",
                    "This key was used before, and its answer is no longer kept. Nothing was done now.",
                );
                FORGOTTEN.get(lang).clone_into(&mut problem.detail);
            })
            .into(),
        }
    }
}

fn in_flight() -> Stop {
    ApiError::with(ProblemKind::IdempotencyKeyInFlight, |_, problem| {
        problem.retry_after = Some(1);
    })
    .into()
}

impl<'a> Attempt<'a> {
    /// Begins a transaction in which nobody else uses the key.
    ///
    /// # Errors
    /// As [`Key::by`].
    pub async fn begin(&self) -> Result<Keyed<'_, 'a>, Stop> {
        let transaction = self.app.db.begin().await?;
        if !idempotency::hold(&transaction, &self.slot).await? {
            transaction.rollback().await?;
            return Err(in_flight());
        }
        if let Some(used) = idempotency::find(&transaction, &self.slot).await? {
            transaction.rollback().await?;
            return Err(self.key.again(used));
        }
        Ok(Keyed {
            transaction,
            attempt: self,
        })
    }

    /// The response of a handler: what was given, or the refusal, which is kept where it is definite.
    ///
    /// # Errors
    /// What is not kept.
    pub async fn close(self, outcome: Result<Given, Stop>) -> Result<Response, Stop> {
        match outcome {
            Ok(Given(answer)) => Ok(response(answer)),
            Err(Stop::Refused(error))
                if is_definite(error.kind) && !planted!("refusal_not_kept") =>
            {
                let answer = self.refusal(&error)?;
                let kept = self.begin().await?.write(None, answer).await?;
                let Given(answer) =
                    kept.ok_or_else(|| ApiError::internal(DbErr::RecordNotUpdated))?;
                Ok(response(answer))
            }
            Err(stop) => Err(stop),
        }
    }

    fn refusal(&self, error: &ApiError) -> Result<Answer, Stop> {
        let mut problem = error.problem(self.key.lang);
        problem.request_id.clone_from(&self.key.seen.request_id);
        let mut headers = BTreeMap::from([
            (
                header::CONTENT_TYPE.to_string(),
                "application/problem+json".to_owned(),
            ),
            (
                header::CONTENT_LANGUAGE.to_string(),
                self.key.lang.tag().to_owned(),
            ),
        ]);
        if let Some(seconds) = problem.retry_after {
            headers.insert(header::RETRY_AFTER.to_string(), seconds.to_string());
        }
        Ok(Answer {
            status: problem.status,
            headers,
            body: as_json(&problem)?,
        })
    }
}

/// A refusal that says: this was not done, and under this key it will not be.
const fn is_definite(kind: ProblemKind) -> bool {
    !matches!(
        kind,
        ProblemKind::IdempotencyKeyInFlight | ProblemKind::IdempotencyKeyReused
    ) && matches!(kind.status(), 409 | 410 | 422)
}

fn as_json(value: &impl Serialize) -> Result<String, Stop> {
    serde_json::to_string(value).map_err(|error| ApiError::internal(error).into())
}

fn response(answer: Answer) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    // We wrote it, so it is one; the other is never seen.
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (
            HeaderName::try_from(name.as_str()),
            HeaderValue::try_from(value.as_str()),
        ) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// Something that came about.
#[derive(Debug)]
pub struct Effect {
    /// The id of what there is now and was not before.
    pub id: Option<String>,
    /// What the audit log says of it.
    pub record: Record,
}

/// A transaction under a key. It reads and writes as any other, and ends by [`Keyed::commit`] with an answer, or by
/// [`Keyed::rollback`]; dropped, it is rolled back.
pub struct Keyed<'k, 'a> {
    transaction: Transaction,
    attempt: &'k Attempt<'a>,
}

impl Deref for Keyed<'_, '_> {
    type Target = Transaction;

    fn deref(&self) -> &Transaction {
        &self.transaction
    }
}

impl Keyed<'_, '_> {
    /// Commits what was done together with its answer and its entry in the audit log: there is no effect without one.
    ///
    /// # Errors
    /// The answer that was given under the key meanwhile; a fault otherwise, and nothing is known of the effect then but what the
    /// same key tells later.
    pub async fn commit(
        self,
        effect: Option<Effect>,
        status: StatusCode,
        body: &impl Serialize,
    ) -> Result<Given, Stop> {
        let given = self.commit_if_possible(effect, status, body).await?;
        given.ok_or_else(|| ApiError::internal(DbErr::RecordNotUpdated).into())
    }

    /// The same. `None`: what was put off to the end cannot be done (the last piece or yen went to somebody else), and nothing was.
    ///
    /// # Errors
    /// As [`Keyed::commit`].
    pub async fn commit_if_possible(
        self,
        effect: Option<Effect>,
        status: StatusCode,
        body: &impl Serialize,
    ) -> Result<Option<Given>, Stop> {
        let answer = Answer {
            status: status.as_u16(),
            headers: BTreeMap::from([(
                header::CONTENT_TYPE.to_string(),
                "application/json".to_owned(),
            )]),
            body: as_json(body)?,
        };
        self.write(effect, answer).await
    }

    async fn write(
        mut self,
        effect: Option<Effect>,
        answer: Answer,
    ) -> Result<Option<Given>, Stop> {
        let Attempt { app, slot, key, .. } = self.attempt;
        let now = app.clock.now();
        if let Some(effect) = &effect
            && !planted!("effect_without_audit_entry")
        {
            audit::enter(&self.transaction, &effect.record, &key.seen, now).await?;
        }
        let effect = effect.and_then(|effect| effect.id);
        if planted!("key_in_another_transaction") {
            self.transaction.commit().await?;
            tokio::time::sleep(Duration::from_millis(30)).await;
            self.transaction = app.db.begin().await?;
        }
        let kept = idempotency::keep(
            &self.transaction,
            slot,
            &key.fingerprint,
            effect,
            &answer,
            now,
        )
        .await;
        if let Err(error) = kept {
            self.transaction.rollback().await?;
            if is_unique_violation(&error)
                && let Some(used) = idempotency::find(app.db.read(), slot).await?
            {
                return Err(key.again(used));
            }
            return Err(error.into());
        }
        if planted!("answered_before_commit") {
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(30)).await;
                self.transaction.commit().await
            });
            return Ok(Some(Given(answer)));
        }
        match self.transaction.commit().await {
            Ok(()) => Ok(Some(Given(answer))),
            Err(DbErr::RecordNotUpdated) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Nothing happened.
    ///
    /// # Errors
    /// When the database objects.
    pub async fn rollback(self) -> Result<(), DbErr> {
        self.transaction.rollback().await
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::{HEADER, InFlight, Slot, fingerprint, read_key};

    fn header(values: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(HEADER, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn keys_are_read_with_and_without_quotes() {
        for value in [
            "\"8e03978e-40d5-43dd-bc93-6894a57f9324\"",
            "8e03978e-40d5-43dd-bc93-6894a57f9324",
            " 8e03978e-40d5-43dd-bc93-6894a57f9324 ",
        ] {
            assert_eq!(
                read_key(&header(&[value])).ok().as_deref(),
                Some("8e03978e-40d5-43dd-bc93-6894a57f9324")
            );
        }
        for bad in [
            "",
            "\"\"",
            "short",
            "\"half-quoted",
            "has blank in it",
            "with\\backslash",
        ] {
            assert!(read_key(&header(&[bad])).is_err(), "{bad}");
        }
        assert!(read_key(&HeaderMap::new()).is_err());
        assert!(read_key(&header(&["12345678", "12345678"])).is_err());
    }

    #[test]
    fn a_fingerprint_is_of_path_and_body() -> Result<(), http::uri::InvalidUri> {
        let of = |uri: &str, body: &str| -> Result<String, http::uri::InvalidUri> {
            Ok(fingerprint(&uri.parse()?, body.as_bytes()))
        };
        assert_eq!(of("/a", "{}")?, of("/a", "{}")?);
        assert_ne!(of("/a", "{}")?, of("/b", "{}")?);
        assert_ne!(of("/a", "{}")?, of("/a", "{ }")?);
        assert_ne!(of("/a", "b")?, of("/ab", "")?);
        Ok(())
    }

    #[test]
    fn a_key_is_in_flight_until_its_attempt_is_dropped() {
        let all = InFlight::default();
        let slot = Slot {
            retailer_id: app::id::RetailerId::new(0, [1; 10]),
            actor: "a".to_owned(),
            route: "POST /".to_owned(),
            key: "12345678".to_owned(),
        };
        let first = all.enter(&slot);
        assert!(first.is_some() && all.enter(&slot).is_none());
        drop(first);
        assert!(all.enter(&slot).is_some());
    }
}
