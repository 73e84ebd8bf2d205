//! What an import would do, or did: figures, a picture of where the rows lie, wrong lines and repeats.

use app::{
    api::retailer::{FlaggedRow, ImportReport},
    lang::Text,
};
use leptos::prelude::*;

use super::{import::Chosen, picture::Picture, text};
use crate::{
    console::table::{Cell, Column, Folded, Table},
    format::count,
    lang::{t, tf, tn},
    ui::{Notice, Tone},
};

/// The report of a file.
#[component]
pub(super) fn Preview(chosen: Chosen, report: ImportReport) -> impl IntoView {
    let wrong = wrong_rows(&report);
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
    let file = chosen.name.clone();
    let encoding = report.encoding.clone();
    let report = StoredValue::new(report);
    let (rows, made, repeats, nears, errors, flagged) = report.with_value(|r| {
        (
            r.rows,
            r.imported,
            r.duplicates,
            r.near_duplicates,
            r.errors.len(),
            r.flagged.len(),
        )
    });
    view! {
        <section class="card stack" data-testid="import-preview">
            <div class="stack-tight">
                <h2>{t(text::PREVIEW)}</h2>
                <p class="soft small">{file} " · " {t(text::ENCODING)} ": " {encoding}</p>
            </div>
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
            <dl class="figures is-counts">
                {figure(text::ROWS, rows, "import-rows")}
                {figure(imported, made, "import-imported")}
                {figure(text::DUPLICATES, repeats, "import-duplicates")}
                {figure(text::NEARS, nears, "import-near")}
                {figure(text::ERRORS, wrong, "import-error-count")}
            </dl>
            {(errors > 0).then(|| view! { <Errors report=report all=wrong /> })}
            <Picture chosen=chosen report=report />
            {(flagged > 0).then(|| view! { <Flagged report=report all=repeats + nears /> })}
        </section>
    }
}

/// How many are wrong; the list may be shorter.
pub(super) fn wrong_rows(report: &ImportReport) -> u64 {
    report.error_count.max(report.errors.len() as u64)
}

fn first_of(shown: u64, all: u64) -> Option<impl IntoView> {
    (all > shown)
        .then(|| view! { <p class="soft small">{move || tn(text::FLAGGED_FIRST, shown, &[])}</p> })
}

#[component]
fn Errors(report: StoredValue<ImportReport>, all: u64) -> impl IntoView {
    let rows = move || {
        report.with_value(|r| {
            r.errors
                .iter()
                .map(|e| {
                    let line = if e.line == 0 {
                        "–".to_owned()
                    } else {
                        count(e.line)
                    };
                    vec![
                        line.into(),
                        e.column.clone().into(),
                        e.reason.clone().into(),
                    ]
                })
                .collect::<Vec<Vec<Cell>>>()
        })
    };
    view! {
        <div class="stack-tight">
            <h3>{t(text::ERRORS)}</h3>
            {first_of(report.with_value(|r| r.errors.len() as u64), all)}
            <Table
                name=text::ERRORS
                columns=[
                    Column::Words(text::LINE),
                    Column::Words(text::COLUMN),
                    Column::Words(text::REASON),
                ]
                rows=rows
                testid="import-error-table"
            />
        </div>
    }
}

/// What a flagged row is like, in words.
pub(super) fn like(row: &FlaggedRow) -> String {
    // At most 50 m.
    let metres = (row.distance_m.round() as i64).to_string();
    match row.like_line {
        Some(line) => tf(text::LIKE_LINE, &[&count(line), &metres]),
        None => tf(text::LIKE_STORE, &[&metres]),
    }
}

#[component]
fn Flagged(report: StoredValue<ImportReport>, all: u64) -> impl IntoView {
    let table = move || {
        let rows = move || {
            report.with_value(|r| {
                r.flagged
                    .iter()
                    .map(|row| {
                        let kind = if row.exact {
                            text::PICTURE_EXACT
                        } else {
                            text::PICTURE_NEAR
                        };
                        vec![
                            count(row.line).into(),
                            row.name.clone().into(),
                            t(kind)().to_owned().into(),
                            like(row).into(),
                        ]
                    })
                    .collect::<Vec<Vec<Cell>>>()
            })
        };
        view! {
            {first_of(report.with_value(|r| r.flagged.len() as u64), all)}
            <Table
                name=text::FLAGGED
                columns=[
                    Column::Words(text::LINE),
                    Column::Words(text::NAME),
                    Column::Words(text::KIND),
                    Column::Words(text::LIKE),
                ]
                rows=rows
                testid="import-flagged-table"
            />
        }
    };
    view! {
        <Folded
            words=Signal::derive(move || {
                tf(text::SUMMARY_N, &[t(text::FLAGGED)(), &count(all)])
            })
            inside=table
            testid="import-flagged"
        />
    }
}
