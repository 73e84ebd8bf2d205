//! Browsers as a push service knows them, and a push service: both by other libraries than the server's.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use app::api::{
    contact::{BrowserInput, ContactSettings, PushMessage},
    path,
};
use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::post,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::{
    SecretKey,
    ecdsa::{Signature, VerifyingKey, signature::Verifier},
    elliptic_curve::sec1::ToEncodedPoint,
};
use reqwest::{
    StatusCode,
    header::{HeaderMap, LOCATION, RETRY_AFTER},
};
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinHandle};

use crate::harness::Shopper;

/// What a service answers for a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    Taken,
    Gone,
    NotFound,
    /// Not now: so many seconds.
    Later(u32),
    /// As what is broken or evil might: look elsewhere.
    Elsewhere,
    Broken,
    /// After so many milliseconds.
    Slowly(u64),
}

/// A message as the service got it.
#[derive(Clone, Debug)]
pub struct Got {
    pub browser: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

#[derive(Default)]
struct Kept {
    answers: Mutex<HashMap<String, Answers>>,
    got: Mutex<Vec<Got>>,
    trapped: Mutex<u32>,
}

/// A push service on this machine.
pub struct Service {
    address: SocketAddr,
    kept: Arc<Kept>,
    task: JoinHandle<()>,
}

impl Drop for Service {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Service {
    pub async fn start() -> Result<Self> {
        let kept = Arc::<Kept>::default();
        let router = Router::new()
            .route("/push/{browser}", post(take))
            .route("/elsewhere", post(trap).get(trap))
            .with_state(Arc::clone(&kept));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self {
            address,
            kept,
            task,
        })
    }

    /// As the server's configuration names it.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn answers(&self, browser: &Browser, answers: Answers) {
        let mut all = self
            .kept
            .answers
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        all.insert(browser.name.clone(), answers);
    }

    /// What it got so far, in that order.
    pub fn got(&self) -> Vec<Got> {
        let got = self.kept.got.lock().unwrap_or_else(PoisonError::into_inner);
        got.clone()
    }

    /// How often somebody followed where it pointed.
    pub fn trapped(&self) -> u32 {
        *self
            .kept
            .trapped
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

async fn trap(State(kept): State<Arc<Kept>>) -> StatusCode {
    *kept.trapped.lock().unwrap_or_else(PoisonError::into_inner) += 1;
    StatusCode::CREATED
}

async fn take(
    State(kept): State<Arc<Kept>>,
    Path(browser): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let answers = {
        let all = kept.answers.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(&browser).copied().unwrap_or(Answers::Taken)
    };
    let got = Got {
        browser,
        headers,
        body: body.to_vec(),
    };
    kept.got
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(got);
    match answers {
        Answers::Taken => StatusCode::CREATED.into_response(),
        Answers::Gone => StatusCode::GONE.into_response(),
        Answers::NotFound => StatusCode::NOT_FOUND.into_response(),
        Answers::Broken => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Answers::Later(seconds) => (
            StatusCode::TOO_MANY_REQUESTS,
            [(RETRY_AFTER, seconds.to_string())],
        )
            .into_response(),
        Answers::Elsewhere => {
            (StatusCode::TEMPORARY_REDIRECT, [(LOCATION, "/elsewhere")]).into_response()
        }
        Answers::Slowly(ms) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            StatusCode::CREATED.into_response()
        }
    }
}

/// A shopper's browser.
#[derive(Clone)]
pub struct Browser {
    pub name: String,
    endpoint: String,
    secret: SecretKey,
    auth: [u8; 16],
}

impl Browser {
    /// One that is registered at the service under a name.
    pub fn new(service: &Service, name: &str) -> Result<Self> {
        let (mut bytes, auth) = (server::random::bytes::<32>(), server::random::bytes());
        // A number of 256 bits is a secret key but for one in 2^32.
        bytes[0] = 1;
        Ok(Self {
            name: name.to_owned(),
            endpoint: format!("{}/push/{name}", service.origin()),
            secret: SecretKey::from_slice(&bytes)?,
            auth,
        })
    }

    /// What its page tells.
    pub fn input(&self, settings: &ContactSettings) -> BrowserInput {
        let point = self.secret.public_key().to_encoded_point(false);
        BrowserInput {
            endpoint: self.endpoint.clone(),
            p256dh: URL_SAFE_NO_PAD.encode(point.as_bytes()),
            auth: URL_SAFE_NO_PAD.encode(self.auth),
            push_key: settings.push_key.clone(),
            zone: "Asia/Tokyo".to_owned(),
            text_version: settings.text_version,
        }
    }

    /// Agrees to messages.
    pub async fn subscribe(&self, shopper: &Shopper) -> Result<ContactSettings> {
        let settings: ContactSettings = shopper.client.get(path::CONTACT).await?;
        shopper
            .client
            .put(path::CONTACT_PUSH, &self.input(&settings))
            .await?
            .json()
    }

    /// Reads a message as the browser would; nobody else can.
    pub fn read(&self, got: &Got) -> Result<PushMessage> {
        let header = |name: &str| got.headers.get(name).and_then(|value| value.to_str().ok());
        ensure!(header("content-encoding") == Some("aes128gcm"), "{got:?}");
        let auth = web_push_native::Auth::from(self.auth);
        let plain = web_push_native::decrypt(got.body.clone(), &self.secret, &auth)
            .map_err(|error| anyhow::anyhow!("{error}"))?;
        Ok(serde_json::from_slice(&plain)?)
    }
}

/// Checks who a message says it is from (RFC 8292) and gives what is claimed: as a push service does, by the key that the browser subscribed with.
pub fn claims(got: &Got, push_key: &str) -> Result<Value> {
    let header = got
        .headers
        .get("authorization")
        .context("no authorization")?;
    let rest = header
        .to_str()?
        .strip_prefix("vapid ")
        .context("not vapid")?;
    let (token, key) = rest.split_once(", ").context("two parts")?;
    let token = token.strip_prefix("t=").context("a token")?;
    ensure!(key == format!("k={push_key}"), "another key");
    let (signed, signature) = token.rsplit_once('.').context("a signature")?;
    let point = URL_SAFE_NO_PAD.decode(push_key)?;
    VerifyingKey::from_sec1_bytes(&point)?.verify(
        signed.as_bytes(),
        &Signature::from_slice(&URL_SAFE_NO_PAD.decode(signature)?)?,
    )?;
    let (head, claims) = signed.split_once('.').context("two parts")?;
    let head: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(head)?)?;
    ensure!(head["alg"] == "ES256" && head["typ"] == "JWT", "{head}");
    Ok(serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims)?)?)
}
