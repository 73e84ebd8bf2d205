//! Plots as inline SVG, drawn in CSS pixels for the width that they have on the page, so that words in them keep their size and
//! never run into each other ([`layout`] decides what is written where, and leaves out what has no room).
//!
//! A plot can be read by pointing, by tapping and by the arrow keys: to a screen reader it is a slider that says what it stands
//! at. Each plot has a table with the same numbers beside it.

mod bars;
mod intervals;
mod layout;
mod map;
mod meter;
mod plot;
mod reading;
mod scale;
mod twins;

pub use bars::{Bar, BarKey, Bars, ShareBar};
pub use intervals::{Band, BandPoint, Forest, ForestRow, Whisker};
pub use map::{Mark, MarkKey, MarkMap, Tone};
pub use meter::{Meter, Part};
pub use plot::Words;
pub use scale::{Frame, nice_distance, nice_span, nice_top};
pub use twins::{Twin, Twins};
