//! Visits that the retailer's own tills and systems know: files of them, what was imported, and keys for systems that post them.

mod import;
mod imports;
mod keys;
mod text;

use app::api::{
    Items, path,
    retailer::{ApiKey, VisitImport},
};
use leptos::prelude::*;

use self::{import::ImportCard, imports::Imports, keys::Keys};
use crate::{
    account::Account,
    http,
    lang::t,
    load::{Load, load},
    ui::{ButtonKind, LinkButton, ProblemNotice, Skeleton},
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
