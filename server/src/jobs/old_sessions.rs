//! Forgets sessions and short codes that are over and counters of attempts that no longer count.

use std::time::Duration;

use super::{Job, Outcome};
use crate::{
    db::{sessions, short_codes, throttles},
    state::App,
};

pub(super) const JOB: Job = Job {
    name: "old_sessions",
    every: Duration::from_secs(3_600),
    run,
};

fn run(app: App) -> Outcome {
    Box::pin(async move {
        let now = app.clock.now();
        // One transaction for each family of tables.
        let transaction = app.db.begin_alone().await?;
        let accounts = sessions::forget_accounts(&transaction, now).await?;
        let digits = short_codes::forget(&transaction, now).await?;
        transaction.commit().await?;
        let transaction = app.db.begin_alone().await?;
        let shoppers = sessions::forget_shoppers(&transaction, now).await?;
        transaction.commit().await?;
        let transaction = app.db.begin_alone().await?;
        let counters = throttles::forget(&transaction, now).await?;
        transaction.commit().await?;
        Ok(accounts + digits + shoppers + counters)
    })
}
