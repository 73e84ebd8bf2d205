//! A point on the earth.

use geo::{Distance, Haversine, Point};
use serde::{Deserialize, Serialize};

/// A point in degrees (WGS84): latitude -90 to 90, longitude -180 to 180, both finite.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "Raw")]
pub struct LatLng {
    lat: f64,
    lng: f64,
}

#[derive(Deserialize)]
struct Raw {
    lat: f64,
    lng: f64,
}

impl TryFrom<Raw> for LatLng {
    type Error = PositionError;
    fn try_from(raw: Raw) -> Result<Self, PositionError> {
        Self::new(raw.lat, raw.lng)
    }
}

/// Why two numbers are no point on the earth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PositionError {
    /// Not within -90 to 90.
    #[error("latitude must lie between -90 and 90 degrees")]
    Latitude,
    /// Not within -180 to 180.
    #[error("longitude must lie between -180 and 180 degrees")]
    Longitude,
}

impl LatLng {
    /// A point from latitude and longitude in degrees.
    ///
    /// # Errors
    /// The first of the two that is out of range or no number.
    pub const fn new(lat: f64, lng: f64) -> Result<Self, PositionError> {
        // Absolute values of NaN and infinities are not below anything either.
        if !matches!(lat.abs(), 0.0..=90.0) {
            return Err(PositionError::Latitude);
        }
        if !matches!(lng.abs(), 0.0..=180.0) {
            return Err(PositionError::Longitude);
        }
        Ok(Self { lat, lng })
    }

    /// For computed points: both are brought into range, what is no number becomes 0.
    #[allow(clippy::manual_clamp, reason = "see there")]
    pub(super) fn clamped(lat: f64, lng: f64) -> Self {
        let tame = |x: f64, limit: f64| {
            if x.is_nan() {
                0.0
            } else {
                // Not `clamp`: its panic writes floats, which would be a tenth of a page's program.
                x.max(-limit).min(limit)
            }
        };
        Self {
            lat: tame(lat, 90.0),
            lng: tame(lng, 180.0),
        }
    }

    /// Latitude in degrees.
    #[must_use]
    pub const fn lat(self) -> f64 {
        self.lat
    }

    /// Longitude in degrees.
    #[must_use]
    pub const fn lng(self) -> f64 {
        self.lng
    }

    /// Great-circle distance in metres: haversine on a sphere with the mean radius 6,371,008.8 m (crate `geo`). Within 0.6 % of
    /// the distance on the WGS84 ellipsoid.
    #[must_use]
    pub fn distance_m(self, other: Self) -> f64 {
        Haversine.distance(
            Point::new(self.lng, self.lat),
            Point::new(other.lng, other.lat),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{LatLng, PositionError};

    #[test]
    fn refuses_what_is_not_on_the_earth() {
        assert_eq!(LatLng::new(200.0, 0.0), Err(PositionError::Latitude));
        assert_eq!(LatLng::new(f64::NAN, 0.0), Err(PositionError::Latitude));
        assert_eq!(LatLng::new(0.0, 180.01), Err(PositionError::Longitude));
        assert_eq!(
            LatLng::new(0.0, f64::INFINITY),
            Err(PositionError::Longitude)
        );
        assert!(LatLng::new(90.0, -180.0).is_ok());
        assert!(serde_json::from_str::<LatLng>(r#"{"lat":91,"lng":0}"#).is_err());
        assert!(serde_json::from_str::<LatLng>(r#"{"lat":35.5,"lng":139.5}"#).is_ok());
    }
}
