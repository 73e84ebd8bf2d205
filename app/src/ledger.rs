//! The ledger of a coupon: its states, the five verbs that lead from one to the next, and how each moves a campaign's yen.
//!
//! ```text
//!            issue                 redeem
//! (nothing) ───────▶ issued ─────────────────▶ redeemed
//!                     │  ▲                        │
//!        expire, void │  └────────────────────────┘
//!                     ▼             reverse
//!             expired, voided
//! ```
//! The database is told the same graph once more, as a unique key over the steps of a coupon: a redemption and an expiry
//! claim the same step, so that only one of them can be.

use crate::yen::Yen;

/// What a coupon is, without when and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Can be redeemed while its time lasts; its face value is reserved.
    Issued,
    /// Was redeemed; its cost is spent.
    Redeemed,
    /// Its time was over; nothing is reserved any more.
    Expired,
    /// Was taken back; nothing is reserved any more.
    Voided,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Issued, Self::Redeemed, Self::Expired, Self::Voided];

    /// The name in tables.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Redeemed => "redeemed",
            Self::Expired => "expired",
            Self::Voided => "voided",
        }
    }

    /// The status of a name.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.slug() == slug)
    }
}

/// What may happen to a coupon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    /// It comes into being: its face value is reserved.
    Issue,
    /// It is taken at a till: the cost is spent, the rest released.
    Redeem,
    /// Its redemption is undone: what it moved moves back.
    Reverse,
    /// Its time is over: the face value is released.
    Expire,
    /// It is taken back: the face value is released.
    Void,
}

impl Verb {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Issue,
        Self::Redeem,
        Self::Reverse,
        Self::Expire,
        Self::Void,
    ];

    /// The name in tables.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::Redeem => "redeem",
            Self::Reverse => "reverse",
            Self::Expire => "expire",
            Self::Void => "void",
        }
    }

    /// What a coupon has to be for it; `None`: there must be none yet.
    #[must_use]
    pub const fn before(self) -> Option<Status> {
        match self {
            Self::Issue => None,
            Self::Redeem | Self::Expire | Self::Void => Some(Status::Issued),
            Self::Reverse => Some(Status::Redeemed),
        }
    }

    /// What it is afterwards.
    #[must_use]
    pub const fn after(self) -> Status {
        match self {
            Self::Issue | Self::Reverse => Status::Issued,
            Self::Redeem => Status::Redeemed,
            Self::Expire => Status::Expired,
            Self::Void => Status::Voided,
        }
    }

    /// Which step of the coupon's life it is, counted from 1, where `uses` is how often the coupon was taken, this step
    /// included and uses that were undone too. Whatever ends the same reservation gets the same number.
    #[must_use]
    pub const fn step(self, uses: u32) -> u32 {
        let pairs = uses.saturating_mul(2);
        match self {
            Self::Issue => 1,
            Self::Redeem => pairs,
            Self::Reverse => pairs.saturating_add(1),
            Self::Expire | Self::Void => pairs.saturating_add(2),
        }
    }
}

/// How a campaign's three balances change. Every one of them but [`Shift::fund`] sums to 0, by construction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shift {
    available: Yen,
    reserved: Yen,
    spent: Yen,
}

impl Shift {
    /// The budget is set or changed by so much.
    #[must_use]
    pub const fn fund(yen: Yen) -> Self {
        Self {
            available: yen,
            reserved: Yen::ZERO,
            spent: Yen::ZERO,
        }
    }

    /// A coupon of this face value is issued. `None` unless it is worth something.
    #[must_use]
    pub fn issue(face: Yen) -> Option<Self> {
        (face > Yen::ZERO).then_some(Self {
            available: Yen(-face.0),
            reserved: face,
            spent: Yen::ZERO,
        })
    }

    /// It is redeemed at this cost. `None` unless `0 < cost ≤ face`.
    #[must_use]
    pub fn redeem(face: Yen, cost: Yen) -> Option<Self> {
        (Yen::ZERO < cost && cost <= face).then_some(Self {
            available: Yen(face.0 - cost.0),
            reserved: Yen(-face.0),
            spent: cost,
        })
    }

