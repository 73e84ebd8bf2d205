//! Towns whose true response is known. What they are made of was measured by others; what could not be found is marked as ours.

use std::fmt;

use app::{
    context::Recency,
    id::PrizeId,
    odds::Limits,
    policy::{CampaignRules, lapse_share},
    prize::{Prize, PrizeTable},
    yen::Yen,
};
use clap::ValueEnum;
use serde::Serialize;

use super::run::named;

/// Days within which a visit counts as what a draw led to, and for which a coupon is good.
pub const WINDOW: u32 = 7;
/// A bill, yen: the discounts of the sources are parts of it. What people of the three great urban areas spent on a dinner out in October 2024 (Recruit, ホットペッパーグルメ外食総研,
/// 外食市場調査 October 2024).
pub const BILL: f64 = 2_873.0;
/// What a visit earns before the coupon: 65 % of the bill, since about 35 % of a restaurant's turnover is what the food costs. Ours.
pub const MARGIN: f64 = 0.65 * BILL;
/// How often somebody who comes and holds a coupon uses it: 76.9 % of 1,311 people used coupons when they ate out (Gurunavi, 今どきのクーポン事情, December 2021).
pub const USE_RATE: f64 = 0.769;
/// Half of the people live within so many kilometres. Ours.
const MEDIAN_KM: f64 = 1.5;

/// A kind of town.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Town {
    /// What yen do falls with distance, and each does less than the one before.
    Falling,
    /// Most of those who play come anyway.
    Regulars,
    /// Yen do not matter at all.
    Indifferent,
}

impl Town {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Falling, Self::Regulars, Self::Indifferent];

    /// The part of the shoppers who come in most weeks, whatever they are given.
    ///
    /// `regulars`: of those of 1,020 people who had used a leaflet's coupon, 28.7 % were at that store for the first time (NEXER and Adworld, 2024). That the
    /// other 71.3 % come in most weeks is ours: the worst case.
    #[must_use]
    pub const fn always_come(self) -> f64 {
        match self {
            Self::Falling | Self::Indifferent => 0.05,
            Self::Regulars => 0.713,
        }
    }

    /// The logit of a visit within [`WINDOW`] without a prize of somebody of the middle habit who lives so far away, and is no regular: 5 % at the door. Ours,
    /// of the size of the conversions in the source of [`Self::slope`].
    #[must_use]
    pub fn base(self, km: f64) -> f64 {
        -2.94 - 0.5 * km.ln_1p()
    }

    /// What a unit of `ln(1 + v/100)` adds to that logit.
    ///
    /// Dubé, Fang, Fong, Luo (*Competitive Price Targeting with Smartphone Coupons*, Marketing Science 36, 2017, as the Chicago Booth Review reports it): 20 % off at the near
    /// store brought two more of a hundred people, 40 % five more: with our bill, ¥575 and ¥1,149, that is 0.36 / 1.91 to 0.75 / 2.53 = 0.19 to
    /// 0.30 a unit from 5 %, and we take 0.28. At the far one, two miles away, 60 % brought 3 of a hundred. That the amount matters the less the farther
    /// people are is Spiekermann, Rothensee, Klafft (*Street marketing*, Journal of Consumer Marketing 28, 2011, 9,880 coupons); by how much is ours, as is
    /// that those who have not come for long weigh it more.
    #[must_use]
    pub fn slope(self, km: f64, recency: Recency) -> f64 {
        match self {
            Self::Indifferent => 0.0,
            Self::Falling | Self::Regulars => {
                0.28 * (1.0 + 0.5 * lapse_share(recency)) * (1.25 - 0.35 * km.ln_1p()).max(0.1)
            }
        }
    }

    /// Kilometres, log-normally distributed, from a standard normal number.
    #[must_use]
    pub(super) fn km(normal: f64) -> f64 {
        (MEDIAN_KM.ln() + 0.9 * normal).exp().min(30.0)
    }
}

impl fmt::Display for Town {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        named(self, f)
    }
}

/// The campaign that is run in every town: a blank, and prizes up to a thousand yen, which 景品表示法 allows for any bill.
///
/// # Errors
/// None, but for those of a table that does not hold.
pub fn campaign() -> anyhow::Result<(PrizeTable, CampaignRules)> {
    let prizes = [
        (0, 400),
        (50, 300),
        (100, 180),
        (300, 80),
        (500, 30),
        (1_000, 10),
    ];
    let table = PrizeTable::new(
        prizes
            .into_iter()
            .zip(1..)
            .map(|((value, weight), n)| Prize {
                id: PrizeId::from_bits(n),
                value: Yen(value),
                weight,
                stock_left: None,
            })
            .collect(),
    )?;
    let limits = Limits {
        floor: Yen(2),
        ceiling: Yen(400),
    };
    let rules = CampaignRules::new(limits.floor, limits.ceiling, &table);
    Ok((table, rules))
}
