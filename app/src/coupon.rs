//! One issued right to a benefit: its states, what it is worth at a till, and every reasoned no.

use serde::{Deserialize, Serialize};

use crate::{
    id::StoreId,
    ledger::{Shift, Status},
    yen::Yen,
};

/// How long after a redemption it can be reversed, milliseconds.
pub const REVERSE_WINDOW_MS: i64 = 10 * 60 * 1_000;

/// The longest validity, days.
pub const MAX_VALID_DAYS: u32 = 365;

/// What a coupon is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CouponState {
    /// Can be redeemed while its time lasts.
    Issued,
    /// Was redeemed.
    Redeemed {
        /// When, unix milliseconds.
        at: i64,
        /// At which store.
        store: StoreId,
        /// Yen really given.
        cost: Yen,
    },
    /// Its time is over and its reservation released.
    Expired {
        /// When, unix milliseconds.
        at: i64,
    },
    /// Was taken back.
    Voided {
        /// When, unix milliseconds.
        at: i64,
    },
}

impl CouponState {
    /// The state alone, as the ledger knows it.
    #[must_use]
    pub const fn status(&self) -> Status {
        match self {
            Self::Issued => Status::Issued,
            Self::Redeemed { .. } => Status::Redeemed,
            Self::Expired { .. } => Status::Expired,
            Self::Voided { .. } => Status::Voided,
        }
    }
}

/// What of a coupon a decision needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CouponFacts {
    /// Face value: what is reserved for it.
    pub face: Yen,
    /// The one store it is for.
    pub store: StoreId,
    /// Lowest purchase; 0: a visit is enough.
    pub min_purchase: Yen,
    /// First moment at which it can be used, unix milliseconds.
    pub valid_from: i64,
    /// First moment at which it no longer can.
    pub valid_until: i64,
    /// What it is.
    pub state: CouponState,
}

/// An accepted redemption: what to write, and how the budget moves. `face = cost + released`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Redeem {
    /// From reserved to spent.
    pub cost: Yen,
    /// From reserved back to available.
    pub released: Yen,
    /// What the coupon becomes.
    pub state: CouponState,
}

impl Redeem {
    /// How the campaign's balances move; `None` unless `0 < cost ≤ face`.
    #[must_use]
    pub fn shift(&self) -> Option<Shift> {
        Shift::redeem(self.cost.checked_add(self.released)?, self.cost)
    }
}

/// A reversed redemption: the budget moves back, the coupon can be used again while its time lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reverse {
    /// From spent back to reserved.
    pub cost: Yen,
    /// From available back to reserved. The budget may meanwhile have promised it to others: then the reversal has to be
    /// refused, for the budget is a cap.
    pub reserved_again: Yen,
    /// What the coupon becomes.
    pub state: CouponState,
}

impl Reverse {
    /// How the campaign's balances move; `None` unless `0 < cost ≤ face`.
    #[must_use]
    pub fn shift(&self) -> Option<Shift> {
        Shift::reverse(self.cost.checked_add(self.reserved_again)?, self.cost)
    }
}

/// The reasoned no at the till.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No coupon of this retailer has this code.
    #[error("no coupon has this code")]
    Unknown,
    /// What was shown for it held for a moment that is over.
    #[error("what was shown for the coupon is too old")]
    StalePass,
    /// It was taken back.
    #[error("the coupon was taken back")]
    Voided {
        /// When, unix milliseconds.
        at: i64,
    },
    /// It was used before.
    #[error("the coupon was used before")]
    AlreadyRedeemed {
        /// When, unix milliseconds.
        at: i64,
        /// At which store.
        store: StoreId,
    },
    /// It is for another store.
    #[error("the coupon is for another store")]
    OtherStore {
        /// The store it is for.
        store: StoreId,
    },
    /// Its time is over.
    #[error("the coupon's time is over")]
    Expired {
        /// Since when, unix milliseconds.
        at: i64,
    },
    /// Its time has not begun.
    #[error("the coupon's time has not begun")]
    NotYet {
        /// When it begins, unix milliseconds.
        from: i64,
    },
    /// There is a minimum purchase and the till did not say what is being bought.
    #[error("the basket is needed to see whether the minimum purchase is reached")]
    BasketNeeded {
        /// The minimum.
        minimum: Yen,
    },
    /// The basket is too small.
    #[error("the basket is below the minimum purchase")]
    BelowMinimumPurchase {
        /// The minimum.
        minimum: Yen,
        /// What is being bought.
        basket: Yen,
    },
}

