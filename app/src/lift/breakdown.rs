//! Lift told apart: many noisy estimates, drawn towards each other as far as they do not differ by more than chance.

use statrs::distribution::{ContinuousCDF, Normal};

use super::{Estimate, Interval, Moments, adjusted, ratio, theta};

/// Cells below which how much they really differ cannot be told, so that they are shown as they are.
pub const LEAST_CELLS: usize = 8;

/// The relative lift of a pair of arms by what narrows it most: with the covariate where it varies, without it otherwise.
#[must_use]
pub fn best_ratio(control: &Moments, treatment: &Moments) -> Option<Estimate> {
    let with_covariate = theta(control, treatment).and_then(|theta| {
        let [c, t] = [control, treatment].map(|arm| adjusted(arm, theta, control, treatment));
        ratio(&c, &t, control, treatment)
    });
    with_covariate.or_else(|| ratio(control, treatment, control, treatment))
}

/// What estimates have in common, and how much what they estimate differs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Common {
    /// The mean of what they estimate, weighted by `1 / (variance + between)`.
    pub mean: f64,
    /// The variance between what they estimate (τ²), beyond that of each estimate.
    pub between: f64,
}

/// The random-effects model of DerSimonian and Laird (1986): with `w = 1/v` and `μ₀ = Σwx/Σw`,
/// `τ² = max(0, (Σw(x − μ₀)² − (k − 1)) / (Σw − Σw²/Σw))`. Nothing of fewer than two estimates, or where one has no variance.
///
/// `estimates`: each with its variance.
#[must_use]
pub fn common(estimates: &[(f64, f64)]) -> Option<Common> {
    let usable = |(value, variance): &(f64, f64)| {
        value.is_finite() && variance.is_finite() && *variance > 0.0
    };
    if estimates.len() < 2 || !estimates.iter().all(usable) {
        return None;
    }
    let sum = |of: &dyn Fn(f64, f64) -> f64| -> f64 {
        estimates
            .iter()
            .map(|(value, variance)| of(*value, *variance))
            .sum()
    };
    let weights = sum(&|_, v| 1.0 / v);
    let fixed = sum(&|x, v| x / v) / weights;
    let spread = sum(&|x, v| (x - fixed).powi(2) / v);
    let beyond = spread - (size(estimates.len()) - 1.0);
    let between = (beyond / (weights - sum(&|_, v| 1.0 / (v * v)) / weights)).max(0.0);
    let mean = sum(&|x, v| x / (v + between)) / sum(&|_, v| 1.0 / (v + between));
    (mean.is_finite() && between.is_finite()).then_some(Common { mean, between })
}

#[allow(
    clippy::cast_precision_loss,
    reason = "numbers of cells are far below 2⁵³"
)]
const fn size(cells: usize) -> f64 {
    cells as f64
}

/// The estimates drawn towards what they have in common (empirical Bayes), with intervals that know that this was estimated too (Morris 1983):
/// with `B = (k − 3)/(k − 1) · v/(v + τ²)` the estimate is `(1 − B)·x + B·μ` and its variance
/// `v·(1 − B·(k − 1)/k) + 2/(k − 3) · B²·(x − μ)²`. Nothing of fewer than [`LEAST_CELLS`].
#[must_use]
pub fn shrink(estimates: &[(f64, f64)], alpha: f64) -> Option<Vec<Interval>> {
    if estimates.len() < LEAST_CELLS {
        return None;
    }
    let Common { mean, between } = common(estimates)?;
    let k = size(estimates.len());
    let z = Normal::new(0.0, 1.0).map_or(f64::INFINITY, |normal| {
        normal.inverse_cdf(1.0 - alpha / 2.0)
    });
    let drawn = |(value, variance): &(f64, f64)| {
        let towards = (k - 3.0) / (k - 1.0) * variance / (variance + between);
        let away = value - mean;
        let uncertain =
            variance * (1.0 - towards * (k - 1.0) / k) + 2.0 / (k - 3.0) * (towards * away).powi(2);
        Interval::around(mean + (1.0 - towards) * away, z * uncertain.sqrt())
    };
    Some(estimates.iter().map(drawn).collect())
}
