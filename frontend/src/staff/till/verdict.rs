//! Yes, no, or nobody knows: each unmistakable by colour, sign and words.

use app::{
    api::till::{RefusalReason, Stamp, TillRedemption, TillRefusal},
    lang::Text,
};
use leptos::prelude::*;

use super::{Attempt, Found, Refused, Step, Till, UndoButton};
use crate::{
    browser::now_ms,
    format,
    http::HttpError,
    lang::{lang, t, tf, tn},
    staff::text,
    ui::{Amount, Button, ButtonKind, Icon, IconName},
};

/// The next customer: with the camera where it was used before.
#[component]
fn NextButton(till: Till) -> impl IntoView {
    let scan = till.scanning.get_untracked();
    let (words, icon) = if scan {
        (text::NEXT_SCAN, IconName::Scan)
    } else {
        (text::NEXT, IconName::Forward)
    };
    view! {
        <Button
            wide=true
            icon=icon
            on_press=Callback::new(move |()| till.next(scan))
            testid="till-next"
        >
            {t(words)}
        </Button>
    }
}

#[component]
pub(super) fn Yes(till: Till, redemption: TillRedemption, earlier: bool) -> impl IntoView {
    // Just answered, so the server's clock is known; a redemption found later is as old as it says.
    let ahead = if earlier {
        0
    } else {
        redemption.redeemed_at - now_ms()
    };
    let undone = RwSignal::new(None::<TillRedemption>);
    let cost = redemption.cost;
    let at = redemption.redeemed_at;
    let prize = redemption.prize_name.clone();
    let tail = redemption.code_tail.clone();
    let for_undo = redemption.clone();
    move || {
        if let Some(undone) = undone.get() {
            return view! {
                <section class="verdict verdict-undone" role="status" data-testid="till-undone">
                    <div class="verdict-face">
                        <span class="verdict-sign">
                            <Icon name=IconName::Undo />
                        </span>
                        <h1 id="step-title" tabindex="-1">
                            {t(text::UNDONE)}
                        </h1>
                        <p class="verdict-value">
                            <Amount yen=undone.cost />
                        </p>
                        <p>{t(text::UNDONE_ADVICE)}</p>
                    </div>
                    <div class="till-actions">
                        <NextButton till=till />
                    </div>
                </section>
            }
            .into_any();
        }
        let for_undo = for_undo.clone();
        let (prize, tail) = (prize.clone(), tail.clone());
        view! {
            <section class="verdict verdict-yes" role="status" data-testid="till-yes">
                <div class="verdict-face">
                    <span class="verdict-sign">
                        <Icon name=IconName::Check />
                    </span>
                    <h1 id="step-title" tabindex="-1">
                        {t(text::YES)}
                    </h1>
                    <p class="verdict-value">
                        <Amount yen=cost />
                    </p>
                    <p class="verdict-do">{move || tf(text::YES_DO, &[&cost.to_string()])}</p>
                    {earlier.then(|| view! { <p>{t(text::YES_EARLIER)}</p> })}
                    <p class="verdict-small">
                        {prize} " · " {move || format::day_time(at, lang())} " · "
                        {move || tf(text::CODE_ENDS, &[&tail])}
                    </p>
                </div>
                <div class="till-actions">
                    <UndoButton
                        redemption=for_undo
                        ahead=ahead
                        on_undone=Callback::new(move |r| undone.set(Some(r)))
                    />
                    <NextButton till=till />
                </div>
            </section>
        }
        .into_any()
    }
}

/// A stamp: no money, so it looks quieter than a coupon that was taken.
#[component]
pub(super) fn Stamped(till: Till, stamp: Stamp) -> impl IntoView {
    let words = if stamp.goes_on {
        text::STAMPED_BEFORE
    } else {
        text::STAMPED
    };
    view! {
        <section class="verdict verdict-undone" role="status" data-testid="till-stamped">
            <div class="verdict-face">
                <span class="verdict-sign">
                    <Icon name=IconName::Check />
                </span>
                <h1 id="step-title" tabindex="-1">
                    {t(words)}
                </h1>
                <p class="verdict-do">{move || tn(text::STAMPS_N, stamp.stamps, &[])}</p>
                <p>{t(text::STAMPED_DO)}</p>
            </div>
            <div class="till-actions">
                <NextButton till=till />
            </div>
        </section>
    }
}

/// What to do about a reason.
const fn advice(reason: RefusalReason) -> Text {
    match reason {
        RefusalReason::AlreadyRedeemed => text::DO_ALREADY,
        RefusalReason::Expired => text::DO_EXPIRED,
        RefusalReason::OtherStore => text::DO_OTHER_STORE,
        RefusalReason::Voided => text::DO_VOIDED,
        RefusalReason::StalePass => text::DO_STALE,
        RefusalReason::BelowMinimumPurchase | RefusalReason::BasketNeeded => text::DO_BELOW,
    }
}

