//! How far a shopper counts as being: a forged position must not pay, and what pays is pretending to be far.

use serde::{Deserialize, Serialize};

use crate::lang::Text;

use super::{Band, Cell, LatLng};

/// Faster than this between two sightings is no travelling, km/h.
pub const MAX_SPEED_KMH: f64 = 300.0;

/// What a device says about where it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The coarse cell of the fix.
    pub cell: Cell,
    /// The band to the store, computed on the device from the exact fix.
    pub claimed: Band,
    /// Accuracy radius of the fix, metres.
    pub accuracy_m: u32,
    /// When, unix milliseconds: the server's clock, not the device's.
    pub at: i64,
}

/// The cell before this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastSeen {
    /// The coarse cell.
    pub cell: Cell,
    /// When, unix milliseconds.
    pub at: i64,
}

/// Why the effective band is what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BandReason {
    /// No position was given.
    NoPosition,
    /// The accuracy is worse than the band.
    PoorAccuracy,
    /// Nobody travels that fast.
    TooFast,
    /// Not enough days known yet.
    NotEstablished,
    /// Where the shopper is now decides, being the nearer of the two.
    Now,
    /// Where the shopper usually is decides, being the nearer of the two.
    Established,
}

impl BandReason {
    /// The sentence that explains it to the shopper.
    #[must_use]
    pub const fn text(self) -> Text {
        match self {
            Self::NoPosition => Text::new(
                "現在地が分からないため、距離は考慮していません。",
                "Your position is not known, so distance does not count.",
            ),
            Self::PoorAccuracy => Text::new(
                "位置情報の精度が低いため、距離は考慮していません。",
                "Your position is too inexact, so distance does not count.",
            ),
            Self::TooFast => Text::new(
                "前回の場所から短時間で大きく移動したため、今回は距離を考慮していません。",
                "Your position moved too far in too short a time, so distance does not count this time.",
            ),
            Self::NotEstablished => Text::new(
                "ふだんの場所がまだ分からないため、距離は考慮していません（数日分の利用で反映されます）。",
                "We do not know yet where you usually are, so distance does not count; it will after some more days.",
            ),
            Self::Now => Text::new(
                "いまいる場所からの距離で計算しました。",
                "The distance from where you are now was used.",
            ),
            Self::Established => Text::new(
                "ふだんいる場所からの距離で計算しました。",
                "The distance from where you usually are was used.",
            ),
        }
    }
}

/// The band that counts, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffectiveBand {
    /// The band that counts.
    pub band: Band,
    /// Why.
    pub reason: BandReason,
}

impl EffectiveBand {
    const fn nearest(reason: BandReason) -> Self {
        Self {
            band: Band::NEAREST,
            reason,
        }
    }
}

/// The nearer of the claimed band and the band of the established area.
///
/// - No sighting, an accuracy worse than the claimed band is wide, or more than 300 km/h since the last cell (measured between
///   the nearest points of both cells, so that nobody is accused by rounding): the nearest band.
/// - A claim is taken where some point of the cell has it; otherwise the nearest band that the cell makes possible.
/// - The established area counts by the nearest band that its cell makes possible, for what is measured from its middle can be
///   farther than where its people live, and then a forged far fix would pay them. None yet: the nearest band.
#[must_use]
pub fn effective_band(
    sighting: Option<Sighting>,
    store: LatLng,
    last: Option<LastSeen>,
    established: Option<Cell>,
) -> EffectiveBand {
    let Some(now) = sighting else {
        return EffectiveBand::nearest(BandReason::NoPosition);
    };
    let (nearest_possible, farthest_possible) = now.cell.possible_bands(store);
    let here = if (nearest_possible..=farthest_possible).contains(&now.claimed) {
        now.claimed
    } else {
        nearest_possible
    };
    if f64::from(now.accuracy_m) > here.width_m() {
        return EffectiveBand::nearest(BandReason::PoorAccuracy);
    }
    if last.is_some_and(|last| too_fast(last, now)) {
        return EffectiveBand::nearest(BandReason::TooFast);
    }
    let Some(area) = established else {
        return EffectiveBand::nearest(BandReason::NotEstablished);
    };
    let (usual, _) = area.possible_bands(store);
    if here <= usual {
        EffectiveBand {
            band: here,
            reason: BandReason::Now,
        }
    } else {
        EffectiveBand {
            band: usual,
            reason: BandReason::Established,
        }
    }
}

/// A clock that stands still or runs backwards leaves no time to travel in.
fn too_fast(last: LastSeen, now: Sighting) -> bool {
    let metres = last.cell.min_distance_to_cell_m(now.cell);
    // Milliseconds since 1970 stay below 2^53.
    #[allow(clippy::cast_precision_loss)]
    let hours = now.at.saturating_sub(last.at).max(0) as f64 / 3_600_000.0;
    metres / 1_000.0 > MAX_SPEED_KMH * hours
}

#[cfg(test)]
mod tests {
    use super::{Band, BandReason, Cell, LastSeen, LatLng, Sighting, effective_band};
    use proptest::prelude::*;

    const NOW: i64 = 1_795_273_200_000;

