//! Dates, distances, counts and chances as people read them (yen write themselves: [`app::yen::Yen`]). Integers throughout: the
//! formatting of floats alone would weigh more than a page.

use app::lang::Lang;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// Japan is nine hours ahead of UTC and has no summer time.
const JST: i64 = 9 * 60 * MINUTE;

/// Digits in groups of three: `1,234,567`.
#[must_use]
pub fn grouped(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if n < 0 {
        out.push('-');
    }
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A counted number of things: [`grouped`] for what cannot be below zero.
#[must_use]
pub fn count(n: u64) -> String {
    // Counts are far below 2^63.
    grouped(i64::try_from(n).unwrap_or(i64::MAX))
}

/// A distance in metres: `350 m` (to 10 m, below a kilometre), `1.2 km`, `24 km`. Rounded half up.
#[must_use]
pub fn distance(metres: u32) -> String {
    if metres < 995 {
        return format!("{} m", (metres + 5) / 10 * 10);
    }
    let tenths = (metres + 50) / 100;
    if tenths < 100 {
        format!("{}.{} km", tenths / 10, tenths % 10)
    } else {
        format!("{} km", (metres + 500) / 1000)
    }
}

/// Degrees with six decimals (a tenth of a metre), as a link to a map wants them: `35.681236`.
#[must_use]
pub fn degrees(value: f64) -> String {
    // At most 180 million: exact.
    let micro = (value * 1e6).round() as i64;
    let sign = if micro < 0 { "-" } else { "" };
    let micro = micro.unsigned_abs();
    format!("{sign}{}.{:06}", micro / 1_000_000, micro % 1_000_000)
}

/// Parts per million as an exact percentage, without idle zeros: 500 → `0.05 %`, 1 → `0.0001 %`.
#[must_use]
pub fn percent(ppm: u32) -> String {
    let (whole, rest) = (ppm / 10_000, ppm % 10_000);
    if rest == 0 {
        return format!("{whole} %");
    }
    let decimals = format!("{rest:04}");
    format!("{whole}.{} %", decimals.trim_end_matches('0'))
}

/// A moment's parts on the wall clock in Japan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wall {
    /// Year.
    pub year: i64,
    /// Month, 1 to 12.
    pub month: i64,
    /// Day of the month, from 1.
    pub day: i64,
    /// Day of the week, Sunday 0.
    pub weekday: usize,
    /// Hour, 0 to 23.
    pub hour: i64,
    /// Minute.
    pub minute: i64,
}

/// The wall clock in Japan at a unix time in milliseconds.
#[must_use]
pub fn wall(at: i64) -> Wall {
    let local = at + JST;
    let days = local.div_euclid(DAY);
    let minutes = local.rem_euclid(DAY) / MINUTE;
    // Civil date from days: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", years from 1 March.
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    Wall {
        year: year_of_era + era * 400 + i64::from(month <= 2),
        month,
        day: day_of_year - (153 * shifted + 2) / 5 + 1,
        // 1970-01-01 was a Thursday.
        weekday: usize::try_from((days + 4).rem_euclid(7)).unwrap_or(0),
        hour: minutes / 60,
        minute: minutes % 60,
    }
}

const WEEKDAYS_JA: [&str; 7] = ["日", "月", "火", "水", "木", "金", "土"];
const WEEKDAYS_EN: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS_EN: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

fn month_en(month: i64) -> &'static str {
    usize::try_from(month - 1)
        .ok()
        .and_then(|m| MONTHS_EN.get(m))
        .copied()
        .unwrap_or_default()
}

/// A day in Japan: `11月22日(日)`, `Sun 22 Nov`.
#[must_use]
pub fn day(at: i64, lang: Lang) -> String {
    let w = wall(at);
    match lang {
        Lang::Ja => format!("{}月{}日({})", w.month, w.day, WEEKDAYS_JA[w.weekday]),
        Lang::En => format!("{} {} {}", WEEKDAYS_EN[w.weekday], w.day, month_en(w.month)),
    }
}

/// The weekday in Japan: `日`, `Sun`.
#[must_use]
pub fn weekday(at: i64, lang: Lang) -> &'static str {
    let weekday = wall(at).weekday;
    match lang {
        Lang::Ja => WEEKDAYS_JA[weekday],
        Lang::En => WEEKDAYS_EN[weekday],
    }
}

/// A day of a calendar where there is little room: `11/22`, `22 Nov`.
#[must_use]
pub fn month_day_short(month: i64, day: i64, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("{month}/{day}"),
        Lang::En => month_day(month, day, lang),
    }
}

/// A day of a calendar without its weekday: `11月22日`, `22 Nov`.
#[must_use]
pub fn month_day(month: i64, day: i64, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("{month}月{day}日"),
        Lang::En => format!("{day} {}", month_en(month)),
    }
}

