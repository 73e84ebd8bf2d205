//! Estimates with their intervals: one below the other (a forest), and along time (a band). Values are parts of one, written as percent.

use std::fmt::Write as _;

use leptos::prelude::*;

use super::{
    layout::{SMALL, Tick, common_start, pick, shorten, text_width},
    nice_span,
    plot::{Plot, Words},
};
use crate::format::signed_percent;

/// An estimate; an end that is not there lies outside of the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Whisker {
    /// The estimate.
    pub value: f64,
    /// The lower end.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
}

impl Whisker {
    /// Whether all of it lies on one side of nothing.
    #[must_use]
    pub fn is_clear(&self) -> bool {
        self.low.is_some_and(|low| low > 0.0) || self.high.is_some_and(|high| high < 0.0)
    }
}

/// What is drawn at most, on either side of nothing: an interval of few shoppers must not make all others lines of no length.
const FARTHEST: f64 = 2.0;

/// From where to where estimates reach, nothing included.
fn extent(whiskers: &[Whisker]) -> (f64, f64) {
    let ends = whiskers
        .iter()
        .flat_map(|w| [Some(w.value), w.low, w.high])
        .flatten();
    ends.fold((0.0, 0.0), |(low, high), end| {
        (
            f64::min(low, end.max(-1.0)),
            f64::max(high, end.min(FARTHEST)),
        )
    })
}

/// A row of a forest.
#[derive(Clone, Debug, PartialEq)]
pub struct ForestRow {
    /// What is written above it.
    pub name: String,
    /// What it says when it is pointed at.
    pub reading: String,
    /// The estimate.
    pub whisker: Whisker,
}

/// Height of a row, pixels.
const ROW: f64 = 44.0;
/// What the axis below takes.
const BELOW: f64 = 24.0;

/// Estimates one below the other, about a line where there is no difference.
#[component]
pub fn Forest(
    /// From the top.
    rows: Vec<ForestRow>,
    /// The words around it.
    words: Words,
) -> impl IntoView {
    let pointed = RwSignal::new(None::<usize>);
    let readings = rows.iter().map(|row| row.reading.clone()).collect();
    let picture = move |width: f64| forest(&rows, width, pointed).into_any();
    view! { <Plot words=words readings=readings pointed=pointed picture=picture /> }
}

fn forest(
    rows: &[ForestRow],
    width: f64,
    pointed: RwSignal<Option<usize>>,
) -> impl IntoView + use<> {
    let whiskers: Vec<Whisker> = rows.iter().map(|row| row.whisker).collect();
    let (low, high) = extent(&whiskers);
    // A word has about this much room.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a screen's width by a word's"
    )]
    let most = (width / 72.0) as u32;
    let (low, high, step) = nice_span(low, high, most.min(8));
    let margin = 12.0;
    let x = move |value: f64| {
        margin + (value.clamp(low, high) - low) / (high - low) * (width - 2.0 * margin)
    };
    let height = ROW * rows.len() as f64 + BELOW;
    let base = height - BELOW;
    let mut grid = String::new();
    let mut ticks = Vec::new();
    let mut at = low;
    while at <= high + step / 2.0 {
        let _ = write!(grid, "M{:.1} 0V{base:.1}", x(at));
        let word = signed_percent(at);
        ticks.push((
            Tick {
                middle: x(at),
                width: text_width(&word, SMALL),
                rank: u8::from(at.abs() > step / 2.0),
            },
            word,
        ));
        at += step;
    }
    let places: Vec<Tick> = ticks.iter().map(|(tick, _)| *tick).collect();
    let words = pick(&places, width, 6.0)
        .into_iter()
        .filter_map(|(i, middle)| {
            ticks.get(i).map(|(_, word)| {
                view! {
                    <text class="chart-word" x=middle y=height - 6.0 text-anchor="middle">
                        {word.clone()}
                    </text>
                }
            })
        })
        .collect_view();
    // A chain's own name need not be repeated.
    let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    let shared = common_start(&names).len();
    let shapes = rows
        .iter()
        .enumerate()
        .map(|(i, row)| {
            let top = ROW * i as f64;
            let y = top + ROW - 13.0;
            let (from, to) = (
                row.whisker.low.map_or(0.0, x),
                row.whisker.high.map_or(width, x),
            );
            view! {
                <g
                    class="chart-bar"
                    class:is-quiet=!row.whisker.is_clear()
                    class:is-pointed=move || pointed.get() == Some(i)
                    on:pointerenter=move |_| pointed.set(Some(i))
                    on:pointerdown=move |_| pointed.set(Some(i))
                >
                    <rect class="chart-hit" x="0" y=top width=width height=ROW />
                    <text class="chart-word is-value is-over" x="2" y=top + SMALL + 4.0>
                        {shorten(row.name.get(shared..).unwrap_or(&row.name), SMALL, width - 4.0)}
                    </text>
                    <path
                        class="chart-whisker"
                        d=format!(
                            "M{from:.1} {y:.1}H{to:.1}M{from:.1} {:.1}v10M{to:.1} {:.1}v10",
                            y - 5.0,
                            y - 5.0,
                        )
                    />
                    <circle class="chart-fill" cx=x(row.whisker.value) cy=y r="5.5" />
                </g>
            }
        })
        .collect_view();
    view! {
        <svg class="chart-area" viewBox=format!("0 0 {width} {height}") aria-hidden="true">
            <path class="chart-grid" d=grid />
            <path class="chart-zero" d=format!("M{:.1} 0V{base:.1}", x(0.0)) />
            {shapes}
            {words}
        </svg>
    }
}

