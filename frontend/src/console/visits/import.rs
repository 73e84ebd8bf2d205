//! A file of visits: choose, look, import. Nothing changes before the last step.

use std::sync::Arc;

use app::api::{path, retailer::VisitImportReport};
use leptos::{html, prelude::*, task::spawn_local};

use super::text;
use crate::{
    account::Account,
    console::stores::bytes_of,
    format::count,
    http::{self, HttpError},
    lang::{t, tf, tn},
    ui::{Button, ButtonKind, Field, Notice, ProblemNotice, Spinner, Tone},
};

/// How many mistakes are listed.
const LISTED: usize = 20;

/// A file as it was chosen.
#[derive(Clone, Debug)]
struct Chosen {
    name: String,
    bytes: Arc<Vec<u8>>,
}

#[derive(Clone, Debug)]
enum Step {
    Choose,
    Unreadable,
    Checking(Chosen),
    Failed(HttpError),
    Checked(Chosen, VisitImportReport),
    Importing(u64),
    Done(VisitImportReport),
}

async fn send(chosen: &Chosen, dry_run: bool) -> Result<VisitImportReport, HttpError> {
    let path = format!("{}?dry_run={dry_run}", path::VISITS_IMPORT);
    http::post_bytes(&path, &chosen.bytes, "text/csv").await
}

/// The card.
#[component]
pub(super) fn ImportCard(
    /// Whether a file is being looked at.
    looking: RwSignal<bool>,
    /// Something was imported.
    on_done: Callback<()>,
) -> impl IntoView {
    let account = Account::here();
    let step = RwSignal::new(Step::Choose);
    Effect::new(move |_| {
        looking.set(!step.with(|s| matches!(s, Step::Choose | Step::Unreadable | Step::Done(_))));
    });
    let input = NodeRef::<html::Input>::new();
    let choose = move |_| {
        let files = input.get_untracked().and_then(|i| i.files());
        let Some(file) = files.and_then(|files| files.get(0)) else {
            return;
        };
        spawn_local(async move {
            let Some(bytes) = bytes_of(&file).await else {
                let _ = step.try_set(Step::Unreadable);
                return;
            };
            let chosen = Chosen {
                name: file.name(),
                bytes: Arc::new(bytes),
            };
            let _ = step.try_set(Step::Checking(chosen.clone()));
            let answer = account.watch(send(&chosen, true).await);
            let _ = step.try_set(match answer {
                Ok(report) => Step::Checked(chosen, report),
                Err(error) => Step::Failed(error),
            });
        });
    };
    let commit = move |chosen: Chosen, visits: u64| {
        step.set(Step::Importing(visits));
        spawn_local(async move {
            let answer = account.watch(send(&chosen, false).await);
            let is_done = answer.is_ok();
            let _ = step.try_set(match answer {
                Ok(report) => Step::Done(report),
                Err(error) => Step::Failed(error),
            });
            if is_done {
                on_done.run(());
            }
        });
    };
    // The same file chosen again, corrected in the meantime, must be noticed.
    let again = Callback::new(move |()| {
        if let Some(input) = input.get_untracked() {
            input.set_value("");
        }
        step.set(Step::Choose);
    });
    let another = move || {
        view! {
            <Button kind=ButtonKind::Secondary on_press=again testid="visits-another">
                {t(text::ANOTHER)}
            </Button>
        }
    };
    let at_choice = move || step.with(|s| matches!(s, Step::Choose | Step::Unreadable));
    view! {
        <section class="card stack" data-testid="visits-import">
            <h2>{t(text::FILE)}</h2>
            <div class="stack" class:is-hidden=move || !at_choice()>
                <Field id="visits-file" label=Signal::derive(move || t(text::CHOOSE)().to_owned())>
                    <input
                        node_ref=input
                        class="input file-input"
                        id="visits-file"
                        type="file"
                        accept=".csv,text/csv,text/plain"
                        data-testid="visits-file"
                        on:change=choose
                    />
                </Field>
                <p class="small soft">{t(text::COLUMNS)}</p>
            </div>
            {move || match step.get() {
                Step::Choose => ().into_any(),
                Step::Unreadable => {
                    view! {
                        <Notice
                            tone=Tone::Bad
                            title=Signal::derive(move || t(text::UNREADABLE)().to_owned())
                        />
                    }
                        .into_any()
                }
                Step::Checking(chosen) => {
                    view! {
                        <Spinner label=Signal::derive(move || tf(text::CHECKING, &[&chosen.name])) />
                        <progress class="progress" aria-hidden="true"></progress>
                    }
                        .into_any()
                }
                Step::Failed(error) => {
                    view! {
                        <ProblemNotice error=error />
                        {another()}
                    }
                        .into_any()
                }
                Step::Checked(chosen, report) => {
                    let visits = report.imported;
                    let is_wrong = report.error_count > 0;
                    view! {
                        <Figures report=report />
                        <div class="form-actions">
                            {(!is_wrong && visits > 0)
                                .then(|| {
                                    view! {
                                        <Button
                                            on_press=Callback::new(move |()| {
                                                commit(chosen.clone(), visits);
                                            })
                                            testid="visits-commit"
                                        >
                                            {move || tn(text::IMPORT_N, visits, &[])}
                                        </Button>
                                    }
                                })} {another()}
                        </div>
                    }
                        .into_any()
                }
                Step::Importing(visits) => {
                    view! {
                        <Spinner label=Signal::derive(move || tn(text::IMPORTING, visits, &[])) />
                        <progress class="progress" aria-hidden="true"></progress>
                    }
                        .into_any()
                }
                Step::Done(report) => {
                    let visits = report.imported;
                    view! {
                        <Notice
                            tone=Tone::Good
                            title=Signal::derive(move || tn(text::DONE, visits, &[]))
                            testid="visits-done"
                        />
                        {another()}
                    }
                        .into_any()
                }
            }}
        </section>
    }
}

