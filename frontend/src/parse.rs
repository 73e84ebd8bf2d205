//! Numbers as people type them.

/// A whole number from 0: half- or full-width digits, with or without separators, `¥` and `円`. `None` for anything else.
#[must_use]
pub fn whole_number(text: &str) -> Option<i64> {
    let mut value: i64 = 0;
    let mut digits = 0;
    for c in text.chars() {
        let digit = match c {
            '0'..='9' => c as u32 - '0' as u32,
            '０'..='９' => c as u32 - '０' as u32,
            ',' | '，' | '、' | '¥' | '￥' | '円' => continue,
            c if c.is_whitespace() => continue,
            _ => return None,
        };
        digits += 1;
        value = value.checked_mul(10)?.checked_add(i64::from(digit))?;
    }
    (digits > 0).then_some(value)
}

/// A decimal number, half- or full-width, as a coordinate has it. `None` for anything else, infinities included.
#[must_use]
pub fn decimal(text: &str) -> Option<f64> {
    let plain: String = text
        .trim()
        .chars()
        .map(|c| match c {
            // The full-width forms stand 0xFEE0 behind ASCII.
            '０'..='９' | '．' | '－' | '＋' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
            '−' | 'ー' => '-',
            c => c,
        })
        .collect();
    plain.parse().ok().filter(|n: &f64| n.is_finite())
}

#[cfg(test)]
mod tests {
    use super::{decimal, whole_number};

    #[test]
    fn yen_as_typed() {
        assert_eq!(whole_number("1200"), Some(1200));
        assert_eq!(whole_number(" ¥1,200 "), Some(1200));
        assert_eq!(whole_number("１，２００円"), Some(1200));
        for no in ["", "円", "-5", "1.5", "abc", "99999999999999999999"] {
            assert_eq!(whole_number(no), None, "{no}");
        }
    }

    #[test]
    fn coordinates_as_typed() {
        assert_eq!(decimal(" 35.6812 "), Some(35.6812));
        assert_eq!(decimal("１３９．７６７"), Some(139.767));
        assert_eq!(decimal("−12.5"), Some(-12.5));
        for no in ["", "inf", "NaN", "35,6", "北緯35"] {
            assert_eq!(decimal(no), None, "{no}");
        }
    }
}
