//! The area around a store while a page is open: who enters it, stays and leaves, told from fixes that are never exact.
//!
//! A fix jumps by tens of metres between houses. So an entry takes several fixes that agree, and it takes being well outside to leave: two
//! circles, and a time in each. Whoever is driven past is inside for less than an entry takes.

use super::LatLng;

/// Radius of the area whose inside is an entry, metres.
pub const RADIUS_M: f64 = 100.0;
/// So much further out one has left, metres, or as much as the fix may be wrong, if that is more.
pub const MARGIN_M: f64 = 50.0;
/// A fix that may be further off than this says nothing.
pub const MAX_ACCURACY_M: f64 = 100.0;
/// Inside for so long before it is an entry.
pub const ENTER_MS: i64 = 25_000;
/// Outside for so long before it is an exit.
pub const EXIT_MS: i64 = 15_000;
/// Inside for so long after the entry it is a stay.
pub const DWELL_MS: i64 = crate::pass::DWELL_MS;
/// A pause between two fixes longer than this counts for nothing: nobody knows where the device was meanwhile.
pub const GAP_MS: i64 = 60_000;

/// One reading of the device's position, which never leaves it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// When, milliseconds of any clock that does not jump.
    pub at: i64,
    /// Where.
    pub place: LatLng,
    /// How far off it may be, metres.
    pub accuracy_m: f64,
}

/// What became of somebody and an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transition {
    /// Is inside.
    Enter,
    /// Has stayed inside.
    Dwell,
    /// Is outside again.
    Exit,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    /// Outside; and for how long all fixes were inside, if that may become an entry.
    Outside { inside_for: Option<i64> },
    /// Inside; for how long of which nobody doubts; and for how long all fixes were outside.
    Inside {
        stayed: i64,
        dwelt: bool,
        outside_for: Option<i64>,
    },
}

/// The area around one store and what is known of somebody and it.
#[derive(Clone, Debug, PartialEq)]
pub struct Geofence {
    middle: LatLng,
    state: State,
    last: Option<i64>,
}

impl Geofence {
    /// The area around a store, whoever is watched being outside.
    #[must_use]
    pub const fn new(middle: LatLng) -> Self {
        Self {
            middle,
            state: State::Outside { inside_for: None },
            last: None,
        }
    }

    /// Whether somebody is inside: entered and did not leave.
    #[must_use]
    pub const fn is_inside(&self) -> bool {
        matches!(self.state, State::Inside { .. })
    }

    /// Whether somebody is inside and has stayed.
    #[must_use]
    pub const fn has_dwelt(&self) -> bool {
        matches!(self.state, State::Inside { dwelt: true, .. })
    }

