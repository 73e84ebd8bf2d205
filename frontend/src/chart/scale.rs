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

/// A rectangle of positions drawn flat: equirectangular about its middle latitude, north up, with a margin. Good to look at
/// for anything up to a country; nothing is measured in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    west: f64,
    north: f64,
    /// Drawing units for a degree of longitude.
    x_scale: f64,
    /// Drawing units for a degree of latitude.
    y_scale: f64,
    /// Width of the drawing in its units.
    pub width: f64,
    /// Height of the drawing in its units.
    pub height: f64,
}

/// Longer side of a drawing, units.
const SIDE: f64 = 1000.0;
/// Smallest extent, degrees of latitude: about 2 km, so that one store is not a world of its own.
const LEAST: f64 = 0.02;

impl Frame {
    /// The frame around positions `(lat, lng)`; `None` without any that is a number.
    #[must_use]
    pub fn around(positions: impl IntoIterator<Item = (f64, f64)>) -> Option<Self> {
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
        let tall = (north - south).max(LEAST) * 1.1;
        let wide = ((east - west) * squeeze).max(LEAST) * 1.1;
        // Never narrower than 1:2 or flatter than 2:1, to sit well on a page.
        let (tall, wide) = (tall.max(wide / 2.0), wide.max(tall / 2.0));
        let unit = SIDE / tall.max(wide);
        Some(Self {
            west: middle_lng - wide / squeeze / 2.0,
            north: middle_lat + tall / 2.0,
            x_scale: unit * squeeze,
            y_scale: unit,
            width: wide * unit,
            height: tall * unit,
        })
    }

    /// Where a position lies in the drawing, from its top left corner.
    #[must_use]
    pub fn place(&self, lat: f64, lng: f64) -> (f64, f64) {
        (
            (lng - self.west) * self.x_scale,
            (self.north - lat) * self.y_scale,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{Frame, nice_top};

    #[test]
    fn tops_are_round_and_reached() {
        let tops: Vec<u64> = [0, 1, 4, 5, 6, 11, 41, 99, 101, 5_001]
            .map(nice_top)
            .to_vec();
        assert_eq!(tops, [4, 4, 4, 5, 6, 20, 50, 100, 200, 6_000]);
        assert!(nice_top(u64::MAX) == u64::MAX);
    }

    #[test]
    fn positions_lie_inside_and_north_is_up() {
        let japan = [(45.5, 141.9), (24.3, 123.8), (35.68, 139.77)];
        let frame = Frame::around(japan);
        assert!(frame.is_some());
        let Some(frame) = frame else { return };
        for (lat, lng) in japan {
            let (x, y) = frame.place(lat, lng);
            assert!(x > 0.0 && x < frame.width && y > 0.0 && y < frame.height);
        }
        assert!(frame.place(45.5, 141.9).1 < frame.place(24.3, 123.8).1);
        assert!(frame.place(35.0, 130.0).0 < frame.place(35.0, 140.0).0);
    }

    #[test]
    fn odd_sets_have_a_frame_or_none() {
        assert_eq!(Frame::around([]), None);
        assert_eq!(Frame::around([(200.0, 10.0), (f64::NAN, 0.0)]), None);
        let one = Frame::around([(35.0, 139.0)]);
        assert!(one.is_some_and(|f| f.width > 0.0 && f.height > 0.0));
    }
}