/// Why a redemption cannot be reversed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReverseRefusal {
    /// It is not redeemed (any more).
    #[error("the coupon is not redeemed")]
    NotRedeemed,
    /// It was redeemed at another store.
    #[error("the coupon was redeemed at another store")]
    OtherStore {
        /// At which.
        store: StoreId,
    },
    /// The ten minutes are over.
    #[error("the time for an undo is over")]
    TooLate {
        /// Until when it was possible, unix milliseconds.
        until: i64,
    },
}

/// What a coupon costs: its face value, or the basket where that is less; a coupon never pays out more than is bought.
/// Without a basket the face value.
#[must_use]
pub fn cost_of(face: Yen, basket: Option<Yen>) -> Yen {
    basket.map_or(face, |basket| face.min(basket.max(Yen::ZERO)))
}

impl CouponFacts {
    /// What it is now: an issued coupon whose time is over counts as expired even before the sweep that writes it down.
    #[must_use]
    pub fn state_at(&self, now: i64) -> CouponState {
        match self.state {
            CouponState::Issued if now >= self.valid_until => CouponState::Expired {
                at: self.valid_until,
            },
            state => state,
        }
    }

    /// Whether staff of `store` may take it now, and at what cost. Looks only; `basket` is what is being bought, if known.
    ///
    /// # Errors
    /// The reason for the no; of several the one that stays true the longest.
    pub fn redeem(&self, store: StoreId, basket: Option<Yen>, now: i64) -> Result<Redeem, Refusal> {
        match self.state_at(now) {
            CouponState::Voided { at } => return Err(Refusal::Voided { at }),
            CouponState::Redeemed { at, store, .. } => {
                return Err(Refusal::AlreadyRedeemed { at, store });
            }
            CouponState::Expired { at } => return Err(Refusal::Expired { at }),
            CouponState::Issued => {}
        }
        if store != self.store {
            return Err(Refusal::OtherStore { store: self.store });
        }
        if now < self.valid_from {
            return Err(Refusal::NotYet {
                from: self.valid_from,
            });
        }
        if self.min_purchase > Yen::ZERO {
            let minimum = self.min_purchase;
            match basket {
                None => return Err(Refusal::BasketNeeded { minimum }),
                Some(basket) if basket < minimum => {
                    return Err(Refusal::BelowMinimumPurchase { minimum, basket });
                }
                Some(_) => {}
            }
        }
        let cost = cost_of(self.face, basket);
        Ok(Redeem {
            cost,
            released: Yen(self.face.get().saturating_sub(cost.get())),
            state: CouponState::Redeemed {
                at: now,
                store,
                cost,
            },
        })
    }

    /// Whether the redemption can be undone by staff of `store` now.
    ///
    /// # Errors
    /// Not redeemed, at another store, or more than ten minutes ago.
    pub fn reverse(&self, store: StoreId, now: i64) -> Result<Reverse, ReverseRefusal> {
        let CouponState::Redeemed {
            at,
            store: taken_at,
            cost,
        } = self.state
        else {
            return Err(ReverseRefusal::NotRedeemed);
        };
        if taken_at != store {
            return Err(ReverseRefusal::OtherStore { store: taken_at });
        }
        let until = at.saturating_add(REVERSE_WINDOW_MS);
        if now > until {
            return Err(ReverseRefusal::TooLate { until });
        }
        Ok(Reverse {
            cost,
            reserved_again: Yen(self.face.get().saturating_sub(cost.get())),
            state: CouponState::Issued,
        })
    }

    /// Whether the sweep may write down that its time is over; the face value then goes from reserved back to available.
    #[must_use]
    pub fn expire(&self, now: i64) -> Option<CouponState> {
        match (self.state, self.state_at(now)) {
            (CouponState::Issued, expired @ CouponState::Expired { .. }) => Some(expired),
            _ => None,
        }
    }

    /// Whether it can be taken back; the face value then goes from reserved back to available.
    #[must_use]
    pub fn void(&self, now: i64) -> Option<CouponState> {
        match self.state_at(now) {
            CouponState::Issued => Some(CouponState::Voided { at: now }),
            _ => None,
        }
    }
}
