//! What the server says, read into the types of the wire.
//!
//! Not `serde_json`'s reading: its errors explain where and why, for which it carries the writing of floats and a table of powers,
//! and it reads every type from a list as well as from an object. Nobody sees those words in a browser, and the server never
//! sends those lists; together they were a fifth of the shopper's program. Writing is still `serde_json`'s.

mod parse;
mod read;

use serde::de::DeserializeOwned;
use std::fmt;

/// A text that has been understood, but not yet as what; or that is to stay so, because what it says is not known before.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names say which kind of value it is")]
pub enum Json {
    Null,
    Bool(bool),
    /// A number without point and exponent that fits.
    Whole(i64),
    Real(f64),
    Text(String),
    List(Vec<Json>),
    Map(Vec<(String, Json)>),
}

impl Json {
    /// A member of an object.
    #[must_use]
    pub fn get(&self, member: &str) -> Option<&Self> {
        match self {
            Self::Map(members) => members
                .iter()
                .find(|(name, _)| name == member)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// A whole number.
    #[must_use]
    pub const fn whole(&self) -> Option<i64> {
        match self {
            Self::Whole(value) => Some(*value),
            _ => None,
        }
    }

    /// A text.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A list.
    #[must_use]
    pub fn list(&self) -> Option<&[Self]> {
        match self {
            Self::List(values) => Some(values),
            _ => None,
        }
    }
}

/// The text is no JSON, or says something else than was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAsExpected;

impl fmt::Display for NotAsExpected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not as expected")
    }
}

impl std::error::Error for NotAsExpected {}

/// Reads a text.
///
/// # Errors
/// See [`NotAsExpected`].
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, NotAsExpected> {
    T::deserialize(parse::parse(text)?)
}

#[cfg(test)]
mod tests {
    use super::{Json, from_str};
    use app::{
        api::shopper::{Coupon, Nearby, Offer, PlayResult, ShopperMe},
        lang::Lang,
        problem::{Problem, ProblemKind},
    };
    use serde::{Deserialize, Serialize, de::DeserializeOwned};
    use std::{collections::BTreeMap, fmt::Debug};

    /// What is read as nothing in particular is all there.
    #[test]
    fn a_part_may_stay_as_it_is() {
        #[derive(Deserialize)]
        struct Told {
            details: Json,
        }
        let text = r#"{"details": {"yen": 300, "was": ["a", null], "big": 1e400, "half": -0.5, "no": false}}"#;
        assert!(
            from_str::<Told>(text).is_err(),
            "a number beyond all numbers"
        );
        let text = text.replace("1e400", "-9007199254740993");
        let told = from_str::<Told>(&text).ok().map(|told| told.details);
        assert_eq!(
            told,
            super::parse::parse(&text)
                .ok()
                .and_then(|all| all.get("details").cloned())
        );
        let details = told.unwrap_or(Json::Null);
        assert_eq!(details.get("yen").and_then(Json::whole), Some(300));
        assert_eq!(
            details.get("big").and_then(Json::whole),
            Some(-9_007_199_254_740_993)
        );
        let was = details.get("was").and_then(Json::list).unwrap_or_default();
        assert_eq!(was.first().and_then(Json::text), Some("a"));
        assert_eq!(was.get(1), Some(&Json::Null));
        assert!(details.get("other").is_none() && details.text().is_none());
    }

    /// Both readers agree about a text: what it is, and that it is nothing.
    fn agree<T: DeserializeOwned + PartialEq + Debug>(text: &str) {
        let theirs = serde_json::from_str::<T>(text).ok();
        assert_eq!(from_str::<T>(text).ok(), theirs, "{text}");
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Plain,
        One(u8),
        Both { a: bool, b: Option<char> },
        Pair(i8, f64),
    }

