//! The course of the show: the knob turns until the answer is there, a capsule falls, comes near, opens. It only shows what
//! was drawn; how long each act takes is here, how it looks is in `machine.css`.

use leptos::{prelude::*, task::spawn_local};

use super::{feel::Feel, size::Size};
use crate::browser;

/// One click of the knob. `machine.css` turns it by three of them in 1.1 s.
const CLICK_MS: i64 = 367;
/// When within it the knob snaps over.
const SNAP_MS: i32 = 260;
/// The knob clicks at least so often, so that it has weight; a slow answer makes it more.
const CLICKS: i64 = 3;
/// From then on the page says that it is waiting.
const SLOW_MS: i64 = 3_500;
/// The capsule rolls out of sight, falls, and bounces.
const DROP_MS: i32 = 400;
const BOUNCE_MS: i32 = 450;
/// It comes near, and opens by itself after a while.
const NEAR_MS: i32 = 1_500;
const OPEN_MS: i32 = 1_350;
/// A big prize is looked at longer.
const OPEN_BIG_MS: i32 = 2_300;

/// How far the show has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Waiting to be turned.
    Still,
    /// The knob turns; the answer is on its way.
    Turning,
    /// A capsule falls into the tray.
    Falling,
    /// The capsule is near and waits to be opened.
    Near,
    /// The capsule opens.
    Opening,
    /// The outcome is shown.
    Over,
}

impl Act {
    /// Whether something is going on.
    pub const fn is_live(self) -> bool {
        !matches!(self, Self::Still | Self::Over)
    }
}

/// A running show.
#[derive(Clone, Copy)]
pub struct Show {
    /// How far it has come.
    pub act: RwSignal<Act>,
    /// Whether the answer takes long.
    pub slow: RwSignal<bool>,
    /// How much is made of the opening.
    pub size: RwSignal<Size>,
    feel: Feel,
    hurry: RwSignal<bool>,
    /// Which turn this is: what belongs to an earlier one stops.
    turn: RwSignal<u32>,
    begun: RwSignal<i64>,
}

impl Show {
    /// Before the first turn.
    pub fn new(feel: Feel) -> Self {
        Self {
            act: RwSignal::new(Act::Still),
            slow: RwSignal::new(false),
            size: RwSignal::new(Size::Blank),
            feel,
            hurry: RwSignal::new(false),
            turn: RwSignal::new(0),
            begun: RwSignal::new(0),
        }
    }

    /// The knob begins to turn and clicks until the act is another.
    pub fn turn(self) {
        self.feel.wake();
        self.hurry.set(false);
        self.slow.set(false);
        self.begun.set(browser::now_ms());
        self.turn.update(|n| *n += 1);
        self.act.set(Act::Turning);
        let this = self.turn.get_untracked();
        let turning = move || {
            self.turn.try_get_untracked() == Some(this)
                && self.act.try_get_untracked() == Some(Act::Turning)
        };
        spawn_local(async move {
            let quiet = browser::reduced_motion();
            while turning() {
                browser::sleep(SNAP_MS).await;
                if turning() && !quiet {
                    self.feel.click();
                }
                browser::sleep(to_ms(CLICK_MS) - SNAP_MS).await;
                if turning() && self.spent() >= SLOW_MS {
                    self.slow.set(true);
                }
            }
        });
    }

    fn spent(self) -> i64 {
        browser::now_ms() - self.begun.try_get_untracked().unwrap_or_default()
    }

    /// The answer is here: the knob goes on to its next rest.
    pub async fn come_to_rest(self) {
        if browser::reduced_motion() {
            return;
        }
        let spent = self.spent().max(0);
        let clicks = (spent + CLICK_MS - 1).div_euclid(CLICK_MS).max(CLICKS);
        browser::sleep(to_ms(clicks * CLICK_MS - spent)).await;
    }

    /// From the fall to the open capsule. A tap takes a short cut.
    pub async fn reveal(self, size: Size) {
        self.slow.try_set(false);
        self.size.try_set(size);
        if browser::reduced_motion() {
            self.feel.open(size);
            return;
        }
        self.act.try_set(Act::Falling);
        if self.wait(DROP_MS).await {
            self.feel.land();
            self.wait(BOUNCE_MS).await;
        }
        if self.hurry.try_get_untracked() == Some(false) {
            self.act.try_set(Act::Near);
            self.wait(NEAR_MS).await;
        }
        self.act.try_set(Act::Opening);
        self.hurry.try_set(false);
        self.feel.open(size);
        self.wait(if size == Size::Big {
            OPEN_BIG_MS
        } else {
            OPEN_MS
        })
        .await;
    }

    /// Somebody tapped: no more waiting in this act.
    pub fn hurry(self) {
        self.hurry.set(true);
    }

    /// Waits, but no longer than until a tap; whether it waited to the end.
    async fn wait(self, ms: i32) -> bool {
        let end = browser::now_ms() + i64::from(ms);
        while self.hurry.try_get_untracked() == Some(false) {
            let left = end - browser::now_ms();
            if left <= 0 {
                return true;
            }
            browser::sleep(to_ms(left.min(50))).await;
        }
        false
    }
}

fn to_ms(ms: i64) -> i32 {
    i32::try_from(ms).unwrap_or(i32::MAX)
}
