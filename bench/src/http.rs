//! As little of HTTP/1.1 as a client needs that asks one thing after the other over one connection. A library would take a good part of
//! the two cores that it shares with the server.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail, ensure};
use serde::{Serialize, de::DeserializeOwned};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A connection that is kept open.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(16 * 1024),
        })
    }

    /// Sends a request as it stands and waits for its answer.
    pub async fn ask(&mut self, request: &[u8]) -> Result<Answer> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let head = loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break end;
            }
            self.more().await?;
        };
        let text =
            String::from_utf8_lossy(self.buffer.get(..head).unwrap_or_default()).into_owned();
        let status = text
            .get(9..12)
            .and_then(|digits| digits.parse().ok())
            .with_context(|| format!("no status: {text}"))?;
        let length = header(&text, "content-length")
            .map(str::parse)
            .transpose()?
            .unwrap_or(0_usize);
        ensure!(
            header(&text, "transfer-encoding").is_none(),
            "an answer in pieces"
        );
        while self.buffer.len() < head + 4 + length {
            self.more().await?;
        }
        Ok(Answer {
            status,
            body: self.buffer.split_off(head + 4),
            head: text,
        })
    }

    async fn more(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            bail!("the server hung up");
        }
        Ok(())
    }
}

impl Answer {
    /// The body of a success.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        let text = || String::from_utf8_lossy(&self.body).into_owned();
        ensure!(
            (200..300).contains(&self.status),
            "{} {}",
            self.status,
            text()
        );
        serde_json::from_slice(&self.body).with_context(text)
    }

    /// The cookie that it sets, as a request sends it back.
    pub fn cookie(&self) -> Result<String> {
        let cookie = header(&self.head, "set-cookie").context("it sets no cookie")?;
        Ok(cookie.split(';').next().unwrap_or_default().to_owned())
    }
}

/// The bytes of a request; `key` is its idempotency key.
pub fn request(
    method: &str,
    path: &str,
    cookie: &str,
    key: Option<&str>,
    body: Option<&impl Serialize>,
) -> Result<Vec<u8>> {
    let body = body.map(serde_json::to_vec).transpose()?;
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: bench\r\naccept-language: en\r\n");
    if !cookie.is_empty() {
        text += &format!("cookie: {cookie}\r\n");
    }
    if let Some(key) = key {
        text += &format!("idempotency-key: {key}\r\n");
    }
    if let Some(body) = &body {
        text += &format!(
            "content-type: application/json\r\ncontent-length: {}\r\n",
            body.len()
        );
    } else if method != "GET" {
        text += "content-length: 0\r\n";
    }
    text += "\r\n";
    let mut bytes = text.into_bytes();
    bytes.extend(body.unwrap_or_default());
    Ok(bytes)
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|part| part == wanted)
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

#[cfg(test)]
mod tests {
    use super::{header, request};

    #[test]
    fn a_request_says_how_long_it_is() -> anyhow::Result<()> {
        let bytes = request("POST", "/a", "c=1", Some("k"), Some(&serde_json::json!({})))?;
        let text = String::from_utf8(bytes)?;
        assert!(text.starts_with("POST /a HTTP/1.1\r\n") && text.ends_with("\r\n\r\n{}"));
        assert_eq!(header(&text, "Content-Length"), Some("2"));
        assert_eq!(header(&text, "idempotency-key"), Some("k"));
        assert_eq!(header(&text, "cookie"), Some("c=1"));
        Ok(())
    }
}
