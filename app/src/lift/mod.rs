//! Lift: what a treatment did to an outcome per shopper, and what can be said of it.
//!
//! Everything is computed from [`Moments`], so that a report over a hundred million visits costs no more than one over ten. Estimates are
//! made in two ways: with a fixed sample, for who looks once at a size chosen beforehand, and *anytime-valid*, for who looks every day.

mod breakdown;
mod checks;
mod enough;
mod estimate;
mod moments;
mod money;

use serde::{Deserialize, Serialize};

pub use breakdown::{Common, LEAST_CELLS, best_ratio, common, shrink};
pub use checks::{SampleRatio, sample_ratio, smallest_effect};
pub use enough::{Needed, needed};
pub use estimate::{
    Estimate, adjusted, anytime_half_width, anytime_ratio, difference, ratio, theta,
};
pub use moments::Moments;
pub use money::{Ratio, Region, before_and_after, detection_gap, fieller, paid_anyway};

/// Analysed shoppers an arm needs before anything is said.
pub const LEAST: u64 = 100;
/// The evidence against the intended shares from which on lift is withheld: whatever it would say rests on them.
pub const WITHHOLD: f64 = 1_000.0;

/// What is settled before anybody looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// One minus the confidence level, in (0, 1).
    pub alpha: f64,
    /// How many shoppers of both arms the anytime-valid interval is tightest at.
    pub tuning: f64,
    /// The relative lift on either side of nothing that makes no difference to the retailer.
    pub margin: f64,
    /// The part of the shoppers that were meant to be treated, in (0, 1).
    pub share: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            alpha: 0.05,
            tuning: 5_000.0,
            margin: 0.05,
            share: 0.5,
        }
    }
}

/// A number of each arm.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Both<T> {
    /// The arm that was held out.
    pub control: T,
    /// The arm that was treated.
    pub treatment: T,
}

/// An estimate with its interval. An end that is not there is unbounded.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Interval {
    /// The estimate.
    pub estimate: f64,
    /// The lower end.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
}

impl Interval {
    /// `estimate` ± `half`.
    #[must_use]
    pub fn around(estimate: f64, half: f64) -> Self {
        let end = |end: f64| end.is_finite().then_some(end);
        Self {
            estimate,
            low: end(estimate - half),
            high: end(estimate + half),
        }
    }

    /// Whether all of it lies above.
    #[must_use]
    pub fn is_above(&self, value: f64) -> bool {
        self.low.is_some_and(|low| low > value)
    }

    /// Whether all of it lies below.
    #[must_use]
    pub fn is_below(&self, value: f64) -> bool {
        self.high.is_some_and(|high| high < value)
    }
}

/// Estimates with what was known before taken into account (CUPED).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cuped {
    /// The slope of the outcome on the covariate, over both arms.
    pub theta: f64,
    /// By what part the variance of the difference is smaller.
    pub variance_reduction: f64,
    /// The difference of means.
    pub absolute: Interval,
    /// The same as a part of the control's mean.
    pub relative: Option<Interval>,
}

/// Intervals that hold however often and whenever one looks.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Anytime {
    /// The difference of means, by CUPED where there is a covariate.
    pub absolute: Interval,
    /// The ratio of means less one.
    pub relative: Option<Interval>,
}

/// What can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// More.
    Up,
    /// Fewer.
    Down,
    /// No difference that would matter.
    NoEffect,
    /// Not yet.
    CannotTell,
    /// Nothing, for the arms are not what they were meant to be.
    Withheld,
}

/// All of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Analysis {
    /// Shoppers.
    pub n: Both<u64>,
    /// Means of the outcome.
    pub mean: Both<f64>,
    /// The difference of means, treatment less control.
    pub absolute: Option<Interval>,
    /// The same as a part of the control's mean.
    pub relative: Option<Interval>,
    /// With the covariate, if there is one that varies.
    pub cuped: Option<Cuped>,
    /// However often one looks.
    pub anytime: Option<Anytime>,
    /// Whether the arms are as large as they were meant to be.
    pub srm: SampleRatio,
    /// The smallest difference of means that would be found in four of five such samples.
    pub mde: Option<f64>,
    /// What can be said.
    pub verdict: Verdict,
}

/// Analyses two arms. Never fails: what cannot be computed of what is there is absent.
#[must_use]
pub fn analyse(control: &Moments, treatment: &Moments, options: &Options) -> Analysis {
    let options = &Options {
        // Beyond these there is no level and no size.
        alpha: options.alpha.clamp(1e-12, 1.0 - 1e-12),
        tuning: options.tuning.max(1.0),
        ..*options
    };
    let srm = sample_ratio(control.n(), treatment.n(), options.share);
    let plain = difference(control, treatment);
    let fixed = |estimate: Estimate| estimate.interval(options.alpha);
    let cuped = theta(control, treatment).and_then(|theta| {
        let [c, t] = [control, treatment].map(|arm| adjusted(arm, theta, control, treatment));
        let adjusted = difference(&c, &t)?;
        let variance = plain?.variance();
        Some((
            Cuped {
                theta,
                variance_reduction: 1.0 - adjusted.variance() / variance,
                absolute: fixed(adjusted),
                relative: ratio(&c, &t, control, treatment).map(fixed),
            },
            (c, t, adjusted),
        ))
    });
    let best = cuped
        .map(|(_, best)| best)
        .or(plain.map(|plain| (*control, *treatment, plain)));
    let anytime = best.map(|(c, t, estimate)| Anytime {
        absolute: Interval::around(
            estimate.value,
            anytime_half_width(estimate.variance(), c.n() + t.n(), options),
        ),
        relative: anytime_ratio(&c, &t, options),
    });
    Analysis {
        n: Both {
            control: control.n(),
            treatment: treatment.n(),
        },
        mean: Both {
            control: control.mean(),
            treatment: treatment.mean(),
        },
        absolute: plain.map(fixed),
        relative: ratio(control, treatment, control, treatment).map(fixed),
        cuped: cuped.map(|(cuped, _)| cuped),
        anytime,
        srm,
        mde: best.map(|(.., estimate)| smallest_effect(estimate.variance(), options.alpha)),
        verdict: verdict(control.n().min(treatment.n()), anytime, srm, options),
    }
}

/// `withheld` before anything else; `cannot_tell` with fewer than [`LEAST`] in an arm; `up` or `down` where the anytime-valid interval of the
/// difference excludes zero; `no_effect` where that of the ratio lies inside of the margin.
fn verdict(least: u64, anytime: Option<Anytime>, srm: SampleRatio, options: &Options) -> Verdict {
    if srm.e_value >= WITHHOLD {
        return Verdict::Withheld;
    }
    let Some(anytime) = anytime.filter(|_| least >= LEAST) else {
        return Verdict::CannotTell;
    };
    let inside =
        |ratio: Interval| ratio.is_above(-options.margin) && ratio.is_below(options.margin);
    if anytime.absolute.is_above(0.0) {
        Verdict::Up
    } else if anytime.absolute.is_below(0.0) {
        Verdict::Down
    } else if anytime.relative.is_some_and(inside) {
        Verdict::NoEffect
    } else {
        Verdict::CannotTell
    }
}

impl Analysis {
    /// The same of visits that not everybody's are seen of: shoppers who play open the page more often and check in more often, so more of them
    /// alone say nothing, and the verdict is never [`Verdict::Up`].
    #[must_use]
    pub fn of_recorded(self) -> Self {
        let verdict = match self.verdict {
            Verdict::Up => Verdict::CannotTell,
            other => other,
        };
        Self { verdict, ..self }
    }
}

#[cfg(test)]
mod tests;
