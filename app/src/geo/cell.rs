//! Coarse cells: the only form in which a position leaves a device.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::{Band, LatLng};

const ROWS_PER_DEGREE: f64 = 120.0;
const COLS_PER_DEGREE: f64 = 80.0;
/// Rounding of coordinates and of the floating-point formula, metres; both bounds are widened by it.
const SLACK_M: f64 = 1.0;
/// Up to here the corners are the farthest points of a cell; beyond (a quarter of the earth's circumference is 10,000 km) the
/// triangle inequality is used.
const NEAR_M: f64 = 5_000_000.0;

/// A cell of a worldwide grid, 30″ of latitude by 45″ of longitude: about 0.9 × 1.1 km in Japan, where it coincides with the
/// third-level mesh (第3次地域区画) of JIS X 0410. On the wire `row-col`, rows from the south pole, columns from 180° west.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    row: u32,
    col: u32,
}

/// The text is no cell of the form `row-col`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a cell of the form row-col")]
pub struct CellError;

impl Cell {
    /// Rows of the grid.
    pub const ROWS: u32 = 21_600;
    /// Columns of the grid.
    pub const COLS: u32 = 28_800;

    /// The cell of a row and column, if there is one.
    #[must_use]
    pub const fn new(row: u32, col: u32) -> Option<Self> {
        if row < Self::ROWS && col < Self::COLS {
            Some(Self { row, col })
        } else {
            None
        }
    }

    /// The cell that holds a point. The north pole belongs to the last row, 180° east to the first column (it is 180° west).
    #[must_use]
    pub fn of(point: LatLng) -> Self {
        // Multiply before shifting: keeps the borders where the mesh has them. In range because a `LatLng` is.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let index = |degrees: f64, per_degree: f64, half: f64| {
            ((degrees * per_degree).floor() + half * per_degree) as u32
        };
        Self {
            row: index(point.lat(), ROWS_PER_DEGREE, 90.0).min(Self::ROWS - 1),
            col: index(point.lng(), COLS_PER_DEGREE, 180.0) % Self::COLS,
        }
    }

    /// Row, from the south pole.
    #[must_use]
    pub const fn row(self) -> u32 {
        self.row
    }

    /// Column, from 180° west.
    #[must_use]
    pub const fn col(self) -> u32 {
        self.col
    }

    fn south(self) -> f64 {
        f64::from(self.row) / ROWS_PER_DEGREE - 90.0
    }

    fn west(self) -> f64 {
        f64::from(self.col) / COLS_PER_DEGREE - 180.0
    }

    /// Its middle.
    #[must_use]
    pub fn centre(self) -> LatLng {
        LatLng::clamped(
            self.south() + 0.5 / ROWS_PER_DEGREE,
            self.west() + 0.5 / COLS_PER_DEGREE,
        )
    }

    fn corners(self) -> [LatLng; 4] {
        let (south, west) = (self.south(), self.west());
        let (north, east) = (south + 1.0 / ROWS_PER_DEGREE, west + 1.0 / COLS_PER_DEGREE);
        [
            LatLng::clamped(south, west),
            LatLng::clamped(south, east),
            LatLng::clamped(north, west),
            LatLng::clamped(north, east),
        ]
    }

    /// Distance from the middle to the farthest corner, metres: no point of the cell is farther from its middle.
    #[must_use]
    pub fn radius_m(self) -> f64 {
        self.farthest_corner_m(self.centre()) + SLACK_M
    }

    fn farthest_corner_m(self, point: LatLng) -> f64 {
        self.corners()
            .into_iter()
            .map(|corner| corner.distance_m(point))
            .fold(0.0, f64::max)
    }

    /// A lower bound on the distance from any point of the cell to `point`, metres; exact but for a metre when that is nearer
    /// than 5,000 km. 0 inside.
    ///
    /// The nearest longitude is the same for every latitude (haversine grows with |Δλ|); along that meridian
    /// `cos d = A·cos(φ − φ0)` with `tan φ0 = tan φp / cos Δλ`, so the nearest latitude is `φ0` brought into the cell.
    #[must_use]
    pub fn min_distance_m(self, point: LatLng) -> f64 {
        let centre = self.centre();
        let to_centre = centre.distance_m(point);
        if to_centre > NEAR_M {
            return (to_centre - self.radius_m()).max(0.0);
        }
        // Signed difference of longitude to the middle, the short way round.
        let half = 0.5 / COLS_PER_DEGREE;
        let around = (point.lng() - centre.lng() + 540.0).rem_euclid(360.0) - 180.0;
        let beside = (around.abs() - half).max(0.0);
        let phi = point.lat().to_radians();
        let best = phi
            .sin()
            .atan2(phi.cos() * beside.to_radians().cos())
            .to_degrees();
        let lat = best.clamp(self.south(), self.south() + 1.0 / ROWS_PER_DEGREE);
        // Only the difference of longitude matters: measure from a meridian where nothing wraps.
        let nearest = LatLng::clamped(lat, beside);
        (nearest.distance_m(LatLng::clamped(point.lat(), 0.0)) - SLACK_M).max(0.0)
    }

    /// An upper bound on the distance from any point of the cell to `point`, metres; exact but for a metre when that is nearer
    /// than 5,000 km.
    #[must_use]
    pub fn max_distance_m(self, point: LatLng) -> f64 {
        let to_centre = self.centre().distance_m(point);
        if to_centre > NEAR_M {
            return to_centre + self.radius_m();
        }
        self.farthest_corner_m(point) + SLACK_M
    }

    /// A lower bound on the distance between any point of this cell and any of the other, metres.
    #[must_use]
    pub fn min_distance_to_cell_m(self, other: Self) -> f64 {
        (self.centre_distance_m(other) - self.radius_m() - other.radius_m()).max(0.0)
    }

    /// Distance between the middles of two cells, metres.
    #[must_use]
    pub fn centre_distance_m(self, other: Self) -> f64 {
        self.centre().distance_m(other.centre())
    }

    /// The bands that some point of the cell has to `point`: nearest and farthest.
    #[must_use]
    pub fn possible_bands(self, point: LatLng) -> (Band, Band) {
        (
            Band::of_m(self.min_distance_m(point)),
            Band::of_m(self.max_distance_m(point)),
        )
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.row, self.col)
    }
}

