//! What a visit more costs, and what is usually printed instead of lift.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

use super::{Moments, best_ratio, difference};
use crate::cohort::Sums;

/// Where a ratio may lie. It may have no ends, where what it is divided by may be nothing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Region {
    /// Between two ends.
    Between {
        /// The lower.
        low: f64,
        /// The upper.
        high: f64,
    },
    /// Anywhere but between two ends.
    Outside {
        /// Up to here.
        below: f64,
        /// From here on.
        above: f64,
    },
    /// Anywhere.
    Anywhere,
}

/// A ratio of two differences of means.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ratio {
    /// The ratio of the estimates.
    pub estimate: f64,
    /// Where it may lie.
    pub region: Region,
}

impl Moments {
    /// Yen of coupons in the outcome's place, and visits in the covariate's.
    #[must_use]
    pub fn costs(sums: &Sums) -> Self {
        Self::of(&Sums {
            y: sums.cost,
            yy: sums.cost2,
            x: sums.y,
            xx: sums.yy,
            xy: sums.cost_y,
            ..*sums
        })
    }

    /// Yen of baskets in the outcome's place, and yen of coupons in the covariate's.
    #[must_use]
    pub fn returns(sums: &Sums) -> Self {
        Self::of(&Sums {
            y: sums.basket,
            yy: sums.basket2,
            x: sums.cost,
            xx: sums.cost2,
            xy: sums.basket_cost,
            ..*sums
        })
    }

    /// Yen of baskets in the outcome's place.
    #[must_use]
    pub fn baskets(sums: &Sums) -> Self {
        Self::of(&Sums {
            y: sums.basket,
            yy: sums.basket2,
            x: 0,
            xx: 0,
            xy: 0,
            ..*sums
        })
    }
}

/// The outcome's difference of means by that of the covariate, with Fieller's region (1954): all `r` for which `a − r·b` is no farther from zero
/// than `z(1 − α/2)` of its standard errors, that is `(a − r·b)² ≤ z²(var a − 2r·cov + r²·var b)`. With [`Moments::costs`] yen of coupons per
/// visit more.
#[must_use]
pub fn fieller(control: &Moments, treatment: &Moments, alpha: f64) -> Option<Ratio> {
    let numerator = difference(control, treatment)?;
    let b = treatment.covariate() - control.covariate();
    let per = |of: fn((f64, f64, f64)) -> f64| {
        [control, treatment]
            .map(|arm| of(arm.deviations()) / ((arm.size() - 1.0) * arm.size()))
            .iter()
            .sum::<f64>()
    };
    let (a, va) = (numerator.value, numerator.variance());
    let (vb, cov) = (per(|(_, xx, _)| xx), per(|(.., xy)| xy));
    let z2 = Normal::new(0.0, 1.0)
        .map_or(f64::INFINITY, |normal| {
            normal.inverse_cdf(1.0 - alpha / 2.0)
        })
        .powi(2);
    let (lead, middle, rest) = (b * b - z2 * vb, a * b - z2 * cov, a * a - z2 * va);
    let inside = middle * middle - lead * rest;
    let estimate = a / b;
    if !estimate.is_finite() || !inside.is_finite() {
        return None;
    }
    let root = inside.max(0.0).sqrt();
    let region = if lead > 0.0 {
        Region::Between {
            low: (middle - root) / lead,
            high: (middle + root) / lead,
        }
    } else if lead < 0.0 && inside > 0.0 {
        // The leading coefficient is negative: the greater root comes first.
        Region::Outside {
            below: (middle + root) / lead,
            above: (middle - root) / lead,
        }
    } else {
        Region::Anywhere
    };
    Some(Ratio { estimate, region })
}

/// What is usually printed: by what part the treated came more often than in the time before. No lift: who is about to be won is often met at a
/// low, and seasons change.
#[must_use]
pub fn before_and_after(treatment: &Moments) -> Option<f64> {
    let before = treatment.covariate();
    (before > 0.0).then(|| treatment.mean() / before - 1.0)
}

/// The part of the visits of those who were made offers that they would have made without them, and with it of the coupon yen, as far as the arms tell:
/// `1 / (1 + r)` for the relative lift `r`, at most all. It takes for granted that offers keep nobody away (monotonicity), and that coupons are
/// spent on both kinds of visits alike.
#[must_use]
pub fn paid_anyway(control: &Moments, treatment: &Moments) -> Option<f64> {
    let part = 1.0 / (1.0 + best_ratio(control, treatment)?.value);
    (part.is_finite() && part > 0.0).then_some(part.min(1.0))
}

/// By what part more completely the visits of the treated would have to be seen for the whole difference to be one of seeing: where a visit of the held
/// out is seen with probability d, `d·(1 + gap)` of the treated. Nothing where the treated did not come more often.
#[must_use]
pub fn detection_gap(control: &Moments, treatment: &Moments) -> Option<f64> {
    let gap = treatment.mean() / control.mean() - 1.0;
    (gap.is_finite() && gap > 0.0).then_some(gap)
}
