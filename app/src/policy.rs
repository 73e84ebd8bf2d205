//! Policies: how large an incentive is, and why.
//!
//! A policy is a pure function from a [`Context`] and the campaign's rules to an expected value; the odds follow from it by
//! tilting ([`crate::odds`]). Everything that an offer depended on is in its arguments and its answer, so the log of offers
//! (context, policy and version, odds) is enough to learn from later.
//!
//! What [`Policy::Learned`] goes by is one more argument: the table of the day ([`Targets`]), which a job works out from the outcomes of earlier draws
//! ([`crate::learn`]). Until there is one it is the rule of thumb.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    context::{Context, Frequency, Recency},
    geo::Band,
    lang::Text,
    learn::{response::Cell, targets::Targets},
    odds::{Limits, OddsError, OddsTable},
    prize::PrizeTable,
    yen::{MilliYen, Yen},
};

/// How an incentive is sized.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// The retailer's own table, the same for everybody.
    Flat,
    /// More for those who are far or have not come for long, less for those who come anyway.
    DistanceLapse,
    /// By what earlier draws have shown that yen do, and by distance and lapse as long as that is not known.
    Learned,
}

/// The text names no policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a policy: flat, distance_lapse or learned")]
pub struct PolicyError;

impl Policy {
    /// All policies.
    pub const ALL: [Self; 3] = [Self::Flat, Self::DistanceLapse, Self::Learned];

    /// The name on the wire and in tables.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Flat => "flat",
            Self::DistanceLapse => "distance_lapse",
            Self::Learned => "learned",
        }
    }

    /// Name and version, as logged with every offer: `distance_lapse@1`. The version rises whenever a formula or one of its
    /// constants changes.
    #[must_use]
    pub const fn version(self) -> &'static str {
        match self {
            Self::Flat => "flat@1",
            Self::DistanceLapse => "distance_lapse@1",
            Self::Learned => "learned@1",
        }
    }

    /// As shown to the retailer.
    #[must_use]
    pub const fn label(self) -> Text {
        match self {
            Self::Flat => Text::new("全員同じ確率", "The same odds for everybody"),
            Self::DistanceLapse => Text::new(
                "距離と来店間隔に応じて",
                "By distance and time since the last visit",
            ),
            Self::Learned => Text::new(
                "これまでの抽選の結果に応じて",
                "By what earlier draws have shown",
            ),
        }
    }

    /// The lowest and the highest expected value that any shopper can be offered.
    #[must_use]
    pub fn target_range(self, rules: &CampaignRules) -> (MilliYen, MilliYen) {
        match self {
            Self::Flat => {
                let mean = rules.clamp(rules.base_mean);
                (mean, mean)
            }
            Self::DistanceLapse | Self::Learned => {
                (rules.limits.floor.into(), rules.limits.ceiling.into())
            }
        }
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

impl FromStr for Policy {
    type Err = PolicyError;
    fn from_str(text: &str) -> Result<Self, PolicyError> {
        Self::ALL
            .into_iter()
            .find(|policy| policy.slug() == text)
            .ok_or(PolicyError)
    }
}

/// What of a campaign the sizing needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignRules {
    /// Floor and ceiling of the expected value.
    pub limits: Limits,
    /// The expected value of the retailer's own table ([`PrizeTable::base_mean`]).
    pub base_mean: MilliYen,
}

impl CampaignRules {
    /// From a campaign's floor, ceiling and prize table.
    #[must_use]
    pub fn new(floor: Yen, ceiling: Yen, table: &PrizeTable) -> Self {
        Self {
            limits: Limits { floor, ceiling },
            base_mean: table.base_mean(),
        }
    }

    fn clamp(&self, target: MilliYen) -> MilliYen {
        target
            .min(self.limits.ceiling.into())
            .max(self.limits.floor.into())
    }

    /// The most that one shopper gets for distance in one campaign, as the sum over draws: [`DISTANCE_CAP_DRAWS`] times the largest distance
    /// bonus of one draw. Who forges both the present and the established area every day for weeks gains no more.
    #[must_use]
    pub fn distance_cap(&self) -> MilliYen {
        let span = MilliYen::from(self.limits.ceiling)
            .0
            .saturating_sub(MilliYen::from(self.limits.floor).0)
            .max(0);
        MilliYen(
            (span / 1_000)
                .saturating_mul(DISTANCE_PART_PERMILLE)
                .saturating_mul(DISTANCE_CAP_DRAWS),
        )
    }
}

/// One part of the explanation of an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Everybody gets the same.
    SameForAll,
    /// By what earlier draws have shown of people this near who came as lately and as often.
    Learned,
    /// More, for the way here.
    Far,
    /// No more for the way: near, or distance does not count.
    Near,
    /// More would have been given for the way, but this shopper's share of that is used up.
    DistanceCapUsed,
    /// More, for it has been long.
    Lapsed,
    /// The last visit was within a week.
    RecentVisit,
    /// More, for there is no visit yet.
    Newcomer,
    /// Less, for the shopper comes often anyway.
    ComesAnyway,
    /// The least that everybody gets.
    AtFloor,
    /// The most that anybody gets.
    AtCeiling,
}

