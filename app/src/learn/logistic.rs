//! Logistic regression with a normal prior: the mode of the posterior by Newton's method, and the normal distribution around it (Laplace's
//! approximation; see Bishop, *Pattern Recognition and Machine Learning*, 4.4 and 4.5).
//!
//! Rows may stand for many trials with the same features, so what is fitted is the size of what is different, not of what was seen.

use std::fmt;

/// Steps of Newton's method; it needs 5 to 12.
const MOST_STEPS: u32 = 200;
/// The largest change of a coefficient, in units of its own uncertainty, at which it has arrived.
const CLOSE: f64 = 1e-9;

/// What was seen: rows of features, each with how many trials and how many of them came true.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    width: usize,
    features: Vec<f64>,
    trials: Vec<f64>,
    successes: Vec<f64>,
}

impl Observed {
    /// Nothing yet, of so many features.
    #[must_use]
    pub fn new(width: usize) -> Self {
        Self {
            width,
            ..Self::default()
        }
    }

    /// How many features a row has.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.width
    }

    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.trials.len()
    }

    /// How many trials they stand for.
    #[must_use]
    pub fn trials(&self) -> f64 {
        self.trials.iter().sum()
    }

    /// Adds a row. Of features there have to be `width`; missing ones count as 0, further ones for nothing.
    pub fn add(&mut self, features: &[f64], trials: f64, successes: f64) {
        let padded = features.iter().copied().chain(std::iter::repeat(0.0));
        self.features.extend(padded.take(self.width));
        self.trials.push(trials);
        self.successes.push(successes);
    }

    /// How much more the rows scatter around what coefficients make of them than chance has it: Pearson's `Σ (y − np)² / (np(1 − p))` over its degrees of
    /// freedom. Rows that expect less than one of either say nothing about that and are left out; 1 where too few are left.
    #[must_use]
    pub fn scatter(&self, coefficients: &[f64]) -> f64 {
        let (mut sum, mut rows) = (0.0, 0.0);
        for (x, n, y) in self.iter() {
            let p = logistic(dot(x, coefficients));
            if n * p >= 1.0 && n * (1.0 - p) >= 1.0 {
                sum += (y - n * p).powi(2) / (n * p * (1.0 - p));
                rows += 1.0;
            }
        }
        // A width is a small number.
        #[allow(clippy::cast_precision_loss)]
        let free = rows - self.width as f64;
        if free >= 1.0 { sum / free } else { 1.0 }
    }

    fn iter(&self) -> impl Iterator<Item = (&[f64], f64, f64)> {
        self.features
            .chunks_exact(self.width.max(1))
            .zip(self.trials.iter().zip(&self.successes))
            .map(|(x, (n, y))| (x, *n, *y))
    }
}

/// What is believed of each coefficient before anything was seen: independent normal distributions.
#[derive(Clone, Debug, PartialEq)]
pub struct Prior {
    /// The means.
    pub mean: Vec<f64>,
    /// The standard deviations, above 0.
    pub sd: Vec<f64>,
}

impl Prior {
    /// The same for all of `width` coefficients, around 0.
    #[must_use]
    pub fn vague(width: usize, sd: f64) -> Self {
        Self {
            mean: vec![0.0; width],
            sd: vec![sd; width],
        }
    }
}

/// The fit did not come to an end: features without bounds, or not of this prior's width.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the fit did not come to an end: are the features finite, and of a similar size?")]
pub struct FitError;

/// A normal distribution of coefficients.
#[derive(Clone, PartialEq)]
pub struct Posterior {
    /// The means, which are the mode.
    pub mean: Vec<f64>,
    /// The lower triangle `L` of the precision `L·Lᵀ`, by rows.
    root: Vec<f64>,
}

impl fmt::Debug for Posterior {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sds: Vec<f64> = self.sds();
        let terms = self.mean.iter().zip(sds);
        f.debug_list().entries(terms).finish()
    }
}

impl Posterior {
    /// The prior as it is.
    #[must_use]
    pub fn of_prior(prior: &Prior) -> Self {
        let width = prior.mean.len();
        let mut root = vec![0.0; width * width];
        for (i, sd) in prior.sd.iter().enumerate() {
            root[i * width + i] = 1.0 / sd;
        }
        Self {
            mean: prior.mean.clone(),
            root,
        }
    }

    /// The standard deviation of each coefficient.
    #[must_use]
    pub fn sds(&self) -> Vec<f64> {
        let width = self.mean.len();
        (0..width)
            .map(|i| {
                let mut unit = vec![0.0; width];
                unit[i] = 1.0;
                self.variance_of(&unit).sqrt()
            })
            .collect()
    }

    /// The variance of a linear combination of the coefficients.
    #[must_use]
    pub fn variance_of(&self, weights: &[f64]) -> f64 {
        self.covariance_of(weights, weights)
    }

