//! A campaign: what may be published, and what may become of it.

use serde::{Deserialize, Serialize};

use crate::{
    api::retailer::CampaignInput,
    coupon::MAX_VALID_DAYS,
    lang::{Lang, Text},
    prize::PrizeTable,
    problem::FieldError,
    yen::Yen,
};

/// Where a campaign stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CampaignStatus {
    /// Being written; can be changed, nobody sees it.
    Draft,
    /// Can be played between its dates.
    Published,
    /// Published and stopped for now: no play; coupons stay good.
    Paused,
    /// Over for good; coupons stay good until their time is over.
    Ended,
}

impl CampaignStatus {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Draft, Self::Published, Self::Paused, Self::Ended];

    /// Whether it may become `next`: draft → published ⇄ paused, and from these two → ended.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Draft | Self::Paused, Self::Published)
                | (Self::Published, Self::Paused)
                | (Self::Published | Self::Paused, Self::Ended)
        )
    }

    /// The name on the wire and in tables.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Paused => "paused",
            Self::Ended => "ended",
        }
    }

    /// The status of a name.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.slug() == slug)
    }

    /// As shown to people.
    #[must_use]
    pub const fn label(self) -> Text {
        match self {
            Self::Draft => Text::new("下書き", "Draft"),
            Self::Published => Text::new("公開中", "Published"),
            Self::Paused => Text::new("一時停止中", "Paused"),
            Self::Ended => Text::new("終了", "Ended"),
        }
    }
}

/// One thing that is wrong with one field, in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field, as a path: `prizes[2].value`.
    pub field: String,
    /// 日本語.
    pub ja: String,
    /// English.
    pub en: String,
}

impl FieldProblem {
    /// From a fixed sentence.
    #[must_use]
    pub fn new(field: impl Into<String>, text: Text) -> Self {
        Self::with(field, text.ja, text.en)
    }

    /// From sentences that name figures.
    #[must_use]
    pub fn with(field: impl Into<String>, ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            ja: ja.into(),
            en: en.into(),
        }
    }

    /// As it goes over the wire, in the reader's language.
    #[must_use]
    pub fn in_lang(&self, lang: Lang) -> FieldError {
        FieldError {
            field: self.field.clone(),
            reason: match lang {
                Lang::Ja => self.ja.clone(),
                Lang::En => self.en.clone(),
            },
        }
    }
}

/// Longest name, characters.
pub const MAX_NAME_CHARS: usize = 80;
/// Most stores of one campaign.
pub const MAX_STORES: usize = 20_000;
/// Longest time between start and end, milliseconds: a year and a day.
pub const MAX_DURATION_MS: i64 = 366 * 86_400_000;
/// Largest amount in any field: a trillion yen, far from where sums overflow.
pub const MAX_AMOUNT: Yen = Yen(1_000_000_000_000);
/// Most plays a shopper has a day.
pub const MAX_PLAYS_PER_DAY: u32 = 10;

/// Everything that is wrong with a campaign as typed in, all at once; empty when it can be saved. The prize rules
/// ([`crate::prize_rules::breaches`]) come on top when it is published.
#[must_use]
pub fn problems(input: &CampaignInput) -> Vec<FieldProblem> {
    let mut out = Vec::new();
    check_name("name", &input.name, &mut out);
    if let Some(name) = input
        .name_en
        .as_deref()
        .filter(|name| !name.trim().is_empty())
    {
        check_name("name_en", name, &mut out);
    }
    check_dates(input, &mut out);
    if input.store_ids.is_empty() {
        out.push(FieldProblem::new(
            "store_ids",
            Text::new(
                "店舗を 1 つ以上選んでください。",
                "Choose at least one store.",
            ),
        ));
    } else if input.store_ids.len() > MAX_STORES {
        out.push(FieldProblem::new(
            "store_ids",
            Text::new("店舗は 20,000 までです。", "At most 20,000 stores."),
        ));
    }
    check_prizes(input, &mut out);
    check_money(input, &mut out);
    if !(1..=MAX_VALID_DAYS).contains(&input.valid_days) {
        out.push(FieldProblem::new(
            "valid_days",
            Text::new(
                "有効期間は 1〜365 日にしてください。",
                "Coupons are valid for 1 to 365 days.",
            ),
        ));
    }
    if !(1..=MAX_PLAYS_PER_DAY).contains(&input.plays_per_day) {
        out.push(FieldProblem::new(
            "plays_per_day",
            Text::new(
                "1 日の回数は 1〜10 回にしてください。",
                "1 to 10 plays a day.",
            ),
        ));
    }
    out
}

