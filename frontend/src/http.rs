//! Requests to the API: JSON both ways, the reader's language, and three kinds of failure.

use app::problem::{Problem, ProblemKind};
use serde::{Serialize, de::DeserializeOwned};
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::{browser::random, json, lang::lang_now};

/// How long an answer may take before the page says that it cannot be reached.
const PATIENCE: Duration = Duration::from_secs(20);
/// The same for an uploaded file: a chain's stores on a slow line.
const PATIENCE_UPLOAD: Duration = Duration::from_secs(180);

/// The header by which the worker (`sw.js`) says that an answer is an earlier one.
const AS_OF: &str = "x-raiten-as-of";

/// Why there is no answer that could be used.
#[derive(Clone, Debug, PartialEq)]
pub enum HttpError {
    /// The server said what is wrong.
    Problem(Box<Problem>),
    /// Nothing came back: no network, or it took too long. The server may have done what was asked.
    Offline,
    /// Something came back that is not the API's: the status.
    Unexpected(u16),
}

impl HttpError {
    /// The kind of problem, where the server said one that we know.
    #[must_use]
    pub fn kind(&self) -> Option<ProblemKind> {
        match self {
            Self::Problem(problem) => problem.known_kind(),
            Self::Offline | Self::Unexpected(_) => None,
        }
    }
}

/// An answer, and for which moment it holds where it could not be asked for anew: the shopper's worker then gives the last one.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept<T> {
    /// The answer.
    pub value: T,
    /// Unix milliseconds by the server's clock; `None`: it was asked for just now.
    pub as_of: Option<i64>,
}

/// What a request carries.
#[derive(Clone, Copy, Debug)]
pub enum Body<'a> {
    /// Nothing.
    None,
    /// JSON, as text.
    Json(&'a str),
    /// Bytes of a media type, as an uploaded file.
    Bytes(&'a [u8], &'a str),
}

/// GET.
///
/// # Errors
/// See [`HttpError`].
pub async fn get<T: DeserializeOwned>(path: &str) -> Result<T, HttpError> {
    decode(send("GET", path, Body::None, None).await?)
}

/// GET of something that may be given as it was last heard.
///
/// # Errors
/// See [`HttpError`].
pub async fn get_kept<T: DeserializeOwned>(path: &str) -> Result<Kept<T>, HttpError> {
    let answer = send("GET", path, Body::None, None).await?;
    let as_of = answer.as_of;
    match decode(answer) {
        Ok(value) => Ok(Kept { value, as_of }),
        // Kept by an earlier version of ours that wrote it in another way: as good as nothing.
        Err(_) if as_of.is_some() => Err(HttpError::Offline),
        Err(error) => Err(error),
    }
}

/// POST of a JSON body, under an idempotency key of its own.
///
/// # Errors
/// See [`HttpError`].
pub async fn post<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Result<T, HttpError> {
    post_under(path, body, &new_key()).await
}

/// The same under a key that was kept: sent again with it, an act happens once and gives the same answer.
///
/// # Errors
/// See [`HttpError`].
pub async fn post_under<T: DeserializeOwned>(
    path: &str,
    body: &impl Serialize,
    key: &str,
) -> Result<T, HttpError> {
    decode(send("POST", path, Body::Json(&encode(body)?), Some(key)).await?)
}

/// POST without a body, under an idempotency key of its own.
///
/// # Errors
/// See [`HttpError`].
pub async fn post_empty<T: DeserializeOwned>(path: &str) -> Result<T, HttpError> {
    post_empty_under(path, &new_key()).await
}

/// The same under a key that was kept.
///
/// # Errors
/// See [`HttpError`].
pub async fn post_empty_under<T: DeserializeOwned>(path: &str, key: &str) -> Result<T, HttpError> {
    decode(send("POST", path, Body::None, Some(key)).await?)
}

/// A new idempotency key. Without a source of randomness there is none, and the server says what is missing.
#[must_use]
pub fn new_key() -> String {
    random::<16>().map_or_else(
        |_| String::new(),
        |bytes| bytes.iter().map(|b| format!("{b:02x}")).collect(),
    )
}

