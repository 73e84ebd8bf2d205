//! The code on a coupon: long enough not to be guessed, short enough to be typed, and a typing error never meets another
//! coupon.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use unicode_normalization::UnicodeNormalization as _;

use crate::lang::Text;

/// 29 symbols, a prime number. Left out as look-alikes: 0 and O, 1, I and L, U (V), S (5).
const ALPHABET: &[u8; 29] = b"23456789ABCDEFGHJKMNPQRTVWXYZ";
const BASE: u8 = 29;
const BASE_U128: u128 = 29;
/// 17 symbols carry log2(29^17) = 82.58 bits.
const DATA: usize = 17;
const LENGTH: usize = DATA + 1;
const GROUP: usize = 6;
/// Nothing a person types is longer, however it is spaced.
pub(crate) const MAX_TYPED_CHARS: usize = 200;

/// A coupon's code: 17 random symbols and a check symbol, kept as the numbers of its symbols. What is of this type has been
/// normalized and checked; nothing else goes further than the till's input field.
///
/// Check: with symbols `x_1 … x_18` (0 to 28), `Σ i·x_i ≡ 0 (mod 29)`. 29 is prime and all weights 1 to 18 differ and are not 0 modulo it, so
/// every single wrong symbol and every exchange of two symbols (neighbours or not) is found.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CouponCode([u8; LENGTH]);

/// Why a typed text is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Nothing but blanks and hyphens.
    #[error("no code was given")]
    Empty,
    /// Not 18 symbols.
    #[error("a code has 18 letters and digits")]
    Length,
    /// A character that no code has.
    #[error("no code contains {0:?}")]
    Symbol(char),
    /// The check symbol does not agree: a typing error.
    #[error("the code was mistyped")]
    Check,
}

impl CodeError {
    /// The sentence for the person at the till.
    #[must_use]
    pub const fn text(self) -> Text {
        match self {
            Self::Empty => Text::new("コードを入力してください。", "Enter the code."),
            Self::Length => Text::new(
                "画面の番号は 8 けた、紙のコードは英数字 18 文字です。",
                "A screen shows eight digits; a code on paper has 18 letters and digits.",
            ),
            Self::Symbol(_) => Text::new(
                "コードにない文字が含まれています（0・1・I・L・O・S・U は使われません）。",
                "It contains a character that codes do not have (0, 1, I, L, O, S and U are not used).",
            ),
            Self::Check => Text::new(
                "コードの入力に誤りがあります。1 文字ずつご確認ください。",
                "The code was mistyped. Check it letter by letter.",
            ),
        }
    }
}

impl CouponCode {
    /// A code from 128 random bits: reduced modulo 29^17, which favours no code by more than 2^-45.
    #[must_use]
    pub fn from_random(random: [u8; 16]) -> Self {
        let mut rest = u128::from_be_bytes(random);
        let mut symbols = [0_u8; LENGTH];
        for symbol in symbols.iter_mut().take(DATA) {
            *symbol = u8::try_from(rest % BASE_U128).unwrap_or(0);
            rest /= BASE_U128;
        }
        // The check x with Σ + 18·x ≡ 0: exactly one of the 29, since 18 has an inverse.
        let mut code = Self(symbols);
        for check in 0..BASE {
            code.0[DATA] = check;
            if code.checks() {
                break;
            }
        }
        code
    }

    fn checks(&self) -> bool {
        let sum: u32 = (1_u32..)
            .zip(self.0)
            .map(|(weight, x)| weight * u32::from(x))
            .sum();
        sum.is_multiple_of(u32::from(BASE))
    }

    /// Reads what was scanned or typed: case, blanks, hyphens and dashes of all kinds (also the long-vowel mark ー that Japanese
    /// keyboards give) and full-width forms (NFKC) do not matter.
    ///
    /// # Errors
    /// Why it cannot be a code; whether a coupon has it is another question.
    pub fn parse(typed: &str) -> Result<Self, CodeError> {
        // Two beyond the limit and it is refused without reading the rest.
        if typed.chars().nth(MAX_TYPED_CHARS).is_some() {
            return Err(CodeError::Length);
        }
        let mut symbols = [0_u8; LENGTH];
        let mut count = 0_usize;
        for c in typed.nfkc().filter(|c| !is_separator(*c)) {
            let upper = c.to_ascii_uppercase();
            let index = ALPHABET
                .iter()
                .position(|a| char::from(*a) == upper)
                .ok_or(CodeError::Symbol(c))?;
            if let Some(slot) = symbols.get_mut(count) {
                *slot = u8::try_from(index).unwrap_or(0);
            }
            count += 1;
        }
        if count == 0 {
            return Err(CodeError::Empty);
        }
        if count != LENGTH {
            return Err(CodeError::Length);
        }
        let code = Self(symbols);
        if code.checks() {
            Ok(code)
        } else {
            Err(CodeError::Check)
        }
    }

    fn symbols(&self) -> impl Iterator<Item = char> + '_ {
        self.0.iter().map(|x| {
            ALPHABET
                .get(usize::from(*x))
                .map_or('?', |a| char::from(*a))
        })
    }

    /// Without hyphens: the form that is looked up (hashed) and that a QR code carries.
    #[must_use]
    pub fn compact(&self) -> String {
        self.symbols().collect()
    }

    /// The last four characters, to find it in a list.
    #[must_use]
    pub fn tail(&self) -> String {
        self.symbols().skip(LENGTH - 4).collect()
    }
}

pub(crate) fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(c,
            '-' | '_' | '\u{ad}' | '\u{58a}' | '\u{5be}' | '\u{1806}' | '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}'
            | '\u{2e3a}' | '\u{2e3b}' | '\u{301c}' | '\u{3030}' | '\u{30a0}' | '\u{30fc}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// `XXXXXX-XXXXXX-XXXXXX`.
impl fmt::Display for CouponCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, symbol) in self.symbols().enumerate() {
            if i > 0 && i % GROUP == 0 {
                f.write_str("-")?;
            }
            write!(f, "{symbol}")?;
        }
        Ok(())
    }
}

/// A code is worth money: logs get its tail only.
impl fmt::Debug for CouponCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CouponCode(…{})", self.tail())
    }
}

impl FromStr for CouponCode {
    type Err = CodeError;
    fn from_str(text: &str) -> Result<Self, CodeError> {
        Self::parse(text)
    }
}

impl Serialize for CouponCode {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CouponCode {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}
