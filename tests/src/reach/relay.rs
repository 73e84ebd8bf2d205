//! A mail relay on this machine, which speaks enough SMTP, and what it was given as another library reads it.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use app::{
    api::{
        contact::{ContactSettings, MailInput, MailState},
        path,
    },
    lang::Lang,
};
use mail_parser::{Message, MessageParser};
use reqwest::Method;
use server::mail::Settings;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpListener,
    task::JoinHandle,
};

use super::announcements::Ground;
use crate::harness::{Answer, Client, Shopper, relay_at};

/// What a relay says to a recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// When it hears whom it is to.
    ToRecipient(&'static str),
    /// When it has all of it.
    ToMail(&'static str),
    /// Nothing any more: it hangs up when it has all of it.
    HangsUp,
}

/// A mail as the relay got it.
#[derive(Clone, Debug)]
pub struct Mail {
    pub from: String,
    pub to: String,
    pub raw: Vec<u8>,
}

#[derive(Default)]
struct Kept {
    says: Mutex<HashMap<String, Says>>,
    got: Mutex<Vec<Mail>>,
    /// What it had all of and did not take.
    refused: Mutex<Vec<Mail>>,
    /// Whom it was asked to take something for, whether it did or not.
    asked: Mutex<Vec<String>>,
}

pub struct Relay {
    address: SocketAddr,
    kept: Arc<Kept>,
    task: JoinHandle<()>,
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Relay {
    pub async fn start() -> Result<Self> {
        let kept = Arc::<Kept>::default();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let ours = Arc::clone(&kept);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let kept = Arc::clone(&ours);
                tokio::spawn(async move {
                    let (from, to) = stream.into_split();
                    let _ = talk(BufReader::new(from), to, &kept).await;
                });
            }
        });
        Ok(Self {
            address,
            kept,
            task,
        })
    }

    /// As the server's configuration names it.
    pub fn settings(&self) -> Result<Option<Settings>> {
        relay_at(self.address)
    }

    pub fn says(&self, to: &str, says: Says) {
        let mut all = self
            .kept
            .says
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        all.insert(to.to_owned(), says);
    }

    pub fn takes_all(&self) {
        let mut all = self
            .kept
            .says
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        all.clear();
    }

    /// What it took, in that order.
    pub fn got(&self) -> Vec<Mail> {
        let got = self.kept.got.lock().unwrap_or_else(PoisonError::into_inner);
        got.clone()
    }

    /// What it took for a mailbox.
    pub fn got_for(&self, to: &str) -> Vec<Mail> {
        self.got()
            .into_iter()
            .filter(|mail| mail.to == to)
            .collect()
    }

    pub fn refused(&self) -> Vec<Mail> {
        let refused = self
            .kept
            .refused
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        refused.clone()
    }

    pub fn asked_for(&self, to: &str) -> usize {
        let asked = self
            .kept
            .asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        asked.iter().filter(|one| *one == to).count()
    }

    /// Waits until so many are there for a mailbox: questions leave after the answer does.
    pub async fn waits_for(&self, to: &str, n: usize) -> Result<Vec<Mail>> {
        for _ in 0..500 {
            let got = self.got_for(to);
            if got.len() >= n {
                return Ok(got);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        anyhow::bail!("{} of {n} mails for {to}", self.got_for(to).len())
    }
}

async fn talk(
    mut from: impl AsyncBufReadExt + AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    kept: &Kept,
) -> Result<()> {
    to.write_all(b"220 relay.example ESMTP\r\n").await?;
    let (mut sender, mut recipient) = (String::new(), String::new());
    loop {
        let mut line = String::new();
        if from.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let upper = line.to_ascii_uppercase();
        let inside = |line: &str| {
            let text = line.split_once('<').map_or("", |(_, rest)| rest);
            text.split_once('>').map_or("", |(text, _)| text).to_owned()
        };
        let says = |to: &str| {
            let all = kept.says.lock().unwrap_or_else(PoisonError::into_inner);
            all.get(to).copied()
        };
        let answer = if upper.starts_with("EHLO") {
            "250-relay.example\r\n250 8BITMIME".to_owned()
        } else if upper.starts_with("MAIL FROM:") {
            sender = inside(&line);
            "250 2.1.0 ok".to_owned()
        } else if upper.starts_with("RCPT TO:") {
            recipient = inside(&line);
            let mut asked = kept.asked.lock().unwrap_or_else(PoisonError::into_inner);
            asked.push(recipient.clone());
            match says(&recipient) {
                Some(Says::ToRecipient(no)) => no.to_owned(),
                _ => "250 2.1.5 ok".to_owned(),
            }
        } else if upper.starts_with("DATA") {
            to.write_all(b"354 go on\r\n").await?;
            let mut raw = Vec::new();
            loop {
                let mut line = Vec::new();
                if from.read_until(b'\n', &mut line).await? == 0 {
                    return Ok(());
                }
                if line == b".\r\n" {
                    break;
                }
                raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
            }
            let mail = Mail {
                from: sender.clone(),
                to: recipient.clone(),
                raw,
            };
            let (list, answer) = match says(&recipient) {
                Some(Says::ToMail(no)) => (&kept.refused, Some(no)),
                Some(Says::HangsUp) => (&kept.refused, None),
                _ => (&kept.got, Some("250 2.0.0 taken")),
            };
            list.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(mail);
            match answer {
                Some(answer) => answer.to_owned(),
                None => return Ok(()),
            }
        } else if upper.starts_with("QUIT") {
            to.write_all(b"221 bye\r\n").await?;
            return Ok(());
        } else {
            "250 ok".to_owned()
        };
        to.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
}

impl Mail {
    pub fn read(&self) -> Result<Message<'_>> {
        MessageParser::default().parse(&self.raw).context("no mail")
    }

    /// The header as it stands there, unfolded.
    pub fn header(&self, name: &str) -> Result<String> {
        let text = String::from_utf8(self.raw.clone())?;
        let (head, _) = text.split_once("\r\n\r\n").context("no head")?;
        let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let values: Vec<&str> = head
            .split("\r\n")
            .filter_map(|line| line.split_once(": "))
            .filter(|(one, _)| one.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .collect();
        ensure!(values.len() == 1, "{name}: {values:?}");
        Ok(values[0].to_owned())
    }

    /// The path of the link whose path begins so, as both forms have it.
    pub fn link(&self, begins: &str) -> Result<String> {
        let mail = self.read()?;
        let text = mail.body_text(0).context("a text")?;
        let html = mail.body_html(0).context("a page")?;
        let at = text
            .find(begins)
            .with_context(|| format!("no {begins} in {text}"))?;
        let path: String = text[at..]
            .chars()
            .take_while(|c| !c.is_whitespace())
            .collect();
        ensure!(
            html.contains(&format!("{path}\"")),
            "not in the page: {html}"
        );
        Ok(path)
    }
}

/// What a page tells of an address.
pub fn address(text: &str) -> MailInput {
    MailInput {
        address: text.to_owned(),
        zone: "Asia/Tokyo".to_owned(),
        text_version: 1,
    }
}

pub async fn tells(shopper: &Shopper, text: &str) -> Result<Answer> {
    shopper.client.put(path::CONTACT_MAIL, &address(text)).await
}

/// How the address of somebody stands.
pub async fn stands(shopper: &Shopper) -> Result<Option<MailState>> {
    let settings: ContactSettings = shopper.client.get(path::CONTACT).await?;
    let mail = settings.mail.context("no mail here")?;
    Ok(mail.address.map(|address| address.state))
}

/// Opens a link as somebody without a session, who then presses its button.
pub async fn presses(client: &Client, path: &str) -> Result<Answer> {
    let page = client.send(Method::GET, path, None).await?;
    ensure!(
        page.text().contains("<form method=\"post\"><button>"),
        "{page:?}"
    );
    client
        .send_with(Method::POST, path, |request| {
            request.header("content-type", "application/x-www-form-urlencoded")
        })
        .await
}

impl Ground {
    /// Somebody near with a mailbox that is confirmed, and no browser.
    pub async fn by_mail(&self, relay: &Relay, mailbox: &str) -> Result<Shopper> {
        let shopper = self.shopper_near().await?;
        self.confirms(relay, &shopper, mailbox).await?;
        Ok(shopper)
    }

    pub async fn confirms(&self, relay: &Relay, shopper: &Shopper, mailbox: &str) -> Result<()> {
        let before = relay.got_for(mailbox).len();
        tells(shopper, mailbox).await?.done()?;
        let got = relay.waits_for(mailbox, before + 1).await?;
        let link = got
            .last()
            .context("a question")?
            .link("/contact/confirm/")?;
        presses(&self.server.anonymous()?.reading(Lang::En), &link)
            .await?
            .done()?;
        ensure!(
            stands(shopper).await? == Some(MailState::Confirmed),
            "not confirmed"
        );
        Ok(())
    }
}
