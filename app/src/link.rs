//! Links that a retailer shares, on a door, in a post, by a partner: what they are called, and the short code that each of them has.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{
    api::reach::{LinkInput, Utm},
    campaign::FieldProblem,
    lang::Text,
};

/// The longest name, in characters.
pub const NAME: usize = 60;
/// The longest of the words that campaigns elsewhere are told apart by, in characters.
pub const UTM: usize = 60;
/// Links of a retailer that were not withdrawn, at most.
pub const MOST: usize = 500;

/// What a link is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// Printed, to be scanned.
    Poster,
    /// Posted somewhere by the retailer.
    Link,
    /// Given to somebody else, who passes it on.
    Partner,
}

impl LinkKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Poster, Self::Link, Self::Partner];

    /// As the database says it.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Poster => "poster",
            Self::Link => "link",
            Self::Partner => "partner",
        }
    }

    /// The kind of a slug.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> Text {
        match self {
            Self::Poster => Text::new("ポスター", "Poster"),
            Self::Link => Text::new("リンク", "Link"),
            Self::Partner => Text::new("提携先", "Partner"),
        }
    }
}

/// 32 symbols of five bits each, without the look-alikes I, L, O and U.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Symbols of a code: 40 bits.
const LENGTH: usize = 8;

/// The code of a link, short enough to be typed from a poster. It is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkCode([u8; LENGTH]);

/// Why a text is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a link's code has {LENGTH} letters and digits")]
pub struct NoLinkCode;

impl LinkCode {
    /// Of 40 random bits.
    #[must_use]
    pub fn from_random(random: [u8; 5]) -> Self {
        let mut rest = random.iter().fold(0_u64, |n, b| (n << 8) | u64::from(*b));
        let mut symbols = [0; LENGTH];
        for symbol in symbols.iter_mut().rev() {
            // Five bits always are one of the 32.
            *symbol = ALPHABET[(rest & 31) as usize];
            rest >>= 5;
        }
        Self(symbols)
    }
}

impl fmt::Display for LinkCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|symbol| fmt::Write::write_char(f, char::from(*symbol)))
    }
}

impl FromStr for LinkCode {
    type Err = NoLinkCode;

    /// As it was typed: capitals and look-alikes do not matter.
    fn from_str(text: &str) -> Result<Self, NoLinkCode> {
        let bytes: [u8; LENGTH] = text.as_bytes().try_into().map_err(|_| NoLinkCode)?;
        let mut symbols = [0; LENGTH];
        for (symbol, typed) in symbols.iter_mut().zip(bytes) {
            let meant = match typed.to_ascii_lowercase() {
                b'o' => b'0',
                b'i' | b'l' => b'1',
                b'u' => b'v',
                other => other,
            };
            *symbol = ALPHABET
                .contains(&meant)
                .then_some(meant)
                .ok_or(NoLinkCode)?;
        }
        Ok(Self(symbols))
    }
}

impl Serialize for LinkCode {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for LinkCode {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for LinkCode {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some("^[0-9a-hjkmnp-tv-z]{8}$"))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for LinkCode {}

/// One of the words by which campaigns elsewhere are told apart, as it may be kept: without blanks around it, cut to its length; nothing where
/// nothing is left, or where it has signs that are none.
#[must_use]
pub fn word(text: Option<String>) -> Option<String> {
    let text = text?;
    let trimmed = text.trim();
    let fits = !trimmed.is_empty() && !trimmed.chars().any(char::is_control);
    fits.then(|| trimmed.chars().take(UTM).collect())
}

impl Utm {
    /// As they may be kept.
    #[must_use]
    pub fn tidy(self) -> Self {
        Self {
            source: word(self.source),
            medium: word(self.medium),
            campaign: word(self.campaign),
        }
    }

    /// These, and where there is none what the other says.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            source: self.source.or(other.source),
            medium: self.medium.or(other.medium),
            campaign: self.campaign.or(other.campaign),
        }
    }
}

/// With blanks taken off.
#[must_use]
pub fn tidy(input: LinkInput) -> LinkInput {
    LinkInput {
        name: input.name.trim().to_owned(),
        utm: input.utm.tidy(),
        ..input
    }
}

