//! The simple guard for prizes awarded by chance in Japan (景品表示法, 一般懸賞). A guard, not legal advice.
//!
//! Source: 懸賞による景品類の提供に関する事項の制限 (昭和52年公正取引委員会告示第3号, 平成8年改正): one prize at most 20 times the transaction value where
//! that is below ¥5,000, at most ¥100,000 from there; all prizes together at most 2 % of the expected sales. The transaction value of a visit without a purchase is taken as ¥100
//! (「景品類等の指定の告示の運用基準」: 来店者に対する提供は原則 100 円). What one retailer gives by chance for the same transactions counts together, also by separate campaigns
//! (「懸賞による景品類の提供に関する事項の制限」の運用基準 5).

use serde::{Deserialize, Serialize};

use unicode_normalization::UnicodeNormalization;

use crate::{api::retailer::CampaignInput, campaign::FieldProblem, lang::Text, yen::Yen};

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
    /// Campaigns that run at the same time at the same stores are too much together.
    Pool {
        /// How many they are, this one included.
        campaigns: usize,
        /// Their budgets.
        total: Yen,
        /// The sales expected: of the campaign that expects most, since they share the same ones.
        expected_sales: Yen,
        /// The limit.
        limit: Yen,
    },
}

/// A campaign's part in what a retailer gives by chance: when, from how much, on what sales.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// First moment.
    pub starts_at: i64,
    /// First moment at which it is over.
    pub ends_at: i64,
    /// Its budget.
    pub budget: Yen,
    /// The sales that are expected while it runs.
    pub expected_sales: Yen,
}

/// What campaigns at one store at one time come to together, beside what they may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// How many they are.
    pub campaigns: usize,
    /// Their budgets.
    pub total: Yen,
    /// The sales expected by the one that expects most: they share the same ones.
    pub expected_sales: Yen,
    /// What the budgets may come to.
    pub limit: Yen,
}

/// A campaign and the others at its stores, at the moment at which they are fullest. Campaigns at one store at one time share its sales, so that the
/// budgets are added and the sales are not: the largest expectation among them counts. `None`: it is alone all the time.
#[must_use]
pub fn fullest(own: Share, others: &[Share]) -> Option<Pool> {
    let runs = |share: &Share, moment: i64| (share.starts_at..share.ends_at).contains(&moment);
    // It can only become more when one of them begins.
    let moments = std::iter::once(own.starts_at)
        .chain(others.iter().map(|share| share.starts_at))
        .filter(|moment| runs(&own, *moment));
    moments
        .filter_map(|moment| {
            let beside: Vec<&Share> = others.iter().filter(|share| runs(share, moment)).collect();
            if beside.is_empty() {
                return None;
            }
            let all = || beside.iter().copied().chain([&own]);
            let expected_sales = all().map(|share| share.expected_sales).max()?;
            Some(Pool {
                campaigns: beside.len() + 1,
                total: Yen(all().fold(0_i64, |sum, share| sum.saturating_add(share.budget.get()))),
                expected_sales,
                limit: all_prizes_limit(expected_sales),
            })
        })
        .max_by_key(|pool| pool.total.get().saturating_sub(pool.limit.get()))
}

/// Whether that is too much.
#[must_use]
pub fn pool(own: Share, others: &[Share]) -> Option<Breach> {
    fullest(own, others)
        .filter(|pool| pool.total > pool.limit)
        .map(|pool| Breach::Pool {
            campaigns: pool.campaigns,
            total: pool.total,
            expected_sales: pool.expected_sales,
            limit: pool.limit,
        })
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

/// Names that say of a campaign or a prize that everybody gets it. They mislead (5条) while anybody is held out, who gets nothing.
///
/// Whole words in English; in Japanese wherever they stand.
#[must_use]
pub fn for_everybody(input: &CampaignInput) -> Vec<FieldProblem> {
    const SAYS_SO: Text = Text::new(
        "「全員」「もれなく」などは使えません。対照群のお客様には届かないためです。名前を変えるか、対照群を 0 % にしてください。",
        "This says that everybody gets it, but some shoppers are held out and do not. Change the name, or hold nobody out.",
    );
    let prizes = input.prizes.iter().enumerate().flat_map(|(i, prize)| {
        [
            (format!("prizes[{i}].name"), Some(prize.name.as_str())),
            (format!("prizes[{i}].name_en"), prize.name_en.as_deref()),
        ]
    });
    [
        ("name".to_owned(), Some(input.name.as_str())),
        ("name_en".to_owned(), input.name_en.as_deref()),
    ]
    .into_iter()
    .chain(prizes)
    .filter(|(_, name)| name.is_some_and(promises_everybody))
    .map(|(field, _)| FieldProblem::new(field, SAYS_SO))
    .collect()
}

fn promises_everybody(name: &str) -> bool {
    const JA: [&str; 6] = [
        "全員",
        "もれなく",
        "漏れなく",
        "モレなく",
        "モレナク",
        "皆様に",
    ];
    const EN: [&str; 4] = ["everyone", "everybody", "all customers", "all shoppers"];
    // Full-width letters and half-width kana are the same words.
    let plain: String = name.nfkc().flat_map(char::to_lowercase).collect();
    let words: Vec<&str> = plain
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let spaced = format!(" {} ", words.join(" "));
    JA.iter().any(|word| plain.contains(word))
        || EN.iter().any(|word| spaced.contains(&format!(" {word} ")))
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
            Self::Pool {
                campaigns,
                total,
                expected_sales,
                limit,
            } => FieldProblem::with(
                "budget",
                format!(
                    "同じ店舗で同じ時期に行うキャンペーンの賞品は合算されます。{campaigns} 件の予算の合計は、売上予定総額（{expected_sales}）の 2 %、{limit} までです（いま {total}）。"
                ),
                format!(
                    "Prizes of campaigns that run at the same stores at the same time count together. The budgets of these {campaigns} may be at most 2 % of the expected sales ({expected_sales}): {limit}; they are {total}."
                ),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::promises_everybody;

    #[test]
    fn whoever_promises_everybody_is_found() {
        for name in [
            "全員に 100 円",
            "もれなくもらえる秋の夜長",
            "ﾓﾚﾅｸ当たる",
            "Ｅｖｅｒｙｏｎｅ wins",
            "A coupon for everybody!",
            "For all customers",
        ] {
            assert!(promises_everybody(name), "{name}");
        }
        for name in [
            "秋の来店ガチャ",
            "500 円引き",
            "All autumn long",
            "Everyday prices",
        ] {
            assert!(!promises_everybody(name), "{name}");
        }
    }
}
