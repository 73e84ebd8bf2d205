//! What is written where. Widths are estimated, on the wide side; nothing here knows the browser.

/// Height of small words in a plot, pixels. The stylesheet says the same.
pub const SMALL: f64 = 13.0;

/// A rectangle, pixels from the top left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Area {
    /// Whether two have a point in common.
    #[must_use]
    pub fn meets(self, other: Self) -> bool {
        self.x < other.x + other.width
            && other.x < self.x + self.width
            && self.y < other.y + other.height
            && other.y < self.y + self.height
    }

    fn lies_in(self, width: f64, height: f64) -> bool {
        self.x >= 0.0
            && self.y >= 0.0
            && self.x + self.width <= width
            && self.y + self.height <= height
    }
}

/// How wide a character is, in ems: Chinese and Japanese ones are square, others no wider than a capital letter.
fn ems(c: char) -> f64 {
    match c {
        '0'..='9' | 'a'..='z' => 0.6,
        ' '..='~' => 0.68,
        _ => 1.0,
    }
}

/// An upper estimate of the width of a text, pixels.
#[must_use]
pub fn text_width(text: &str, size: f64) -> f64 {
    text.chars().map(ems).sum::<f64>() * size
}

/// A text that is not wider than `most` pixels, cut with `…` where it would be.
#[must_use]
pub fn shorten(text: &str, size: f64, most: f64) -> String {
    if text_width(text, size) <= most {
        return text.to_owned();
    }
    let room = most / size - 1.0;
    let mut used = 0.0;
    let mut out: String = text
        .chars()
        .take_while(|c| {
            used += ems(*c);
            used <= room
        })
        .collect();
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}

/// A word below an axis that wants to be written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tick {
    /// Where its middle should be.
    pub middle: f64,
    /// How wide it is.
    pub width: f64,
    /// Smaller comes first; equal ones from left to right.
    pub rank: u8,
}

/// Which words below an axis are written, and where their middles are: inside `0..width` and `gap` apart.
#[must_use]
pub fn pick(ticks: &[Tick], width: f64, gap: f64) -> Vec<(usize, f64)> {
    let mut order: Vec<usize> = (0..ticks.len()).collect();
    order.sort_by_key(|i| ticks.get(*i).map_or(u8::MAX, |t| t.rank));
    let mut placed: Vec<(usize, f64, f64)> = Vec::new();
    for i in order {
        let Some(tick) = ticks.get(i) else { continue };
        let half = tick.width / 2.0;
        if tick.width > width {
            continue;
        }
        let middle = tick.middle.clamp(half, width - half);
        let free = placed
            .iter()
            .all(|(_, other, other_half)| (middle - other).abs() >= half + other_half + gap);
        if free {
            placed.push((i, middle, half));
        }
    }
    placed.sort_by_key(|(i, ..)| *i);
    placed
        .into_iter()
        .map(|(i, middle, _)| (i, middle))
        .collect()
}

/// A dot that wants its name written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Named {
    /// Middle of the dot.
    pub x: f64,
    /// Middle of the dot.
    pub y: f64,
    /// Its radius.
    pub radius: f64,
    /// Width of its name.
    pub width: f64,
}

impl Named {
    fn dot(&self) -> Area {
        Area {
            x: self.x - self.radius,
            y: self.y - self.radius,
            width: 2.0 * self.radius,
            height: 2.0 * self.radius,
        }
    }

    /// Where its name could be, the best place first: right, left, above, below, then the corners.
    fn places(&self, size: f64) -> [Area; 8] {
        let (gap, height) = (3.0, size * 1.25);
        let out = self.radius + gap;
        let slant = self.radius * 0.7 + gap;
        let area = |x: f64, y: f64| Area {
            x,
            y,
            width: self.width,
            height,
        };
        let (left, right) = (self.x - out - self.width, self.x + out);
        let (above, below) = (self.y - out - height, self.y + out);
        let middle = (self.x - self.width / 2.0, self.y - height / 2.0);
        [
            area(right, middle.1),
            area(left, middle.1),
            area(middle.0, above),
            area(middle.0, below),
            area(self.x + slant, self.y - slant - height),
            area(self.x + slant, self.y + slant),
            area(self.x - slant - self.width, self.y - slant - height),
            area(self.x - slant - self.width, self.y + slant),
        ]
    }
}

/// Where names are written: the first ones first, at most `most` of them, inside the picture, over no other name, over none of
/// the `taken` places and over none of the named dots.
#[must_use]
pub fn names(
    dots: &[Named],
    taken: &[Area],
    (width, height): (f64, f64),
    size: f64,
    most: usize,
) -> Vec<(usize, Area)> {
    let mut placed: Vec<(usize, Area)> = Vec::new();
    for (i, dot) in dots.iter().enumerate() {
        if placed.len() >= most {
            break;
        }
        let place = dot.places(size).into_iter().find(|area| {
            area.lies_in(width, height)
                && taken.iter().all(|other| !area.meets(*other))
                && placed.iter().all(|(_, other)| !area.meets(*other))
                && dots.iter().all(|other| !area.meets(other.dot()))
        });
        if let Some(area) = place {
            placed.push((i, area));
        }
    }
    placed
}

