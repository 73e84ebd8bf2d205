//! The endpoints. Routes translate: who, what and when in; wire types out. `app` decides, `db` remembers.

pub mod account;
pub mod announcements;
pub mod api_keys;
pub mod audit;
pub mod campaigns;
pub mod contact;
pub mod coupons;
pub mod draws;
pub mod goals;
pub mod history;
pub mod holdout;
pub mod invitations;
pub mod lift;
pub mod members;
pub mod offers;
pub mod places;
pub mod presence;
pub(crate) mod refusal;
pub mod report;
pub mod shopper;
mod spreadsheet;
pub mod stamps;
pub mod stores;
pub mod till;
pub mod visits;
pub mod wallet;
