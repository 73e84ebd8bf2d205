//! Tables: those that stand by themselves and those behind a plot.

use app::lang::Text;
use leptos::prelude::*;

use super::text;
use crate::{
    chart::ShareBar,
    format::count,
    lang::{t, tf},
    ui::{Button, ButtonKind},
};

/// A column.
#[derive(Clone, Copy, Debug)]
pub(super) enum Column {
    /// Words, set from the left.
    Words(Text),
    /// Figures, set to the right.
    Figures(Text),
    /// A bar that repeats the column before it; has no head, and no room on a phone.
    Bar,
}

/// What stands in a row's cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// Words or figures, as its column says.
    Is(String),
    /// So much of so much.
    Share(u64, u64),
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Is(text)
    }
}

impl From<u64> for Cell {
    fn from(n: u64) -> Self {
        Self::Is(count(n))
    }
}

impl From<app::yen::Yen> for Cell {
    fn from(yen: app::yen::Yen) -> Self {
        Self::Is(yen.to_string())
    }
}

/// Rows that are shown at first; more on demand, so that ten thousand do not keep the page.
const PART: usize = 200;

/// A table; its first column names the row. `rows` is run again when a signal in it changes.
#[component]
pub(super) fn Table<F>(
    /// What it is of, for a screen reader.
    name: Text,
    /// From left to right.
    #[prop(into)]
    columns: Vec<Column>,
    /// The rows, a cell for each column.
    rows: F,
    /// A stable name for journeys.
    #[prop(optional, into)]
    testid: Option<String>,
) -> impl IntoView
where
    F: Fn() -> Vec<Vec<Cell>> + Send + Sync + 'static,
{
    let heads = columns
        .iter()
        .map(|column| match column {
            Column::Words(name) => view! { <th scope="col">{t(*name)}</th> }.into_any(),
            Column::Figures(name) => view! {
                <th scope="col" class="figures-head">
                    {t(*name)}
                </th>
            }
            .into_any(),
            Column::Bar => view! { <td class="share-cell"></td> }.into_any(),
        })
        .collect_view();
    let shown = RwSignal::new(PART);
    let rows = Memo::new(move |_| rows());
    let columns = StoredValue::new(columns);
    let body = move || {
        rows.with(|rows| {
            rows.iter()
                .take(shown.get())
                .map(|cells| columns.with_value(|columns| row(columns, cells)))
                .collect_view()
        })
    };
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=t(name)>
            <table class="table" data-testid=testid>
                <thead>
                    <tr>{heads}</tr>
                </thead>
                <tbody>{body}</tbody>
            </table>
        </div>
        {move || {
            let (all, now) = (rows.with(Vec::len), shown.get());
            (all > now)
                .then(|| {
                    view! {
                        <div class="row">
                            <p class="soft small number">
                                {tf(text::SHOWN_OF, &[&count(all as u64), &count(now as u64)])}
                            </p>
                            <Button
                                kind=ButtonKind::Secondary
                                on_press=Callback::new(move |()| shown.update(|n| *n += PART))
                                testid="table-more"
                            >
                                {t(text::MORE)}
                            </Button>
                        </div>
                    }
                })
        }}
    }
}

fn row(columns: &[Column], cells: &[Cell]) -> impl IntoView + use<> {
    let cells = columns
        .iter()
        .zip(cells)
        .enumerate()
        .map(|(i, (column, cell))| {
            let number = matches!(column, Column::Figures(_));
            match cell {
                Cell::Is(text) if i == 0 => view! {
                    <th scope="row" class:number=number>
                        {text.clone()}
                    </th>
                }
                .into_any(),
                Cell::Is(text) => view! { <td class:number=number>{text.clone()}</td> }.into_any(),
                Cell::Share(value, top) => view! {
                    <td class="share-cell">
                        <ShareBar value=*value top=*top />
                    </td>
                }
                .into_any(),
            }
        })
        .collect_view();
    view! { <tr>{cells}</tr> }
}

/// A table that is folded away behind a line of words, and made when it is first opened.
#[component]
pub(super) fn Folded<V>(
    /// The words.
    #[prop(into)]
    words: Signal<String>,
    /// What is inside.
    inside: impl Fn() -> V + Send + Sync + 'static,
    /// A stable name for journeys.
    #[prop(optional, into)]
    testid: Option<String>,
) -> impl IntoView
where
    V: IntoView + 'static,
{
    let opened = RwSignal::new(false);
    view! {
        <details class="more" data-testid=testid on:toggle=move |_| opened.set(true)>
            <summary>{words}</summary>
            {move || opened.get().then(&inside)}
        </details>
    }
}
