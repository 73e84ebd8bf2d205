//! What came back of messages, noted a few at a time; and the hour where somebody is.

use app::id::{ContactId, ShopperId};
use chrono::{DateTime, Timelike, Utc};
use chrono_tz::Tz;

use crate::{channel::Lost, db::contact, state::App};

/// What came back and is not noted yet.
#[derive(Default)]
pub(super) struct Back {
    pub(super) sent: Vec<(ShopperId, ContactId)>,
    pub(super) failed: Vec<(ShopperId, ContactId)>,
    pub(super) lost: Vec<(ShopperId, Lost)>,
}

impl Back {
    pub(super) async fn note(&mut self, app: &App) -> anyhow::Result<()> {
        let Self { sent, failed, lost } = std::mem::take(self);
        contact::settle(&app.db, &sent, &failed, &lost, app.clock.now()).await?;
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
