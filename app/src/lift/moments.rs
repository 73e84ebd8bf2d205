//! Counts, means, variances and the covariance of an arm, from sums or from values one by one.

use crate::cohort::Sums;

/// What every estimate is made from: of one arm the number of shoppers, and of outcome `y` and covariate `x` the means and the sums of
/// squared deviations from them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    n: u64,
    y: f64,
    x: f64,
    yy: f64,
    xx: f64,
    xy: f64,
}

/// `n·Σab − Σa·Σb`, which is `n` times the sum of products of deviations, without loss.
fn spread(n: i64, ab: i64, a: i64, b: i64) -> f64 {
    let exact = i128::from(n) * i128::from(ab) - i128::from(a) * i128::from(b);
    #[allow(
        clippy::cast_precision_loss,
        reason = "53 bits are enough of what was computed exactly"
    )]
    let close = exact as f64;
    close
}

#[allow(
    clippy::cast_precision_loss,
    reason = "counts of shoppers and visits are far below 2⁵³"
)]
const fn float(n: i64) -> f64 {
    n as f64
}

impl Moments {
    /// From sums over shoppers; none, if there are none.
    #[must_use]
    pub fn of(sums: &Sums) -> Self {
        let n = float(sums.n);
        match u64::try_from(sums.n) {
            Ok(count @ 1..) => Self {
                n: count,
                y: float(sums.y) / n,
                x: float(sums.x) / n,
                yy: spread(sums.n, sums.yy, sums.y, sums.y) / n,
                xx: spread(sums.n, sums.xx, sums.x, sums.x) / n,
                xy: spread(sums.n, sums.xy, sums.x, sums.y) / n,
            },
            _ => Self::default(),
        }
    }

    /// Adds a shopper, by Welford's updates.
    pub fn add(&mut self, y: f64, x: f64) {
        self.n += 1;
        let n = self.size();
        let (dy, dx) = (y - self.y, x - self.x);
        self.y += dy / n;
        self.x += dx / n;
        self.yy += dy * (y - self.y);
        self.xx += dx * (x - self.x);
        self.xy += dx * (y - self.y);
    }

    /// Both together (Chan, Golub, LeVeque 1983).
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        if self.n == 0 {
            return *other;
        }
        if other.n == 0 {
            return *self;
        }
        let (a, b) = (self.size(), other.size());
        let n = a + b;
        let (dy, dx) = (other.y - self.y, other.x - self.x);
        let weight = a * b / n;
        Self {
            n: self.n + other.n,
            y: self.y + dy * b / n,
            x: self.x + dx * b / n,
            yy: self.yy + other.yy + dy * dy * weight,
            xx: self.xx + other.xx + dx * dx * weight,
            xy: self.xy + other.xy + dx * dy * weight,
        }
    }

    /// The outcome less `theta` times what the covariate has more than `centre`.
    #[must_use]
    pub fn adjusted(&self, theta: f64, centre: f64) -> Self {
        Self {
            y: self.y - theta * (self.x - centre),
            yy: (self.yy + theta * theta * self.xx - 2.0 * theta * self.xy).max(0.0),
            xy: self.xy - theta * self.xx,
            ..*self
        }
    }

    /// The covariate in the outcome's place, for a look at the time before.
    #[must_use]
    pub const fn before(&self) -> Self {
        Self {
            n: self.n,
            y: self.x,
            x: 0.0,
            yy: self.xx,
            xx: 0.0,
            xy: 0.0,
        }
    }

    /// Shoppers.
    #[must_use]
    pub const fn n(&self) -> u64 {
        self.n
    }

    /// Shoppers, to reckon with.
    #[must_use]
    #[allow(
        clippy::cast_precision_loss,
        reason = "counts of shoppers are far below 2⁵³"
    )]
    pub const fn size(&self) -> f64 {
        self.n as f64
    }

    /// The mean of the outcome; 0 of nobody.
    #[must_use]
    pub const fn mean(&self) -> f64 {
        self.y
    }

    /// The mean of the covariate; 0 of nobody.
    #[must_use]
    pub const fn covariate(&self) -> f64 {
        self.x
    }

    /// The unbiased variance of the outcome; of fewer than two shoppers there is none.
    #[must_use]
    pub fn variance(&self) -> Option<f64> {
        (self.n >= 2).then(|| self.yy / (self.size() - 1.0))
    }

    /// Sums of squared deviations: of the outcome, of the covariate, and of their products.
    #[must_use]
    pub const fn deviations(&self) -> (f64, f64, f64) {
        (self.yy, self.xx, self.xy)
    }
}
