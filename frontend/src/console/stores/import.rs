//! Importing stores from a file: choose, look, import. Nothing changes before the last step.

use std::sync::Arc;

use app::api::{path, retailer::ImportReport};
use leptos::{html, prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;

use super::{preview::Preview, rows::positions, text};
use crate::{
    account::Account,
    console::{stores::rows::RowPosition, text as shared},
    format::count,
    http::{self, HttpError},
    lang::{t, tf, tn},
    ui::{Button, ButtonKind, Field, LinkButton, Notice, ProblemNotice, Spinner, Tone},
};

/// A file as it was chosen.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    pub name: String,
    pub bytes: Arc<Vec<u8>>,
    pub rows: Arc<Vec<RowPosition>>,
}

#[derive(Clone, Debug)]
enum Step {
    Choose,
    Reading,
    Unreadable,
    Checking(Chosen),
    Failed(Chosen, HttpError),
    Checked(Chosen, ImportReport),
    Importing(Chosen, ImportReport),
    Done(Chosen, ImportReport),
}

/// The bytes of a file.
pub(in crate::console) async fn bytes_of(file: &web_sys::File) -> Option<Vec<u8>> {
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    Some(js_sys::Uint8Array::new(&buffer).to_vec())
}

/// The text of the bytes: UTF-8, else Shift_JIS.
fn text_of(bytes: &[u8]) -> Option<String> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(text.to_owned());
    }
    web_sys::TextDecoder::new_with_label("shift_jis")
        .ok()?
        .decode_with_u8_array(bytes)
        .ok()
}

