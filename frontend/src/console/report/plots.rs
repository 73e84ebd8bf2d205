//! The plots of the report, each with the table behind it.

use app::{
    api::retailer::{Report, StoreRow},
    day::{Day, JST},
};
use leptos::prelude::*;

use super::text;
use crate::{
    chart::{Bar, Bars, Dot, Scatter, ShareBar},
    format::{self, count},
    lang::{lang, t, tf, tn},
};

/// Stores in the short table; the rest is one press away.
const FIRST_STORES: usize = 10;

fn at(day: &str) -> Option<Day> {
    day.parse().ok()
}

#[component]
pub(super) fn DayPlot(report: StoredValue<Report>) -> impl IntoView {
    let plot = move || {
        let lang = lang();
        let bars: Vec<Bar> = report.with_value(|r| {
            r.days
                .iter()
                .map(|row| {
                    let day = at(&row.day);
                    Bar {
                        reading: format!(
                            "{}: {}",
                            day.map_or_else(
                                || row.day.clone(),
                                |d| format::day(d.start(JST), lang)
                            ),
                            tn(text::VISITS_N, row.visits, &[])
                        ),
                        tick: day.map_or_else(String::new, |d| {
                            let wall = format::wall(d.start(JST));
                            format!("{}/{}", wall.month, wall.day)
                        }),
                        value: row.visits,
                        quiet: day.is_some_and(Day::is_weekend),
                    }
                })
                .collect()
        });
        view! { <Bars bars=bars rest=t(text::POINT)() /> }
    };
    let rows = move || {
        let lang = lang();
        report.with_value(|r| {
            r.days
                .iter()
                .map(|row| {
                    let day = at(&row.day)
                        .map_or_else(|| row.day.clone(), |d| format::day(d.start(JST), lang));
                    view! {
                        <tr>
                            <th scope="row" class="number">
                                {day}
                            </th>
                            <td class="number">{count(row.plays)}</td>
                            <td class="number">{count(row.issued)}</td>
                            <td class="number">{count(row.redeemed)}</td>
                            <td class="number">{row.cost.to_string()}</td>
                            <td class="number">{count(row.visits)}</td>
                        </tr>
                    }
                })
                .collect_view()
        })
    };
    view! {
        {plot}
        <details class="more">
            <summary>{t(text::AS_TABLE)}</summary>
            <div class="table-wrap" tabindex="0" role="region" aria-label=t(text::PER_DAY)>
                <table class="table numbers">
                    <thead>
                        <tr>
                            <th scope="col">{t(text::DAY)}</th>
                            <th scope="col">{t(text::PLAYS_COLUMN)}</th>
                            <th scope="col">{t(text::ISSUED_COLUMN)}</th>
                            <th scope="col">{t(text::REDEEMED_COLUMN)}</th>
                            <th scope="col">{t(text::COST)}</th>
                            <th scope="col">{t(text::VISITS)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
}

fn store_table(rows: Vec<StoreRow>, top: u64) -> impl IntoView {
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=t(text::PER_STORE)>
            <table class="table numbers">
                <thead>
                    <tr>
                        <th scope="col">{t(text::STORE)}</th>
                        <th scope="col">{t(text::VISITS)}</th>
                        <td class="share-cell"></td>
                        <th scope="col">{t(text::ISSUED_COLUMN)}</th>
                        <th scope="col">{t(text::REDEEMED_COLUMN)}</th>
                        <th scope="col">{t(text::COST)}</th>
                    </tr>
                </thead>
                <tbody>
                    {rows
                        .into_iter()
                        .map(|row| {
                            view! {
                                <tr>
                                    <th scope="row">{row.name}</th>
                                    <td class="number">{count(row.visits)}</td>
                                    <td class="share-cell">
                                        <ShareBar value=row.visits top=top />
                                    </td>
                                    <td class="number">{count(row.issued)}</td>
                                    <td class="number">{count(row.redeemed)}</td>
                                    <td class="number">{row.cost.to_string()}</td>
                                </tr>
                            }
                        })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
}

/// Diameter of a store's dot: its area grows with the visits.
fn dot_size(visits: u64, top: u64) -> u32 {
    let share = visits as f64 / top.max(1) as f64;
    // Between 5 and 26 pixels.
    (5.0 + 21.0 * share.sqrt()) as u32
}

#[component]
pub(super) fn StorePlot(report: StoredValue<Report>) -> impl IntoView {
    let stores = report.with_value(|r| r.stores.clone());
    let top = stores.iter().map(|s| s.visits).max().unwrap_or(0);
    let all = stores.len() as u64;
    // Small ones last, so that none is hidden under a large one.
    let dots: Vec<Dot> = stores
        .iter()
        .map(|s| Dot {
            lat: s.lat,
            lng: s.lng,
            size: dot_size(s.visits, top),
            tone: "plain",
        })
        .collect();
    let first: Vec<StoreRow> = stores.iter().take(FIRST_STORES).cloned().collect();
    let rest = (stores.len() > FIRST_STORES).then_some(stores);
    view! {
        <div class="store-plot">
            <Scatter dots=dots />
            {store_table(first, top)}
        </div>
        {rest
            .map(|stores| {
                view! {
                    <details class="more">
                        <summary>{move || tn(text::ALL_STORES, all, &[])}</summary>
                        {store_table(stores, top)}
                    </details>
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
            tf(text::TIMES_N, &[&visits.to_string()])
        }
    };
    let plot = move || {
        let _ = lang();
        let bars: Vec<Bar> = report.with_value(|r| {
            r.frequency
                .iter()
                .map(|row| Bar {
                    reading: format!(
                        "{}: {}",
                        name(row.visits),
                        tn(text::SHOPPERS_N, row.shoppers, &[])
                    ),
                    tick: if row.visits >= 10 {
                        "10+".to_owned()
                    } else {
                        row.visits.to_string()
                    },
                    value: row.shoppers,
                    quiet: false,
                })
                .collect()
        });
        view! { <Bars bars=bars rest=t(text::TIMES)() /> }
    };
    let rows = move || {
        let _ = lang();
        report.with_value(|r| {
            r.frequency
                .iter()
                .map(|row| {
                    view! {
                        <tr>
                            <th scope="row" class="number">
                                {name(row.visits)}
                            </th>
                            <td class="number">{count(row.shoppers)}</td>
                        </tr>
                    }
                })
                .collect_view()
        })
    };
    view! {
        {plot}
        <details class="more">
            <summary>{t(text::AS_TABLE)}</summary>
            <div class="table-wrap" tabindex="0" role="region" aria-label=t(text::PER_SHOPPER)>
                <table class="table numbers">
                    <thead>
                        <tr>
                            <th scope="col">{t(text::TIMES)}</th>
                            <th scope="col">{t(text::SHOPPERS)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
}
