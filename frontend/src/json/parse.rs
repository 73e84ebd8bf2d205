//! The grammar of RFC 8259.

use super::{Json, NotAsExpected};

type Result<T> = std::result::Result<T, NotAsExpected>;

/// As deep as anybody nests; what goes deeper is no answer of ours.
const DEEPEST: u32 = 100;

pub(super) fn parse(text: &str) -> Result<Json> {
    let mut parser = Parser { text, at: 0 };
    let value = parser.value(0)?;
    parser.space();
    if parser.at == text.len() {
        Ok(value)
    } else {
        Err(NotAsExpected)
    }
}

struct Parser<'a> {
    text: &'a str,
    /// In bytes.
    at: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    /// Takes a byte, if it is the next one behind white space.
    fn takes(&mut self, wanted: u8) -> bool {
        self.space();
        let there = self.peek() == Some(wanted);
        self.at += usize::from(there);
        there
    }

    fn must(&mut self, wanted: u8) -> Result<()> {
        if self.takes(wanted) {
            Ok(())
        } else {
            Err(NotAsExpected)
        }
    }

    fn word(&mut self, word: &str, value: Json) -> Result<Json> {
        if self.rest().starts_with(word) {
            self.at += word.len();
            Ok(value)
        } else {
            Err(NotAsExpected)
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn value(&mut self, depth: u32) -> Result<Json> {
        if depth > DEEPEST {
            return Err(NotAsExpected);
        }
        self.space();
        match self.peek() {
            Some(b'n') => self.word("null", Json::Null),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'"') => self.string().map(Json::Text),
            Some(b'[') => self.list(depth),
            Some(b'{') => self.map(depth),
            _ => self.number(),
        }
    }

    fn list(&mut self, depth: u32) -> Result<Json> {
        self.must(b'[')?;
        let mut values = Vec::new();
        if self.takes(b']') {
            return Ok(Json::List(values));
        }
        loop {
            values.push(self.value(depth + 1)?);
            if !self.takes(b',') {
                self.must(b']')?;
                return Ok(Json::List(values));
            }
        }
    }

    fn map(&mut self, depth: u32) -> Result<Json> {
        self.must(b'{')?;
        let mut entries = Vec::new();
        if self.takes(b'}') {
            return Ok(Json::Map(entries));
        }
        loop {
            self.space();
            let key = self.string()?;
            self.must(b':')?;
            entries.push((key, self.value(depth + 1)?));
            if !self.takes(b',') {
                self.must(b'}')?;
                return Ok(Json::Map(entries));
            }
        }
    }

    fn string(&mut self) -> Result<String> {
        self.must(b'"')?;
        let mut out = String::new();
        loop {
            let rest = self.rest();
            let plain = rest
                .bytes()
                .position(|b| b == b'"' || b == b'\\' || b < b' ')
                .ok_or(NotAsExpected)?;
            out.push_str(rest.get(..plain).unwrap_or_default());
            self.at += plain + 1;
            match rest.as_bytes().get(plain) {
                Some(b'"') => return Ok(out),
                Some(b'\\') => out.push(self.escaped()?),
                _ => return Err(NotAsExpected),
            }
        }
    }

    fn escaped(&mut self) -> Result<char> {
        let kind = self.peek().ok_or(NotAsExpected)?;
        self.at += 1;
        Ok(match kind {
            b'"' | b'\\' | b'/' => char::from(kind),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.unit()?;
                let code = if (0xd800..0xdc00).contains(&first) {
                    // Half of a pair (RFC 8259 §7): the other half follows.
                    if !self.rest().starts_with("\\u") {
                        return Err(NotAsExpected);
                    }
                    self.at += 2;
                    let second = self.unit()?;
                    if !(0xdc00..0xe000).contains(&second) {
                        return Err(NotAsExpected);
                    }
                    0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00)
                } else {
                    first
                };
                char::from_u32(code).ok_or(NotAsExpected)?
            }
            _ => return Err(NotAsExpected),
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Result<u32> {
        let mut value = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|b| char::from(b).to_digit(16));
            value = value * 16 + digit.ok_or(NotAsExpected)?;
            self.at += 1;
        }
        Ok(value)
    }

    fn number(&mut self) -> Result<Json> {
        let from = self.at;
        let negative = self.peek() == Some(b'-');
        self.at += usize::from(negative);
        let first = self.at;
        let whole = self.digits();
        let mut plain = match whole {
            0 => return Err(NotAsExpected),
            // No zeros before other digits.
            2.. if self.text.as_bytes().get(first) == Some(&b'0') => return Err(NotAsExpected),
            // Fits into 64 bits.
            digits => digits <= 18,
        };
        if self.peek() == Some(b'.') {
            plain = false;
            self.at += 1;
            if self.digits() == 0 {
                return Err(NotAsExpected);
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            plain = false;
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return Err(NotAsExpected);
            }
        }
        let text = self.text.get(from..self.at).unwrap_or_default();
        if plain && text != "-0" {
            let value = text
                .bytes()
                .filter(u8::is_ascii_digit)
                .fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
            return Ok(Json::Whole(if negative { -value } else { value }));
        }
        match real(text) {
            value if value.is_finite() => Ok(Json::Real(value)),
            _ => Err(NotAsExpected),
        }
    }

    fn digits(&mut self) -> usize {
        let from = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - from
    }
}

/// The browser has this already; ours would bring a table of ten kilobytes.
#[cfg(target_arch = "wasm32")]
fn real(text: &str) -> f64 {
    js_sys::parse_float(text)
}

#[cfg(not(target_arch = "wasm32"))]
fn real(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}
