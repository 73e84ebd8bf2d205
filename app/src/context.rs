//! What is known about one shopper, one store and one campaign when an incentive is sized. Bands only: what is logged with
//! an offer shall not identify anybody.

use serde::{Deserialize, Serialize};

use crate::{
    day::{Day, DayPart, Zone},
    geo::Band,
};

/// How long ago the last visit was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Recency {
    /// No visit is known.
    Never,
    /// Up to 7 days ago.
    Within7,
    /// 8 to 14 days ago.
    Within14,
    /// 15 to 30 days ago.
    Within30,
    /// 31 to 60 days ago.
    Within60,
    /// More than 60 days ago.
    Over60,
}

impl Recency {
    /// From the days since the last visit; `None`: no visit is known.
    #[must_use]
    pub const fn of_days(days: Option<u32>) -> Self {
        match days {
            None => Self::Never,
            Some(0..=7) => Self::Within7,
            Some(8..=14) => Self::Within14,
            Some(15..=30) => Self::Within30,
            Some(31..=60) => Self::Within60,
            Some(_) => Self::Over60,
        }
    }

    /// From the day of the last visit. One that lies ahead counts as today.
    #[must_use]
    pub fn between(last_visit: Option<Day>, today: Day) -> Self {
        Self::of_days(last_visit.map(|last| u32::try_from(today.since(last)).unwrap_or(0)))
    }
}

/// Visits in the last 90 days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    /// None.
    None,
    /// One.
    One,
    /// Two or three.
    TwoToThree,
    /// Four to seven.
    FourToSeven,
    /// Eight and more.
    EightOrMore,
}

impl Frequency {
    /// The days that are looked back.
    pub const WINDOW_DAYS: i32 = 90;

    /// From the number of visits in the window.
    #[must_use]
    pub const fn of_visits(visits: u32) -> Self {
        match visits {
            0 => Self::None,
            1 => Self::One,
            2..=3 => Self::TwoToThree,
            4..=7 => Self::FourToSeven,
            _ => Self::EightOrMore,
        }
    }
}

/// The share of a shopper's coupons that get redeemed: mean of the Beta posterior under a uniform prior, in (0, 1).
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct RedemptionRate(f64);

impl RedemptionRate {
    /// `(1 + redeemed) / (2 + issued)`: Beta(1, 1) updated by `redeemed` successes in `issued` trials (Laplace's rule of
    /// succession). Nothing issued: ½. More redeemed than issued counts as all.
    #[must_use]
    pub fn of(redeemed: u32, issued: u32) -> Self {
        let redeemed = redeemed.min(issued);
        Self((1.0 + f64::from(redeemed)) / (2.0 + f64::from(issued)))
    }

    /// Between 0 and 1, never either.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

/// One shopper, one store, one campaign, one day. Logged as JSON with the offer, so that what was known then is known later.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Context {
    /// The effective band of distance ([`crate::geo::effective_band`]), never the bare claim.
    pub band: Band,
    /// How long ago the last visit was, by redemption or import only.
    pub recency: Recency,
    /// Visits in 90 days, by redemption or import only.
    pub frequency: Frequency,
    /// The share of coupons that get redeemed.
    pub redemption_rate: RedemptionRate,
    /// Saturday or Sunday in the store's zone.
    pub weekend: bool,
    /// Part of the day in the store's zone.
    pub day_part: DayPart,
}

impl Context {
    /// Fills in the calendar from a moment (unix milliseconds) in the store's zone.
    #[must_use]
    pub fn at(
        unix_ms: i64,
        zone: Zone,
        band: Band,
        recency: Recency,
        frequency: Frequency,
        redemption_rate: RedemptionRate,
    ) -> Self {
        Self {
            band,
            recency,
            frequency,
            redemption_rate,
            weekend: Day::of(unix_ms, zone).is_weekend(),
            day_part: DayPart::of(unix_ms, zone),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Band, Context, Day, Frequency, Recency, RedemptionRate};
    use crate::day::JST;

    #[test]
    fn bands_have_their_borders() {
        use Recency::{Never, Over60, Within7, Within14, Within30, Within60};
        let table = [
            (0, Within7),
            (7, Within7),
            (8, Within14),
            (14, Within14),
            (15, Within30),
            (30, Within30),
            (31, Within60),
            (60, Within60),
            (61, Over60),
        ];
        for (days, band) in table {
            assert_eq!(Recency::of_days(Some(days)), band, "{days}");
        }
        assert_eq!(Recency::between(None, Day(100)), Never);
        assert_eq!(Recency::between(Some(Day(101)), Day(100)), Within7);
        assert_eq!(Recency::between(Some(Day(39)), Day(100)), Over60);
        let visits: Vec<_> = [0, 1, 2, 3, 4, 7, 8, 900].map(Frequency::of_visits).into();
        use Frequency::{EightOrMore, FourToSeven, One, TwoToThree};
        assert_eq!(
            visits,
            [
                Frequency::None,
                One,
                TwoToThree,
                TwoToThree,
                FourToSeven,
                FourToSeven,
                EightOrMore,
                EightOrMore
            ]
        );
    }

    #[test]
    fn the_redemption_rate_never_reaches_certainty() {
        assert!((RedemptionRate::of(0, 0).get() - 0.5).abs() < 1e-12);
        assert!((RedemptionRate::of(3, 4).get() - 4.0 / 6.0).abs() < 1e-12);
        assert!(RedemptionRate::of(u32::MAX, u32::MAX).get() < 1.0);
        assert!(RedemptionRate::of(0, u32::MAX).get() > 0.0);
        assert_eq!(RedemptionRate::of(9, 3), RedemptionRate::of(3, 3));
    }

    #[test]
    fn is_logged_and_read_back() -> Result<(), serde_json::Error> {
        // Sunday 2026-11-22, 18:00 in Japan.
        let context = Context::at(
            1_795_273_200_000 + 18 * 3_600_000,
            JST,
            Band::Under2km,
            Recency::Over60,
            Frequency::One,
            RedemptionRate::of(0, 0),
        );
        let json = serde_json::to_string(&context)?;
        assert_eq!(
            json,
            r#"{"band":"under2km","recency":"over60","frequency":"one","redemption_rate":0.5,"weekend":true,"day_part":"evening"}"#
        );
        assert_eq!(serde_json::from_str::<Context>(&json)?, context);
        Ok(())
    }
}
