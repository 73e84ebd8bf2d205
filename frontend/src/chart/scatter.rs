//! Positions as dots on a flat picture: no tiles, nothing fetched.

use std::fmt::Write as _;

use leptos::prelude::*;

use super::Frame;

/// One position.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dot {
    /// Latitude, degrees.
    pub lat: f64,
    /// Longitude, degrees.
    pub lng: f64,
    /// Diameter on the screen, CSS pixels.
    pub size: u32,
    /// The end of its class: `plain`, `near`, `exact`.
    pub tone: &'static str,
}

/// Dots in the order given, later ones on top. Dots of one tone and size are one path, so that ten thousand of them cost
/// the browser what a few do.
#[component]
pub fn Scatter(
    /// The positions.
    dots: Vec<Dot>,
) -> impl IntoView {
    let frame = Frame::around(dots.iter().map(|d| (d.lat, d.lng)))?;
    let mut paths: Vec<(&'static str, u32, String)> = Vec::new();
    for dot in &dots {
        let (x, y) = frame.place(dot.lat, dot.lng);
        if !(x.is_finite() && y.is_finite()) {
            continue;
        }
        let same = paths
            .last_mut()
            .filter(|(tone, size, _)| *tone == dot.tone && *size == dot.size);
        let path = if let Some((_, _, path)) = same {
            path
        } else {
            paths.push((dot.tone, dot.size, String::new()));
            let Some((_, _, path)) = paths.last_mut() else {
                continue;
            };
            path
        };
        // Whole units of a drawing 1000 wide; a line of no length with a round cap is a dot. Writing to a text cannot fail.
        let _ = write!(path, "M{} {}h0", x.round() as i64, y.round() as i64);
    }
    let shapes = paths
        .into_iter()
        .map(|(tone, size, d)| {
            view! {
                <path
                    class=format!("dot-{tone}")
                    d=d
                    stroke-width=size
                    vector-effect="non-scaling-stroke"
                />
            }
        })
        .collect_view();
    let (width, height) = (frame.width.ceil() as i64, frame.height.ceil() as i64);
    let grid: String = (1..10)
        .map(|i| i * 100)
        .filter(|at| *at < width || *at < height)
        .map(|at| {
            let mut line = String::new();
            if at < width {
                let _ = write!(line, "M{at} 0V{height}");
            }
            if at < height {
                let _ = write!(line, "M0 {at}H{width}");
            }
            line
        })
        .collect();
    Some(view! {
        <svg class="scatter" viewBox=format!("0 0 {width} {height}") aria-hidden="true">
            <path class="chart-grid" d=grid vector-effect="non-scaling-stroke" />
            {shapes}
        </svg>
    })
}
