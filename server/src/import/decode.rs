//! From bytes to text: UTF-8 with or without a mark, Shift_JIS as Windows writes it (with 髙, ① and ～), nothing else.

use encoding_rs::{DecoderResult, EUC_JP, Encoding as Codec, SHIFT_JIS};

use super::Problem;
use crate::error::LocalText;

/// An encoding that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// Shift_JIS with the extensions of Windows (code page 932).
    ShiftJis,
}

impl Encoding {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::ShiftJis => "Shift_JIS",
        }
    }
}

const ADVICE_JA: &str = "「CSV UTF-8」または Shift_JIS の CSV で保存し直してください。";
const ADVICE_EN: &str = "Save it again as \"CSV UTF-8\" or as CSV in Shift_JIS.";

/// The text of a file and the encoding that was found.
///
/// # Errors
/// With the first line that belongs to neither encoding, line 1 where the file is of another kind altogether.
pub fn decode(bytes: &[u8]) -> Result<(String, Encoding), Problem> {
    if let Some((ja, en)) = other_kind(bytes) {
        return Err(advise(1, ja, en));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return match std::str::from_utf8(rest) {
            Ok(text) => only_text(text.to_owned(), Encoding::Utf8),
            Err(error) => Err(broken_utf8(rest, error.valid_up_to())),
        };
    }
    let wrong_utf8 = match std::str::from_utf8(bytes) {
        Ok(text) => return only_text(text.to_owned(), Encoding::Utf8),
        Err(error) => error.valid_up_to(),
    };
    if let Some(at) = bytes.iter().position(|b| *b == 0) {
        return Err(not_text(bytes, at));
    }
    let (right, wrong) = utf8_tally(bytes);
    if right > wrong.saturating_mul(2) {
        return Err(broken_utf8(bytes, wrong_utf8));
    }
    match strictly(SHIFT_JIS, bytes) {
        Ok(text) if looks_like_euc_jp(&text, bytes) => Err(advise(
            1,
            "文字コードが EUC-JP のようです。",
            "The encoding looks like EUC-JP.",
        )),
        Ok(text) => Ok((text, Encoding::ShiftJis)),
        Err(at) => Err(advise(
            line_at(bytes, at),
            "この行は UTF-8 でも Shift_JIS でもありません。",
            "This line is neither UTF-8 nor Shift_JIS.",
        )),
    }
}

/// Files of which we can say what they are instead.
fn other_kind(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        Some((
            "CSV ではなく Excel のブックです。",
            "This is an Excel workbook, not a CSV file.",
        ))
    } else if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        Some(("文字コードが UTF-16 です。", "The encoding is UTF-16."))
    } else {
        None
    }
}

fn only_text(text: String, encoding: Encoding) -> Result<(String, Encoding), Problem> {
    // The encoding of mail: seven bits, its Japanese between escape sequences.
    if let Some(at) = text.find("\u{1b}$B").or_else(|| text.find("\u{1b}$@")) {
        return Err(advise(
            line_at(text.as_bytes(), at),
            "文字コードが ISO-2022-JP（JIS）です。",
            "The encoding is ISO-2022-JP (JIS).",
        ));
    }
    match text.bytes().position(|b| b == 0) {
        Some(at) => Err(not_text(text.as_bytes(), at)),
        None => Ok((text, encoding)),
    }
}

fn not_text(bytes: &[u8], at: usize) -> Problem {
    advise(
        line_at(bytes, at),
        "文字ではないデータが含まれています。",
        "It contains data that is no text.",
    )
}

fn broken_utf8(bytes: &[u8], at: usize) -> Problem {
    advise(
        line_at(bytes, at),
        "UTF-8 として読めない文字があります（途中で切れたか、文字コードが混ざっています）。",
        "A character here is not valid UTF-8: the file was cut off or mixes encodings.",
    )
}

fn advise(line: u64, ja: &str, en: &str) -> Problem {
    Problem {
        line,
        column: String::new(),
        reason: LocalText::new(format!("{ja}{ADVICE_JA}"), format!("{en} {ADVICE_EN}")),
    }
}

/// How many characters beyond ASCII are right as UTF-8, and how many places are wrong. In Shift_JIS the wrong ones prevail; in
/// UTF-8 with a flaw the right ones do, although most of it could be read as a jumble in Shift_JIS too.
fn utf8_tally(bytes: &[u8]) -> (usize, usize) {
    bytes.utf8_chunks().fold((0, 0), |(right, wrong), chunk| {
        (
            right + chunk.valid().chars().filter(|c| !c.is_ascii()).count(),
            wrong + usize::from(!chunk.invalid().is_empty()),
        )
    })
}

/// The text, or where the first byte is that the encoding does not have.
fn strictly(codec: &'static Codec, bytes: &[u8]) -> Result<String, usize> {
    let mut decoder = codec.new_decoder_without_bom_handling();
    let room = decoder
        .max_utf8_buffer_length_without_replacement(bytes.len())
        .unwrap_or(bytes.len().saturating_mul(3));
    let mut text = String::with_capacity(room);
    match decoder.decode_to_string_without_replacement(bytes, &mut text, true) {
        (DecoderResult::InputEmpty, _) => Ok(text),
        (DecoderResult::Malformed(length, behind), read) => {
            Err(read.saturating_sub(usize::from(length) + usize::from(behind)))
        }
        // The buffer was made large enough.
        (DecoderResult::OutputFull, read) => Err(read),
    }
}

