//! Somebody who lives in a town.

use app::{
    context::{Context, Frequency, Recency, RedemptionRate},
    day::{Day as Date, DayPart, JST},
    geo::Band,
    learn::{
        logistic::logistic,
        response::{Cell, f_of},
    },
    yen::Yen,
};

use super::{
    dice::{Dice, What},
    town::{MARGIN, Town, USE_RATE, WINDOW},
};

/// Days that people have lived before the campaign begins: as long as visits are looked back.
pub(super) const BEFORE: u32 = 90;
/// The day of the campaign's beginning, 2026-04-01: a Wednesday.
pub(super) const BEGINS: i32 = 20_544;

/// Somebody.
pub(super) struct Shopper {
    home: Band,
    /// The nearer of home and work: what their days make of the store.
    km: f64,
    work: Band,
    /// Comes in most weeks, whatever they are given.
    regular: bool,
    /// The logit of a visit within the window without a prize.
    base: f64,
    /// The same, as the chance of a day.
    pub(super) daily: f64,
    /// How likely they open the game on a day.
    pub(super) opens: f64,
    /// Visits of the last days, today's in the lowest bit.
    pub(super) history: u128,
    pub(super) held: Option<Held>,
    pub(super) draw: Option<Drawn>,
    pub(super) issued: u32,
    pub(super) redeemed: u32,
}

#[derive(Clone, Copy)]
pub(super) struct Held {
    pub(super) value: Yen,
    /// The chance of a visit a day.
    pub(super) daily: f64,
    pub(super) until: u32,
}

#[derive(Clone, Copy)]
pub(super) struct Drawn {
    pub(super) day: u32,
    pub(super) cell: Cell,
    pub(super) value: Yen,
    pub(super) offered: f64,
    pub(super) visited: bool,
    pub(super) redeemed: bool,
}

/// The chance of a day of which so many make the chance of the window.
fn daily(chance: f64) -> f64 {
    1.0 - (1.0 - chance).powf(1.0 / f64::from(WINDOW))
}

impl Shopper {
    pub(super) fn new(town: Town, dice: Dice, id: u32) -> Self {
        let [home, work] = dice.normal([What::Home, What::Work], id, 0);
        let (home, work) = (Town::km(home), Town::km(work));
        let km = home.min(work);
        let [habit, _] = dice.normal([What::Habit, What::Kind], id, 1);
        let regular = dice.uniform(What::Kind, id, 0) < town.always_come();
        let base = if regular {
            2.5 + 0.5 * habit
        } else {
            town.base(km) + 0.7 * habit
        };
        Self {
            home: Band::of_m(home * 1_000.0),
            work: Band::of_m(work * 1_000.0),
            km,
            regular,
            base,
            daily: daily(logistic(base)),
            opens: 0.05 + 0.3 * dice.uniform(What::Opens, id, 0),
            history: 0,
            held: None,
            draw: None,
            issued: 0,
            redeemed: 0,
        }
    }

    pub(super) fn context(&self, dice: Dice, id: u32, day: u32) -> Context {
        self.context_of(self.history, dice, id, day)
    }

    pub(super) fn context_of(&self, history: u128, dice: Dice, id: u32, day: u32) -> Context {
        // What counts is the nearer of where they are and where they live.
        let at_work = dice.uniform(What::AtWork, id, day) < 0.4;
        let here = if at_work { self.work } else { self.home };
        let known = history & ((1 << BEFORE) - 1);
        let days = (known != 0).then(|| known.trailing_zeros());
        let date = Date(BEGINS + i32::try_from(day).unwrap_or(0));
        Context {
            band: here.min(self.home),
            recency: Recency::of_days(days),
            frequency: Frequency::of_visits(known.count_ones()),
            redemption_rate: RedemptionRate::of(self.redeemed, self.issued),
            weekend: date.is_weekend(),
            day_part: DayPart::of(i64::from(date.0) * 86_400_000 + 3 * 3_600_000, JST),
        }
    }

    /// The chance of a visit a day with a prize in hand.
    pub(super) fn with(&self, town: Town, recency: Recency, value: Yen) -> f64 {
        let slope = if self.regular {
            0.0
        } else {
            town.slope(self.km, recency)
        };
        daily(logistic(self.base + slope * f_of(value)))
    }

    /// Of a prize what its visits earn and what it costs, yen, in expectation: until the coupon is used the chance of a day is the higher one.
    pub(super) fn truth(&self, daily: f64, value: Yen) -> (f64, f64) {
        if value == Yen::ZERO {
            return (0.0, 0.0);
        }
        let used = daily * USE_RATE;
        let unused = (1.0 - used).powi(i32::try_from(WINDOW).unwrap_or(0));
        // Exact: a prize is worth a million yen at most.
        #[allow(clippy::cast_precision_loss)]
        let yen = value.get() as f64;
        // Days on which it is still there: Σ (1 − used)^t.
        let days = if used > 0.0 {
            (1.0 - unused) / used
        } else {
            f64::from(WINDOW)
        };
        (MARGIN * days * (daily - self.daily), yen * (1.0 - unused))
    }
}
