//! A campaign while it is typed: every field as text, turned into the wire type when it is previewed or saved.

use std::collections::BTreeSet;

use app::{
    api::retailer::{Campaign, CampaignInput, PrizeInput},
    campaign::FieldProblem,
    day::{Day, JST},
    id::StoreId,
    policy::Policy,
    yen::Yen,
};
use leptos::prelude::*;

use super::text;
use crate::{
    browser::now_ms,
    console::{form::not_a, text as shared},
    parse::whole_number,
};

/// One prize while it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Stays while rows above are removed.
    pub key: u32,
    pub name: RwSignal<String>,
    pub name_en: RwSignal<String>,
    pub value: RwSignal<String>,
    pub weight: RwSignal<String>,
    pub stock: RwSignal<String>,
}

/// All fields of the form.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    pub name: RwSignal<String>,
    pub name_en: RwSignal<String>,
    /// First day, `YYYY-MM-DD` in Japan.
    pub starts: RwSignal<String>,
    /// Last day, included.
    pub ends: RwSignal<String>,
    pub stores: RwSignal<BTreeSet<StoreId>>,
    pub rows: RwSignal<Vec<Row>>,
    pub budget: RwSignal<String>,
    pub floor: RwSignal<String>,
    pub ceiling: RwSignal<String>,
    pub valid_days: RwSignal<String>,
    pub min_purchase: RwSignal<String>,
    pub expected_sales: RwSignal<String>,
    pub policy: RwSignal<Policy>,
    pub plays_per_day: RwSignal<String>,
    /// The moments as they came: times of day that the form does not show are kept while the day is.
    moments: StoredValue<Option<(i64, i64)>>,
    next_key: StoredValue<u32>,
}

fn text_of(value: impl ToString) -> RwSignal<String> {
    RwSignal::new(value.to_string())
}

impl Draft {
    /// A beginning that could be published as it is once it has a name and stores: a blank, a small and a large prize,
    /// a month from today.
    pub fn new() -> Self {
        let today = Day::of(now_ms(), JST);
        let draft = Self {
            name: text_of(""),
            name_en: text_of(""),
            starts: text_of(today),
            ends: text_of(today.plus(30)),
            stores: RwSignal::new(BTreeSet::new()),
            rows: RwSignal::new(Vec::new()),
            budget: text_of(100_000),
            floor: text_of(50),
            ceiling: text_of(150),
            valid_days: text_of(14),
            min_purchase: text_of(500),
            expected_sales: text_of(5_000_000),
            policy: RwSignal::new(Policy::DistanceLapse),
            plays_per_day: text_of(1),
            moments: StoredValue::new(None),
            next_key: StoredValue::new(0),
        };
        draft.add(text::BLANK.ja, text::BLANK.en, "0", "60");
        draft.add(text::SMALL_PRIZE.ja, text::SMALL_PRIZE.en, "100", "30");
        draft.add(text::LARGE_PRIZE.ja, text::LARGE_PRIZE.en, "500", "10");
        draft
    }

    /// What is there already.
    pub fn of(campaign: &Campaign) -> Self {
        let draft = Self {
            name: text_of(&campaign.name),
            name_en: text_of(campaign.name_en.as_deref().unwrap_or_default()),
            starts: text_of(Day::of(campaign.starts_at, JST)),
            ends: text_of(Day::of(campaign.ends_at - 1, JST)),
            stores: RwSignal::new(campaign.store_ids.iter().copied().collect()),
            rows: RwSignal::new(Vec::new()),
            budget: text_of(campaign.budget.total.get()),
            floor: text_of(campaign.floor.get()),
            ceiling: text_of(campaign.ceiling.get()),
            valid_days: text_of(campaign.valid_days),
            min_purchase: text_of(campaign.min_purchase.get()),
            expected_sales: text_of(campaign.expected_sales.get()),
            policy: RwSignal::new(campaign.policy),
            plays_per_day: text_of(campaign.plays_per_day),
            moments: StoredValue::new(Some((campaign.starts_at, campaign.ends_at))),
            next_key: StoredValue::new(0),
        };
        for prize in &campaign.prizes {
            draft.add(
                &prize.name,
                prize.name_en.as_deref().unwrap_or_default(),
                &prize.value.get().to_string(),
                &prize.weight.to_string(),
            );
            let stock = prize.stock.map(|s| s.to_string()).unwrap_or_default();
            draft.rows.with_untracked(|rows| {
                if let Some(row) = rows.last() {
                    row.stock.set(stock);
                }
            });
        }
        draft
    }

