//! The shopper's own pages: the card for stamps, checking in, and what is kept of them. A program of its own beside the game, since who plays
//! seldom needs them at once.

mod card;
mod check_in;
mod contact;
mod draws;
mod history;
mod rating;
mod text;

use app::{
    api::{path, shopper::ShopperMe},
    lang::Text,
};
use leptos::prelude::*;

use crate::{
    browser,
    http::{self, HttpError},
    lang::{follow_html_lang, t},
    load::{Load, load},
    route,
    ui::{
        Brand, EmptyState, Icon, IconName, LanguageSwitch, LinkButton, Notice, ProblemNotice,
        Skeleton, Tone,
    },
};

/// A page of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    Card,
    CheckIn,
    Draws,
    History,
    Contact,
    Unknown,
}

impl Page {
    fn of(path: &str) -> Self {
        match route::segments(path)[..] {
            ["my"] => Self::Card,
            ["my", "check-in"] => Self::CheckIn,
            ["my", "draws"] => Self::Draws,
            ["my", "history"] => Self::History,
            ["my", "contact"] => Self::Contact,
            _ => Self::Unknown,
        }
    }
}

/// The program.
#[component]
pub fn App() -> impl IntoView {
    follow_html_lang();
    route::start(|path| Page::of(path) != Page::Unknown);
    // Begins a session where there is none: who scans a store's code may never have been here.
    let session = load(|| http::post_empty::<ShopperMe>(path::SHOPPER_SESSION));
    let page = Memo::new(|_| Page::of(&route::path()));
    let begun = Memo::new(move |_| matches!(*session.state.read(), Load::Ready(_)));
    Effect::new(move |before: Option<Page>| {
        let now = page.get();
        if before.is_some_and(|before| before != now) {
            request_animation_frame(|| browser::focus_first(&["main h1", "#main"]));
        }
        now
    });
    view! {
        <a class="skip" href="#main">
            {t(text::SKIP)}
        </a>
        <header class="top">
            <div class="top-inner">
                <a class="top-home" href="/">
                    <Brand />
                </a>
                <LanguageSwitch />
            </div>
        </header>
        <main id="main" class="main" tabindex="-1">
            {move || match (begun.get(), page.get()) {
                (_, Page::Unknown) => view! { <NotFound /> }.into_any(),
                (true, Page::Card) => view! { <card::CardPage /> }.into_any(),
                (true, Page::CheckIn) => view! { <check_in::CheckInPage /> }.into_any(),
                (true, Page::Draws) => view! { <draws::DrawsPage /> }.into_any(),
                (true, Page::History) => view! { <history::HistoryPage /> }.into_any(),
                (true, Page::Contact) => view! { <contact::ContactPage /> }.into_any(),
                (false, _) => {
                    view! {
                        {move || match session.state.get() {
                            Load::Failed(error) => {
                                view! { <Trouble error=error on_retry=move |()| session.retry() /> }
                                    .into_any()
                            }
                            _ => view! { <Skeleton /> }.into_any(),
                        }}
                    }
                        .into_any()
                }
            }}
        </main>
        <nav class="tabs" aria-label=t(text::MENU)>
            {tab("/", IconName::Shop, text::NEARBY, false)}
            {tab("/wallet", IconName::Ticket, text::WALLET, false)}
            {tab("/my/", IconName::Scan, text::CARD, true)}
            {tab("/about", IconName::Info, text::ABOUT, false)}
        </nav>
    }
}

fn tab(href: &'static str, icon: IconName, label: Text, here: bool) -> impl IntoView {
    view! {
        <a class="tab" href=href aria-current=here.then_some("page")>
            <Icon name=icon />
            <span>{t(label)}</span>
        </a>
    }
}

/// In the place of what could not be had.
#[component]
fn Trouble(error: HttpError, #[prop(into)] on_retry: Callback<()>) -> impl IntoView {
    if error == HttpError::Offline {
        return view! {
            <Notice
                tone=Tone::Warn
                title=Signal::derive(move || t(text::OFFLINE)().to_owned())
                testid="offline"
            >
                <p>{t(text::OFFLINE_ADVICE)}</p>
            </Notice>
        }
        .into_any();
    }
    view! { <ProblemNotice error=error on_retry=on_retry /> }.into_any()
}

#[component]
fn NotFound() -> impl IntoView {
    view! {
        <EmptyState
            icon=IconName::Search
            title=Signal::derive(move || t(text::NOT_FOUND)().to_owned())
            testid="not-found"
        >
            <LinkButton href="/my/">{t(text::TO_CARD)}</LinkButton>
        </EmptyState>
    }
}

/// Names the page.
fn title(words: Text) {
    Effect::new(move |_| browser::set_title(&format!("{} | 来店 Raiten", t(words)())));
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn pages_have_their_paths() {
        for (path, page) in [
            ("/my", Page::Card),
            ("/my/", Page::Card),
            ("/my/check-in", Page::CheckIn),
            ("/my/draws", Page::Draws),
            ("/my/history/", Page::History),
            ("/my/contact", Page::Contact),
            ("/wallet", Page::Unknown),
            ("/my/card/1", Page::Unknown),
        ] {
            assert_eq!(Page::of(path), page, "{path}");
        }
    }
}
