//! Differences and ratios of means, with a fixed sample and at any time.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::{Interval, Moments, Options};

/// An estimate with what its interval is made of: the variance of each arm's mean as far as it counts, and how many shoppers that rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// The variance that each arm brings in, control first.
    variances: [f64; 2],
    /// Degrees of freedom (Welch–Satterthwaite).
    pub freedom: f64,
}

impl Estimate {
    /// The variance of the estimate.
    #[must_use]
    pub fn variance(&self) -> f64 {
        self.variances.iter().sum()
    }

    /// The interval of Student's t with the degrees of freedom: `value ± t(1 − α/2)·√variance`.
    #[must_use]
    pub fn interval(&self, alpha: f64) -> Interval {
        let quantile = StudentsT::new(0.0, 1.0, self.freedom)
            .map_or(f64::INFINITY, |t| t.inverse_cdf(1.0 - alpha / 2.0));
        Interval::around(self.value, quantile * self.variance().sqrt())
    }

    /// The chance of a value at least as far from zero where there is no difference; 1 where it cannot be computed.
    #[must_use]
    pub fn p(&self) -> f64 {
        let t = self.value / self.variance().sqrt();
        StudentsT::new(0.0, 1.0, self.freedom)
            .ok()
            .filter(|_| t.is_finite())
            .map_or(1.0, |dist| 2.0 * dist.sf(t.abs()))
    }
}

/// `(a + b)² / (a²/(n−1) + b²/(m−1))` for variances `a`, `b` of the means of `n` and `m` values (Welch 1947).
fn freedom(variances: [f64; 2], control: &Moments, treatment: &Moments) -> f64 {
    let [a, b] = variances;
    (a + b).powi(2) / (a * a / (control.size() - 1.0) + b * b / (treatment.size() - 1.0))
}

/// The variances of the means; nothing where an arm has fewer than two shoppers or nothing varies.
fn of_means(control: &Moments, treatment: &Moments) -> Option<[f64; 2]> {
    let a = control.variance()? / control.size();
    let b = treatment.variance()? / treatment.size();
    (a + b > 0.0 && (a + b).is_finite()).then_some([a, b])
}

/// The difference of means, treatment less control, with unequal variances (Welch 1947).
#[must_use]
pub fn difference(control: &Moments, treatment: &Moments) -> Option<Estimate> {
    let variances = of_means(control, treatment)?;
    Some(Estimate {
        value: treatment.mean() - control.mean(),
        variances,
        freedom: freedom(variances, control, treatment),
    })
}

/// The difference as a part of the control's mean, `(ȳt − ȳc) / mc`, by the delta method: the variance is
/// `vt/(nt·mc²) + vc·mt²/(nc·mc⁴)`. With a covariate the arms are the adjusted ones, while `mc` and `mt` stay the means that were seen.
#[must_use]
pub fn ratio(
    control: &Moments,
    treatment: &Moments,
    seen_control: &Moments,
    seen_treatment: &Moments,
) -> Option<Estimate> {
    let [a, b] = of_means(control, treatment)?;
    let (base, other) = (seen_control.mean(), seen_treatment.mean());
    if base == 0.0 {
        return None;
    }
    let variances = [a * (other * other) / base.powi(4), b / (base * base)];
    variances.iter().all(|v| v.is_finite()).then(|| Estimate {
        value: (treatment.mean() - control.mean()) / base,
        variances,
        // Of the difference itself, as for the means.
        freedom: freedom([a, b], control, treatment),
    })
}

/// The slope of the outcome on the covariate over both arms taken together, cov(x, y) / var(x) (Deng, Xu, Kohavi, Walker 2013). Nothing
/// where the covariate does not vary.
#[must_use]
pub fn theta(control: &Moments, treatment: &Moments) -> Option<f64> {
    let (_, xx, xy) = control.plus(treatment).deviations();
    (xx > 0.0)
        .then(|| xy / xx)
        .filter(|theta| theta.is_finite())
}

/// An arm with the outcome adjusted by the covariate (CUPED), around the mean of both arms.
#[must_use]
pub fn adjusted(arm: &Moments, theta: f64, control: &Moments, treatment: &Moments) -> Moments {
    arm.adjusted(theta, control.plus(treatment).covariate())
}

/// The ρ that makes an asymptotic confidence sequence tightest after `tuning` shoppers:
/// `√((−2·ln α + ln(1 − 2·ln α)) / n)` (Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas 2021–2024, appendix on tuning).
fn rho(options: &Options) -> f64 {
    let log = -2.0 * options.alpha.ln();
    ((log + (log + 1.0).ln()) / options.tuning).sqrt()
}

/// How many standard errors wide the asymptotic confidence sequence is to either side after `n` shoppers:
/// `√(2(nρ² + 1)/(nρ²) · ln(√(nρ² + 1)/α))`.
fn standard_errors(n: u64, options: &Options) -> f64 {
    #[allow(
        clippy::cast_precision_loss,
        reason = "counts of shoppers are far below 2⁵³"
    )]
    let t = n as f64 * rho(options).powi(2);
    (2.0 * (t + 1.0) / t * ((t + 1.0).sqrt() / options.alpha).ln()).sqrt()
}

/// Half the width of the asymptotic confidence sequence of a difference of means with this variance, after `n` shoppers of both arms.
/// It covers the difference at all times at once with probability 1 − α, asymptotically.
#[must_use]
pub fn anytime_half_width(variance: f64, n: u64, options: &Options) -> f64 {
    standard_errors(n, options) * variance.sqrt()
}

/// The confidence sequence of the ratio of means less one, by inverting that of `ȳt − (1 + r)·ȳc`: those `r` for which it does not exclude
/// zero. They solve `(mt − q·mc)² ≤ c²(vt/nt + q²·vc/nc)` for `q = 1 + r`. Where the control's mean cannot be told from zero they
/// have no ends.
#[must_use]
pub fn anytime_ratio(
    control: &Moments,
    treatment: &Moments,
    options: &Options,
) -> Option<Interval> {
    let [a, b] = of_means(control, treatment)?;
    let (base, other) = (control.mean(), treatment.mean());
    if base == 0.0 {
        return None;
    }
    let c2 = standard_errors(control.n() + treatment.n(), options).powi(2);
    let lead = base * base - c2 * a;
    let estimate = other / base - 1.0;
    if lead <= 0.0 || base < 0.0 {
        return Some(Interval {
            estimate,
            low: None,
            high: None,
        });
    }
    let middle = other * base / lead;
    let half = (c2 * (a * other * other + b * base * base - c2 * a * b))
        .max(0.0)
        .sqrt()
        / lead;
    let end = |q: f64| (q - 1.0).is_finite().then_some(q - 1.0);
    Some(Interval {
        estimate,
        low: end(middle - half),
        high: end(middle + half),
    })
}
