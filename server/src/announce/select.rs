//! For whom an announcement is: who agrees to messages and is in its segment. Arms, caps and nights are looked at when it is sent, not here.

use std::collections::HashMap;

use app::{
    announcement::Segment,
    context::{Frequency, Recency},
    day::{Day, JST},
    geo::{Cell, LatLng},
    id::{CampaignId, RetailerId, ShopperId, StoreId},
};
use sea_orm::{ConnectionTrait, DbErr};

use crate::{
    db::{
        announcements::{self, Announcement, Selected},
        contact::{self, Candidate, Whereabouts},
        coupons, running, visits,
    },
    state::App,
};

/// So many shoppers are looked at in a step.
const LOOK: u32 = 20_000;
/// So many are asked about visits at once.
const ASK: usize = 5_000;

/// The stores of a campaign, by latitude.
pub struct Stores {
    by_lat: Vec<(LatLng, StoreId)>,
}

impl Stores {
    /// From the database.
    ///
    /// # Errors
    /// When it objects.
    pub async fn of(
        connection: &impl ConnectionTrait,
        retailer_id: RetailerId,
        campaign_id: CampaignId,
    ) -> Result<Self, DbErr> {
        let stores = running::stores_of(connection, retailer_id, campaign_id).await?;
        Ok(Self::new(
            stores.into_iter().map(|s| (s.at, s.store_id)).collect(),
        ))
    }

    fn new(mut by_lat: Vec<(LatLng, StoreId)>) -> Self {
        by_lat.sort_by(|a, b| a.0.lat().total_cmp(&b.0.lat()).then(a.1.cmp(&b.1)));
        Self { by_lat }
    }

    /// The nearest store within so many metres, and how far away it is.
    #[must_use]
    pub fn nearest(&self, at: LatLng, within_m: f64) -> Option<(f64, StoreId)> {
        // A degree of latitude is 111.2 km everywhere; a little more is looked at than is asked for.
        let degrees = within_m / 111_000.0;
        let from = self
            .by_lat
            .partition_point(|(store, _)| store.lat() < at.lat() - degrees);
        self.by_lat[from..]
            .iter()
            .take_while(|(store, _)| store.lat() <= at.lat() + degrees)
            .map(|(store, id)| (store.distance_m(at), *id))
            .filter(|(metres, _)| *metres <= within_m)
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))
    }
}

/// Tells who is in a segment.
pub struct Selection<'a> {
    segment: &'a Segment,
    stores: &'a Stores,
    /// Many are in the same squares.
    cells: HashMap<Cell, bool>,
    areas: HashMap<&'static str, bool>,
}

impl<'a> Selection<'a> {
    /// Of a segment around stores.
    #[must_use]
    pub fn new(segment: &'a Segment, stores: &'a Stores) -> Self {
        Self {
            segment,
            stores,
            cells: HashMap::new(),
            areas: HashMap::new(),
        }
    }

    fn is_near(&mut self, whereabouts: Whereabouts) -> bool {
        let (stores, within_m) = (self.stores, f64::from(self.segment.within_km) * 1_000.0);
        let look = || stores.nearest(whereabouts.centre(), within_m).is_some();
        match whereabouts {
            Whereabouts::Cell(cell, _) => *self.cells.entry(cell).or_insert_with(look),
            Whereabouts::Area(station) => *self.areas.entry(station.id).or_insert_with(look),
        }
    }

