//! Every store in memory, so that what is near is found without asking the database, and kept up with it: each server looks several times a second
//! at which retailers changed something.

mod index;

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use app::id::RetailerId;
use sea_orm::DbErr;
use tokio::sync::{Mutex, watch};

pub use index::{Dated, Owner, Placed, Places, Stock};

use crate::db::{Db, places, trouble};

/// How often a server looks. A change is to be known everywhere within a second.
const EVERY: Duration = Duration::from_millis(400);

/// The stores as they are now; cheap to clone.
#[derive(Clone)]
pub struct Keeper {
    places: Arc<RwLock<Arc<Places>>>,
    /// What was the last that is known of each retailer. Whoever brings the stores up to date does so alone.
    seen: Arc<Mutex<HashMap<RetailerId, i64>>>,
}

impl Keeper {
    /// Reads all stores.
    ///
    /// # Errors
    /// When the database objects.
    pub async fn load(db: &Db, now: i64) -> Result<Self, DbErr> {
        let (places, seen) = all(db, now).await?;
        Ok(Self {
            places: Arc::new(RwLock::new(Arc::new(places))),
            seen: Arc::new(Mutex::new(seen)),
        })
    }

    /// The stores as they are now.
    #[must_use]
    pub fn now(&self) -> Arc<Places> {
        // Nobody panics while holding it: it is held for a copy of a pointer.
        let places = self.places.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&places)
    }

    /// Takes in what changed since the last time; how many retailers' stores that were.
    ///
    /// # Errors
    /// When the database objects; the next time takes it in.
    pub async fn catch_up(&self, db: &Db, now: i64) -> Result<u64, DbErr> {
        let mut seen = self.seen.lock().await;
        let revisions = places::revisions(db.read()).await?;
        let changed: Vec<RetailerId> = revisions
            .iter()
            .filter(|(retailer_id, revision)| seen.get(retailer_id) != Some(*revision))
            .map(|(retailer_id, _)| *retailer_id)
            .collect();
        if changed.is_empty() {
            return Ok(0);
        }
        let stocks = places::stocks(db.scan(), Some(&changed), now).await?;
        let before = self.now();
        let after = tokio::task::spawn_blocking(move || Arc::new(before.with(stocks)))
            .await
            .map_err(|error| DbErr::Custom(error.to_string()))?;
        *self.places.write().unwrap_or_else(PoisonError::into_inner) = after;
        *seen = revisions;
        Ok(changed.len() as u64)
    }

    /// Reads all stores anew, also what came without saying so.
    ///
    /// # Errors
    /// When the database objects.
    pub async fn read_all(&self, db: &Db, now: i64) -> Result<(), DbErr> {
        let mut seen = self.seen.lock().await;
        let (places, revisions) = all(db, now).await?;
        *self.places.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(places);
        *seen = revisions;
        Ok(())
    }

    /// Catches up right after a change of this server's own, so that who made it sees it. Should it fail, it is made up for within a second.
    pub async fn changed(&self, db: &Db, now: i64) {
        if let Err(error) = self.catch_up(db, now).await {
            tracing::warn!(cause = %error, "stores near are not up to date");
        }
    }

    /// Catches up again and again until `stopping` turns true.
    pub async fn follow(
        self,
        db: Db,
        clock: crate::clock::Clock,
        mut stopping: watch::Receiver<bool>,
    ) {
        let mut troubled = false;
        loop {
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                // An error means that the server is gone.
                _ = stopping.wait_for(|stop| *stop) => return,
            }
            match self.catch_up(&db, clock.now()).await {
                Ok(_) => troubled = false,
                Err(error) => {
                    // Once, not several times a second.
                    if !troubled {
                        tracing::error!(cause = %error, "stores near are not up to date");
                    }
                    troubled = true;
                    trouble::stop_if_broken(&error.into());
                }
            }
        }
    }
}

async fn all(db: &Db, now: i64) -> Result<(Places, HashMap<RetailerId, i64>), DbErr> {
    // First: what changes while the stores are read is read again.
    let revisions = places::revisions(db.scan()).await?;
    let stocks = places::stocks(db.scan(), None, now).await?;
    let places = tokio::task::spawn_blocking(move || Places::new(stocks))
        .await
        .map_err(|error| DbErr::Custom(error.to_string()))?;
    Ok((places, revisions))
}
