//! A believable town to look at: three retailers of Tokyo, their stores near real stations, shoppers with homes and habits, and
//! 90 days of plays, coupons, redemptions and visits. The same seed and day give the same town.
//!
//! The past is made by the very functions that make the present: `app` sizes, draws and decides. [`town`] says who is there,
//! [`history`] lets them live, `db::town` writes it down.

mod history;
mod messages;
#[cfg(test)]
mod tests;
mod town;

use app::{day::Day, day::JST, id::RetailerId};
use serde::Serialize;

use crate::{
    db::{Db, facts, town as rows},
    keys::Keys,
};

pub use history::Truth;
pub use town::{PASSWORD, Town};

/// What the demo ends its e-mail addresses with: reserved for examples (RFC 2606), so that no letter can ever arrive.
pub const EMAIL_DOMAIN: &str = "demo.example";

/// One login to try.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Login {
    /// The retailer's name.
    pub retailer: String,
    /// `owner` or `staff`.
    pub role: String,
    /// The e-mail address.
    pub email: String,
    /// The password.
    pub password: String,
    /// The stores whose till it stands at; empty for owners.
    pub stores: Vec<String>,
}

/// What is in the town.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Demo {
    /// Whether this call made it; `false`: it was there.
    pub made: bool,
    /// The seed it was made from.
    pub seed: u64,
    /// The retailers.
    pub retailers: Vec<RetailerId>,
    /// Who can sign in.
    pub logins: Vec<Login>,
    /// Areas where something is going on, by name.
    pub areas: Vec<String>,
}

/// Why there is no town.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// Somebody's data are in this database.
    #[error(
        "this database is in use and is not a demo: nothing was changed. Choose another one by --data-dir or \
         RAITEN_DATABASE_URL"
    )]
    NotADemo,
    /// An earlier call was stopped half way.
    #[error(
        "an earlier demo was not finished in this database. Remove it (the folder raiten-data, unless you chose another) and \
         start again"
    )]
    Unfinished,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] anyhow::Error),
}

impl From<sea_orm::DbErr> for DemoError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Fault(error.into())
    }
}

/// Fills an empty database with the town; does nothing where it is already there.
///
/// `progress` is told what is being done, how much of it is done, and how much there is.
///
/// # Errors
/// See [`DemoError`].
pub async fn fill(
    db: &Db,
    keys: &Keys,
    seed: u64,
    truth: Truth,
    now: i64,
    progress: &(dyn Fn(&str, u64, u64) + Sync),
) -> Result<Demo, DemoError> {
    match facts::get(db.read(), facts::DEMO).await?.as_deref() {
        Some("unfinished") => return Err(DemoError::Unfinished),
        Some(fact) => {
            // Seed and day give the same ids and logins again.
            let (seed, day) = fact
                .split_once(' ')
                .and_then(|(seed, day)| Some((seed.parse().ok()?, day.parse().ok()?)))
                .ok_or(DemoError::Unfinished)?;
            return Ok(Town::new(seed, Day(day))?.demo(false));
        }
        None if rows::in_use(db.read()).await? => return Err(DemoError::NotADemo),
        None => {}
    }
    let town = Town::new(seed, Day::of(now, JST))?;
    progress("history", 0, 1);
    let history = history::live(&town, keys, truth, now, progress)?;
    rows::set_fact(db, "unfinished").await?;
    rows::write(db, &town.people_rows()?, &history, progress).await?;
    progress("messages", 0, 1);
    messages::write(db, &town, now).await?;
    rows::set_fact(db, &format!("{seed} {}", town.today.0)).await?;
    Ok(town.demo(true))
}
