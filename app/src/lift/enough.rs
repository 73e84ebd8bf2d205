//! When it could be told.

use serde::{Deserialize, Serialize};

use super::Analysis;

/// How many shoppers it takes to find an effect.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Needed {
    /// The relative lift that would be found in four of five samples of the present size.
    pub findable: f64,
    /// The relative lift that is asked for.
    pub wanted: f64,
    /// So many shoppers of both arms would find it.
    pub shoppers: u64,
    /// When there will be so many at the pace so far, unix milliseconds; absent without a pace, or where it is more than ten years away.
    pub at: Option<i64>,
}

const TEN_YEARS_MS: f64 = 10.0 * 365.25 * 86_400_000.0;

/// What it takes to find a relative lift of `wanted`: the smallest effect that can be found falls with the square root of the number of shoppers,
/// so that it takes `(findable / wanted)²` times as many as there are.
///
/// `first` and `last`: when how many shoppers had been counted; whence the pace.
#[must_use]
pub fn needed(
    analysis: &Analysis,
    wanted: f64,
    first: (i64, u64),
    last: (i64, u64),
) -> Option<Needed> {
    let findable = analysis.mde? / analysis.mean.control;
    let now = float(analysis.n.control.saturating_add(analysis.n.treatment));
    let shoppers = now * (findable / wanted).powi(2);
    if !(findable > 0.0 && shoppers.is_finite() && shoppers < 1e15) {
        return None;
    }
    let pace = float(last.1.saturating_sub(first.1)) / millis(last.0.saturating_sub(first.0));
    let wait = if shoppers > now {
        (shoppers - now) / pace
    } else {
        0.0
    };
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "both are bounded above, and not negative"
    )]
    let (shoppers, at) = (
        shoppers.ceil() as u64,
        (wait < TEN_YEARS_MS).then(|| last.0.saturating_add(wait as i64)),
    );
    Some(Needed {
        findable,
        wanted,
        shoppers,
        at,
    })
}

#[allow(
    clippy::cast_precision_loss,
    reason = "counts of shoppers are far below 2⁵³"
)]
const fn float(n: u64) -> f64 {
    n as f64
}

#[allow(clippy::cast_precision_loss, reason = "so are moments")]
const fn millis(n: i64) -> f64 {
    n as f64
}
