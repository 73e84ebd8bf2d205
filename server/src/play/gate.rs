//! Campaigns for those only who came by a partner's link. Asked before anybody is exposed, so that both arms are people who may come in.

use std::collections::HashSet;

use app::{
    id::{CampaignId, ShopperId},
    lang::Text,
    problem::ProblemKind,
};

use crate::{
    db::{links, offers::OfferKey},
    error::{ApiError, ApiResult},
    places::Placed,
    state::App,
};

/// Which of the campaigns that run at these stores are not for a shopper.
///
/// # Errors
/// When the database objects.
pub async fn closed(
    app: &App,
    shopper_id: ShopperId,
    found: &[(f64, &Placed)],
    now: i64,
) -> ApiResult<HashSet<CampaignId>> {
    let dated = found.iter().flat_map(|(_, place)| place.dated(now));
    let mut closed: HashSet<CampaignId> = dated
        .filter(|dated| dated.partner_only)
        .map(|dated| dated.campaign_id)
        .collect();
    if !closed.is_empty() {
        let introduced = links::introduced(app.db.read(), shopper_id, now).await?;
        closed.retain(|campaign_id| !introduced.contains(campaign_id));
    }
    Ok(closed)
}

/// Lets a shopper in to a campaign, or says why not.
///
/// # Errors
/// `forbidden` for whoever did not come by a partner's link to a campaign that needs one.
pub(super) async fn pass(app: &App, key: &OfferKey, now: i64) -> ApiResult<()> {
    let (retailer_id, campaign_id) = (key.retailer_id, key.campaign_id);
    if !links::is_partner_only(app.db.read(), retailer_id, campaign_id).await? {
        return Ok(());
    }
    let introduced = links::introduced(app.db.read(), key.shopper_id, now).await?;
    if introduced.contains(&campaign_id) {
        return Ok(());
    }
    Err(ApiError::with(ProblemKind::Forbidden, |lang, problem| {
        const TITLE: Text = Text::new(
            "ご案内を受け取った方限定のキャンペーンです",
            "This campaign is for those who were given its link",
        );
        const DETAIL: Text = Text::new(
            "提携先から届いたリンクか QR コードを、このブラウザで開いてください。開いてから 30 日間参加できます。",
            "Open the link or QR code that you were given by a partner in this browser. It lets you in for 30 days.",
        );
        TITLE.get(lang).clone_into(&mut problem.title);
        DETAIL.get(lang).clone_into(&mut problem.detail);
    }))
}
