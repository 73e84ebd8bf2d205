//! The offer of a shopper's day: sized and logged once, then the same until stock or budget run out.

use app::{
    api::shopper::{OddsLine, Offer},
    day::{Day, JST},
    id::{ShopperId, StoreId},
    lang::Lang,
    odds::{OddsRange, odds_ranges},
    policy,
    problem::ProblemKind,
    pseudonym::Pseudonym,
    why,
};

use super::{
    context::{self, Whereabouts},
    exposure::{self, Look},
    gate,
};
use crate::{
    db::{
        draw_seeds, draws,
        holdout::Channel,
        learning,
        offers::{self, LoggedOffer, OfferKey},
        running::{Campaign, PlacedStore},
    },
    error::{ApiError, ApiResult},
    random,
    state::App,
};

/// For whom a campaign's offer of a moment's day is.
pub(super) fn key_of(campaign: &Campaign, shopper_id: ShopperId, now: i64) -> OfferKey {
    OfferKey {
        retailer_id: campaign.retailer_id,
        campaign_id: campaign.campaign_id,
        shopper_id,
        day: Day::of(now, JST),
    }
}

/// The offer that holds now. The first of the day is sized by what is known at that moment; later ones only by what stock and
/// budget still allow, with the same target.
///
/// # Errors
/// `campaign-not-running` where stock and budget do not allow what everybody is promised; `held-out`; `forbidden` where the campaign is for those only
/// who came by a partner's link.
pub(super) async fn current(
    app: &App,
    campaign: &Campaign,
    key: &OfferKey,
    store_id: StoreId,
    whereabouts: Option<&Whereabouts>,
    now: i64,
) -> ApiResult<LoggedOffer> {
    let not_running = |_| ApiError::new(ProblemKind::CampaignNotRunning);
    let next = match offers::latest(app.db.read(), key).await? {
        Some(offer) if campaign.can_give(&offer.odds) && !planted!("odds_made_anew") => {
            return Ok(offer);
        }
        Some(offer) => LoggedOffer {
            revision: offer.revision + 1,
            odds: campaign.sized(offer.target).map_err(not_running)?,
            offered_at: now,
            ..offer
        },
        None => {
            // Before the exposure: whoever may not come in is in neither arm.
            gate::pass(app, key, now).await?;
            let known = context::gather(app, key, whereabouts, now).await?;
            let look = Look {
                retailer_id: key.retailer_id,
                campaigns: vec![key.campaign_id],
                store_id,
                distance: known.context.band,
                channel: Channel::Link,
            };
            let shown = exposure::expose(app, key.shopper_id, &[look], now).await?;
            if !shown.contains(&key.campaign_id) {
                return Err(ProblemKind::HeldOut.into());
            }
            let learned = match campaign.policy {
                policy::Policy::Learned => {
                    let whose = learning::Key {
                        retailer_id: key.retailer_id,
                        campaign_id: key.campaign_id,
                    };
                    learning::targets(app.db.read(), whose, key.day).await?
                }
                _ => None,
            };
            let (sizing, odds) = policy::offer(
                campaign.policy,
                &known.context,
                &campaign.rules,
                &campaign.table,
                campaign.available,
                known.distance_bonus_used,
                learned.as_ref(),
            )
            .map_err(not_running)?;
            LoggedOffer {
                revision: 1,
                odds,
                target: sizing.target,
                distance_bonus: sizing.distance_bonus,
                policy: sizing.version,
                context: known.context,
                why: sizing.why,
                band_reason: known.band_reason,
                offered_at: now,
                pseudonym: Some(Pseudonym::new(random::bytes())),
            }
        }
    };
    Ok(offers::log(&app.db, key, &next).await?)
}