/// POST of bytes as they are.
///
/// # Errors
/// See [`HttpError`].
pub async fn post_bytes<T: DeserializeOwned>(
    path: &str,
    bytes: &[u8],
    media_type: &str,
) -> Result<T, HttpError> {
    decode(send("POST", path, Body::Bytes(bytes, media_type), None).await?)
}

/// PUT of a JSON body.
///
/// # Errors
/// See [`HttpError`].
pub async fn put<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Result<T, HttpError> {
    decode(send("PUT", path, Body::Json(&encode(body)?), None).await?)
}

/// DELETE.
///
/// # Errors
/// See [`HttpError`].
pub async fn delete<T: DeserializeOwned>(path: &str) -> Result<T, HttpError> {
    decode(send("DELETE", path, Body::None, None).await?)
}

fn encode(body: &impl Serialize) -> Result<String, HttpError> {
    serde_json::to_string(body).map_err(|_| HttpError::Unexpected(0))
}

/// What came back.
struct Answer {
    status: u16,
    text: String,
    as_of: Option<i64>,
}

fn decode<T: DeserializeOwned>(answer: Answer) -> Result<T, HttpError> {
    // No content reads as null, so that `()` can be asked for.
    let text = if answer.text.is_empty() {
        "null"
    } else {
        &answer.text
    };
    json::from_str(text).map_err(|_| HttpError::Unexpected(answer.status))
}

/// Not generic, so that it is in the program once.
async fn send(
    method: &str,
    path: &str,
    body: Body<'_>,
    key: Option<&str>,
) -> Result<Answer, HttpError> {
    let answer = fetch(method, path, body, key)
        .await
        .map_err(|_| HttpError::Offline)?;
    if (200..300).contains(&answer.status) {
        return Ok(answer);
    }
    match json::from_str::<Problem>(&answer.text) {
        Ok(problem) => Err(HttpError::Problem(Box::new(problem))),
        Err(_) => Err(HttpError::Unexpected(answer.status)),
    }
}

async fn fetch(
    method: &str,
    path: &str,
    body: Body<'_>,
    key: Option<&str>,
) -> Result<Answer, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let headers = web_sys::Headers::new()?;
    headers.set("Accept", "application/json, application/problem+json")?;
    headers.set("Accept-Language", lang_now().tag())?;
    if let Some(key) = key.filter(|key| !key.is_empty()) {
        headers.set("Idempotency-Key", &format!("\"{key}\""))?;
    }
    let init = web_sys::RequestInit::new();
    init.set_method(method);
    init.set_credentials(web_sys::RequestCredentials::SameOrigin);
    match body {
        Body::None => {}
        Body::Json(text) => {
            headers.set("Content-Type", "application/json")?;
            init.set_body(&JsValue::from_str(text));
        }
        Body::Bytes(bytes, media_type) => {
            headers.set("Content-Type", media_type)?;
            init.set_body(&js_sys::Uint8Array::from(bytes));
        }
    }
    init.set_headers(&headers);
    let abort = web_sys::AbortController::new()?;
    init.set_signal(Some(&abort.signal()));
    let limit = match body {
        Body::Bytes(..) => PATIENCE_UPLOAD,
        Body::None | Body::Json(_) => PATIENCE,
    };
    let patience = leptos::prelude::set_timeout_with_handle(move || abort.abort(), limit)?;

    let answer = async {
        let request = web_sys::Request::new_with_str_and_init(path, &init)?;
        let response: web_sys::Response = JsFuture::from(window.fetch_with_request(&request))
            .await?
            .dyn_into()?;
        let text = JsFuture::from(response.text()?).await?;
        Ok(Answer {
            status: response.status(),
            text: text.as_string().unwrap_or_default(),
            as_of: response
                .headers()
                .get(AS_OF)?
                .and_then(|at| at.parse().ok()),
        })
    }
    .await;
    patience.clear();
    answer
}
