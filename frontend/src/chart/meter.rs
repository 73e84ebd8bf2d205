//! A bar of parts of a whole: a budget.

use leptos::prelude::*;

/// One part of the whole, from left to right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub label: String,
    /// How it is written beside its label.
    pub text: String,
    /// How much.
    pub value: i64,
    /// The end of its class: `spent`, `reserved`, `available`.
    pub tone: &'static str,
}

/// Parts of a whole in one bar, with a legend that names and writes every part.
#[component]
pub fn Meter(
    /// From left to right.
    parts: Vec<Part>,
) -> impl IntoView {
    let whole: i128 = parts.iter().map(|p| i128::from(p.value.max(0))).sum();
    let mut left: i128 = 0;
    let shapes = parts
        .iter()
        .map(|part| {
            let length = i128::from(part.value.max(0)) * 1000 / whole.max(1);
            let x = left;
            left += length;
            view! {
                <rect
                    class=format!("meter-{}", part.tone)
                    x=x.to_string()
                    width=length.to_string()
                    height="10"
                />
            }
        })
        .collect_view();
    let legend = parts
        .into_iter()
        .map(|part| {
            view! {
                <div>
                    <dt>
                        <svg class="meter-key" viewBox="0 0 10 10" aria-hidden="true">
                            <rect class=format!("meter-{}", part.tone) width="10" height="10" rx="3" />
                        </svg>
                        {part.label}
                    </dt>
                    <dd class="number">{part.text}</dd>
                </div>
            }
        })
        .collect_view();
    view! {
        <div class="meter">
            <svg
                class="meter-bar"
                viewBox="0 0 1000 10"
                preserveAspectRatio="none"
                aria-hidden="true"
            >
                <rect class="meter-empty" width="1000" height="10" />
                {shapes}
            </svg>
            <dl class="meter-legend">{legend}</dl>
        </div>
    }
}