/// What an offer is shown with.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// The campaign.
    pub campaign: &'a Campaign,
    /// The store the coupon would be for.
    pub store: &'a PlacedStore,
    /// For whom.
    pub shopper_id: ShopperId,
    /// Where the shopper is, with consent.
    pub whereabouts: Option<&'a Whereabouts>,
    /// Now.
    pub now: i64,
    /// The reader's language.
    pub lang: Lang,
}

/// The offer that holds now, as it goes to the browser; made if the day has none yet.
///
/// # Errors
/// `campaign-not-running`, or a fault.
pub async fn show(app: &App, shown: Shown<'_>) -> ApiResult<Offer> {
    let key = key_of(shown.campaign, shown.shopper_id, shown.now);
    let offer = current(
        app,
        shown.campaign,
        &key,
        shown.store.store_id,
        shown.whereabouts,
        shown.now,
    )
    .await?;
    wire(app, shown, &key, &offer).await
}

/// An offer as it goes to the browser.
pub(super) async fn wire(
    app: &App,
    shown: Shown<'_>,
    key: &OfferKey,
    offer: &LoggedOffer,
) -> ApiResult<Offer> {
    let Shown {
        campaign,
        store,
        lang,
        ..
    } = shown;
    let seed = draw_seeds::of_day(
        &app.db,
        &app.keys,
        key.retailer_id,
        key.campaign_id,
        key.day,
        shown.now,
    )
    .await?;
    let made = draws::made(app.db.read(), key).await?;
    let plays_left = campaign.plays_per_day.saturating_sub(made);
    Ok(Offer {
        retailer_id: campaign.retailer_id,
        campaign_id: campaign.campaign_id,
        store_id: store.store_id,
        retailer_name: campaign.retailer_names.get(lang).to_owned(),
        campaign_name: campaign.names.get(lang).to_owned(),
        store_name: store.name.clone(),
        day: key.day.to_string(),
        odds: lines(campaign, offer, lang),
        odds_hash: offer.hash(key).to_string(),
        expected_value_milli_yen: offer.odds.expected_value().get(),
        seed_commitment: seed.commitment.to_string(),
        next_play: (plays_left > 0).then_some(made + 1),
        plays_left,
        why: sentences(campaign, offer, lang),
        policy: offer.policy.clone(),
        min_purchase: campaign.min_purchase,
        valid_days: campaign.valid_days,
        ends_at: campaign.ends_at,
    })
}

fn lines(campaign: &Campaign, offer: &LoggedOffer, lang: Lang) -> Vec<OddsLine> {
    let (least, most) = campaign.policy.target_range(&campaign.rules);
    // The ranges are those of this moment; what was shown this morning may lie beside them, and never outside of what is shown.
    let ranges: Vec<OddsRange> = odds_ranges(
        &campaign.table,
        least,
        most,
        campaign.rules.limits,
        campaign.available,
    )
    .unwrap_or_default();
    offer
        .odds
        .entries()
        .iter()
        .map(|entry| {
            let range = ranges.iter().find(|r| r.prize_id == entry.prize_id);
            OddsLine {
                prize_id: entry.prize_id,
                name: campaign
                    .names_of(entry.prize_id)
                    .map(|names| names.get(lang).to_owned())
                    .unwrap_or_default(),
                value: entry.value,
                ppm: entry.ppm,
                ppm_low: range.map_or(entry.ppm, |r| r.low.min(entry.ppm)),
                ppm_high: range.map_or(entry.ppm, |r| r.high.max(entry.ppm)),
            }
        })
        .collect()
}

/// The plain sentence, then its parts.
fn sentences(campaign: &Campaign, offer: &LoggedOffer, lang: Lang) -> Vec<String> {
    let mut out = vec![why::plainly(&offer.why).get(lang).to_owned()];
    out.extend(
        offer
            .why
            .iter()
            .map(|reason| reason.text().get(lang).to_owned()),
    );
    if campaign.policy != policy::Policy::Flat {
        out.push(offer.band_reason.text().get(lang).to_owned());
    }
    out
}
