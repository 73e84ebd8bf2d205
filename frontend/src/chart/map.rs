//! Positions on a flat picture: no tiles, nothing fetched. A grid and a bar say how far things are from each other.

use std::fmt::Write as _;

use leptos::{html, prelude::*};

use super::{
    Frame,
    layout::{Area, Named, SMALL, common_start, names, shorten, text_width},
    nice_distance,
    reading::{step, width_of},
};
use crate::format::count;

/// What a mark stands for. Each has a colour and a shape of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to say about it: a dot.
    Plain,
    /// Much like another: a diamond.
    Near,
    /// The same as another: a square.
    Exact,
    /// Wrong: a cross.
    Wrong,
    /// Clearly more: a triangle that points up.
    More,
    /// Clearly fewer: a triangle that points down.
    Fewer,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Plain => "mark-plain",
            Self::Near => "mark-near",
            Self::Exact => "mark-exact",
            Self::Wrong => "mark-wrong",
            Self::More => "mark-more",
            Self::Fewer => "mark-fewer",
        }
    }

    /// Adds the shape about a middle to a path.
    fn draw(self, path: &mut String, x: f64, y: f64, r: f64) {
        // Writing to a text cannot fail.
        let _ = match self {
            // A line of no length with a round cap is a dot.
            Self::Plain => write!(path, "M{x:.1} {y:.1}h0"),
            Self::Near => {
                let r = r * 1.3;
                write!(
                    path,
                    "M{x:.1} {:.1}l{r:.1} {r:.1} -{r:.1} {r:.1} -{r:.1} -{r:.1}z",
                    y - r
                )
            }
            Self::Exact => {
                let side = r * 2.0;
                write!(
                    path,
                    "M{:.1} {:.1}h{side:.1}v{side:.1}h-{side:.1}z",
                    x - r,
                    y - r
                )
            }
            Self::More | Self::Fewer => {
                let r = if self == Self::More {
                    r * 1.2
                } else {
                    -r * 1.2
                };
                write!(
                    path,
                    "M{x:.1} {:.1}L{:.1} {:.1}H{:.1}z",
                    y - r,
                    x + r,
                    y + r * 0.8,
                    x - r
                )
            }
            Self::Wrong => {
                let side = r * 2.0;
                write!(
                    path,
                    "M{:.1} {:.1}l{side:.1} {side:.1}m0 -{side:.1}l-{side:.1} {side:.1}",
                    x - r,
                    y - r
                )
            }
        };
    }
}

/// A mark of a kind, for a legend.
#[component]
pub fn MarkKey(
    /// Which.
    tone: Tone,
) -> impl IntoView {
    let mut path = String::new();
    tone.draw(&mut path, 7.0, 7.0, 4.0);
    view! {
        <svg class="mark-key" viewBox="0 0 14 14" aria-hidden="true">
            <path class=tone.class() d=path stroke-width=(tone == Tone::Plain).then_some("8") />
        </svg>
    }
}

/// One position.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Latitude, degrees.
    pub lat: f64,
    /// Longitude, degrees.
    pub lng: f64,
    /// Radius, pixels.
    pub radius: f64,
    /// What it stands for.
    pub tone: Tone,
    /// What is written beside it where there is room; empty: nothing.
    pub name: String,
}

/// How near a finger must come, pixels.
const REACH: f64 = 28.0;
/// Before the first measurement: a phone.
const FIRST_WIDTH: f64 = 324.0;
/// Names on a narrow picture and on a wide one, at most.
const NAMES: (usize, usize) = (6, 12);
/// With more marks than this none has a rim: they lie too close.
const RIMS: usize = 400;

/// Where everything is for one width.
struct Picture {
    width: f64,
    height: f64,
    /// A side of the grid's squares: pixels and metres.
    grid: (f64, f64),
    /// In the order of the marks; `None` for a position that is none.
    places: Vec<Option<(f64, f64)>>,
}

