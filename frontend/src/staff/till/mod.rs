//! The till: a code comes in, what it is worth is shown, and it is redeemed or refused. One step at a time fills the screen.

mod entry;
mod undo;
mod verdict;
mod worth;

pub use undo::UndoButton;

use app::{
    api::{
        Items,
        account::StoreRef,
        path,
        till::{
            RedeemRequest, RefusalReason, Stamp, StampRequest, TillCoupon, TillRedemption,
            TillRefusal, TillRequest,
        },
    },
    pass::Presented,
    problem::ProblemKind,
    yen::Yen,
};
use leptos::{prelude::*, task::spawn_local};

use self::{
    entry::Entry,
    verdict::{No, Stamped, Unsure, Yes},
    worth::Worth,
};
use super::text;
use crate::{
    account::Account,
    browser::now_ms,
    http::{self, HttpError},
    lang::t,
    ui::Spinner,
};

/// Where the till is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    /// Waiting for a code.
    Ready,
    /// Asking what a code is worth.
    Looking,
    /// Showing what it is worth.
    Worth(Found),
    /// Taken.
    Yes {
        redemption: TillRedemption,
        /// An earlier attempt had arrived although its answer had not.
        earlier: bool,
    },
    /// A stamp was given.
    Stamped(Stamp),
    /// Not taken, and why.
    No(Refused),
    /// Nobody knows: nothing came back.
    Unsure(Attempt),
}

/// A coupon that was looked up.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    pub code: String,
    pub coupon: TillCoupon,
}

/// Why not.
#[allow(clippy::large_enum_variant, reason = "there is one at a time")]
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Refused {
    /// The server's reason; with what was found, where the basket can be put right.
    Reason(TillRefusal, Option<Found>),
    /// No such code.
    Unknown,
    /// A QR code of something else.
    NotOurs,
    /// Another problem.
    Problem(HttpError),
}

/// What was tried, to be sent again as it was.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Attempt {
    pub code: String,
    /// What was found, if this was a redemption.
    pub found: Option<Found>,
    pub basket: Option<Yen>,
    /// The same as long as no answer has come: the server does it once.
    pub key: String,
    /// When it was first sent, by the device's clock.
    pub since: i64,
}

impl Attempt {
    /// Only to see what it is.
    fn of(code: String) -> Self {
        Self {
            code,
            found: None,
            basket: None,
            key: String::new(),
            since: now_ms(),
        }
    }
}

/// The till's state and its acts.
#[derive(Clone, Copy)]
pub(super) struct Till {
    pub step: RwSignal<Step>,
    /// A redemption is on its way.
    pub redeeming: RwSignal<bool>,
    /// The camera is on while waiting.
    pub scanning: RwSignal<bool>,
    store: StoredValue<StoreRef>,
    account: Account,
}

/// How far the clocks of device and server may differ when an earlier attempt is recognized, milliseconds.
const CLOCK_SLACK: i64 = 5 * 60 * 1000;

impl Till {
    /// Asks what a code is worth.
    pub fn look_up(self, code: String) {
        self.step.set(Step::Looking);
        spawn_local(async move {
            let request = TillRequest {
                store_id: self.store.with_value(|s| s.store_id),
                code: code.clone(),
            };
            let answer = http::post::<TillCoupon>(path::TILL_LOOKUP, &request).await;
            let step = match self.account.watch(answer) {
                Ok(coupon) => {
                    let found = Found { code, coupon };
                    match found.coupon.refusal.clone() {
                        // The basket is asked for where it is needed: no reason to say no yet.
                        Some(refusal) if !about_basket(refusal.reason) => {
                            Step::No(Refused::Reason(refusal, None))
                        }
                        _ => Step::Worth(found),
                    }
                }
                Err(error) => failed(error, Attempt::of(code)),
            };
            let _ = self.step.try_set(step);
        });
    }

    /// Gives the shopper of a member code a stamp.
    fn stamp(self, code: String) {
        self.step.set(Step::Looking);
        spawn_local(async move {
            let request = StampRequest {
                store_id: self.store.with_value(|s| s.store_id),
                code: code.clone(),
            };
            let answer = http::post::<Stamp>(path::TILL_STAMPS, &request).await;
            let step = match self.account.watch(answer) {
                Ok(stamp) => Step::Stamped(stamp),
                Err(error) => failed(error, Attempt::of(code)),
            };
            let _ = self.step.try_set(step);
        });
    }

    /// Takes what the camera read: some other QR code is a no, not a request.
    pub fn scanned(self, text: &str) {
        match Presented::parse(text) {
            Ok(code) => self.present(&code),
            Err(_) => self.step.set(Step::No(Refused::NotOurs)),
        }
    }

    /// Does what a code is for.
    pub fn present(self, code: &Presented) {
        match code {
            Presented::Member(_) => self.stamp(code.compact()),
            _ => self.look_up(code.compact()),
        }
    }

    /// Redeems what was found.
    pub fn redeem(self, found: Found, basket: Option<Yen>) {
        self.attempt(
            Attempt {
                // What was scanned may be over by now; the ticket for it is not.
                code: found
                    .coupon
                    .ticket
                    .clone()
                    .unwrap_or_else(|| found.code.clone()),
                found: Some(found),
                basket,
                key: http::new_key(),
                since: now_ms(),
            },
            false,
        );
    }

