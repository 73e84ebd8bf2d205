//! Where people and stores are, as coarsely as it may be known.

mod band;
mod cell;
mod established;
mod position;
mod trust;

pub use band::Band;
pub use cell::{Cell, CellError};
pub use established::{DayCell, HISTORY_DAYS, LEFT_OUT_DAYS, MIN_DAYS, established_area};
pub use position::{LatLng, PositionError};
pub use trust::{BandReason, EffectiveBand, LastSeen, Sighting, effective_band};