fn check_name(field: &str, name: &str, out: &mut Vec<FieldProblem>) {
    let name = name.trim();
    if name.is_empty() {
        out.push(FieldProblem::new(
            field,
            Text::new("名前を入力してください。", "Enter a name."),
        ));
    } else if name.chars().count() > MAX_NAME_CHARS {
        out.push(FieldProblem::new(
            field,
            Text::new(
                "名前は 80 文字以内にしてください。",
                "At most 80 characters.",
            ),
        ));
    } else if name.chars().any(char::is_control) {
        out.push(FieldProblem::new(
            field,
            Text::new(
                "使えない文字が含まれています。",
                "It contains a character that cannot be used.",
            ),
        ));
    }
}

fn check_dates(input: &CampaignInput, out: &mut Vec<FieldProblem>) {
    if input.starts_at < 0 {
        out.push(FieldProblem::new(
            "starts_at",
            Text::new(
                "開始日時が正しくありません。",
                "The start is not a valid time.",
            ),
        ));
    } else if input.ends_at <= input.starts_at {
        out.push(FieldProblem::new(
            "ends_at",
            Text::new(
                "終了は開始より後にしてください。",
                "It must end after it starts.",
            ),
        ));
    } else if input.ends_at - input.starts_at > MAX_DURATION_MS {
        out.push(FieldProblem::new(
            "ends_at",
            Text::new("期間は 1 年以内にしてください。", "At most one year."),
        ));
    }
}

fn check_prizes(input: &CampaignInput, out: &mut Vec<FieldProblem>) {
    if input.prizes.is_empty() {
        out.push(FieldProblem::new(
            "prizes",
            Text::new(
                "賞品を 1 つ以上入力してください。",
                "Enter at least one prize.",
            ),
        ));
    } else if input.prizes.len() > PrizeTable::MAX_PRIZES {
        out.push(FieldProblem::new(
            "prizes",
            Text::new("賞品は 20 までです。", "At most 20 prizes."),
        ));
    }
    for (i, prize) in input.prizes.iter().enumerate() {
        check_name(&format!("prizes[{i}].name"), &prize.name, out);
        if let Some(name) = prize
            .name_en
            .as_deref()
            .filter(|name| !name.trim().is_empty())
        {
            check_name(&format!("prizes[{i}].name_en"), name, out);
        }
        if !(Yen::ZERO..=PrizeTable::MAX_VALUE).contains(&prize.value) {
            out.push(FieldProblem::new(
                format!("prizes[{i}].value"),
                Text::new(
                    "金額は 0〜1,000,000 円にしてください。",
                    "0 to 1,000,000 yen.",
                ),
            ));
        }
        if !(1..=PrizeTable::MAX_WEIGHT).contains(&prize.weight) {
            out.push(FieldProblem::new(
                format!("prizes[{i}].weight"),
                Text::new(
                    "重みは 1〜1,000,000 の整数にしてください。",
                    "A whole number from 1 to 1,000,000.",
                ),
            ));
        }
        if prize.stock == Some(0) {
            out.push(FieldProblem::new(
                format!("prizes[{i}].stock"),
                Text::new(
                    "在庫は 1 以上にするか、空欄にしてください。",
                    "At least 1, or leave it empty for no limit.",
                ),
            ));
        }
    }
}