/// The facts of a refusal: when, where.
fn facts(refusal: &TillRefusal) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(at) = refusal.at {
        let when = format::day_time(at, lang());
        match refusal.reason {
            RefusalReason::AlreadyRedeemed => out.push(tf(text::USED_AT, &[&when])),
            RefusalReason::Expired => out.push(tf(text::EXPIRED_AT, &[&when])),
            _ => {}
        }
    }
    if let Some(store) = &refusal.store_name {
        out.push(tf(text::AT_PLACE, &[store]));
    }
    out
}

#[component]
pub(super) fn No(till: Till, refused: Refused) -> impl IntoView {
    let (sentence, facts_of, what, fix): (
        Signal<String>,
        Option<TillRefusal>,
        Text,
        Option<Found>,
    ) = match refused {
        Refused::Reason(refusal, found) => {
            let sentence = refusal.sentence.clone();
            let what = advice(refusal.reason);
            let fix = found.filter(|_| super::about_basket(refusal.reason));
            (Signal::stored(sentence), Some(refusal), what, fix)
        }
        Refused::Unknown => (
            Signal::derive(move || t(text::NO_UNKNOWN)().to_owned()),
            None,
            text::DO_UNKNOWN,
            None,
        ),
        Refused::NotOurs => (
            Signal::derive(move || t(text::NO_NOT_OURS)().to_owned()),
            None,
            text::DO_NOT_OURS,
            None,
        ),
        Refused::Problem(HttpError::Problem(problem)) => (
            Signal::stored(format!("{} {}", problem.title, problem.detail)),
            None,
            text::DO_PROBLEM,
            None,
        ),
        Refused::Problem(_) => (Signal::stored(String::new()), None, text::DO_PROBLEM, None),
    };
    let fix_button = fix.map(|found| {
        view! {
            <Button
                kind=ButtonKind::Secondary
                wide=true
                on_press=Callback::new(move |()| till.step.set(Step::Worth(found.clone())))
                testid="till-fix-basket"
            >
                {t(text::FIX_BASKET)}
            </Button>
        }
    });
    view! {
        <section class="verdict verdict-no" role="alert" data-testid="till-no">
            <div class="verdict-face">
                <span class="verdict-sign">
                    <Icon name=IconName::Cross />
                </span>
                <h1 id="step-title" tabindex="-1">
                    {t(text::NO)}
                </h1>
                <p class="verdict-do" data-testid="till-reason">
                    {sentence}
                </p>
                {facts_of
                    .map(|refusal| {
                        view! {
                            <ul class="verdict-facts">
                                {move || {
                                    facts(&refusal)
                                        .into_iter()
                                        .map(|f| view! { <li>{f}</li> })
                                        .collect_view()
                                }}
                            </ul>
                        }
                    })}
            </div>
            <div class="verdict-advice">
                <h2>{t(text::WHAT_TO_DO)}</h2>
                <p>{t(what)}</p>
            </div>
            <div class="till-actions">{fix_button} <NextButton till=till /></div>
        </section>
    }
}

#[component]
pub(super) fn Unsure(till: Till, attempt: Attempt) -> impl IntoView {
    let what = if attempt.found.is_some() {
        text::UNSURE_REDEEM
    } else {
        text::UNSURE_LOOKUP
    };
    view! {
        <section class="verdict verdict-unsure" role="alert" data-testid="till-unsure">
            <div class="verdict-face">
                <span class="verdict-sign">
                    <Icon name=IconName::Offline />
                </span>
                <h1 id="step-title" tabindex="-1">
                    {t(text::UNSURE)}
                </h1>
                <p class="verdict-do">{t(what)}</p>
            </div>
            <div class="verdict-advice">
                <h2>{t(text::WHAT_TO_DO)}</h2>
                <p>{t(text::UNSURE_DO)}</p>
            </div>
            <div class="till-actions">
                <Button
                    wide=true
                    busy=till.redeeming
                    on_press=Callback::new(move |()| till.again(attempt.clone()))
                    testid="till-again"
                >
                    {t(text::SEND_AGAIN)}
                </Button>
                <Button
                    kind=ButtonKind::Quiet
                    wide=true
                    on_press=Callback::new(move |()| {
                        let scan = till.scanning.get_untracked();
                        till.next(scan);
                    })
                    testid="till-next"
                >
                    {t(text::ANOTHER)}
                </Button>
            </div>
        </section>
    }
}
