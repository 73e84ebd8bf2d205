//! The staff program: the till of a store, on a phone in one hand.

mod invite;
pub mod scanner;
mod screen;
mod store;
pub mod text;
mod till;
mod today;

use app::api::account::{Me, Role, StoreRef};
use leptos::prelude::*;

use self::{
    invite::InvitePage,
    screen::ScreenPage,
    store::{StoreChoice, remember, remembered},
    till::TillPage,
    today::TodayPage,
};
use crate::{
    account::{Account, AccountGate, AccountMenu, text as account_text},
    browser::set_title,
    lang::{follow_html_lang, lang, t},
    route,
    ui::{Brand, Icon, IconName, LanguageSwitch, LinkButton},
};

/// A page of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Page {
    Till,
    Today,
    Settings,
    Screen,
    Invite(String),
    Unknown,
}

impl Page {
    fn of(path: &str) -> Self {
        match route::segments(path).as_slice() {
            ["staff"] => Self::Till,
            ["staff", "today"] => Self::Today,
            ["staff", "settings"] => Self::Settings,
            ["staff", "screen"] => Self::Screen,
            ["staff", "invite", token] => Self::Invite((*token).to_owned()),
            _ => Self::Unknown,
        }
    }
}

fn mine(path: &str) -> bool {
    path == "/staff" || path.starts_with("/staff/")
}

/// The program.
#[component]
pub fn Staff() -> impl IntoView {
    route::start(mine);
    follow_html_lang();
    Account::provide();
    Effect::new(move |_| set_title(&format!("{} | 来店", text::NAME.get(lang()))));
    let page = Memo::new(move |_| Page::of(&route::path()));
    let invite = Memo::new(move |_| match page.get() {
        Page::Invite(token) => Some(token),
        _ => None,
    });
    move || match invite.get() {
        Some(token) => view! { <InvitePage token=token /> }.into_any(),
        None => view! {
            <AccountGate
                name=text::NAME
                lead=text::LEAD
                inside=move |me| view! { <Counter me=me page=page /> }
            />
        }
        .into_any(),
    }
}

#[component]
fn Counter(me: Me, page: Memo<Page>) -> impl IntoView {
    let store = RwSignal::new(remembered(&me));
    let choose = Callback::new(move |chosen: StoreRef| {
        remember(&chosen);
        store.set(Some(chosen));
        route::navigate("/staff/");
    });
    let several = me.stores.len() != 1;
    let me = StoredValue::new(me);
    let tab = move |to: Page, href: &'static str, icon: IconName, words, testid: &'static str| {
        view! {
            <a
                class="tab"
                href=href
                data-testid=testid
                aria-current=move || (page.get() == to).then_some("page")
            >
                <Icon name=icon />
                {t(words)}
            </a>
        }
    };
    view! {
        <a class="skip" href="#main">
            {t(text::SKIP)}
        </a>
        <div class="staff">
            <header class="staff-head">
                <div class="staff-bar">
                    <Brand suffix=Signal::derive(t(text::NAME)) />
                    <LanguageSwitch />
                </div>
                {move || {
                    store
                        .get()
                        .map(|s| {
                            view! {
                                <p class="staff-store">
                                    <Icon name=IconName::Shop />
                                    <span class="visually-hidden">{t(text::AT_STORE)} ": "</span>
                                    <strong data-testid="till-store-name">{s.name}</strong>
                                    {several
                                        .then(|| {
                                            view! { <a href="/staff/settings">{t(text::CHANGE_STORE)}</a> }
                                        })}
                                </p>
                            }
                        })
                }}
            </header>
            <main class="staff-main" id="main" tabindex="-1">
                {move || match (page.get(), store.get()) {
                    (Page::Settings, chosen) => {
                        view! { <Settings me=me chosen=chosen on_choose=choose /> }.into_any()
                    }
                    (Page::Till | Page::Today | Page::Screen, None) => {
                        view! {
                            <div class="stack">
                                <h1>{t(text::CHOOSE_STORE)}</h1>
                                <p class="soft">{t(text::CHOOSE_STORE_LEAD)}</p>
                                <StoreChoice me=me.get_value() chosen=None on_choose=choose />
                            </div>
                        }
                            .into_any()
                    }
                    (Page::Till, Some(store)) => view! { <TillPage store=store /> }.into_any(),
                    (Page::Screen, Some(store)) => view! { <ScreenPage store=store /> }.into_any(),
                    (Page::Today, Some(store)) => view! { <TodayPage store=store /> }.into_any(),
                    _ => {
                        view! {
                            <div class="stack">
                                <h1 data-testid="not-found">{t(text::NOT_FOUND)}</h1>
                                <LinkButton href="/staff/">{t(text::TO_START)}</LinkButton>
                            </div>
                        }
                            .into_any()
                    }
                }}
            </main>
            <nav class="tabs" aria-label=t(text::TABS)>
                {tab(Page::Till, "/staff/", IconName::Ticket, text::TAB_TILL, "nav-till")}
                {tab(Page::Today, "/staff/today", IconName::Clock, text::TAB_TODAY, "nav-today")}
                {tab(
                    Page::Settings,
                    "/staff/settings",
                    IconName::Gear,
                    text::TAB_SETTINGS,
                    "nav-settings",
                )}
            </nav>
        </div>
    }
}

#[component]
fn Settings(
    me: StoredValue<Me>,
    chosen: Option<StoreRef>,
    on_choose: Callback<StoreRef>,
) -> impl IntoView {
    let me = me.get_value();
    let owner = me.role == Role::Owner;
    view! {
        <div class="stack">
            <h1 tabindex="-1" data-testid="till-settings">
                {t(text::SETTINGS)}
            </h1>
            <section class="card stack">
                <h2>{t(text::AT_STORE)}</h2>
                <StoreChoice me=me.clone() chosen=Signal::stored(chosen) on_choose=on_choose />
                <a class="settings-link" href="/staff/screen" data-testid="to-screen">
                    {t(text::SCREEN_SHOW)}
                </a>
            </section>
            <section class="card stack">
                <h2>{t(text::SIGNED_IN_AS)}</h2>
                <AccountMenu me=me />
                {owner
                    .then(|| {
                        view! { <a class="settings-link" href="/console/">{t(account_text::TO_CONSOLE)}</a> }
                    })}
            </section>
        </div>
    }
}
