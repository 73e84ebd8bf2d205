//! The ground the tests stand on: a database each, the real server on a port of its own, people who speak HTTP to it, and
//! builders that name only what a test cares about.

mod build;
mod client;
mod database;
mod people;
mod program;
mod server;
mod ways;

pub use build::{
    campaign, campaign_at, km_north, prize, some_browser, store, system_now, time_sale,
};
pub use client::{Answer, Client, KEY, Refused, new_key};
pub use database::{Fresh, Kind, run};
pub use people::{PASSWORD, Retailer, Shopper, Staff, honest, login, play_of, token_of};
pub use program::{PLANTED, program, raiten};
pub use server::{DAY_MS, HOUR_MS, SECRET_KEY, START, Server, TODAY};
pub use ways::{LINE_TOKEN, hmac, line_at, relay_at, signed_by_line, with_all_ways};
