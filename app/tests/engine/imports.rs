use std::path::Path;

use app::{
    geo::LatLng,
    id::StoreId,
    store::{CheckedStore, RawRow, name_key},
    store_import::{Decision, ImportRow, KnownStore, Like, NEAR_M, decide},
};
use proptest::prelude::*;

fn row(line: u64, name: &str, lat: f64, lng: f64) -> ImportRow {
    let position = LatLng::new(lat, lng).expect("on the earth");
    ImportRow {
        line,
        store: CheckedStore {
            name: name.to_owned(),
            position,
            external_id: None,
            address: None,
        },
    }
}

#[test]
fn tells_repeats_from_neighbours() {
    let rows = [
        row(2, "ローソン 東京駅前店", 35.6812, 139.7671),
        row(3, "ﾛｰｿﾝ　東京駅前店", 35.6812, 139.7671),
        row(4, "ローソン 東京駅前店", 35.6812, 139.7673),
        row(5, "ローソン 八重洲店", 35.6812, 139.7671),
        row(6, "ローソン 東京駅前店", 35.6812, 139.7680),
    ];
    let decisions = decide(&rows, &[]);
    assert_eq!(decisions[0], Decision::Import);
    assert_eq!(
        decisions[1],
        Decision::Skip {
            like: Like::Line(2)
        }
    );
    let Decision::ImportNear {
        like: Like::Line(2),
        distance_m,
    } = decisions[2]
    else {
        panic!("{decisions:?}");
    };
    assert!((18.0..18.2).contains(&distance_m));
    assert_eq!(decisions[3], Decision::Import);
    assert_eq!(decisions[4], Decision::Import, "63 m is not near");
}

#[test]
fn compares_with_the_stores_there_are_and_sees_across_seams() {
    let id = StoreId::new(0, [1; 10]);
    let known = [
        KnownStore {
            id,
            name: "Dateline".to_owned(),
            position: LatLng::new(-16.8, 180.0).expect("on the earth"),
        },
        KnownStore {
            id,
            name: "Pole".to_owned(),
            position: LatLng::new(89.9999, 0.0).expect("on the earth"),
        },
    ];
    let rows = [
        row(2, "dateline", -16.8, -179.9999),
        row(3, "POLE", 89.9999, 90.0),
        row(4, "Dateline", -16.8, 180.0),
    ];
    let decisions = decide(&rows, &known);
    assert!(
        matches!(
            decisions[0],
            Decision::ImportNear {
                like: Like::Store(_),
                ..
            }
        ),
        "{decisions:?}"
    );
    assert!(
        matches!(
            decisions[1],
            Decision::ImportNear {
                like: Like::Store(_),
                ..
            }
        ),
        "{decisions:?}"
    );
    assert_eq!(
        decisions[2],
        Decision::Skip {
            like: Like::Store(id)
        }
    );
}

/// The definition itself, comparing every row with every earlier one.
fn by_brute_force(rows: &[ImportRow]) -> Vec<Option<bool>> {
    let alike = |a: &ImportRow, b: &ImportRow| name_key(&a.store.name) == name_key(&b.store.name);
    rows.iter()
        .enumerate()
        .map(|(i, row)| {
            let earlier = || {
                rows.iter()
                    .take(i)
                    .filter(|other| alike(row, other))
                    .map(|other| other.store.position)
            };
            if earlier().any(|position| position == row.store.position) {
                Some(true)
            } else {
                earlier()
                    .any(|position| position.distance_m(row.store.position) <= NEAR_M)
                    .then_some(false)
            }
        })
        .collect()
}

proptest! {
    #[test]
    fn agrees_with_brute_force(points in prop::collection::vec((0_u8..3, 0_i32..12, 0_i32..12), 0..60), lat in -89.9..89.9_f64, lng in -179.9..179.9_f64) {
        // A lattice of about 20 m, so that repeats and neighbours are frequent.
        let step = 0.000_18;
        let rows: Vec<ImportRow> = (2_u64..).zip(&points)
            .map(|(line, (name, y, x))| row(line, &format!("Store {name}"), lat + f64::from(*y) * step, lng + f64::from(*x) * step))
            .collect();
        let ours: Vec<Option<bool>> = decide(&rows, &[]).into_iter().map(|decision| match decision {
            Decision::Import => None,
            Decision::ImportNear { .. } => Some(false),
            Decision::Skip { .. } => Some(true),
        }).collect();
        prop_assert_eq!(ours, by_brute_force(&rows));
    }
}

/// The real list, where it lies beside the checkout; see its README for the figures.
#[test]
fn the_real_list_gives_its_known_figures() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/stores_japan_osm_2014.csv");
    let Ok(mut reader) = csv::Reader::from_path(&path) else {
        eprintln!("skipped: ../shared/data/stores_japan_osm_2014.csv is not beside the checkout");
        return;
    };
    let rows: Vec<ImportRow> = (2_u64..)
        .zip(reader.records())
        .map(|(line, record)| {
            let record = record.expect("a well-formed file");
            let raw = RawRow {
                name: &record[2],
                lat: &record[4],
                lng: &record[5],
                external_id: Some(&record[0]),
                address: None,
            };
            ImportRow {
                line,
                store: raw.check().expect("valid rows"),
            }
        })
        .collect();
    assert_eq!(rows.len(), 11_097);
    let decisions = decide(&rows, &[]);
    let count = |wanted: fn(&Decision) -> bool| decisions.iter().filter(|d| wanted(d)).count();
    let skipped = count(|d| matches!(d, Decision::Skip { .. }));
    let near = count(|d| matches!(d, Decision::ImportNear { .. }));
    assert_eq!((skipped, near, rows.len() - skipped), (21, 35, 11_076));
    // A second time everything is a repeat.
    let known: Vec<KnownStore> = rows
        .iter()
        .map(|row| KnownStore {
            id: StoreId::new(1, [0; 10]),
            name: row.store.name.clone(),
            position: row.store.position,
        })
        .collect();
    assert!(decide(&rows, &known).iter().all(|d| matches!(
        d,
        Decision::Skip {
            like: Like::Store(_)
        }
    )));
}
