//! What a campaign has learned, as the console shows it.

use serde::{Deserialize, Serialize};

use crate::{
    context::Recency,
    geo::Band,
    lang::Text,
    yen::{MilliYen, Yen},
};

/// The switch of a campaign whose policy is `learned`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LearningMode {
    /// Goes on learning, every day.
    #[default]
    Learning,
    /// Keeps to what was learned, and learns no more.
    Kept,
    /// The rule of thumb alone.
    Rule,
}

impl LearningMode {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Learning, Self::Kept, Self::Rule];

    /// The name on the wire and in tables.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Learning => "learning",
            Self::Kept => "kept",
            Self::Rule => "rule",
        }
    }

    /// The mode of a name.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.slug() == slug)
    }

    /// As shown to people.
    #[must_use]
    pub const fn label(self) -> Text {
        match self {
            Self::Learning => Text::new("学習を続ける", "Go on learning"),
            Self::Kept => Text::new(
                "学習を止め、これまでの結果を使う",
                "Stop learning, keep what was learned",
            ),
            Self::Rule => Text::new(
                "距離と来店間隔だけで決める",
                "Only by distance and time since the last visit",
            ),
        }
    }
}

/// Sets the switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LearningInput {
    /// What offers go by from tomorrow on; today's hold.
    pub mode: LearningMode,
    /// What a visit earns before the coupon, yen: 1 to 1,000,000. Without it the most that a visit may cost by the retailer's goals.
    #[serde(default)]
    pub visit_margin: Option<Yen>,
}

/// Why nothing is learned, or that something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LearningState {
    /// The campaign's policy is another one.
    OtherPolicy,
    /// It is not known what a visit is worth.
    NoMargin,
    /// No draw's window is over yet, or nobody who played is known to an import of visits.
    NothingYet,
    /// What was learned is used.
    Learned,
}

/// What a campaign has learned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Learning {
    /// The switch.
    pub mode: LearningMode,
    /// What a visit earns, as set here.
    pub visit_margin: Option<Yen>,
    /// The same, where it is taken from the goals.
    pub margin_of_goals: Option<Yen>,
    /// Where it stands.
    pub state: LearningState,
    /// So many days a draw is waited for, until an outcome counts.
    pub waits_days: u32,
    /// What was learned last.
    pub learned: Option<Learned>,
    /// The last days, the oldest first, at most 60.
    pub days: Vec<LearnedDay>,
}

/// What was learned up to a day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Learned {
    /// Draws that it rests on: one for each shopper and window.
    pub draws: u64,
    /// How likely it is that yen do nothing at all, percent.
    pub idle_percent: f64,
    /// The chance without a prize was never seen, since there are no blanks.
    pub extrapolated: bool,
    /// How often somebody who comes and holds a coupon uses it, percent.
    pub use_percent: f64,
    /// How much more outcomes scatter than chance has it; 1: not more.
    pub scatter: f64,
    /// By distance.
    pub by_distance: Vec<LearnedGroup<Band>>,
    /// By the time since the last visit.
    pub by_recency: Vec<LearnedGroup<Recency>>,
}

/// Shoppers of one band.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LearnedGroup<T> {
    /// Which.
    pub of: T,
    /// Draws of it that were learned from.
    pub draws: u64,
    /// Draws a day, lately.
    pub draws_a_day: f64,
    /// What they are offered in the mean, thousandths of a yen.
    pub target: MilliYen,
    /// What their offers are expected to cost a day, yen.
    pub costs_a_day: f64,
    /// The chance of a visit by what was drawn.
    pub curve: Vec<CurvePoint>,
}

/// The chance of a visit within the window of somebody who drew this much.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CurvePoint {
    /// What was drawn.
    pub value: Yen,
    /// The chance, percent.
    pub percent: f64,
    /// 95 of 100 such ranges hold it, by what is not known of what yen do.
    pub low: f64,
    /// The other end.
    pub high: f64,
}

/// One day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LearnedDay {
    /// YYYY-MM-DD.
    pub day: String,
    /// λ: a yen of the budget is counted as 1 + λ yen.
    pub lambda: f64,
    /// What the day's offers were planned to cost, yen.
    pub plan: f64,
    /// What those of the day before were expected to cost, yen.
    pub before: f64,
    /// Draws that were learned from.
    pub draws: u64,
}
