//! The plots of the report, each with the table behind it.

use app::{
    api::retailer::{DayRow, Report, StoreRow},
    day::{Day, JST},
    lang::Text,
};
use leptos::prelude::*;

use super::text;
use crate::{
    chart::{Bar, BarKey, Bars, Mark, MarkMap, Tone},
    console::table::{Cell, Column, Folded, Table},
    format::{self, count},
    lang::{lang, t, tf, tn},
};

/// Stores in the short table; the rest is one press away.
const FIRST_STORES: usize = 8;

fn at(row: &DayRow) -> Option<Day> {
    row.day.parse().ok()
}

/// The day as people say it.
fn name_of(row: &DayRow) -> String {
    at(row).map_or_else(|| row.day.clone(), |d| format::day(d.start(JST), lang()))
}

/// The day's word below the axis, and how much it is wanted: both ends always, then the first of a month, then Mondays.
fn tick(row: &DayRow, ends: bool, days: usize) -> (String, u8) {
    let Some(day) = at(row) else {
        return (String::new(), u8::MAX);
    };
    let wall = format::wall(day.start(JST));
    let rank = match wall.weekday {
        _ if ends => 0,
        _ if wall.day == 1 => 1,
        1 => 2,
        _ if days <= 14 => 3,
        _ => return (String::new(), u8::MAX),
    };
    let word = if days <= 7 {
        format::weekday(day.start(JST), lang()).to_owned()
    } else {
        format::month_day_short(wall.month, wall.day, lang())
    };
    (word, rank)
}

#[component]
pub(super) fn DayPlot(report: StoredValue<Report>) -> impl IntoView {
    let bars = move || {
        report.with_value(|r| {
            let last = r.days.len().saturating_sub(1);
            r.days
                .iter()
                .enumerate()
                .map(|(i, row)| {
                    let (tick, rank) = tick(row, i == 0 || i == last, r.days.len());
                    Bar {
                        reading: tf(
                            text::READING,
                            &[&name_of(row), &tn(text::VISITS_N, row.visits, &[])],
                        ),
                        tick,
                        rank,
                        value: row.visits,
                        quiet: at(row).is_some_and(Day::is_weekend),
                    }
                })
                .collect::<Vec<_>>()
        })
    };
    let plot = move || {
        view! {
            <Bars
                bars=bars()
                name=t(text::PER_DAY)()
                counted=t(text::AXIS_VISITS)()
                rest=t(text::POINT_DAY)()
                testid="plot-days"
            />
        }
    };
    let rows = move || {
        report.with_value(|r| {
            r.days
                .iter()
                .map(|row| {
                    vec![
                        name_of(row).into(),
                        row.visits.into(),
                        row.plays.into(),
                        row.issued.into(),
                        row.redeemed.into(),
                        row.cost.into(),
                    ]
                })
                .collect::<Vec<Vec<Cell>>>()
        })
    };
    let table = move || {
        view! {
            <Table
                name=text::PER_DAY
                columns=[
                    Column::Words(text::DAY),
                    Column::Figures(text::VISITS),
                    Column::Figures(text::PLAYS_COLUMN),
                    Column::Figures(text::ISSUED_COLUMN),
                    Column::Figures(text::REDEEMED_COLUMN),
                    Column::Figures(text::COST_COLUMN),
                ]
                rows=rows
                testid="table-days"
            />
        }
    };
    view! {
        {plot}
        <ul class="keys small">
            <li>
                <BarKey />
                {t(text::WORKDAYS)}
            </li>
            <li>
                <BarKey quiet=true />
                {t(text::WEEKENDS)}
            </li>
        </ul>
        <Folded
            words=Signal::derive(move || t(text::AS_TABLE)().to_owned())
            inside=table
            testid="fold-days"
        />
    }
}

/// Radius of a store's dot, pixels: its area grows with the visits. Smaller where there are many.
fn radius(visits: u64, top: u64, stores: usize) -> f64 {
    let (least, most) = if stores > 1_000 {
        (1.5, 9.0)
    } else {
        (3.5, 14.0)
    };
    let share = visits as f64 / top.max(1) as f64;
    least + (most - least) * share.sqrt()
}

