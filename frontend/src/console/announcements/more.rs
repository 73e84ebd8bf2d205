//! Who is meant, more narrowly: how often they come, what they did with coupons, which area they chose.

use app::{
    announcement::{CouponUse, Segment},
    context::Frequency,
    lang::{Lang, Text},
    stations::STATIONS,
};
use leptos::prelude::*;

use crate::markup::view;

use super::text;
use crate::{
    console::form::Wrong,
    lang::{lang, t},
    ui::{Field, TextField},
};

const TIMES: [(&str, Text, &[Frequency]); 6] = [
    ("all", text::HOWEVER_OFTEN, &[]),
    ("none", text::NO_TIMES, &[Frequency::None]),
    ("one", text::ONE_TIME, &[Frequency::One]),
    ("two", text::TWO_TIMES, &[Frequency::TwoToThree]),
    ("four", text::FOUR_TIMES, &[Frequency::FourToSeven]),
    ("eight", text::EIGHT_TIMES, &[Frequency::EightOrMore]),
];
const COUPONS: [(&str, Text, Option<CouponUse>); 4] = [
    ("all", text::ANY_COUPONS, None),
    ("used", text::USED_LATELY, Some(CouponUse::UsedLately)),
    ("holds", text::HOLDS_ONE, Some(CouponUse::HoldsOne)),
    ("never", text::NEVER_USED, Some(CouponUse::NeverUsed)),
];

/// What is chosen.
#[derive(Clone, Copy)]
pub(super) struct More {
    times: RwSignal<String>,
    coupons: RwSignal<String>,
    days: RwSignal<String>,
    area: RwSignal<String>,
}

impl More {
    /// Nothing.
    pub(super) fn none() -> Self {
        let signal = |text: &str| RwSignal::new(text.to_owned());
        Self {
            times: signal("all"),
            coupons: signal("all"),
            days: signal("30"),
            area: signal(""),
        }
    }

    /// A segment that is this narrow too.
    pub(super) fn within(self, segment: Segment) -> Segment {
        let (times, coupons) = (self.times.get_untracked(), self.coupons.get_untracked());
        let times = TIMES.iter().find(|(id, ..)| *id == times);
        let coupons = COUPONS.iter().find(|(id, ..)| *id == coupons);
        let coupons = coupons.and_then(|(.., coupons)| *coupons);
        let area = self.area.get_untracked();
        Segment {
            frequency: times.map_or_else(Vec::new, |(.., times)| times.to_vec()),
            coupons,
            // What is no number is left out, and said to be missing.
            used_within_days: (coupons == Some(CouponUse::UsedLately))
                .then(|| self.days.get_untracked().trim().parse().ok())
                .flatten(),
            area_ids: if area.is_empty() {
                Vec::new()
            } else {
                vec![area]
            },
            ..segment
        }
    }
}

fn choice(
    id: &'static str,
    label: Text,
    value: RwSignal<String>,
    error: Signal<Option<String>>,
    options: Vec<AnyView>,
) -> impl IntoView {
    view! {
        <Field id=id label=Signal::derive(move || t(label)().to_owned()) error=error>
            <select
                class="input"
                id=id
                aria-describedby=format!("{id}-note")
                data-testid=format!("announcement-{id}")
                on:change=move |event| value.set(event_target_value(&event))
            >
                {options}
            </select>
        </Field>
    }
}

fn option(value: &'static str, words: Text) -> AnyView {
    view! { <option value=value>{t(words)}</option> }.into_any()
}

/// The fields, folded away: most messages need none of them.
#[component]
pub(super) fn MoreFields(more: More, wrong: Wrong) -> impl IntoView {
    let times = TIMES.map(|(id, words, _)| option(id, words)).into();
    let coupons = COUPONS.map(|(id, words, _)| option(id, words)).into();
    let areas = std::iter::once(option("", text::ANY_AREA))
        .chain(STATIONS.iter().map(|station| {
            let name = move || match lang() {
                Lang::Ja => station.name,
                Lang::En => station.name_en,
            };
            view! { <option value=station.id>{name}</option> }.into_any()
        }))
        .collect();
    let nothing = Signal::stored(None);
    view! {
        <details class="more" data-testid="announcement-more">
            <summary>{t(text::NARROWER)}</summary>
            <div class="stack">
                <div class="field-pair">
                    {choice("times", text::TIMES, more.times, nothing, times)}
                    {choice(
                        "area",
                        text::AREA,
                        more.area,
                        wrong.at("segment.area_ids"),
                        areas,
                    )}
                </div>
                <div class="field-pair">
                    {choice("coupons", text::COUPONS, more.coupons, nothing, coupons)}
                    <div class:is-hidden=move || more.coupons.get() != "used">
                        <TextField
                            id="used_within_days"
                            label=Signal::derive(move || t(text::USED_WITHIN)().to_owned())
                            value=more.days
                            inputmode="numeric"
                            unit=Signal::derive(move || {
                                t(crate::console::text::DAYS_UNIT)().to_owned()
                            })
                            error=wrong.at("segment.used_within_days")
                        />
                    </div>
                </div>
            </div>
        </details>
    }
}