impl FromStr for Cell {
    type Err = CellError;

    /// The canonical form only: digits without sign or leading zeros, so that one cell has one text.
    fn from_str(text: &str) -> Result<Self, CellError> {
        let (row, col) = text.split_once('-').ok_or(CellError)?;
        let number = |part: &str| {
            let canonical = part.len() <= 5
                && part.bytes().all(|b| b.is_ascii_digit())
                && (part.len() == 1 || !part.starts_with('0'));
            if canonical {
                part.parse::<u32>().map_err(|_| CellError)
            } else {
                Err(CellError)
            }
        };
        Self::new(number(row)?, number(col)?).ok_or(CellError)
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Cell {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some("^[0-9]{1,5}-[0-9]{1,5}$"))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Cell {}

#[cfg(test)]
mod tests {
    use super::{Cell, LatLng};
    use proptest::prelude::*;

    fn at(lat: f64, lng: f64) -> LatLng {
        LatLng::clamped(lat, lng)
    }

    /// JIS X 0410 mesh code of the third level, straight from its definition: an independent way to the same grid.
    fn mesh_code(lat: f64, lng: f64) -> String {
        let (p, a) = ((lat * 60.0 / 40.0).floor(), (lat * 60.0) % 40.0);
        let (q, b) = ((a / 5.0).floor(), a % 5.0);
        let r = (b * 60.0 / 30.0).floor();
        let (u, f) = ((lng - 100.0).floor(), (lng - 100.0).fract());
        let (v, g) = ((f * 60.0 / 7.5).floor(), (f * 60.0) % 7.5);
        let w = (g * 60.0 / 45.0).floor();
        format!("{p}{u}{q}{v}{r}{w}")
    }

    #[test]
    fn coincides_with_the_standard_mesh_in_japan() {
        // Tokyo station lies in mesh 53394611, whose south-west corner is 35°40'30" N 139°45'45" E.
        assert_eq!(mesh_code(35.6812, 139.7671), "53394611");
        let cell = Cell::of(at(35.6812, 139.7671));
        assert!((cell.south() - 35.675).abs() < 1e-9 && (cell.west() - 139.7625).abs() < 1e-9);
        assert_eq!(cell.to_string(), "15081-25581");
    }

    #[test]
    fn edges_of_the_world_have_cells() {
        assert_eq!(Cell::of(at(90.0, 0.0)).row(), Cell::ROWS - 1);
        assert_eq!(Cell::of(at(-90.0, 0.0)).row(), 0);
        assert_eq!(Cell::of(at(0.0, 180.0)).col(), 0);
        assert_eq!(Cell::of(at(0.0, -180.0)).col(), 0);
        assert_eq!(Cell::of(at(0.0, 179.999)).col(), Cell::COLS - 1);
    }

    #[test]
    fn one_cell_has_one_text() {
        for text in [
            "",
            "1",
            "1-",
            "-1",
            "01-2",
            "+1-2",
            "1-2-3",
            "21600-0",
            "0-28800",
            "99999999999-1",
            "１-2",
        ] {
            assert!(text.parse::<Cell>().is_err(), "{text}");
        }
        assert_eq!("0-0".parse(), Cell::new(0, 0).ok_or(super::CellError));
        assert!(serde_json::from_str::<Cell>("\"15081-25581\"").is_ok());
    }

    proptest! {
        #[test]
        fn agrees_with_the_mesh_codes(lat in 24.0..46.0_f64, lng in 123.0..146.0_f64, dlat in -0.01..0.01_f64, dlng in -0.01..0.01_f64) {
            let same_mesh = mesh_code(lat, lng) == mesh_code(lat + dlat, lng + dlng);
            let same_cell = Cell::of(at(lat, lng)) == Cell::of(at(lat + dlat, lng + dlng));
            prop_assert_eq!(same_mesh, same_cell);
        }

        #[test]
        fn bounds_hold_for_every_point_of_the_cell(
            lat in -89.9..89.9_f64, lng in -180.0..180.0_f64, dlat in -60.0..60.0_f64, dlng in -180.0..180.0_f64,
            scale in 0.0..1.0_f64, u in 0.0..1.0_f64, v in 0.0..1.0_f64,
        ) {
            let cell = Cell::of(at(lat, lng));
            let inside = at(cell.south() + u / 120.0, cell.west() + v / 80.0);
            // From next door to the other side of the world, across the date line too.
            let near = scale.powi(6);
            let far_lng = (lng + dlng * near + 540.0).rem_euclid(360.0) - 180.0;
            let point = at(lat + dlat * near, far_lng);
            let d = inside.distance_m(point);
            prop_assert!(cell.min_distance_m(point) <= d, "min {} > {d}", cell.min_distance_m(point));
            prop_assert!(cell.max_distance_m(point) >= d, "max {} < {d}", cell.max_distance_m(point));
            prop_assert!(inside.distance_m(cell.centre()) <= cell.radius_m());
            let other = Cell::of(point);
            prop_assert!(cell.min_distance_to_cell_m(other) <= d + 1e-6);
            prop_assert_eq!(cell.to_string().parse(), Ok(cell));
        }

        #[test]
        fn bounds_are_tight_near_by(dlat in -0.2..0.2_f64, dlng in -0.2..0.2_f64) {
            let cell = Cell::of(at(35.6812, 139.7671));
            let point = at(35.6812 + dlat, 139.7671 + dlng);
            let mut least = f64::INFINITY;
            let mut most = 0.0_f64;
            for i in 0..=50 {
                for j in 0..=50 {
                    let inside = at(cell.south() + f64::from(i) / 6000.0, cell.west() + f64::from(j) / 4000.0);
                    let d = inside.distance_m(point);
                    least = least.min(d);
                    most = most.max(d);
                }
            }
            // The sample lattice is 18 × 23 m.
            prop_assert!(least - cell.min_distance_m(point) < 20.0);
            prop_assert!(cell.max_distance_m(point) - most < 2.0);
        }
    }
}