impl Reason {
    /// The sentence that explains it to the shopper.
    #[must_use]
    pub const fn text(self) -> Text {
        match self {
            Self::SameForAll => Text::new(
                "このキャンペーンは、どなたも同じ確率です。",
                "Everybody has the same odds in this campaign.",
            ),
            Self::Learned => Text::new(
                "同じくらいの距離・来店間隔の方々の、これまでの抽選の結果をもとに決めています。",
                "Worked out from how earlier draws turned out for people about as near, who came about as lately and as often.",
            ),
            Self::Far => Text::new(
                "お店まで距離があるため、期待値を上げています。",
                "The store is some way off, so your expected value is higher.",
            ),
            Self::Near => Text::new(
                "距離による上乗せはありません。",
                "Nothing is added for distance.",
            ),
            Self::DistanceCapUsed => Text::new(
                "このキャンペーンで距離による上乗せの上限に達しました。",
                "You have reached what this campaign adds for distance.",
            ),
            Self::Lapsed => Text::new(
                "前回のご来店から間が空いているため、期待値を上げています。",
                "It has been a while since your last visit, so your expected value is higher.",
            ),
            Self::RecentVisit => Text::new(
                "最近ご来店いただいているため、間隔による上乗せはありません。",
                "You were here within the last week, so nothing is added for that.",
            ),
            Self::Newcomer => Text::new(
                "まだご来店の記録がないため、期待値を上げています。",
                "No visit of yours is known yet, so your expected value is higher.",
            ),
            Self::ComesAnyway => Text::new(
                "よくご来店いただいているため、上乗せは少なめです。",
                "You come often, so less is added.",
            ),
            Self::AtFloor => Text::new(
                "どなたにも保証している最低の期待値です。",
                "This is the least that everybody gets.",
            ),
            Self::AtCeiling => Text::new(
                "このキャンペーンで最高の期待値です。",
                "This is the most that anybody gets in this campaign.",
            ),
        }
    }
}

/// What a policy decided. Logged with the offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sizing {
    /// The expected value aimed at, inside floor and ceiling. The odds reach it up to rounding and up to what is in stock.
    pub target: MilliYen,
    /// What of it is for distance: to be summed over this shopper's draws in this campaign and given back to [`size`].
    pub distance_bonus: MilliYen,
    /// The policy.
    pub policy: Policy,
    /// Its version, as [`Policy::version`].
    pub version: String,
    /// Why, most telling first.
    pub why: Vec<Reason>,
}

/// Share of the span between floor and ceiling that distance can add, thousandths. Lapse can add the rest.
pub const DISTANCE_PART_PERMILLE: i64 = 500;
/// How many draws with the full distance bonus one shopper can have in one campaign; see [`CampaignRules::distance_cap`].
pub const DISTANCE_CAP_DRAWS: i64 = 20;
/// What somebody gets of the lapse part who has never come: between a month and two, since a newcomer is worth winning, but must
/// not be worth becoming again under a new name.
pub const NEWCOMER_LAPSE: f64 = 0.6;

/// 0 for the nearest band to 1 for the farthest, linear in `ln(1 + km)` of the bands' midpoints: the first kilometres deter
/// most.
#[must_use]
pub fn distance_share(band: Band) -> f64 {
    let log_km = |band: Band| band.midpoint_km().ln_1p();
    let nearest = log_km(Band::NEAREST);
    (log_km(band) - nearest) / (log_km(Band::From10km) - nearest)
}

/// 0 for a visit within the week to 1 for more than 60 days.
#[must_use]
pub const fn lapse_share(recency: Recency) -> f64 {
    match recency {
        Recency::Never => NEWCOMER_LAPSE,
        Recency::Within7 => 0.0,
        Recency::Within14 => 0.25,
        Recency::Within30 => 0.5,
        Recency::Within60 => 0.75,
        Recency::Over60 => 1.0,
    }
}

/// What is left of both parts for those who come anyway.
#[must_use]
pub const fn habit_factor(frequency: Frequency) -> f64 {
    match frequency {
        Frequency::None | Frequency::One => 1.0,
        Frequency::TwoToThree => 0.85,
        Frequency::FourToSeven => 0.6,
        Frequency::EightOrMore => 0.3,
    }
}

