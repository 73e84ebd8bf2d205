//! The ledger as it ought to be: plain numbers in memory, no key, no transaction. It shares no code with the server, and what it
//! knows of the rules is written here once more.

use std::collections::HashMap;

use app::{api::till::RefusalReason, campaign::CampaignStatus, problem::ProblemKind};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
const JAPAN: i64 = 9 * 60 * MINUTE;

/// The day in Japan.
pub fn day(now: i64) -> i64 {
    (now + JAPAN).div_euclid(DAY)
}

/// Why something is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum No {
    Problem(ProblemKind),
    Coupon(RefusalReason),
}

type Outcome<T> = Result<T, No>;

const fn no<T>(kind: ProblemKind) -> Outcome<T> {
    Err(No::Problem(kind))
}

/// What was published.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    pub value: i64,
    pub plays_per_day: u32,
    pub valid_days: u32,
    pub min_purchase: i64,
    pub starts_at: i64,
    pub ends_at: i64,
}

#[derive(Clone, Debug)]
pub struct Campaign {
    pub rules: Rules,
    pub is_paused: bool,
    pub budget: i64,
    pub available: i64,
    pub reserved: i64,
    pub spent: i64,
    pub stock_left: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Issued,
    Redeemed,
    Expired,
}

#[derive(Clone, Debug)]
pub struct Coupon {
    pub campaign: usize,
    pub shopper: usize,
    pub store: usize,
    pub issued_at: i64,
    pub valid_until: i64,
    pub uses: u32,
    pub state: State,
}

#[derive(Clone, Debug)]
pub struct Redemption {
    pub coupon: usize,
    pub cost: i64,
    pub at: i64,
    pub is_undone: bool,
}

/// A pass: for which use, and when it was made.
#[derive(Clone, Copy, Debug)]
pub struct Pass {
    pub uses: u32,
    pub at: i64,
}

#[derive(Debug, Default)]
pub struct Model {
    pub now: i64,
    pub campaigns: Vec<Campaign>,
    pub coupons: Vec<Coupon>,
    pub redemptions: Vec<Redemption>,
    /// Plays of a campaign, a shopper and a day.
    pub plays: HashMap<(usize, usize, i64), u32>,
}

impl Campaign {
    pub fn status_at(&self, now: i64) -> CampaignStatus {
        if now >= self.rules.ends_at {
            CampaignStatus::Ended
        } else if self.is_paused {
            CampaignStatus::Paused
        } else {
            CampaignStatus::Published
        }
    }

    fn can_give(&self) -> bool {
        self.available >= self.rules.value && self.stock_left != Some(0)
    }

    fn release(&mut self) {
        self.reserved -= self.rules.value;
        self.available += self.rules.value;
    }
}

impl Model {
    pub fn publish(&mut self, rules: Rules, budget: i64, stock: Option<u32>) {
        self.campaigns.push(Campaign {
            rules,
            is_paused: false,
            budget,
            available: budget,
            reserved: 0,
            spent: 0,
            stock_left: stock,
        });
    }

    /// Whether odds are shown. No blank keeps a campaign alive: both tables of the stories have a floor above 0.
    pub fn offer(&self, campaign: usize) -> Outcome<()> {
        let of = &self.campaigns[campaign];
        let begun = self.now >= of.rules.starts_at;
        if begun && of.status_at(self.now) == CampaignStatus::Published && of.can_give() {
            Ok(())
        } else {
            no(ProblemKind::CampaignNotRunning)
        }
    }

    pub fn made(&self, campaign: usize, shopper: usize) -> u32 {
        let key = (campaign, shopper, day(self.now));
        self.plays.get(&key).copied().unwrap_or(0)
    }

    /// A play after an offer; `unseen`: against other odds. The draw itself is the server's to make: see [`Self::drawn`].
    pub fn play(&self, campaign: usize, shopper: usize, unseen: bool) -> Outcome<()> {
        self.offer(campaign)?;
        if self.made(campaign, shopper) >= self.campaigns[campaign].rules.plays_per_day {
            return no(ProblemKind::NoPlaysLeft);
        }
        if unseen {
            return no(ProblemKind::OddsChanged);
        }
        Ok(())
    }

    /// What was drawn; gives until when the coupon holds.
    pub fn drawn(&mut self, campaign: usize, shopper: usize, store: usize, won: bool) -> i64 {
        let today = day(self.now);
        *self.plays.entry((campaign, shopper, today)).or_default() += 1;
        let of = &mut self.campaigns[campaign];
        let valid_until = (today + i64::from(of.rules.valid_days) + 1) * DAY - JAPAN;
        if won {
            of.available -= of.rules.value;
            of.reserved += of.rules.value;
            of.stock_left = of.stock_left.map(|left| left - 1);
            self.coupons.push(Coupon {
                campaign,
                shopper,
                store,
                issued_at: self.now,
                valid_until,
                uses: 0,
                state: State::Issued,
            });
        }
        valid_until
    }