/// EUC-JP read as Shift_JIS is a jumble of half-width katakana: right in form, wrong in sense.
fn looks_like_euc_jp(as_shift_jis: &str, bytes: &[u8]) -> bool {
    let (mut beyond_ascii, mut odd) = (0_usize, 0_usize);
    for c in as_shift_jis.chars().filter(|c| !c.is_ascii()) {
        beyond_ascii += 1;
        odd += usize::from(matches!(c, '\u{ff61}'..='\u{ff9f}' | '\u{e000}'..='\u{f8ff}'));
    }
    odd * 2 > beyond_ascii && strictly(EUC_JP, bytes).is_ok()
}

/// The physical line that a byte lies on, from 1. CR LF, LF and CR each end a line.
fn line_at(bytes: &[u8], at: usize) -> u64 {
    let mut lines = LineCounter::new(bytes);
    lines.line_of(at)
}

/// Counts physical lines while reading on.
#[derive(Debug)]
pub(super) struct LineCounter<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> LineCounter<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            line: 1,
        }
    }

    /// The line of a byte that lies no earlier than the last one asked for.
    pub(super) fn line_of(&mut self, at: usize) -> u64 {
        let at = at.min(self.bytes.len());
        while self.at < at {
            let ends = match self.bytes.get(self.at) {
                Some(b'\n') => true,
                Some(b'\r') => self.bytes.get(self.at + 1) != Some(&b'\n'),
                _ => false,
            };
            self.line += u64::from(ends);
            self.at += 1;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::{Encoding, decode};

    const TEXT: &str = "名称,緯度,経度\n髙島屋①～㈱,35.6,139.7\n";

    fn shift_jis(text: &str) -> Vec<u8> {
        let (bytes, _, unmappable) = encoding_rs::SHIFT_JIS.encode(text);
        assert!(!unmappable);
        bytes.into_owned()
    }

    fn line_of_error(bytes: &[u8]) -> Option<u64> {
        decode(bytes).err().map(|p| p.line)
    }

    #[test]
    fn reads_utf8_and_shift_jis_alike() {
        let marked = [b"\xef\xbb\xbf", TEXT.as_bytes()].concat();
        let read = |bytes: &[u8]| decode(bytes).ok();
        assert_eq!(
            read(TEXT.as_bytes()),
            Some((TEXT.to_owned(), Encoding::Utf8))
        );
        assert_eq!(read(&marked), Some((TEXT.to_owned(), Encoding::Utf8)));
        assert_eq!(
            read(&shift_jis(TEXT)),
            Some((TEXT.to_owned(), Encoding::ShiftJis))
        );
        let kana = "name,lat,lng\r\nｾﾌﾞﾝｲﾚﾌﾞﾝ,35,139\r\nﾛｰｿﾝ,36,140\r\n";
        assert_eq!(
            read(&shift_jis(kana)),
            Some((kana.to_owned(), Encoding::ShiftJis))
        );
    }

    #[test]
    fn names_the_line_that_cannot_be_read() {
        let mut cut = format!("{TEXT}{TEXT}").into_bytes();
        cut.truncate(cut.len() - "ㇰ～㈱,35.6,139.7\n".len() + 1);
        assert_eq!(line_of_error(&cut), Some(4), "cut inside a character");

        let mut mixed = TEXT.as_bytes().to_vec();
        mixed.extend(shift_jis("店,1,2\n"));
        assert_eq!(line_of_error(&mixed), Some(3), "UTF-8, then Shift_JIS");

        let mut flawed = shift_jis(TEXT);
        flawed.extend(b"\r\nabc\xff,1,2\r\n");
        assert_eq!(
            line_of_error(&flawed),
            Some(4),
            "Shift_JIS with a stray byte"
        );

        assert_eq!(
            line_of_error(b"name,lat\rx\0,1\r"),
            Some(2),
            "a NUL, lines ended by CR"
        );
    }

    #[test]
    fn says_what_other_files_are() {
        let euc = encoding_rs::EUC_JP
            .encode("店舗名,緯度,経度\nローソン新宿店,35,139\n")
            .0
            .into_owned();
        let utf16: Vec<u8> = "\u{feff}name"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for (bytes, word) in [
            (euc.as_slice(), "EUC-JP"),
            (&utf16, "UTF-16"),
            (b"PK\x03\x04rest", "Excel"),
            (b"name\n\x1b$B%m\x1b(B", "ISO-2022-JP"),
        ] {
            let reason = decode(bytes).err().map(|p| p.reason);
            assert!(
                reason
                    .as_ref()
                    .is_some_and(|r| r.ja.contains(word) && r.en.contains(word)),
                "{word}: {reason:?}"
            );
        }
    }

    #[test]
    fn noise_is_refused_with_a_line() {
        // xorshift: noise that is the same in every run.
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let noise: Vec<u8> = (0..10_000_000 / 8)
            .flat_map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state.to_le_bytes()
            })
            .collect();
        assert!(line_of_error(&noise).is_some_and(|line| line >= 1));
        let no_nul: Vec<u8> = noise.into_iter().filter(|b| *b != 0).collect();
        assert!(line_of_error(&no_nul).is_some_and(|line| line >= 1));
    }
}
