//! A message to all browsers of somebody, and what came back, noted a few at a time.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use app::id::{ContactId, ShopperId};
use chrono::{DateTime, Timelike, Utc};
use chrono_tz::Tz;

use crate::{
    db::contact,
    push::{Outcome, Subscription, send::Letter, vapid::Vapid},
    state::App,
};

/// The longest that a push service keeps a message, seconds.
const LONGEST_TTL_S: i64 = 86_400;

/// What became of a message to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// A push service has it.
    Sent,
    /// None takes it.
    Failed,
    /// None has it yet: to be tried again, not before so long.
    Later(Duration),
}

/// What posts: our keys as they were when it was made.
pub(super) struct Post<'a> {
    app: &'a App,
    keys: HashMap<i32, Arc<Vapid>>,
    recalled: AtomicBool,
}

impl<'a> Post<'a> {
    /// With the keys of the database.
    pub(super) async fn new(app: &'a App) -> anyhow::Result<Self> {
        let keys = app.push.keys(&app.db, &app.keys, app.clock.now()).await?;
        Ok(Self {
            app,
            keys: keys.into_iter().map(|key| (key.number(), key)).collect(),
            recalled: AtomicBool::new(false),
        })
    }

    /// From now on nothing leaves, also what is waiting for its turn at a service.
    pub(super) fn recall(&self) {
        self.recalled.store(true, Ordering::Relaxed);
    }

    /// Whether it was recalled.
    pub(super) fn is_recalled(&self) -> bool {
        self.recalled.load(Ordering::Relaxed)
    }

    /// To all browsers of somebody; one that has it is enough. It is worth nothing any more from `over` on. With the ids of browsers that want no
    /// more.
    pub(super) async fn send(
        &self,
        browsers: &[(String, Subscription)],
        message: &[u8],
        topic: &str,
        over: i64,
    ) -> (Fate, Vec<String>) {
        let now = self.app.clock.now();
        let ttl = ((over - now) / 1_000).clamp(0, LONGEST_TTL_S);
        let letter = Letter {
            message,
            ttl_s: u32::try_from(ttl).unwrap_or(0),
            topic,
            recalled: &self.recalled,
        };
        let mut fate = Fate::Failed;
        let mut gone = Vec::new();
        for (id, subscription) in browsers {
            let outcome = match self.keys.get(&subscription.vapid_key) {
                Some(vapid) => {
                    let sender = &self.app.push.sender;
                    sender.send(subscription, vapid, letter, now).await
                }
                None => Outcome::Refused,
            };
            match outcome {
                Outcome::Taken => fate = Fate::Sent,
                Outcome::Gone => gone.push(id.clone()),
                Outcome::Later(wait) if fate == Fate::Failed => fate = Fate::Later(wait),
                Outcome::Later(_) | Outcome::Refused => {}
            }
        }
        (fate, gone)
    }
}

/// What came back and is not noted yet.
#[derive(Default)]
pub(super) struct Back {
    pub(super) sent: Vec<(ShopperId, ContactId)>,
    pub(super) failed: Vec<(ShopperId, ContactId)>,
    pub(super) gone: Vec<(ShopperId, String)>,
}

impl Back {
    pub(super) async fn note(&mut self, app: &App) -> anyhow::Result<()> {
        let Self { sent, failed, gone } = std::mem::take(self);
        contact::settle(&app.db, &sent, &failed, &gone, app.clock.now()).await?;
        Ok(())
    }
}

/// The minute of the day that clocks of a zone show.
pub(super) fn minute_of_day(zone: Tz, at: i64) -> u16 {
    let moment = DateTime::<Utc>::from_timestamp_millis(at).unwrap_or_default();
    let local = moment.with_timezone(&zone);
    // Below 1,440.
    u16::try_from(local.hour() * 60 + local.minute()).unwrap_or(0)
}
