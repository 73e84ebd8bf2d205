//! What a store is made of, and the rules that its fields keep, whether typed into the form or imported.

use unicode_normalization::UnicodeNormalization as _;

use crate::{
    api::retailer::{LineError, StoreInput},
    campaign::FieldProblem,
    geo::{LatLng, PositionError},
    lang::{Lang, Text},
};

/// Longest name, characters.
pub const MAX_NAME_CHARS: usize = 120;
/// Longest number of the retailer's own, characters.
pub const MAX_EXTERNAL_ID_CHARS: usize = 60;
/// Longest address, characters.
pub const MAX_ADDRESS_CHARS: usize = 200;

/// A store whose fields keep the rules.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedStore {
    /// The name, trimmed, otherwise as given.
    pub name: String,
    /// Where it is.
    pub position: LatLng,
    /// The retailer's own number for it, trimmed; never empty.
    pub external_id: Option<String>,
    /// The address, trimmed; never empty.
    pub address: Option<String>,
}

/// One field that breaks a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreProblem {
    /// The field, which is also the column's usual name.
    pub field: &'static str,
    /// What is wrong and what to do.
    pub text: Text,
}

impl StoreProblem {
    /// For the form.
    #[must_use]
    pub fn on_field(self) -> FieldProblem {
        FieldProblem::new(self.field, self.text)
    }

    /// For a line of a file.
    #[must_use]
    pub fn on_line(self, line: u64, lang: Lang) -> LineError {
        LineError {
            line,
            column: self.field.to_owned(),
            reason: self.text.get(lang).to_owned(),
        }
    }
}

const LATITUDE: StoreProblem = StoreProblem {
    field: "lat",
    text: Text::new(
        "緯度は -90〜90 の数値にしてください。",
        "Latitude must be a number from -90 to 90.",
    ),
};
const LONGITUDE: StoreProblem = StoreProblem {
    field: "lng",
    text: Text::new(
        "経度は -180〜180 の数値にしてください。",
        "Longitude must be a number from -180 to 180.",
    ),
};

/// Checks a store as typed into the form.
///
/// # Errors
/// Everything that is wrong, at once.
pub fn check(input: &StoreInput) -> Result<CheckedStore, Vec<StoreProblem>> {
    checked(
        &input.name,
        Some(input.lat),
        Some(input.lng),
        input.external_id.as_deref(),
        input.address.as_deref(),
    )
}

/// A line of a file, its columns already told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawRow<'a> {
    /// The column of the name.
    pub name: &'a str,
    /// The column of the latitude.
    pub lat: &'a str,
    /// The column of the longitude.
    pub lng: &'a str,
    /// The column of the retailer's own number, if there is one.
    pub external_id: Option<&'a str>,
    /// The column of the address, if there is one.
    pub address: Option<&'a str>,
}

impl RawRow<'_> {
    /// Reads and checks a line.
    ///
    /// # Errors
    /// Everything that is wrong, at once.
    pub fn check(&self) -> Result<CheckedStore, Vec<StoreProblem>> {
        checked(
            self.name,
            degrees(self.lat),
            degrees(self.lng),
            self.external_id,
            self.address,
        )
    }
}

/// A plain decimal number, also in full-width digits; no exponents, no `inf`.
fn degrees(text: &str) -> Option<f64> {
    // Longer than any real coordinate: not worth normalizing.
    if text.len() > 100 {
        return None;
    }
    let plain: String = text
        .trim()
        .nfkc()
        .map(|c| if c == '\u{2212}' { '-' } else { c })
        .collect();
    let allowed = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+');
    if plain.chars().all(allowed) {
        plain.parse().ok()
    } else {
        None
    }
}

