//! The simple guard for prizes awarded by chance in Japan (景品表示法, 一般懸賞). A guard, not legal advice.
//!
//! Source: 懸賞による景品類の提供に関する事項の制限 (昭和52年公正取引委員会告示第3号, 平成8年改正): one prize at most 20 times the transaction value where
//! that is below ¥5,000, at most ¥100,000 from there; all prizes together at most 2 % of the expected sales. The transaction value of a visit without a purchase is taken as ¥100
//! (「景品類等の指定の告示の運用基準」: 来店者に対する提供は原則 100 円).

use serde::{Deserialize, Serialize};

use crate::{api::retailer::CampaignInput, campaign::FieldProblem, yen::Yen};

/// From this transaction value on the fixed limit holds.
pub const FIXED_LIMIT_FROM: Yen = Yen(5_000);
/// The fixed limit of one prize.
pub const FIXED_LIMIT: Yen = Yen(100_000);
/// Below it: so many times the transaction value.
pub const TIMES: i64 = 20;
/// The transaction value of a visit without a purchase.
pub const VISIT_VALUE: Yen = Yen(100);
/// All prizes together: at most this share of the expected sales, percent.
pub const TOTAL_PERCENT: i64 = 2;

/// A rule that would be broken, with its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Breach {
    /// One prize is too large.
    OnePrize {
        /// Which, from 0.
        index: usize,
        /// Its value.
        value: Yen,
        /// The transaction value it was judged by.
        transaction_value: Yen,
        /// The limit.
        limit: Yen,
    },
    /// All prizes together are too much.
    AllPrizes {
        /// The most that can be given: the budget.
        total: Yen,
        /// The sales expected.
        expected_sales: Yen,
        /// The limit.
        limit: Yen,
    },
}

/// 取引価額: the minimum purchase, at least ¥100.
#[must_use]
pub fn transaction_value(min_purchase: Yen) -> Yen {
    min_purchase.max(VISIT_VALUE)
}

/// The most that one prize may be worth.
#[must_use]
pub fn one_prize_limit(transaction_value: Yen) -> Yen {
    if transaction_value < FIXED_LIMIT_FROM {
        Yen(transaction_value.get().max(0) * TIMES)
    } else {
        FIXED_LIMIT
    }
}

/// The most that all prizes together may be worth, rounded down.
#[must_use]
pub fn all_prizes_limit(expected_sales: Yen) -> Yen {
    // Divided first where the product would not fit; the remainder keeps it exact.
    let sales = expected_sales.get().max(0);
    Yen(sales / 100 * TOTAL_PERCENT + sales % 100 * TOTAL_PERCENT / 100)
}

/// The rules that a campaign with these prize values would break. All prizes together are judged by the budget, which is the cap on
/// what can ever be given.
#[must_use]
pub fn breaches(
    values: &[Yen],
    min_purchase: Yen,
    budget: Yen,
    expected_sales: Yen,
) -> Vec<Breach> {
    let transaction_value = transaction_value(min_purchase);
    let limit = one_prize_limit(transaction_value);
    let mut out: Vec<Breach> = values
        .iter()
        .enumerate()
        .filter(|(_, value)| **value > limit)
        .map(|(index, value)| Breach::OnePrize {
            index,
            value: *value,
            transaction_value,
            limit,
        })
        .collect();
    let limit = all_prizes_limit(expected_sales);
    if budget > limit {
        out.push(Breach::AllPrizes {
            total: budget,
            expected_sales,
            limit,
        });
    }
    out
}

/// The same for a campaign as typed in, as sentences on its fields.
#[must_use]
pub fn problems(input: &CampaignInput) -> Vec<FieldProblem> {
    let values: Vec<Yen> = input.prizes.iter().map(|prize| prize.value).collect();
    breaches(
        &values,
        input.min_purchase,
        input.budget,
        input.expected_sales,
    )
    .into_iter()
    .map(|breach| breach.on_field())
    .collect()
}

impl Breach {
    /// As a sentence that names rule and figure, on the field to change.
    #[must_use]
    pub fn on_field(self) -> FieldProblem {
        match self {
            Self::OnePrize {
                index,
                value,
                transaction_value,
                limit,
            } if transaction_value < FIXED_LIMIT_FROM => FieldProblem::with(
                format!("prizes[{index}].value"),
                format!(
                    "一般懸賞では 1 つの賞品は取引価額（{transaction_value}）の 20 倍、{limit} までです（いま {value}）。"
                ),
                format!(
                    "A prize awarded by chance may be worth at most 20 times the transaction value ({transaction_value}): {limit}, not {value}."
                ),
            ),
            Self::OnePrize {
                index,
                value,
                transaction_value,
                limit,
            } => FieldProblem::with(
                format!("prizes[{index}].value"),
                format!(
                    "一般懸賞では取引価額が 5,000 円以上（{transaction_value}）のとき 1 つの賞品は {limit} までです（いま {value}）。"
                ),
                format!(
                    "With a transaction value of ¥5,000 or more ({transaction_value}) a prize awarded by chance may be worth at most {limit}, not {value}."
                ),
            ),
            Self::AllPrizes {
                total,
                expected_sales,
                limit,
            } => FieldProblem::with(
                "budget",
                format!(
                    "一般懸賞では賞品の総額は売上予定総額（{expected_sales}）の 2 %、{limit} までです（予算はいま {total}）。"
                ),
                format!(
                    "All prizes together may be worth at most 2 % of the expected sales ({expected_sales}): {limit}; the budget is {total}."
                ),
            ),
        }
    }
}