/// The two parts of `distance_lapse`, each as a share of the span between floor and ceiling: (distance, lapse).
///
/// `m = floor + (ceiling − floor)·h(frequency)·(D·d(band) + (1 − D)·l(recency))` with D = ½ ([`DISTANCE_PART_PERMILLE`]),
/// d = [`distance_share`], l = [`lapse_share`], h = [`habit_factor`]. Redemption rate and calendar do not enter; they are logged for the learned policy.
#[must_use]
pub fn distance_lapse_share(context: &Context) -> (f64, f64) {
    // A constant below 1,000.
    #[allow(clippy::cast_precision_loss)]
    let part = DISTANCE_PART_PERMILLE as f64 / 1_000.0;
    let habit = habit_factor(context.frequency);
    (
        habit * part * distance_share(context.band),
        habit * (1.0 - part) * lapse_share(context.recency),
    )
}

/// The expected value of the next draw and why, before anything was learned. `distance_bonus_used`: the sum of [`Sizing::distance_bonus`] over the draws this
/// shopper made in this campaign before today.
#[must_use]
pub fn size(
    policy: Policy,
    context: &Context,
    rules: &CampaignRules,
    distance_bonus_used: MilliYen,
) -> Sizing {
    size_by(policy, context, rules, distance_bonus_used, None)
}

/// As [`size`], by what was learned up to the day, which [`Policy::Learned`] alone looks at.
#[must_use]
pub fn size_by(
    policy: Policy,
    context: &Context,
    rules: &CampaignRules,
    distance_bonus_used: MilliYen,
    learned: Option<&Targets>,
) -> Sizing {
    let floor = MilliYen::from(rules.limits.floor);
    let ceiling = MilliYen::from(rules.limits.ceiling).max(floor);
    let left = MilliYen(
        rules
            .distance_cap()
            .0
            .saturating_sub(distance_bonus_used.0.max(0))
            .max(0),
    );
    let (target, distance_bonus, why) = match (policy, learned) {
        (Policy::Flat, _) => (
            rules.clamp(rules.base_mean),
            MilliYen::ZERO,
            vec![Reason::SameForAll],
        ),
        (Policy::Learned, Some(targets)) => {
            let cell = Cell::of(context);
            let wished = targets.for_distance(cell);
            let bonus = wished.min(left);
            let target = MilliYen(targets.of(cell).0.saturating_sub(wished.0 - bonus.0));
            let target = target.max(floor).min(ceiling);
            let mut why = vec![Reason::Learned];
            if bonus < wished {
                why.push(Reason::DistanceCapUsed);
            }
            why.extend(at_limits(target, rules));
            (target, bonus, why)
        }
        (Policy::DistanceLapse | Policy::Learned, _) => {
            let span = MilliYen(ceiling.0.saturating_sub(floor.0)).as_yen_f64();
            let (distance, lapse) = distance_lapse_share(context);
            let wished = MilliYen::from_yen_f64(span * distance);
            let bonus = wished.min(left);
            let target = MilliYen(
                floor
                    .0
                    .saturating_add(bonus.0)
                    .saturating_add(MilliYen::from_yen_f64(span * lapse).0),
            )
            .min(ceiling);
            (target, bonus, why(context, wished, bonus, target, rules))
        }
    };
    Sizing {
        target,
        distance_bonus,
        policy,
        version: policy.version().to_owned(),
        why,
    }
}

fn why(
    context: &Context,
    wished: MilliYen,
    bonus: MilliYen,
    target: MilliYen,
    rules: &CampaignRules,
) -> Vec<Reason> {
    let mut out = Vec::new();
    match context.recency {
        Recency::Never => out.push(Reason::Newcomer),
        Recency::Within7 => out.push(Reason::RecentVisit),
        _ => out.push(Reason::Lapsed),
    }
    if bonus < wished {
        out.push(Reason::DistanceCapUsed);
    } else if context.band > Band::NEAREST {
        out.push(Reason::Far);
    } else {
        out.push(Reason::Near);
    }
    if habit_factor(context.frequency) < 1.0 {
        out.push(Reason::ComesAnyway);
    }
    out.extend(at_limits(target, rules));
    out
}

/// Whether it is the least or the most that anybody gets.
fn at_limits(target: MilliYen, rules: &CampaignRules) -> Option<Reason> {
    if target == rules.limits.floor.into() {
        Some(Reason::AtFloor)
    } else if target == rules.limits.ceiling.into() {
        Some(Reason::AtCeiling)
    } else {
        None
    }
}

/// Sizes and gives the odds to show: [`size_by`], then [`OddsTable::sized`] over what is in stock, then [`OddsTable::fit`] to what the
/// budget has available.
///
/// # Errors
/// The campaign cannot offer anything now; see [`OddsError`].
pub fn offer(
    policy: Policy,
    context: &Context,
    rules: &CampaignRules,
    table: &PrizeTable,
    available: Yen,
    distance_bonus_used: MilliYen,
    learned: Option<&Targets>,
) -> Result<(Sizing, OddsTable), OddsError> {
    let sizing = size_by(policy, context, rules, distance_bonus_used, learned);
    let odds =
        OddsTable::sized(table, sizing.target, rules.limits)?.fit(available, rules.limits)?;
    Ok((sizing, odds))
}
