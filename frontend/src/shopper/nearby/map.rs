//! A map-like picture: north up, rings of distance, stores as dots, the coarse cell that was sent. Vectors only; no tile
//! server learns where anybody is.

use app::{
    geo::{Cell, LatLng},
    id::StoreId,
};
use leptos::prelude::*;

use super::text;
use crate::{
    format,
    lang::{t, tf},
    shopper::session::Around,
    ui::{Button, ButtonKind},
};

/// Rings, metres.
const RINGS_M: [u32; 7] = [500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000];
/// The picture reaches this many units from its middle; a ring of the full range lies a little inside.
const HALF: f64 = 1000.0;
const RING: f64 = 920.0;
/// Metres of one degree of latitude (mean earth radius 6,371,008.8 m, IUGG).
const METRES_A_DEGREE: f64 = 111_195.0;

/// A point's place in the picture; plane geometry is good enough for a picture of some kilometres.
#[derive(Clone, Copy)]
struct Projection {
    origin: LatLng,
    units_a_metre: f64,
    east: f64,
}

impl Projection {
    fn new(origin: LatLng, range_m: u32) -> Self {
        Self {
            origin,
            units_a_metre: RING / f64::from(range_m),
            east: origin.lat().to_radians().cos(),
        }
    }

    fn xy(self, lat: f64, lng: f64) -> (i32, i32) {
        let scale = METRES_A_DEGREE * self.units_a_metre;
        let x = (lng - self.origin.lng()) * self.east * scale;
        let y = (self.origin.lat() - lat) * scale;
        // Saturates far outside of the picture, where it is clipped.
        (x.round() as i32, y.round() as i32)
    }
}

/// The smallest ring that holds the nearest dozen of stores, or all where there are fewer.
fn first_range(around: &Around) -> usize {
    let enough = around.stores.len().min(12);
    RINGS_M
        .iter()
        .position(|ring| around.stores.iter().filter(|(m, _)| m <= ring).count() >= enough)
        .unwrap_or(RINGS_M.len() - 1)
}

/// The picture.
#[component]
pub fn StoreMap(
    around: Around,
    cell: Option<Cell>,
    selected: RwSignal<Option<StoreId>>,
) -> impl IntoView {
    let range = RwSignal::new(first_range(&around));
    let range_m = move || RINGS_M[range.get()];
    let rings = move || {
        RINGS_M
            .iter()
            .filter(|m| **m <= range_m() && range_m() / **m <= 5)
            .map(|m| {
                let r = (RING * f64::from(*m) / f64::from(range_m())).round() as i32;
                view! {
                    <circle class="map-ring" r=r></circle>
                    <text class="map-scale" y=r text-anchor="middle" dy="24">
                        {format::distance(*m).replace(".0", "")}
                    </text>
                }
            })
            .collect::<Vec<_>>()
    };
    let origin = around.origin;
    let square = move || {
        cell.map(|cell| {
            // 30″ by 45″: see `app::geo::Cell`.
            let centre = cell.centre();
            let (half_lat, half_lng) = (15.0 / 3600.0, 22.5 / 3600.0);
            let projection = Projection::new(origin, range_m());
            let (x0, y0) = projection.xy(centre.lat() + half_lat, centre.lng() - half_lng);
            let (x1, y1) = projection.xy(centre.lat() - half_lat, centre.lng() + half_lng);
            view! { <rect class="map-cell" x=x0 y=y0 width=x1 - x0 height=y1 - y0></rect> }
        })
    };
    let dots = move || {
        let projection = Projection::new(origin, range_m());
        // The farthest first, so that the nearest lie on top.
        around
            .stores
            .iter()
            .rev()
            .map(|(_, store)| {
                let (id, (x, y)) = (store.store_id, projection.xy(store.lat, store.lng));
                let done = store.campaigns.iter().all(|c| c.plays_left == 0);
                view! {
                    <g
                        class="map-store"
                        class:map-store-done=done
                        class:map-store-selected=move || selected.get() == Some(id)
                        transform=format!("translate({x} {y})")
                        on:click=move |_| selected.set(Some(id))
                    >
                        <circle class="map-touch" r="90"></circle>
                        <circle class="map-dot" r="34"></circle>
                    </g>
                }
            })
            .collect::<Vec<_>>()
    };
    view! {
        <figure class="map">
            <svg
                class="map-picture"
                viewBox=format!("-{HALF} -{HALF} {0} {0}", 2.0 * HALF)
                role="img"
                aria-label=move || tf(text::MAP_LABEL, &[&format::distance(range_m())])
            >
                {square}
                {rings}
                <path class="map-cross" d="M0-40V40M-40 0H40"></path>
                <path class="map-needle" d="M-30-900 0-985 30-900 0-918z"></path>
                <text class="map-north" x="52" y="-905">
                    {t(text::NORTH)}
                </text>
                {dots}
                <circle class="map-halo" r="52"></circle>
                <circle class="map-here" r="30"></circle>
            </svg>
            <div class="map-tools">
                <Button
                    kind=ButtonKind::Secondary
                    disabled=Signal::derive(move || range.get() == 0)
                    on_press=move |()| range.update(|r| *r = r.saturating_sub(1))
                >
                    <span aria-hidden="true">"＋"</span>
                    <span class="visually-hidden">{t(text::ZOOM_IN)}</span>
                </Button>
                <Button
                    kind=ButtonKind::Secondary
                    disabled=Signal::derive(move || range.get() + 1 >= RINGS_M.len())
                    on_press=move |()| range.update(|r| *r = (*r + 1).min(RINGS_M.len() - 1))
                >
                    <span aria-hidden="true">"－"</span>
                    <span class="visually-hidden">{t(text::ZOOM_OUT)}</span>
                </Button>
            </div>
            {cell.map(|_| view! { <figcaption class="map-note">{t(text::CELL_NOTE)}</figcaption> })}
        </figure>
    }
}

#[cfg(test)]
mod tests {
    use super::{LatLng, Projection, RING};
    use app::geo::PositionError;

    /// The picture agrees with the great circle to a hundredth at the distances it shows.
    #[test]
    fn picture_keeps_distances() -> Result<(), PositionError> {
        let origin = LatLng::new(35.6812, 139.7671)?;
        let projection = Projection::new(origin, 5_000);
        for (lat, lng) in [(35.70, 139.79), (35.66, 139.74), (35.6812, 139.81)] {
            let (x, y) = projection.xy(lat, lng);
            let drawn = f64::from(x).hypot(f64::from(y)) / RING * 5_000.0;
            let real = origin.distance_m(LatLng::new(lat, lng)?);
            assert!((drawn / real - 1.0).abs() < 0.01, "{drawn} {real}");
        }
        let (x, y) = projection.xy(35.70, 139.79);
        assert!(x > 0 && y < 0, "north-east is right and up");
        Ok(())
    }
}
