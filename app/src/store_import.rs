//! Which rows of an upload become stores: exact repeats are skipped, near ones imported and flagged.

use std::collections::HashMap;

use crate::{
    geo::LatLng,
    id::StoreId,
    store::{CheckedStore, name_key},
};

/// Up to this distance two stores of the same name are flagged, metres.
pub const NEAR_M: f64 = 50.0;

/// A row that keeps the field rules.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportRow {
    /// The line in the file, from 1.
    pub line: u64,
    /// What it says.
    pub store: CheckedStore,
}

/// A store that the retailer has already.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownStore {
    /// The store.
    pub id: StoreId,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub position: LatLng,
}

/// What a row is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Like {
    /// An earlier line of the file.
    Line(u64),
    /// A store that was there before.
    Store(StoreId),
}

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Decision {
    /// Becomes a store.
    Import,
    /// Becomes a store, but one of the same name is within 50 m: perhaps the same one, mapped twice.
    ImportNear {
        /// The nearest such one; the earliest where several are as near.
        like: Like,
        /// How far, metres.
        distance_m: f64,
    },
    /// The same name at the same position: skipped.
    Skip {
        /// The first such one.
        like: Like,
    },
}

/// One decision per row, in the rows' order. Names are compared by [`name_key`], positions exactly (all digits) for repeats and by great-circle
/// distance for near ones. Each row is compared with the stores known before and with the earlier rows.
///
/// Runs in linear time: points are hashed into cubes of 50 m in space (no seams at poles or date line), and only the 27 cubes
/// around are looked at.
#[must_use]
pub fn decide(rows: &[ImportRow], known: &[KnownStore]) -> Vec<Decision> {
    let mut seen = Seen::default();
    for store in known {
        seen.add(
            &name_key(&store.name),
            store.position,
            Like::Store(store.id),
        );
    }
    rows.iter()
        .map(|row| {
            let (key, position) = (name_key(&row.store.name), row.store.position);
            match seen.nearest(&key, position) {
                Some((like, _, true)) => Decision::Skip { like },
                near => {
                    seen.add(&key, position, Like::Line(row.line));
                    near.map_or(Decision::Import, |(like, distance_m, _)| {
                        Decision::ImportNear { like, distance_m }
                    })
                }
            }
        })
        .collect()
}

/// So many stores of one name are kept for comparison in one cube. No town has as many; without a bound a file of stores all on one spot would
/// be compared each with each.
const MAX_IN_CUBE: usize = 64;

type Cube = (usize, [i32; 3]);

#[derive(Default)]
struct Seen {
    names: HashMap<String, usize>,
    spots: HashMap<(usize, [u64; 2]), Like>,
    cubes: HashMap<Cube, Vec<(LatLng, Like)>>,
}

impl Seen {
    fn add(&mut self, key: &str, position: LatLng, like: Like) {
        let next = self.names.len();
        let name = *self.names.entry(key.to_owned()).or_insert(next);
        let first = self.spots.entry((name, digits(position))).or_insert(like);
        if order(like) < order(*first) {
            *first = like;
        }
        let cube = self.cubes.entry((name, cube_of(position))).or_default();
        if cube.len() < MAX_IN_CUBE {
            cube.push((position, like));
        }
    }

    /// The one of the same name at exactly the same position, otherwise the nearest within 50 m; how far, and whether it is exact.
    fn nearest(&self, key: &str, position: LatLng) -> Option<(Like, f64, bool)> {
        let name = *self.names.get(key)?;
        if let Some(like) = self.spots.get(&(name, digits(position))) {
            return Some((*like, 0.0, true));
        }
        let [x, y, z] = cube_of(position);
        let mut best: Option<(Like, f64)> = None;
        for (dx, dy, dz) in around() {
            for (there, like) in self
                .cubes
                .get(&(name, [x + dx, y + dy, z + dz]))
                .into_iter()
                .flatten()
            {
                let distance = there.distance_m(position);
                let better = best
                    .is_none_or(|(other, least)| (distance, order(*like)) < (least, order(other)));
                if distance <= NEAR_M && better {
                    best = Some((*like, distance));
                }
            }
        }
        best.map(|(like, distance)| (like, distance, false))
    }
}

/// A position as a key: all its digits. Adding zero makes the two zeros one.
fn digits(position: LatLng) -> [u64; 2] {
    [position.lat(), position.lng()].map(|degrees| (degrees + 0.0).to_bits())
}

/// Known stores before lines, earlier lines before later ones.
fn order(like: Like) -> (u64, Option<StoreId>) {
    match like {
        Like::Store(id) => (0, Some(id)),
        Like::Line(line) => (line, None),
    }
}

fn around() -> impl Iterator<Item = (i32, i32, i32)> {
    (-1..=1).flat_map(|x| (-1..=1).flat_map(move |y| (-1..=1).map(move |z| (x, y, z))))
}

/// The cube, in space, of a point on the sphere: two points within 50 m along the
/// ground are within 50 m through space, so their cubes touch.
fn cube_of(position: LatLng) -> [i32; 3] {
    const RADIUS_M: f64 = 6_371_008.8;
    // A metre more than the limit, for rounding.
    const SIDE_M: f64 = NEAR_M + 1.0;
    let (lat, lng) = (position.lat().to_radians(), position.lng().to_radians());
    let axes = [lat.cos() * lng.cos(), lat.cos() * lng.sin(), lat.sin()];
    // The earth's radius in cubes of 51 m is some 125,000.
    #[allow(clippy::cast_possible_truncation)]
    axes.map(|axis| (axis * RADIUS_M / SIDE_M).floor() as i32)
}

#[cfg(test)]
mod tests {
    use super::{Decision, ImportRow, decide};
    use crate::store::RawRow;

    fn row(line: u64, lat: f64) -> Option<ImportRow> {
        let raw = RawRow {
            name: "A",
            lat: &format!("{lat:.9}"),
            lng: "-0.0",
            external_id: None,
            address: None,
        };
        raw.check().ok().map(|store| ImportRow { line, store })
    }

    #[test]
    fn a_crowded_spot_is_still_told_apart() {
        // A hundred stores within a metre, then the last and the first of them again.
        let places = (0..100).chain([99, 0]).map(|n| f64::from(n) * 1e-7);
        let rows: Vec<ImportRow> = places
            .zip(2..)
            .filter_map(|(lat, line)| row(line, lat))
            .collect();
        let decisions = decide(&rows, &[]);
        let count = |wanted: fn(&Decision) -> bool| decisions.iter().filter(|d| wanted(d)).count();
        assert_eq!(count(|d| matches!(d, Decision::Import)), 1);
        assert_eq!(count(|d| matches!(d, Decision::ImportNear { .. })), 99);
        assert_eq!(count(|d| matches!(d, Decision::Skip { .. })), 2);
    }
}
