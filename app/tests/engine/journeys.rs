//! Attribution, against the rule written out the long way.

use std::collections::{BTreeMap, BTreeSet};

use app::journey::{Act, Path, Touch, WINDOW_MS, first_touch, tally};
use proptest::prelude::*;

const DAY: i64 = 86_400_000;

fn touches() -> impl Strategy<Value = Vec<Touch<u8>>> {
    // Whole days, so that moments meet and the window's edge is hit.
    proptest::collection::vec((0_i64..70, 0_u8..4), 0..12).prop_map(|all| {
        all.into_iter()
            .map(|(day, by)| Touch { at: day * DAY, by })
            .collect()
    })
}

fn path() -> impl Strategy<Value = Path<u8>> {
    let act = (0_i64..90, 0_usize..5).prop_map(|(day, n)| (day * DAY, Act::ALL[n]));
    (touches(), proptest::collection::vec(act, 0..10))
        .prop_map(|(touches, acts)| Path { touches, acts })
}

/// Day by day back from the oldest that still counts: whoever is met first.
fn by_hand(touches: &[Touch<u8>], at: i64) -> Option<u8> {
    let mut moment = at - WINDOW_MS + DAY;
    while moment <= at {
        let here = touches.iter().filter(|touch| touch.at == moment);
        if let Some(by) = here.map(|touch| touch.by).min() {
            return Some(by);
        }
        moment += DAY;
    }
    None
}

proptest! {
    #[test]
    fn the_first_of_thirty_days(touches in touches(), day in 0_i64..110) {
        prop_assert_eq!(first_touch(&touches, day * DAY), by_hand(&touches, day * DAY));
    }

    #[test]
    fn order_does_not_matter(mut touches in touches(), day in 0_i64..110) {
        let before = first_touch(&touches, day * DAY);
        touches.reverse();
        prop_assert_eq!(first_touch(&touches, day * DAY), before);
    }

    /// Each act is put down to one thing or to none, and what is put down to something was come by.
    #[test]
    fn nothing_is_counted_twice_or_lost(paths in proptest::collection::vec((0_u8..5, path()), 0..6)) {
        let counted = tally(paths.clone());
        for (n, act) in Act::ALL.into_iter().enumerate() {
            let mut wanted: BTreeMap<Option<u8>, BTreeSet<u8>> = BTreeMap::new();
            for (person, path) in &paths {
                for (at, _) in path.acts.iter().filter(|(_, one)| *one == act) {
                    let by = by_hand(&path.touches, *at);
                    let was_there = path.acts.iter().any(|(shown, one)| {
                        *one == Act::Offered && (at - WINDOW_MS + DAY..=*at).contains(shown)
                    });
                    if by.is_some() || was_there {
                        wanted.entry(by).or_default().insert(*person);
                    }
                }
            }
            for (by, tally) in &counted {
                let people = wanted.remove(by).map_or(0, |people| people.len());
                prop_assert_eq!(usize::try_from(tally.did[n]).ok(), Some(people));
                if by.is_some() {
                    prop_assert!(tally.did[n] <= tally.came);
                }
            }
            prop_assert!(wanted.is_empty(), "{wanted:?}");
        }
    }
}