    #[test]
    fn reads_as_serde_json_does() {
        for text in [
            "0",
            "-1",
            "1.5",
            "-2.5e3",
            "1E2",
            "9007199254740993",
            "18446744073709551615",
            "1e400",
            "01",
            "1.",
            ".5",
            "+1",
            "-",
            "\"\"",
            "null",
            "true",
            "[]",
            "{}",
            " 7 ",
            "7 7",
            "",
        ] {
            agree::<i64>(text);
            agree::<u32>(text);
            agree::<f64>(text);
            agree::<bool>(text);
            agree::<Option<u16>>(text);
            agree::<()>(text);
            agree::<Vec<u8>>(text);
        }
        for text in [
            r#""日本 \"\\\/\b\f\n\r\t""#,
            r#""\u3042\ud83c\udf81""#,
            r#""\ud83c""#,
            r#""\ud83cx""#,
            r#""\udf81""#,
            r#""\u12""#,
            r#""\x""#,
            "\"a\nb\"",
            "\"never ends",
            "'a'",
        ] {
            agree::<String>(text);
        }
        for text in [
            "[1,2,3]",
            "[1,2,]",
            "[1 2]",
            "[,]",
            "[1",
            "[[1],[2]]",
            r#"{"a":[1],"b":[]}"#,
            r#"{"a":1}"#,
            r#"{"a":[1],}"#,
            r#"{"a"}"#,
            r#"{a:[1]}"#,
            r#"{"a":[1]"#,
            r#"{"a":[1],"a":[2]}"#,
            "[null]",
        ] {
            agree::<Vec<u8>>(text);
            agree::<Vec<Vec<u8>>>(text);
            agree::<BTreeMap<String, Vec<u8>>>(text);
            agree::<serde_json::Value>(text);
        }
        for text in [
            r#""plain""#,
            r#""none""#,
            r#"{"one":7}"#,
            r#"{"one":700}"#,
            r#"{"both":{"a":true}}"#,
            r#"{"both":{"a":true,"b":"x","c":[]}}"#,
            r#"{"pair":[-7,1]}"#,
            r#"{"pair":[-7]}"#,
            r#"{"one":7,"plain":null}"#,
            "7",
            "{}",
        ] {
            agree::<Kind>(text);
            agree::<Option<Kind>>(text);
        }
    }

    #[test]
    fn an_object_is_an_object() {
        // Missing, unknown, twice, null: as the server's own reader has it.
        for text in [
            r#"{"location_consent":true,"area_id":null}"#,
            r#"{"location_consent":true}"#,
            r#"{"area_id":"tokyo"}"#,
            r#"{"location_consent":true,"new":{"a":[1,{"b":2}]},"area_id":"tokyo"}"#,
            r#"{"location_consent":true,"location_consent":true}"#,
            r#"{"location_consent":"yes"}"#,
            "[]",
        ] {
            agree::<ShopperMe>(text);
        }
    }

    #[test]
    fn what_the_server_writes_is_read() {
        let id = "01j0000000000000000000000a";
        let coupon = format!(
            r#"{{"retailer_id":"ret_{id}","coupon_id":"cpn_{id}","retailer_name":"喫茶","campaign_name":"c","prize_name":"p","value":300,
            "min_purchase":0,"store_id":"sto_{id}","store_name":"本店","store_lat":35.681236,"store_lng":139,"issued_at":1795338000000,
            "valid_until":1795338000001,"status":"issued","redeemed_at":null}}"#
        );
        agree::<Coupon>(&coupon);
        assert!(from_str::<Coupon>(&coupon).is_ok());
        let nearby = format!(
            r#"{{"stores":[{{"retailer_id":"ret_{id}","retailer_name":"a","store_id":"sto_{id}","name":"b","lat":35.5,"lng":139.25,
            "campaigns":[{{"campaign_id":"cam_{id}","name":"c","ends_at":1,"top_value":500,"min_purchase":0,"plays_left":2}}]}}]}}"#
        );
        agree::<Nearby>(&nearby);
        assert!(from_str::<Nearby>(&nearby).is_ok());
        agree::<Offer>("{}");
        agree::<PlayResult>("{}");
        let problem = Problem::new(ProblemKind::OddsChanged, Lang::Ja);
        let text = serde_json::to_string(&problem).unwrap_or_default();
        let read = from_str::<Problem>(&text);
        assert!(read.is_ok_and(|read| read.known_kind() == Some(ProblemKind::OddsChanged)));
    }

    #[test]
    fn nothing_is_too_deep() {
        let deep = "[".repeat(100_000);
        assert!(from_str::<serde_json::Value>(&deep).is_err());
        let nested = format!("{}{}", "[".repeat(50), "]".repeat(50));
        agree::<serde_json::Value>(&nested);
    }
}
