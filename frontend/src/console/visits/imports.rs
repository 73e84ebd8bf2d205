//! What was imported, and taking it back.

use app::api::{path, retailer::VisitImport};
use leptos::{prelude::*, task::spawn_local};

use super::{Twice, text};
use crate::{
    account::Account,
    format,
    http::{self, HttpError},
    lang::{lang, t, tf, tn},
    ui::ProblemNotice,
};

/// The list, the newest first.
#[component]
pub(super) fn Imports(imports: Vec<VisitImport>, on_change: Callback<()>) -> impl IntoView {
    let is_empty = imports.is_empty();
    let rows = imports
        .into_iter()
        .map(|import| view! { <Row import=import on_change=on_change /> })
        .collect_view();
    view! {
        <section class="card stack">
            <h2>{t(text::IMPORTS)}</h2>
            {is_empty.then(|| view! { <p class="soft">{t(text::IMPORTS_NONE)}</p> })}
            <ul class="rows" data-testid="visit-imports">
                {rows}
            </ul>
        </section>
    }
}

#[component]
fn Row(import: VisitImport, on_change: Callback<()>) -> impl IntoView {
    let account = Account::here();
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<HttpError>);
    let address = path::fill(path::VISIT_IMPORT_UNDO, &[&import.import_id.to_string()]);
    let undo = Callback::new(move |()| {
        let address = address.clone();
        busy.set(true);
        spawn_local(async move {
            let answer = account.watch(http::post_empty::<VisitImport>(&address).await);
            busy.try_set(false);
            match answer {
                Ok(_) => on_change.run(()),
                Err(error) => {
                    failed.try_set(Some(error));
                }
            }
        });
    });
    let VisitImport {
        imported_at,
        visits,
        system,
        undone_at,
        ..
    } = import;
    view! {
        <li class="row-item">
            <strong>{move || format::day_time(imported_at, lang())}</strong>
            <span>{move || tn(text::VISITS_N, visits, &[])}</span>
            <span class="soft small">
                {move || system.clone().unwrap_or_else(|| t(text::BY_FILE)().to_owned())}
            </span>
            {match undone_at {
                Some(at) => {
                    view! {
                        <span class="status status-plain row-end">
                            {move || tf(text::UNDONE, &[&format::day(at, lang())])}
                        </span>
                    }
                        .into_any()
                }
                None => {
                    view! {
                        <span class="row-end">
                            <Twice
                                act=text::UNDO
                                what=text::UNDO_WHAT
                                really=text::UNDO_REALLY
                                on_press=undo
                                busy=busy
                                testid="import-undo"
                            />
                        </span>
                    }
                        .into_any()
                }
            }}
            {move || failed.get().map(|error| view! { <ProblemNotice error=error /> })}
        </li>
    }
}
