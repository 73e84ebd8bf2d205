//! What is kept of the shopper: seen, taken along, erased; and the member numbers they gave.

use app::{
    api::{
        path,
        shopper::{History, HistoryAt, Membership, MembershipInput, SeenVisit},
    },
    lang::Text,
};
use leptos::{prelude::*, task::spawn_local};

use super::{Trouble, draws, text, title};
use crate::{
    format,
    http::{self, HttpError},
    lang::{lang, t, tf, tn},
    load::{Load, Loaded, load},
    shopper,
    ui::{
        Button, ButtonKind, EmptyState, IconName, LinkButton, Notice, ProblemNotice, Skeleton,
        TextField, Tone,
    },
};

/// The page.
#[component]
pub fn HistoryPage() -> impl IntoView {
    title(text::HISTORY);
    let history = load(|| http::get::<History>(path::HISTORY));
    let erased = RwSignal::new(false);
    move || {
        if erased.get() {
            return view! {
                <EmptyState
                    icon=IconName::Check
                    title=Signal::derive(move || t(text::ERASED)().to_owned())
                    testid="erased"
                >
                    // A page of another program, which begins with a new session.
                    <LinkButton href="/">{t(text::TO_START)}</LinkButton>
                </EmptyState>
            }
            .into_any();
        }
        view! {
            <div class="stack">
                <div class="page-head">
                    <h1 tabindex="-1">{t(text::HISTORY)}</h1>
                    <p class="soft">{t(text::HISTORY_LEAD)}</p>
                </div>
                {move || match history.state.get() {
                    Load::Loading => view! { <Skeleton /> }.into_any(),
                    Load::Failed(error) => {
                        view! { <Trouble error=error on_retry=move |()| history.retry() /> }.into_any()
                    }
                    Load::Ready(known) => {
                        view! { <Known known=known history=history erased=erased /> }.into_any()
                    }
                }}
            </div>
        }
        .into_any()
    }
}

#[component]
fn Known(known: History, history: Loaded<History>, erased: RwSignal<bool>) -> impl IntoView {
    let cells = known.cells.len() as u64;
    let is_empty = known.retailers.is_empty();
    let retailers = known
        .retailers
        .into_iter()
        .map(|at| view! { <AtRetailer at=at history=history /> })
        .collect_view();
    view! {
        <section class="card">
            <p data-testid="kept-cells">{move || tn(text::CELLS, cells, &[])}</p>
            <p>
                <a class="my-link" href="/my/draws" data-testid="to-draws">
                    {t(text::TO_DRAWS)}
                </a>
            </p>
            {is_empty.then(|| view! { <p class="soft">{t(text::HISTORY_NONE)}</p> })}
        </section>
        {retailers}
        <section class="card stack">
            <p>
                <a
                    class="my-link"
                    href=format!("{}?download=true", path::HISTORY)
                    download="raiten-history.json"
                    rel="external"
                    data-testid="history-export"
                >
                    {t(text::EXPORT)}
                </a>
            </p>
            <Erase erased=erased />
        </section>
    }
}

/// The name of a source of visits.
fn source(slug: &str) -> Option<Text> {
    Some(match slug {
        "redemption" => text::BY_REDEMPTION,
        "import" => text::BY_IMPORT,
        "card" => text::BY_CARD,
        "check_in" => text::BY_CHECK_IN,
        "dwell" => text::BY_DWELL,
        _ => return None,
    })
}

