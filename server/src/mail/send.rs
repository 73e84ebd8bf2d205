//! Sends a mail to the relay (RFC 5321), and says what its answer means.

use std::{
    error::Error as _,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use app::lang::Lang;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    transport::smtp::{
        authentication::Credentials,
        client::{Tls as SmtpTls, TlsParameters},
        response::Response,
    },
};
use secrecy::ExposeSecret;
use tokio::{sync::Semaphore, time::Instant};

use super::{Address, Settings, compose, settings::Tls};
use crate::channel::{Letter, Outcome, link::Links};

/// How long a relay may take for all of a mail; many look at it before they answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long it may take to be connected.
const CONNECT: Duration = Duration::from_secs(10);
/// How long to let a relay be that does not want any mail now, or does not answer.
const PAUSE: Duration = Duration::from_secs(60);
/// So many connections at once. Each carries one mail: one that is given up in the middle must never be used for the next.
const AT_ONCE: usize = 8;

/// Sends mails. Cheap to clone; the clones share pace and connections.
#[derive(Clone)]
pub struct Mail {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    settings: Arc<Settings>,
    connections: Arc<Semaphore>,
    /// When the next may leave.
    next: Arc<Mutex<Instant>>,
    gap: Duration,
}

impl Mail {
    /// With a relay.
    ///
    /// # Errors
    /// When its name is none that a certificate could have.
    pub fn new(settings: Settings) -> Result<Self, lettre::transport::smtp::Error> {
        // An error says that a provider is there already, which is just as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let tls = || TlsParameters::new(settings.host.clone());
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .timeout(Some(CONNECT))
            .tls(match settings.tls {
                Tls::Wrapped => SmtpTls::Wrapper(tls()?),
                Tls::Start => SmtpTls::Required(tls()?),
                Tls::None => SmtpTls::None,
            });
        if let Some((user, password)) = &settings.login {
            let password = password.expose_secret().to_owned();
            builder = builder.credentials(Credentials::new(user.clone(), password));
        }
        Ok(Self {
            transport: builder.build(),
            connections: Arc::new(Semaphore::new(AT_ONCE)),
            next: Arc::new(Mutex::new(Instant::now())),
            gap: Duration::from_secs(1) / settings.per_second.max(1),
            settings: Arc::new(settings),
        })
    }

    /// Sends a letter, unless it is recalled before its turn comes.
    pub(crate) async fn send_letter(
        &self,
        to: &Address,
        letter: &Letter,
        links: &Links,
        recalled: &AtomicBool,
    ) -> Outcome {
        match compose::letter(&self.settings, to, letter, links) {
            Ok(message) => self.send(message, recalled).await,
            Err(error) => {
                tracing::error!(cause = %error, "a mail cannot be written");
                Outcome::Refused
            }
        }
    }

    /// Asks whoever has a mailbox whether it is theirs, by a link.
    pub(crate) async fn send_question(
        &self,
        to: &Address,
        lang: Lang,
        link: &str,
        public_url: &str,
    ) -> Outcome {
        match compose::question(&self.settings, to, lang, link, public_url) {
            Ok(message) => self.send(message, &AtomicBool::new(false)).await,
            Err(error) => {
                tracing::error!(cause = %error, "a mail cannot be written");
                Outcome::Refused
            }
        }
    }

    async fn send(&self, message: Message, recalled: &AtomicBool) -> Outcome {
        let outcome = self.in_turn(message, recalled).await;
        metrics::counter!("raiten_mails", "outcome" => outcome.name()).increment(1);
        outcome
    }

    async fn in_turn(&self, message: Message, recalled: &AtomicBool) -> Outcome {
        if let Err(wait) = self.turn().await {
            return Outcome::Later(wait);
        }
        // Never closed.
        let Ok(_connection) = self.connections.acquire().await else {
            return Outcome::Later(PAUSE);
        };
        if recalled.load(Ordering::Relaxed) {
            return Outcome::Later(Duration::ZERO);
        }
        let sent = tokio::time::timeout(PATIENCE, self.transport.send(message)).await;
        let (outcome, relay_is_away) = match sent {
            Ok(answer) => outcome_of(&answer),
            Err(_) => (Outcome::Later(PAUSE), true),
        };
        if relay_is_away {
            let until = Instant::now() + PAUSE;
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            *next = (*next).max(until);
        }
        outcome
    }