/// A moment of a band.
#[derive(Clone, Debug, PartialEq)]
pub struct BandPoint {
    /// When, unix milliseconds.
    pub at: i64,
    /// A short form for the axis.
    pub tick: String,
    /// What it says when it is pointed at.
    pub reading: String,
    /// The estimate.
    pub whisker: Whisker,
}

/// Height of the drawing, pixels.
const HEIGHT: f64 = 232.0;
/// What lies above the highest line.
const ABOVE: f64 = 12.0;

/// An estimate along time with the band in which it may lie.
#[component]
pub fn Band(
    /// Oldest first.
    points: Vec<BandPoint>,
    /// The words around it.
    words: Words,
) -> impl IntoView {
    let pointed = RwSignal::new(None::<usize>);
    let readings = points.iter().map(|point| point.reading.clone()).collect();
    let picture = move |width: f64| band(&points, width, pointed).into_any();
    view! { <Plot words=words readings=readings pointed=pointed picture=picture /> }
}

fn band(
    points: &[BandPoint],
    width: f64,
    pointed: RwSignal<Option<usize>>,
) -> impl IntoView + use<> {
    let whiskers: Vec<Whisker> = points.iter().map(|point| point.whisker).collect();
    let (low, high) = extent(&whiskers);
    let (low, high, step) = nice_span(low, high, 5);
    let base = HEIGHT - BELOW;
    let y = move |value: f64| base - (value.clamp(low, high) - low) / (high - low) * (base - ABOVE);
    let mut levels = Vec::new();
    let mut at = low;
    while at <= high + step / 2.0 {
        levels.push(at);
        at += step;
    }
    let left = levels
        .iter()
        .map(|level| text_width(&signed_percent(*level), SMALL))
        .fold(0.0, f64::max)
        + 8.0;
    let first = points.first().map_or(0, |p| p.at);
    let span = points.last().map_or(0, |p| p.at).saturating_sub(first);
    let inset = 8.0;
    let x = move |at: i64| {
        let part = at.saturating_sub(first) as f64 / span.max(1) as f64;
        left + inset + part * (width - left - 2.0 * inset).max(1.0)
    };
    let mut grid = String::new();
    let level_words = levels
        .iter()
        .map(|level| {
            let at = y(*level);
            let _ = write!(grid, "M{left:.1} {at:.1}H{width:.1}");
            view! {
                <text class="chart-word" x=left - 6.0 y=at + SMALL * 0.35 text-anchor="end">
                    {signed_percent(*level)}
                </text>
            }
        })
        .collect_view();
    let (mut area, mut line, mut back) = (String::new(), String::new(), Vec::new());
    for (i, point) in points.iter().enumerate() {
        let letter = if i == 0 { 'M' } else { 'L' };
        let at = x(point.at);
        let _ = write!(
            area,
            "{letter}{at:.1} {:.1}",
            y(point.whisker.high.unwrap_or(high))
        );
        let _ = write!(line, "{letter}{at:.1} {:.1}", y(point.whisker.value));
        back.push((at, y(point.whisker.low.unwrap_or(low))));
    }
    for (at, low) in back.into_iter().rev() {
        let _ = write!(area, "L{at:.1} {low:.1}");
    }
    area.push('z');
    let pitch = (width - left) / points.len().max(1) as f64;
    let shapes = points
        .iter()
        .enumerate()
        .map(|(i, point)| {
            let at = x(point.at);
            let whole = pitch.max(6.0);
            view! {
                <g
                    class="chart-bar"
                    class:is-pointed=move || pointed.get() == Some(i)
                    on:pointerenter=move |_| pointed.set(Some(i))
                    on:pointerdown=move |_| pointed.set(Some(i))
                >
                    <rect class="chart-hit" x=at - whole / 2.0 y="0" width=whole height=base />
                    <circle class="chart-fill" cx=at cy=y(point.whisker.value) r="3" />
                </g>
            }
        })
        .collect_view();
    let last = points.len().saturating_sub(1);
    let ticks: Vec<Tick> = points
        .iter()
        .enumerate()
        .map(|(i, point)| Tick {
            middle: x(point.at),
            width: text_width(&point.tick, SMALL),
            rank: u8::from(i != 0 && i != last),
        })
        .collect();
    let ticks = pick(&ticks, width, 12.0)
        .into_iter()
        .filter_map(|(i, middle)| {
            points.get(i).map(|point| {
                view! {
                    <text class="chart-word" x=middle y=HEIGHT - 6.0 text-anchor="middle">
                        {point.tick.clone()}
                    </text>
                }
            })
        })
        .collect_view();
    view! {
        <svg class="chart-area" viewBox=format!("0 0 {width} {HEIGHT}") aria-hidden="true">
            <path class="chart-band" d=area />
            <path class="chart-grid" d=grid />
            <path class="chart-zero" d=format!("M{left:.1} {:.1}H{width:.1}", y(0.0)) />
            <path class="chart-line" d=line />
            {shapes}
            {level_words}
            {ticks}
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::{FARTHEST, Whisker, extent};

    #[test]
    fn nothing_is_in_the_picture_and_no_interval_fills_it_alone() {
        let whisker = |value, low, high| Whisker { value, low, high };
        assert_eq!(extent(&[]), (0.0, 0.0));
        assert_eq!(extent(&[whisker(0.3, Some(0.1), Some(0.5))]), (0.0, 0.5));
        assert_eq!(extent(&[whisker(0.3, None, Some(90.0))]), (0.0, FARTHEST));
        assert!(whisker(0.3, Some(0.1), None).is_clear());
        assert!(!whisker(0.3, None, None).is_clear());
        assert!(whisker(-0.3, None, Some(-0.1)).is_clear());
    }
}
