//! Who may be shown what: the arms of the holdouts, and the first moment at which somebody was shown an offer or would have been.
//!
//! The exposure is written down before anything that depends on arm, stock or budget, so that both arms have it by the same rule.

use std::collections::HashSet;

use app::{
    context::Recency,
    day::{Day, JST},
    geo::Band,
    holdout::{Arm, Share},
    id::{CampaignId, RetailerId, ShopperId, StoreId},
};

use sea_orm::DbErr;

use crate::{
    db::{
        holdout::{self, Channel, Epoch, Exposure},
        visits,
    },
    error::ApiResult,
    state::App,
};

/// Campaigns of one retailer that a shopper is about to see.
#[derive(Clone, Debug)]
pub struct Look {
    /// The tenant.
    pub retailer_id: RetailerId,
    /// Running, by their dates and status.
    pub campaigns: Vec<CampaignId>,
    /// The nearest of the stores in question.
    pub store_id: StoreId,
    /// How far away it is, as far as it can be believed.
    pub distance: Band,
    /// How the shopper comes to it.
    pub channel: Channel,
}

/// Writes the exposures down and gives the campaigns that the shopper may be shown.
///
/// # Errors
/// When the database objects: then nothing is shown.
pub async fn expose(
    app: &App,
    shopper_id: ShopperId,
    looks: &[Look],
    now: i64,
) -> ApiResult<HashSet<CampaignId>> {
    let retailers: Vec<RetailerId> = looks.iter().map(|look| look.retailer_id).collect();
    let chosen = holdout::chosen_by(app.db.read(), &retailers).await?;
    let wanted: Vec<Wanted> = looks
        .iter()
        .flat_map(|look| {
            let holdout = chosen.get(&look.retailer_id).copied().unwrap_or_default();
            let campaigns = look
                .campaigns
                .iter()
                .map(move |id| (Some(*id), holdout.campaigns));
            std::iter::once((None, holdout.programme))
                .chain(campaigns)
                .map(move |(campaign_id, share)| (look.retailer_id, campaign_id, share))
        })
        .filter(|(.., share)| *share != Share::NOBODY)
        .collect();
    let epochs = epochs(app, &retailers, &wanted, now).await?;
    let mut shown = HashSet::new();
    let mut counted = Vec::new();
    for look in looks {
        let epoch_of = |campaign_id: Option<CampaignId>| {
            let same =
                |e: &&Epoch| e.retailer_id == look.retailer_id && e.campaign_id == campaign_id;
            epochs.iter().find(same).copied()
        };
        let is_treated =
            |epoch: Option<Epoch>| epoch.is_none_or(|e| e.arm(shopper_id) == Arm::Treatment);
        let programme = epoch_of(None);
        counted.extend(programme);
        if !is_treated(programme) {
            continue;
        }
        for campaign_id in &look.campaigns {
            let own = epoch_of(Some(*campaign_id));
            counted.extend(own);
            if is_treated(own) {
                shown.insert(*campaign_id);
            }
        }
    }
    let known = holdout::exposed(app.db.read(), shopper_id, &counted).await?;
    counted.retain(|epoch| !known.contains(&epoch.epoch_id));
    for look in looks {
        let mut new = counted.clone();
        new.retain(|epoch| epoch.retailer_id == look.retailer_id);
        write_down(app, shopper_id, look, new, now).await?;
    }
    Ok(shown)
}

/// Somebody who is about to be written to, or would be.
#[derive(Clone, Copy, Debug)]
pub struct Addressee {
    /// Who.
    pub shopper_id: ShopperId,
    /// The nearest of the campaign's stores.
    pub store_id: StoreId,
    /// How far away it is from where they are believed to be.
    pub distance: Band,
    /// By which way they are written to, or would be.
    pub channel: Channel,
}

