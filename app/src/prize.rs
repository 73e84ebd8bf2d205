//! The prize table: what a draw can give, as the retailer weighs it.

use serde::{Deserialize, Serialize};

use crate::{
    id::PrizeId,
    yen::{MilliYen, Yen},
};

/// One prize of a campaign's table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Prize {
    /// The prize.
    pub id: PrizeId,
    /// Face value; 0 is a blank.
    pub value: Yen,
    /// Base weight, 1 to 1,000,000: chances before any sizing are in proportion to it.
    pub weight: u32,
    /// How many are left; `None`: no limit but the budget.
    pub stock_left: Option<u32>,
}

/// Why a list of prizes is no prize table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrizeTableError {
    /// No prize at all.
    #[error("a prize table needs at least one prize")]
    Empty,
    /// More than [`PrizeTable::MAX_PRIZES`].
    #[error("a prize table holds at most 20 prizes")]
    TooMany,
    /// The same id twice.
    #[error("prize {0} occurs twice")]
    Repeated(PrizeId),
    /// Not 0 to [`PrizeTable::MAX_VALUE`].
    #[error("the value of prize {0} must lie between 0 and 1,000,000 yen")]
    Value(PrizeId),
    /// Not 1 to [`PrizeTable::MAX_WEIGHT`].
    #[error("the weight of prize {0} must lie between 1 and 1,000,000")]
    Weight(PrizeId),
}

/// A prize table that holds: 1 to 20 prizes, distinct ids, values and weights within their caps. The caps keep every sum of
/// value × parts per million inside 64 bits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct PrizeTable(Vec<Prize>);

impl<'de> Deserialize<'de> for PrizeTable {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Self::new(Vec::deserialize(d)?).map_err(serde::de::Error::custom)
    }
}

impl PrizeTable {
    /// Most prizes.
    pub const MAX_PRIZES: usize = 20;
    /// Highest value of a prize.
    pub const MAX_VALUE: Yen = Yen(1_000_000);
    /// Highest weight.
    pub const MAX_WEIGHT: u32 = 1_000_000;

    /// Checks the whole list.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn new(prizes: Vec<Prize>) -> Result<Self, PrizeTableError> {
        if prizes.is_empty() {
            return Err(PrizeTableError::Empty);
        }
        if prizes.len() > Self::MAX_PRIZES {
            return Err(PrizeTableError::TooMany);
        }
        for (i, prize) in prizes.iter().enumerate() {
            if !(Yen::ZERO..=Self::MAX_VALUE).contains(&prize.value) {
                return Err(PrizeTableError::Value(prize.id));
            }
            if !(1..=Self::MAX_WEIGHT).contains(&prize.weight) {
                return Err(PrizeTableError::Weight(prize.id));
            }
            if prizes.iter().take(i).any(|other| other.id == prize.id) {
                return Err(PrizeTableError::Repeated(prize.id));
            }
        }
        Ok(Self(prizes))
    }

    /// The prizes, in the retailer's order.
    #[must_use]
    pub fn prizes(&self) -> &[Prize] {
        &self.0
    }

    /// The prizes that are not out of stock.
    pub fn in_stock(&self) -> impl Iterator<Item = &Prize> {
        self.0.iter().filter(|prize| prize.stock_left != Some(0))
    }

    /// The expected value of the retailer's own weights over the whole table, thousandths of a yen, rounded down.
    #[must_use]
    pub fn base_mean(&self) -> MilliYen {
        let weight: i64 = self.0.iter().map(|prize| i64::from(prize.weight)).sum();
        // At most 20 × 10^6 × 10^6 × 10^3: well inside 64 bits.
        let sum: i64 = self
            .0
            .iter()
            .map(|prize| i64::from(prize.weight) * prize.value.get() * 1000)
            .sum();
        MilliYen(sum / weight.max(1))
    }

    /// The highest value that is not out of stock.
    #[must_use]
    pub fn top_value(&self) -> Option<Yen> {
        self.in_stock().map(|prize| prize.value).max()
    }
}

#[cfg(test)]
mod tests {
    use super::{MilliYen, Prize, PrizeId, PrizeTable, PrizeTableError, Yen};

    fn prize(n: u8, value: i64, weight: u32) -> Prize {
        Prize {
            id: PrizeId::new(0, [n; 10]),
            value: Yen(value),
            weight,
            stock_left: None,
        }
    }

    #[test]
    fn refuses_what_could_not_be_drawn() {
        assert_eq!(PrizeTable::new(vec![]), Err(PrizeTableError::Empty));
        let id = prize(1, 0, 1).id;
        assert_eq!(
            PrizeTable::new(vec![prize(1, -1, 1)]),
            Err(PrizeTableError::Value(id))
        );
        assert_eq!(
            PrizeTable::new(vec![prize(1, 1_000_001, 1)]),
            Err(PrizeTableError::Value(id))
        );
        assert_eq!(
            PrizeTable::new(vec![prize(1, 0, 0)]),
            Err(PrizeTableError::Weight(id))
        );
        assert_eq!(
            PrizeTable::new(vec![prize(1, 0, 1), prize(1, 5, 1)]),
            Err(PrizeTableError::Repeated(id))
        );
        assert_eq!(
            PrizeTable::new((0..21).map(|n| prize(n, 0, 1)).collect()),
            Err(PrizeTableError::TooMany)
        );
    }

    #[test]
    fn knows_its_base_mean_and_what_is_left() -> Result<(), PrizeTableError> {
        let mut rare = prize(3, 1000, 1);
        rare.stock_left = Some(0);
        let table = PrizeTable::new(vec![prize(1, 0, 6), prize(2, 50, 3), rare])?;
        assert_eq!(table.base_mean(), MilliYen(115_000));
        assert_eq!(table.in_stock().count(), 2);
        assert_eq!(table.top_value(), Some(Yen(50)));
        Ok(())
    }
}