    /// What the holder sees.
    pub fn seen(&self, coupon: usize) -> State {
        let Coupon {
            state, valid_until, ..
        } = self.coupons[coupon];
        if state == State::Issued && self.now >= valid_until {
            State::Expired
        } else {
            state
        }
    }

    /// Whether the holder's screen shows something for the till.
    pub fn pass(&self, coupon: usize) -> Outcome<Pass> {
        self.usable(coupon)?;
        Ok(Pass {
            uses: self.coupons[coupon].uses,
            at: self.now,
        })
    }

    fn usable(&self, coupon: usize) -> Outcome<()> {
        match self.seen(coupon) {
            State::Issued => Ok(()),
            State::Redeemed => Err(No::Coupon(RefusalReason::AlreadyRedeemed)),
            State::Expired => Err(No::Coupon(RefusalReason::Expired)),
        }
    }

    /// Takes a coupon; gives its cost. `pass`: how old it is and for which use, where it was no code that was shown.
    pub fn redeem(
        &mut self,
        coupon: usize,
        store: usize,
        basket: Option<i64>,
        pass: Option<Pass>,
    ) -> Outcome<i64> {
        let of = &self.coupons[coupon];
        let mut is_stale = false;
        if let Some(pass) = pass {
            let age = self.now - pass.at;
            let holds = (-2_000..MINUTE).contains(&age);
            is_stale = match of.uses - pass.uses {
                0 => !holds,
                1 => !holds || of.state == State::Issued,
                _ => return no(ProblemKind::UnknownCode),
            };
        }
        self.usable(coupon)?;
        let refused = |reason| Err(No::Coupon(reason));
        if store != of.store {
            return refused(RefusalReason::OtherStore);
        }
        if is_stale {
            return refused(RefusalReason::StalePass);
        }
        let campaign = &mut self.campaigns[of.campaign];
        let Rules {
            value,
            min_purchase,
            ..
        } = campaign.rules;
        if min_purchase > 0 {
            match basket {
                None => return refused(RefusalReason::BasketNeeded),
                Some(basket) if basket < min_purchase => {
                    return refused(RefusalReason::BelowMinimumPurchase);
                }
                Some(_) => {}
            }
        }
        let cost = basket.map_or(value, |basket| basket.min(value));
        campaign.reserved -= value;
        campaign.spent += cost;
        campaign.available += value - cost;
        let of = &mut self.coupons[coupon];
        of.state = State::Redeemed;
        of.uses += 1;
        self.redemptions.push(Redemption {
            coupon,
            cost,
            // Never before it was issued, whatever the clock says.
            at: self.now.max(of.issued_at),
            is_undone: false,
        });
        Ok(cost)
    }

    pub fn undo(&mut self, redemption: usize) -> Outcome<()> {
        let Redemption {
            coupon,
            cost,
            at,
            is_undone,
        } = self.redemptions[redemption];
        if is_undone {
            return Ok(());
        }
        if self.now > at + 10 * MINUTE {
            return no(ProblemKind::TooLateToUndo);
        }
        let of = &mut self.coupons[coupon];
        let campaign = &mut self.campaigns[of.campaign];
        if self.now >= of.valid_until {
            // Nothing has to be promised again.
            campaign.spent -= cost;
            campaign.available += cost;
            of.state = State::Expired;
        } else {
            let released = campaign.rules.value - cost;
            if campaign.available < released {
                return no(ProblemKind::Conflict);
            }
            campaign.spent -= cost;
            campaign.available -= released;
            campaign.reserved += campaign.rules.value;
            of.state = State::Issued;
        }
        self.redemptions[redemption].is_undone = true;
        Ok(())
    }

    /// Writes down whose time is over; gives how many.
    pub fn expire(&mut self) -> u64 {
        let mut expired = 0;
        for coupon in &mut self.coupons {
            if coupon.state == State::Issued && self.now >= coupon.valid_until {
                coupon.state = State::Expired;
                self.campaigns[coupon.campaign].release();
                expired += 1;
            }
        }
        expired
    }

    pub fn pause(&mut self, campaign: usize, pause: bool) -> Outcome<()> {
        let of = &mut self.campaigns[campaign];
        if of.status_at(self.now) == CampaignStatus::Ended {
            return no(ProblemKind::Conflict);
        }
        of.is_paused = pause;
        Ok(())
    }

    pub fn set_budget(&mut self, campaign: usize, budget: i64) -> Outcome<()> {
        let of = &mut self.campaigns[campaign];
        if of.status_at(self.now) == CampaignStatus::Ended {
            return no(ProblemKind::Conflict);
        }
        if budget < of.rules.value || budget < of.reserved + of.spent {
            return no(ProblemKind::InvalidFields);
        }
        of.available += budget - of.budget;
        of.budget = budget;
        Ok(())
    }
}
