//! Ids: prefixed, time-sortable, one type each, so that a store's id cannot be passed for a campaign's.
//!
//! Form: `prefix_` and 26 characters of Crockford's base 32 in lower case: 48 bits of unix milliseconds, then 80 random bits
//! (the layout of a ULID). Sorting the text sorts by time.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH: usize = 26;

/// Why a text is no id of the kind that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id of the form {prefix}_ and 26 characters")]
pub struct IdError {
    prefix: &'static str,
}

fn encode(value: u128, prefix: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut text = [0_u8; LENGTH];
    let mut rest = value;
    for slot in text.iter_mut().rev() {
        // Five bits always index inside the 32 letters.
        *slot = ALPHABET[(rest & 31) as usize];
        rest >>= 5;
    }
    f.write_str(prefix)?;
    f.write_str("_")?;
    f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
}

fn decode(text: &str, prefix: &'static str) -> Result<u128, IdError> {
    let error = IdError { prefix };
    let body = text
        .strip_prefix(prefix)
        .and_then(|t| t.strip_prefix('_'))
        .ok_or(error)?;
    if body.len() != LENGTH {
        return Err(error);
    }
    let mut value: u128 = 0;
    for (i, byte) in body.bytes().enumerate() {
        let digit = ALPHABET.iter().position(|a| *a == byte).ok_or(error)?;
        // 26 × 5 = 130 bits: the first character carries three bits only.
        if i == 0 && digit > 7 {
            return Err(error);
        }
        value = (value << 5) | digit as u128;
    }
    Ok(value)
}

macro_rules! id {
    ($name:ident, $prefix:literal, $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u128);

        impl $name {
            /// What the text form begins with.
            pub const PREFIX: &'static str = $prefix;

            /// A new id from the time (unix milliseconds; before 1970 counts as 0) and 80 random bits.
            #[must_use]
            pub fn new(unix_ms: i64, random: [u8; 10]) -> Self {
                let time = u128::from(u64::try_from(unix_ms).unwrap_or(0) & 0xffff_ffff_ffff);
                let tail = random.iter().fold(0_u128, |n, b| (n << 8) | u128::from(*b));
                Self((time << 80) | tail)
            }

            /// The 128 bits of it.
            #[must_use]
            pub const fn to_bits(self) -> u128 {
                self.0
            }

            /// The id of these bits.
            #[must_use]
            pub const fn from_bits(bits: u128) -> Self {
                Self(bits)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                encode(self.0, $prefix, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                decode(text, $prefix).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
                text.parse().map_err(D::Error::custom)
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .pattern(Some(concat!("^", $prefix, "_[0-7][0-9a-hjkmnp-tv-z]{25}$")))
                    .into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}
    };
}

id!(RetailerId, "ret", "A retailer: the tenant.");
id!(
    AccountId,
    "acc",
    "A login of a retailer: an owner or staff."
);
id!(InvitationId, "inv", "An invitation to become staff.");
id!(StoreId, "sto", "A store of a retailer.");
id!(CampaignId, "cam", "A campaign of a retailer.");
id!(PrizeId, "prz", "A prize of a campaign's prize table.");
id!(ShopperId, "shp", "A shopper.");
id!(DrawId, "drw", "One play and its random outcome.");
id!(CouponId, "cpn", "One issued right to a benefit.");
id!(RedemptionId, "red", "One accepted use of a coupon.");
id!(ReversalId, "rev", "The undoing of one redemption.");
id!(EntryId, "ent", "An entry of the coupon journal.");
id!(
    EpochId,
    "epo",
    "A time in which the same shoppers are kept out."
);
id!(ApiKeyId, "key", "A key by which a system posts visits.");
id!(ImportId, "imp", "Visits that were imported together.");
id!(AuditId, "aud", "An entry of the audit log.");
id!(
    AnnouncementId,
    "ann",
    "What a retailer says to many shoppers."
);
id!(ContactId, "con", "One message to one shopper.");
id!(LinkId, "lnk", "A link that a retailer shares.");

#[cfg(test)]
mod tests {
    use super::{CampaignId, StoreId};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn text_form_round_trips_and_sorts_by_time(a in 0_i64..1 << 47, b in 0_i64..1 << 47, r: [u8; 10], s: [u8; 10]) {
            let (x, y) = (StoreId::new(a, r), StoreId::new(b, s));
            prop_assert_eq!(x.to_string().parse::<StoreId>(), Ok(x));
            if a < b {
                prop_assert!(x.to_string() < y.to_string());
            }
            prop_assert!(x.to_string().parse::<CampaignId>().is_err());
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = text.parse::<StoreId>();
        }
    }
}
