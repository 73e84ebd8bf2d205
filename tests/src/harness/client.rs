//! Somebody with a browser: real HTTP, cookies of their own, a language.

use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use anyhow::{Context, Result, bail, ensure};
use app::{
    lang::Lang,
    problem::{Problem, ProblemKind},
};
use reqwest::{
    Method, StatusCode, Url,
    cookie::{CookieStore, Jar},
    header::HeaderMap,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// Every client has an address of its own (told by `X-Forwarded-For`), so that limits per address never couple two of them.
static NEXT_ADDRESS: AtomicU32 = AtomicU32::new(1);

/// The header that makes an act happen once.
pub const KEY: &str = "idempotency-key";

/// A key that nobody has used.
pub fn new_key() -> String {
    format!("test-{:032x}", rand::random::<u128>())
}

fn next_address() -> Ipv4Addr {
    let n = NEXT_ADDRESS.fetch_add(1, Ordering::Relaxed);
    Ipv4Addr::from(0x0a00_0000 | (n & 0x00ff_ffff))
}

/// One person's browser.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    jar: Arc<Jar>,
    /// Sent instead of the jar's, and never changed by an answer.
    frozen: Option<String>,
    base: Arc<str>,
    lang: Lang,
    /// Told by `X-Forwarded-For`; nothing is told on the machine itself.
    address: Option<Ipv4Addr>,
    /// A system's key, sent as such.
    api_key: Option<String>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Method and path, for messages.
    pub asked: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

/// An answer where another was needed, as an error that still has it.
#[derive(Clone, Debug)]
pub struct Refused(pub Answer);

impl std::fmt::Display for Refused {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(answer) = self;
        write!(to, "{}: {} {}", answer.asked, answer.status, answer.text())
    }
}

impl std::error::Error for Refused {}

impl Client {
    /// A browser without cookies.
    pub fn new(base: &str) -> Result<Self> {
        // An error says that a provider is there already, which is just as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Self {
            http: reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .build()?,
            jar: Arc::default(),
            frozen: None,
            base: base.into(),
            lang: Lang::Ja,
            address: Some(next_address()),
            api_key: None,
        })
    }

    /// Somebody else's browser, without cookies and with an address of its own, over the same connections: making them anew is
    /// what takes time where there are hundreds of people.
    pub fn somebody_else(&self) -> Self {
        Self {
            jar: Arc::default(),
            frozen: None,
            address: Some(next_address()),
            ..self.clone()
        }
    }

    /// The same person (and cookies) reading another language.
    pub fn reading(&self, lang: Lang) -> Self {
        Self {
            lang,
            ..self.clone()
        }
    }

    /// A system of a retailer's, which has a key and no cookies.
    pub fn with_api_key(&self, key: &str) -> Self {
        Self {
            api_key: Some(key.to_owned()),
            frozen: Some(String::new()),
            ..self.somebody_else()
        }
    }

    /// The same person on the server's own machine.
    pub fn local(self) -> Self {
        Self {
            address: None,
            ..self
        }
    }

    /// The same person with the cookies of this moment: what answers set is not kept, so that a logout or a login during a test
    /// of many requests changes nobody.
    pub fn frozen(&self) -> Result<Self> {
        let cookies = self
            .jar
            .cookies(&Url::parse(&self.base)?)
            .map(|value| value.to_str().map(ToOwned::to_owned))
            .transpose()?;
        // What is frozen stays as it is.
        let frozen = self.frozen.clone().or(cookies).unwrap_or_default();
        Ok(Self {
            jar: Arc::default(),
            frozen: Some(frozen),
            ..self.clone()
        })
    }

    /// The same person with cookies that were made without a login.
    pub fn with_cookies(&self, cookies: String) -> Self {
        Self {
            jar: Arc::default(),
            frozen: Some(cookies),
            ..self.clone()
        }
    }

    /// The same person at another server.
    pub fn at(&self, other: &Self) -> Result<Self> {
        Ok(Self {
            base: Arc::clone(&other.base),
            ..self.frozen()?
        })
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self
            .http
            .request(method, format!("{}{path}", self.base))
            .header("accept-language", self.lang.tag());
        let request = match self.address {
            Some(address) => request.header("x-forwarded-for", address.to_string()),
            None => request,
        };
        let request = match &self.api_key {
            Some(key) => request.bearer_auth(key),
            None => request,
        };
        let jar = || {
            let url = Url::parse(&self.base).ok()?;
            Some(self.jar.cookies(&url)?.to_str().ok()?.to_owned())
        };
        match self.frozen.clone().or_else(jar) {
            Some(cookies) if !cookies.is_empty() => request.header("cookie", cookies),
            _ => request,
        }
    }

    /// Keeps the cookies that an answer sets, as a browser does.
    fn remember(&self, headers: &HeaderMap) -> Result<()> {
        if self.frozen.is_none() && headers.contains_key("set-cookie") {
            let mut values = headers.get_all("set-cookie").iter();
            self.jar.set_cookies(&mut values, &Url::parse(&self.base)?);
        }
        Ok(())
    }

    /// Sends what the closure makes of the request; everything else goes through here.
    pub async fn send_with(
        &self,
        method: Method,
        path: &str,
        with: impl FnOnce(reqwest::RequestBuilder) -> reqwest::RequestBuilder,
    ) -> Result<Answer> {
        let asked = format!("{method} {path}");
        let response = with(self.request(method, path))
            .send()
            .await
            .with_context(|| asked.clone())?;
        self.remember(response.headers())?;
        Ok(Answer {
            asked,
            status: response.status(),
            headers: response.headers().clone(),
            body: response.bytes().await?.to_vec(),
        })
    }

    /// With a JSON body, or none; a POST under an idempotency key of its own.
    pub async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Answer> {
        let is_post = method == Method::POST;
        self.send_with(method, path, |request| {
            let request = match body {
                Some(body) => request.json(body),
                None => request,
            };
            if is_post {
                request.header(KEY, new_key())
            } else {
                request
            }
        })
        .await
    }

    /// A POST under a key that the caller keeps.
    pub async fn post_under(&self, path: &str, body: Option<&Value>, key: &str) -> Result<Answer> {
        self.send_with(Method::POST, path, |request| {
            let request = request.header(KEY, format!("\"{key}\""));
            match body {
                Some(body) => request.json(body),
                None => request,
            }
        })
        .await
    }

    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.send(Method::GET, path, None).await?.json()
    }

    pub async fn post(&self, path: &str, body: &impl Serialize) -> Result<Answer> {
        self.send_with(Method::POST, path, |request| {
            request.header(KEY, new_key()).json(body)
        })
        .await
    }

    pub async fn put(&self, path: &str, body: &impl Serialize) -> Result<Answer> {
        self.send_with(Method::PUT, path, |request| request.json(body))
            .await
    }

    /// A POST without a body.
    pub async fn act(&self, path: &str) -> Result<Answer> {
        self.send(Method::POST, path, None).await
    }

    /// A CSV file to an import.
    pub async fn upload(&self, path: &str, csv: impl Into<Vec<u8>>) -> Result<Answer> {
        self.send_with(Method::POST, path, |request| {
            request.header("content-type", "text/csv").body(csv.into())
        })
        .await
    }
}

