use app::code::{CodeError, CouponCode};
use proptest::prelude::*;

const SYMBOLS: &str = "23456789ABCDEFGHJKMNPQRTVWXYZ";

fn mistyped(symbols: &[char]) -> bool {
    CouponCode::parse(&symbols.iter().collect::<String>()) == Err(CodeError::Check)
}

proptest! {
    #[test]
    fn every_single_slip_is_found(random: [u8; 16]) {
        let code = CouponCode::from_random(random);
        let right: Vec<char> = code.compact().chars().collect();
        prop_assert_eq!(right.len(), 18);
        for i in 0..right.len() {
            for symbol in SYMBOLS.chars().filter(|s| *s != right[i]) {
                let mut wrong = right.clone();
                wrong[i] = symbol;
                prop_assert!(mistyped(&wrong), "{wrong:?}");
            }
            for j in (i + 1..right.len()).filter(|j| right[*j] != right[i]) {
                let mut wrong = right.clone();
                wrong.swap(i, j);
                prop_assert!(mistyped(&wrong), "{wrong:?}");
            }
        }
    }

    #[test]
    fn however_it_is_typed_it_is_the_same_code(random: [u8; 16], hyphens in prop::collection::vec(0_usize..10, 18), wide: bool, lower: bool) {
        let code = CouponCode::from_random(random);
        const BETWEEN: [&str; 10] = ["", "-", " ", "\u{3000}", "－", "ー", "–", "\u{2212}", " \t- ", "\u{200b}"];
        let mut typed = String::from("\u{feff} ");
        for (c, hyphen) in code.compact().chars().zip(hyphens) {
            let c = if lower { c.to_ascii_lowercase() } else { c };
            typed.push(if wide { char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c) } else { c });
            typed.push_str(BETWEEN[hyphen]);
        }
        prop_assert_eq!(CouponCode::parse(&typed), Ok(code));
        prop_assert_eq!(CouponCode::parse(&code.to_string()), Ok(code));
    }

    #[test]
    fn nothing_typed_panics(typed in "\\PC{0,60}") {
        let _ = CouponCode::parse(&typed);
    }
}

#[test]
fn says_what_is_wrong() {
    let code = CouponCode::from_random([9; 16]);
    assert_eq!(CouponCode::parse(" -ー- "), Err(CodeError::Empty));
    assert_eq!(CouponCode::parse("ABC"), Err(CodeError::Length));
    assert_eq!(
        CouponCode::parse(&format!("{code}2")),
        Err(CodeError::Length)
    );
    assert_eq!(
        CouponCode::parse(&"2".repeat(100_000)),
        Err(CodeError::Length)
    );
    for look_alike in "01ILOSU".chars() {
        assert_eq!(
            CouponCode::parse(&look_alike.to_string()),
            Err(CodeError::Symbol(look_alike))
        );
    }
    assert_eq!(CouponCode::parse("🎁"), Err(CodeError::Symbol('🎁')));
}

#[test]
fn is_grouped_for_people_and_hidden_from_logs() {
    let code = CouponCode::from_random([9; 16]);
    let text = code.to_string();
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    assert_eq!(groups, [6, 6, 6]);
    assert!(text.ends_with(&code.tail()) && code.tail().len() == 4);
    assert!(!format!("{code:?}").contains(&code.compact()[..6]));
    assert_eq!(
        serde_json::to_string(&code).expect("serializes"),
        format!("\"{text}\"")
    );
}

/// 17 free symbols of 29: log2 of the number of codes.
#[test]
fn has_at_least_eighty_bits() {
    assert!(17.0 * 29_f64.log2() > 82.5);
    let mut seen = std::collections::HashSet::new();
    for n in 0..10_000_u128 {
        assert!(seen.insert(CouponCode::from_random(n.to_be_bytes()).compact()));
    }
}
