//! Where people and stores are, as coarsely as it may be known.

mod band;
mod cell;
mod established;
mod fence;
mod position;
mod trust;

pub use band::Band;
pub use cell::{Cell, CellError};
pub use established::{DayCell, HISTORY_DAYS, LEFT_OUT_DAYS, MIN_DAYS, established_area};
pub use fence::{
    DWELL_MS, ENTER_MS, EXIT_MS, GAP_MS, Geofence, MARGIN_M, MAX_ACCURACY_M, RADIUS_M, Reading,
    Transition,
};
pub use position::{LatLng, PositionError};
pub use trust::{BandReason, EffectiveBand, LastSeen, Sighting, effective_band};
