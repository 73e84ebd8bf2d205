//! The ledger held against a model of it: the same sequence of acts through the real server and through a few dozen lines that know no
//! database, every answer and every balance compared after each step.
//!
//! `torture::stories` makes up the sequences and shrinks those that fail; `torture::clock` lets the server's clock jump meanwhile.

mod model;
mod step;
mod teller;

pub use step::{Step, story};
pub use teller::{Stage, tell};
