//! Stores found by where they are: two layers of trees, of which the small one takes changes in at once.
//!
//! A point of the globe is a point of the unit sphere in three dimensions, where the nearer of two by the straight way is the nearer by the great
//! circle as well: poles and the 180th meridian are places like any other.

use std::{collections::HashSet, num::NonZeroUsize, sync::Arc};

use app::{
    geo::LatLng,
    id::{CampaignId, RetailerId, StoreId},
};
use kiddo::{ImmutableKdTree, SquaredEuclidean};

use crate::db::{EARTH_M, Names};

/// So many changed stores are looked through beside the others, and an eighth of these, before all are put in order anew.
const RECENT: usize = 5_000;

/// Who asks for more than this gets all that are inside, which is then less work than keeping the nearest apart.
const MANY: usize = 1_000;

/// Who has stores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The tenant.
    pub retailer_id: RetailerId,
    /// Its names.
    pub names: Names,
}

/// A published campaign at a store, by its dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dated {
    /// The campaign.
    pub campaign_id: CampaignId,
    /// First moment of play.
    pub starts_at: i64,
    /// First moment at which it is over.
    pub ends_at: i64,
    /// Whether it is for those only who came by a partner's link.
    pub partner_only: bool,
}

/// A store and what is dated there.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// Whose.
    pub owner: Arc<Owner>,
    /// The store.
    pub store_id: StoreId,
    /// Its name.
    pub name: Box<str>,
    /// Where it is.
    pub at: LatLng,
    /// Published campaigns that are not over.
    pub campaigns: Box<[Dated]>,
}

impl Placed {
    /// The campaigns that run at a moment, by their dates.
    pub fn running(&self, now: i64) -> impl Iterator<Item = CampaignId> {
        self.dated(now).map(|dated| dated.campaign_id)
    }

    /// The same with what is known of them.
    pub fn dated(&self, now: i64) -> impl Iterator<Item = &Dated> {
        let runs = move |dated: &&Dated| (dated.starts_at..dated.ends_at).contains(&now);
        self.campaigns.iter().filter(runs)
    }
}

/// On the unit sphere.
fn point(at: LatLng) -> [f64; 3] {
    let (lat, lng) = (at.lat().to_radians(), at.lng().to_radians());
    [lat.cos() * lng.cos(), lat.cos() * lng.sin(), lat.sin()]
}

/// The square of the straight way through the unit sphere below so many metres on it, and a little more for what floating point loses.
fn straight(metres: f64) -> f64 {
    let half = ((metres + 0.1) / EARTH_M / 2.0).clamp(0.0, std::f64::consts::FRAC_PI_2);
    4.0 * half.sin() * half.sin()
}

/// Below this square of a straight way (637 km) the first terms of the arcsine's series say the same to a nanometre, in a tenth of the time.
const SHORT: f64 = 0.01;

/// So many metres on the sphere lie above the straight way through it of which this is the square: the other way round.
fn metres(squared: f64) -> f64 {
    if squared < SHORT {
        let series =
            1.0 + squared / 24.0 * (1.0 + squared * 9.0 / 80.0 * (1.0 + squared * 25.0 / 168.0));
        return EARTH_M * squared.sqrt() * series;
    }
    2.0 * EARTH_M * (squared.sqrt() / 2.0).min(1.0).asin()
}

/// Some of a layer's stores, by their places in it; or all of them, and then nothing has to be looked up.
struct Tree {
    tree: Option<ImmutableKdTree<f64, 3>>,
    of: Option<Vec<u32>>,
}

impl Tree {
    fn new(places: &[Placed], keep: impl Fn(&Placed) -> bool) -> Self {
        let (of, points): (Vec<u32>, Vec<[f64; 3]>) = (0..)
            .zip(places)
            .filter(|(_, place)| keep(place))
            .map(|(n, place)| (n, point(place.at)))
            .unzip();
        // Without points there is none to be built.
        let tree = ImmutableKdTree::new_from_slice(&points).ok();
        let tree = tree.filter(|_| !of.is_empty());
        let of = (of.len() < places.len()).then_some(of);
        Self { tree, of }
    }

    /// The place in the layer of what the tree calls by a number.
    fn place(&self, item: u32) -> Option<usize> {
        match &self.of {
            Some(of) => of.get(item as usize).map(|n| *n as usize),
            None => Some(item as usize),
        }
    }
}

