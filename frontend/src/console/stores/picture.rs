//! Where the rows of a file lie, and which of them are flagged.

use std::collections::{HashMap, HashSet};

use app::{api::retailer::ImportReport, lang::Text};
use leptos::prelude::*;

use super::{
    import::Chosen,
    preview::{like, wrong_rows},
    rows::RowPosition,
    text,
};
use crate::{
    chart::{Mark, MarkKey, MarkMap, Tone},
    format::count,
    lang::{lang, t, tf, tn},
};

/// What is said about a row besides its name.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Said {
    Nothing,
    /// The place of the flag in the report.
    Flagged(usize),
    /// The place of its first error.
    Wrong(usize),
}

/// A row in the picture.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    line: u64,
    name: String,
    said: Said,
    mark: Mark,
}

/// All rows that have a position: those worth a look first, so that the arrow keys reach them at once.
fn rows(positions: &[RowPosition], report: &ImportReport) -> Vec<Row> {
    let flags: HashMap<u64, usize> = report
        .flagged
        .iter()
        .enumerate()
        .map(|(i, f)| (f.line, i))
        .collect();
    let mut wrong: HashMap<u64, usize> = HashMap::new();
    for (i, error) in report.errors.iter().enumerate() {
        wrong.entry(error.line).or_insert(i);
    }
    let small = if positions.len() > 1_000 { 1.25 } else { 3.5 };
    let mut out: Vec<Row> = positions
        .iter()
        .map(|row| {
            let (said, tone, radius) = if let Some(at) = wrong.get(&row.line) {
                (Said::Wrong(*at), Tone::Wrong, 4.5)
            } else if let Some(at) = flags.get(&row.line) {
                let exact = report.flagged.get(*at).is_some_and(|f| f.exact);
                let tone = if exact { Tone::Exact } else { Tone::Near };
                (Said::Flagged(*at), tone, 4.0)
            } else {
                (Said::Nothing, Tone::Plain, small)
            };
            Row {
                line: row.line,
                name: row.name.clone(),
                said,
                mark: Mark {
                    lat: row.lat,
                    lng: row.lng,
                    radius,
                    tone,
                    name: String::new(),
                },
            }
        })
        .collect();
    out.sort_by_key(|row| match row.mark.tone {
        Tone::Wrong => 0,
        Tone::Exact => 1,
        Tone::Near => 2,
        Tone::Plain | Tone::More | Tone::Fewer => 3,
    });
    out
}

#[component]
pub(super) fn Picture(chosen: Chosen, report: StoredValue<ImportReport>) -> impl IntoView {
    let rows = report.with_value(|r| rows(&chosen.rows, r));
    if rows.is_empty() {
        return ().into_any();
    }
    // Every line counts once, however many of its cells are wrong.
    let unplaced = report.with_value(|r| {
        let placed: HashSet<u64> = chosen.rows.iter().map(|row| row.line).collect();
        let lines: HashSet<u64> = r
            .errors
            .iter()
            .map(|e| e.line)
            .filter(|line| !placed.contains(line))
            .collect();
        lines.len() as u64
    });
    let (made, nears, repeats, wrong) = report.with_value(|r| {
        (
            r.imported.saturating_sub(r.near_duplicates),
            r.near_duplicates,
            r.duplicates,
            wrong_rows(r),
        )
    });
    let plain = if wrong > 0 {
        text::PICTURE_FINE
    } else {
        text::PICTURE_PLAIN
    };
    let marks: Vec<Mark> = rows.iter().map(|row| row.mark.clone()).collect();
    // With errors nothing is imported, so the report counts no row as such.
    let fine = rows.iter().filter(|r| r.said == Said::Nothing).count() as u64;
    let keys = [
        (Tone::Plain, plain, if wrong > 0 { fine } else { made }),
        (Tone::Near, text::PICTURE_NEAR, nears),
        (Tone::Exact, text::PICTURE_EXACT, repeats),
        (Tone::Wrong, text::PICTURE_WRONG, wrong),
    ]
    .map(|(tone, name, n): (Tone, Text, u64)| {
        view! {
            <li>
                <MarkKey tone=tone />
                {t(name)}
                <strong class="number">{count(n)}</strong>
            </li>
        }
    });
    let rows = StoredValue::new(rows);
    let marks = StoredValue::new(marks);
    let read = Callback::new(move |i: usize| {
        let _ = lang();
        rows.with_value(|rows| {
            rows.get(i)
                .map(|row| report.with_value(|r| reading(row, r)))
                .unwrap_or_default()
        })
    });
    let pointed = RwSignal::new(None::<usize>);
    view! {
        <div class="stack-tight" data-testid="import-picture">
            <h3>{t(text::PICTURE)}</h3>
            <ul class="keys small" data-testid="import-legend">
                {keys}
            </ul>
            {move || {
                view! {
                    <MarkMap
                        marks=marks.get_value()
                        name=t(text::PICTURE_LONG)()
                        rest=t(text::PICTURE_POINT)()
                        read=read
                        pointed=pointed
                    />
                }
            }}
            {(unplaced > 0)
                .then(|| {
                    view! {
                        <p class="soft small" data-testid="import-unplaced">
                            {move || tn(text::PICTURE_UNPLACED, unplaced, &[])}
                        </p>
                    }
                })}
        </div>
    }
    .into_any()
}

/// `line 12: 神田店 (exact repeat: line 3, 0 m)`.
fn reading(row: &Row, report: &ImportReport) -> String {
    let what = match row.said {
        Said::Nothing => None,
        Said::Flagged(at) => report.flagged.get(at).map(|flag| {
            let kind = if flag.exact {
                text::PICTURE_EXACT
            } else {
                text::PICTURE_NEAR
            };
            tf(text::PICTURE_FLAG, &[t(kind)(), &like(flag)])
        }),
        Said::Wrong(at) => report.errors.get(at).map(|e| e.reason.clone()),
    };
    let row = tf(text::PICTURE_ROW, &[&count(row.line), &row.name]);
    match what {
        Some(what) => tf(text::PICTURE_SAYS, &[&row, &what]),
        None => row,
    }
}

#[cfg(test)]
mod tests {
    use app::api::retailer::{FlaggedRow, ImportReport, LineError};

    use super::{RowPosition, Said, Tone, rows};

    #[test]
    fn what_is_worth_a_look_comes_first() {
        let positions: Vec<RowPosition> = (2..=6)
            .map(|line| RowPosition {
                line,
                name: format!("店 {line}"),
                lat: 35.0,
                lng: 139.0,
            })
            .collect();
        let flag = |line, exact| FlaggedRow {
            line,
            name: String::new(),
            lat: 35.0,
            lng: 139.0,
            exact,
            like_line: None,
            distance_m: 3.0,
        };
        let error = |line| LineError {
            line,
            column: String::new(),
            reason: String::new(),
        };
        let report = ImportReport {
            rows: 5,
            imported: 0,
            duplicates: 1,
            near_duplicates: 1,
            errors: vec![error(5), error(5), error(99)],
            error_count: 3,
            flagged: vec![flag(3, false), flag(4, true)],
            dry_run: true,
            encoding: "UTF-8".to_owned(),
        };
        let found: Vec<(u64, Tone)> = rows(&positions, &report)
            .iter()
            .map(|r| (r.line, r.mark.tone))
            .collect();
        assert_eq!(
            found,
            [
                (5, Tone::Wrong),
                (4, Tone::Exact),
                (3, Tone::Near),
                (2, Tone::Plain),
                (6, Tone::Plain)
            ]
        );
        assert_eq!(rows(&positions, &report)[0].said, Said::Wrong(0));
    }
}