impl Answer {
    /// The body of a success, or [`Refused`].
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        self.done()?;
        serde_json::from_slice(&self.body)
            .with_context(|| format!("{}: {}", self.asked, self.text()))
    }

    /// A success whose body does not matter.
    pub fn done(&self) -> Result<()> {
        if self.status.is_success() {
            return Ok(());
        }
        Err(Refused(self.clone()).into())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The problem of a refusal, held to what every refusal promises: RFC 9457, a type of ours, the same status twice, a
    /// sentence, the request's id in body and header.
    pub fn problem(&self) -> Result<(ProblemKind, Problem)> {
        let told = || format!("{}: {} {}", self.asked, self.status, self.text());
        ensure!(
            self.header("content-type")
                .is_some_and(|t| t.starts_with("application/problem+json")),
            "not problem details: {}",
            told()
        );
        let problem: Problem = serde_json::from_slice(&self.body).with_context(told)?;
        let Some(kind) = problem.known_kind() else {
            bail!("no type of ours: {}", told());
        };
        ensure!(problem.status == self.status.as_u16(), "{}", told());
        ensure!(kind.status() == problem.status, "{}", told());
        ensure!(
            !problem.title.is_empty() && !problem.detail.is_empty(),
            "{}",
            told()
        );
        ensure!(
            problem
                .request_id
                .as_deref()
                .is_some_and(|id| !id.is_empty())
                && problem.request_id.as_deref() == self.header("x-request-id"),
            "no request id: {} {:?}",
            told(),
            self.headers
        );
        Ok((kind, problem))
    }

    /// The problem, which has to be of this kind.
    pub fn refused(&self, wanted: ProblemKind) -> Result<Problem> {
        let (kind, problem) = self.problem()?;
        ensure!(
            kind == wanted,
            "{}: wanted {wanted:?}, got {kind:?}: {}",
            self.asked,
            self.text()
        );
        Ok(problem)
    }
}
