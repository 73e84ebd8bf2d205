//! One turn after the other: the machine, the button, what came out, and what may go wrong with it.

use app::api::{
    path,
    shopper::{Offer, PlayRequest, PlayResult},
};
use leptos::{prelude::*, task::spawn_local};

use crate::markup::view;

use super::{
    Back,
    feel::Feel,
    machine::Machine,
    odds::{Conditions, Fairness, Odds},
    outcome::{Outcome, spoken, when_again},
    pending,
    show::{Act, Show},
    size::size_of,
    text,
};
use crate::{
    browser,
    http::{self, HttpError},
    lang::{lang_of, t, tf},
    ui::{Button, Icon, IconName, Notice, ProblemNotice, Tone},
};

/// What went wrong with a turn.
#[derive(Clone, PartialEq)]
enum Trouble {
    /// The odds are others now; nothing was drawn.
    Changed,
    /// The answer did not arrive; the play is kept.
    Lost(HttpError),
    /// A plain no.
    Refused(HttpError),
    /// There is nothing to make a nonce of.
    NoRandom,
}

/// The signals of a game, as its parts share them.
#[derive(Clone, Copy)]
struct Turn {
    show: Show,
    offer: Signal<Option<Offer>>,
    result: RwSignal<Option<PlayResult>>,
    /// The odds that were drawn from, for the outcome's words; the offer itself moves on.
    drawn_from: RwSignal<Option<Offer>>,
    trouble: RwSignal<Option<Trouble>>,
    /// A play whose answer is still to come.
    waiting: RwSignal<Option<PlayRequest>>,
    on_offer: Callback<Offer>,
    on_again: Callback<()>,
}

impl Turn {
    /// The button, or a tap on the machine: turns, opens, or gets the answer that was lost.
    fn press(self) {
        match self.show.act.get_untracked() {
            Act::Turning => {}
            Act::Falling | Act::Near | Act::Opening => self.show.hurry(),
            Act::Still | Act::Over => self.turn(),
        }
    }

    fn turn(self) {
        if let Some(play) = self.waiting.get_untracked() {
            self.send(play);
            return;
        }
        let Some(offer) = self.offer.get_untracked() else {
            return;
        };
        let Some(play_number) = offer.next_play else {
            return;
        };
        match browser::random::<16>() {
            Ok(bytes) => {
                let play = PlayRequest {
                    retailer_id: offer.retailer_id,
                    campaign_id: offer.campaign_id,
                    store_id: offer.store_id,
                    odds_hash: offer.odds_hash,
                    play_number,
                    client_nonce: hex(&bytes),
                };
                pending::keep_seen(&play, &offer.seed_commitment);
                self.send(play);
            }
            Err(browser::NoRandomSource) => self.trouble.set(Some(Trouble::NoRandom)),
        }
    }

    fn send(self, play: PlayRequest) {
        self.trouble.set(None);
        self.result.set(None);
        self.drawn_from.set(self.offer.get_untracked());
        self.show.turn();
        browser::to_top();
        pending::keep(&play);
        spawn_local(async move {
            // The nonce is new for each play and kept with it, so it is the key as well.
            let answer =
                http::post_under::<PlayResult>(path::PLAYS, &play, &play.client_nonce).await;
            if !matches!(&answer, Err(error) if pending::may_have_drawn(error)) {
                pending::forget(play.retailer_id, play.campaign_id);
                self.waiting.try_set(None);
            }
            match answer {
                Ok(result) => self.reveal(result).await,
                Err(error) => self.fail(play, error),
            }
        });
    }

    async fn reveal(self, result: PlayResult) {
        self.show.come_to_rest().await;
        let size = self
            .drawn_from
            .try_with_untracked(|o| {
                let odds = o.as_ref().map_or(&[][..], |o| &o.odds);
                size_of(result.value, odds)
            })
            .unwrap_or_else(|| size_of(result.value, &[]));
        // The page may be gone by now; the coupon is in the wallet all the same.
        if self.result.try_set(Some(result)).is_some() {
            return;
        }
        self.show.reveal(size).await;
        if self.show.act.try_set(Act::Over).is_some() {
            return;
        }
        request_animation_frame(|| browser::focus(".outcome-title"));
        // Plays left, stock and so the odds may be others now.
        self.on_again.run(());
    }

