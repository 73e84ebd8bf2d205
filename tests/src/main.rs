//! Raiten through the real server, on both databases.

mod audit;
mod authorization;
mod back_pressure;
mod demo;
mod fair;
mod harness;
mod import;
mod law;
mod learn;
mod learning;
mod ledger;
mod lift;
mod nearby;
mod once;
mod problems;
mod races;
mod reach;
mod schema;
mod size;
mod sources;
mod surface;
mod the_path;
mod torture;
mod verify;
mod void;
