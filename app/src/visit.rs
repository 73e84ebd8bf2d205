//! Visits: what is seen of a shopper at a store within three hours is one visit, whatever the order in which it becomes known.

/// How long what is seen belongs to the same visit, milliseconds from the first.
pub const WINDOW_MS: i64 = 3 * 3_600_000;

/// The beginnings of the visits that these sightings make, and for each sighting the place of its visit among them.
///
/// The first sighting begins a visit, which takes in whatever is less than [`WINDOW_MS`] later; the first after that begins the next. So the
/// visits are a function of the moments alone. A visit begins at its first sighting and depends on none after it, so that beginnings up
/// to some moment stay what they are when something later becomes known.
///
/// `moments`: unix milliseconds, ascending.
#[must_use]
pub fn visits_of(moments: &[i64]) -> (Vec<i64>, Vec<usize>) {
    let mut beginnings: Vec<i64> = Vec::new();
    let mut places = Vec::with_capacity(moments.len());
    for at in moments {
        let goes_on = beginnings
            .last()
            .is_some_and(|began| at.saturating_sub(*began) < WINDOW_MS);
        if !goes_on {
            beginnings.push(*at);
        }
        places.push(beginnings.len() - 1);
    }
    (beginnings, places)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{WINDOW_MS, visits_of};

    const MINUTE: i64 = 60_000;

    #[test]
    fn the_window_runs_from_the_first_sighting() {
        // 11:59, 12:01: one. 15:00: another, for the first began three hours and a minute before.
        let at = |h: i64, m: i64| (h * 60 + m) * MINUTE;
        let (beginnings, places) =
            visits_of(&[at(11, 59), at(12, 1), at(14, 58), at(14, 59), at(15, 0)]);
        assert_eq!(beginnings, [at(11, 59), at(14, 59)]);
        assert_eq!(places, [0, 0, 0, 1, 1]);
        assert_eq!(visits_of(&[]), (vec![], vec![]));
    }

    proptest! {
        #[test]
        fn every_sighting_is_in_the_window_of_its_visit(mut moments in proptest::collection::vec(0..40 * WINDOW_MS, 0..60)) {
            moments.sort_unstable();
            let (beginnings, places) = visits_of(&moments);
            for (at, place) in moments.iter().zip(&places) {
                prop_assert!((0..WINDOW_MS).contains(&(at - beginnings[*place])));
            }
            for pair in beginnings.windows(2) {
                prop_assert!(pair[1] - pair[0] >= WINDOW_MS);
            }
        }
    }
}