    /// One more prize.
    pub fn add(self, name: &str, name_en: &str, value: &str, weight: &str) {
        let key = self.next_key.with_value(|k| *k);
        self.next_key.set_value(key + 1);
        let row = Row {
            key,
            name: text_of(name),
            name_en: text_of(name_en),
            value: text_of(value),
            weight: text_of(weight),
            stock: text_of(""),
        };
        self.rows.update(|rows| rows.push(row));
    }

    /// One prize less.
    pub fn remove(self, key: u32) {
        self.rows.update(|rows| rows.retain(|r| r.key != key));
    }

    /// The wire type, and what is no number or no day. Fields that cannot be read count as 0, so that a preview can be shown
    /// while somebody types.
    pub fn read(self) -> (CampaignInput, Vec<FieldProblem>) {
        let mut problems = Vec::new();
        let mut number = |field: &str, text: &RwSignal<String>| -> i64 {
            whole_number(&text.get()).unwrap_or_else(|| {
                problems.push(not_a(field, shared::NOT_A_NUMBER));
                0
            })
        };
        let optional = |text: &RwSignal<String>| {
            let text = text.get().trim().to_owned();
            (!text.is_empty()).then_some(text)
        };
        let small = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
        let prizes = self
            .rows
            .get()
            .iter()
            .enumerate()
            .map(|(i, row)| PrizeInput {
                name: row.name.get().trim().to_owned(),
                name_en: optional(&row.name_en),
                value: Yen(number(&format!("prizes[{i}].value"), &row.value)),
                weight: small(number(&format!("prizes[{i}].weight"), &row.weight)),
                stock: optional(&row.stock)
                    .map(|_| small(number(&format!("prizes[{i}].stock"), &row.stock))),
            })
            .collect();
        let budget = Yen(number("budget", &self.budget));
        let floor = Yen(number("floor", &self.floor));
        let ceiling = Yen(number("ceiling", &self.ceiling));
        let valid_days = small(number("valid_days", &self.valid_days));
        let min_purchase = Yen(number("min_purchase", &self.min_purchase));
        let expected_sales = Yen(number("expected_sales", &self.expected_sales));
        let plays_per_day = small(number("plays_per_day", &self.plays_per_day));
        let moments = self.moments.get_value();
        let mut day = |field: &str, text: &RwSignal<String>| -> Option<Day> {
            let day = text.get().parse().ok();
            if day.is_none() {
                problems.push(not_a(field, shared::NOT_A_DAY));
            }
            day
        };
        let starts_at = day("starts_at", &self.starts).map_or(0, |d| match moments {
            Some((at, _)) if Day::of(at, JST) == d => at,
            _ => d.start(JST),
        });
        let ends_at = day("ends_at", &self.ends).map_or(1, |d| match moments {
            Some((_, at)) if Day::of(at - 1, JST) == d => at,
            _ => d.end(JST),
        });
        let input = CampaignInput {
            name: self.name.get().trim().to_owned(),
            name_en: optional(&self.name_en),
            starts_at,
            ends_at,
            store_ids: self.stores.get().into_iter().collect(),
            prizes,
            budget,
            floor,
            ceiling,
            valid_days,
            min_purchase,
            expected_sales,
            policy: self.policy.get(),
            plays_per_day,
        };
        (input, problems)
    }

    /// The wire type when it can be saved, otherwise everything that is wrong. A field that is no number is not judged twice.
    pub fn checked(self) -> Result<CampaignInput, Vec<FieldProblem>> {
        let (input, mut problems) = untrack(move || self.read());
        let unread: Vec<String> = problems.iter().map(|p| p.field.clone()).collect();
        problems.extend(
            app::campaign::problems(&input)
                .into_iter()
                .filter(|p| !unread.contains(&p.field)),
        );
        if problems.is_empty() {
            Ok(input)
        } else {
            Err(problems)
        }
    }
}
