//! Sending what a retailer announces: first it is found out for whom it is ([`select`]), in batches; then each batch is delivered ([`deliver`]), by
//! whichever server is free. Coupons that are about to end are told
//! of without anybody announcing it ([`remind`]). Both go in small steps that are written down, so that a server may die between any two, and whoever presses stop waits for
//! one step at most.

mod back;
mod deliver;
pub mod remind;
pub mod select;

use std::time::{Duration, Instant};

use crate::{db::announcements, state::App};

/// So long a run works before it lets the server look whether it is to stop.
const RUN: Duration = Duration::from_secs(3);

/// Works for a while on what there is to announce; gives how many steps were done.
///
/// # Errors
/// When the database objects; what was written down stays, and the next run goes on from there.
pub async fn work(app: &App) -> anyhow::Result<u64> {
    let begun = Instant::now();
    let mut steps = 0;
    while begun.elapsed() < RUN
        && announcements::is_anything_due(app.db.read(), app.clock.now()).await?
    {
        let selected = select::step(app).await?;
        let delivered = deliver::step(app, begun + RUN).await?;
        if selected + delivered == 0 {
            break;
        }
        steps += selected + delivered;
    }
    if steps > 0 {
        announcements::end_finished(&app.db, app.clock.now()).await?;
    }
    Ok(steps)
}
