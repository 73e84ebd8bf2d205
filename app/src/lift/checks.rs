//! Whether the arms are what they were meant to be, and what could be found at all.

use serde::{Deserialize, Serialize};
use statrs::{
    distribution::{ChiSquared, ContinuousCDF, Normal},
    function::gamma::ln_gamma,
};

/// How sure the alternative of the sample-ratio check is of the intended shares: as if so many had been seen. Shares that are five percent off
/// are what it looks for.
const CONCENTRATION: f64 = 100.0;
/// The chance to find an effect of the smallest size.
const POWER: f64 = 0.8;

/// Whether as many were treated as were meant to be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SampleRatio {
    /// Of Pearson's χ² with one degree of freedom, for one look at a size chosen beforehand.
    pub p: f64,
    /// The evidence against the intended shares, at any time: it reaches 1,000 at some time with probability 1/1,000 at most, where they
    /// hold.
    pub e_value: f64,
}

#[allow(
    clippy::cast_precision_loss,
    reason = "counts of shoppers are far below 2⁵³"
)]
const fn float(n: u64) -> f64 {
    n as f64
}

/// Checks the sizes of the arms against the intended share of the treated.
///
/// The e-value is that of the sequential multinomial test (Lindon, Malek 2022): how much likelier the counts are under shares that follow a Beta
/// distribution around the intended ones than under those. `share` outside of (0, 1): nothing is held against anybody.
#[must_use]
pub fn sample_ratio(control: u64, treatment: u64, share: f64) -> SampleRatio {
    let (c, t) = (float(control), float(treatment));
    let n = c + t;
    if n == 0.0 || !(share > 0.0 && share < 1.0) {
        return SampleRatio {
            p: 1.0,
            e_value: 1.0,
        };
    }
    let (wc, wt) = (n * (1.0 - share), n * share);
    let statistic = (c - wc).powi(2) / wc + (t - wt).powi(2) / wt;
    let p = ChiSquared::new(1.0).map_or(1.0, |chi| chi.sf(statistic));
    let (a, b) = (CONCENTRATION * (1.0 - share), CONCENTRATION * share);
    let log = ln_gamma(CONCENTRATION) - ln_gamma(CONCENTRATION + n) + ln_gamma(a + c) - ln_gamma(a)
        + ln_gamma(b + t)
        - ln_gamma(b)
        - c * (1.0 - share).ln()
        - t * share.ln();
    SampleRatio {
        p,
        // More would be no number any more, and says nothing more.
        e_value: log.min(600.0).exp(),
    }
}

/// The smallest effect that a two-sided test at level `alpha` finds with a chance of 80 %: `(z(1 − α/2) + z(0.8))·√variance`.
#[must_use]
pub fn smallest_effect(variance: f64, alpha: f64) -> f64 {
    Normal::new(0.0, 1.0).map_or(f64::NAN, |normal| {
        (normal.inverse_cdf(1.0 - alpha / 2.0) + normal.inverse_cdf(POWER)) * variance.sqrt()
    })
}