/// What an import would do, and what is wrong.
#[component]
fn Figures(report: VisitImportReport) -> impl IntoView {
    let figure = |name, n: u64, testid: &'static str| {
        view! {
            <div class="figure">
                <dt>{t(name)}</dt>
                <dd class="number" data-testid=testid>
                    {count(n)}
                </dd>
            </div>
        }
    };
    let wrong = report.error_count;
    let more = wrong.saturating_sub(report.errors.len().min(LISTED) as u64);
    let lines = report
        .errors
        .into_iter()
        .take(LISTED)
        .map(|e| {
            view! { <li>{move || tf(text::WRONG_LINE, &[&count(e.line), &e.column, &e.reason])}</li> }
        })
        .collect_view();
    view! {
        <dl class="figures is-counts" data-testid="visits-preview">
            {figure(text::ROWS, report.rows, "visits-rows")}
            {figure(text::NEW, report.imported, "visits-new")}
            {figure(text::REPEATS, report.repeats, "visits-repeats")}
            {figure(text::LINKED, report.linked, "visits-linked")}
            {figure(text::WRONG, wrong, "visits-wrong")}
        </dl>
        {(wrong > 0)
            .then(|| {
                view! {
                    <Notice
                        tone=Tone::Bad
                        title=Signal::derive(move || t(text::WRONG_TITLE)().to_owned())
                        testid="visits-errors"
                    >
                        <ul class="small">{lines}</ul>
                        {(more > 0).then(|| view! { <p>{move || tn(text::WRONG_MORE, more, &[])}</p> })}
                    </Notice>
                }
            })}
        {(wrong == 0 && report.imported == 0)
            .then(|| {
                view! {
                    <Notice
                        tone=Tone::Info
                        title=Signal::derive(move || t(text::NOTHING_NEW)().to_owned())
                    />
                }
            })}
    }
}
