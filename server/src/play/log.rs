//! A day's published draws as a file, written part by part.

use std::sync::Arc;

use app::{
    day::Day,
    draw_log::Writer,
    id::{CampaignId, RetailerId},
};
use sea_orm::ConnectionTrait;

use crate::{
    db::draw_log::{self, Published},
    keys::Keys,
};

/// So many players are read and written at once: at most some 2 MB.
const AT_ONCE: usize = 500;

/// What of a log is still to be written.
#[derive(Clone, Debug)]
pub struct Rest {
    of: Arc<Published>,
    writer: Writer,
    written: usize,
}

/// The beginning of a day's log, and what follows; `None`: it is not public, or there is none.
///
/// # Errors
/// When the database objects, or the seed was wrapped by another key.
pub async fn begin(
    connection: &impl ConnectionTrait,
    keys: &Keys,
    retailer_id: RetailerId,
    campaign_id: CampaignId,
    day: Day,
) -> anyhow::Result<Option<(String, Rest)>> {
    let Some(of) = draw_log::published(connection, keys, retailer_id, campaign_id, day).await?
    else {
        return Ok(None);
    };
    let mut writer = Writer::default();
    let text = writer.head(&of.head)?;
    let rest = Rest {
        of: Arc::new(of),
        writer,
        written: 0,
    };
    Ok(Some((text, rest)))
}

impl Rest {
    /// The next part, and what follows it, if anything does.
    ///
    /// # Errors
    /// When the database objects.
    pub async fn write(
        mut self,
        connection: &impl ConnectionTrait,
    ) -> anyhow::Result<(String, Option<Self>)> {
        let until = self.of.players.len().min(self.written + AT_ONCE);
        let players = self.of.players.get(self.written..until).unwrap_or_default();
        let mut text = String::new();
        for line in draw_log::lines(connection, &self.of, players).await? {
            text.push_str(&self.writer.draw(&line)?);
        }
        self.written = until;
        if until < self.of.players.len() {
            return Ok((text, Some(self)));
        }
        text.push_str(&self.writer.end()?);
        Ok((text, None))
    }
}
