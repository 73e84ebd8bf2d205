//! Bars: upright ones along a line of days or classes, lying ones inside a table's cell.

use std::fmt::Write as _;

use leptos::prelude::*;

use super::{
    layout::{SMALL, Tick, pick, text_width},
    nice_top,
    plot::{Plot, Words},
};
use crate::format::count;

/// One upright bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// What it says when it is pointed at: `Sun 22 Nov: 12 visits`.
    pub reading: String,
    /// A short form for the axis.
    pub tick: String,
    /// How much the axis wants it written: 0 always (the ends), larger where there is room.
    pub rank: u8,
    /// How high.
    pub value: u64,
    /// Drawn in a quieter tone (days of a week-end).
    pub quiet: bool,
}

/// Height of the drawing, pixels.
const HEIGHT: f64 = 208.0;
/// What lies above the highest bar: half a word, and the number over a bar.
const ABOVE: f64 = 20.0;
/// What lies below: the words of the axis.
const BELOW: f64 = 24.0;
/// Where things are for one width.
struct Layout {
    width: f64,
    left: f64,
    pitch: f64,
    top: u64,
}

impl Layout {
    fn of(bars: &[Bar], width: f64) -> Self {
        let top = nice_top(bars.iter().map(|b| b.value).max().unwrap_or(0));
        let left = text_width(&count(top), SMALL) + 8.0;
        Self {
            width,
            left,
            pitch: (width - left).max(1.0) / bars.len().max(1) as f64,
            top,
        }
    }

    fn x(&self, i: usize) -> f64 {
        self.left + self.pitch * i as f64
    }

    /// From the top of the drawing.
    fn y(&self, value: u64) -> f64 {
        let whole = HEIGHT - ABOVE - BELOW;
        let height = whole * value as f64 / self.top.max(1) as f64;
        // Anything at all is seen.
        let height = if value > 0 { height.max(2.0) } else { 0.0 };
        ABOVE + whole - height
    }

    /// Lines and numbers on the left: none, half where it is whole, and the top.
    fn levels(&self) -> Vec<u64> {
        if self.top.is_multiple_of(2) {
            vec![0, self.top / 2, self.top]
        } else {
            vec![0, self.top]
        }
    }
}

/// Upright bars with a readout of the one pointed at.
#[component]
pub fn Bars(
    /// From left to right.
    #[prop(into)]
    bars: Vec<Bar>,
    /// What the plot is of, for a screen reader.
    #[prop(into)]
    name: String,
    /// What is counted upwards, with its unit: `来店（回）`.
    #[prop(into)]
    counted: String,
    /// What the words below are, with their unit; empty where they speak for themselves.
    #[prop(optional, into)]
    along: String,
    /// Readout while nothing is pointed at.
    #[prop(into)]
    rest: String,
    /// A stable name for journeys.
    #[prop(optional, into)]
    testid: Option<String>,
) -> impl IntoView {
    let pointed = RwSignal::new(None::<usize>);
    let readings = bars.iter().map(|bar| bar.reading.clone()).collect();
    let words = Words {
        name,
        counted,
        along,
        rest,
        testid: testid.unwrap_or_default(),
    };
    let picture = move |width: f64| drawing(&bars, width, pointed).into_any();
    view! { <Plot words=words readings=readings pointed=pointed picture=picture /> }
}

