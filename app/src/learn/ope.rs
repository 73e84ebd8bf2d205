//! Off-policy evaluation: what another policy would have brought, from decisions that this one made with known chances.
//!
//! With `w = π(a|x) / p(a|x)`, the chance that the other policy gives to what was done over the chance that it had:
//!
//! - **IPS** `mean(w·r)` (Horvitz, Thompson 1952): unbiased.
//! - **SNIPS** `Σ w·r / Σ w` (Swaminathan, Joachims 2015): a little biased, and steadier.
//! - **DR** `mean(Σ_a π(a|x)·q(x, a) + w·(r − q(x, a)))` (Dudík, Langford, Li 2011): right if either the chances or the reward model `q` is.
//!
//! It is one step of value: what a decision brought by itself, not what it did to the decisions after it.

use std::collections::HashMap;

use serde::Serialize;

/// What a reward model predicts about one decision.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Predicted {
    /// The reward of what was done.
    pub done: f64,
    /// The expected reward under the other policy: `Σ_a π(a|x)·q(x, a)`.
    pub other: f64,
}

/// One decision that was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// About whom: decisions about one shopper are not independent. Absent: each is about somebody else.
    pub unit: Option<String>,
    /// What it brought.
    pub reward: f64,
    /// The chance that what was done had, above 0.
    pub chance: f64,
    /// The chance that the other policy gives it.
    pub other: f64,
    /// By a reward model, if there is one.
    pub predicted: Option<Predicted>,
}

/// An estimate and its standard error.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The estimate, in units of the reward, a decision.
    pub estimate: f64,
    /// Its standard error, over units; absent with fewer than two.
    pub se: Option<f64>,
}

/// What the other policy would have brought.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Inverse propensity scores.
    pub ips: Estimate,
    /// Self-normalized; absent where the other policy never does what was done.
    pub snips: Option<Estimate>,
    /// Doubly robust; absent without a reward model.
    pub dr: Option<Estimate>,
    /// The effective sample size `(Σ w)² / Σ w²`: so many decisions of the other policy's own would say as much.
    pub ess: f64,
    /// The largest weight that was let stand; absent: all were.
    pub clip: Option<f64>,
    /// How many were cut to it.
    pub clipped: u64,
    /// The largest weight before that.
    pub largest_weight: f64,
    /// How many decisions there are.
    pub n: u64,
}

/// Evaluates. `None` for no decisions. Weights above `clip` are cut to it, which makes the estimates smaller than they should be and less noisy.
#[must_use]
pub fn evaluate(decisions: &[Decision], clip: Option<f64>) -> Option<Evaluation> {
    if decisions.is_empty() {
        return None;
    }
    // Counts stay far below 2^53.
    #[allow(clippy::cast_precision_loss)]
    let n = decisions.len() as f64;
    let raw: Vec<f64> = decisions.iter().map(|d| d.other / d.chance).collect();
    let cut = |w: f64| clip.map_or(w, |most| w.min(most));
    let weights: Vec<f64> = raw.iter().map(|w| cut(*w)).collect();
    let clipped = raw.iter().zip(&weights).filter(|(a, b)| a > b).count();
    let both = || weights.iter().zip(decisions);
    let sum: f64 = weights.iter().sum();
    let squares: f64 = weights.iter().map(|w| w * w).sum();

    let values: Vec<f64> = both().map(|(w, d)| w * d.reward).collect();
    let ips = values.iter().sum::<f64>() / n;
    let error = |parts: &mut dyn Iterator<Item = f64>| standard_error(decisions, parts);
    let ips = Estimate {
        estimate: ips,
        se: error(&mut values.iter().map(|v| v - ips)),
    };
    let snips = (sum > 0.0).then(|| {
        let estimate = values.iter().sum::<f64>() / sum;
        let mean = sum / n;
        Estimate {
            estimate,
            se: error(&mut both().map(|(w, d)| w * (d.reward - estimate) / mean)),
        }
    });
    let robust: Option<Vec<f64>> = both()
        .map(|(w, d)| d.predicted.map(|q| q.other + w * (d.reward - q.done)))
        .collect();
    let dr = robust.map(|values| {
        let estimate = values.iter().sum::<f64>() / n;
        Estimate {
            estimate,
            se: error(&mut values.iter().map(|v| v - estimate)),
        }
    });
    Some(Evaluation {
        ips,
        snips,
        dr,
        ess: if squares > 0.0 {
            sum * sum / squares
        } else {
            0.0
        },
        clip,
        clipped: clipped as u64,
        largest_weight: raw.iter().copied().fold(0.0, f64::max),
        n: decisions.len() as u64,
    })
}

