//! Exponential tilting: among all chances with a given mean, those closest (Kullback-Leibler) to the retailer's own.
//!
//! `p_k ∝ q_k·exp(θ v_k)`, θ solved so that `Σ p_k v_k = m`. The solution of `min KL(p‖q)` subject to the mean; see Csiszár,
//! *I-divergence geometry of probability distributions and minimization problems*, Ann. Probab. 3 (1975).
//!
//! Uses `exp` and `ln`, whose last digit may differ between platforms: **server only**. What it gives is rounded to integers and
//! stored; browsers verify the integers.

/// Enough for any bracket of doubles; Newton needs some 5 to 10.
const MAX_STEPS: u32 = 200;

/// The tilted chances of (value in yen, weight) pairs for the mean `m` in yen, which is clamped to the attainable range. At an
/// end of that range only the prizes of that value have a chance. Weights must be positive; no pairs give no chances.
///
/// Stable for any θ: values are scaled to 0..1 and exponents shifted by their maximum (log-sum-exp).
#[must_use]
pub fn tilt(prizes: &[(i64, u32)], m: f64) -> Vec<f64> {
    let least = prizes.iter().map(|(v, _)| *v).min().unwrap_or(0);
    let most = prizes.iter().map(|(v, _)| *v).max().unwrap_or(0);
    // Exact: a prize is worth a million yen at most.
    #[allow(clippy::cast_precision_loss)]
    let (low, span) = (least as f64, (most - least) as f64);
    if least == most {
        return normalized(prizes.iter().map(|(_, q)| f64::from(*q)).collect());
    }
    let goal = (m - low) / span;
    if goal.is_nan() || goal <= 0.0 || goal >= 1.0 {
        let end = if goal >= 1.0 { most } else { least };
        let only = |(v, q): &(i64, u32)| if *v == end { f64::from(*q) } else { 0.0 };
        return normalized(prizes.iter().map(only).collect());
    }
    // As above; weights are 32 bits.
    #[allow(clippy::cast_precision_loss)]
    let points: Vec<(f64, f64)> = prizes
        .iter()
        .map(|(v, q)| ((*v - least) as f64 / span, f64::from(*q).ln()))
        .collect();
    tilted(&points, solve(&points, goal))
}

fn normalized(weights: Vec<f64>) -> Vec<f64> {
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|w| w / sum).collect()
}

/// Chances of (scaled value, log weight) pairs at θ.
fn tilted(points: &[(f64, f64)], theta: f64) -> Vec<f64> {
    let exponents: Vec<f64> = points.iter().map(|(x, lq)| lq + theta * x).collect();
    let top = exponents.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    normalized(exponents.into_iter().map(|e| (e - top).exp()).collect())
}

/// The θ whose mean of the scaled values is `goal`, which lies strictly between 0 and 1. The mean grows strictly with θ (its
/// slope is the variance), so: bracket by doubling, then Newton inside the bracket, bisection where Newton leaves it.
fn solve(points: &[(f64, f64)], goal: f64) -> f64 {
    let moments = |theta: f64| {
        let chances = tilted(points, theta);
        let mean: f64 = chances.iter().zip(points).map(|(p, (x, _))| p * x).sum();
        let variance: f64 = chances
            .iter()
            .zip(points)
            .map(|(p, (x, _))| p * (x - mean) * (x - mean))
            .sum();
        (mean, variance)
    };
    let (mut below, mut above) = (-1.0_f64, 1.0_f64);
    for _ in 0..MAX_STEPS {
        if moments(below).0 <= goal {
            break;
        }
        below *= 2.0;
    }
    for _ in 0..MAX_STEPS {
        if moments(above).0 >= goal {
            break;
        }
        above *= 2.0;
    }
    let mut theta = 0.0_f64.clamp(below, above);
    for _ in 0..MAX_STEPS {
        let (mean, variance) = moments(theta);
        let error = mean - goal;
        if error.abs() <= 1e-14 * goal.min(1.0 - goal) {
            break;
        }
        if error > 0.0 {
            above = theta;
        } else {
            below = theta;
        }
        let newton = theta - error / variance;
        let next = if newton > below && newton < above {
            newton
        } else {
            below.midpoint(above)
        };
        // Neighbouring doubles: nothing in between to try.
        if next == theta {
            break;
        }
        theta = next;
    }
    theta
}
