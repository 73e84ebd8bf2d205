//! How much is made of an outcome: a rare prize has its moment, a small one is not blown up.

use app::{api::shopper::OddsLine, yen::Yen};

/// A prize with a chance up to this, and a smaller one beside it, is a big one: one draw in ten, parts per million.
const RARE_PPM: u32 = 100_000;

/// How large an outcome is among what could have been drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Nothing was won.
    Blank,
    /// The smallest prize of several.
    Small,
    /// A prize.
    Middle,
    /// A rare prize, and not the smallest.
    Big,
}

/// The size of an outcome under the odds that it was drawn by.
pub fn size_of(value: Yen, odds: &[OddsLine]) -> Size {
    if value.get() == 0 {
        return Size::Blank;
    }
    let smaller = odds.iter().any(|l| l.value.get() > 0 && l.value < value);
    let larger = odds.iter().any(|l| l.value > value);
    let chance: u32 = odds
        .iter()
        .filter(|l| l.value >= value)
        .map(|l| l.ppm)
        .sum();
    if smaller && chance <= RARE_PPM {
        Size::Big
    } else if larger && !smaller {
        Size::Small
    } else {
        Size::Middle
    }
}

#[cfg(test)]
mod tests {
    use super::{OddsLine, Size, Yen, size_of};
    use app::id::PrizeId;

    fn odds(lines: &[(i64, u32)]) -> Vec<OddsLine> {
        lines
            .iter()
            .map(|(value, ppm)| OddsLine {
                prize_id: PrizeId::new(0, [0; 10]),
                name: String::new(),
                value: Yen(*value),
                ppm: *ppm,
                ppm_low: 0,
                ppm_high: 1_000_000,
            })
            .collect()
    }

    #[test]
    fn only_rare_prizes_are_big() {
        let table = odds(&[
            (0, 300_000),
            (50, 500_000),
            (100, 150_000),
            (500, 40_000),
            (1_000, 10_000),
        ]);
        let sizes: Vec<Size> = [0, 50, 100, 500, 1_000]
            .map(|v| size_of(Yen(v), &table))
            .into();
        assert_eq!(
            sizes,
            [Size::Blank, Size::Small, Size::Middle, Size::Big, Size::Big]
        );
    }

    #[test]
    fn a_single_prize_is_neither_big_nor_small() {
        assert_eq!(
            size_of(Yen(100), &odds(&[(0, 990_000), (100, 10_000)])),
            Size::Middle
        );
        // Every other draw wins the larger of two: nothing to shout about.
        assert_eq!(
            size_of(Yen(500), &odds(&[(300, 500_000), (500, 500_000)])),
            Size::Middle
        );
        assert_eq!(size_of(Yen(100), &[]), Size::Middle);
    }
}