/// The standard error of a mean whose decisions differ from it by `parts`, clustered by unit: `√(G/(G−1)·Σ_g (Σ_{i∈g} part_i)²) / n`. With a
/// decision a unit this is the usual one.
fn standard_error(decisions: &[Decision], parts: &mut dyn Iterator<Item = f64>) -> Option<f64> {
    let mut of_unit: HashMap<&str, f64> = HashMap::new();
    let (mut alone, mut squares) = (0_u64, 0.0);
    for (decision, part) in decisions.iter().zip(parts) {
        match &decision.unit {
            Some(unit) => *of_unit.entry(unit).or_default() += part,
            None => {
                alone += 1;
                squares += part * part;
            }
        }
    }
    // In the order of the units, so that the last digit does not depend on a map's.
    let mut sums: Vec<(&str, f64)> = of_unit.into_iter().collect();
    sums.sort_unstable_by_key(|(unit, _)| *unit);
    squares += sums.iter().map(|(_, sum)| sum * sum).sum::<f64>();
    // As above.
    #[allow(clippy::cast_precision_loss)]
    let (groups, n) = ((alone + sums.len() as u64) as f64, decisions.len() as f64);
    (groups >= 2.0).then(|| (groups / (groups - 1.0) * squares).sqrt() / n)
}

#[cfg(test)]
mod tests {
    use super::{Decision, Predicted, evaluate};

    fn decision(reward: f64, chance: f64, other: f64) -> Decision {
        Decision {
            unit: None,
            reward,
            chance,
            other,
            predicted: None,
        }
    }

    #[test]
    fn the_same_policy_brings_what_was_brought() -> Result<(), &'static str> {
        let log: Vec<Decision> = [1.0, 0.0, 3.0, 2.0]
            .map(|reward| decision(reward, 0.3, 0.3))
            .into();
        let out = evaluate(&log, None).ok_or("nothing")?;
        assert_eq!((out.ips.estimate, out.ess, out.n), (1.5, 4.0, 4));
        assert_eq!(out.snips.map(|s| s.estimate), Some(1.5));
        // The usual standard error of 1, 0, 3, 2.
        let se = (5.0_f64 / 3.0 / 4.0).sqrt();
        assert!((out.ips.se.ok_or("no error")? - se).abs() < 1e-12);
        assert_eq!(out.dr, None);
        assert_eq!(evaluate(&[], None), None);
        Ok(())
    }

    #[test]
    fn a_perfect_model_needs_no_weights_and_clipping_is_told() -> Result<(), &'static str> {
        let mut log = vec![decision(1.0, 0.01, 0.5), decision(0.0, 0.5, 0.5)];
        for d in &mut log {
            d.predicted = Some(Predicted {
                done: d.reward,
                other: 0.25,
            });
        }
        let out = evaluate(&log, Some(10.0)).ok_or("nothing")?;
        assert_eq!(out.dr.map(|dr| dr.estimate), Some(0.25));
        assert_eq!((out.clipped, out.largest_weight), (1, 50.0));
        assert_eq!(out.ips.estimate, 5.0);
        // Nobody does what was done.
        let never = evaluate(&[decision(1.0, 0.5, 0.0)], None).ok_or("nothing")?;
        assert_eq!((never.snips, never.ess, never.ips.se), (None, 0.0, None));
        Ok(())
    }

    #[test]
    fn many_decisions_about_one_shopper_say_less() -> Result<(), &'static str> {
        let rewards = [1.0, 1.0, 1.0, 0.0, 0.0, 0.0];
        let apart: Vec<Decision> = rewards.map(|r| decision(r, 0.5, 0.5)).into();
        let mut together = apart.clone();
        for (i, d) in together.iter_mut().enumerate() {
            d.unit = Some((i / 3).to_string());
        }
        let (apart, together) = (
            evaluate(&apart, None).ok_or("nothing")?,
            evaluate(&together, None).ok_or("nothing")?,
        );
        assert_eq!(apart.ips.estimate, together.ips.estimate);
        assert!(together.ips.se > apart.ips.se);
        // Two units of 3 decisions with sums +1.5 and −1.5.
        assert!((together.ips.se.ok_or("none")? - (2.0_f64 * 4.5).sqrt() / 6.0).abs() < 1e-12);
        Ok(())
    }
}