    /// Sends again what had no answer.
    pub fn again(self, attempt: Attempt) {
        if attempt.found.is_some() {
            self.attempt(attempt, true);
        } else {
            self.scanned(&attempt.code);
        }
    }

    fn attempt(self, attempt: Attempt, again: bool) {
        if self.redeeming.get_untracked() {
            return;
        }
        self.redeeming.set(true);
        spawn_local(async move {
            let request = RedeemRequest {
                store_id: self.store.with_value(|s| s.store_id),
                code: attempt.code.clone(),
                basket: attempt.basket,
            };
            let answer =
                http::post_under::<TillRedemption>(path::TILL_REDEMPTIONS, &request, &attempt.key)
                    .await;
            let step = match self.account.watch(answer) {
                Ok(redemption) => Step::Yes {
                    redemption,
                    earlier: false,
                },
                Err(error) => {
                    let ours = if again {
                        self.arrived(&error, &attempt).await
                    } else {
                        None
                    };
                    match ours {
                        Some(redemption) => Step::Yes {
                            redemption,
                            earlier: true,
                        },
                        None => failed(error, attempt),
                    }
                }
            };
            let _ = self.redeeming.try_set(false);
            if self.step.try_set(step).is_none() {
                super::scanner::vibrate(30);
            }
        });
    }

    /// Whether a refusal only says that our own earlier attempt had arrived: the same coupon, at this store, since then.
    async fn arrived(self, error: &HttpError, attempt: &Attempt) -> Option<TillRedemption> {
        let HttpError::Problem(problem) = error else {
            return None;
        };
        let refusal = problem.refusal.as_ref()?;
        if refusal.reason != RefusalReason::AlreadyRedeemed {
            return None;
        }
        let coupon = attempt.found.as_ref()?.coupon.coupon_id;
        today(self.store.with_value(StoreRef::clone))
            .await
            .ok()?
            .into_iter()
            .find(|r| {
                r.coupon_id == coupon
                    && r.reversed_at.is_none()
                    && r.redeemed_at >= attempt.since - CLOCK_SLACK
            })
    }

    /// Back to the beginning.
    pub fn next(self, scan: bool) {
        self.scanning.set(scan);
        self.step.set(Step::Ready);
    }
}

/// What was redeemed at a store today, newest first.
///
/// # Errors
/// See [`HttpError`].
pub async fn today(store: StoreRef) -> Result<Vec<TillRedemption>, HttpError> {
    let path = format!("{}?store_id={}", path::TILL_REDEMPTIONS, store.store_id);
    http::get::<Items<TillRedemption>>(&path)
        .await
        .map(|list| list.items)
}

fn about_basket(reason: RefusalReason) -> bool {
    matches!(
        reason,
        RefusalReason::BasketNeeded | RefusalReason::BelowMinimumPurchase
    )
}

fn failed(error: HttpError, attempt: Attempt) -> Step {
    // Whether a busy or broken server did anything is as unknown as with no answer at all.
    let unsure = match &error {
        HttpError::Offline => true,
        HttpError::Unexpected(status) => *status >= 500 || *status == 0,
        HttpError::Problem(problem) => {
            problem.status >= 500
                || problem.known_kind() == Some(ProblemKind::IdempotencyKeyInFlight)
        }
    };
    if unsure {
        return Step::Unsure(attempt);
    }
    if error.kind() == Some(ProblemKind::UnknownCode) {
        return Step::No(Refused::Unknown);
    }
    if let HttpError::Problem(problem) = &error
        && let Some(refusal) = problem.refusal.clone()
    {
        return Step::No(Refused::Reason(refusal, attempt.found));
    }
    Step::No(Refused::Problem(error))
}

/// The till of a store.
#[component]
pub fn TillPage(
    /// The store.
    store: StoreRef,
) -> impl IntoView {
    let till = Till {
        step: RwSignal::new(Step::Ready),
        redeeming: RwSignal::new(false),
        scanning: RwSignal::new(false),
        store: StoredValue::new(store),
        account: Account::here(),
    };
    // The verdict takes the focus, so that a screen reader says it and the keyboard goes on from there.
    Effect::new(move |before: Option<bool>| {
        let ready = till.step.with(|s| matches!(s, Step::Ready));
        if before.is_some() && !ready {
            request_animation_frame(|| crate::browser::focus("#step-title"));
        }
        ready
    });
    view! {
        <div class="till">
            {move || match till.step.get() {
                Step::Ready => view! { <Entry till=till /> }.into_any(),
                Step::Looking => {
                    view! {
                        <div class="till-wait" data-testid="till-looking">
                            <h1 class="visually-hidden" id="step-title" tabindex="-1">
                                {t(text::LOOKING)}
                            </h1>
                            <Spinner label=Signal::derive(move || t(text::LOOKING)().to_owned()) />
                        </div>
                    }
                        .into_any()
                }
                Step::Worth(found) => view! { <Worth till=till found=found /> }.into_any(),
                Step::Yes { redemption, earlier } => {
                    view! { <Yes till=till redemption=redemption earlier=earlier /> }.into_any()
                }
                Step::Stamped(stamp) => view! { <Stamped till=till stamp=stamp /> }.into_any(),
                Step::No(refused) => view! { <No till=till refused=refused /> }.into_any(),
                Step::Unsure(attempt) => view! { <Unsure till=till attempt=attempt /> }.into_any(),
            }}
        </div>
    }
}