#[component]
fn AtRetailer(at: HistoryAt, history: Loaded<History>) -> impl IntoView {
    let visits = at.visits.len() as u64;
    let coupons = at.coupons;
    let mut newest: Vec<SeenVisit> = at.visits.clone();
    newest.reverse();
    let rows = newest
        .into_iter()
        .map(|visit| {
            let sources: Vec<_> = visit.sources.iter().filter_map(|s| source(s)).collect();
            let by = move || {
                let names: Vec<_> = sources.iter().map(|name| name.get(lang())).collect();
                names.join(lang_list())
            };
            view! {
                <li>
                    {move || format::day_time(visit.began_at, lang())} " " {visit.store_name.clone()} " "
                    <span class="small soft">"(" {by} ")"</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="card stack" data-testid="history-at">
            <h2>{at.retailer_name.clone()}</h2>
            <p>
                {move || tn(text::VISITS, visits, &[])} " · "
                {move || tn(text::COUPONS, coupons, &[])}
            </p>
            {(visits > 0).then(|| view! { <ul class="my-visits">{rows}</ul> })}
            {at.is_held_out.then(|| view! { <p class="small soft">{t(text::HELD_OUT)}</p> })}
            <MemberNumber at=at history=history />
        </section>
    }
}

/// What stands between the parts of a list.
fn lang_list() -> &'static str {
    const BETWEEN: Text = Text::new("、", ", ");
    BETWEEN.get(lang())
}

#[component]
fn MemberNumber(at: HistoryAt, history: Loaded<History>) -> impl IntoView {
    let address = path::fill(path::MEMBER, &[&at.retailer_id.to_string()]);
    let number = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<HttpError>);
    let act = move |link: bool| {
        let address = address.clone();
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            let result = if link {
                let input = MembershipInput {
                    number: number.get_untracked(),
                };
                http::put::<Membership>(&address, &input).await.map(|_| ())
            } else {
                http::delete(&address).await
            };
            busy.try_set(false);
            match result {
                Ok(()) => history.refresh(),
                Err(error) => {
                    failed.try_set(Some(error));
                }
            }
        });
    };
    let trouble = move || {
        failed
            .get()
            .map(|error| view! { <ProblemNotice error=error /> })
    };
    match at.member_since {
        Some(since) => view! {
            <div class="stack-tight">
                <p data-testid="member-since">
                    {move || tf(text::MEMBER_SINCE, &[&format::day(since, lang())])}
                </p>
                <Button
                    kind=ButtonKind::Quiet
                    busy=busy
                    on_press=Callback::new(move |()| act(false))
                    testid="member-unlink"
                >
                    {t(text::UNLINK)}
                </Button>
                {trouble}
            </div>
        }
        .into_any(),
        None => view! {
            <details class="my-member">
                <summary>{t(text::MEMBER)}</summary>
                <div class="stack-tight">
                    <TextField
                        id=format!("member-{}", at.retailer_id)
                        label=Signal::derive(move || t(text::MEMBER)().to_owned())
                        hint=Signal::derive(move || t(text::MEMBER_HINT)().to_owned())
                        value=number
                        testid="member-number"
                    />
                    <Button
                        kind=ButtonKind::Secondary
                        busy=busy
                        disabled=Signal::derive(move || number.read().trim().is_empty())
                        on_press=Callback::new(move |()| act(true))
                        testid="member-link"
                    >
                        {t(text::LINK)}
                    </Button>
                    {trouble}
                </div>
            </details>
        }
        .into_any(),
    }
}

/// Erasing, asked twice.
#[component]
fn Erase(erased: RwSignal<bool>) -> impl IntoView {
    let sure = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<HttpError>);
    let erase = move |()| {
        busy.set(true);
        spawn_local(async move {
            let result = http::delete(path::HISTORY).await;
            busy.try_set(false);
            match result {
                Ok(()) => {
                    shopper::forget();
                    draws::forget();
                    erased.try_set(true);
                }
                Err(error) => {
                    failed.try_set(Some(error));
                }
            }
        });
    };
    move || {
        if !sure.get() {
            return view! {
                <Button
                    kind=ButtonKind::Danger
                    on_press=Callback::new(move |()| sure.set(true))
                    testid="history-erase"
                >
                    {t(text::ERASE)}
                </Button>
            }
            .into_any();
        }
        view! {
            <Notice
                tone=Tone::Warn
                title=Signal::derive(move || t(text::ERASE)().to_owned())
                testid="erase-warning"
            >
                <p>{t(text::ERASE_WARNING)}</p>
            </Notice>
            <Button kind=ButtonKind::Danger busy=busy on_press=Callback::new(erase) testid="erase-really">
                {t(text::ERASE_REALLY)}
            </Button>
            <Button kind=ButtonKind::Quiet on_press=Callback::new(move |()| sure.set(false))>
                {t(text::KEEP)}
            </Button>
            {move || failed.get().map(|error| view! { <ProblemNotice error=error /> })}
        }
        .into_any()
    }
}
