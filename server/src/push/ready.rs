//! What a server has at hand for pushing: services, connections, and our keys as the database has them.

use std::sync::{Arc, Mutex, PoisonError};

use super::{Sender, Services, vapid::Vapid};
use crate::{
    db::{Db, secrets},
    keys::Keys,
};

/// How long the newest key is believed to be the newest, milliseconds: another server may have made another.
const FRESH_MS: i64 = 30_000;

/// Shared by all requests and jobs; cheap to clone.
#[derive(Clone)]
pub struct Push {
    /// Which services are sent to.
    pub services: Arc<Services>,
    /// Sends.
    pub sender: Sender,
    contact: Arc<str>,
    known: Arc<Mutex<Known>>,
}

#[derive(Default)]
struct Known {
    /// The newest last.
    keys: Vec<Arc<Vapid>>,
    read_at: i64,
}

impl Push {
    /// With services, what sends, and where whoever runs a service can ask who we are.
    #[must_use]
    pub fn new(services: Services, sender: Sender, contact: &str) -> Self {
        Self {
            services: Arc::new(services),
            sender,
            contact: contact.into(),
            known: Arc::default(),
        }
    }

    /// What unit tests send with.
    #[cfg(test)]
    pub(crate) fn for_tests() -> anyhow::Result<Self> {
        let contact = "https://raiten.example";
        Ok(Self::new(Services::default(), Sender::new(500)?, contact))
    }

    /// Our keys, the newest last; the first is made where there is none.
    ///
    /// # Errors
    /// When the database objects, or a key in it is not ours.
    pub async fn keys(&self, db: &Db, ours: &Keys, now: i64) -> anyhow::Result<Vec<Arc<Vapid>>> {
        {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if !known.keys.is_empty() && (known.read_at..known.read_at + FRESH_MS).contains(&now) {
                return Ok(known.keys.clone());
            }
        }
        let kept = secrets::push_keys(db, ours, now).await?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        for (number, key) in kept {
            // Those that are known keep their signatures.
            if !known.keys.iter().any(|vapid| vapid.number() == number) {
                let vapid = Vapid::read(number, &key, &self.contact)?;
                known.keys.push(Arc::new(vapid));
            }
        }
        known.keys.sort_by_key(|vapid| vapid.number());
        known.read_at = now;
        Ok(known.keys.clone())
    }
}