/// All stores of some retailers.
struct Layer {
    places: Vec<Placed>,
    retailers: HashSet<RetailerId>,
    all: Tree,
    dated: Tree,
}

impl Layer {
    fn new(places: Vec<Placed>, retailers: HashSet<RetailerId>) -> Self {
        Self {
            all: Tree::new(&places, |_| true),
            dated: Tree::new(&places, |place| !place.campaigns.is_empty()),
            places,
            retailers,
        }
    }

    /// The nearest of a tree that are to be kept, and how many metres away, in no particular order. They are asked for in growing numbers, since
    /// not all that are near may be kept.
    fn nearest<'a>(
        &'a self,
        tree: &Tree,
        (at, radius_m): (LatLng, f64),
        limit: usize,
        keep: &impl Fn(&Placed) -> bool,
        out: &mut Vec<(f64, &'a Placed)>,
    ) {
        let Some(kd) = &tree.tree else {
            // None where the tree could not be built: all of them are looked at.
            let all = (0..self.places.len()).map_while(|n| tree.place(u32::try_from(n).ok()?));
            let kept = all.filter_map(|n| self.places.get(n).filter(|place| keep(place)));
            out.extend(kept.map(|place| (at.distance_m(place.at), place)));
            return;
        };
        // The tree has the distance: nobody goes to where the store lies for it.
        let kept = |item: u32, squared: f64| {
            let place = self
                .places
                .get(tree.place(item)?)
                .filter(|place| keep(place))?;
            Some((metres(squared), place))
        };
        if limit > MANY {
            let found = kd
                .query(&point(at))
                .within::<SquaredEuclidean<f64>>(straight(radius_m))
                .unsorted()
                .execute();
            out.extend(found.iter().filter_map(|f| kept(f.item, f.distance)));
            return;
        }
        let mut wanted = limit.max(1);
        loop {
            let found = kd
                .query(&point(at))
                .nearest_n::<SquaredEuclidean<f64>>(
                    NonZeroUsize::new(wanted).unwrap_or(NonZeroUsize::MIN),
                )
                .within(straight(radius_m))
                .execute();
            let before = out.len();
            out.extend(found.iter().filter_map(|f| kept(f.item, f.distance)));
            if found.len() < wanted || out.len() - before >= limit {
                return;
            }
            out.truncate(before);
            wanted = wanted.saturating_mul(4);
        }
    }
}

/// All stores of all retailers at one moment.
pub struct Places {
    base: Arc<Layer>,
    recent: Layer,
}

/// What a retailer has now.
#[derive(Clone, Debug)]
pub struct Stock {
    /// Whose.
    pub retailer_id: RetailerId,
    /// All its stores.
    pub places: Vec<Placed>,
}

impl Places {
    /// These retailers' stores.
    #[must_use]
    pub fn new(stocks: Vec<Stock>) -> Self {
        let retailers = stocks.iter().map(|stock| stock.retailer_id).collect();
        let places = stocks.into_iter().flat_map(|stock| stock.places).collect();
        Self {
            base: Arc::new(Layer::new(places, retailers)),
            recent: Layer::new(Vec::new(), HashSet::new()),
        }
    }

    /// The same with what some retailers have now instead of what they had.
    #[must_use]
    pub fn with(&self, changed: Vec<Stock>) -> Self {
        let anew: HashSet<RetailerId> = changed.iter().map(|stock| stock.retailer_id).collect();
        let stay = |place: &&Placed| !anew.contains(&place.owner.retailer_id);
        let mut places: Vec<Placed> = self.recent.places.iter().filter(stay).cloned().collect();
        places.extend(changed.into_iter().flat_map(|stock| stock.places));
        let mut retailers: HashSet<RetailerId> = &self.recent.retailers | &anew;
        if places.len() <= RECENT + self.base.places.len() / 8 {
            return Self {
                base: Arc::clone(&self.base),
                recent: Layer::new(places, retailers),
            };
        }
        let settled = self
            .base
            .places
            .iter()
            .filter(|place| !retailers.contains(&place.owner.retailer_id));
        places.extend(settled.cloned());
        retailers.extend(&self.base.retailers);
        Self {
            base: Arc::new(Layer::new(places, retailers)),
            recent: Layer::new(Vec::new(), HashSet::new()),
        }
    }

