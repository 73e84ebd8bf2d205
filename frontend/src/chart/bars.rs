//! Bars: upright ones along a line of days or classes, lying ones inside a table's cell.

use leptos::prelude::*;

use super::nice_top;

/// One upright bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// What it says when it is pointed at: `Sun 22 Nov: 12 visits`.
    pub reading: String,
    /// A short form for the axis; empty: none.
    pub tick: String,
    /// How high.
    pub value: u64,
    /// Drawn in a quieter tone (days of a weekend).
    pub quiet: bool,
}

/// Upright bars with a readout of the one pointed at.
#[component]
pub fn Bars(
    /// From left to right.
    #[prop(into)]
    bars: Vec<Bar>,
    /// Readout while nothing is pointed at.
    #[prop(into)]
    rest: String,
) -> impl IntoView {
    let top = nice_top(bars.iter().map(|b| b.value).max().unwrap_or(0));
    let pointed = RwSignal::new(None::<usize>);
    let count = bars.len().max(1);
    // Whole units, so that bars of a long period do not blur.
    let (pitch, gap) = if count > 45 { (8, 1) } else { (20, 3) };
    let width = pitch * count;
    let readouts: Vec<String> = bars.iter().map(|b| b.reading.clone()).collect();
    let shapes = bars
        .iter()
        .enumerate()
        .map(|(i, bar)| {
            // Per mille of the plot's height; anything at all is seen.
            let height = if bar.value == 0 {
                0
            } else {
                (u128::from(bar.value) * 1000 / u128::from(top)).max(8)
            };
            let x = i * pitch;
            let class = if bar.quiet {
                "chart-bar is-quiet"
            } else {
                "chart-bar"
            };
            view! {
                <g
                    class=class
                    class:is-pointed=move || pointed.get() == Some(i)
                    on:pointerenter=move |_| pointed.set(Some(i))
                    on:pointerdown=move |_| pointed.set(Some(i))
                >
                    <rect class="chart-hit" x=x y="0" width=pitch height="1000" />
                    <rect
                        class="chart-fill"
                        x=x + gap
                        y=1000 - height.min(1000)
                        width=pitch - 2 * gap
                        height=height
                    />
                </g>
            }
        })
        .collect_view();
    let ticks = bars
        .iter()
        .map(|b| view! { <span>{b.tick.clone()}</span> })
        .collect_view();
    let sparse = count > 14;
    let ends: Vec<String> = match (bars.first(), bars.get(count / 2), bars.last()) {
        (Some(a), Some(b), Some(c)) => vec![a.tick.clone(), b.tick.clone(), c.tick.clone()],
        _ => Vec::new(),
    };
    view! {
        <div class="chart" aria-hidden="true">
            <p class="chart-readout number">
                {move || {
                    pointed
                        .get()
                        .and_then(|i| readouts.get(i).cloned())
                        .unwrap_or_else(|| rest.clone())
                }}
            </p>
            <div class="chart-plot" on:pointerleave=move |_| pointed.set(None)>
                <div class="chart-y number">
                    <span>{crate::format::count(top)}</span>
                    <span>
                        {top.is_multiple_of(2).then(|| crate::format::count(top / 2))}
                    </span>
                    <span>"0"</span>
                </div>
                <svg
                    class="chart-area"
                    viewBox=format!("0 0 {width} 1000")
                    preserveAspectRatio="none"
                >
                    <path class="chart-grid" d=format!("M0 1H{width}M0 500H{width}M0 999H{width}") />
                    {shapes}
                </svg>
                {if sparse {
                    let ends = ends.into_iter().map(|t| view! { <span>{t}</span> }).collect_view();
                    view! { <div class="chart-x is-sparse number">{ends}</div> }.into_any()
                } else {
                    view! { <div class="chart-x number">{ticks}</div> }.into_any()
                }}
            </div>
        </div>
    }
}

/// A lying bar for a table's cell: `value` of `top`.
#[component]
pub fn ShareBar(
    /// How long.
    value: u64,
    /// What fills the cell.
    top: u64,
) -> impl IntoView {
    let length = u128::from(value) * 1000 / u128::from(top.max(1));
    view! {
        <svg
            class="chart-share"
            viewBox="0 0 1000 10"
            preserveAspectRatio="none"
            aria-hidden="true"
        >
            <rect class="chart-track" width="1000" height="10" />
            <rect class="chart-fill" width=length.min(1000) height="10" />
        </svg>
    }
}