/// A day in Japan with its year: `2026年11月22日(日)`, `Sun 22 Nov 2026`.
#[must_use]
pub fn day_and_year(at: i64, lang: Lang) -> String {
    let year = wall(at).year;
    match lang {
        Lang::Ja => format!("{year}年{}", day(at, lang)),
        Lang::En => format!("{} {year}", day(at, lang)),
    }
}

/// The time of day in Japan: `18:00`.
#[must_use]
pub fn time(at: i64) -> String {
    let w = wall(at);
    format!("{}:{:02}", w.hour, w.minute)
}

/// Day and time in Japan: `11月22日(日) 18:00`, `Sun 22 Nov, 18:00`.
#[must_use]
pub fn day_time(at: i64, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("{} {}", day(at, lang), time(at)),
        Lang::En => format!("{}, {}", day(at, lang), time(at)),
    }
}

/// Until when, for an end that is excluded: an end at midnight means the day before, which is how people say it.
/// `11月22日(日) まで`, `until Sun 22 Nov`; otherwise with the time.
#[must_use]
pub fn until(end: i64, lang: Lang) -> String {
    let when = if (end + JST).rem_euclid(DAY) == 0 {
        day(end - 1, lang)
    } else {
        day_time(end, lang)
    };
    match lang {
        Lang::Ja => format!("{when} まで"),
        Lang::En => format!("until {when}"),
    }
}

/// Whole days from one moment to another by the calendar in Japan; 0: the same day.
#[must_use]
pub fn days_between(from: i64, to: i64) -> i64 {
    (to + JST).div_euclid(DAY) - (from + JST).div_euclid(DAY)
}

/// A part of one as signed whole percent, which no line's end parts: `+12 %`, `−3 %`, `0 %`.
#[must_use]
pub fn signed_percent(part: f64) -> String {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "rounded; what is beyond is shown as the largest number"
    )]
    let whole = (part * 100.0).round() as i64;
    match whole {
        0 => "0\u{a0}%".to_owned(),
        1.. => format!("+{whole}\u{a0}%"),
        _ => format!("−{}\u{a0}%", whole.unsigned_abs()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // 2026-11-22T09:00:00Z is 18:00 on a Sunday in Japan.
    const SUNDAY: i64 = 1_795_338_000_000;

    #[test]
    fn digits_in_groups() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(-1_200), "-1,200");
    }

    #[test]
    fn chances_exactly() {
        assert_eq!(percent(500), "0.05 %");
        assert_eq!(percent(1), "0.0001 %");
        assert_eq!(percent(1_000_000), "100 %");
        assert_eq!(percent(123_400), "12.34 %");
        assert_eq!(percent(120_000), "12 %");
    }

    #[test]
    fn parts_with_their_sign() {
        let words = [0.1234, -0.031, 0.001, 2.0].map(super::signed_percent);
        assert_eq!(
            words.map(|word| word.replace('\u{a0}', " ")),
            ["+12 %", "−3 %", "0 %", "+200 %"]
        );
    }

    #[test]
    fn distances() {
        assert_eq!(distance(0), "0 m");
        assert_eq!(distance(347), "350 m");
        assert_eq!(distance(994), "990 m");
        assert_eq!(distance(995), "1.0 km");
        assert_eq!(distance(1_249), "1.2 km");
        assert_eq!(distance(9_960), "10 km");
        assert_eq!(distance(24_400), "24 km");
    }

    #[test]
    fn degrees_keep_their_zeros() {
        assert_eq!(degrees(35.681_236), "35.681236");
        assert_eq!(degrees(-0.05), "-0.050000");
        assert_eq!(degrees(139.0), "139.000000");
    }

    #[test]
    fn dates_in_japan() {
        assert_eq!(day_time(SUNDAY, Lang::Ja), "11月22日(日) 18:00");
        assert_eq!(day_time(SUNDAY, Lang::En), "Sun 22 Nov, 18:00");
        assert_eq!(day_and_year(SUNDAY, Lang::Ja), "2026年11月22日(日)");
        assert_eq!(weekday(SUNDAY, Lang::Ja), "日");
        assert_eq!(month_day_short(11, 22, Lang::Ja), "11/22");
        assert_eq!(month_day_short(11, 22, Lang::En), "22 Nov");
        // Midnight in Japan ends the day before; leap day included (2028-02-29T15:00Z).
        assert_eq!(until(1_835_449_200_000, Lang::En), "until Tue 29 Feb");
        assert_eq!(day(-1, Lang::En), "Thu 1 Jan");
        assert_eq!(days_between(SUNDAY, SUNDAY + 6 * 3_600_000), 1);
    }
}
