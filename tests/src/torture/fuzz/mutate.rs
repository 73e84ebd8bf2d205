//! Valid inputs made wrong, by a byte or by a value.

use rand::{Rng, RngExt, rngs::StdRng, seq::IndexedRandom};
use serde_json::{Value, json};

/// What programs stumble over.
const TOKENS: [&[u8]; 24] = [
    b"\0",
    b"\"",
    b"\\",
    b",",
    b"\r\n",
    b"\t",
    b"null",
    b"-1",
    b"0",
    b"1e309",
    b"9223372036854775807",
    b"18446744073709551616",
    b"[",
    b"{",
    b"'; --",
    b"%00",
    b"\xff\xfe",
    // Half of a character of Shift_JIS, a mark of byte order, a long vowel, a full-width digit, a wide one, a surrogate.
    b"\x83",
    b"\xef\xbb\xbf",
    "ー".as_bytes(),
    "１".as_bytes(),
    "😀".as_bytes(),
    b"\xed\xa0\x80",
    b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
];

/// A few changes of single bytes and pieces.
pub fn bytes(input: &[u8], other: &[u8], dice: &mut StdRng) -> Vec<u8> {
    let mut out = input.to_vec();
    for _ in 0..dice.random_range(1..=4) {
        let at = dice.random_range(0..=out.len());
        let end = dice.random_range(at..=out.len().min(at + 16));
        match dice.random_range(0..7) {
            0 if at < out.len() => out[at] ^= 1 << dice.random_range(0..8),
            1 if at < out.len() => out[at] = dice.random(),
            2 => drop(out.drain(at..end)),
            3 => {
                let piece = out[at..end].to_vec();
                out.splice(at..at, piece.repeat(dice.random_range(1..20)));
            }
            4 => {
                let from = dice.random_range(0..=other.len());
                out.splice(at.., other[from..].to_vec());
            }
            5 => out.truncate(at),
            _ => {
                let token = TOKENS.choose(dice).copied().unwrap_or_default();
                out.splice(at..end, token.to_vec());
            }
        }
    }
    out.truncate(200_000);
    out
}

/// One value of a document exchanged, left out, or said many times.
pub fn value(input: &Value, dice: &mut StdRng) -> Value {
    let mut out = input.clone();
    change(&mut out, dice);
    out
}

fn change(at: &mut Value, dice: &mut StdRng) {
    if dice.random_bool(0.3) {
        *at = strange(at, dice);
        return;
    }
    match at {
        Value::Object(map) if !map.is_empty() => {
            let n = dice.random_range(0..map.len());
            let key = map.keys().nth(n).cloned().unwrap_or_default();
            if dice.random_bool(0.1) {
                map.remove(&key);
            } else if let Some(next) = map.get_mut(&key) {
                change(next, dice);
            }
        }
        Value::Array(list) if !list.is_empty() => {
            let n = dice.random_range(0..list.len());
            if dice.random_bool(0.2) {
                let again = list[n].clone();
                list.extend(std::iter::repeat_n(again, dice.random_range(1..150)));
            } else {
                change(&mut list[n], dice);
            }
        }
        other => *other = strange(other, dice),
    }
}

fn strange(was: &Value, dice: &mut (impl Rng + ?Sized)) -> Value {
    match (was, dice.random_range(0..14)) {
        (Value::String(text), 0) => json!(format!("{text}\u{0}")),
        (Value::String(text), 1) => json!(text.to_lowercase()),
        (Value::String(text), 2) => json!(text.repeat(300)),
        (Value::String(text), 3) => json!(text.chars().rev().collect::<String>()),
        (Value::Number(number), 0) => json!(number.as_i64().unwrap_or(1).wrapping_neg()),
        (Value::Number(number), 1) => json!(number.as_i64().unwrap_or(1).wrapping_add(1)),
        (_, 4) => Value::Null,
        (_, 5) => json!(i64::MAX),
        (_, 6) => json!(i64::MIN),
        (_, 7) => json!(1e300),
        (_, 8) => json!(0),
        (_, 9) => json!("\u{feff}😀\u{202e}ー"),
        (_, 10) => json!([]),
        (_, 11) => json!({}),
        (_, 12) => json!([[[[[[[[was]]]]]]]]),
        (_, 13) => json!(true),
        _ => json!(""),
    }
}