    fn fail(self, play: PlayRequest, error: HttpError) {
        if self.show.act.try_set(Act::Still).is_some() {
            return;
        }
        let changed = match &error {
            HttpError::Problem(problem) => problem.offer.clone(),
            _ => None,
        };
        let what = if let Some(new) = changed {
            self.on_offer.run(*new);
            Trouble::Changed
        } else if pending::may_have_drawn(&error) {
            self.waiting.set(Some(play));
            Trouble::Lost(error)
        } else {
            self.on_again.run(());
            Trouble::Refused(error)
        };
        self.trouble.set(Some(what));
    }
}

/// The machine, the odds and what came out.
#[component]
pub fn Game(
    #[prop(into)] offer: Signal<Option<Offer>>,
    #[prop(into)] on_offer: Callback<Offer>,
    #[prop(into)] on_again: Callback<()>,
) -> impl IntoView {
    let feel = Feel::new();
    let show = Show::new(feel);
    let turn = Turn {
        show,
        offer,
        result: RwSignal::new(None),
        drawn_from: RwSignal::new(None),
        trouble: RwSignal::new(None),
        waiting: RwSignal::new(offer.with_untracked(|o| {
            o.as_ref()
                .and_then(|o| pending::find(o.retailer_id, o.campaign_id))
        })),
        on_offer,
        on_again,
    };
    let live = Memo::new(move |_| show.act.get().is_live());
    let over = Memo::new(move |_| show.act.get() == Act::Over);
    let slip = move || turn.result.with(|r| r.as_ref().map(|r| r.value));
    // Another colour after every turn.
    let colour = Memo::new(move |before: Option<&u32>| match (show.act.get(), before) {
        (Act::Turning, Some(before)) => before % 5 + 1,
        (_, Some(before)) => *before,
        _ => 1,
    });
    let outcome = move || {
        over.get()
            .then(|| turn.result.get())
            .flatten()
            .map(|r| view! { <Outcome result=r offer=turn.drawn_from.get_untracked() /> })
    };
    let spoken = move || {
        over.get()
            .then(|| turn.result.with(|r| r.as_ref().map(spoken)))
            .flatten()
    };
    view! {
        <article
            class="play"
            class:play-live=live
            class:play-over=over
            data-testid="play"
            data-act=move || if live.get() { "live" } else if over.get() { "over" } else { "still" }
        >
            <div class="play-top">
                <Back />
                <SoundSwitch feel=feel />
            </div>
            <div class="play-hero">
                <Machine show=show colour=colour slip=Signal::derive(slip) on_tap=move |()| turn.press() />
                {move || offer.get().map(|offer| view! {
                    <div class="play-head">
                        <p class="play-retailer">{offer.retailer_name}</p>
                        <h1 tabindex="-1">{offer.campaign_name}</h1>
                        <p class="play-store" lang=lang_of(&offer.store_name)>
                            <Icon name=IconName::Shop />
                            {offer.store_name}
                        </p>
                    </div>
                })}
            </div>
            <p class="visually-hidden" role="status">
                {crate::markup::live(spoken)}
            </p>
            {crate::markup::live(outcome)}
            <div class="play-details play-odds">
                {move || offer.get().map(|offer| view! { <Odds offer=offer /> })}
            </div>
            <Bar turn=turn />
            <div class="play-details">
                {move || offer.get().map(|offer| view! {
                    <Conditions offer=offer.clone() />
                    <Fairness offer=offer />
                })}
            </div>
        </article>
    }
}

/// Off until somebody turns it on, and as it was left from then on.
#[component]
fn SoundSwitch(feel: Feel) -> impl IntoView {
    let on = feel.sound;
    view! {
        <button
            type="button"
            class="sound"
            role="switch"
            data-testid="sound"
            aria-checked=move || if on.get() { "true" } else { "false" }
            on:click=move |_| feel.toggle()
        >
            {move || {
                let name = if on.get() { IconName::Sound } else { IconName::Silent };
                view! { <Icon name=name /> }
            }}
            {t(text::SOUND)}
            <span aria-hidden="true">
                {move || if on.get() { t(text::ON)() } else { t(text::OFF_STATE)() }}
            </span>
        </button>
    }
}

