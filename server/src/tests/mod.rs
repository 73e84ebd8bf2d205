//! The path from a position to a redeemed coupon through the real routes, on SQLite and, where `RAITEN_TEST_POSTGRES_URL` names a
//! server, on PostgreSQL with the same bodies.

// A test that cannot set itself up has nothing to say: it stops.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod pass;
mod play;
mod position;
mod shopper;
mod till;
mod world;
