//! What is shown while something is on its way.

use leptos::prelude::*;

use crate::markup::view;

use super::text;
use crate::lang::t;

/// Grey blocks in the shape of what comes, so that nothing jumps when it is there.
#[component]
pub fn Skeleton(
    /// How many blocks.
    #[prop(default = 3)]
    blocks: usize,
) -> impl IntoView {
    view! {
        <div class="skeleton" role="status" data-testid="loading">
            <span class="visually-hidden">{t(text::LOADING)}</span>
            {(0..blocks)
                .map(|_| view! { <span class="skeleton-block"></span> })
                .collect::<Vec<_>>()}
        </div>
    }
}

/// A turning ring with the words beside it.
#[component]
pub fn Spinner(
    /// What is going on.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    view! {
        <p class="spinner" role="status" data-testid="waiting">
            <span class="spinner-ring" aria-hidden="true"></span>
            {label}
        </p>
    }
}