    /// How many stores there are.
    #[must_use]
    pub fn len(&self) -> usize {
        let stands = |place: &&Placed| self.stands(place);
        self.recent.places.len() + self.base.places.iter().filter(stands).count()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether what the base says of a store's retailer is not overtaken.
    fn stands(&self, place: &Placed) -> bool {
        !self.recent.retailers.contains(&place.owner.retailer_id)
    }

    /// The stores within a radius, the nearest first by the great circle, at most `limit`; how many metres away each is.
    #[must_use]
    pub fn near(&self, at: LatLng, radius_m: f64, limit: usize) -> Vec<(f64, &Placed)> {
        self.found(|layer| &layer.all, (at, radius_m), limit, |_| true)
    }

    /// The same, of stores with a campaign that runs at a moment by its dates.
    #[must_use]
    pub fn running_near(
        &self,
        at: LatLng,
        radius_m: f64,
        limit: usize,
        now: i64,
    ) -> Vec<(f64, &Placed)> {
        let runs = |place: &Placed| place.running(now).next().is_some();
        self.found(|layer| &layer.dated, (at, radius_m), limit, runs)
    }

    fn found(
        &self,
        tree: impl Fn(&Layer) -> &Tree,
        (at, radius_m): (LatLng, f64),
        limit: usize,
        keep: impl Fn(&Placed) -> bool,
    ) -> Vec<(f64, &Placed)> {
        let mut out = Vec::with_capacity(if limit > MANY { 0 } else { limit });
        let place = (at, radius_m);
        let stands = |place: &Placed| self.stands(place) && keep(place);
        if self.recent.retailers.is_empty() {
            let base = &self.base;
            base.nearest(tree(base), place, limit, &keep, &mut out);
        } else {
            let (base, recent) = (&self.base, &self.recent);
            base.nearest(tree(base), place, limit, &stands, &mut out);
            recent.nearest(tree(recent), place, limit, &keep, &mut out);
        }
        // Exact on the sphere: the tree looked a little further.
        out.retain(|(metres, _)| *metres <= radius_m);
        out.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.store_id.cmp(&b.1.store_id)));
        out.truncate(limit);
        out
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, sync::Arc};

    use super::{Dated, Owner, Placed, Places, Stock};
    use crate::db::Names;
    use app::{
        geo::LatLng,
        id::{CampaignId, RetailerId, StoreId},
    };
    use proptest::prelude::*;

    /// A store of a retailer somewhere, every other one with a campaign that runs from 100 to 200.
    fn placed(retailer: u128, store: u128, lat: f64, lng: f64) -> Option<Placed> {
        let dated = Dated {
            campaign_id: CampaignId::from_bits(store),
            starts_at: 100,
            ends_at: 200,
            partner_only: false,
        };
        Some(Placed {
            owner: Arc::new(Owner {
                retailer_id: RetailerId::from_bits(retailer),
                names: Names {
                    ja: "店".to_owned(),
                    en: None,
                },
            }),
            store_id: StoreId::from_bits(store),
            name: "S".into(),
            at: LatLng::new(lat, lng).ok()?,
            campaigns: if store.is_multiple_of(2) {
                [dated].into()
            } else {
                [].into()
            },
        })
    }

    fn stocks(places: &[Placed]) -> Vec<Stock> {
        let ids = |place: &Placed| place.owner.retailer_id;
        let mut retailers: Vec<RetailerId> = places.iter().map(ids).collect();
        retailers.sort_unstable();
        retailers.dedup();
        let of = |retailer_id| places.iter().filter(move |place| ids(place) == retailer_id);
        let stock = |retailer_id| Stock {
            retailer_id,
            places: of(retailer_id).cloned().collect(),
        };
        retailers.into_iter().map(stock).collect()
    }

    /// The same distances, to a millimetre and, at the other end of the earth, to some metres.
    fn same(found: &[f64], wanted: &[f64]) -> bool {
        let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-3 + 1e-6 * b;
        found.len() == wanted.len() && found.iter().zip(wanted).all(near)
    }

    /// How far away what was found is, each store once. Which of two at exactly the same distance comes last is nobody's concern.
    fn metres(found: &[(f64, &Placed)]) -> Vec<f64> {
        let stores: HashSet<StoreId> = found.iter().map(|(_, place)| place.store_id).collect();
        assert_eq!(stores.len(), found.len(), "a store twice");
        found.iter().map(|(metres, _)| *metres).collect()
    }

    /// Without any tree.
    fn plainly(places: &[Placed], at: LatLng, radius_m: f64, limit: usize) -> Vec<f64> {
        let mut all: Vec<f64> = places.iter().map(|place| at.distance_m(place.at)).collect();
        all.retain(|metres| *metres <= radius_m);
        all.sort_unstable_by(f64::total_cmp);
        all.truncate(limit);
        all
    }

    /// Anywhere on the globe, and often where others are: on a grid, at a pole, on the 180th meridian.
    fn somewhere() -> impl Strategy<Value = (f64, f64)> {
        prop_oneof![
            (-90.0..=90.0_f64, -180.0..=180.0_f64),
            (-3_i32..3, -3_i32..3).prop_map(|(lat, lng)| (
                35.0 + f64::from(lat) / 50.0,
                139.0 + f64::from(lng) / 50.0
            )),
            (88.0..=90.0_f64, -180.0..=180.0_f64),
            (
                -1.0..1.0_f64,
                prop_oneof![Just(180.0), Just(-180.0), 179.0..180.0_f64]
            ),
        ]
    }

    proptest! {
        #[test]
        fn finds_what_looking_at_each_store_finds_before_and_after_changes(
            first in prop::collection::vec((0_u128..6, somewhere()), 0..120),
            then in prop::collection::vec((0_u128..6, somewhere()), 0..60),
            (lat, lng) in somewhere(), km in prop_oneof![0.0..50.0_f64, 0.0..20_100.0_f64], limit in 1_usize..30,
        ) {
            let at = LatLng::new(lat, lng).map_err(|e| TestCaseError::fail(e.to_string()))?;
            let make = |from: u128, many: &[(u128, (f64, f64))]| -> Vec<Placed> {
                (from..).zip(many).filter_map(|(n, (retailer, (lat, lng)))| placed(*retailer, n, *lat, *lng)).collect()
            };
            let (mut all, anew) = (make(1, &first), make(1_000, &then));
            let mut places = Places::new(stocks(&all));
            for _ in 0..2 {
                let radius_m = km * 1_000.0;
                let (found, wanted) = (metres(&places.near(at, radius_m, limit)), plainly(&all, at, radius_m, limit));
                prop_assert!(same(&found, &wanted), "{found:?} {wanted:?}");
                let dated: Vec<Placed> = all.iter().filter(|place| !place.campaigns.is_empty()).cloned().collect();
                let (found, wanted) = (metres(&places.running_near(at, radius_m, limit, 150)), plainly(&dated, at, radius_m, limit));
                prop_assert!(same(&found, &wanted), "{found:?} {wanted:?}");
                prop_assert!(places.running_near(at, radius_m, limit, 200).is_empty());
                prop_assert_eq!(places.len(), all.len());
                // What some retailers have now takes the place of what they had.
                let changed = stocks(&anew);
                all.retain(|place| changed.iter().all(|stock| stock.retailer_id != place.owner.retailer_id));
                all.extend(anew.iter().cloned());
                places = places.with(changed);
            }
        }
    }

    #[test]
    fn many_changes_are_put_in_order_with_the_rest() {
        let many = |retailer: u128, from: u128| -> Vec<Placed> {
            (from..from + 4_000)
                .filter_map(|n| {
                    placed(
                        retailer,
                        n,
                        35.0 + (n % 100) as f64 / 1_000.0,
                        139.0 + (n / 100) as f64 / 10_000.0,
                    )
                })
                .collect()
        };
        let mut places = Places::new(stocks(&many(1, 0)));
        let mut all = many(1, 0);
        for (retailer, from) in [(2, 10_000), (3, 20_000), (2, 30_000), (4, 40_000)] {
            all.retain(|place| place.owner.retailer_id != RetailerId::from_bits(retailer));
            all.extend(many(retailer, from));
            places = places.with(stocks(&many(retailer, from)));
            assert_eq!(places.len(), all.len());
        }
        assert!(places.base.places.len() > 4_000, "nothing was put in order");
        let Ok(at) = LatLng::new(35.05, 139.1) else {
            panic!("a place")
        };
        let found = metres(&places.near(at, 30_000.0, 50));
        assert!(same(&found, &plainly(&all, at, 30_000.0, 50)));
    }
}
