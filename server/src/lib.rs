//! The server of Raiten: routes translate, `app` decides, `db` remembers.

#[macro_use]
mod planted;

pub mod announce;
pub mod channel;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod demo;
pub mod error;
pub mod http;
pub mod import;
pub mod jobs;
pub mod keys;
pub mod learn;
pub mod line;
pub mod logins;
pub mod mail;
pub mod pass;
pub mod password;
pub mod places;
pub mod play;
pub mod poster;
pub mod push;
pub mod random;
pub mod routes;
pub mod serve;
pub mod simulate;
pub mod state;
#[cfg(test)]
mod tests;
pub mod verify;
