//! Where the stores stand in the picture, and what is written on them: what lies too close together to be tapped apart becomes
//! one mark with a number, and no label covers another.

/// Two marks are at least so far apart, in units of the picture: a thumb's 44 px.
pub const APART: i32 = 344;
/// Half the height of a label.
pub const HALF_HEIGHT: i32 = 104;
/// The width of a letter, and of the room around the words.
const LETTER: i32 = 68;
const ROOM: i32 = 104;

/// A store as the picture needs it.
#[derive(Clone, Copy, Debug)]
pub struct Point<'a> {
    /// Right of the middle, units.
    pub x: i32,
    /// Below the middle, units.
    pub y: i32,
    /// What is to be won.
    pub label: &'a str,
    /// Nothing left to play today.
    pub done: bool,
}

/// What is drawn: one store, or several that stand too close.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Right of the middle, units.
    pub x: i32,
    /// Below the middle, units.
    pub y: i32,
    /// Which points, the nearest first.
    pub members: Vec<usize>,
    /// What is written on it; nothing where there is no room, and then it is a dot.
    pub label: Option<String>,
    /// Nothing left to play today at any of them.
    pub done: bool,
}

/// A rectangle about a middle.
#[derive(Clone, Copy, Debug)]
pub struct Box {
    /// Its middle, right.
    pub x: i32,
    /// Its middle, down.
    pub y: i32,
    /// Half its width.
    pub half_width: i32,
    /// Half its height.
    pub half_height: i32,
}

impl Box {
    /// Where a label of so many letters stands.
    pub fn of_label(x: i32, y: i32, letters: usize) -> Self {
        // Labels are short; the count is far below 2^31.
        let letters = i32::try_from(letters).unwrap_or(i32::MAX / LETTER);
        Self {
            x,
            y,
            half_width: letters.saturating_mul(LETTER) / 2 + ROOM / 2,
            half_height: HALF_HEIGHT,
        }
    }

    fn meets(self, other: Self) -> bool {
        (self.x - other.x).abs() < self.half_width + other.half_width
            && (self.y - other.y).abs() < self.half_height + other.half_height
    }
}

/// The marks of points that come nearest first, inside of a frame of half this width and height. `taken`: where something else
/// is written already.
pub fn marks(points: &[Point<'_>], half_width: i32, half_height: i32, taken: &[Box]) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    for (i, point) in points.iter().enumerate() {
        if point.x.abs() > half_width || point.y.abs() > half_height {
            continue;
        }
        let close = marks.iter_mut().find(|m| {
            let (dx, dy) = (m.x - point.x, m.y - point.y);
            dx * dx + dy * dy < APART * APART
        });
        if let Some(mark) = close {
            mark.members.push(i);
            mark.done &= point.done;
        } else {
            marks.push(Mark {
                x: point.x,
                y: point.y,
                members: vec![i],
                label: None,
                done: point.done,
            });
        }
    }
    let mut written: Vec<Box> = taken.to_vec();
    for mark in &mut marks {
        let label = match mark.members[..] {
            [only] => points[only].label.to_owned(),
            _ => format!("×{}", mark.members.len()),
        };
        let place = Box::of_label(mark.x, mark.y, label.chars().count());
        let fits = place.x.abs() + place.half_width <= half_width
            && place.y.abs() + place.half_height <= half_height
            && !written.iter().any(|other| other.meets(place));
        if fits {
            written.push(place);
            mark.label = Some(label);
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::{APART, Box, Point, marks};

    fn at(x: i32, y: i32) -> Point<'static> {
        Point {
            x,
            y,
            label: "¥1,000",
            done: false,
        }
    }

    /// However many there are: every point inside is in exactly one mark, marks can be tapped apart, labels do not meet.
    #[test]
    fn nothing_collides_and_nothing_is_lost() {
        let here = Box {
            x: 0,
            y: 0,
            half_width: 80,
            half_height: 80,
        };
        for count in [0, 1, 24, 200] {
            // Scattered by a linear congruential generator (Numerical Recipes), densest in the middle.
            let mut seed = 7_u32;
            let mut next = |span: i32| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                i32::try_from(seed >> 16).unwrap_or(0) % span - span / 2
            };
            let points: Vec<_> = (0..count)
                .map(|_| at(next(1_500) + next(1_500), next(900) + next(900)))
                .collect();
            let found = marks(&points, 1_400, 1_000, &[here]);
            let mut seen: Vec<usize> = found.iter().flat_map(|m| m.members.clone()).collect();
            seen.sort_unstable();
            let inside: Vec<usize> = (0..points.len())
                .filter(|i| points[*i].x.abs() <= 1_400 && points[*i].y.abs() <= 1_000)
                .collect();
            assert_eq!(seen, inside);
            let mut places = vec![here];
            for (i, a) in found.iter().enumerate() {
                for b in &found[i + 1..] {
                    assert!((a.x - b.x).pow(2) + (a.y - b.y).pow(2) >= APART * APART);
                }
                if let Some(label) = &a.label {
                    let place = Box::of_label(a.x, a.y, label.chars().count());
                    assert!(places.iter().all(|p| !p.meets(place)), "{a:?}");
                    places.push(place);
                }
            }
            assert!(
                count < 2 || places.len() > 4,
                "few are labelled: {}",
                places.len()
            );
        }
    }

    #[test]
    fn close_stores_become_one_with_their_number() {
        let found = marks(&[at(0, 400), at(20, 410), at(900, 0)], 1_400, 1_000, &[]);
        let labels: Vec<_> = found.iter().map(|m| m.label.as_deref()).collect();
        assert_eq!(labels, [Some("×2"), Some("¥1,000")]);
        // What is played out shows only when all of a mark is.
        let done = Point {
            done: true,
            ..at(0, 400)
        };
        assert!(!marks(&[done, at(5, 400)], 1_400, 1_000, &[])[0].done);
        assert!(marks(&[done, done], 1_400, 1_000, &[])[0].done);
    }
}