fn drawing(bars: &[Bar], width: f64, pointed: RwSignal<Option<usize>>) -> impl IntoView + use<> {
    let layout = Layout::of(bars, width);
    let base = HEIGHT - BELOW;
    let mut grid = String::new();
    let mut words = Vec::new();
    for level in layout.levels() {
        let y = layout.y(level).min(base);
        // Writing to a text cannot fail.
        let _ = write!(grid, "M{:.1} {y:.1}H{width:.1}", layout.left);
        words.push(view! {
            <text class="chart-word" x=layout.left - 6.0 y=y + SMALL * 0.35 text-anchor="end">
                {count(level)}
            </text>
        });
    }
    // A number over each bar, where all have room for theirs.
    let roomy = bars
        .iter()
        .all(|b| text_width(&count(b.value), SMALL) + 2.0 <= layout.pitch);
    let gap = (layout.pitch * 0.16).clamp(0.5, 6.0);
    let shapes = bars
        .iter()
        .enumerate()
        .map(|(i, bar)| {
            let (x, y) = (layout.x(i), layout.y(bar.value));
            view! {
                <g
                    class="chart-bar"
                    class:is-quiet=bar.quiet
                    class:is-pointed=move || pointed.get() == Some(i)
                    on:pointerenter=move |_| pointed.set(Some(i))
                    on:pointerdown=move |_| pointed.set(Some(i))
                >
                    <rect class="chart-hit" x=x y="0" width=layout.pitch height=base />
                    <rect
                        class="chart-fill"
                        x=x + gap
                        y=y
                        width=layout.pitch - 2.0 * gap
                        height=base - y
                        rx=(layout.pitch * 0.12).min(3.0)
                    />
                    {(roomy && bar.value > 0)
                        .then(|| {
                            view! {
                                <text
                                    class="chart-word is-value"
                                    x=x + layout.pitch / 2.0
                                    y=y - 5.0
                                    text-anchor="middle"
                                >
                                    {count(bar.value)}
                                </text>
                            }
                        })}
                </g>
            }
        })
        .collect_view();
    let ticks: Vec<Tick> = bars
        .iter()
        .enumerate()
        .map(|(i, bar)| Tick {
            middle: layout.x(i) + layout.pitch / 2.0,
            width: text_width(&bar.tick, SMALL),
            rank: bar.rank,
        })
        .collect();
    let ticks = pick(&ticks, layout.width, 8.0)
        .into_iter()
        .filter_map(|(i, x)| {
            bars.get(i).map(|bar| {
                view! {
                    <text class="chart-word" x=x y=HEIGHT - 6.0 text-anchor="middle">
                        {bar.tick.clone()}
                    </text>
                }
            })
        })
        .collect_view();
    view! {
        <svg class="chart-area" viewBox=format!("0 0 {width} {HEIGHT}") aria-hidden="true">
            <path class="chart-grid" d=grid />
            {shapes}
            {words}
            {ticks}
        </svg>
    }
}

/// A bar's tone, for a legend.
#[component]
pub fn BarKey(
    /// The quieter tone.
    #[prop(optional)]
    quiet: bool,
) -> impl IntoView {
    let class = if quiet {
        "chart-fill-quiet"
    } else {
        "chart-fill"
    };
    view! {
        <svg class="mark-key" viewBox="0 0 14 14" aria-hidden="true">
            <rect class=class x="1" y="1" width="12" height="12" rx="3" />
        </svg>
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
            <rect class="chart-fill" width=length.min(1000).to_string() height="10" />
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::{ABOVE, BELOW, Bar, HEIGHT, Layout};

    fn bars(values: &[u64]) -> Vec<Bar> {
        values
            .iter()
            .map(|value| Bar {
                reading: String::new(),
                tick: String::new(),
                rank: 0,
                value: *value,
                quiet: false,
            })
            .collect()
    }

    #[test]
    fn bars_stand_on_the_axis_and_stay_below_the_top() {
        let layout = Layout::of(&bars(&[0, 1, 600, 1_000]), 324.0);
        assert!((layout.y(0) - (HEIGHT - BELOW)).abs() < 1e-9);
        assert!((layout.y(1_000) - ABOVE).abs() < 1e-9);
        assert!(layout.y(1) <= HEIGHT - BELOW - 2.0, "one visit is seen");
        assert_eq!(layout.levels(), [0, 500, 1_000]);
        assert!((layout.x(4) - 324.0).abs() < 1e-9, "they fill the width");
    }

    #[test]
    fn no_bars_draw_nothing_and_divide_by_nothing() {
        let layout = Layout::of(&[], 0.0);
        assert!(layout.pitch.is_finite() && layout.y(0).is_finite());
    }
}