/// What is to be pressed, where the thumb is, and what belongs to it: why these odds, and what went wrong.
#[component]
fn Bar(turn: Turn) -> impl IntoView {
    let Turn {
        show,
        offer,
        result,
        trouble,
        waiting,
        ..
    } = turn;
    let live = Memo::new(move |_| show.act.get().is_live());
    let over = Memo::new(move |_| show.act.get() == Act::Over);
    let waits = Memo::new(move |_| waiting.read().is_some());
    let may_turn = Memo::new(move |_| {
        live.get()
            || waits.get()
            || offer.with(|o| o.as_ref().is_some_and(|o| o.next_play.is_some()))
    });
    let won = move || over.get() && result.with(|r| r.as_ref().is_some_and(|r| r.coupon.is_some()));
    let words = move || match show.act.get() {
        Act::Turning => t(text::PLAYING)(),
        Act::Falling | Act::Near | Act::Opening => t(text::OPEN)(),
        Act::Still | Act::Over if waits.get() => t(text::FETCH)(),
        Act::Still => t(text::PLAY)(),
        Act::Over => t(text::AGAIN)(),
    };
    // One line above the button: why these odds; while it turns, that it takes long.
    let line = move || {
        if show.slow.get() {
            view! {
                <p class="play-why" role="status" data-testid="play-slow">
                    {t(text::SLOW)}
                </p>
            }
            .into_any()
        } else if live.get() || waits.get() || over.get() {
            ().into_any()
        } else {
            let why = offer.with(|o| o.as_ref().and_then(|o| o.why.first().cloned()));
            view! {
                <p class="play-why" data-testid="play-why">
                    {why}
                </p>
            }
            .into_any()
        }
    };
    let left = move || {
        let left = offer.with(|o| o.as_ref().map_or(0, |o| o.plays_left));
        tf(text::FREE, &[&left.to_string()])
    };
    view! {
        <div class="play-bar" class:play-bar-won=won>
            <div class="play-bar-inner">
                {move || {
                    let trouble = trouble.get();
                    if trouble.is_none() && waits.get() && !live.get() {
                        return view! { <Lost /> }.into_any();
                    }
                    trouble.map(|trouble| view! { <TroubleNotice trouble=trouble /> }).into_any()
                }}
                {move || {
                    if may_turn.get() {
                        view! {
                            {crate::markup::live(line)}
                            <Button
                                busy=Signal::derive(move || show.act.get() == Act::Turning)
                                wide=true
                                testid="play-button"
                                on_press=move |()| turn.press()
                            >
                                {crate::markup::live(words)}
                            </Button>
                            <p class="play-left">{crate::markup::live(left)}</p>
                        }
                            .into_any()
                    } else {
                        // An outcome says it already.
                        let ends = offer.with(|o| o.as_ref().map(|o| o.ends_at));
                        (!over.get())
                            .then(|| {
                                view! {
                                    <p class="play-none" data-testid="none-left">
                                        {t(when_again(ends, browser::now_ms()))}
                                    </p>
                                }
                            })
                            .into_any()
                    }
                }}
            </div>
        </div>
    }
}

/// The answer of the last play did not arrive.
#[component]
fn Lost() -> impl IntoView {
    notice(Tone::Warn, text::LOST, text::LOST_ADVICE, "result-lost")
}

fn notice(
    tone: Tone,
    heading: app::lang::Text,
    advice: app::lang::Text,
    testid: &'static str,
) -> AnyView {
    view! {
        <Notice tone=tone title=Signal::derive(move || t(heading)().to_owned()) testid=testid>
            <p>{t(advice)}</p>
        </Notice>
    }
    .into_any()
}

#[component]
fn TroubleNotice(trouble: Trouble) -> impl IntoView {
    match trouble {
        Trouble::Changed => notice(
            Tone::Info,
            text::CHANGED,
            text::CHANGED_ADVICE,
            "odds-changed",
        ),
        // Whatever the reason: the play is kept, and that is what counts.
        Trouble::Lost(HttpError::Offline | HttpError::Unexpected(_)) => {
            view! { <Lost /> }.into_any()
        }
        Trouble::Lost(error) => view! {
            <ProblemNotice error=error />
            <Lost />
        }
        .into_any(),
        Trouble::Refused(error) => view! { <ProblemNotice error=error /> }.into_any(),
        Trouble::NoRandom => notice(
            Tone::Bad,
            text::NO_RANDOM,
            text::NO_RANDOM_ADVICE,
            "no-random",
        ),
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]])
        .map(char::from)
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn nonces_are_of_the_allowed_letters() {
        assert_eq!(super::hex(&[0, 15, 16, 255]), "000f10ff");
    }
}
