//! What plots have in common: a readout, the axes' names, and a drawing that can be read by pointing, by tapping and by the arrow keys.

use leptos::{html, prelude::*};

use super::reading::{step, width_of};

/// Before the first measurement: a phone.
const FIRST_WIDTH: f64 = 324.0;

/// The words around a drawing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// What the plot is of, for a screen reader.
    pub name: String,
    /// What goes upwards, with its unit: `来店（回）`.
    pub counted: String,
    /// What the words below are, with their unit; empty where they speak for themselves.
    pub along: String,
    /// Readout while nothing is pointed at.
    pub rest: String,
    /// A stable name for journeys.
    pub testid: String,
}

/// A drawing of so many readings. `picture` draws for a width in CSS pixels.
#[component]
pub(super) fn Plot<F>(
    /// The words around it.
    words: Words,
    /// What each part says when it is pointed at, from left to right.
    readings: Vec<String>,
    /// Which part is pointed at.
    pointed: RwSignal<Option<usize>>,
    /// Draws it.
    picture: F,
) -> impl IntoView
where
    F: Fn(f64) -> AnyView + Send + Sync + 'static,
{
    let node = NodeRef::<html::Div>::new();
    let width = width_of(node, FIRST_WIDTH);
    let all = readings.len();
    let Words {
        name,
        counted,
        along,
        rest,
        testid,
    } = words;
    let readings = StoredValue::new(readings);
    let readout = Signal::derive(move || {
        pointed
            .get()
            .and_then(|i| readings.with_value(|all| all.get(i).cloned()))
            .unwrap_or_else(|| rest.clone())
    });
    view! {
        <div class="chart" data-testid=testid>
            <p
                class="chart-readout number"
                class:is-rest=move || pointed.get().is_none()
                aria-hidden="true"
            >
                {readout}
            </p>
            <p class="chart-name" aria-hidden="true">
                {counted}
            </p>
            <div
                class="chart-plot"
                node_ref=node
                tabindex="0"
                role="slider"
                aria-label=name
                aria-valuemin="1"
                aria-valuemax=all.max(1)
                aria-valuenow=move || pointed.get().map_or(1, |i| i + 1)
                aria-valuetext=readout
                on:pointerleave=move |_| pointed.set(None)
                on:keydown=move |event| {
                    if let Some(to) = step(&event.key(), pointed.get_untracked(), all) {
                        event.prevent_default();
                        pointed.set(to);
                    }
                }
            >
                {move || picture(width.get())}
            </div>
            {(!along.is_empty())
                .then(|| {
                    view! {
                        <p class="chart-name is-along" aria-hidden="true">
                            {along}
                        </p>
                    }
                })}
        </div>
    }
}
