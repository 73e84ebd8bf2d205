//! The colours of the design as data: what `styles/tokens.css` says in light and in dark, and which colour may lie on which.
//!
//! Nothing of it ships. The tests read every stylesheet and hold it to the list; the gallery shows the same figures.

mod colour;
mod css;
mod pairs;
#[cfg(test)]
mod sheets;
mod tokens;

pub use colour::{Colour, contrast};
pub use pairs::{Group, Need, PAIRS};
pub use tokens::{Scheme, Token, tokens};