    /// Waits for its turn; how long, where that is longer than a moment.
    async fn turn(&self) -> Result<(), Duration> {
        let at = {
            let now = Instant::now();
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let at = (*next).max(now);
            if at > now + PATIENCE / 4 {
                return Err(at - now);
            }
            *next = at + self.gap;
            at
        };
        tokio::time::sleep_until(at).await;
        Ok(())
    }
}

/// What an answer means for the mail, and whether the relay should be let be for a while.
fn outcome_of(answer: &Result<Response, lettre::transport::smtp::Error>) -> (Outcome, bool) {
    let error = match answer {
        Ok(_) => return (Outcome::Taken, false),
        Err(error) => error,
    };
    // What the relay says may hold the address: no log has it.
    let Some(code) = error.status().map(u16::from) else {
        tracing::warn!(
            is_timeout = error.is_timeout(),
            "the mail relay does not answer as one"
        );
        return (Outcome::Later(PAUSE), true);
    };
    let words = error.source().map(ToString::to_string).unwrap_or_default();
    let outcome = meaning(code, &words);
    // 421 is said of the relay, not of the mail; so is what is said of a login.
    let relay_is_away = code == 421 || is_login(code);
    if relay_is_away {
        tracing::warn!(code, "the mail relay takes nothing now");
    }
    (outcome, relay_is_away)
}

/// What a relay says of a login is our mistake, and not the mail's.
const fn is_login(code: u16) -> bool {
    matches!(code, 530 | 534 | 535 | 538)
}

/// What a refusal means, by its code and, where the relay says it, its enhanced code (RFC 3463).
fn meaning(code: u16, words: &str) -> Outcome {
    if !(500..600).contains(&code) || is_login(code) {
        return Outcome::Later(PAUSE);
    }
    let mut enhanced = words
        .split(|c: char| c.is_whitespace() || c == ';' || c == ',')
        .find(|word| word.starts_with("5.") && word.matches('.').count() == 2)
        .map(|word| word.split('.').skip(1));
    let subject = enhanced.as_mut().and_then(Iterator::next);
    let detail = enhanced.as_mut().and_then(Iterator::next);
    match (code, subject, detail) {
        // No such mailbox, no such host, moved away; or switched off.
        (550 | 551 | 553 | 554, Some("1"), _) | (550 | 551 | 553 | 554, Some("2"), Some("1")) => {
            Outcome::Gone
        }
        // Full, too large, against a rule, taken for spam: the mailbox is there.
        (_, Some(_), _) => Outcome::Refused,
        (550 | 551 | 553, None, _) => Outcome::Gone,
        _ => Outcome::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::{PAUSE, meaning};
    use crate::channel::Outcome;

    #[test]
    fn a_mailbox_is_forgotten_where_it_is_the_mailbox_that_is_not_there() {
        for (code, words, wanted) in [
            (550, "5.1.1 <a@b.example>: no such user", Outcome::Gone),
            (550, "no such user here", Outcome::Gone),
            (551, "user not local", Outcome::Gone),
            (553, "mailbox name not allowed", Outcome::Gone),
            (550, "5.2.1 mailbox disabled", Outcome::Gone),
            (554, "5.1.2 bad destination host", Outcome::Gone),
            (550, "5.7.1 message content rejected", Outcome::Refused),
            (552, "5.2.2 mailbox full", Outcome::Refused),
            (552, "too large", Outcome::Refused),
            (554, "transaction failed", Outcome::Refused),
            (501, "bad syntax", Outcome::Refused),
            (535, "5.7.8 bad credentials", Outcome::Later(PAUSE)),
            (530, "5.7.0 authenticate first", Outcome::Later(PAUSE)),
            (421, "4.3.2 shutting down", Outcome::Later(PAUSE)),
            (450, "4.2.1 mailbox busy", Outcome::Later(PAUSE)),
            (451, "greylisted, try 5.1.1 later", Outcome::Later(PAUSE)),
        ] {
            assert_eq!(meaning(code, words), wanted, "{code} {words}");
        }
    }
}