fn store_table(
    name: Text,
    rows: impl Fn() -> Vec<StoreRow> + Send + Sync + 'static,
    top: u64,
    testid: &'static str,
) -> impl IntoView {
    let rows = move || {
        rows()
            .into_iter()
            .map(|row| {
                vec![
                    row.name.into(),
                    row.visits.into(),
                    Cell::Share(row.visits, top),
                    row.issued.into(),
                    row.redeemed.into(),
                    row.cost.into(),
                ]
            })
            .collect::<Vec<Vec<Cell>>>()
    };
    view! {
        <Table
            name=name
            columns=[
                Column::Words(text::STORE),
                Column::Figures(text::VISITS),
                Column::Bar,
                Column::Figures(text::ISSUED_COLUMN),
                Column::Figures(text::REDEEMED_COLUMN),
                Column::Figures(text::COST_COLUMN),
            ]
            rows=rows
            testid=testid
        />
    }
}

#[component]
pub(super) fn StorePlot(report: StoredValue<Report>) -> impl IntoView {
    let (top, all) = report.with_value(|r| {
        let top = r.stores.iter().map(|s| s.visits).max().unwrap_or(0);
        (top, r.stores.len())
    });
    let marks: Vec<Mark> = report.with_value(|r| {
        r.stores
            .iter()
            .map(|s| Mark {
                lat: s.lat,
                lng: s.lng,
                radius: radius(s.visits, top, all),
                tone: Tone::Plain,
                name: s.name.clone(),
            })
            .collect()
    });
    let read = Callback::new(move |i: usize| {
        report
            .with_value(|r| {
                r.stores.get(i).map(|s| {
                    tf(
                        text::STORE_READING,
                        &[
                            &s.name,
                            &tn(text::VISITS_N, s.visits, &[]),
                            &tn(text::REDEEMED_N, s.redeemed, &[]),
                            &s.cost.to_string(),
                        ],
                    )
                })
            })
            .unwrap_or_default()
    });
    let pointed = RwSignal::new(None::<usize>);
    let marks = StoredValue::new(marks);
    view! {
        <div class="store-plot">
            <div class="stack-tight">
                {move || {
                    view! {
                        <MarkMap
                            marks=marks.get_value()
                            name=t(text::MAP)()
                            rest=t(text::POINT_STORE)()
                            read=read
                            pointed=pointed
                            testid="plot-stores"
                        />
                    }
                }} <p class="soft small">{t(text::MAP_NOTE)}</p>
            </div>
            {store_table(
                text::PER_STORE,
                move || report.with_value(|r| r.stores.iter().take(FIRST_STORES).cloned().collect()),
                top,
                "table-stores",
            )}
        </div>
        {(all > FIRST_STORES)
            .then(|| {
                view! {
                    <Folded
                        words=Signal::derive(move || tn(text::ALL_STORES, all as u64, &[]))
                        inside=move || {
                            store_table(
                                text::EVERY_STORE,
                                move || report.with_value(|r| r.stores.clone()),
                                top,
                                "table-all-stores",
                            )
                        }
                        testid="fold-stores"
                    />
                }
            })}
    }
}

#[component]
pub(super) fn FrequencyPlot(report: StoredValue<Report>) -> impl IntoView {
    let name = |visits: u32| {
        if visits >= 10 {
            t(text::TIMES_10)().to_owned()
        } else {
            tn(text::TIMES_N, visits.into(), &[])
        }
    };
    let bars = move || {
        report.with_value(|r| {
            r.frequency
                .iter()
                .map(|row| Bar {
                    reading: tf(
                        text::READING,
                        &[&name(row.visits), &tn(text::SHOPPERS_N, row.shoppers, &[])],
                    ),
                    tick: if row.visits >= 10 {
                        "10+".to_owned()
                    } else {
                        count(row.visits.into())
                    },
                    rank: 0,
                    value: row.shoppers,
                    quiet: false,
                })
                .collect::<Vec<_>>()
        })
    };
    let plot = move || {
        view! {
            <Bars
                bars=bars()
                name=t(text::PER_SHOPPER)()
                counted=t(text::AXIS_SHOPPERS)()
                along=t(text::AXIS_TIMES)()
                rest=t(text::POINT_TIMES)()
                testid="plot-frequency"
            />
        }
    };
    let table = move || {
        let rows = move || {
            report.with_value(|r| {
                r.frequency
                    .iter()
                    .map(|row| vec![name(row.visits).into(), row.shoppers.into()])
                    .collect::<Vec<Vec<Cell>>>()
            })
        };
        view! {
            <Table
                name=text::PER_SHOPPER
                columns=[Column::Words(text::TIMES), Column::Figures(text::SHOPPERS)]
                rows=rows
                testid="table-frequency"
            />
        }
    };
    view! {
        {plot}
        <Folded
            words=Signal::derive(move || t(text::AS_TABLE)().to_owned())
            inside=table
            testid="fold-frequency"
        />
    }
}
