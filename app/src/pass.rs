//! What a coupon shows at the till in place of its long code, and how what is scanned or typed there is read.
//!
//! The long code is for print and import: whoever has seen it could use it. A screen shows two things that are worth nothing a
//! moment later. The QR code carries a *pass*: which coupon, from when, sealed by the server for one session of the holder; it
//! holds for [`PASS_MS`]. Below it stands a *short code* of eight digits that the server keeps for one store for
//! [`SHORT_MS`]. A till that has looked at a coupon gets a *ticket*, sealed for that login and store, so that counting the money
//! may take longer than a pass holds.
//!
//! Three more things are sealed alike: the *member code* on a shopper's screen, which staff scan for a stamp; the *store code* on a store's
//! screen, which shoppers scan to check in; and the *dwell* that a page was given when it saw itself inside a store's fence.

use std::fmt;

use unicode_normalization::UnicodeNormalization as _;

use crate::{
    code::{CodeError, CouponCode, MAX_TYPED_CHARS, is_separator},
    id::{CouponId, ShopperId, StoreId},
};

/// How long a pass holds, milliseconds.
pub const PASS_MS: i64 = 60_000;
/// How long a short code holds, milliseconds.
pub const SHORT_MS: i64 = 120_000;
/// How long a till may take from looking at a coupon to taking it, milliseconds.
pub const TICKET_MS: i64 = 10 * 60_000;
/// How often a store's screen shows another code, milliseconds.
pub const STORE_CODE_EVERY_MS: i64 = 30_000;
/// How long a store's code holds from when it is first shown: its half minute, and a minute for a slow phone to open the page.
pub const STORE_CODE_MS: i64 = 90_000;
/// How long a page has to be open inside a store's fence for a visit.
pub const DWELL_MS: i64 = 3 * 60_000;
/// How long a dwell may still be handed in: whoever comes back to the page later begins another.
pub const DWELL_HOLDS_MS: i64 = 30 * 60_000;

/// Digits of a short code.
const SHORT: usize = 8;
/// Bytes of a seal: 96 bits.
pub const SEAL: usize = 12;
/// An id, the moment, the seal.
const BYTES: usize = 16 + 6 + SEAL;
/// Five bits a letter.
const LETTERS: usize = (BYTES * 8).div_ceil(5);
/// Crockford's base 32, upper case: all of it is in the alphanumeric mode of a QR code.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// For what a pass was sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// For the holder's screen.
    Screen,
    /// For the till that has looked at it.
    Ticket,
    /// Of a shopper, for a stamp.
    Member,
    /// Of a store, for checking in there.
    Store,
    /// Of a store, for a page that stays inside its fence.
    Dwell,
}

impl Kind {
    const fn letter(self) -> char {
        match self {
            Self::Screen => 'R',
            Self::Ticket => 'T',
            Self::Member => 'M',
            Self::Store => 'S',
            Self::Dwell => 'D',
        }
    }

    /// How long it holds, milliseconds.
    #[must_use]
    pub const fn lasts(self) -> i64 {
        match self {
            Self::Screen | Self::Member => PASS_MS,
            Self::Ticket => TICKET_MS,
            Self::Store => STORE_CODE_MS,
            Self::Dwell => DWELL_HOLDS_MS,
        }
    }
}

/// A pass as it was presented: nothing in it is to be believed before the seal was computed again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Pass {
    /// For what.
    pub kind: Kind,
    /// The bits of the id of what it stands for: a coupon, a shopper or a store, as its kind says.
    pub of: u128,
    /// From when, unix milliseconds.
    pub at: i64,
    /// What only the server can make.
    pub seal: [u8; SEAL],
}

impl Pass {
    /// Which coupon, of a pass or a ticket.
    #[must_use]
    pub const fn coupon(&self) -> CouponId {
        CouponId::from_bits(self.of)
    }

    /// Which shopper, of a member code.
    #[must_use]
    pub const fn shopper(&self) -> ShopperId {
        ShopperId::from_bits(self.of)
    }

    /// Which store, of a store code or a dwell.
    #[must_use]
    pub const fn store(&self) -> StoreId {
        StoreId::from_bits(self.of)
    }

    /// Reads what is to be of one kind. Case, blanks and hyphens do not matter.
    ///
    /// # Errors
    /// Why it is none of this kind.
    pub fn parse(kind: Kind, typed: &str) -> Result<Self, CodeError> {
        let plain = plain(typed)?;
        let letters = plain.strip_prefix(kind.letter());
        match letters.filter(|letters| letters.len() == LETTERS && letters.is_ascii()) {
            Some(letters) => Self::read(kind, letters),
            None => Err(CodeError::Length),
        }
    }

