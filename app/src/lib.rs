//! The domain of Raiten: how an incentive is sized, drawn, paid for and redeemed, and the types that travel between browser
//! and server.
//!
//! Pure: no clock, no random source, no disk, no network. Time (unix milliseconds), seeds and rows are arguments, so that a
//! browser recomputes with the very same code what the server did.

pub mod account;
pub mod amend;
pub mod announcement;
pub mod api;
pub mod audit;
pub mod campaign;
pub mod code;
pub mod cohort;
pub mod contact;
pub mod context;
pub mod coupon;
pub mod day;
pub mod digest;
pub mod draw;
pub mod draw_log;
pub mod geo;
pub mod goal;
pub mod holdout;
pub mod id;
pub mod journey;
pub mod lang;
pub mod learn;
pub mod ledger;
pub mod lift;
pub mod link;
pub mod odds;
pub mod pass;
pub mod policy;
pub mod prize;
pub mod prize_rules;
pub mod problem;
pub mod pseudonym;
pub mod rating;
pub mod report;
pub mod stations;
pub mod store;
pub mod store_import;
pub mod tilt;
pub mod visit;
pub mod visit_import;
pub mod why;
pub mod yen;
