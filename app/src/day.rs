//! Days and parts of the day in a campaign's zone. Time always comes in as unix milliseconds.

use std::{fmt, str::FromStr};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;

/// A zone with a fixed distance to UTC. Japan has had no daylight saving time since 1952, so this is exact for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Zone {
    offset_minutes: i32,
}

/// Japan Standard Time, UTC+9.
pub const JST: Zone = Zone {
    offset_minutes: 540,
};

impl Zone {
    fn local(self, unix_ms: i64) -> i64 {
        unix_ms.saturating_add(i64::from(self.offset_minutes) * MINUTE_MS)
    }

    /// The moment (unix milliseconds) at which clocks of the zone show what they would show in UTC at `local`.
    #[must_use]
    pub fn moment(self, local: i64) -> i64 {
        local.saturating_sub(i64::from(self.offset_minutes) * MINUTE_MS)
    }

    /// The hour of the local day, 0 to 23.
    #[must_use]
    pub fn hour(self, unix_ms: i64) -> u8 {
        // Between 0 and 23 by construction.
        u8::try_from(self.local(unix_ms).rem_euclid(DAY_MS) / (60 * MINUTE_MS)).unwrap_or(0)
    }
}

/// A day, as days since 1970-01-01 in the campaign's zone. On the wire and in tables a plain number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Day(pub i32);

/// The text is no day of the form `2026-11-22`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a day of the form YYYY-MM-DD")]
pub struct DayError;

impl Day {
    /// The day that a moment (unix milliseconds) falls on. Moments beyond ±5 million years are clamped.
    #[must_use]
    pub fn of(unix_ms: i64, zone: Zone) -> Self {
        let day = zone.local(unix_ms).div_euclid(DAY_MS);
        Self(i32::try_from(day).unwrap_or(if day < 0 { i32::MIN } else { i32::MAX }))
    }

    /// Its first moment, unix milliseconds.
    #[must_use]
    pub fn start(self, zone: Zone) -> i64 {
        i64::from(self.0) * DAY_MS - i64::from(zone.offset_minutes) * MINUTE_MS
    }

    /// The first moment of the next day, unix milliseconds.
    #[must_use]
    pub fn end(self, zone: Zone) -> i64 {
        self.start(zone) + DAY_MS
    }

    /// So many days later; earlier with a negative number.
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Days from `earlier` to this one; negative if that one is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> i32 {
        self.0.saturating_sub(earlier.0)
    }

    /// 0 for Monday to 6 for Sunday.
    #[must_use]
    pub fn weekday(self) -> u8 {
        // 1970-01-01 was a Thursday.
        u8::try_from((i64::from(self.0) + 3).rem_euclid(7)).unwrap_or(0)
    }

    /// Saturday or Sunday. Public holidays are not known here.
    #[must_use]
    pub fn is_weekend(self) -> bool {
        self.weekday() >= 5
    }
}

/// ISO 8601: `2026-11-22`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match NaiveDate::from_epoch_days(self.0) {
            Some(date) => write!(f, "{}", date.format("%Y-%m-%d")),
            // Beyond the calendar's 262,000 years: never a real day, still no panic.
            None => write!(f, "day {}", self.0),
        }
    }
}

impl FromStr for Day {
    type Err = DayError;

    /// `2026-11-22` exactly: four, two and two digits.
    fn from_str(text: &str) -> Result<Self, DayError> {
        let strict = text.len() == 10
            && text.bytes().enumerate().all(|(i, b)| {
                if i == 4 || i == 7 {
                    b == b'-'
                } else {
                    b.is_ascii_digit()
                }
            });
        if !strict {
            return Err(DayError);
        }
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| DayError)?;
        Ok(Self(date.to_epoch_days()))
    }
}

/// A part of the day, by the clock on the wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DayPart {
    /// 05:00 to 10:59.
    Morning,
    /// 11:00 to 16:59.
    Midday,
    /// 17:00 to 21:59.
    Evening,
    /// 22:00 to 04:59.
    Night,
}

impl DayPart {
    /// The part that a moment (unix milliseconds) falls in.
    #[must_use]
    pub fn of(unix_ms: i64, zone: Zone) -> Self {
        match zone.hour(unix_ms) {
            5..=10 => Self::Morning,
            11..=16 => Self::Midday,
            17..=21 => Self::Evening,
            _ => Self::Night,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Day, DayPart, JST};
    use proptest::prelude::*;

    // 2026-11-22T00:00:00+09:00, a Sunday.
    const SUNDAY: i64 = 1_795_273_200_000;

    #[test]
    fn the_day_turns_at_midnight_in_japan() {
        let day = Day::of(SUNDAY, JST);
        assert_eq!(day.to_string(), "2026-11-22");
        assert_eq!(Day::of(SUNDAY - 1, JST).to_string(), "2026-11-21");
        assert_eq!(day.start(JST), SUNDAY);
        assert_eq!(day.end(JST), day.plus(1).start(JST));
        assert!(day.is_weekend() && day.plus(-1).is_weekend() && !day.plus(1).is_weekend());
        assert_eq!((day.weekday(), day.plus(1).weekday()), (6, 0));
    }

    #[test]
    fn parts_follow_the_wall_clock() {
        let at = |hour: i64, minute: i64| DayPart::of(SUNDAY + (hour * 60 + minute) * 60_000, JST);
        assert_eq!(at(4, 59), DayPart::Night);
        assert_eq!(at(5, 0), DayPart::Morning);
        assert_eq!(at(10, 59), DayPart::Morning);
        assert_eq!(at(11, 0), DayPart::Midday);
        assert_eq!(at(17, 0), DayPart::Evening);
        assert_eq!(at(22, 0), DayPart::Night);
    }

    #[test]
    fn refuses_what_is_no_day() {
        for text in [
            "",
            "2026-1-5",
            "2026-02-30",
            "2026/01/05",
            "+026-01-05",
            "２０２６-01-05",
            "2026-01-05 ",
        ] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
        assert_eq!("1970-01-01".parse(), Ok(Day(0)));
        assert_eq!("1969-12-31".parse(), Ok(Day(-1)));
    }

    proptest! {
        #[test]
        fn a_day_holds_its_moments(ms in -62_000_000_000_000_i64..250_000_000_000_000) {
            let day = Day::of(ms, JST);
            prop_assert!(day.start(JST) <= ms && ms < day.end(JST));
            prop_assert_eq!(day.to_string().parse(), Ok(day));
        }

        #[test]
        fn no_day_panics(day: i32, ms: i64, text in "\\PC{0,12}") {
            let _ = (Day(day).to_string(), Day(day).weekday(), Day(day).end(JST), Day::of(ms, JST), text.parse::<Day>());
        }
    }
}
