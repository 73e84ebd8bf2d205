//! Plots as inline SVG. The drawing stretches to its place and carries no text; every label is HTML, so that it keeps its
//! size on a phone and at 200 % zoom. Each plot stands beside a table with the same numbers, which is what screen readers
//! get: the drawing itself is hidden from them.

mod bars;
mod meter;
mod scale;
mod scatter;

pub use bars::{Bar, Bars, ShareBar};
pub use meter::{Meter, Part};
pub use scale::{Frame, nice_top};
pub use scatter::{Dot, Scatter};
