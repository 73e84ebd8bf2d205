//! The HTTP side: the router with its layers, and what handlers take and give.

pub mod authority;
pub mod client;
pub mod cookies;
pub mod extract;
pub mod guard;
mod headers;
mod health;
mod observe;
pub mod once;
mod origin;
mod places;
pub mod problem;
mod router;
pub mod web;

pub use router::{api, document, router};