/// What is wrong with a (tidied) link.
#[must_use]
pub fn check(input: &LinkInput) -> Vec<FieldProblem> {
    let mut wrong = Vec::new();
    let length = input.name.chars().count();
    if !(1..=NAME).contains(&length) || input.name.chars().any(char::is_control) {
        wrong.push(FieldProblem::new(
            "name",
            Text::new(
                "名前は 1〜60 文字で入力してください。",
                "A name has 1 to 60 characters.",
            ),
        ));
    }
    if input.campaign_id.is_none() && input.store_id.is_none() {
        wrong.push(FieldProblem::new(
            "campaign_id",
            Text::new(
                "キャンペーンか店舗を選んでください。",
                "Choose a campaign or a store.",
            ),
        ));
    }
    if input.kind == LinkKind::Partner && input.campaign_id.is_none() {
        wrong.push(FieldProblem::new(
            "campaign_id",
            Text::new(
                "提携先のリンクには、キャンペーンを選んでください。",
                "A partner’s link is for a campaign: choose one.",
            ),
        ));
    }
    wrong.dedup_by(|a, b| a.field == b.field);
    wrong
}

#[cfg(test)]
mod tests {
    use super::{LinkCode, LinkKind, NoLinkCode, UTM, check, tidy, word};
    use crate::{
        api::reach::{LinkInput, Utm},
        id::{CampaignId, StoreId},
    };
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_code_is_read_as_it_was_written(random: [u8; 5]) {
            let code = LinkCode::from_random(random);
            let text = code.to_string();
            prop_assert_eq!(text.parse(), Ok(code));
            prop_assert_eq!(text.to_uppercase().replace('0', "O").replace('1', "l").parse(), Ok(code));
            prop_assert!(text.bytes().all(|b| b.is_ascii_alphanumeric()), "it goes into an address as it is");
        }

        #[test]
        fn nothing_else_is_a_code(text in "\\PC{0,12}") {
            if let Ok(code) = text.parse::<LinkCode>() {
                prop_assert_eq!(code.to_string().len(), text.len());
            }
        }

        #[test]
        fn words_are_short_and_printable(text in any::<String>()) {
            if let Some(kept) = word(Some(text)) {
                prop_assert!((1..=UTM).contains(&kept.chars().count()));
                prop_assert!(!kept.chars().any(char::is_control));
            }
        }
    }

    #[test]
    fn different_bits_are_different_codes() {
        let codes: std::collections::HashSet<_> = (0..=u8::MAX)
            .map(|n| LinkCode::from_random([n, 0, 0, 0, n ^ 1]))
            .collect();
        assert_eq!(codes.len(), 256);
        assert_eq!("0123456".parse::<LinkCode>(), Err(NoLinkCode));
        assert_eq!("0123456é".parse::<LinkCode>(), Err(NoLinkCode));
    }

    #[test]
    fn says_what_is_wrong() {
        let good = LinkInput {
            name: " 入口のポスター ".to_owned(),
            kind: LinkKind::Poster,
            campaign_id: None,
            store_id: Some(StoreId::from_bits(1)),
            utm: Utm {
                source: Some("  ".to_owned()),
                ..Utm::default()
            },
        };
        let tidied = tidy(good.clone());
        assert_eq!(tidied.name, "入口のポスター");
        assert_eq!(tidied.utm, Utm::default());
        assert!(check(&tidied).is_empty());
        let wrong = |input: LinkInput| -> Vec<String> {
            check(&input)
                .into_iter()
                .map(|problem| problem.field)
                .collect()
        };
        assert_eq!(
            wrong(LinkInput {
                name: String::new(),
                ..tidied.clone()
            }),
            ["name"]
        );
        assert_eq!(
            wrong(LinkInput {
                name: "あ".repeat(61),
                ..tidied.clone()
            }),
            ["name"]
        );
        assert_eq!(
            wrong(LinkInput {
                store_id: None,
                ..tidied.clone()
            }),
            ["campaign_id"]
        );
        let partner = LinkInput {
            kind: LinkKind::Partner,
            ..tidied
        };
        assert_eq!(wrong(partner.clone()), ["campaign_id"]);
        assert!(
            check(&LinkInput {
                campaign_id: Some(CampaignId::from_bits(1)),
                ..partner
            })
            .is_empty()
        );
    }
}
