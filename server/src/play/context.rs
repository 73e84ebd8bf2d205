//! What is known when an incentive is sized: distance as far as it can be believed, and visits.

use app::{
    api::shopper::{BandClaim, PositionClaim},
    context::{Context, Frequency, Recency, RedemptionRate},
    day::JST,
    geo::{
        BandReason, Cell, EffectiveBand, LastSeen, LatLng, Sighting, effective_band,
        established_area,
    },
    yen::MilliYen,
};

use crate::{
    db::{
        offers::{self, OfferKey},
        running::{self, PlacedStore},
        shoppers::{self, Shopper},
        visits,
    },
    error::ApiResult,
    state::App,
};

/// A fix that is less exact does not tell in which cell somebody is, metres.
const CELL_ACCURACY_M: u32 = 1_000;
/// The same cell again within this time is not written again, milliseconds.
const KEEP_EVERY_MS: i64 = 10 * 60_000;
/// How long a page that stays open over midnight lives on the cell it was opened with, milliseconds.
const REMEMBERED_MS: i64 = 3_600_000;

/// Where a shopper says to be, and where they were seen last. Exists only with the shopper's consent.
#[derive(Clone, Debug)]
pub struct Whereabouts {
    cell: Cell,
    accuracy_m: u32,
    bands: Vec<BandClaim>,
    last: Option<LastSeen>,
    at: i64,
}

impl Whereabouts {
    /// What a device claims. `None` without consent: then nothing of it is used.
    #[must_use]
    pub fn claimed(shopper: &Shopper, claim: &PositionClaim, now: i64) -> Option<Self> {
        shopper.location_consent.then(|| Self {
            cell: claim.cell,
            accuracy_m: claim.accuracy_m,
            bands: claim.bands.clone(),
            last: shopper.last,
            at: now,
        })
    }

    /// Where the shopper was within the last hour: for a play over midnight, which needs a new offer but carries no position.
    #[must_use]
    pub fn remembered(shopper: &Shopper, now: i64) -> Option<Self> {
        let last = shopper.last.filter(|last| now - last.at <= REMEMBERED_MS)?;
        shopper.location_consent.then(|| Self {
            cell: last.cell,
            accuracy_m: 0,
            bands: Vec::new(),
            last: None,
            at: now,
        })
    }

    /// Whether the cell may become the day's: exact enough, and nobody travels faster than believable from the last one.
    fn is_believable(&self) -> bool {
        let exact = Sighting {
            accuracy_m: 0,
            ..self.sighting(self.cell.centre(), None)
        };
        self.accuracy_m <= CELL_ACCURACY_M
            && effective_band(Some(exact), self.cell.centre(), self.last, None).reason
                != BandReason::TooFast
    }

    /// The claim for a store, or the nearest band that the cell makes possible.
    fn sighting(&self, place: LatLng, store: Option<&PlacedStore>) -> Sighting {
        let claimed = store
            .and_then(|s| self.bands.iter().find(|b| b.store_id == s.store_id))
            .map_or_else(|| self.cell.possible_bands(place).0, |claim| claim.band);
        Sighting {
            cell: self.cell,
            claimed,
            accuracy_m: self.accuracy_m,
            at: self.at,
        }
    }

    fn band_to(&self, store: &PlacedStore, established: Option<Cell>) -> EffectiveBand {
        effective_band(
            Some(self.sighting(store.at, Some(store))),
            store.at,
            self.last,
            established,
        )
    }

    /// Keeps the cell if it is believable.
    ///
    /// # Errors
    /// When the database objects.
    pub async fn keep(&self, app: &App, shopper: &Shopper) -> ApiResult<()> {
        let today = app::day::Day::of(self.at, JST);
        let kept_lately = shopper.last.is_some_and(|last| {
            last.cell == self.cell
                && self.at - last.at < KEEP_EVERY_MS
                && app::day::Day::of(last.at, JST) == today
        });
        if !kept_lately && self.is_believable() {
            shoppers::keep_cell(&app.db, shopper.shopper_id, self.cell, today, self.at).await?;
        }
        Ok(())
    }
}

/// What the sizing of a day's offer depends on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub context: Context,
    pub band_reason: BandReason,
    pub distance_bonus_used: MilliYen,
}

/// Gathers what is known about a shopper and a campaign.
///
/// The distance is the one to the campaign's store that is nearest to the shopper, so that choosing a far branch pays nothing. For the same
/// reason the established area is measured to the store nearest to *it*: otherwise a fix forged beside a far branch would
/// make both distances long. The nearer of the two counts.
pub(super) async fn gather(
    app: &App,
    key: &OfferKey,
    whereabouts: Option<&Whereabouts>,
    now: i64,
) -> ApiResult<Known> {
    let band = band(app, key, whereabouts).await?;
    let history = visits::history(app.db.read(), key.retailer_id, key.shopper_id, key.day).await?;
    Ok(Known {
        context: Context::at(
            now,
            JST,
            band.band,
            Recency::between(history.last_visit, key.day),
            Frequency::of_visits(history.recent_visits),
            RedemptionRate::of(history.redeemed, history.issued),
        ),
        band_reason: band.reason,
        distance_bonus_used: offers::distance_bonus_before(app.db.read(), key).await?,
    })
}

async fn band(
    app: &App,
    key: &OfferKey,
    whereabouts: Option<&Whereabouts>,
) -> ApiResult<EffectiveBand> {
    let nobody_knows = EffectiveBand {
        band: app::geo::Band::NEAREST,
        reason: BandReason::NoPosition,
    };
    let Some(here) = whereabouts else {
        return Ok(nobody_knows);
    };
    let nearest = |place: LatLng| {
        running::nearest_store_of(app.db.read(), key.retailer_id, key.campaign_id, place)
    };
    let cells = shoppers::day_cells(app.db.read(), key.shopper_id).await?;
    let established = established_area(&cells, key.day);
    let Some(near_now) = nearest(here.cell.centre()).await? else {
        return Ok(nobody_knows);
    };
    let now = here.band_to(&near_now, established);
    let usual = match established {
        Some(area) => nearest(area.centre())
            .await?
            .map(|store| here.band_to(&store, established)),
        None => None,
    };
    Ok(match usual {
        Some(usual) if usual.band < now.band => usual,
        _ => now,
    })
}