impl Picture {
    fn of(marks: &[Mark], width: f64) -> Option<Self> {
        // Square on a phone, a little flatter where there is more room.
        let height = width.min((width * 0.5 + 170.0).min(540.0)).round();
        let frame = Frame::fit(marks.iter().map(|m| (m.lat, m.lng)), (width, height))?;
        let metres = frame.metres_a_pixel();
        let side = nice_distance(metres * width * 0.3);
        Some(Self {
            width,
            height,
            grid: (side / metres, side),
            places: marks
                .iter()
                .map(|m| {
                    let (x, y) = frame.place(m.lat, m.lng);
                    let seen = (0.0..=width).contains(&x) && (0.0..=height).contains(&y);
                    seen.then_some((x, y))
                })
                .collect(),
        })
    }

    fn nearest(&self, x: f64, y: f64) -> Option<usize> {
        self.places
            .iter()
            .enumerate()
            .filter_map(|(i, place)| place.map(|(px, py)| (i, (px - x).hypot(py - y))))
            .filter(|(_, away)| *away <= REACH)
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .map(|(i, _)| i)
    }

    /// The bar's left end and height: the grid's lines go through its ends.
    fn bar(&self) -> (f64, f64) {
        (12.0, self.height - 12.0)
    }

    fn grid_path(&self) -> String {
        let (left, _) = self.bar();
        let mut path = String::new();
        let step = self.grid.0.max(8.0);
        let mut x = left;
        while x < self.width {
            let _ = write!(path, "M{x:.1} 0V{:.0}", self.height);
            x += step;
        }
        let mut y = self.height - 12.0;
        while y > 0.0 {
            let _ = write!(path, "M0 {y:.1}H{:.0}", self.width);
            y -= step;
        }
        path
    }
}

/// Marks in the order of their weight, heaviest first: so the arrow keys go through them, and so the names are written.
#[component]
pub fn MarkMap(
    /// The positions.
    marks: Vec<Mark>,
    /// What the picture is of, for a screen reader.
    #[prop(into)]
    name: String,
    /// What is said while no mark is pointed at.
    #[prop(into)]
    rest: String,
    /// What a mark says, by its place in `marks`.
    read: Callback<usize, String>,
    /// The mark pointed at.
    pointed: RwSignal<Option<usize>>,
    /// A stable name for journeys.
    #[prop(optional, into)]
    testid: Option<String>,
) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    let width = width_of(node, FIRST_WIDTH);
    let all = marks.len();
    let marks = StoredValue::new(marks);
    let picture = StoredValue::new(None::<Picture>);
    let drawing = move || {
        let width = width.get();
        marks.with_value(|marks| {
            let now = Picture::of(marks, width)?;
            let view = drawn(marks, &now).into_any();
            picture.set_value(Some(now));
            Some(view)
        })
    };
    let ring = move || {
        let at = pointed.get()?;
        width.track();
        let (x, y) = picture.with_value(|p| p.as_ref()?.places.get(at).copied().flatten())?;
        let radius = marks.with_value(|m| m.get(at).map(|m| m.radius))?;
        Some(view! {
            <circle class="mark-ring-ground" cx=x cy=y r=radius + 5.0 />
            <circle class="mark-ring" cx=x cy=y r=radius + 5.0 />
        })
    };
    let size = move || {
        width.track();
        picture.with_value(|p| p.as_ref().map(|p| format!("0 0 {} {}", p.width, p.height)))
    };
    let readout = Signal::derive(move || match pointed.get() {
        Some(i) => read.run(i),
        None => rest.clone(),
    });
    let at = move |event: &leptos::ev::PointerEvent| {
        // The drawing lets pointers through, so that this is counted from the corner of what lies behind it.
        let (x, y) = (f64::from(event.offset_x()), f64::from(event.offset_y()));
        let near = picture.with_value(|p| p.as_ref().and_then(|p| p.nearest(x, y)));
        if pointed.get_untracked() != near {
            pointed.set(near);
        }
    };
    view! {
        <div class="chart" data-testid=testid>
            <p
                class="chart-readout number"
                class:is-rest=move || pointed.get().is_none()
                aria-hidden="true"
            >
                {readout}
            </p>
            <div
                class="map-plot"
                node_ref=node
                tabindex="0"
                role="slider"
                aria-label=name
                aria-valuemin="1"
                aria-valuemax=all.max(1)
                aria-valuenow=move || pointed.get().map_or(1, |i| i + 1)
                aria-valuetext=readout
                on:pointermove=move |event| at(&event)
                on:pointerdown=move |event| at(&event)
                on:keydown=move |event| {
                    if let Some(to) = step(&event.key(), pointed.get_untracked(), all) {
                        event.prevent_default();
                        pointed.set(to);
                    }
                }
            >
                {move || {
                    let inside = drawing();
                    view! {
                        <svg class="mark-map" viewBox=size() aria-hidden="true">
                            {inside}
                            {ring}
                        </svg>
                    }
                }}
            </div>
        </div>
    }
}

