//! The surroundings of a point as a condition on latitudes and longitudes.

use app::geo::LatLng;
use sea_orm::Value;

/// The mean radius of the earth, metres, as `app::geo` has it.
pub(crate) const EARTH_M: f64 = 6_371_008.8;

/// A box of latitudes and longitudes that holds every point within a radius.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Around {
    south: f64,
    north: f64,
    /// West and east; `None`: every longitude. West > east: across 180°.
    sides: Option<(f64, f64)>,
}

impl Around {
    /// The box around a point; an infinite radius gives the whole earth.
    ///
    /// With angular radius `r`: latitudes ± `r`, longitudes ± `asin(sin r / cos φ)`, every longitude where a pole is inside.
    #[must_use]
    pub fn new(point: LatLng, radius_m: f64) -> Self {
        // A metre more for what floating point loses.
        let r = ((radius_m + 1.0) / EARTH_M).min(std::f64::consts::PI);
        let (south, north) = (point.lat() - r.to_degrees(), point.lat() + r.to_degrees());
        let sides = (south > -90.0 && north < 90.0 && r < std::f64::consts::FRAC_PI_2).then(|| {
            let half = (r.sin() / point.lat().to_radians().cos())
                .clamp(-1.0, 1.0)
                .asin()
                .to_degrees();
            let wrap = |lng: f64| (lng + 180.0).rem_euclid(360.0) - 180.0;
            (wrap(point.lng() - half), wrap(point.lng() + half))
        });
        Self {
            south,
            north,
            sides,
        }
    }

    /// A condition on `lat` and `lng` of the table called `alias`, with parameters from number `first` on.
    pub(crate) fn condition(self, alias: &str, first: usize) -> (String, Vec<Value>) {
        let mut text = format!("{alias}.lat BETWEEN ${} AND ${}", first, first + 1);
        let mut values: Vec<Value> = vec![self.south.into(), self.north.into()];
        if let Some((west, east)) = self.sides {
            // 180° east is 180° west: both names of it are inside a box that touches either.
            let joint = if west <= east { "AND" } else { "OR" };
            text.push_str(&format!(
                " AND ({alias}.lng >= ${} {joint} {alias}.lng <= ${})",
                first + 2,
                first + 3
            ));
            values.extend([west.into(), east.into()]);
        }
        (text, values)
    }
}

#[cfg(test)]
mod tests {
    use super::Around;
    use app::geo::{LatLng, PositionError};
    use proptest::prelude::*;

    fn holds(around: Around, point: LatLng) -> bool {
        let lat = (around.south..=around.north).contains(&point.lat());
        lat && match around.sides {
            None => true,
            Some((w, e)) if w <= e => (w..=e).contains(&point.lng()),
            Some((w, e)) => point.lng() >= w || point.lng() <= e,
        }
    }

    proptest! {
        #[test]
        fn no_point_within_the_radius_is_outside_of_the_box(
            lat in -90.0..90.0_f64, lng in -180.0..180.0_f64, dlat in -1.0..1.0_f64, dlng in -180.0..180.0_f64, km in 1.0..60.0_f64,
        ) {
            let centre = LatLng::new(lat, lng);
            let other = LatLng::new((lat + dlat).clamp(-90.0, 90.0), (lng + dlng * dlat.abs().max(0.01) + 540.0).rem_euclid(360.0) - 180.0);
            if let (Ok(centre), Ok(other)) = (centre, other) && centre.distance_m(other) <= km * 1000.0 {
                prop_assert!(holds(Around::new(centre, km * 1000.0), other));
            }
        }
    }

    #[test]
    fn wraps_and_covers_poles() -> Result<(), PositionError> {
        let fiji = Around::new(LatLng::new(-17.0, 179.99)?, 10_000.0);
        assert!(holds(fiji, LatLng::new(-17.0, -179.95)?));
        assert!(!holds(fiji, LatLng::new(-17.0, 0.0)?));
        assert!(holds(
            Around::new(LatLng::new(89.99, 0.0)?, 10_000.0),
            LatLng::new(89.99, 180.0)?
        ));
        assert!(holds(
            Around::new(LatLng::new(35.0, 139.0)?, f64::INFINITY),
            LatLng::new(-35.0, -41.0)?
        ));
        Ok(())
    }
}
