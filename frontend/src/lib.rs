//! The browser side of Raiten: four programs (shopper, the shopper's own card, staff, console), a fifth that watches what is near while the first
//! is open, and what they share.
//!
//! Pages are routes; the components in [`ui`] know no routes. Each program is a binary of its own, so that nobody downloads
//! another role's code.

pub mod account;
#[cfg(any(test, feature = "gallery"))]
pub mod agree;
pub mod browser;
pub mod chart;
pub mod console;
#[cfg(any(test, feature = "gallery"))]
pub mod design;
pub mod format;
pub mod fresh;
#[cfg(feature = "gallery")]
pub mod gallery;
pub mod geolocation;
pub mod http;
pub mod json;
pub mod lang;
pub mod load;
pub mod markup;
pub mod my;
pub mod near;
pub mod online;
pub mod parse;
pub mod push;
pub mod route;
pub mod shopper;
pub mod staff;
pub mod ui;
pub mod wake;
