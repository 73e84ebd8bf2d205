//! The stores near and what is known of each.

use app::{
    api::shopper::{Dwell, DwellRequest, StorePlace},
    geo::{Cell, DWELL_MS, Geofence, LatLng, Reading, Transition},
    id::StoreId,
};

/// A store and what is known of the device and it.
struct Watched {
    store: StorePlace,
    fence: Geofence,
    /// What the server gave when the device was first inside, and from when on, by the device's steady clock, it makes a visit.
    begun: Option<(String, i64)>,
    /// The server knows of the visit.
    is_visit: bool,
}

/// What is watched.
#[derive(Default)]
pub(super) struct Watch {
    around: Option<Cell>,
    stores: Vec<Watched>,
}

impl Watch {
    /// Whether the stores that are known are those of another cell.
    pub(super) fn is_elsewhere(&self, cell: Cell) -> bool {
        self.around != Some(cell)
    }

    /// Watches the stores around a cell; of those that were watched before everything stays known.
    pub(super) fn keep(&mut self, cell: Cell, stores: Vec<StorePlace>) {
        let mut before = std::mem::take(&mut self.stores);
        self.around = Some(cell);
        self.stores = stores
            .into_iter()
            .filter_map(|store| {
                let known = before
                    .iter()
                    .position(|watched| watched.store.store_id == store.store_id);
                if let Some(known) = known {
                    return Some(before.swap_remove(known));
                }
                let middle = LatLng::new(store.lat, store.lng).ok()?;
                Some(Watched {
                    store,
                    fence: Geofence::new(middle),
                    begun: None,
                    is_visit: false,
                })
            })
            .collect();
    }

    /// Takes a reading in: what it means for which stores.
    pub(super) fn read(&mut self, reading: Reading) -> Vec<(StorePlace, Transition)> {
        let mut out = Vec::new();
        for watched in &mut self.stores {
            if let Some(transition) = watched.fence.read(reading) {
                if transition == Transition::Exit {
                    watched.begun = None;
                    watched.is_visit = false;
                }
                out.push((watched.store.clone(), transition));
            }
        }
        out
    }

    /// What the server is to be told now: that the device is inside, and, once it has stayed, what it gave then.
    pub(super) fn to_tell(&self, now: i64) -> Vec<(StoreId, DwellRequest)> {
        let inside = self
            .stores
            .iter()
            .filter(|watched| watched.fence.is_inside() && !watched.is_visit);
        inside
            .filter_map(|watched| {
                let dwell = match &watched.begun {
                    None => None,
                    Some((dwell, due)) if watched.fence.has_dwelt() && now >= *due => {
                        Some(dwell.clone())
                    }
                    Some(_) => return None,
                };
                let request = DwellRequest {
                    retailer_id: watched.store.retailer_id,
                    store_id: watched.store.store_id,
                    dwell,
                };
                Some((watched.store.store_id, request))
            })
            .collect()
    }

    /// What the server answered.
    pub(super) fn told(&mut self, store_id: StoreId, answer: Dwell, now: i64) {
        let told = self
            .stores
            .iter_mut()
            .find(|watched| watched.store.store_id == store_id);
        if let Some(watched) = told {
            // Its clock may be another: the time is the device's own from here on.
            let goes_on = watched
                .begun
                .as_ref()
                .is_some_and(|(dwell, _)| *dwell == answer.dwell);
            if !goes_on {
                watched.begun = Some((answer.dwell, now + DWELL_MS));
            }
            watched.is_visit = answer.is_visit;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Watch;
    use app::{
        api::shopper::{Dwell, StorePlace},
        geo::{Cell, DWELL_MS, LatLng, Reading, Transition},
        id::{RetailerId, StoreId},
    };

    fn store(n: u128, lat: f64) -> StorePlace {
        StorePlace {
            retailer_id: RetailerId::from_bits(1),
            retailer_name: "R".to_owned(),
            store_id: StoreId::from_bits(n),
            name: "S".to_owned(),
            lat,
            lng: 139.7,
        }
    }

    fn at(seconds: i64, lat: f64) -> Reading {
        Reading {
            at: seconds * 1_000,
            place: LatLng::new(lat, 139.7).expect("a place"),
            accuracy_m: 10.0,
        }
    }

    fn answer(dwell: &str, is_visit: bool) -> Dwell {
        Dwell {
            dwell: dwell.to_owned(),
            visit_from: 0,
            is_visit,
        }
    }

    #[test]
    fn tells_once_that_it_is_inside_and_once_that_it_stayed() {
        let mut watch = Watch::default();
        let cell = Cell::of(at(0, 35.69).place);
        assert!(watch.is_elsewhere(cell));
        watch.keep(cell, vec![store(1, 35.69), store(2, 35.70)]);
        assert!(!watch.is_elsewhere(cell));
        let (mut seen, mut told) = (Vec::new(), Vec::new());
        for second in (0..600).step_by(10) {
            seen.extend(
                watch
                    .read(at(second, 35.69))
                    .into_iter()
                    .map(|(s, t)| (s.store_id, t)),
            );
            for (store_id, request) in watch.to_tell(second * 1_000) {
                let is_visit = request.dwell.is_some();
                told.push((second, request.dwell));
                watch.told(store_id, answer("d1", is_visit), second * 1_000);
            }
            // Another cell's stores are among those of this one: nothing is forgotten.
            watch.keep(cell, vec![store(2, 35.70), store(1, 35.69)]);
        }
        let one = StoreId::from_bits(1);
        assert_eq!(seen, [(one, Transition::Enter), (one, Transition::Dwell)]);
        assert_eq!(
            told,
            [(30, None), (30 + DWELL_MS / 1_000, Some("d1".to_owned()))]
        );
    }

    #[test]
    fn an_answer_that_came_late_counts_from_then_and_one_that_never_came_is_asked_for_again() {
        let mut watch = Watch::default();
        watch.keep(Cell::of(at(0, 35.69).place), vec![store(1, 35.69)]);
        let mut asked = Vec::new();
        for second in (0..900).step_by(10) {
            watch.read(at(second, 35.69));
            for (store_id, request) in watch.to_tell(second * 1_000) {
                asked.push((second, request.dwell.clone()));
                // Without a connection for four minutes.
                if second >= 240 {
                    let dwell = request.dwell.clone().unwrap_or("d2".to_owned());
                    watch.told(
                        store_id,
                        answer(&dwell, request.dwell.is_some()),
                        second * 1_000,
                    );
                }
            }
        }
        let first = asked.iter().filter(|(_, dwell)| dwell.is_none()).count();
        assert_eq!(first, 22, "from 30 s to 240 s");
        assert_eq!(
            asked.last(),
            Some(&(240 + DWELL_MS / 1_000, Some("d2".to_owned())))
        );
    }

    #[test]
    fn who_left_and_came_again_begins_anew() {
        let mut watch = Watch::default();
        watch.keep(Cell::of(at(0, 35.69).place), vec![store(1, 35.69)]);
        let mut told = Vec::new();
        for second in (0..400).step_by(10) {
            let lat = if (100..200).contains(&second) {
                35.70
            } else {
                35.69
            };
            watch.read(at(second, lat));
            for (store_id, request) in watch.to_tell(second * 1_000) {
                told.push((second, request.dwell));
                watch.told(store_id, answer("d", false), second * 1_000);
            }
        }
        assert_eq!(told, [(30, None), (230, None)]);
    }
}
