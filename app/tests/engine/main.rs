//! The engine against independent oracles: other libraries' numbers, other algorithms, brute force, and laws that hold for
//! every input.

mod campaigns;
mod codes;
mod contacts;
mod coupons;
mod draw_log;
mod draws;
mod imports;
mod journeys;
mod learning;
mod lift;
mod odds;
mod policies;
mod positions;

use app::{
    id::PrizeId,
    prize::{Prize, PrizeTable},
    yen::Yen,
};

/// A prize with a number instead of an id.
pub fn prize(n: u8, value: i64, weight: u32) -> Prize {
    Prize {
        id: PrizeId::new(0, [n; 10]),
        value: Yen(value),
        weight,
        stock_left: None,
    }
}

/// A table of (value, weight) pairs, numbered from 0.
pub fn table(pairs: &[(i64, u32)]) -> PrizeTable {
    let prizes = (0_u8..)
        .zip(pairs)
        .map(|(n, (value, weight))| prize(n, *value, *weight));
    PrizeTable::new(prizes.collect()).expect("a table of the test's own making")
}
