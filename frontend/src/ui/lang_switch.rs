//! Japanese or English, by hand.

use app::lang::Lang;
use leptos::prelude::*;

use crate::markup::view;

use super::text;
use crate::lang::{lang, set_lang, t};

/// Two buttons, each in its own language.
#[component]
pub fn LanguageSwitch() -> impl IntoView {
    let choice = |which: Lang, name: &'static str| {
        view! {
            <button
                type="button"
                class="lang-choice"
                lang=which.tag()
                data-testid=format!("lang-{}", which.tag())
                aria-pressed=move || if lang() == which { "true" } else { "false" }
                on:click=move |_| set_lang(which)
            >
                {name}
            </button>
        }
    };
    view! {
        <div class="lang-switch" role="group" aria-label=t(text::LANGUAGE) data-testid="lang-switch">
            {choice(Lang::Ja, "日本語")} {choice(Lang::En, "EN")}
        </div>
    }
}
