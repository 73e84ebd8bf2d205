//! Where there is nothing: why, and what to do.

use leptos::prelude::*;

use crate::markup::view;

use super::{Icon, IconName};

/// A designed emptiness.
#[component]
pub fn EmptyState(
    /// A picture for it.
    icon: IconName,
    /// What is not there.
    #[prop(into)]
    title: Signal<String>,
    /// A stable name for journeys.
    #[prop(optional, into)]
    testid: Option<String>,
    /// Why, and what to do.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="empty" data-testid=testid>
            <span class="empty-icon">
                <Icon name=icon />
            </span>
            <h2>{title}</h2>
            {children()}
        </div>
    }
}
