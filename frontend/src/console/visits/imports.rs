//! What was imported, and taking it back.

use app::api::{path, retailer::VisitImport};
use leptos::prelude::*;

use super::text;
use crate::{
    console::twice::Twice,
    format, http,
    lang::{lang, t, tf, tn},
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
    let address = path::fill(path::VISIT_IMPORT_UNDO, &[&import.import_id.to_string()]);
    let undo = move || {
        let address = address.clone();
        async move { http::post_empty::<VisitImport>(&address).await.map(|_| ()) }
    };
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
                                run=undo
                                on_done=on_change
                                testid="import-undo"
                            />
                        </span>
                    }
                        .into_any()
                }
            }}
        </li>
    }
}