    /// The covariance of two linear combinations of the coefficients.
    #[must_use]
    pub fn covariance_of(&self, one: &[f64], other: &[f64]) -> f64 {
        let [one, other] = [one, other].map(|weights| {
            let mut half = weights.to_vec();
            forward(&self.root, &mut half);
            half
        });
        dot(&one, &other)
    }

    /// The logarithm of the density at 0 of the coefficients from `first` on, all others left open, but for the constant of the normal distribution.
    ///
    /// Of `L·Lᵀ` the lower right corner is the precision of the last coefficients alone (the Schur complement of the rest).
    #[must_use]
    pub fn log_density_at_zero(&self, first: usize) -> f64 {
        let width = self.mean.len();
        (first..width)
            .map(|j| {
                let turned: f64 = (j..width)
                    .map(|i| self.root[i * width + j] * self.mean[i])
                    .sum();
                self.root[j * width + j].ln() - turned * turned / 2.0
            })
            .sum()
    }

    /// The same with a precision of so many times as much: below 1 for data that say less than they seem to.
    #[must_use]
    pub fn tempered(mut self, precision: f64) -> Self {
        let by = precision.sqrt();
        self.root.iter_mut().for_each(|entry| *entry *= by);
        self
    }
}

/// The logistic function.
#[must_use]
pub fn logistic(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}

/// `ln(1 + e^x)`, without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// The posterior, from `start` if there is one (the last fit, say) or the prior's mean.
///
/// Each step solves `(XᵀWX + S⁻¹)·d = Xᵀ(y − n·p) − S⁻¹(β − β₀)`, W = n·p·(1 − p), and is halved until the posterior rises.
///
/// # Errors
/// [`FitError`].
pub fn fit(
    observed: &Observed,
    prior: &Prior,
    start: Option<&[f64]>,
) -> Result<Posterior, FitError> {
    let width = observed.width;
    if prior.mean.len() != width || prior.sd.len() != width {
        return Err(FitError);
    }
    let height = |at: &[f64]| -> f64 {
        let seen: f64 = observed
            .iter()
            .map(|(x, n, y)| {
                let eta = dot(x, at);
                y * eta - n * softplus(eta)
            })
            .sum();
        let believed: f64 = at
            .iter()
            .zip(prior.mean.iter().zip(&prior.sd))
            .map(|(b, (m, sd))| ((b - m) / sd).powi(2))
            .sum();
        seen - believed / 2.0
    };
    let mut at = start
        .filter(|s| s.len() == width)
        .unwrap_or(&prior.mean)
        .to_vec();
    let mut here = height(&at);
    for _ in 0..MOST_STEPS {
        let (slope, mut root) = derivatives(observed, prior, &at);
        if !factor(&mut root, width) {
            return Err(FitError);
        }
        let mut step = slope;
        forward(&root, &mut step);
        // Newton's decrement: how far it still is, in units of uncertainty.
        let far = step.iter().map(|x| x * x).sum::<f64>().sqrt();
        backward(&root, &mut step);
        if !far.is_finite() {
            return Err(FitError);
        }
        if far < CLOSE {
            return Ok(Posterior { mean: at, root });
        }
        let mut part = 1.0;
        loop {
            let next: Vec<f64> = at.iter().zip(&step).map(|(b, d)| b + part * d).collect();
            let there = height(&next);
            // Near the top, rounding hides what is left to climb.
            if there >= here - 1e-12 * here.abs() {
                (at, here) = (next, there);
                break;
            }
            part /= 2.0;
            if part < 1e-12 {
                return Ok(Posterior { mean: at, root });
            }
        }
    }
    Err(FitError)
}

/// The slope of the posterior's logarithm, and its negated curvature.
fn derivatives(observed: &Observed, prior: &Prior, at: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let width = observed.width;
    let mut slope: Vec<f64> = at
        .iter()
        .zip(prior.mean.iter().zip(&prior.sd))
        .map(|(b, (m, sd))| (m - b) / (sd * sd))
        .collect();
    let mut curve = vec![0.0; width * width];
    for (i, sd) in prior.sd.iter().enumerate() {
        curve[i * width + i] = 1.0 / (sd * sd);
    }
    for (x, n, y) in observed.iter() {
        let p = logistic(dot(x, at));
        let (rest, weight) = (y - n * p, n * p * (1.0 - p));
        for (i, xi) in x.iter().enumerate().filter(|(_, xi)| **xi != 0.0) {
            slope[i] += rest * xi;
            let scaled = weight * xi;
            for (entry, xj) in curve[i * width..=i * width + i].iter_mut().zip(x) {
                *entry += scaled * xj;
            }
        }
    }
    (slope, curve)
}

