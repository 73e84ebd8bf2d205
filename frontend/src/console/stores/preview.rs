//! What an import would do, or did: figures, wrong lines, repeats, and a picture of where the rows lie.

use std::collections::HashMap;

use app::{
    api::retailer::{FlaggedRow, ImportReport, LineError},
    lang::Text,
};
use leptos::prelude::*;

use super::{import::Chosen, text};
use crate::{
    chart::{Dot, Scatter},
    format::count,
    lang::{t, tf},
    ui::{Notice, Tone},
};

/// The report of a file.
#[component]
pub(super) fn Preview(chosen: Chosen, report: ImportReport) -> impl IntoView {
    let wrong = report.error_count.max(report.errors.len() as u64);
    let imported = if report.dry_run {
        text::WILL_IMPORT
    } else {
        text::DID_IMPORT
    };
    let figure = |name: Text, n: u64, testid: &'static str| {
        view! {
            <div class="figure">
                <dt>{t(name)}</dt>
                <dd class="number" data-testid=testid>
                    {count(n)}
                </dd>
            </div>
        }
    };
    let dots = dots(&chosen, &report.flagged);
    let keys = [
        (text::PICTURE_PLAIN, "dot-plain"),
        (text::PICTURE_NEAR, "dot-near"),
        (text::PICTURE_EXACT, "dot-exact"),
    ]
    .map(|(name, class)| {
        view! {
            <li>
                <svg class="dot-key" viewBox="0 0 10 10" aria-hidden="true">
                    <path class=class d="M5 5h0" stroke-width="8" stroke-linecap="round" />
                </svg>
                {t(name)}
            </li>
        }
    });
    view! {
        <section class="card stack" data-testid="import-preview">
            <h2>{t(text::PREVIEW)}</h2>
            <p class="soft small">{chosen.name} " · " {t(text::ENCODING)} ": " {report.encoding}</p>
            {(wrong > 0)
                .then(|| {
                    view! {
                        <Notice
                            tone=Tone::Bad
                            title=Signal::derive(move || t(text::HAS_ERRORS)().to_owned())
                            testid="import-errors"
                        >
                            <p>{t(text::HAS_ERRORS_ADVICE)}</p>
                        </Notice>
                    }
                })}
            <dl class="figures">
                {figure(text::ROWS, report.rows, "import-rows")}
                {figure(imported, report.imported, "import-imported")}
                {figure(text::DUPLICATES, report.duplicates, "import-duplicates")}
                {figure(text::NEARS, report.near_duplicates, "import-near")}
                {figure(text::ERRORS, wrong, "import-error-count")}
            </dl>
            {(!report.errors.is_empty())
                .then(|| view! { <ErrorTable errors=report.errors all=wrong /> })}
            {(!dots.is_empty())
                .then(|| {
                    view! {
                        <div class="stack-tight">
                            <h3>{t(text::PICTURE)}</h3>
                            <Scatter dots=dots />
                            <ul class="dot-legend small">{keys}</ul>
                        </div>
                    }
                })}
            {(!report.flagged.is_empty())
                .then(|| {
                    let all = report.duplicates + report.near_duplicates;
                    view! { <FlaggedTable rows=report.flagged all=all /> }
                })}
        </section>
    }
}

/// All rows small, the flagged ones large and on top.
fn dots(chosen: &Chosen, flagged: &[FlaggedRow]) -> Vec<Dot> {
    let flags: HashMap<u64, ()> = flagged.iter().map(|f| (f.line, ())).collect();
    let size = if chosen.rows.len() > 2_000 { 2 } else { 5 };
    let plain = chosen
        .rows
        .iter()
        .filter(|row| !flags.contains_key(&row.line))
        .map(|row| Dot {
            lat: row.lat,
            lng: row.lng,
            size,
            tone: "plain",
        });
    let mark = |exact: bool| {
        flagged
            .iter()
            .filter(move |f| f.exact == exact)
            .map(|f| Dot {
                lat: f.lat,
                lng: f.lng,
                size: 8,
                tone: if f.exact { "exact" } else { "near" },
            })
    };
    plain.chain(mark(false)).chain(mark(true)).collect()
}

fn first_of(shown: usize, all: u64) -> Option<impl IntoView> {
    (all > shown as u64).then(|| {
        let shown = count(shown as u64);
        view! { <p class="soft small">{move || tf(text::FLAGGED_FIRST, &[&shown])}</p> }
    })
}

#[component]
fn ErrorTable(errors: Vec<LineError>, all: u64) -> impl IntoView {
    let note = first_of(errors.len(), all);
    view! {
        {note}
        <div class="table-wrap" tabindex="0" role="region" aria-label=t(text::ERRORS)>
            <table class="table" data-testid="import-error-table">
                <thead>
                    <tr>
                        <th scope="col">{t(text::LINE)}</th>
                        <th scope="col">{t(text::COLUMN)}</th>
                        <th scope="col">{t(text::REASON)}</th>
                    </tr>
                </thead>
                <tbody>
                    {errors
                        .into_iter()
                        .map(|e| {
                            view! {
                                <tr>
                                    <td class="number">
                                        {if e.line == 0 { "–".to_owned() } else { count(e.line) }}
                                    </td>
                                    <td>{e.column}</td>
                                    <td>{e.reason}</td>
                                </tr>
                            }
                        })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
}

#[component]
fn FlaggedTable(rows: Vec<FlaggedRow>, all: u64) -> impl IntoView {
    let note = first_of(rows.len(), all);
    view! {
        <details class="more">
            <summary>{t(text::FLAGGED)} <span class="count number">{count(all)}</span></summary>
            {note}
            <div class="table-wrap" tabindex="0" role="region" aria-label=t(text::FLAGGED)>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{t(text::LINE)}</th>
                            <th scope="col">{t(text::NAME)}</th>
                            <th scope="col">{t(text::KIND)}</th>
                            <th scope="col">{t(text::LIKE)}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {rows
                            .into_iter()
                            .map(|row| {
                                let metres = (row.distance_m.round() as i64).to_string();
                                let kind = if row.exact {
                                    text::PICTURE_EXACT
                                } else {
                                    text::PICTURE_NEAR
                                };
                                let like = move || match row.like_line {
                                    Some(line) => tf(text::LIKE_LINE, &[&count(line), &metres]),
                                    None => tf(text::LIKE_STORE, &[&metres]),
                                };
                                view! {
                                    <tr>
                                        <td class="number">{count(row.line)}</td>
                                        <td>{row.name}</td>
                                        <td>{t(kind)}</td>
                                        <td>{like}</td>
                                    </tr>
                                }
                            })
                            .collect_view()}
                    </tbody>
                </table>
            </div>
        </details>
    }
}
