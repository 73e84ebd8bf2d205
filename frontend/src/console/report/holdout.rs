//! Who is held out, and how many that shall be.

use app::{
    api::{
        path,
        retailer::{Holdout, HoldoutInput},
    },
    campaign::FieldProblem,
};
use leptos::{prelude::*, task::spawn_local};

use super::text;
use crate::{
    account::Account,
    console::form::{FormProblem, Wrong},
    http,
    lang::t,
    load::{Load, load},
    ui::{Button, Notice, ProblemNotice, Skeleton, TextField, Tone},
};

/// The shares, to be read and changed.
#[component]
pub(super) fn HoldoutCard() -> impl IntoView {
    let account = Account::here();
    let chosen =
        load(move || async move { account.watch(http::get::<Holdout>(path::HOLDOUT).await) });
    let retry = Callback::new(move |()| chosen.retry());
    view! {
        <section class="card stack" data-testid="holdout">
            <h2>{t(text::HOLDOUT)}</h2>
            <p class="soft">{t(text::HOLDOUT_WHAT)}</p>
            {move || match chosen.state.get() {
                Load::Loading => view! { <Skeleton blocks=2 /> }.into_any(),
                Load::Failed(error) => {
                    view! { <ProblemNotice error=error on_retry=retry /> }.into_any()
                }
                Load::Ready(holdout) => view! { <Shares holdout=holdout /> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Shares(holdout: Holdout) -> impl IntoView {
    let account = Account::here();
    let programme = RwSignal::new(holdout.programme.percent().to_string());
    let campaigns = RwSignal::new(holdout.campaigns.percent().to_string());
    let wrong = Wrong::none();
    let busy = RwSignal::new(false);
    let saved = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        saved.set(false);
        let read = |field: &str, text: RwSignal<String>| {
            let number = text.get_untracked().trim().parse::<u32>().ok();
            number.ok_or_else(|| FieldProblem::new(field, text::NO_PERCENT))
        };
        let input = match (read("programme", programme), read("campaigns", campaigns)) {
            (Ok(programme), Ok(campaigns)) => HoldoutInput {
                programme,
                campaigns,
            },
            (one, other) => {
                return wrong.show([one.err(), other.err()].into_iter().flatten().collect());
            }
        };
        if let Err(problems) = input.check() {
            return wrong.show(problems);
        }
        busy.set(true);
        wrong.clear();
        spawn_local(async move {
            let answer = http::put::<Holdout>(path::HOLDOUT, &input).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match account.watch(answer) {
                Ok(_) => saved.set(true),
                Err(error) => wrong.answer(error),
            }
        });
    };
    let percent = Signal::derive(move || t(text::PERCENT)().to_owned());
    view! {
        <form class="stack" novalidate=true on:submit=submit>
            <FormProblem wrong=wrong />
            <div class="field-pair">
                <TextField
                    id="programme"
                    label=Signal::derive(move || t(text::HOLDOUT_PROGRAMME)().to_owned())
                    hint=Signal::derive(move || t(text::HOLDOUT_PROGRAMME_HINT)().to_owned())
                    value=programme
                    inputmode="numeric"
                    unit=percent
                    error=wrong.at("programme")
                    testid="holdout-programme"
                />
                <TextField
                    id="campaigns"
                    label=Signal::derive(move || t(text::HOLDOUT_CAMPAIGNS)().to_owned())
                    hint=Signal::derive(move || t(text::HOLDOUT_CAMPAIGNS_HINT)().to_owned())
                    value=campaigns
                    inputmode="numeric"
                    unit=percent
                    error=wrong.at("campaigns")
                    testid="holdout-campaigns"
                />
            </div>
            <p class="soft small">{t(text::HOLDOUT_ANEW)}</p>
            {move || {
                saved
                    .get()
                    .then(|| {
                        view! {
                            <Notice
                                tone=Tone::Good
                                title=Signal::derive(move || t(text::HOLDOUT_SAVED)().to_owned())
                                testid="holdout-saved"
                            />
                        }
                    })
            }}
            <div class="form-actions">
                <Button busy=busy testid="holdout-save">
                    {t(text::HOLDOUT_SAVE)}
                </Button>
            </div>
        </form>
    }
}