/// Cholesky's lower triangle in place of the lower triangle of a symmetric matrix; `false`: it is not positive.
fn factor(matrix: &mut [f64], width: usize) -> bool {
    for i in 0..width {
        for j in 0..=i {
            let (above, below) = (i * width, j * width);
            let sum = matrix[above + j] - dot(&matrix[above..above + j], &matrix[below..below + j]);
            if i == j {
                if sum.is_nan() || sum <= 0.0 {
                    return false;
                }
                matrix[above + i] = sum.sqrt();
            } else {
                matrix[above + j] = sum / matrix[below + j];
            }
        }
        matrix[i * width + i + 1..(i + 1) * width].fill(0.0);
    }
    true
}

/// Solves `L·z = b` in place.
fn forward(root: &[f64], b: &mut [f64]) {
    let width = b.len();
    for i in 0..width {
        let row = i * width;
        b[i] = (b[i] - dot(&root[row..row + i], &b[..i])) / root[row + i];
    }
}

/// Solves `Lᵀ·z = b` in place.
fn backward(root: &[f64], b: &mut [f64]) {
    let width = b.len();
    for i in (0..width).rev() {
        let below: f64 = (i + 1..width).map(|j| root[j * width + i] * b[j]).sum();
        b[i] = (b[i] - below) / root[i * width + i];
    }
}

#[cfg(test)]
mod tests {
    use super::{FitError, Observed, Posterior, Prior, fit, logistic};

    fn observed() -> Observed {
        let mut out = Observed::new(2);
        for (x, n, y) in [(0.0, 40.0, 8.0), (1.0, 30.0, 12.0), (2.5, 20.0, 15.0)] {
            out.add(&[1.0, x], n, y);
        }
        out
    }

    #[test]
    fn rows_that_stand_for_many_say_what_many_rows_say() -> Result<(), FitError> {
        let prior = Prior::vague(2, 100.0);
        let together = fit(&observed(), &prior, None)?;
        let mut one_by_one = Observed::new(2);
        for (x, n, y) in [(0.0, 40, 8), (1.0, 30, 12), (2.5, 20, 15)] {
            for i in 0..n {
                one_by_one.add(&[1.0, x], 1.0, f64::from(u8::from(i < y)));
            }
        }
        let apart = fit(&one_by_one, &prior, Some(&[3.0, -2.0]))?;
        for (a, b) in together.mean.iter().zip(&apart.mean) {
            assert!((a - b).abs() < 1e-9, "{together:?} {apart:?}");
        }
        for (a, b) in together.sds().iter().zip(apart.sds()) {
            assert!((a - b).abs() < 1e-9);
        }
        Ok(())
    }

    #[test]
    fn without_data_the_prior_stays_and_with_few_it_holds_back() -> Result<(), FitError> {
        let prior = Prior {
            mean: vec![0.5, -1.0],
            sd: vec![0.3, 2.0],
        };
        let nothing = fit(&Observed::new(2), &prior, None)?;
        assert_eq!(nothing.mean, prior.mean);
        assert!((nothing.sds()[1] - 2.0).abs() < 1e-12);
        assert_eq!(nothing, Posterior::of_prior(&prior));
        // Everybody came: without a prior the estimate would have no end.
        let mut all = Observed::new(1);
        all.add(&[1.0], 50.0, 50.0);
        let held = fit(&all, &Prior::vague(1, 2.0), None)?;
        assert!(held.mean[0] > 3.0 && held.mean[0] < 6.0, "{held:?}");
        Ok(())
    }

    #[test]
    fn the_spread_of_combinations_is_that_of_their_parts() -> Result<(), FitError> {
        let posterior = fit(&observed(), &Prior::vague(2, 10.0), None)?;
        let sds = posterior.sds();
        let across = posterior.covariance_of(&[1.0, 0.0], &[0.0, 1.0]);
        assert!(across < 0.0, "intercept and slope pull against each other");
        let both = sds[0].powi(2) + 2.0 * across + sds[1].powi(2);
        assert!((posterior.variance_of(&[1.0, 1.0]) - both).abs() < 1e-12);
        let wider = posterior.clone().tempered(0.25);
        assert!((wider.sds()[0] - 2.0 * sds[0]).abs() < 1e-12);
        Ok(())
    }

    #[test]
    fn what_has_no_bounds_is_refused_and_the_logistic_function_never_overflows() {
        let mut bad = Observed::new(1);
        bad.add(&[f64::NAN], 1.0, 1.0);
        assert!(fit(&bad, &Prior::vague(1, 1.0), None).is_err());
        assert!(fit(&observed(), &Prior::vague(3, 1.0), None).is_err());
        assert_eq!((logistic(-1e6), logistic(1e6)), (0.0, 1.0));
        assert!((logistic(0.3) + logistic(-0.3) - 1.0).abs() < 1e-15);
    }
}