    fn at(lat: f64, lng: f64) -> LatLng {
        LatLng::clamped(lat, lng)
    }
    /// Tokyo station.
    fn store() -> LatLng {
        at(35.6812, 139.7671)
    }
    /// The honest claim of somebody at a point.
    fn honest(point: LatLng) -> Sighting {
        Sighting {
            cell: Cell::of(point),
            claimed: Band::of_m(point.distance_m(store())),
            accuracy_m: 20,
            at: NOW,
        }
    }
    /// Some 8 km west: Shinjuku and a bit.
    fn west() -> LatLng {
        at(35.6900, 139.6800)
    }

    #[test]
    fn somebody_who_lives_and_is_far_counts_as_far() {
        let decided = effective_band(Some(honest(west())), store(), None, Some(Cell::of(west())));
        assert_eq!(
            (decided.band, decided.reason),
            (Band::Under10km, BandReason::Now)
        );
    }

    #[test]
    fn one_forged_far_fix_changes_nothing() {
        let home = Cell::of(store());
        let decided = effective_band(Some(honest(west())), store(), None, Some(home));
        assert_eq!(
            (decided.band, decided.reason),
            (Band::Under500m, BandReason::Established)
        );
        let newcomer = effective_band(Some(honest(west())), store(), None, None);
        assert_eq!(
            (newcomer.band, newcomer.reason),
            (Band::NEAREST, BandReason::NotEstablished)
        );
    }

    #[test]
    fn somebody_who_lives_far_and_is_near_counts_as_near() {
        let decided = effective_band(Some(honest(store())), store(), None, Some(Cell::of(west())));
        assert_eq!(
            (decided.band, decided.reason),
            (Band::Under500m, BandReason::Now)
        );
    }

    #[test]
    fn a_claim_that_the_cell_makes_impossible_falls_to_the_nearest_possible() {
        let far_home = Some(Cell::of(at(35.0, 139.0)));
        let lie = Sighting {
            claimed: Band::From10km,
            ..honest(store())
        };
        let decided = effective_band(Some(lie), store(), None, far_home);
        assert_eq!(
            (decided.band, decided.reason),
            (Band::Under500m, BandReason::Now)
        );
    }

    #[test]
    fn inexact_or_impossibly_fast_positions_count_as_near() {
        let home = Some(Cell::of(west()));
        let inexact = Sighting {
            accuracy_m: 5_001,
            ..honest(west())
        };
        assert_eq!(
            effective_band(Some(inexact), store(), None, home).reason,
            BandReason::PoorAccuracy
        );
        let just = Sighting {
            accuracy_m: 5_000,
            ..honest(west())
        };
        assert_eq!(
            effective_band(Some(just), store(), None, home).reason,
            BandReason::Now
        );

        // Osaka an hour ago: some 400 km. Two hours ago it could have been a train.
        let osaka = |hours: i64| {
            Some(LastSeen {
                cell: Cell::of(at(34.7025, 135.4959)),
                at: NOW - hours * 3_600_000,
            })
        };
        assert_eq!(
            effective_band(Some(honest(west())), store(), osaka(1), home).reason,
            BandReason::TooFast
        );
        assert_eq!(
            effective_band(Some(honest(west())), store(), osaka(2), home).reason,
            BandReason::Now
        );
        assert_eq!(
            effective_band(Some(honest(west())), store(), osaka(-1), home).reason,
            BandReason::TooFast
        );
        assert_eq!(
            effective_band(None, store(), None, home).reason,
            BandReason::NoPosition
        );
    }

    #[test]
    fn a_step_across_the_border_of_a_cell_is_not_fast() {
        let (a, b) = (at(35.67499, 139.76249), at(35.67501, 139.76251));
        let last = LastSeen {
            cell: Cell::of(a),
            at: NOW,
        };
        assert_ne!(Cell::of(a), Cell::of(b));
        let decided = effective_band(Some(honest(b)), store(), Some(last), Some(Cell::of(b)));
        assert_ne!(decided.reason, BandReason::TooFast);
    }

    proptest! {
        #[test]
        fn never_farther_than_the_established_area(
            lat in 34.0..37.0_f64, lng in 138.0..141.0_f64, claimed in prop::sample::select(Band::ALL.to_vec()),
            accuracy_m in 0_u32..30_000, home_lat in 35.5..35.9_f64, home_lng in 139.5..140.0_f64, minutes in 0_i64..10_000,
            last_lat in 34.0..37.0_f64,
        ) {
            let forged = Sighting { cell: Cell::of(at(lat, lng)), claimed, accuracy_m, at: NOW };
            let last = LastSeen { cell: Cell::of(at(last_lat, 139.0)), at: NOW - minutes * 60_000 };
            let home = Cell::of(at(home_lat, home_lng));
            // What honesty gives at home is the most that any claim can give.
            let usual = Band::of_m(at(home_lat, home_lng).distance_m(store()));
            prop_assert!(effective_band(Some(forged), store(), Some(last), Some(home)).band <= usual);
            prop_assert_eq!(effective_band(Some(forged), store(), Some(last), None).band, Band::NEAREST);
        }

        #[test]
        fn an_honest_claim_is_always_possible(lat in 35.4..36.0_f64, lng in 139.4..140.2_f64) {
            let here = honest(at(lat, lng));
            let (nearest, farthest) = here.cell.possible_bands(store());
            prop_assert!((nearest..=farthest).contains(&here.claimed));
        }
    }
}