    /// Whether it holds at a moment: from when it was made until its time is over. Servers' clocks differ a little.
    #[must_use]
    pub const fn holds(&self, now: i64) -> bool {
        const APART: i64 = 2_000;
        let age = now.saturating_sub(self.at);
        -APART <= age && age < self.kind.lasts()
    }

    fn bytes(&self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        let (id, rest) = bytes.split_at_mut(16);
        id.copy_from_slice(&self.of.to_be_bytes());
        let (at, seal) = rest.split_at_mut(6);
        // 48 bits of milliseconds, as in ids.
        at.copy_from_slice(&self.at.to_be_bytes()[2..]);
        seal.copy_from_slice(&self.seal);
        bytes
    }

    fn read(kind: Kind, letters: &str) -> Result<Self, CodeError> {
        let mut bytes = [0_u8; BYTES];
        let (mut held, mut bits, mut filled) = (0_u32, 0, 0);
        for letter in letters.bytes() {
            let five = ALPHABET
                .iter()
                .position(|a| *a == letter)
                .ok_or(CodeError::Symbol(char::from(letter)))?;
            held = (held << 5) | u32::try_from(five).unwrap_or(0);
            bits += 5;
            if bits >= 8 {
                bits -= 8;
                if let Some(slot) = bytes.get_mut(filled) {
                    *slot = u8::try_from((held >> bits) & 255).unwrap_or(0);
                }
                filled += 1;
                held &= (1 << bits) - 1;
            }
        }
        // One pass has one form: what is left over says nothing.
        if filled != BYTES || held != 0 {
            return Err(CodeError::Check);
        }
        let mut id = [0; 16];
        id.copy_from_slice(&bytes[..16]);
        let mut at = [0; 8];
        at[2..].copy_from_slice(&bytes[16..22]);
        let mut seal = [0; SEAL];
        seal.copy_from_slice(&bytes[22..]);
        Ok(Self {
            kind,
            of: u128::from_be_bytes(id),
            at: i64::from_be_bytes(at),
            seal,
        })
    }
}

/// The text that a QR code carries.
impl fmt::Display for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(LETTERS + 1);
        text.push(self.kind.letter());
        let (mut held, mut bits) = (0_u32, 0);
        for byte in self.bytes() {
            held = (held << 8) | u32::from(byte);
            bits += 8;
            while bits >= 5 {
                bits -= 5;
                text.push(letter(held >> bits));
                held &= (1 << bits) - 1;
            }
        }
        if bits > 0 {
            text.push(letter(held << (5 - bits)));
        }
        f.write_str(&text)
    }
}

fn letter(five: u32) -> char {
    // Five bits always index inside the 32 letters.
    char::from(ALPHABET[(five & 31) as usize])
}

/// It is worth money for a minute: logs do not get it.
impl fmt::Debug for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pass({:?}, {:032x})", self.kind, self.of)
    }
}

/// Eight digits that stand for a coupon at one store for two minutes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShortCode(u32);

impl ShortCode {
    /// From 64 random bits: no number is favoured by more than 2^-37.
    #[must_use]
    pub const fn from_random(random: [u8; 8]) -> Self {
        Self((u64::from_be_bytes(random) % 100_000_000) as u32)
    }

    /// The digits without a blank, as they are looked up.
    #[must_use]
    pub fn compact(self) -> String {
        format!("{:08}", self.0)
    }
}

/// In two groups, as it is read out: `1234 5678`.
impl fmt::Display for ShortCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04} {:04}", self.0 / 10_000, self.0 % 10_000)
    }
}

/// It is worth money for two minutes: logs do not get it.
impl fmt::Debug for ShortCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ShortCode(…)")
    }
}

/// What was scanned or typed at a till.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presented {
    /// The long code, from paper or an import.
    Code(CouponCode),
    /// From a screen, or the till's own ticket.
    Pass(Pass),
    /// Eight digits from a screen.
    Short(ShortCode),
    /// A shopper's member code: no coupon, a stamp.
    Member(Pass),
}

impl Presented {
    /// Reads it. Case, blanks, hyphens of all kinds and full-width forms do not matter, as for [`CouponCode::parse`].
    ///
    /// # Errors
    /// Why it is none of the three; whether there is such a coupon is another question.
    pub fn parse(typed: &str) -> Result<Self, CodeError> {
        let plain = plain(typed)?;
        if plain.len() == SHORT && plain.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(Self::Short(ShortCode(
                plain.parse().map_err(|_| CodeError::Check)?,
            )));
        }
        for kind in [Kind::Screen, Kind::Ticket, Kind::Member] {
            if let Some(letters) = plain.strip_prefix(kind.letter())
                && letters.len() == LETTERS
                && letters.is_ascii()
            {
                let pass = Pass::read(kind, letters)?;
                return Ok(match kind {
                    Kind::Member => Self::Member(pass),
                    _ => Self::Pass(pass),
                });
            }
        }
        CouponCode::parse(&plain).map(Self::Code)
    }

    /// As it is sent and looked up: without blanks, in one form.
    #[must_use]
    pub fn compact(&self) -> String {
        match self {
            Self::Code(code) => code.compact(),
            Self::Pass(pass) | Self::Member(pass) => pass.to_string(),
            Self::Short(short) => short.compact(),
        }
    }
}