/// Marks of one look as one path, so that ten thousand of them cost the browser what a few do.
fn paths(marks: &[Mark], picture: &Picture) -> Vec<(Tone, f64, String)> {
    let mut out: Vec<(Tone, f64, String)> = Vec::new();
    for (mark, place) in marks.iter().zip(&picture.places) {
        let Some((x, y)) = place else { continue };
        let radius = (mark.radius * 2.0).round() / 2.0;
        let same = out
            .iter_mut()
            .rev()
            .take(1)
            .find(|(tone, r, _)| *tone == mark.tone && *r == radius);
        if let Some((_, _, path)) = same {
            mark.tone.draw(path, *x, *y, radius);
        } else {
            let mut path = String::new();
            mark.tone.draw(&mut path, *x, *y, radius);
            out.push((mark.tone, radius, path));
        }
    }
    // What stands out lies on top.
    out.sort_by_key(|(tone, ..)| *tone != Tone::Plain);
    out
}

/// A round distance: `500 m`, `2 km`.
fn length(metres: f64) -> String {
    // Round and far below 2^53.
    let metres = metres.round() as u64;
    if metres < 1_000 {
        format!("{metres} m")
    } else {
        format!("{} km", count(metres / 1_000))
    }
}

fn drawn(marks: &[Mark], picture: &Picture) -> impl IntoView + use<> {
    let rims = marks.len() <= RIMS;
    let shapes = paths(marks, picture)
        .into_iter()
        .map(|(tone, radius, path)| {
            let plain = tone == Tone::Plain;
            let rim = (rims && plain).then(|| {
                view! {
                    <path class="mark-rim" d=path.clone() stroke-width=2.0 * radius + 2.5 />
                }
            });
            view! {
                {rim}
                <path class=tone.class() d=path stroke-width=plain.then_some(2.0 * radius) />
            }
        })
        .collect_view();
    let (left, base) = picture.bar();
    let length = length(picture.grid.1);
    let taken = Area {
        x: 0.0,
        y: base - SMALL * 1.5 - 4.0,
        width: left + picture.grid.0.max(text_width(&length, SMALL)) + 8.0,
        height: picture.height - base + SMALL * 1.5 + 4.0,
    };
    view! {
        <path class="chart-grid" d=picture.grid_path() />
        {shapes}
        {written(marks, picture, taken)}
        <path
            class="map-bar"
            d=format!("M{left} {:.1}v4h{:.1}v-4", base - 4.0, picture.grid.0)
        />
        <text class="chart-word is-halo" x=left + 6.0 y=base - 7.0>
            {length}
        </text>
    }
}

