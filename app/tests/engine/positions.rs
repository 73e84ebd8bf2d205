use app::geo::LatLng;
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    distances: Vec<Distance>,
}

#[derive(Deserialize)]
struct Distance {
    from: String,
    from_lat: f64,
    from_lng: f64,
    to: String,
    to_lat: f64,
    to_lng: f64,
    metres: f64,
}

/// `vectors/distances.json`: GeographicLib's geodesics, see `vectors/distances.py`.
#[test]
fn distances_agree_with_geodesics_within_what_a_sphere_can() {
    let vectors: Vectors =
        serde_json::from_str(include_str!("../vectors/distances.json")).expect("the vectors");
    assert_eq!(vectors.distances.len(), 55);
    for d in vectors.distances {
        let from = LatLng::new(d.from_lat, d.from_lng).expect("on the earth");
        let to = LatLng::new(d.to_lat, d.to_lng).expect("on the earth");
        let error = from.distance_m(to) / d.metres - 1.0;
        assert!(
            error.abs() < 0.006,
            "{} to {}: {:.3} %",
            d.from,
            d.to,
            error * 100.0
        );
    }
}
