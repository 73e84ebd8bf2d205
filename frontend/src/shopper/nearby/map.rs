//! A map-like picture: north up, rings of distance, stores with what can be won, the coarse cell that was sent. Vectors only; no
//! tile server learns where anybody is.

use std::fmt::Write;

use app::{
    geo::{Cell, LatLng},
    id::StoreId,
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::markup::view;

use super::{
    marks::{Box, HALF_HEIGHT, Mark, Point, marks},
    text,
};
use crate::{
    browser, format,
    lang::{t, tf},
    shopper::session::Around,
    ui::{Button, ButtonKind},
};

/// Rings, metres.
const RINGS_M: [u32; 7] = [500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000];
/// The picture reaches this many units from its middle up and down; a ring of the full range lies a little inside.
const HALF: i32 = 1000;
const RING: f64 = 900.0;
/// Its height, and what lies beside it up to the window's edges at the width of a page's column; CSS pixels. See `nearby.css`.
const HEIGHT: f64 = 256.0;
const BESIDE: f64 = 36.0;
const COLUMN: f64 = 704.0;
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
        // Far outside of the picture the exact place does not matter, and sums of it must not overflow.
        // The conversion saturates; the clamp is that of integers, since that of floats can write its bounds, which weighs 20 kB.
        let clamp = |v: f64| (v.round() as i32).clamp(-20_000, 20_000);
        (clamp(x), clamp(y))
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

/// The rings of a range, with their radius in units.
fn rings(range_m: u32) -> impl Iterator<Item = (u32, i32)> {
    RINGS_M
        .into_iter()
        .filter(move |m| *m <= range_m && range_m / *m <= 5)
        .map(move |m| (m, (RING * f64::from(m) / f64::from(range_m)).round() as i32))
}

fn ring_name(metres: u32) -> String {
    format::distance(metres).replace(".0", "")
}

/// The words for what can be won at a store: the highest of its campaigns.
fn label_of(around: &Around) -> Vec<String> {
    around
        .stores
        .iter()
        .map(|(_, store)| {
            let top = store.campaigns.iter().map(|c| c.top_value).max();
            top.map(|top| top.to_string()).unwrap_or_default()
        })
        .collect()
}

/// How far the picture reaches to the sides in a window of this width, units.
fn side_of(width: f64) -> i32 {
    let side = (width.min(COLUMN) - BESIDE) / HEIGHT * f64::from(HALF);
    // A narrow window makes the whole picture smaller instead.
    (side.round() as i32).max(HALF)
}

/// Everything that stands in the picture at a range.
fn marks_at(around: &Around, range_m: u32, side: i32) -> Vec<Mark> {
    let projection = Projection::new(around.origin, range_m);
    let labels = label_of(around);
    let points: Vec<Point<'_>> = around
        .stores
        .iter()
        .zip(&labels)
        .map(|((_, store), label)| {
            let (x, y) = projection.xy(store.lat, store.lng);
            Point {
                x,
                y,
                label,
                done: store.campaigns.iter().all(|c| c.plays_left == 0),
            }
        })
        .collect();
    // The reader's own place, where north is, and the names of the rings.
    let mut taken = vec![Box {
        x: 0,
        y: 0,
        half_width: 70,
        half_height: 70,
    }];
    taken.push(Box {
        x: 60,
        y: -930,
        half_width: 110,
        half_height: 70,
    });
    taken.extend(rings(range_m).map(|(m, r)| Box::of_label(0, r, ring_name(m).chars().count())));
    marks(&points, side, HALF, &taken)
}

/// The picture as text: figures and yen only, nothing that anybody typed.
fn drawing(
    marks: &[Mark],
    chosen: Option<usize>,
    range_m: u32,
    origin: LatLng,
    cell: Option<Cell>,
    north: &str,
) -> String {
    let mut out = format!(
        "<svg class=\"map-picture\" viewBox=\"-{HALF} -{HALF} {0} {0}\">",
        2 * HALF
    );
    // Writing into a String cannot fail.
    if let Some(cell) = cell {
        // 30″ by 45″: see `app::geo::Cell`.
        let centre = cell.centre();
        let (half_lat, half_lng) = (15.0 / 3600.0, 22.5 / 3600.0);
        let projection = Projection::new(origin, range_m);
        let (x0, y0) = projection.xy(centre.lat() + half_lat, centre.lng() - half_lng);
        let (x1, y1) = projection.xy(centre.lat() - half_lat, centre.lng() + half_lng);
        let (width, height) = (x1 - x0, y1 - y0);
        let _ = write!(
            out,
            "<rect class=\"map-cell\" x=\"{x0}\" y=\"{y0}\" width=\"{width}\" height=\"{height}\"/>"
        );
    }
    for (_, r) in rings(range_m) {
        let _ = write!(out, "<circle class=\"map-ring\" r=\"{r}\"/>");
    }
    let _ = write!(
        out,
        "<path class=\"map-needle\" d=\"M-34-880 0-985 34-880 0-902z\"/><text class=\"map-north\" x=\"56\" y=\"-895\">{north}</text>\
         <circle class=\"map-halo\" r=\"86\"/><circle class=\"map-here\" r=\"46\"/>"
    );
    // The farthest first, so that the nearest lie on top, and the chosen one on top of all.
    let is_chosen = |mark: &&Mark| chosen.is_some_and(|c| mark.members.contains(&c));
    let (first, last): (Vec<&Mark>, Vec<&Mark>) =
        marks.iter().rev().partition(|mark| !is_chosen(mark));
    let dense = if marks.len() > 40 { " map-dense" } else { "" };
    for mark in first.into_iter().chain(last) {
        let index = mark.members[0];
        let done = if mark.done { " map-done" } else { "" };
        let many = if mark.members.len() > 1 {
            " map-many"
        } else {
            ""
        };
        let picked = if is_chosen(&mark) { " map-chosen" } else { "" };
        let _ = write!(
            out,
            "<g class=\"map-store{done}{many}{picked}{dense}\" data-mark=\"{index}\" transform=\"translate({} {})\">\
             <circle class=\"map-touch\" r=\"172\"/>",
            mark.x, mark.y
        );
        if let Some(label) = &mark.label {
            let half = Box::of_label(0, 0, label.chars().count()).half_width - 12;
            let _ = write!(
                out,
                "<rect class=\"map-pill\" x=\"-{half}\" y=\"-{0}\" width=\"{1}\" height=\"{2}\" rx=\"{0}\"/><text class=\"map-label\" y=\"37\">{label}</text>",
                HALF_HEIGHT - 12,
                2 * half,
                2 * (HALF_HEIGHT - 12),
            );
        } else {
            out.push_str("<circle class=\"map-dot\" r=\"54\"/>");
        }
        out.push_str("</g>");
    }
    // Above the marks: a dot may lie where a ring has its name.
    for (m, r) in rings(range_m) {
        let name = ring_name(m);
        let _ = write!(
            out,
            "<text class=\"map-scale\" y=\"{}\">{name}</text>",
            r + 32
        );
    }
    out.push_str("</svg>");
    out
}

/// The picture, with its range to choose. A tap on a mark picks its store; on a mark of several, one after the other.
#[component]
pub fn StoreMap(
    around: Around,
    cell: Option<Cell>,
    /// What the middle is, in words.
    #[prop(into)]
    middle: Signal<String>,
    selected: RwSignal<Option<StoreId>>,
    #[prop(into)] on_pick: Callback<StoreId>,
) -> impl IntoView {
    let range = RwSignal::new(first_range(&around));
    let range_m = move || RINGS_M[range.get()];
    let side = side_of(browser::width());
    let origin = around.origin;
    let ids: Vec<StoreId> = around.stores.iter().map(|(_, s)| s.store_id).collect();
    let ids = StoredValue::new(ids);
    let metres: Vec<u32> = around.stores.iter().map(|(metres, _)| *metres).collect();
    let standing = Memo::new(move |_| marks_at(&around, range_m(), side));
    let chosen = move || {
        let id = selected.get()?;
        ids.with_value(|ids| ids.iter().position(|i| *i == id))
    };
    // A store that was picked in the list may lie outside of what is shown.
    Effect::new(move |_| {
        let far = chosen().and_then(|i| metres.get(i).copied()).unwrap_or(0);
        let needed = RINGS_M.iter().position(|ring| *ring >= far);
        if let Some(needed) = needed {
            range.update(|r| *r = (*r).max(needed));
        }
    });
    let picture = move || {
        standing.with(|marks| drawing(marks, chosen(), range_m(), origin, cell, t(text::NORTH)()))
    };
    let tap = move |event: web_sys::MouseEvent| {
        let Some(first) = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .and_then(|element| element.closest("[data-mark]").ok().flatten())
            .and_then(|mark| mark.get_attribute("data-mark"))
            .and_then(|index| index.parse::<usize>().ok())
        else {
            return;
        };
        let now = untrack(chosen);
        let next = standing.with_untracked(|marks| {
            let members = &marks.iter().find(|m| m.members[0] == first)?.members;
            let at = now.and_then(|now| members.iter().position(|m| *m == now));
            members
                .get(at.map_or(0, |at| (at + 1) % members.len()))
                .copied()
        });
        if let Some(id) = next.and_then(|i| ids.with_value(|ids| ids.get(i).copied())) {
            on_pick.run(id);
        }
    };
    let zoom = move |wider: bool| {
        range.update(|r| {
            *r = if wider {
                (*r + 1).min(RINGS_M.len() - 1)
            } else {
                r.saturating_sub(1)
            };
        });
    };
    let several = move || standing.with(|marks| marks.iter().any(|m| m.members.len() > 1));
    view! {
        <figure class="map" id="map" data-testid="map">
            <div
                class="map-frame"
                role="img"
                aria-label=move || tf(text::MAP_LABEL, &[&format::distance(range_m())])
                inner_html=picture
                on:click=tap
            ></div>
            <figcaption class="map-foot">
                <span class="map-legend">
                    <span class="map-key map-key-here">{middle}</span>
                    {cell
                        .map(|_| {
                            view! { <span class="map-key map-key-cell">{t(text::CELL_NOTE)}</span> }
                        })}
                    {move || {
                        several()
                            .then(|| {
                                view! { <span class="map-key map-key-many">{t(text::MANY_NOTE)}</span> }
                            })
                    }}
                </span>
                <span class="map-tools">
                    <Button
                        kind=ButtonKind::Secondary
                        disabled=Signal::derive(move || range.get() == 0)
                        testid="map-closer"
                        on_press=move |()| zoom(false)
                    >
                        <span aria-hidden="true">"＋"</span>
                        <span class="visually-hidden">{t(text::ZOOM_IN)}</span>
                    </Button>
                    <Button
                        kind=ButtonKind::Secondary
                        disabled=Signal::derive(move || range.get() + 1 >= RINGS_M.len())
                        testid="map-wider"
                        on_press=move |()| zoom(true)
                    >
                        <span aria-hidden="true">"－"</span>
                        <span class="visually-hidden">{t(text::ZOOM_OUT)}</span>
                    </Button>
                </span>
            </figcaption>
        </figure>
    }
}

#[cfg(test)]
mod tests {
    use super::{LatLng, Projection, RING, drawing, marks_at, side_of};
    use crate::shopper::session::Around;
    use app::{
        api::shopper::{NearbyCampaign, NearbyStore},
        geo::{Cell, PositionError},
        id::{CampaignId, RetailerId, StoreId},
        yen::Yen,
    };

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

    #[test]
    fn a_phone_sees_more_to_the_sides_than_up() {
        assert_eq!(side_of(390.0), 1_383);
        assert_eq!(side_of(1_280.0), 2_609);
        assert_eq!(side_of(195.0), 1_000);
    }

    /// Names are typed by people; the picture is set as markup, so none of them may come in.
    #[test]
    fn nothing_that_was_typed_is_in_the_picture() -> Result<(), PositionError> {
        let typed = "<script>alert(1)</script>";
        let origin = LatLng::new(35.6812, 139.7671)?;
        let around = Around {
            origin,
            radius_km: 5,
            stores: vec![(
                800,
                NearbyStore {
                    retailer_id: RetailerId::new(0, [0; 10]),
                    retailer_name: typed.into(),
                    store_id: StoreId::new(0, [0; 10]),
                    name: typed.into(),
                    lat: 35.688,
                    lng: 139.7671,
                    campaigns: vec![NearbyCampaign {
                        campaign_id: CampaignId::new(0, [0; 10]),
                        name: typed.into(),
                        ends_at: 0,
                        top_value: Yen(1_500),
                        min_purchase: Yen(0),
                        plays_left: 1,
                    }],
                },
            )],
        };
        let marks = marks_at(&around, 1_000, 1_330);
        let picture = drawing(&marks, Some(0), 1_000, origin, Some(Cell::of(origin)), "N");
        assert!(picture.contains("¥1,500") && picture.contains("map-chosen"));
        assert!(!picture.contains("script"), "{picture}");
        Ok(())
    }
}
