//! The product's mark and name.

use leptos::prelude::*;

use crate::markup::view;

/// The mark (a capsule that is a shop's door behind its curtain) and the name. `assets/mark.svg` is the same drawing.
#[component]
pub fn Brand(
    /// What follows the name, as the program's own: `レジ`.
    #[prop(optional, into)]
    suffix: Option<Signal<&'static str>>,
) -> impl IntoView {
    view! {
        <span class="brand">
            <svg class="brand-mark" viewBox="0 0 48 48" aria-hidden="true">
                <path class="brand-shell" d="M4 24h40a20 20 0 0 1-40 0Z"></path>
                <path class="brand-door" d="M19 43.5V33a5 5 0 0 1 10 0v10.5z"></path>
                <path
                    class="brand-noren"
                    d="M4 24a20 20 0 0 1 40 0v5.5h-8.6V24h-2v5.5H25V24h-2v5.5h-8.4V24h-2v5.5H4Z"
                ></path>
                <circle class="brand-rim" cx="24" cy="24" r="20.5"></circle>
            </svg>
            <span class="brand-name" lang="ja">"来店"</span>
            <span class="brand-roman" lang="en">"Raiten"</span>
            {suffix.map(|s| view! { <span class="brand-suffix">{s}</span> })}
        </span>
    }
}
