//! Offers and plays: what is known about a shopper becomes one odds table a day, and a play against it one draw.
//!
//! `app` sizes and draws, `db` logs and records; here both families of tables are read and never written together.

mod context;
mod draw;
pub mod exposure;
pub mod gate;
pub mod log;
mod offer;

pub use context::Whereabouts;
pub use draw::{play, read};
pub use offer::{Shown, show};

use app::{
    id::{CampaignId, RetailerId},
    problem::ProblemKind,
};

use crate::{
    db::running::{self, Campaign},
    error::ApiResult,
    state::App,
};

/// A campaign that can be played now.
pub(crate) async fn running_campaign(
    app: &App,
    retailer_id: RetailerId,
    campaign_id: CampaignId,
    now: i64,
) -> ApiResult<Campaign> {
    let campaign = running::campaign(app.db.read(), retailer_id, campaign_id)
        .await?
        .ok_or(ProblemKind::NotFound)?;
    if campaign.runs_at(now) {
        Ok(campaign)
    } else {
        Err(ProblemKind::CampaignNotRunning.into())
    }
}
