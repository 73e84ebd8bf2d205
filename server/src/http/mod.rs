//! The HTTP side: the router with its layers, and what handlers take and give.

pub mod authority;
pub mod extract;
pub mod problem;
mod router;

pub use router::{api, router};
