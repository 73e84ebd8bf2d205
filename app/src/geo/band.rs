//! Distance bands: as exactly as a distance is ever known to the server.

use serde::{Deserialize, Serialize};

use crate::lang::Text;

/// How far a shopper is from a store, in six bands, nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// Less than 500 m.
    Under500m,
    /// 500 m to less than 1 km.
    Under1km,
    /// 1 km to less than 2 km.
    Under2km,
    /// 2 km to less than 5 km.
    Under5km,
    /// 5 km to less than 10 km.
    Under10km,
    /// 10 km and more.
    From10km,
}

impl Band {
    /// All six, nearest first.
    pub const ALL: [Self; 6] = [
        Self::Under500m,
        Self::Under1km,
        Self::Under2km,
        Self::Under5km,
        Self::Under10km,
        Self::From10km,
    ];

    /// The nearest: what anybody gets whose distance is not known.
    pub const NEAREST: Self = Self::Under500m;

    /// The band of a distance in metres. What is no number or below zero counts as the nearest.
    #[must_use]
    pub fn of_m(metres: f64) -> Self {
        if metres.is_nan() {
            return Self::NEAREST;
        }
        Self::ALL
            .into_iter()
            .find(|band| band.upper_m().is_some_and(|upper| metres < upper))
            .unwrap_or(Self::From10km)
    }

    /// Where it begins, metres.
    #[must_use]
    pub const fn lower_m(self) -> f64 {
        match self {
            Self::Under500m => 0.0,
            Self::Under1km => 500.0,
            Self::Under2km => 1_000.0,
            Self::Under5km => 2_000.0,
            Self::Under10km => 5_000.0,
            Self::From10km => 10_000.0,
        }
    }

    /// Where the next one begins, metres; `None` for the farthest.
    #[must_use]
    pub const fn upper_m(self) -> Option<f64> {
        match self {
            Self::Under500m => Some(500.0),
            Self::Under1km => Some(1_000.0),
            Self::Under2km => Some(2_000.0),
            Self::Under5km => Some(5_000.0),
            Self::Under10km => Some(10_000.0),
            Self::From10km => None,
        }
    }

    /// How wide it is, metres; the open one counts as 10 km wide.
    #[must_use]
    pub fn width_m(self) -> f64 {
        self.upper_m().unwrap_or(20_000.0) - self.lower_m()
    }

    /// The distance that stands for it in the model, kilometres: the middle; 15 for the open one.
    #[must_use]
    pub fn midpoint_km(self) -> f64 {
        (self.lower_m() + self.width_m() / 2.0) / 1_000.0
    }

    /// The name on the wire and in tables.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Under500m => "under500m",
            Self::Under1km => "under1km",
            Self::Under2km => "under2km",
            Self::Under5km => "under5km",
            Self::Under10km => "under10km",
            Self::From10km => "from10km",
        }
    }

    /// The band of a name on the wire.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|band| band.slug() == slug)
    }

    /// As shown to people.
    #[must_use]
    pub const fn label(self) -> Text {
        match self {
            Self::Under500m => Text::new("500 m 未満", "under 500 m"),
            Self::Under1km => Text::new("500 m〜1 km", "500 m to 1 km"),
            Self::Under2km => Text::new("1〜2 km", "1 to 2 km"),
            Self::Under5km => Text::new("2〜5 km", "2 to 5 km"),
            Self::Under10km => Text::new("5〜10 km", "5 to 10 km"),
            Self::From10km => Text::new("10 km 以上", "10 km or more"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Band;

    #[test]
    fn borders_belong_to_the_farther_band() {
        assert_eq!(Band::of_m(499.99), Band::Under500m);
        assert_eq!(Band::of_m(500.0), Band::Under1km);
        assert_eq!(Band::of_m(9_999.9), Band::Under10km);
        assert_eq!(Band::of_m(10_000.0), Band::From10km);
        assert_eq!(Band::of_m(f64::INFINITY), Band::From10km);
        assert_eq!(Band::of_m(f64::NAN), Band::NEAREST);
        assert_eq!(Band::of_m(-1.0), Band::NEAREST);
    }

    #[test]
    fn each_band_holds_its_midpoint_and_keeps_its_name() -> Result<(), serde_json::Error> {
        for band in Band::ALL {
            assert_eq!(Band::of_m(band.midpoint_km() * 1_000.0), band);
            assert_eq!(Band::from_slug(band.slug()), Some(band));
            assert_eq!(
                serde_json::to_string(&band)?,
                format!("\"{}\"", band.slug())
            );
        }
        assert!(Band::ALL.is_sorted());
        Ok(())
    }
}
