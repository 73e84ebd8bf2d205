//! Axes: a round top for counts, a flat picture of positions.

/// The smallest of 1, 2, 3, 4, 5, 6, 8, 10, 20, … that is not below `max`; 4 at least, so that halves and quarters are whole
/// or nearly so and one visit does not fill the plot.
#[must_use]
pub fn nice_top(max: u64) -> u64 {
    let mut step: u64 = 1;
    loop {
        for factor in [1_u64, 2, 3, 4, 5, 6, 8] {
            let top = step.saturating_mul(factor);
            if top >= max.max(4) {
                return top;
            }
        }
        step = step.saturating_mul(10);
    }
}

/// The largest of 1, 2, 5, 10, 20, 50, … that is not above `most`; `most` itself below 1.
#[must_use]
pub fn nice_distance(most: f64) -> f64 {
    if most.is_nan() || most < 1.0 {
        return most;
    }
    let power = 10_f64.powf(most.log10().floor());
    [5.0, 2.0, 1.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|nice| *nice <= most)
        .unwrap_or(power)
}

/// A span with round ends that takes in `low..=high`, and the round step between its lines: `(low, high, step)`. The step is 1, 2 or 5
/// times a power of ten, a hundredth at least, and the smallest with which `high - low` has at most so many of them.
#[must_use]
pub fn nice_span(low: f64, high: f64, most: u32) -> (f64, f64, f64) {
    let (width, most) = ((high - low).clamp(0.04, 1e9), f64::from(most.max(2)));
    let power = 10_f64.powf((width / most).log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| width / step <= most)
        .unwrap_or(10.0 * power)
        .max(0.01);
    let (from, mut to) = ((low / step).floor() * step, (high / step).ceil() * step);
    if to - from < step {
        to = from + 4.0 * step;
    }
    (from, to, step)
}

/// Positions drawn flat: equirectangular about the middle latitude, north up, with a margin. Good to look at for anything up to
/// a country.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    west: f64,
    north: f64,
    /// Pixels for a degree of longitude.
    x_scale: f64,
    /// Pixels for a degree of latitude.
    y_scale: f64,
}

/// Smallest extent, degrees of latitude: about 2 km, so that one store is not a world of its own.
const LEAST: f64 = 0.02;
/// What the positions may fill of a side.
const FILL: f64 = 0.86;
/// Metres for a degree of latitude, on the mean sphere of the earth (radius 6,371,008.8 m).
const DEGREE: f64 = 111_195.08;

impl Frame {
    /// The frame around positions `(lat, lng)` in a picture of so many pixels; `None` without any that is a number.
    #[must_use]
    pub fn fit(
        positions: impl IntoIterator<Item = (f64, f64)>,
        (width, height): (f64, f64),
    ) -> Option<Self> {
        let (mut south, mut north, mut west, mut east) = (f64::MAX, f64::MIN, f64::MAX, f64::MIN);
        for (lat, lng) in positions {
            if !(lat.abs() <= 90.0 && lng.abs() <= 180.0) {
                continue;
            }
            south = south.min(lat);
            north = north.max(lat);
            west = west.min(lng);
            east = east.max(lng);
        }
        if south > north {
            return None;
        }
        let (middle_lat, middle_lng) = (f64::midpoint(south, north), f64::midpoint(west, east));
        // At the poles a degree of longitude is nothing; a floor keeps the drawing finite.
        let squeeze = middle_lat.to_radians().cos().max(0.05);
        let tall = (north - south).max(LEAST);
        let wide = ((east - west) * squeeze).max(LEAST);
        let unit = (width * FILL / wide).min(height * FILL / tall);
        Some(Self {
            west: middle_lng - width / unit / squeeze / 2.0,
            north: middle_lat + height / unit / 2.0,
            x_scale: unit * squeeze,
            y_scale: unit,
        })
    }