    /// Those of the candidates that are in the segment.
    ///
    /// # Errors
    /// When the database objects.
    pub async fn among(
        &mut self,
        connection: &impl ConnectionTrait,
        retailer_id: RetailerId,
        candidates: &[Candidate],
        now: i64,
    ) -> Result<Vec<ShopperId>, DbErr> {
        let mut found: Vec<ShopperId> = candidates
            .iter()
            .filter(|one| {
                self.segment.birth_month.is_none() || one.birth_month == self.segment.birth_month
            })
            .filter(|one| {
                let areas = &self.segment.area_ids;
                areas.is_empty()
                    || one
                        .area
                        .is_some_and(|area| areas.iter().any(|id| id == area.id))
            })
            .filter(|one| one.whereabouts.is_some_and(|place| self.is_near(place)))
            .map(|one| one.shopper_id)
            .collect();
        if !self.segment.recency.is_empty() {
            let today = Day::of(now, JST);
            let mut last = HashMap::new();
            for some in found.chunks(ASK) {
                last.extend(visits::last_days(connection, retailer_id, some).await?);
            }
            found.retain(|id| {
                let recency = Recency::between(last.get(id).copied(), today);
                self.segment.recency.contains(&recency)
            });
        }
        if !self.segment.frequency.is_empty() {
            let since = Day::of(now, JST).plus(-Frequency::WINDOW_DAYS);
            let mut times = HashMap::new();
            for some in found.chunks(ASK) {
                times.extend(visits::times_since(connection, retailer_id, some, since).await?);
            }
            found.retain(|id| {
                let frequency = Frequency::of_visits(times.get(id).copied().unwrap_or(0));
                self.segment.frequency.contains(&frequency)
            });
        }
        if self.segment.coupons.is_some() {
            let mut known = HashMap::new();
            for some in found.chunks(ASK) {
                known.extend(coupons::histories(connection, retailer_id, some).await?);
            }
            found.retain(|id| {
                let history = known.get(id).copied().unwrap_or_default();
                self.segment.takes_coupons(history, now)
            });
        }
        Ok(found)
    }
}

/// Looks at the next shoppers for one announcement, again and again as long as it is ours; gives how many steps were written down.
pub(super) async fn step(app: &App) -> anyhow::Result<u64> {
    let Some((mut announcement, mut claim)) =
        announcements::claim_selection(&app.db, app.clock.now()).await?
    else {
        return Ok(0);
    };
    let stores = Stores::of(
        app.db.scan(),
        announcement.retailer_id,
        announcement.campaign_id,
    )
    .await?;
    let segment = announcement.segment.clone();
    let mut selection = Selection::new(&segment, &stores);
    let mut steps = 0;
    loop {
        let candidates =
            contact::candidates(app.db.scan(), &announcement.selected_until, LOOK).await?;
        let now = app.clock.now();
        let shoppers = selection
            .among(app.db.scan(), announcement.retailer_id, &candidates, now)
            .await?;
        let selected = Selected {
            shoppers: &shoppers,
            looked_at: candidates.len(),
            until: candidates.last().map(|one| one.shopper_id),
        };
        let Some(next) =
            announcements::select(&app.db, &announcement, claim, &selected, now).await?
        else {
            return Ok(steps);
        };
        steps += 1;
        let Some(until) = selected.until else {
            return Ok(steps);
        };
        claim = next;
        announcement.selected_until = until.to_string();
    }
}

/// To how many an announcement would go, of those who agree to messages.
///
/// # Errors
/// When the database objects.
pub async fn count(
    app: &App,
    retailer_id: RetailerId,
    campaign_id: CampaignId,
    segment: &Segment,
    now: i64,
) -> Result<u64, DbErr> {
    let stores = Stores::of(app.db.scan(), retailer_id, campaign_id).await?;
    let mut selection = Selection::new(segment, &stores);
    let mut after = String::new();
    let mut people = 0;
    loop {
        let candidates = contact::candidates(app.db.scan(), &after, LOOK).await?;
        let Some(last) = candidates.last() else {
            return Ok(people);
        };
        after = last.shopper_id.to_string();
        let found = selection
            .among(app.db.scan(), retailer_id, &candidates, now)
            .await?;
        people += found.len() as u64;
    }
}

impl Announcement {
    /// How far around stores it goes, metres.
    #[must_use]
    pub fn within_m(&self) -> f64 {
        f64::from(self.segment.within_km) * 1_000.0
    }
}
