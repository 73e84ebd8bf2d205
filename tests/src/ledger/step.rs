//! What may happen, as a sequence that can be made up, shrunk and read.

use proptest::prelude::*;

/// One act. Numbers that choose something are taken modulo how many there are; where there is none, nothing happens.
#[derive(Clone, Debug)]
pub enum Step {
    /// A campaign is entered and published.
    Publish {
        value: i64,
        /// Whether half of the table is a blank.
        blank: bool,
        stock: Option<u32>,
        /// So many coupons the budget pays for, and so many yen more.
        pays: i64,
        rest: i64,
        plays_per_day: u32,
        valid_days: u32,
        min_purchase: i64,
        days: i64,
    },
    /// A shopper asks for the odds and plays, or plays against odds that were never shown.
    Play {
        shopper: usize,
        campaign: usize,
        store: usize,
        unseen: bool,
    },
    /// The same play again, under another key.
    PlayAgain {
        play: usize,
    },
    /// A coupon is presented at a till.
    Redeem {
        coupon: usize,
        elsewhere: bool,
        basket: Option<i64>,
        shown: Shown,
    },
    Undo {
        redemption: usize,
    },
    /// The job that writes down whose time is over.
    Expire,
    Pause {
        campaign: usize,
    },
    Resume {
        campaign: usize,
    },
    /// The budget becomes so many percent of what it is.
    Budget {
        campaign: usize,
        percent: i64,
    },
    /// The clock moves, milliseconds.
    Wait(i64),
    /// An earlier request is sent again: key, path and body the same.
    Repeat {
        request: usize,
    },
    /// Another request under an earlier key.
    Reuse {
        request: usize,
    },
    /// The job that forgets old answers.
    Forget,
}

/// In which form a coupon is presented.
#[derive(Clone, Copy, Debug)]
pub enum Shown {
    /// Its long code, typed in one of several ways.
    Typed(u8),
    /// The screen as it is now.
    Screen,
    /// The digits under it.
    Digits,
    /// The screen as it was the last time it was looked at.
    OldScreen,
}

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Moments around which something changes: two seconds of skew, a pass, digits, the undo, a visit, a session, a day, a validity.
fn forward() -> impl Strategy<Value = i64> {
    prop_oneof![
        Just(SECOND),
        Just(MINUTE - 1),
        Just(MINUTE),
        Just(10 * MINUTE),
        Just(10 * MINUTE + 1),
        Just(3 * HOUR),
        Just(13 * HOUR),
        Just(DAY),
        Just(DAY + 1),
        1..10 * DAY,
    ]
}

fn wait(jumps: bool) -> BoxedStrategy<i64> {
    if jumps {
        prop_oneof![
            3 => forward(),
            3 => forward().prop_map(|ms| -ms),
            1 => -3 * SECOND..3 * SECOND,
            1 => -40 * DAY..40 * DAY,
        ]
        .boxed()
    } else {
        forward().boxed()
    }
}

fn publish() -> impl Strategy<Value = Step> {
    (
        (
            100_i64..=500,
            any::<bool>(),
            prop_oneof![2 => Just(None), 1 => (1_u32..4).prop_map(Some)],
            1_i64..8,
            0_i64..100,
        ),
        (
            1_u32..4,
            1_u32..4,
            prop_oneof![2 => Just(0_i64), 1 => Just(300)],
            1_i64..20,
        ),
    )
        .prop_map(
            |(
                (value, blank, stock, pays, rest),
                (plays_per_day, valid_days, min_purchase, days),
            )| Step::Publish {
                value,
                blank,
                stock,
                pays,
                rest,
                plays_per_day,
                valid_days,
                min_purchase,
                days,
            },
        )
}

fn redeem() -> impl Strategy<Value = Step> {
    let shown = prop_oneof![
        3 => any::<u8>().prop_map(Shown::Typed),
        2 => Just(Shown::Screen),
        1 => Just(Shown::Digits),
        2 => Just(Shown::OldScreen),
    ];
    let basket = prop_oneof![1 => Just(None), 3 => (1_i64..700).prop_map(Some)];
    (0..100_usize, 0..6, basket, shown).prop_map(|(coupon, n, basket, shown)| Step::Redeem {
        coupon,
        elsewhere: n == 0,
        basket,
        shown,
    })
}

fn act(jumps: bool) -> impl Strategy<Value = Step> {
    let n = || 0..100_usize;
    prop_oneof![
        1 => publish(),
        10 => (n(), n(), n(), 0..10).prop_map(|(shopper, campaign, store, dice)| Step::Play {
            shopper,
            campaign,
            store,
            unseen: dice == 0,
        }),
        1 => n().prop_map(|play| Step::PlayAgain { play }),
        10 => redeem(),
        5 => n().prop_map(|redemption| Step::Undo { redemption }),
        2 => Just(Step::Expire),
        1 => n().prop_map(|campaign| Step::Pause { campaign }),
        2 => n().prop_map(|campaign| Step::Resume { campaign }),
        1 => (n(), 0_i64..200).prop_map(|(campaign, percent)| Step::Budget { campaign, percent }),
        if jumps { 9 } else { 3 } => wait(jumps).prop_map(Step::Wait),
        3 => n().prop_map(|request| Step::Repeat { request }),
        1 => n().prop_map(|request| Step::Reuse { request }),
        1 => Just(Step::Forget),
    ]
}

/// A campaign, and so many acts. `jumps`: the clock goes back as well.
pub fn story(length: std::ops::Range<usize>, jumps: bool) -> impl Strategy<Value = Vec<Step>> {
    (publish(), proptest::collection::vec(act(jumps), length)).prop_map(|(first, mut rest)| {
        rest.insert(0, first);
        rest
    })
}
