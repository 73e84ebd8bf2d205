//! Somebody asks for help: what happened with them, by what they can show.

mod text;

use app::{
    api::{
        path,
        reach::{LookUpBy, Timeline, TimelineEntry, TimelineRequest},
    },
    campaign::FieldProblem,
};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    account::Account,
    console::{
        form::{FormProblem, Wrong},
        table::{Cell, Column, Table},
    },
    format, http,
    lang::{lang, t},
    ui::{Button, ButtonKind, EmptyState, IconName, LinkButton, TextField},
};

/// The page.
#[component]
pub fn SupportPage() -> impl IntoView {
    let account = Account::here();
    let by = RwSignal::new(LookUpBy::Coupon);
    let number = RwSignal::new(String::new());
    let wrong = Wrong::none();
    let busy = RwSignal::new(false);
    let found = RwSignal::new(None::<Timeline>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let request = TimelineRequest {
            by: by.get_untracked(),
            number: number.get_untracked().trim().to_owned(),
        };
        found.set(None);
        if request.number.is_empty() {
            return wrong.show(vec![FieldProblem::new("number", text::NO_NUMBER)]);
        }
        busy.set(true);
        wrong.clear();
        spawn_local(async move {
            let answer = http::post::<Timeline>(path::TIMELINE, &request).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match account.watch(answer) {
                Ok(timeline) => found.set(Some(timeline)),
                Err(error) => wrong.answer(error),
            }
        });
    };
    let ways = [
        (LookUpBy::Coupon, text::BY_COUPON, "by-coupon"),
        (LookUpBy::Member, text::BY_MEMBER, "by-member"),
    ]
    .map(|(way, words, testid)| {
        view! {
            <button
                type="button"
                class="segment"
                data-testid=testid
                aria-pressed=move || if by.get() == way { "true" } else { "false" }
                on:click=move |_| by.set(way)
            >
                {t(words)}
            </button>
        }
    });
    view! {
        <div class="page-head">
            <h1 tabindex="-1">{t(text::TITLE)}</h1>
            <LinkButton href="/console/activity" kind=ButtonKind::Quiet>
                {t(text::TO_ACTIVITY)}
            </LinkButton>
        </div>
        <p class="soft">{t(text::LEAD)}</p>
        <form class="card stack" novalidate=true on:submit=submit data-testid="support-form">
            <FormProblem wrong=wrong />
            <div class="segments" role="group" aria-label=t(text::BY)>
                {ways}
            </div>
            <TextField
                id="number"
                label=Signal::derive(move || t(text::NUMBER)().to_owned())
                hint=Signal::derive(move || t(text::NUMBER_HINT)().to_owned())
                value=number
                error=wrong.at("number")
                testid="support-number"
            />
            <div class="form-actions">
                <Button busy=busy testid="support-look">
                    {t(text::LOOK)}
                </Button>
            </div>
        </form>
        <div aria-live="polite">{move || found.get().map(|seen| view! { <Found seen=seen /> })}</div>
    }
}

#[component]
fn Found(seen: Timeline) -> impl IntoView {
    if !seen.found {
        return view! {
            <EmptyState
                icon=IconName::Search
                title=Signal::derive(move || t(text::NOBODY)().to_owned())
                testid="support-nobody"
            >
                <p>{t(text::NOBODY_ADVICE)}</p>
            </EmptyState>
        }
        .into_any();
    }
    let none = seen.entries.is_empty();
    let entries = seen.entries;
    let rows = move || entries.iter().map(row).collect::<Vec<Vec<Cell>>>();
    view! {
        <section class="card stack" data-testid="support-found">
            <h2>{t(text::FOUND)}</h2>
            {none.then(|| view! { <p class="soft">{t(text::EMPTY)}</p> })}
            <Table
                name=text::FOUND
                columns=[
                    Column::Words(text::WHEN),
                    Column::Words(text::WHAT),
                    Column::Words(text::CAMPAIGN),
                    Column::Words(text::HOW),
                ]
                rows=rows
                testid="support-table"
            />
        </section>
    }
    .into_any()
}

fn row(entry: &TimelineEntry) -> Vec<Cell> {
    vec![
        format::day_time(entry.at, lang()).into(),
        t(text::name_of(entry.moment))().to_owned().into(),
        entry.campaign.clone().unwrap_or_default().into(),
        entry.by.clone().unwrap_or_default().into(),
    ]
}
