//! Plots as inline SVG, drawn in CSS pixels for the width that they have on the page, so that words in them keep their size and
//! never run into each other ([`layout`] decides what is written where, and leaves out what has no room).
//!
//! A plot can be read by pointing, by tapping and by the arrow keys: to a screen reader it is a slider that says what it stands
//! at. Each plot has a table with the same numbers beside it.

mod bars;
mod layout;
mod map;
mod meter;
mod reading;
mod scale;

pub use bars::{Bar, BarKey, Bars, ShareBar};
pub use map::{Mark, MarkKey, MarkMap, Tone};
pub use meter::{Meter, Part};
pub use scale::{Frame, nice_distance, nice_top};
