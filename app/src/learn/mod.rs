//! Learning what yen do: every draw has known odds, so every draw is a small randomized trial.
//!
//! [`logistic`] is the statistics below everything: a logistic regression with a normal prior and Laplace's posterior. [`response`] is the model of a
//! visit made of it, [`choice`] the expected value that is worth most under a response, [`price`] what a yen of the budget costs beyond its face value,
//! [`policy`] how much of that is believed, [`targets`] what of it a day's offers go by, and [`ope`] what another policy would have brought on decisions that were made by this one.
//!
//! Uses `exp` and `ln`, as [`crate::tilt`] does: **server only**.

pub mod choice;
pub mod logistic;
pub mod ope;
pub mod policy;
pub mod price;
pub mod response;
pub mod targets;

/// What a value does to the mind, as the model has it: `f(v) = ln(1 + v/100)`, v in yen. The next yen does less than the one before.
#[must_use]
pub fn worth(yen: f64) -> f64 {
    (yen.max(0.0) / 100.0).ln_1p()
}