    /// Takes one reading in. A reading that says nothing, or is not later than the last one, changes nothing.
    pub fn read(&mut self, reading: Reading) -> Option<Transition> {
        let accuracy = reading.accuracy_m;
        // Not `>`: what is no number says nothing either.
        if !(0.0..=MAX_ACCURACY_M).contains(&accuracy)
            || self.last.is_some_and(|at| reading.at <= at)
        {
            return None;
        }
        let since_last = self.last.map_or(0, |at| reading.at.saturating_sub(at));
        self.last = Some(reading.at);
        let known = if since_last <= GAP_MS { since_last } else { 0 };
        let metres = self.middle.distance_m(reading.place);
        let inside = metres <= RADIUS_M;
        let outside = metres > RADIUS_M + MARGIN_M.max(accuracy);
        match &mut self.state {
            State::Outside { inside_for } => {
                *inside_for = match *inside_for {
                    // On the edge is not inside, and what was before a pause says nothing of now.
                    _ if !inside => None,
                    Some(time) if known > 0 => Some(time + known),
                    _ => Some(0),
                };
                if inside_for.is_some_and(|time| time >= ENTER_MS) {
                    self.state = State::Inside {
                        stayed: 0,
                        dwelt: false,
                        outside_for: None,
                    };
                    return Some(Transition::Enter);
                }
                None
            }
            State::Inside {
                stayed,
                dwelt,
                outside_for,
            } => {
                if outside {
                    // The time since the last reading: for a part of it at least one was on the way out.
                    let time = outside_for.map_or(0, |time| time + since_last);
                    if time >= EXIT_MS {
                        self.state = State::Outside { inside_for: None };
                        return Some(Transition::Exit);
                    }
                    *outside_for = Some(time);
                    return None;
                }
                // Neither away for a moment nor on the edge is a stay: whoever walks past is within the outer circle for minutes.
                if outside_for.take().is_none() && inside {
                    *stayed += known;
                }
                if *stayed >= DWELL_MS && !*dwelt {
                    *dwelt = true;
                    return Some(Transition::Dwell);
                }
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DWELL_MS, ENTER_MS, Geofence, Reading, Transition};
    use crate::geo::LatLng;
    use proptest::prelude::*;
    use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

    /// Metres of a degree of latitude.
    const DEGREE_M: f64 = 111_195.0;

    /// A point so many metres east and north of a street corner in Tokyo.
    fn at(east: f64, north: f64) -> LatLng {
        let lat = 35.69 + north / DEGREE_M;
        LatLng::clamped(
            lat,
            139.7 + east / (DEGREE_M * 35.69_f64.to_radians().cos()),
        )
    }

    /// A leg of a way: to a point east along the street, at a speed; or a stay.
    enum Leg {
        To { east: f64, metres_per_second: f64 },
        Stay { seconds: u32 },
    }

    /// Positions along a straight street, one a second, as a device gives them: wrong by an error that drifts (a first-order autoregression,
    /// which is what satellite fixes between houses look like), some tens of metres at worst.
    fn recorded(seed: u64, legs: &[Leg], error_m: f64) -> Vec<Reading> {
        const KEEPS: f64 = 0.95;
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        // The sum of twelve uniform numbers is near enough to a normal one, without its tails.
        let mut normal = move || (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0;
        let (mut east, mut error, mut seconds) = (0.0, (0.0, 0.0), 0);
        let mut out = Vec::new();
        let mut tick = |east: f64| {
            let step = error_m * (1.0 - KEEPS * KEEPS).sqrt();
            error = (
                KEEPS * error.0 + step * normal(),
                KEEPS * error.1 + step * normal(),
            );
            out.push(Reading {
                at: seconds * 1_000,
                place: at(east + error.0, error.1),
                accuracy_m: 2.0 * error_m,
            });
            seconds += 1;
        };
        for leg in legs {
            match leg {
                Leg::Stay { seconds } => (0..*seconds).for_each(|_| tick(east)),
                Leg::To {
                    east: goal,
                    metres_per_second,
                } => {
                    while east < *goal {
                        east += metres_per_second;
                        tick(east);
                    }
                }
            }
        }
        out
    }

    /// What happens at each store.
    fn watched<const N: usize>(
        stores: [(f64, f64); N],
        track: &[Reading],
        every: usize,
    ) -> [Vec<Transition>; N] {
        let mut fences = stores.map(|(east, north)| Geofence::new(at(east, north)));
        let mut out = std::array::from_fn(|_| Vec::new());
        for reading in track.iter().step_by(every) {
            for (fence, out) in fences.iter_mut().zip(&mut out) {
                out.extend(fence.read(*reading));
            }
        }
        out
    }

    #[test]
    fn a_walk_past_three_stores_is_told_as_it_was() {
        use Transition::{Dwell, Enter, Exit};
        const WALKING: f64 = 1.3;
        // Walked by at the first, shopped for six minutes at the second, the third across a park.
        let legs = [
            Leg::To {
                east: 900.0,
                metres_per_second: WALKING,
            },
            Leg::Stay { seconds: 360 },
            Leg::To {
                east: 2_200.0,
                metres_per_second: WALKING,
            },
        ];
        let stores = [(400.0, 25.0), (905.0, -15.0), (1_500.0, 210.0)];
        for seed in 0..100 {
            let track = recorded(seed, &legs, 12.0);
            for every in [1, 5, 12] {
                assert_eq!(
                    watched(stores, &track, every),
                    [vec![Enter, Exit], vec![Enter, Dwell, Exit], vec![]],
                    "seed {seed}, a fix every {every} s"
                );
            }
        }
    }

    #[test]
    fn a_drive_past_is_nothing() {
        // 60 km/h.
        let legs = [Leg::To {
            east: 3_000.0,
            metres_per_second: 60.0 / 3.6,
        }];
        for seed in 0..100 {
            let track = recorded(seed, &legs, 12.0);
            for every in [1, 5, 12] {
                assert_eq!(
                    watched([(1_000.0, 10.0), (2_000.0, 40.0)], &track, every),
                    [vec![], vec![]]
                );
            }
        }
    }

    #[test]
    fn waiting_at_a_light_is_no_stay_and_shopping_with_the_page_asleep_is_none_either() {
        use Transition::{Enter, Exit};
        let drive = |seconds| {
            [
                Leg::To {
                    east: 1_000.0,
                    metres_per_second: 60.0 / 3.6,
                },
                Leg::Stay { seconds },
                Leg::To {
                    east: 2_000.0,
                    metres_per_second: 60.0 / 3.6,
                },
            ]
        };
        for seed in 0..50 {
            let track = recorded(seed, &drive(90), 12.0);
            assert_eq!(watched([(1_000.0, 10.0)], &track, 5), [vec![Enter, Exit]]);
            // The page wakes up every two minutes only: nobody knows where the device was.
            let track = recorded(seed, &drive(1_200), 12.0);
            assert_eq!(watched([(1_000.0, 10.0)], &track, 120), [vec![]]);
        }
    }

    #[test]
    fn an_inexact_fix_says_nothing() {
        let mut fence = Geofence::new(at(0.0, 0.0));
        for (n, accuracy_m) in [f64::NAN, f64::INFINITY, 500.0, -1.0]
            .into_iter()
            .cycle()
            .take(100)
            .enumerate()
        {
            let reading = Reading {
                at: n as i64 * 5_000,
                place: at(0.0, 0.0),
                accuracy_m,
            };
            assert_eq!(fence.read(reading), None);
        }
        assert_eq!(fence, Geofence::new(at(0.0, 0.0)));
    }

    proptest! {
        #[test]
        fn whatever_fixes_come_entries_stays_and_exits_come_in_their_order_and_take_their_time(
            fixes in prop::collection::vec((0_i64..90_000, 0.0..300.0_f64, 0.0..150.0_f64), 0..400),
        ) {
            let mut fence = Geofence::new(at(0.0, 0.0));
            let (mut now, mut entered, mut dwelt, mut inside_since) = (0, None, false, None);
            for (pause, metres, accuracy_m) in fixes {
                now += pause;
                let inside = metres < super::RADIUS_M && accuracy_m <= super::MAX_ACCURACY_M;
                if inside && inside_since.is_none() {
                    inside_since = Some(now);
                }
                match fence.read(Reading { at: now, place: at(metres, 0.0), accuracy_m }) {
                    Some(Transition::Enter) => {
                        prop_assert!(entered.is_none());
                        prop_assert!(inside_since.is_some_and(|since| now - since >= ENTER_MS));
                        (entered, dwelt) = (Some(now), false);
                    }
                    Some(Transition::Dwell) => {
                        prop_assert!(!dwelt && entered.is_some_and(|at| now - at >= DWELL_MS));
                        dwelt = true;
                    }
                    Some(Transition::Exit) => {
                        prop_assert!(entered.take().is_some());
                        inside_since = None;
                    }
                    None => {}
                }
                prop_assert_eq!(fence.is_inside(), entered.is_some());
            }
        }
    }
}