fn check_money(input: &CampaignInput, out: &mut Vec<FieldProblem>) {
    let mut within = |field: &str, yen: Yen, least: Yen| {
        if yen < least {
            out.push(FieldProblem::with(
                field,
                format!("{least} 以上にしてください。"),
                format!("At least {least}."),
            ));
        } else if yen > MAX_AMOUNT {
            out.push(FieldProblem::with(
                field,
                format!("{MAX_AMOUNT} 以下にしてください。"),
                format!("At most {MAX_AMOUNT}."),
            ));
        }
    };
    within("budget", input.budget, Yen(1));
    within("floor", input.floor, Yen::ZERO);
    within("ceiling", input.ceiling, Yen::ZERO);
    within("min_purchase", input.min_purchase, Yen::ZERO);
    within("expected_sales", input.expected_sales, Yen::ZERO);
    if input.floor > input.ceiling {
        out.push(FieldProblem::new(
            "ceiling",
            Text::new(
                "期待値の上限は下限以上にしてください。",
                "The ceiling must not lie below the floor.",
            ),
        ));
    }
    let values = || input.prizes.iter().map(|prize| prize.value);
    if let (Some(least), Some(most)) = (values().min(), values().max()) {
        if input.floor > most {
            out.push(FieldProblem::with(
                "floor",
                format!("期待値の下限は最高の賞品（{most}）以下にしてください。"),
                format!("The floor cannot exceed the highest prize ({most})."),
            ));
        }
        if input.ceiling < least {
            out.push(FieldProblem::with(
                "ceiling",
                format!("期待値の上限は最低の賞品（{least}）以上にしてください。"),
                format!("The ceiling cannot lie below the lowest prize ({least})."),
            ));
        }
        if input.budget < most {
            out.push(FieldProblem::with(
                "budget",
                format!("予算は最高の賞品（{most}）以上にしてください。"),
                format!("The budget must cover the highest prize ({most})."),
            ));
        }
    }
}

/// What a campaign can spend at most, given that every coupon reserves its face value until it is redeemed or expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Feasibility {
    /// How often the budget can be promised: once at the start and again whenever a validity has passed.
    pub rounds: u32,
    /// Face value that can be issued in all.
    pub issuable: Yen,
    /// Yen that can really be spent in all.
    pub spendable: Yen,
}

/// The spend that is feasible at a redemption rate `r` (0 to 1, clamped) and a validity of V days in a campaign of D days.
///
/// The budget B is promised at once; after V days the share `1 − r` that was not redeemed comes back and is promised again, and so on
/// while the campaign runs: `n = ⌈D / V⌉` rounds, `spendable = B·(1 − (1−r)^n)`, `issuable = B·Σ (1−r)^i`. An upper bound, since real
/// shoppers come one by one. With r = 0.2 and a validity as long as the campaign only a fifth of the budget can be spent.
#[must_use]
pub fn feasibility(
    budget: Yen,
    redemption_rate: f64,
    valid_days: u32,
    duration_days: u32,
) -> Feasibility {
    let rounds = duration_days.div_ceil(valid_days.max(1)).max(1);
    let rate = if redemption_rate.is_nan() {
        0.0
    } else {
        redemption_rate.clamp(0.0, 1.0)
    };
    // Exact: budgets end at 10^12, f64 counts to 2^53.
    #[allow(clippy::cast_precision_loss)]
    let yen = budget.get().max(0) as f64;
    let kept = (1.0 - rate).powi(i32::try_from(rounds).unwrap_or(i32::MAX));
    let issued = if rate > 0.0 {
        (1.0 - kept) / rate
    } else {
        f64::from(rounds)
    };
    // `as` saturates, and what is estimated here is never booked.
    #[allow(clippy::cast_possible_truncation)]
    let whole = |amount: f64| Yen(amount.floor() as i64);
    Feasibility {
        rounds,
        issuable: whole(yen * issued),
        spendable: whole(yen * (1.0 - kept)),
    }
}
