//! The plots of `chart`.

use app::yen::Yen;
use leptos::prelude::*;

use super::{Section, text};
use crate::{
    chart::{Bar, BarKey, Bars, Mark, MarkKey, MarkMap, Meter, Part, Tone},
    format::{self, count},
    lang::{lang, t},
};

/// 2026-11-01, midnight in Japan, a Sunday.
const FIRST: i64 = 1_793_458_800_000;
const DAY: i64 = 86_400_000;

/// All of them, with made-up figures.
#[component]
pub(super) fn Plots() -> impl IntoView {
    view! {
        <Section name=text::BARS testid="bars">
            {move || [7, 30, 90].map(|days| view! { <Days days=days /> }).collect_view()}
            <p class="row">
                <BarKey />
                <BarKey quiet=true />
            </p>
        </Section>
        <Section name=text::METER testid="meter">
            {move || {
                let part = |label, yen: i64, tone| Part {
                    label: t(label)().to_owned(),
                    text: Yen(yen).to_string(),
                    value: yen,
                    tone,
                };
                view! {
                    <Meter parts=vec![
                        part(text::SPENT, 42_300, "spent"),
                        part(text::RESERVED, 18_900, "reserved"),
                        part(text::AVAILABLE, 38_800, "available"),
                    ] />
                }
            }}
        </Section>
        <Section name=text::MAP testid="map">
            {move || [1, 24, 2_000].map(|n| view! { <Map n=n /> }).collect_view()}
        </Section>
        <Section name=text::MARKS testid="marks">
            <p class="row">
                {[Tone::Plain, Tone::Near, Tone::Exact, Tone::Wrong]
                    .map(|tone| view! { <MarkKey tone=tone /> })}
            </p>
        </Section>
    }
}

#[component]
fn Days(days: i64) -> impl IntoView {
    let bars: Vec<Bar> = (0..days)
        .map(|i| {
            let at = FIRST + i * DAY;
            let wall = format::wall(at);
            let value = u64::try_from((i * 37 + i * i * 11) % 97).unwrap_or(0);
            Bar {
                reading: format!("{}: {}", format::day(at, lang()), count(value)),
                tick: format::month_day_short(wall.month, wall.day, lang()),
                rank: match wall.weekday {
                    _ if i == 0 || i + 1 == days => 0,
                    1 => 1,
                    _ => 2,
                },
                value,
                quiet: matches!(wall.weekday, 0 | 6),
            }
        })
        .collect();
    view! {
        <Bars
            bars=bars
            name=t(text::BARS)()
            counted=t(text::VISITS)()
            rest=t(text::BARS_POINT)()
        />
    }
}

#[component]
fn Map(n: u32) -> impl IntoView {
    let marks: Vec<Mark> = (0..n)
        .map(|i| {
            // A spiral: dense in the middle, thin outside.
            let (turn, far) = (f64::from(i) * 2.4, f64::from(i).sqrt());
            Mark {
                lat: 35.68 + turn.sin() * far * 0.004,
                lng: 139.76 + turn.cos() * far * 0.005,
                radius: if n > 1_000 {
                    1.5
                } else {
                    (14.0 - far * 2.0).max(3.0)
                },
                tone: if i % 40 == 39 {
                    Tone::Near
                } else {
                    Tone::Plain
                },
                name: if n > 1_000 {
                    String::new()
                } else {
                    format!("ライテン {} 号店", i + 1)
                },
            }
        })
        .collect();
    view! {
        <MarkMap
            marks=marks
            name=t(text::MAP)()
            rest=t(text::MAP_POINT)()
            read=Callback::new(|i: usize| count(i as u64 + 1))
            pointed=RwSignal::new(None)
        />
    }
}
