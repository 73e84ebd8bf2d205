//! Where somebody came from: which touch what they did later is put down to. That is a rule of counting, and says nothing of what brought it about.

use std::{
    collections::{BTreeMap, BTreeSet},
    hash::Hash,
};

/// For so many days a touch counts.
pub const WINDOW_DAYS: u32 = 30;
/// The same in milliseconds.
pub const WINDOW_MS: i64 = 30 * 86_400_000;

/// A moment at which somebody came by something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Touch<T> {
    /// When, unix milliseconds.
    pub at: i64,
    /// By what.
    pub by: T,
}

/// By what somebody came who did something at a moment: the first touch of the 30 days before it, the moment itself included. Of two at
/// once the smaller.
#[must_use]
pub fn first_touch<T: Copy + Ord>(touches: &[Touch<T>], at: i64) -> Option<T> {
    touches
        .iter()
        .filter(|touch| touch.at <= at && touch.at > at.saturating_sub(WINDOW_MS))
        .min()
        .map(|touch| touch.by)
}

/// What somebody does after they came, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// The odds of the campaign were shown.
    Offered,
    /// The campaign was played.
    Played,
    /// A coupon was won.
    Won,
    /// One of the retailer's stores was visited.
    Visited,
    /// A coupon of the campaign was used.
    Redeemed,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Offered,
        Self::Played,
        Self::Won,
        Self::Visited,
        Self::Redeemed,
    ];
}

/// One shopper at one campaign.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path<T> {
    /// By what they came, in any order.
    pub touches: Vec<Touch<T>>,
    /// What they did, in any order.
    pub acts: Vec<(i64, Act)>,
}

/// How many shoppers came by something, and how many of those did what is put down to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Came by it, whether first or later.
    pub came: i64,
    /// Did each of [`Act::ALL`], put down to it.
    pub did: [i64; 5],
}

/// Counts, by what they came; `None` is what was done without any touch in the 30 days before, but with odds shown in them: who was never there is
/// not counted. Each shopper counts once for each step, at however many campaigns.
pub fn tally<P: Copy + Eq + Hash + Ord, T: Copy + Ord>(
    paths: impl IntoIterator<Item = (P, Path<T>)>,
) -> BTreeMap<Option<T>, Tally> {
    let mut came = BTreeSet::new();
    let mut did = BTreeSet::new();
    for (person, path) in paths {
        came.extend(path.touches.iter().map(|touch| (touch.by, person)));
        let offered = path.acts.iter().filter(|(_, act)| *act == Act::Offered);
        let offered: Vec<Touch<()>> = offered.map(|(at, _)| Touch { at: *at, by: () }).collect();
        for (at, act) in path.acts {
            let by = first_touch(&path.touches, at);
            if by.is_some() || first_touch(&offered, at).is_some() {
                did.insert((by, act, person));
            }
        }
    }
    let mut out: BTreeMap<Option<T>, Tally> = BTreeMap::new();
    for (by, _) in came {
        out.entry(Some(by)).or_default().came += 1;
    }
    for (by, act, _) in did {
        let tally = out.entry(by).or_default();
        for (n, one) in tally.did.iter_mut().zip(Act::ALL) {
            *n += i64::from(one == act);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Act, Path, Tally, Touch, WINDOW_MS, first_touch, tally};

    #[test]
    fn the_window_ends_where_it_says() {
        let touches = [Touch { at: 0, by: 'a' }, Touch { at: 20, by: 'b' }];
        assert_eq!(first_touch(&touches, -1), None);
        assert_eq!(first_touch(&touches, 0), Some('a'));
        assert_eq!(first_touch(&touches, WINDOW_MS - 1), Some('a'));
        assert_eq!(first_touch(&touches, WINDOW_MS), Some('b'));
        assert_eq!(first_touch(&touches, WINDOW_MS + 20), None);
        assert_eq!(
            first_touch(&[Touch { at: 5, by: 'b' }, Touch { at: 5, by: 'a' }], 5),
            Some('a')
        );
    }

    #[test]
    fn a_shopper_counts_once_for_each_step() {
        let path = Path {
            touches: vec![Touch { at: 1, by: 'b' }, Touch { at: 2, by: 'a' }],
            acts: vec![
                (-5, Act::Visited),
                (-1, Act::Offered),
                (0, Act::Visited),
                (3, Act::Played),
                (4, Act::Played),
            ],
        };
        let counted = tally([(1, path.clone()), (1, path)]);
        let of = |by| counted.get(&by).copied().unwrap_or_default();
        assert_eq!(
            of(Some('b')),
            Tally {
                came: 1,
                did: [0, 1, 0, 0, 0]
            }
        );
        assert_eq!(
            of(Some('a')),
            Tally {
                came: 1,
                did: [0; 5]
            }
        );
        assert_eq!(
            of(None),
            Tally {
                came: 0,
                did: [1, 0, 0, 1, 0]
            }
        );
    }
}
