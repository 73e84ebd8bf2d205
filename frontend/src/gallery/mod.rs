//! Every token and every component on one page, for developers. Built with demo and tests only; nothing of it ships.
//!
//! A component that is added to `ui` or `chart` gets its place here, with the states that it can be in.

mod components;
mod plots;
mod text;
mod tokens;

use app::lang::Text;
use leptos::prelude::*;

use crate::{
    agree,
    lang::{follow_html_lang, t},
    ui::{Brand, Button, LanguageSwitch, Notice, Tone},
};

/// The page.
#[component]
pub fn Gallery() -> impl IntoView {
    follow_html_lang();
    Effect::new(move |_| crate::browser::set_title(t(text::TITLE)()));
    view! {
        <header class="gallery-head">
            <Brand suffix=Signal::derive(t(text::NAME)) />
            <LanguageSwitch />
        </header>
        <main class="gallery" id="main">
            <div class="stack-tight">
                <h1>{t(text::NAME)}</h1>
                <p class="soft">{t(text::LEAD)}</p>
            </div>
            <tokens::Colours />
            <tokens::Pairs />
            <tokens::Type />
            <tokens::Space />
            <tokens::Motion />
            <components::Components />
            <plots::Plots />
            <Agree />
        </main>
    }
}

/// Whether this browser makes of the same draws what was made of them natively.
#[component]
fn Agree() -> impl IntoView {
    let found = RwSignal::new(None::<String>);
    let compute = move |()| {
        let digest = agree::digest(agree::DRAWS);
        found.set(Some(
            digest.map_or_else(String::new, |digest| digest.to_string()),
        ));
    };
    view! {
        <Section name=text::AGREE testid="agree">
            <p class="soft">{t(text::AGREE_HINT)}</p>
            <Button on_press=Callback::new(compute) testid="agree-compute">
                {t(text::AGREE_COMPUTE)}
            </Button>
            {move || {
                found
                    .get()
                    .map(|found| {
                        let tone = if found == agree::DIGEST { Tone::Good } else { Tone::Bad };
                        view! {
                            <Notice
                                tone=tone
                                title=Signal::stored(found)
                                testid="agree-digest"
                            />
                        }
                    })
            }}
        </Section>
    }
}

/// A part of the page with its name for journeys.
#[component]
fn Section(
    /// What it shows.
    name: Text,
    /// The end of its name for journeys.
    testid: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="card stack" data-testid=format!("gallery-{testid}")>
            <h2>{t(name)}</h2>
            {children()}
        </section>
    }
}
