//! Visits as a retailer's till or member card knows them: lines of a file, checked.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDateTime};
use unicode_normalization::UnicodeNormalization as _;

use crate::{day::JST, lang::Text, yen::Yen};

/// The longest member number, in characters.
pub const MAX_MEMBER: usize = 64;
/// How long ago a visit may be that is imported, milliseconds: three years.
pub const MAX_AGE_MS: i64 = 3 * 366 * 86_400_000;
/// How far a till's clock may be ahead, milliseconds.
const AHEAD_MS: i64 = 3_600_000;

/// A line as it stands in the file.
#[derive(Clone, Copy, Debug)]
pub struct RawVisit<'a> {
    /// The member number.
    pub member: &'a str,
    /// The store: its id here, or the retailer's own number.
    pub store: &'a str,
    /// When.
    pub time: &'a str,
    /// Yen of the basket, if there is the column.
    pub yen: Option<&'a str>,
    /// The number of the receipt, if there is the column.
    pub receipt: Option<&'a str>,
}

/// A line that keeps the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedVisit {
    /// The member number in its one form, see [`member`].
    pub member: String,
    /// The store as the file calls it.
    pub store: String,
    /// When, unix milliseconds.
    pub at: i64,
    /// The basket.
    pub basket: Option<Yen>,
    /// The receipt.
    pub receipt: Option<String>,
}

/// A field that breaks a rule, and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VisitProblem {
    /// Which.
    pub field: &'static str,
    /// What to do.
    pub text: Text,
}

/// NFKC, by which full-width forms are what they stand for; most of a file has none.
fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfkc().collect())
    }
}

/// The one form of a member number: NFKC, capital letters, no blanks and no hyphens. `None`: it is none.
#[must_use]
pub fn member(text: &str) -> Option<String> {
    if text.len() > 4 * MAX_MEMBER {
        return None;
    }
    let plain: String = plain(text)
        .chars()
        .filter(|c| {
            !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | 'ー')
        })
        .flat_map(char::to_uppercase)
        .collect();
    let is_one =
        (1..=MAX_MEMBER).contains(&plain.chars().count()) && !plain.chars().any(char::is_control);
    is_one.then_some(plain)
}

/// A moment: `2026-11-28 12:34`, with seconds or without, `/` for `-`, `T` for the blank; in Japan unless it says otherwise (`Z`, `+09:00`).
#[must_use]
pub fn moment(text: &str) -> Option<i64> {
    if text.len() > 100 {
        return None;
    }
    let plain = plain(text.trim());
    if let Ok(exact) = DateTime::parse_from_rfc3339(&plain) {
        return Some(exact.timestamp_millis());
    }
    let plain = plain.replace('/', "-").replace('T', " ");
    ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"]
        .into_iter()
        .find_map(|form| NaiveDateTime::parse_from_str(&plain, form).ok())
        .map(|local| JST.moment(local.and_utc().timestamp_millis()))
}

/// Whole yen, with or without `¥`, `円` and commas.
fn yen(text: &str) -> Option<Yen> {
    if text.len() > 40 {
        return None;
    }
    let plain: String = plain(text)
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, ',' | '¥' | '円' | '\\'))
        .collect();
    let number: i64 = plain.parse().ok()?;
    (0..=10_000_000).contains(&number).then_some(Yen(number))
}

