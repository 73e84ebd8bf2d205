//! By what name a shopper stands in a day's published draws.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::id::ShopperId;

/// A shopper's name in the draws of one campaign and day: 16 random bytes, 32 lower-case hexadecimal digits.
///
/// Made with the day's first offer, of nothing that is known about the shopper: nobody can tell from two names that they are one person's, nor whose a name is,
/// also with the seed. The hash of the odds binds it, so it is fixed before the device chooses its nonce.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pseudonym([u8; 16]);

/// The text is not 32 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not 32 lower-case hexadecimal digits")]
pub struct PseudonymError;

impl Pseudonym {
    /// From 16 random bytes.
    #[must_use]
    pub const fn new(random: [u8; 16]) -> Self {
        Self(random)
    }
}

impl fmt::Display for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Pseudonym {
    type Err = PseudonymError;

    /// Lower case only, so that one name has one text.
    fn from_str(text: &str) -> Result<Self, PseudonymError> {
        if text.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(PseudonymError);
        }
        let mut bytes = [0; 16];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| PseudonymError)?;
        Ok(Self(bytes))
    }
}

impl Serialize for Pseudonym {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Pseudonym {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        text.parse().map_err(D::Error::custom)
    }
}

/// Whose draw it is, as what is hashed says it; which of the two also says by which version of the construction the draw was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawer {
    /// `draw@1`: the shopper's id itself. Only the shopper can check it, since the id is not for others to see.
    Shopper(ShopperId),
    /// `draw@2`: the day's pseudonym. Everybody can check it.
    Pseudonym(Pseudonym),
}

impl Drawer {
    /// The version of the construction, which is part of what is hashed.
    #[must_use]
    pub const fn version(self) -> u8 {
        match self {
            Self::Shopper(_) => 1,
            Self::Pseudonym(_) => 2,
        }
    }
}

impl fmt::Display for Drawer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shopper(shopper) => shopper.fmt(f),
            Self::Pseudonym(pseudonym) => pseudonym.fmt(f),
        }
    }
}

impl From<ShopperId> for Drawer {
    fn from(shopper: ShopperId) -> Self {
        Self::Shopper(shopper)
    }
}

impl From<Pseudonym> for Drawer {
    fn from(pseudonym: Pseudonym) -> Self {
        Self::Pseudonym(pseudonym)
    }
}