/// What all names begin with, up to the end of a word: a chain's own name, which need not be repeated at every dot.
#[must_use]
pub fn common_start<'a>(names: &[&'a str]) -> &'a str {
    let [first, rest @ ..] = names else { return "" };
    if rest.is_empty() {
        return "";
    }
    let shared = rest.iter().fold(first.len(), |shared, name| {
        let same = first
            .char_indices()
            .zip(name.chars())
            .find(|((_, a), b)| a != b)
            .map_or(first.len().min(name.len()), |((at, _), _)| at);
        shared.min(same)
    });
    let start = first.get(..shared).unwrap_or_default();
    let end = start
        .char_indices()
        .filter(|(_, c)| c.is_whitespace())
        .map(|(at, c)| at + c.len_utf8())
        .next_back()
        .unwrap_or(0);
    start.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tick(middle: f64, rank: u8) -> Tick {
        Tick {
            middle,
            width: 40.0,
            rank,
        }
    }

    #[test]
    fn the_ends_are_written_and_nothing_runs_into_anything() {
        let days: Vec<Tick> = (0..90)
            .map(|i| {
                tick(
                    f64::from(i) * 3.5 + 2.0,
                    match i {
                        0 | 89 => 0,
                        i if i % 30 == 0 => 1,
                        i if i % 7 == 0 => 2,
                        _ => 3,
                    },
                )
            })
            .collect();
        let picked = pick(&days, 316.0, 8.0);
        assert_eq!(picked.first().map(|p| p.0), Some(0));
        assert_eq!(picked.last().map(|p| p.0), Some(89));
        assert!(picked.len() >= 4, "{picked:?}");
        for pair in picked.windows(2) {
            assert!(pair[1].1 - pair[0].1 >= 48.0, "{pair:?}");
        }
        assert!(picked.iter().all(|(_, x)| (20.0..=296.0).contains(x)));
        assert!(
            pick(&[tick(5.0, 0)], 30.0, 8.0).is_empty(),
            "no room at all"
        );
    }

    #[test]
    fn names_keep_clear_of_each_other_of_dots_and_of_the_edge() {
        // A crowd: forty dots on a small picture.
        let dots: Vec<Named> = (0..40)
            .map(|i| Named {
                x: 20.0 + f64::from(i * 37 % 300),
                y: 20.0 + f64::from(i * 53 % 300),
                radius: 4.0,
                width: 70.0,
            })
            .collect();
        let scale = Area {
            x: 8.0,
            y: 300.0,
            width: 90.0,
            height: 34.0,
        };
        let written = names(&dots, &[scale], (340.0, 340.0), SMALL, 8);
        assert!(written.len() >= 3, "{}", written.len());
        for (n, (i, area)) in written.iter().enumerate() {
            assert!(area.lies_in(340.0, 340.0));
            assert!(!area.meets(scale));
            for (_, other) in written.iter().skip(n + 1) {
                assert!(!area.meets(*other));
            }
            assert!(dots.iter().all(|d| !area.meets(d.dot())), "{i}");
        }
    }

    #[test]
    fn one_name_finds_its_place_even_in_a_corner() {
        for (x, y) in [(2.0, 2.0), (338.0, 338.0), (170.0, 170.0)] {
            let dot = Named {
                x,
                y,
                radius: 2.0,
                width: 120.0,
            };
            assert_eq!(names(&[dot], &[], (340.0, 340.0), SMALL, 5).len(), 1);
        }
    }

    #[test]
    fn long_names_are_cut_to_their_room() {
        assert_eq!(shorten("丸の内店", SMALL, 100.0), "丸の内店");
        let cut = shorten("ライテン珈琲 東京ミッドタウン日比谷店", SMALL, 100.0);
        assert!(
            cut.ends_with('…') && text_width(&cut, SMALL) <= 100.0,
            "{cut}"
        );
    }

    #[test]
    fn a_chain_s_own_name_is_said_once() {
        assert_eq!(
            common_start(&["ライテン 丸の内店", "ライテン 神田店"]),
            "ライテン "
        );
        assert_eq!(
            common_start(&["Raiten Kanda", "Raiten Kyobashi"]),
            "Raiten "
        );
        assert_eq!(common_start(&["神田店", "神保町店"]), "");
        assert_eq!(common_start(&["Raiten Kanda"]), "");
        assert_eq!(common_start(&[]), "");
    }
}