impl RawVisit<'_> {
    /// Reads and checks a line; `now` in unix milliseconds.
    ///
    /// # Errors
    /// Everything that is wrong, at once.
    pub fn check(&self, now: i64) -> Result<CheckedVisit, Vec<VisitProblem>> {
        const MEMBER: Text = Text::new(
            "会員番号は 1〜64 文字にしてください。",
            "A member number has 1 to 64 characters.",
        );
        const STORE: Text = Text::new(
            "店舗番号か店舗 ID を入れてください。",
            "Give the store’s number or its id.",
        );
        const TIME: Text = Text::new(
            "日時は 2026-11-28 12:34 の形にしてください。",
            "A time of the form 2026-11-28 12:34.",
        );
        const WHEN: Text = Text::new(
            "これまで 3 年以内の日時にしてください。",
            "The time must lie within the last three years.",
        );
        const YEN: Text = Text::new(
            "金額は 0 円から 1,000 万円までの整数にしてください。",
            "A whole number of yen, 0 to 10,000,000.",
        );
        const RECEIPT: Text = Text::new(
            "レシート番号は 64 文字までにしてください。",
            "A receipt’s number has at most 64 characters.",
        );
        let mut problems = Vec::new();
        let mut wrong = |field, text| problems.push(VisitProblem { field, text });
        let member = member(self.member);
        if member.is_none() {
            wrong("member", MEMBER);
        }
        let store = self.store.trim();
        if store.is_empty() || store.chars().count() > 100 {
            wrong("store", STORE);
        }
        let at = moment(self.time);
        match at {
            None => wrong("time", TIME),
            Some(at)
                if at > now.saturating_add(AHEAD_MS) || at < now.saturating_sub(MAX_AGE_MS) =>
            {
                wrong("time", WHEN);
            }
            Some(_) => {}
        }
        let present = |text: Option<&str>| {
            text.map(str::trim)
                .filter(|t| !t.is_empty())
                .map(ToOwned::to_owned)
        };
        let basket = match present(self.yen) {
            None => None,
            Some(text) => {
                let basket = yen(&text);
                if basket.is_none() {
                    wrong("yen", YEN);
                }
                basket
            }
        };
        let receipt = present(self.receipt);
        if receipt.as_ref().is_some_and(|r| r.chars().count() > 64) {
            wrong("receipt", RECEIPT);
        }
        match (member, at) {
            (Some(member), Some(at)) if problems.is_empty() => Ok(CheckedVisit {
                member,
                store: store.to_owned(),
                at,
                basket,
                receipt,
            }),
            _ => Err(problems),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{RawVisit, member, moment};
    use crate::yen::Yen;

    /// 2026-11-28 12:34 in Japan.
    const NOON: i64 = 1_795_836_840_000;

    #[test]
    fn moments_are_read_in_japan_unless_they_say_otherwise() {
        for text in [
            "2026-11-28 12:34",
            "2026/11/28 12:34:00",
            " 2026-11-28T12:34:00+09:00 ",
            "2026-11-28T03:34:00Z",
            "２０２６－１１－２８　１２：３４",
        ] {
            assert_eq!(moment(text), Some(NOON), "{text}");
        }
        for text in [
            "",
            "2026-11-28",
            "2026-13-01 00:00",
            "28.11.2026 12:34",
            "12:34",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
    }

    #[test]
    fn a_member_number_has_one_form() {
        for text in ["ab-1234", "ＡＢ１２３４", " AB 1234 ", "AB‐1234"] {
            assert_eq!(member(text).as_deref(), Some("AB1234"), "{text}");
        }
        assert_eq!(member(" - "), None);
        assert_eq!(member(&"9".repeat(65)), None);
    }

    #[test]
    fn names_everything_that_is_wrong() {
        let good = RawVisit {
            member: "7",
            store: "001",
            time: "2026-11-28 12:34",
            yen: Some("¥1,234"),
            receipt: Some(" "),
        };
        let fields = |visit: RawVisit<'_>| -> Vec<&str> {
            let problems = visit.check(NOON).err().unwrap_or_default();
            problems.into_iter().map(|p| p.field).collect()
        };
        let checked = good.check(NOON).ok();
        assert!(
            checked.is_some_and(|v| v.basket == Some(Yen(1234))
                && v.receipt.is_none()
                && v.at == NOON)
        );
        assert_eq!(
            fields(RawVisit {
                member: "",
                store: " ",
                time: "noon",
                yen: Some("-1"),
                receipt: None
            }),
            ["member", "store", "time", "yen"]
        );
        assert_eq!(
            fields(RawVisit {
                time: "2026-11-28 14:34",
                ..good
            }),
            ["time"]
        );
        assert_eq!(
            fields(RawVisit {
                time: "2020-01-01 00:00",
                ..good
            }),
            ["time"]
        );
    }
}
