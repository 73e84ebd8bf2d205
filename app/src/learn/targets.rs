//! What was learned up to a day, as a table: the expected value of each context, the same for everybody of it until the next day.

use serde::{Deserialize, Serialize};

use super::response::{CELLS, Cell};
use crate::{geo::Band, yen::MilliYen};

/// The expected value of each context.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<MilliYen>", into = "Vec<MilliYen>")]
pub struct Targets(Vec<MilliYen>);

/// There is not one for each context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not one target for each context")]
pub struct TargetsError;

impl TryFrom<Vec<MilliYen>> for Targets {
    type Error = TargetsError;
    fn try_from(targets: Vec<MilliYen>) -> Result<Self, TargetsError> {
        if targets.len() == CELLS {
            Ok(Self(targets))
        } else {
            Err(TargetsError)
        }
    }
}

impl From<Targets> for Vec<MilliYen> {
    fn from(targets: Targets) -> Self {
        targets.0
    }
}

impl Targets {
    /// That of a context.
    #[must_use]
    pub fn of(&self, cell: Cell) -> MilliYen {
        self.0[cell.index()]
    }

    /// What of it is for distance: what somebody at the door who came as lately and as often does not get.
    #[must_use]
    pub fn for_distance(&self, cell: Cell) -> MilliYen {
        let (_, recency, frequency) = cell.bands();
        let at_the_door = self.of(Cell::new(Band::NEAREST, recency, frequency));
        MilliYen(self.of(cell).0.saturating_sub(at_the_door.0).max(0))
    }

    /// Those of all contexts, in their order.
    pub fn iter(&self) -> impl Iterator<Item = MilliYen> {
        self.0.iter().copied()
    }
}