fn written(marks: &[Mark], picture: &Picture, taken: Area) -> impl IntoView + use<> {
    let named: Vec<(usize, &str)> = marks
        .iter()
        .enumerate()
        .filter(|(_, m)| !m.name.is_empty())
        .map(|(i, m)| (i, m.name.as_str()))
        .take(40)
        .collect();
    let start = common_start(&named.iter().map(|(_, name)| *name).collect::<Vec<_>>()).len();
    let most = picture.width * 0.42;
    let wanted: Vec<(String, Named)> = named
        .into_iter()
        .filter_map(|(i, name)| {
            let (x, y) = picture.places.get(i).copied().flatten()?;
            let name = shorten(name.get(start..).unwrap_or(name), SMALL, most);
            let width = text_width(&name, SMALL);
            let radius = marks.get(i)?.radius;
            Some((
                name,
                Named {
                    x,
                    y,
                    radius,
                    width,
                },
            ))
        })
        .collect();
    let dots: Vec<Named> = wanted.iter().map(|(_, dot)| *dot).collect();
    let many = if picture.width < 420.0 {
        NAMES.0
    } else {
        NAMES.1
    };
    names(
        &dots,
        &[taken],
        (picture.width, picture.height),
        SMALL,
        many,
    )
    .into_iter()
    .filter_map(|(i, area)| {
        let (name, dot) = wanted.get(i)?;
        // Against its dot, since the width is an estimate on the wide side.
        let (anchor, x) = if area.x + area.width <= dot.x {
            ("end", area.x + area.width)
        } else if area.x >= dot.x {
            ("start", area.x)
        } else {
            ("middle", area.x + area.width / 2.0)
        };
        Some(view! {
            <text
                class="chart-word is-halo is-name"
                x=x
                y=area.y + SMALL
                text-anchor=anchor
            >
                {name.clone()}
            </text>
        })
    })
    .collect_view()
}

#[cfg(test)]
mod tests {
    use super::{Mark, Picture, Tone, paths};

    fn marks(n: u32) -> Vec<Mark> {
        (0..n)
            .map(|i| Mark {
                lat: 35.0 + f64::from(i % 100) * 0.05,
                lng: 139.0 + f64::from(i / 100) * 0.05,
                radius: 1.5,
                tone: Tone::Plain,
                name: String::new(),
            })
            .collect()
    }

    #[test]
    fn eleven_thousand_marks_are_one_path() {
        let marks = marks(11_000);
        let picture = Picture::of(&marks, 340.0).unwrap();
        assert_eq!(paths(&marks, &picture).len(), 1);
        assert!(picture.grid_path().len() < 2_000);
    }

    #[test]
    fn a_finger_finds_the_nearest_and_nothing_far_away() {
        let mut all = marks(1);
        all.push(Mark {
            lat: 35.2,
            lng: 139.2,
            ..marks(1)[0].clone()
        });
        let picture = Picture::of(&all, 340.0).unwrap();
        let (x, y) = picture.places[1].unwrap();
        assert_eq!(picture.nearest(x + 3.0, y - 3.0), Some(1));
        assert_eq!(picture.nearest(170.0, 170.0), None);
    }

    #[test]
    fn a_position_that_is_none_has_no_place() {
        let mut all = marks(2);
        all[0].lat = f64::NAN;
        let picture = Picture::of(&all, 340.0).unwrap();
        assert_eq!(picture.places[0], None);
        assert!(Picture::of(&all[..1], 340.0).is_none());
    }

    #[test]
    fn lengths_are_said_shortly() {
        assert_eq!(super::length(500.0), "500 m");
        assert_eq!(super::length(5_000.0), "5 km");
        assert_eq!(super::length(2_000_000.0), "2,000 km");
    }

    #[test]
    fn the_grid_fits_any_scale() {
        let one = Picture::of(&marks(1), 340.0).unwrap();
        assert!((40.0..=103.0).contains(&one.grid.0), "{}", one.grid.0);
        assert!([200.0, 500.0, 1_000.0].contains(&one.grid.1));
    }
}
