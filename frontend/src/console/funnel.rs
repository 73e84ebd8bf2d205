//! A funnel: how many came to each step, and what share of the step before that is.

use app::{
    api::contact::{FunnelStep, Touchpoint},
    lang::Text,
};
use leptos::prelude::*;

use crate::{
    format,
    lang::{t, tf},
};

const fn words(ja: &'static str, en: &'static str) -> Text {
    Text::new(ja, en)
}

const UNDER_TEN: Text = words("10 人未満", "fewer than 10");
const OF_BEFORE: Text = words("前の段階の {} %", "{} % of the step before");

const fn name_of(touchpoint: Touchpoint) -> Text {
    match touchpoint {
        Touchpoint::Sent => words("送った", "Sent"),
        Touchpoint::Shown => words("表示された", "Shown"),
        Touchpoint::Opened => words("開いた", "Opened"),
        Touchpoint::Arrived => words("たどり着いた", "Arrived"),
        Touchpoint::Offered => words("確率を見た", "Saw the odds"),
        Touchpoint::Played => words("まわした", "Played"),
        Touchpoint::Won => words("当たった", "Won"),
        Touchpoint::Visited => words("来店した", "Visited"),
        Touchpoint::Redeemed => words("クーポンを使った", "Used the coupon"),
    }
}

/// The steps as bars; the numbers beside them say the same.
pub(super) fn steps(steps: &[FunnelStep]) -> impl IntoView + use<> {
    let most = steps.iter().filter_map(|step| step.people).max();
    let most = most.unwrap_or(0).max(1);
    let before = std::iter::once(None).chain(steps.iter().map(|step| step.people));
    let rows: Vec<_> = steps
        .iter()
        .zip(before)
        .map(|(step, before)| bar(*step, before, most))
        .collect();
    view! {
        <ul class="funnel" data-testid="funnel-steps">
            {rows}
        </ul>
    }
}

fn bar(step: FunnelStep, before: Option<u64>, most: u64) -> impl IntoView + use<> {
    let width = step.people.unwrap_or(0).saturating_mul(1_000) / most;
    let shown = move || match step.people {
        Some(people) => format::count(people),
        None => t(UNDER_TEN)().to_owned(),
    };
    // Who visits need not have won: only a step that takes in fewer is a share of the one before.
    let share = move || match (before, step.people) {
        (Some(before), Some(people)) if before > 0 && people <= before => {
            let percent = people.saturating_mul(100) / before;
            Some(tf(OF_BEFORE, &[&percent.to_string()]))
        }
        _ => None,
    };
    view! {
        <li class="funnel-step">
            <span>
                {t(name_of(step.touchpoint))}
                <span class="small soft">{move || share().map(|words| format!(" {words}"))}</span>
            </span>
            <span class="number">{shown}</span>
            <svg
                class="meter-bar"
                viewBox="0 0 1000 10"
                preserveAspectRatio="none"
                aria-hidden="true"
            >
                <rect class="meter-empty" width="1000" height="10" />
                <rect class="meter-spent" width=width.to_string() height="10" />
            </svg>
        </li>
    }
}