/// The import's page.
#[component]
pub fn ImportPage() -> impl IntoView {
    let account = Account::here();
    let step = RwSignal::new(Step::Choose);
    let input = NodeRef::<html::Input>::new();

    let check = move |chosen: Chosen| {
        step.set(Step::Checking(chosen.clone()));
        spawn_local(async move {
            let path = format!("{}?dry_run=true", path::STORES_IMPORT);
            let answer = http::post_bytes::<ImportReport>(&path, &chosen.bytes, "text/csv").await;
            let _ = step.try_set(match account.watch(answer) {
                Ok(report) => Step::Checked(chosen, report),
                Err(error) => Step::Failed(chosen, error),
            });
        });
    };
    let choose = move |_| {
        let Some(file) = input
            .get_untracked()
            .and_then(|i| i.files())
            .and_then(|files| files.get(0))
        else {
            return;
        };
        step.set(Step::Reading);
        spawn_local(async move {
            let Some(bytes) = bytes_of(&file).await else {
                let _ = step.try_set(Step::Unreadable);
                return;
            };
            let rows = text_of(&bytes).map(|t| positions(&t)).unwrap_or_default();
            check(Chosen {
                name: file.name(),
                bytes: Arc::new(bytes),
                rows: Arc::new(rows),
            });
        });
    };
    let commit = move |chosen: Chosen, seen: ImportReport| {
        step.set(Step::Importing(chosen.clone(), seen));
        spawn_local(async move {
            let answer =
                http::post_bytes::<ImportReport>(path::STORES_IMPORT, &chosen.bytes, "text/csv")
                    .await;
            let _ = step.try_set(match account.watch(answer) {
                Ok(report) => Step::Done(chosen, report),
                Err(error) => Step::Failed(chosen, error),
            });
        });
    };
    // The same file chosen again, corrected in the meantime, must be noticed.
    let again = Callback::new(move |()| {
        if let Some(input) = input.get_untracked() {
            input.set_value("");
        }
        step.set(Step::Choose);
    });
    let at_choice = move || step.with(|s| matches!(s, Step::Choose | Step::Unreadable));
    view! {
        <div class="page-head">
            <h1 tabindex="-1">{t(text::IMPORT_TITLE)}</h1>
        </div>
        <p class="soft">{t(text::IMPORT_LEAD)}</p>
        <section class="card stack" class:is-hidden=move || !at_choice()>
            {move || {
                step.with(|s| matches!(s, Step::Unreadable))
                    .then(|| {
                        view! {
                            <Notice
                                tone=Tone::Bad
                                title=Signal::derive(move || t(text::UNREADABLE)().to_owned())
                                testid="import-unreadable"
                            >
                                <p>{t(text::UNREADABLE_ADVICE)}</p>
                            </Notice>
                        }
                    })
            }}
            <Field id="file" label=Signal::derive(move || t(text::CHOOSE_FILE)().to_owned())>
                <input
                    node_ref=input
                    class="input file-input"
                    id="file"
                    name="file"
                    type="file"
                    accept=".csv,text/csv,text/plain"
                    data-testid="import-file"
                    aria-describedby="file-note"
                    on:change=choose
                />
            </Field>
            <div class="small soft stack-tight">
                <p>
                    <strong>{t(text::COLUMNS)}</strong>
                </p>
                <p>{t(text::COLUMNS_NEEDED)}</p>
                <p>{t(text::COLUMNS_OPTIONAL)}</p>
                <p>{t(text::ENCODINGS)}</p>
            </div>
            <LinkButton href="/console/stores" kind=ButtonKind::Quiet>
                {t(shared::BACK)}
            </LinkButton>
        </section>
        {move || match step.get() {
            Step::Choose | Step::Unreadable => ().into_any(),
            Step::Reading => {
                view! {
                    <section class="card">
                        <Spinner label=Signal::derive(move || t(text::READING)().to_owned()) />
                    </section>
                }
                    .into_any()
            }
            Step::Checking(chosen) => {
                let size = count(chosen.bytes.len().div_ceil(1000) as u64);
                view! {
                    <section class="card stack" data-testid="import-progress">
                        <Spinner label=Signal::derive(move || {
                            tf(text::CHECKING, &[&chosen.name, &size])
                        }) />
                        <progress class="progress" aria-hidden="true"></progress>
                    </section>
                }
                    .into_any()
            }
            Step::Failed(chosen, error) => {
                let retry = Callback::new(move |()| check(chosen.clone()));
                view! {
                    <ProblemNotice error=error on_retry=retry />
                    <Button kind=ButtonKind::Secondary on_press=again>
                        {t(text::ANOTHER_FILE)}
                    </Button>
                }
                    .into_any()
            }
            Step::Checked(chosen, report) => {
                let (file, seen) = (chosen.clone(), report.clone());
                let ready = report.errors.is_empty() && report.imported > 0;
                let nothing = report.errors.is_empty() && report.imported == 0;
                let imported = report.imported;
                view! {
                    <Preview chosen=chosen report=report />
                    {nothing
                        .then(|| {
                            view! {
                                <Notice
                                    tone=Tone::Info
                                    title=Signal::derive(move || t(text::NOTHING_NEW)().to_owned())
                                    testid="import-nothing"
                                />
                            }
                        })}
                    <div class="form-actions is-sticky">
                        {ready
                            .then(|| {
                                view! {
                                    <Button
                                        on_press=Callback::new(move |()| {
                                            commit(file.clone(), seen.clone());
                                        })
                                        testid="import-commit"
                                    >
                                        {move || tn(text::IMPORT_N, imported, &[])}
                                    </Button>
                                }
                            })}
                        <Button kind=ButtonKind::Secondary on_press=again>
                            {t(text::ANOTHER_FILE)}
                        </Button>
                    </div>
                }
                    .into_any()
            }
            Step::Importing(chosen, seen) => {
                let n = seen.imported;
                view! {
                    <section class="card stack" data-testid="import-progress">
                        <Spinner label=Signal::derive(move || tn(text::IMPORTING, n, &[])) />
                        <progress class="progress" aria-hidden="true"></progress>
                        <p class="soft small">{chosen.name}</p>
                    </section>
                }
                    .into_any()
            }
            Step::Done(chosen, report) => {
                let n = report.imported;
                view! {
                    <Notice
                        tone=Tone::Good
                        title=Signal::derive(move || tn(text::DONE, n, &[]))
                        testid="import-done"
                    />
                    <Preview chosen=chosen report=report />
                    <div class="form-actions">
                        <LinkButton href="/console/stores">{t(text::TO_LIST)}</LinkButton>
                    </div>
                }
                    .into_any()
            }
        }}
    }
}
