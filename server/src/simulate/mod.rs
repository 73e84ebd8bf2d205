//! Towns in which it is known what yen do, for the policies to be compared on: the sizing, the odds, the draws and the learning are those of `app`, the
//! people are made up. The same seed is the same town, whatever the policy, and gives the same figures to the last bit on the same machine.
//!
//! What is left out of the real thing, so that it is known what every draw did: nobody plays again while the window of their last draw is open, everybody has a
//! member card (all visits are known), and there is one store.

mod dice;
mod run;
mod shopper;
mod town;
mod truth;
mod world;

pub use run::{Day, Outcome, Plan, Policy, run};
pub use town::{BILL, MARGIN, Town, USE_RATE, WINDOW, campaign};