/// Writes down that many are written to about a campaign, or would be, and gives those that may be. As [`expose`] does it for one who looks.
///
/// # Errors
/// When the database objects: then nobody may be.
pub async fn expose_all(
    app: &App,
    (retailer_id, campaign_id): (RetailerId, CampaignId),
    people: &[Addressee],
    now: i64,
) -> Result<HashSet<ShopperId>, DbErr> {
    let chosen = holdout::chosen(app.db.read(), retailer_id).await?;
    let wanted: Vec<Wanted> = [
        (retailer_id, None, chosen.programme),
        (retailer_id, Some(campaign_id), chosen.campaigns),
    ]
    .into_iter()
    .filter(|(.., share)| *share != Share::NOBODY)
    .collect();
    let epochs = epochs(app, &[retailer_id], &wanted, now).await?;
    let of = |campaign: Option<CampaignId>| epochs.iter().find(|e| e.campaign_id == campaign);
    let (programme, own) = (of(None), of(Some(campaign_id)));
    let ids: Vec<ShopperId> = people.iter().map(|one| one.shopper_id).collect();
    let known = holdout::exposed_among(app.db.read(), retailer_id, &epochs, &ids).await?;
    let last = visits::last_days(app.db.read(), retailer_id, &ids).await?;
    let today = Day::of(now, JST);
    let mut treated = HashSet::new();
    let mut exposures = Vec::new();
    for one in people {
        let is_treated =
            |epoch: Option<&Epoch>| epoch.is_none_or(|e| e.arm(one.shopper_id) == Arm::Treatment);
        // The campaign's own holdout is among the treated of the programme.
        let counted = if is_treated(programme) {
            [programme, own]
        } else {
            [programme, None]
        };
        for epoch in counted.into_iter().flatten() {
            if !known.contains(&(epoch.epoch_id, one.shopper_id)) {
                exposures.push(Exposure {
                    epoch: *epoch,
                    shopper_id: one.shopper_id,
                    store_id: one.store_id,
                    distance: one.distance,
                    recency: Recency::between(last.get(&one.shopper_id).copied(), today),
                    channel: one.channel,
                    at: now,
                });
            }
        }
        if is_treated(programme) && is_treated(own) {
            treated.insert(one.shopper_id);
        }
    }
    holdout::expose(&app.db, &exposures).await?;
    Ok(treated)
}

/// An epoch that has to be there: whose, of which campaign or the programme, with which share.
type Wanted = (RetailerId, Option<CampaignId>, Share);

/// The epochs that are wanted; those that are missing begin. Where nobody is kept out there is none.
async fn epochs(
    app: &App,
    retailers: &[RetailerId],
    wanted: &[Wanted],
    now: i64,
) -> Result<Vec<Epoch>, DbErr> {
    let is = |epoch: &Epoch, (retailer_id, campaign_id, _): &Wanted| {
        epoch.retailer_id == *retailer_id && epoch.campaign_id == *campaign_id
    };
    let mut found = holdout::going_on(app.db.read(), retailers).await?;
    let mut missing = wanted.to_vec();
    missing.retain(|wanted| !found.iter().any(|epoch| is(epoch, wanted)));
    if !missing.is_empty() {
        for (retailer_id, campaign_id, share) in missing {
            let transaction = app.db.begin().await?;
            holdout::begin(&transaction, retailer_id, campaign_id, share, now).await?;
            transaction.commit().await?;
        }
        found = holdout::going_on(app.db.read(), retailers).await?;
    }
    found.retain(|epoch| wanted.iter().any(|wanted| is(epoch, wanted)));
    Ok(found)
}

async fn write_down(
    app: &App,
    shopper_id: ShopperId,
    look: &Look,
    epochs: Vec<Epoch>,
    now: i64,
) -> ApiResult<()> {
    if epochs.is_empty() {
        return Ok(());
    }
    let today = Day::of(now, JST);
    let history = visits::history(app.db.read(), look.retailer_id, shopper_id, today).await?;
    let recency = Recency::between(history.last_visit, today);
    let exposures: Vec<Exposure> = epochs
        .into_iter()
        .map(|epoch| Exposure {
            epoch,
            shopper_id,
            store_id: look.store_id,
            distance: look.distance,
            recency,
            channel: look.channel,
            at: now,
        })
        .collect();
    holdout::expose(&app.db, &exposures).await?;
    Ok(())
}
