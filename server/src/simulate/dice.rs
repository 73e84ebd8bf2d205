//! Chance that is the same whatever is asked first: a number for each seed, shopper, day and question. Two policies on one seed meet the same shoppers
//! with the same luck, so that they differ by what they do alone.

/// What is asked.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
pub(super) enum What {
    Home = 1,
    Work,
    Habit,
    Kind,
    Opens,
    Visits,
    Plays,
    AtWork,
    Uses,
    Ticket,
    Nonce,
}

/// A town's chance.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dice(u64);

/// The finalizer of splitmix64 (Steele, Lea, Flood 2014).
const fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

impl Dice {
    pub(super) const fn new(seed: u64) -> Self {
        Self(mix(seed.wrapping_add(0x9e37_79b9_7f4a_7c15)))
    }

    pub(super) const fn bits(self, what: What, shopper: u32, day: u32) -> u64 {
        let question = mix(self.0 ^ (what as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        mix(question ^ (((day as u64) << 32) | shopper as u64).wrapping_mul(0xd134_2543_de82_ef95))
    }

    /// Between 0 and 1, and never either.
    pub(super) fn uniform(self, what: What, shopper: u32, day: u32) -> f64 {
        // 52 bits and a half.
        #[allow(clippy::cast_precision_loss)]
        let bits = (self.bits(what, shopper, day) >> 12) as f64;
        (bits + 0.5) / 4_503_599_627_370_496.0
    }

    /// Two independent standard normal numbers (Box, Muller 1958).
    pub(super) fn normal(self, [one, other]: [What; 2], shopper: u32, day: u32) -> [f64; 2] {
        let length = (-2.0 * self.uniform(one, shopper, day).ln()).sqrt();
        let angle = std::f64::consts::TAU * self.uniform(other, shopper, day);
        [length * angle.cos(), length * angle.sin()]
    }
}

#[cfg(test)]
mod tests {
    use super::{Dice, What};

    #[test]
    fn is_even_and_does_not_depend_on_what_was_asked_before() {
        let dice = Dice::new(7);
        let first = dice.uniform(What::Visits, 3, 9);
        let mut sums = [0.0; 3];
        for shopper in 0..20_000 {
            let u = dice.uniform(What::Visits, shopper, 1);
            let v = dice.uniform(What::Plays, shopper, 1);
            let [z, _] = dice.normal([What::Home, What::Work], shopper, 1);
            assert!(u > 0.0 && u < 1.0);
            sums[0] += u;
            sums[1] += (u - 0.5) * (v - 0.5);
            sums[2] += z * z;
        }
        assert!((sums[0] / 20_000.0 - 0.5).abs() < 0.01, "{sums:?}");
        assert!((sums[1] / 20_000.0).abs() < 0.003, "{sums:?}");
        assert!((sums[2] / 20_000.0 - 1.0).abs() < 0.04, "{sums:?}");
        assert_eq!(dice.uniform(What::Visits, 3, 9).to_bits(), first.to_bits());
        assert_ne!(
            dice.bits(What::Visits, 3, 9),
            Dice::new(8).bits(What::Visits, 3, 9)
        );
        assert_ne!(dice.bits(What::Visits, 3, 9), dice.bits(What::Visits, 9, 3));
    }
}
