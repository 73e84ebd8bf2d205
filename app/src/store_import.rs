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

type Cube = (usize, [i32; 3]);

#[derive(Default)]
struct Seen {
    names: HashMap<String, usize>,
    cubes: HashMap<Cube, Vec<(LatLng, Like)>>,
}

impl Seen {
    fn add(&mut self, key: &str, position: LatLng, like: Like) {
        let next = self.names.len();
        let name = *self.names.entry(key.to_owned()).or_insert(next);
        self.cubes
            .entry((name, cube_of(position)))
            .or_default()
            .push((position, like));
    }

    /// The nearest of the same name within 50 m, how far, and whether it is at exactly the same position.
    fn nearest(&self, key: &str, position: LatLng) -> Option<(Like, f64, bool)> {
        let name = *self.names.get(key)?;
        let [x, y, z] = cube_of(position);
        let mut best: Option<(Like, f64, bool)> = None;
        for (dx, dy, dz) in around() {
            for (there, like) in self
                .cubes
                .get(&(name, [x + dx, y + dy, z + dz]))
                .into_iter()
                .flatten()
            {
                let (distance, exact) = (there.distance_m(position), *there == position);
                let better = best.is_none_or(|(other, least, same)| {
                    (exact && !same)
                        || (exact == same && (distance, order(*like)) < (least, order(other)))
                });
                if distance <= NEAR_M && better {
                    best = Some((*like, distance, exact));
                }
            }
        }
        best
    }
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
    #[allow(clippy::cast_possible_truncation)]
    axes.map(|axis| (axis * RADIUS_M / SIDE_M).floor() as i32)
}