fn checked(
    name: &str,
    lat: Option<f64>,
    lng: Option<f64>,
    external_id: Option<&str>,
    address: Option<&str>,
) -> Result<CheckedStore, Vec<StoreProblem>> {
    let mut problems = Vec::new();
    let mut wrong = |field, text| problems.push(StoreProblem { field, text });
    let name = name.trim();
    if name_key(name).is_empty() {
        wrong(
            "name",
            Text::new("店舗名を入力してください。", "Enter the store's name."),
        );
    } else if name.chars().count() > MAX_NAME_CHARS {
        wrong(
            "name",
            Text::new(
                "店舗名は 120 文字以内にしてください。",
                "The name may have at most 120 characters.",
            ),
        );
    }
    let external_id = filled(external_id);
    if external_id.is_some_and(|id| id.chars().count() > MAX_EXTERNAL_ID_CHARS) {
        wrong(
            "external_id",
            Text::new(
                "店舗番号は 60 文字以内にしてください。",
                "The store's number may have at most 60 characters.",
            ),
        );
    }
    let address = filled(address);
    if address.is_some_and(|address| address.chars().count() > MAX_ADDRESS_CHARS) {
        wrong(
            "address",
            Text::new(
                "住所は 200 文字以内にしてください。",
                "The address may have at most 200 characters.",
            ),
        );
    }
    for (field, text) in [
        ("name", Some(name)),
        ("external_id", external_id),
        ("address", address),
    ] {
        if text.is_some_and(|text| text.chars().any(is_unprintable)) {
            wrong(
                field,
                Text::new(
                    "使えない文字が含まれています。文字コードをご確認ください。",
                    "It contains a character that cannot be used; check the file's encoding.",
                ),
            );
        }
    }
    // Each of the two is reported, not only the first.
    let lat_ok = lat.filter(|lat| LatLng::new(*lat, 0.0).is_ok());
    let lng_ok = lng.filter(|lng| LatLng::new(0.0, *lng).is_ok());
    if lat_ok.is_none() {
        problems.push(LATITUDE);
    }
    if lng_ok.is_none() {
        problems.push(LONGITUDE);
    }
    let (Some(lat), Some(lng), true) = (lat_ok, lng_ok, problems.is_empty()) else {
        return Err(problems);
    };
    let position = LatLng::new(lat, lng).map_err(|error| {
        vec![match error {
            PositionError::Latitude => LATITUDE,
            PositionError::Longitude => LONGITUDE,
        }]
    })?;
    Ok(CheckedStore {
        name: name.to_owned(),
        position,
        external_id: external_id.map(ToOwned::to_owned),
        address: address.map(ToOwned::to_owned),
    })
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// Control characters, and U+FFFD, which stands for bytes that could not be decoded.
fn is_unprintable(c: char) -> bool {
    c.is_control() || c == '\u{fffd}'
}

/// What two names have to share to count as the same: NFKC, then lower case, blanks of any kind as one, none at the ends.
#[must_use]
pub fn name_key(name: &str) -> String {
    let folded: String = name.nfkc().flat_map(char::to_lowercase).collect();
    let mut key = String::with_capacity(folded.len());
    for word in folded.split_whitespace() {
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(word);
    }
    key
}

#[cfg(test)]
mod tests {
    use super::{RawRow, name_key};

    const ROW: RawRow<'static> = RawRow {
        name: " 来店ストア 東京駅前店 ",
        lat: "35.6812",
        lng: "139.7671",
        external_id: Some(" "),
        address: None,
    };

    #[test]
    fn keeps_names_and_drops_what_is_empty() -> Result<(), Vec<super::StoreProblem>> {
        let store = ROW.check()?;
        assert_eq!(
            (store.name.as_str(), store.external_id),
            ("来店ストア 東京駅前店", None)
        );
        let wide = RawRow {
            lat: "３５．６８１２",
            lng: " +139.7671 ",
            ..ROW
        }
        .check()?;
        assert_eq!(wide.position, store.position);
        Ok(())
    }

    #[test]
    fn names_everything_that_is_wrong() {
        let fields = |row: RawRow<'_>| -> Vec<&str> {
            row.check()
                .err()
                .into_iter()
                .flatten()
                .map(|p| p.field)
                .collect()
        };
        assert_eq!(
            fields(RawRow {
                name: "\u{3000}",
                lat: "200",
                lng: "east",
                ..ROW
            }),
            ["name", "lat", "lng"]
        );
        for lat in ["", "nan", "inf", "1e1", "35,68", "35.6.8", "90.0000001"] {
            assert_eq!(fields(RawRow { lat, ..ROW }), ["lat"], "{lat}");
        }
        assert_eq!(
            fields(RawRow {
                name: "\u{fffd}店",
                ..ROW
            }),
            ["name"]
        );
        let long = "店".repeat(121);
        assert_eq!(
            fields(RawRow {
                name: &long,
                address: Some(&"あ".repeat(201)),
                ..ROW
            }),
            ["name", "address"]
        );
    }

    #[test]
    fn names_are_compared_without_width_case_and_blanks() {
        assert_eq!(
            name_key(" Ｓｅｖｅｎ　　Eleven\t新宿 "),
            "seven eleven 新宿"
        );
        assert_eq!(name_key("ﾛｰｿﾝ"), name_key("ローソン"));
        assert_ne!(name_key("ローソン"), name_key("ローソン 2"));
    }
}
