//! Who is kept out, so that it can be seen what offers do: shares, arms, and how long somebody is looked at.
//!
//! The arm of a shopper is HMAC-SHA256(salt of the epoch, shopper id): independent of everything the shopper is or does, the same
//! on every server, and drawn anew in every epoch.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::id::ShopperId;

/// Days after the exposure in which visits count, and days before it that they are compared with.
pub const WINDOW_DAYS: u32 = 30;
/// Days that are waited on top of it for what is imported later.
pub const GRACE_DAYS: u32 = 3;

/// Whole percent of the shoppers that are kept out, 0 to 50.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "u8", into = "u8")]
pub struct Share(u8);

/// A share must be 0 to 50 percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a share is 0 to 50 percent")]
pub struct ShareError;

impl Share {
    /// Nobody.
    pub const NOBODY: Self = Self(0);
    /// What holds until somebody decides otherwise.
    pub const USUAL: Self = Self(10);
    /// The largest.
    pub const MOST: Self = Self(50);

    /// In percent.
    #[must_use]
    pub const fn percent(self) -> u8 {
        self.0
    }

    /// As a part of one: the chance of being in the treatment arm is one minus this.
    #[must_use]
    pub fn fraction(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

impl TryFrom<u8> for Share {
    type Error = ShareError;
    fn try_from(percent: u8) -> Result<Self, ShareError> {
        if percent <= Self::MOST.0 {
            Ok(Self(percent))
        } else {
            Err(ShareError)
        }
    }
}

impl From<Share> for u8 {
    fn from(share: Share) -> Self {
        share.0
    }
}

/// One side of the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Arm {
    /// Held out: is not offered anything.
    Control,
    /// Is offered what there is.
    Treatment,
}

impl Arm {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Control, Self::Treatment];

    /// As the database says it.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Control => "control",
            Self::Treatment => "treatment",
        }
    }

    /// The arm of a slug.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|arm| arm.slug() == slug)
    }
}

/// The random key of an epoch: another one draws everybody's arm anew.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt([u8; 32]);

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(…)")
    }
}

impl Salt {
    /// From 32 random bytes.
    #[must_use]
    pub const fn new(random: [u8; 32]) -> Self {
        Self(random)
    }

    /// From the 64 hexadecimal digits that are kept.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).ok()?;
        Some(Self(bytes))
    }

    /// As it is kept.
    #[must_use]
    pub fn to_hex(self) -> String {
        hex::encode(self.0)
    }

    /// The arm of a shopper: the first 64 bits of HMAC-SHA256(salt, id) as a number, held out below `share · 2⁶⁴`. What rounding takes from
    /// the share is less than 2⁻⁶⁰.
    #[must_use]
    pub fn arm(&self, shopper_id: ShopperId, share: Share) -> Arm {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            // HMAC takes keys of any length.
            return Arm::Treatment;
        };
        mac.update(shopper_id.to_string().as_bytes());
        let tag = mac.finalize().into_bytes();
        let number = tag
            .iter()
            .take(8)
            .fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
        let below = (u128::from(share.0) << 64) / 100;
        if u128::from(number) < below {
            Arm::Control
        } else {
            Arm::Treatment
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Arm, Salt, Share, ShareError};
    use crate::id::ShopperId;

    fn shoppers() -> impl Iterator<Item = ShopperId> {
        (0..20_000_u128).map(ShopperId::from_bits)
    }

    /// The first digits of Python's `hmac.new(bytes([7] * 32), id, "sha256").hexdigest()` for the ids 0 to 13.
    #[test]
    fn is_what_another_implementation_says() {
        let salt = Salt::new([7; 32]);
        let arms: Vec<Arm> = (0..14)
            .map(|n| salt.arm(ShopperId::from_bits(n), Share(50)))
            .collect();
        // Control where the first digit is below 8.
        let digits = "304265ef9ebabb";
        let expected: Vec<Arm> = digits
            .chars()
            .map(|digit| {
                if digit < '8' {
                    Arm::Control
                } else {
                    Arm::Treatment
                }
            })
            .collect();
        assert_eq!(arms, expected);
    }

    #[test]
    fn shares_are_kept_and_epochs_are_independent() {
        let (one, other) = (Salt::new([1; 32]), Salt::new([2; 32]));
        for percent in [1_u8, 10, 50] {
            let Ok(share) = Share::try_from(percent) else {
                panic!("{percent}");
            };
            let held = |salt: &Salt, id| salt.arm(id, share) == Arm::Control;
            let n = shoppers().filter(|id| held(&one, *id)).count();
            let both = shoppers()
                .filter(|id| held(&one, *id) && held(&other, *id))
                .count();
            // Four standard deviations of a binomial count.
            let near = |count: usize, p: f64| {
                let n = 20_000.0;
                (count as f64 - n * p).abs() < 4.0 * (n * p * (1.0 - p)).sqrt()
            };
            assert!(near(n, share.fraction()), "{percent} %: {n}");
            assert!(
                near(both, share.fraction().powi(2)),
                "{percent} %: {both} twice"
            );
        }
    }

    #[test]
    fn a_larger_share_keeps_those_that_a_smaller_one_keeps() {
        let salt = Salt::new([3; 32]);
        for id in shoppers().take(2_000) {
            assert_eq!(salt.arm(id, Share::NOBODY), Arm::Treatment);
            if salt.arm(id, Share::USUAL) == Arm::Control {
                assert_eq!(salt.arm(id, Share::MOST), Arm::Control);
            }
        }
    }

    #[test]
    fn a_share_has_its_bounds() {
        assert_eq!(Share::try_from(51), Err(ShareError));
        assert_eq!(Share::try_from(50), Ok(Share::MOST));
        assert!(serde_json::from_str::<Share>("51").is_err());
        assert_eq!(
            serde_json::to_string(&Share::USUAL).ok().as_deref(),
            Some("10")
        );
        assert_eq!(
            Salt::from_hex(&Salt::new([9; 32]).to_hex()),
            Some(Salt::new([9; 32]))
        );
        assert_eq!(Salt::from_hex("09"), None);
    }
}