/// In one form: no separators, capital letters, half width.
fn plain(typed: &str) -> Result<String, CodeError> {
    if typed.chars().nth(MAX_TYPED_CHARS).is_some() {
        return Err(CodeError::Length);
    }
    Ok(typed
        .nfkc()
        .filter(|c| !is_separator(*c))
        .map(|c| c.to_ascii_uppercase())
        .collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        DWELL_HOLDS_MS, Kind, LETTERS, PASS_MS, Pass, Presented, SEAL, STORE_CODE_MS, ShortCode,
        TICKET_MS,
    };
    use crate::code::CouponCode;

    const KINDS: [Kind; 5] = [
        Kind::Screen,
        Kind::Ticket,
        Kind::Member,
        Kind::Store,
        Kind::Dwell,
    ];

    fn pass() -> impl Strategy<Value = Pass> {
        (
            0_usize..5,
            any::<u128>(),
            0_i64..1 << 47,
            any::<[u8; SEAL]>(),
        )
            .prop_map(|(kind, of, at, seal)| Pass {
                kind: KINDS[kind],
                of,
                at,
                seal,
            })
    }

    proptest! {
        #[test]
        fn a_pass_round_trips_in_any_dress(pass in pass()) {
            let text = pass.to_string();
            prop_assert_eq!(text.len(), LETTERS + 1);
            let dressed: String = text.to_lowercase().chars().flat_map(|c| [c, ' ']).collect();
            for text in [&text, &dressed] {
                // Each is read as what it is and as nothing else; a till takes no code of a store.
                for kind in KINDS {
                    prop_assert_eq!(Pass::parse(kind, text).ok(), (kind == pass.kind).then_some(pass));
                }
                let presented = match pass.kind {
                    Kind::Screen | Kind::Ticket => Some(Presented::Pass(pass)),
                    Kind::Member => Some(Presented::Member(pass)),
                    Kind::Store | Kind::Dwell => None,
                };
                prop_assert_eq!(Presented::parse(text).ok(), presented);
            }
        }

        #[test]
        fn every_letter_of_a_pass_counts(pass in pass(), at in 1..=LETTERS, other in 0_usize..32) {
            let mut text = pass.to_string().into_bytes();
            let letter = super::ALPHABET[other];
            prop_assume!(text[at] != letter);
            text[at] = letter;
            let text = String::from_utf8(text).map_err(|e| TestCaseError::fail(e.to_string()))?;
            prop_assert_ne!(Pass::parse(pass.kind, &text).ok(), Some(pass));
        }

        #[test]
        fn the_three_are_told_apart(random: [u8; 8], long: [u8; 16]) {
            let short = ShortCode::from_random(random);
            prop_assert_eq!(Presented::parse(&short.to_string()), Ok(Presented::Short(short)));
            let wide: String = short.compact().chars().filter_map(|c| char::from_u32(u32::from(c) + 0xfee0)).collect();
            prop_assert_eq!(Presented::parse(&wide), Ok(Presented::Short(short)));
            let code = CouponCode::from_random(long);
            prop_assert_eq!(Presented::parse(&code.to_string()), Ok(Presented::Code(code)));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,80}") {
            let _ = Presented::parse(&text);
        }
    }

    #[test]
    fn a_pass_holds_for_its_time() {
        let made = |kind| Pass {
            kind,
            of: 1,
            at: 1_800_000_000_000,
            seal: [0; SEAL],
        };
        for (kind, lasts) in [
            (Kind::Screen, PASS_MS),
            (Kind::Ticket, TICKET_MS),
            (Kind::Member, PASS_MS),
            (Kind::Store, STORE_CODE_MS),
            (Kind::Dwell, DWELL_HOLDS_MS),
        ] {
            let pass = made(kind);
            assert!(pass.holds(pass.at) && pass.holds(pass.at + lasts - 1));
            assert!(!pass.holds(pass.at + lasts) && !pass.holds(pass.at - 60_000));
            assert!(!pass.holds(i64::MAX) && !pass.holds(i64::MIN));
        }
    }
}
