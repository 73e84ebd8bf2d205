//! What travels between browser and server: request and response bodies, and the paths they go to.
//!
//! One type each, used by both sides. Times are unix milliseconds UTC (`*_at`), money is integer yen, odds are integer parts
//! per million.

pub mod account;
pub mod audit;
pub mod contact;
pub mod draws;
pub mod learning;
pub mod lift;
pub mod path;
pub mod reach;
pub mod retailer;
pub mod shopper;
pub mod till;

use serde::{Deserialize, Serialize};

/// A list answer: an object, so that members can be added later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Items<T> {
    /// The items, in the order the endpoint documents.
    pub items: Vec<T>,
}
