//! Sends a letter, and says what became of it.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use app::{api::contact::PushMessage, contact::may_go_another_way, id::ShopperId, lang::Lang};

use super::{
    Letter, Lost, Outcome, STOP, Way,
    link::{self, Links},
};
use crate::{
    db::contact,
    push::{self, Subscription, vapid::Vapid},
    state::App,
};

/// The longest that a push service keeps a message, seconds.
const LONGEST_TTL_S: i64 = 86_400;
/// A topic has so many characters of base 64.
const TOPIC: usize = 32;
/// How long to wait with a way that this server has no means for, though it had.
const PAUSE: Duration = Duration::from_secs(60);

/// What became of a letter to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Whoever carries it has it.
    Sent,
    /// Nobody takes it.
    Failed,
    /// Nobody has it for sure: to be tried again, not before so long.
    Later(Duration),
}

/// Somebody, and the ways that lead there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct To<'a> {
    /// Who.
    pub(crate) shopper_id: ShopperId,
    /// The preferred first.
    pub(crate) ways: &'a [Way],
    /// Whether it may have left before.
    pub(crate) tried_before: bool,
}

/// What posts: with the server's keys as they were when it was made.
pub(crate) struct Post<'a> {
    app: &'a App,
    keys: HashMap<i32, Arc<Vapid>>,
    recalled: AtomicBool,
}

impl<'a> Post<'a> {
    /// With the keys of the database.
    pub(crate) async fn new(app: &'a App) -> anyhow::Result<Self> {
        let keys = app.push.keys(&app.db, &app.keys, app.clock.now()).await?;
        Ok(Self {
            app,
            keys: keys.into_iter().map(|key| (key.number(), key)).collect(),
            recalled: AtomicBool::new(false),
        })
    }

    /// From now on nothing leaves, also what is waiting for its turn.
    pub(crate) fn recall(&self) {
        self.recalled.store(true, Ordering::Relaxed);
    }

    /// Whether it was recalled.
    pub(crate) fn is_recalled(&self) -> bool {
        self.recalled.load(Ordering::Relaxed)
    }

    /// By the first way, and by the next where it is known that nobody has it. With the ways that lead nowhere any more.
    pub(crate) async fn send(&self, to: To<'_>, letter: &Letter) -> (Fate, Vec<Lost>) {
        let mut lost = Vec::new();
        let mut fate = Fate::Failed;
        for (n, way) in to.ways.iter().enumerate() {
            if n > 0 {
                if self.is_recalled() || !may_go_another_way(fate == Fate::Failed, to.tried_before)
                {
                    break;
                }
                match self.redirect(to.shopper_id, letter, way).await {
                    Ok(true) => {}
                    // Not agreed to any more.
                    Ok(false) => continue,
                    Err(error) => {
                        tracing::error!(cause = %error, "a message was not redirected");
                        break;
                    }
                }
            }
            fate = match way {
                Way::Push(browsers) => self.push(browsers, letter, &mut lost).await,
                Way::Line(user) => {
                    let links = self.links(to.shopper_id, &user.hash);
                    let outcome = match &self.app.line {
                        Some(line) => line.push(user, letter, &links, &self.recalled).await,
                        None => Outcome::Later(PAUSE),
                    };
                    fate_of(outcome, || Lost::Line(user.hash.clone()), &mut lost)
                }
                Way::Mail(address) => {
                    let links = self.links(to.shopper_id, &address.hash);
                    let outcome = match &self.app.mail {
                        Some(mail) => {
                            mail.send_letter(address, letter, &links, &self.recalled)
                                .await
                        }
                        None => Outcome::Later(PAUSE),
                    };
                    fate_of(outcome, || Lost::Mail(address.hash.clone()), &mut lost)
                }
            };
            if fate != Fate::Failed {
                break;
            }
        }
        (fate, lost)
    }

    /// Notes by which way it goes before it goes; gives whether it may. In a task of its own: whoever sends many at once stops looking at this one while what came
    /// back of others is noted, and a transaction that nobody looks at would keep that waiting.
    async fn redirect(
        &self,
        shopper_id: ShopperId,
        letter: &Letter,
        way: &Way,
    ) -> anyhow::Result<bool> {
        let (db, channel) = (self.app.db.clone(), way.channel());
        let key = (shopper_id, letter.contact_id);
        let noted = tokio::spawn(async move { contact::redirect(&db, key, channel).await });
        Ok(noted.await??)
    }

    fn links(&self, shopper_id: ShopperId, hash: &str) -> Links {
        let public_url = self.app.options.public_url.clone();
        Links {
            stop: link::stop(&self.app.keys, &public_url, shopper_id, hash),
            public_url,
        }
    }

    /// To all browsers of somebody; one that has it is enough.
    async fn push(
        &self,
        browsers: &[(String, Subscription)],
        letter: &Letter,
        lost: &mut Vec<Lost>,
    ) -> Fate {
        let now = self.app.clock.now();
        let ttl = ((letter.over_at - now) / 1_000).clamp(0, LONGEST_TTL_S);
        let message = serde_json::to_vec(&message(letter)).unwrap_or_default();
        let topic: String = letter.about.replace(' ', "-").chars().take(TOPIC).collect();
        let envelope = push::send::Letter {
            message: &message,
            ttl_s: u32::try_from(ttl).unwrap_or(0),
            topic: &topic,
            recalled: &self.recalled,
        };
        let mut fate = Fate::Failed;
        for (id, subscription) in browsers {
            let outcome = match self.keys.get(&subscription.vapid_key) {
                Some(vapid) => {
                    let sender = &self.app.push.sender;
                    sender.send(subscription, vapid, envelope, now).await
                }
                None => Outcome::Refused,
            };
            match outcome {
                Outcome::Taken => fate = Fate::Sent,
                Outcome::Gone => lost.push(Lost::Browser(id.clone())),
                Outcome::Later(wait) if fate == Fate::Failed => fate = Fate::Later(wait),
                Outcome::Later(_) | Outcome::Refused => {}
            }
        }
        fate
    }
}

fn fate_of(outcome: Outcome, way: impl FnOnce() -> Lost, lost: &mut Vec<Lost>) -> Fate {
    match outcome {
        Outcome::Taken => Fate::Sent,
        Outcome::Later(wait) => Fate::Later(wait),
        Outcome::Refused => Fate::Failed,
        Outcome::Gone => {
            lost.push(way());
            Fate::Failed
        }
    }
}

/// As a browser is told it.
fn message(letter: &Letter) -> PushMessage {
    let Letter {
        body,
        retailer,
        why,
        lang,
        ..
    } = letter;
    PushMessage {
        contact_id: letter.contact_id,
        tag: letter.about.clone(),
        lang: *lang,
        title: letter.title.clone(),
        body: match lang {
            Lang::Ja => format!("{body}\n{retailer}・{why}"),
            Lang::En => format!("{body}\n{retailer} · {why}"),
        },
        path: letter.path.clone(),
        stop: STOP.get(*lang).to_owned(),
    }
}
