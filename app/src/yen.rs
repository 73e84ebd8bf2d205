//! Money: whole yen, and thousandths of a yen for expected values.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Whole yen. On the wire a plain number. Arithmetic is checked: money never wraps around.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Yen(pub i64);

impl Yen {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The number of yen.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Sum, or `None` where it does not fit 64 bits.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// Difference, or `None` where it does not fit 64 bits. May be negative.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// Product, or `None` where it does not fit 64 bits.
    #[must_use]
    pub fn checked_mul(self, times: i64) -> Option<Self> {
        self.0.checked_mul(times).map(Self)
    }

    /// Sum of many, or `None` where it does not fit 64 bits.
    #[must_use]
    pub fn checked_sum(many: impl IntoIterator<Item = Self>) -> Option<Self> {
        many.into_iter()
            .try_fold(Self::ZERO, |sum, yen| sum.checked_add(yen))
    }
}

/// The digits of a whole number in groups of three: `1,234,567`.
fn grouped(magnitude: u64) -> String {
    let digits = magnitude.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `¥1,200`, the same in both languages; `-¥5` below zero.
impl fmt::Display for Yen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}¥{}", grouped(self.0.unsigned_abs()))
    }
}

/// Thousandths of a yen: expected values of draws, which are rarely whole yen. On the wire a plain number.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct MilliYen(pub i64);

impl MilliYen {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The number of thousandths.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The nearest thousandth of an amount in yen; what is no number counts as 0, what is too large as the largest.
    #[must_use]
    pub fn from_yen_f64(yen: f64) -> Self {
        // `as` saturates and maps NaN to 0, which is what is documented.
        #[allow(clippy::cast_possible_truncation)]
        Self((yen * 1000.0).round() as i64)
    }

    /// In yen, for statistics.
    #[must_use]
    pub fn as_yen_f64(self) -> f64 {
        #[allow(clippy::cast_precision_loss)]
        let milli = self.0 as f64;
        milli / 1000.0
    }
}

impl From<Yen> for MilliYen {
    /// Saturates: amounts beyond 9 × 10^15 yen are refused long before.
    fn from(yen: Yen) -> Self {
        Self(yen.0.saturating_mul(1000))
    }
}

/// `¥12.5`, `¥1,200`: no trailing zeros.
impl fmt::Display for MilliYen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let magnitude = self.0.unsigned_abs();
        write!(f, "{sign}¥{}", grouped(magnitude / 1000))?;
        let rest = magnitude % 1000;
        if rest > 0 {
            write!(f, ".{}", format!("{rest:03}").trim_end_matches('0'))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{MilliYen, Yen};

    #[test]
    fn reads_as_money() {
        assert_eq!(Yen(0).to_string(), "¥0");
        assert_eq!(Yen(999).to_string(), "¥999");
        assert_eq!(Yen(1200).to_string(), "¥1,200");
        assert_eq!(Yen(-1_234_567).to_string(), "-¥1,234,567");
        assert_eq!(Yen(i64::MIN).to_string(), "-¥9,223,372,036,854,775,808");
        assert_eq!(MilliYen(12_500).to_string(), "¥12.5");
        assert_eq!(MilliYen(-1_200_000).to_string(), "-¥1,200");
        assert_eq!(MilliYen(1_001).to_string(), "¥1.001");
    }

    #[test]
    fn never_wraps() {
        assert_eq!(Yen(i64::MAX).checked_add(Yen(1)), None);
        assert_eq!(Yen(i64::MIN).checked_sub(Yen(1)), None);
        assert_eq!(Yen(i64::MAX).checked_mul(2), None);
        assert_eq!(Yen::checked_sum([Yen(1), Yen(2), Yen(3)]), Some(Yen(6)));
        assert_eq!(Yen::checked_sum([Yen(i64::MAX), Yen(1)]), None);
        assert_eq!(MilliYen::from(Yen(i64::MAX)), MilliYen(i64::MAX));
    }

    #[test]
    fn is_a_plain_number_on_the_wire() -> Result<(), serde_json::Error> {
        assert_eq!(serde_json::to_string(&Yen(1200))?, "1200");
        assert_eq!(serde_json::from_str::<Yen>("-5")?, Yen(-5));
        assert!(serde_json::from_str::<Yen>("1.5").is_err());
        Ok(())
    }
}