    /// The redemption is undone.
    #[must_use]
    pub fn reverse(face: Yen, cost: Yen) -> Option<Self> {
        Self::redeem(face, cost).map(|redeemed| Self {
            available: Yen(-redeemed.available.0),
            reserved: face,
            spent: Yen(-cost.0),
        })
    }

    /// The coupon expires or is taken back.
    #[must_use]
    pub fn release(face: Yen) -> Option<Self> {
        (face > Yen::ZERO).then_some(Self {
            available: face,
            reserved: Yen(-face.0),
            spent: Yen::ZERO,
        })
    }

    /// Both, one after the other. `None` where a sum does not fit 64 bits.
    #[must_use]
    pub fn and(self, next: Self) -> Option<Self> {
        Some(Self {
            available: self.available.checked_add(next.available)?,
            reserved: self.reserved.checked_add(next.reserved)?,
            spent: self.spent.checked_add(next.spent)?,
        })
    }

    /// Change of what is not promised.
    #[must_use]
    pub const fn available(&self) -> Yen {
        self.available
    }

    /// Change of what is promised.
    #[must_use]
    pub const fn reserved(&self) -> Yen {
        self.reserved
    }

    /// Change of what is spent.
    #[must_use]
    pub const fn spent(&self) -> Yen {
        self.spent
    }
}

#[cfg(test)]
mod tests {
    use super::{Shift, Status, Verb};
    use crate::yen::Yen;
    use std::collections::HashMap;

    fn sum(shift: Shift) -> i64 {
        shift.available().0 + shift.reserved().0 + shift.spent().0
    }

    #[test]
    fn names_are_found_again() {
        for status in Status::ALL {
            assert_eq!(Status::from_slug(status.slug()), Some(status));
        }
        assert_eq!(Status::from_slug("used"), None);
    }

    /// Walks every life of up to three redemptions: steps count up by one, and what excludes each other shares a number.
    #[test]
    fn steps_count_a_life_without_gaps() {
        fn live(status: Status, uses: u32, last: u32, taken: &mut HashMap<(u32, Verb), u32>) {
            for verb in Verb::ALL {
                if verb.before() != Some(status) {
                    continue;
                }
                let uses = uses + u32::from(verb == Verb::Redeem);
                if uses > 3 {
                    continue;
                }
                assert_eq!(verb.step(uses), last + 1, "{verb:?} after {last}");
                taken.insert((uses, verb), last + 1);
                live(verb.after(), uses, last + 1, taken);
            }
        }
        let mut taken = HashMap::new();
        assert_eq!(Verb::Issue.step(0), 1);
        live(Verb::Issue.after(), 0, 1, &mut taken);
        // The redemption that would be the second, and the end of the first undone one, are the same step.
        assert_eq!(taken[&(2, Verb::Redeem)], taken[&(1, Verb::Expire)]);
        assert_eq!(taken[&(1, Verb::Void)], taken[&(1, Verb::Expire)]);
    }

    #[test]
    fn nothing_comes_after_an_end() {
        for end in [Status::Expired, Status::Voided] {
            assert!(Verb::ALL.iter().all(|verb| verb.before() != Some(end)));
        }
    }

    #[test]
    fn yen_move_and_never_appear() {
        let face = Yen(500);
        for cost in [1, 499, 500] {
            let (there, back) = (
                Shift::redeem(face, Yen(cost)).unwrap_or_default(),
                Shift::reverse(face, Yen(cost)).unwrap_or_default(),
            );
            assert_eq!((sum(there), there.spent()), (0, Yen(cost)));
            assert_eq!(there.and(back), Some(Shift::default()));
        }
        let life = Shift::issue(face).and_then(|issued| issued.and(Shift::release(face)?));
        assert_eq!(life, Some(Shift::default()));
        for (face, cost) in [(500, 0), (500, -1), (500, 501), (0, 0)] {
            assert_eq!(
                Shift::redeem(Yen(face), Yen(cost)),
                None,
                "{cost} of {face}"
            );
        }
        assert_eq!(Shift::issue(Yen(0)), None);
        let most = Shift::fund(Yen(i64::MAX));
        assert_eq!(most.and(Shift::fund(Yen(1))), None);
    }
}
