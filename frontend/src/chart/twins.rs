//! Two groups side by side: how large a part of each is in a class.

use std::fmt::Write as _;

use leptos::prelude::*;

use super::{
    layout::{SMALL, Tick, pick, text_width},
    nice_span,
    plot::{Plot, Words},
};

/// A class.
#[derive(Clone, Debug, PartialEq)]
pub struct Twin {
    /// What it says when it is pointed at.
    pub reading: String,
    /// A short form for the axis.
    pub tick: String,
    /// The part of the first group and of the second that is in it, of one.
    pub parts: [f64; 2],
}

const HEIGHT: f64 = 208.0;
const ABOVE: f64 = 12.0;
const BELOW: f64 = 24.0;

/// Bars in pairs: the first group in the quieter tone.
#[component]
pub fn Twins(
    /// From left to right.
    twins: Vec<Twin>,
    /// The words around it.
    words: Words,
) -> impl IntoView {
    let pointed = RwSignal::new(None::<usize>);
    let readings = twins.iter().map(|twin| twin.reading.clone()).collect();
    let picture = move |width: f64| drawing(&twins, width, pointed).into_any();
    view! { <Plot words=words readings=readings pointed=pointed picture=picture /> }
}

fn drawing(twins: &[Twin], width: f64, pointed: RwSignal<Option<usize>>) -> impl IntoView + use<> {
    let most = twins.iter().flat_map(|t| t.parts).fold(0.0, f64::max);
    let (_, top, step) = nice_span(0.0, most, 5);
    let word = |part: f64| format!("{:.0} %", part * 100.0);
    let left = text_width(&word(top), SMALL) + 8.0;
    let base = HEIGHT - BELOW;
    let pitch = (width - left).max(1.0) / twins.len().max(1) as f64;
    let y = |part: f64| base - part / top * (base - ABOVE);
    let mut grid = String::new();
    let mut levels = Vec::new();
    let mut level = 0.0;
    while level <= top + step / 2.0 {
        let at = y(level);
        // Writing to a text cannot fail.
        let _ = write!(grid, "M{left:.1} {at:.1}H{width:.1}");
        levels.push(view! {
            <text class="chart-word" x=left - 6.0 y=at + SMALL * 0.35 text-anchor="end">
                {word(level)}
            </text>
        });
        level += step;
    }
    let gap = (pitch * 0.14).clamp(0.5, 8.0);
    let half = (pitch / 2.0 - gap).max(0.5);
    let shapes = twins
        .iter()
        .enumerate()
        .map(|(i, twin)| {
            let x = left + pitch * i as f64;
            let bar = |which: usize, part: f64| {
                let (from, quiet) = (x + gap + half * which as f64, which == 0);
                view! {
                    <g class:is-quiet=quiet>
                        <rect class="chart-fill" x=from y=y(part) width=half height=base - y(part) />
                    </g>
                }
            };
            let [first, second] = twin.parts;
            view! {
                <g
                    class="chart-bar"
                    on:pointerenter=move |_| pointed.set(Some(i))
                    on:pointerdown=move |_| pointed.set(Some(i))
                >
                    <g class:is-pointed=move || pointed.get() == Some(i)>
                        <rect class="chart-hit" x=x y="0" width=pitch height=base />
                    </g>
                    {bar(0, first)}
                    {bar(1, second)}
                </g>
            }
        })
        .collect_view();
    let places: Vec<Tick> = twins
        .iter()
        .enumerate()
        .map(|(i, twin)| Tick {
            middle: left + pitch * (i as f64 + 0.5),
            width: text_width(&twin.tick, SMALL),
            rank: u8::from(i != 0 && i + 1 != twins.len()),
        })
        .collect();
    let ticks = pick(&places, width, 6.0)
        .into_iter()
        .filter_map(|(i, x)| {
            twins.get(i).map(|twin| {
                view! {
                    <text class="chart-word" x=x y=HEIGHT - 6.0 text-anchor="middle">
                        {twin.tick.clone()}
                    </text>
                }
            })
        })
        .collect_view();
    view! {
        <svg class="chart-area" viewBox=format!("0 0 {width} {HEIGHT}") aria-hidden="true">
            <path class="chart-grid" d=grid />
            {shapes}
            {levels}
            {ticks}
        </svg>
    }
}