    /// Where a position lies in the picture, pixels from its top left corner.
    #[must_use]
    pub fn place(&self, lat: f64, lng: f64) -> (f64, f64) {
        (
            (lng - self.west) * self.x_scale,
            (self.north - lat) * self.y_scale,
        )
    }

    /// How many metres a pixel is.
    #[must_use]
    pub fn metres_a_pixel(&self) -> f64 {
        DEGREE / self.y_scale
    }
}

#[cfg(test)]
mod tests {
    use super::{Frame, nice_distance, nice_span, nice_top};

    #[test]
    fn tops_are_round_and_reached() {
        let tops: Vec<u64> = [0, 1, 4, 5, 6, 11, 41, 99, 101, 5_001]
            .map(nice_top)
            .to_vec();
        assert_eq!(tops, [4, 4, 4, 5, 6, 20, 50, 100, 200, 6_000]);
        assert!(nice_top(u64::MAX) == u64::MAX);
    }

    #[test]
    fn spans_take_in_what_they_are_of() {
        for (low, high) in [
            (0.0, 0.0),
            (0.0, 0.43),
            (-0.08, 0.31),
            (-1.0, 2.0),
            (0.1, 0.12),
        ] {
            let (from, to, step) = nice_span(low, high, 6);
            assert!(from <= low + 1e-12 && high <= to + 1e-12, "{from} {to}");
            let lines = (to - from) / step;
            assert!(
                (1.0..=9.0).contains(&lines.round()),
                "{low} {high}: {lines}"
            );
            assert!((lines - lines.round()).abs() < 1e-6);
        }
        let (from, to, step) = nice_span(-0.08, 0.31, 6);
        assert!((from + 0.1).abs() < 1e-9 && (to - 0.4).abs() < 1e-9 && (step - 0.1).abs() < 1e-9);
    }

    #[test]
    fn distances_are_round() {
        let nice = [0.5, 1.0, 1.9, 4.99, 5.0, 99.0, 120_000.0].map(nice_distance);
        assert_eq!(nice, [0.5, 1.0, 1.0, 2.0, 5.0, 50.0, 100_000.0]);
    }

    #[test]
    fn positions_lie_inside_and_north_is_up() {
        let japan = [(45.5, 141.9), (24.3, 123.8), (35.68, 139.77)];
        let frame = Frame::fit(japan, (340.0, 300.0)).unwrap();
        for (lat, lng) in japan {
            let (x, y) = frame.place(lat, lng);
            assert!(x > 0.0 && x < 340.0 && y > 0.0 && y < 300.0);
        }
        assert!(frame.place(45.5, 141.9).1 < frame.place(24.3, 123.8).1);
        assert!(frame.place(35.0, 130.0).0 < frame.place(35.0, 140.0).0);
    }

    /// Tokyo and Shinjuku stations are 6.1 km apart (haversine), in the picture as well.
    #[test]
    fn pixels_are_metres() {
        let (tokyo, shinjuku) = ((35.681_2, 139.767_1), (35.690_9, 139.700_3));
        let frame = Frame::fit([tokyo, shinjuku], (340.0, 340.0)).unwrap();
        let (a, b) = (
            frame.place(tokyo.0, tokyo.1),
            frame.place(shinjuku.0, shinjuku.1),
        );
        let metres = (a.0 - b.0).hypot(a.1 - b.1) * frame.metres_a_pixel();
        assert!((metres - 6_128.0).abs() < 30.0, "{metres}");
    }

    #[test]
    fn odd_sets_have_a_frame_or_none() {
        let picture = (340.0, 340.0);
        assert_eq!(Frame::fit([], picture), None);
        assert_eq!(Frame::fit([(200.0, 10.0), (f64::NAN, 0.0)], picture), None);
        let one = Frame::fit([(35.0, 139.0)], picture).unwrap();
        let (x, y) = one.place(35.0, 139.0);
        assert!((x - 170.0).abs() < 1e-6 && (y - 170.0).abs() < 1e-6);
        assert!(one.metres_a_pixel() * 340.0 > 2_000.0);
    }
}
