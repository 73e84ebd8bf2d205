//! Visits that the retailer's own tills and systems know: files of them, what was imported, and keys for systems that post them.

mod import;
mod imports;
mod keys;
mod text;

use app::{
    api::{
        Items, path,
        retailer::{ApiKey, VisitImport},
    },
    lang::Text,
};
use leptos::{prelude::*, task::spawn_local};

use self::{import::ImportCard, imports::Imports, keys::Keys};
use crate::{
    account::Account,
    http::{self, HttpError},
    lang::t,
    load::{Load, load},
    ui::{Button, ButtonKind, LinkButton, ProblemNotice, Skeleton},
};

/// The page.
#[component]
pub fn VisitsPage() -> impl IntoView {
    let account = Account::here();
    // Both at once, so that nothing moves when the second comes.
    let known = load(move || async move {
        let imports = http::get::<Items<VisitImport>>(path::VISIT_IMPORTS).await;
        let imports = account.watch(imports)?.items;
        let keys = http::get::<Items<ApiKey>>(path::API_KEYS).await;
        Ok((imports, account.watch(keys)?.items))
    });
    let changed = Callback::new(move |()| known.refresh());
    // A file that is looked at has the page to itself: what its preview pushes down would move under the reader's eyes.
    let looking = RwSignal::new(false);
    view! {
        <div class="page-head">
            <h1 tabindex="-1">{t(text::TITLE)}</h1>
            <LinkButton href="/console/report" kind=ButtonKind::Quiet>
                {t(text::TO_REPORT)}
            </LinkButton>
        </div>
        <p class="soft">{t(text::LEAD)}</p>
        <ImportCard looking=looking on_done=changed />
        <div class="stack" class:is-hidden=looking>
        {move || match known.state.get() {
            Load::Loading => view! { <Skeleton blocks=4 /> }.into_any(),
            Load::Failed(error) => {
                view! { <ProblemNotice error=error on_retry=move |()| known.retry() /> }.into_any()
            }
            Load::Ready((imports, keys)) => {
                view! {
                    <Imports imports=imports on_change=changed />
                    <Keys keys=keys on_change=changed />
                }
                    .into_any()
            }
        }}
        </div>
    }
}

/// An act that is asked twice, done, and told where it fails.
#[component]
fn Twice<F>(
    /// The act, before it is asked.
    act: Text,
    /// What it does.
    what: Text,
    /// The act, once it was asked.
    really: Text,
    /// Does it.
    run: impl Fn() -> F + Clone + Send + Sync + 'static,
    /// It is done.
    on_done: Callback<()>,
    /// Of the first button; the second's begins with `really-`.
    testid: &'static str,
) -> impl IntoView
where
    F: Future<Output = Result<(), HttpError>> + 'static,
{
    let account = Account::here();
    let asked = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<HttpError>);
    let press = Callback::new(move |()| {
        let answer = run();
        busy.set(true);
        spawn_local(async move {
            let answer = account.watch(answer.await);
            busy.try_set(false);
            match answer {
                Ok(()) => on_done.run(()),
                Err(error) => {
                    failed.try_set(Some(error));
                }
            }
        });
    });
    view! {
        {move || {
            if !asked.get() {
                return view! {
                    <Button
                        kind=ButtonKind::Quiet
                        on_press=Callback::new(move |()| asked.set(true))
                        testid=testid
                    >
                        {t(act)}
                    </Button>
                }
                    .into_any();
            }
            view! {
                <div class="stack-tight">
                    <p class="small">{t(what)}</p>
                    <div class="row">
                        <Button
                            kind=ButtonKind::Danger
                            busy=busy
                            on_press=press
                            testid=format!("really-{testid}")
                        >
                            {t(really)}
                        </Button>
                        <Button
                            kind=ButtonKind::Quiet
                            on_press=Callback::new(move |()| asked.set(false))
                        >
                            {t(text::KEEP)}
                        </Button>
                    </div>
                </div>
            }
                .into_any()
        }}
        {move || failed.get().map(|error| view! { <ProblemNotice error=error /> })}
    }
}
