//! The game: exact odds first, then one turn of the machine.

mod machine;
mod odds;
mod outcome;
mod pending;
mod text;

use app::{
    api::{
        path,
        shopper::{Offer, OfferRequest, PlayRequest, PlayResult},
    },
    id::{CampaignId, RetailerId, StoreId},
    problem::ProblemKind,
};
use leptos::{prelude::*, task::spawn_local};

use super::{
    session::{Place, use_shopper},
    text::OFFLINE_PLAY,
    title,
    trouble::PageTrouble,
};
use crate::{
    browser,
    http::{self, HttpError},
    lang::{t, tf},
    load::{Load, load},
    ui::{
        Button, ButtonKind, EmptyState, Icon, IconName, LinkButton, Notice, ProblemNotice,
        Skeleton, Tone,
    },
};
use machine::{Act, Machine};
use odds::{Conditions, Fairness, Odds};
use outcome::{Outcome, spoken};

/// The shortest time the knob turns, so that it has weight; a slow answer makes it longer.
const TURN_MS: i32 = 1_100;
const FALL_MS: i32 = 800;
const OPEN_MS: i32 = 1_000;

/// One campaign at one store.
#[component]
pub fn PlayPage(
    retailer_id: RetailerId,
    campaign_id: CampaignId,
    store_id: StoreId,
) -> impl IntoView {
    let shopper = use_shopper();
    let offer = load(move || {
        // Today's odds are fixed by the first question, so it waits for the position that is on its way.
        let waiting = shopper.place.with(Place::is_pending);
        async move {
            if waiting {
                std::future::pending::<()>().await;
            }
            let request = OfferRequest {
                retailer_id,
                campaign_id,
                store_id,
                position: shopper.claim(store_id).await,
            };
            http::post::<Offer>(path::OFFERS, &request).await
        }
    });
    Effect::new(move |_| {
        let name = match &*offer.state.read() {
            Load::Ready(offer) => offer.campaign_name.clone(),
            _ => t(text::TITLE)().to_owned(),
        };
        browser::set_title(&title(&name));
    });
    // The machine must not be built anew when the odds are, nor an outcome vanish because what comes after it failed.
    let shown = Memo::new(move |before: Option<&Shown>| match &*offer.state.read() {
        Load::Ready(_) => Shown::Game,
        _ if before == Some(&Shown::Game) => Shown::Game,
        Load::Loading => Shown::Loading,
        Load::Failed(error) => Shown::Failed(error.clone()),
    });
    let latest = Memo::new(
        move |before: Option<&Option<Offer>>| match &*offer.state.read() {
            Load::Ready(offer) => Some(offer.clone()),
            _ => before.cloned().flatten(),
        },
    );
    view! {
        <a class="back" href="/">
            <Icon name=IconName::Back />
            {t(text::BACK)}
        </a>
        {move || match shown.get() {
            Shown::Loading => {
                view! {
                    <h1 class="visually-hidden" tabindex="-1">
                        {t(text::TITLE)}
                    </h1>
                    <Skeleton />
                }
                    .into_any()
            }
            Shown::Failed(error) => {
                view! { <NoOffer error=error on_retry=move |()| offer.retry() /> }.into_any()
            }
            Shown::Game => {
                view! {
                    <Game
                        offer=latest
                        on_offer=move |new: Offer| offer.state.set(Load::Ready(new))
                        on_again=move |()| offer.retry()
                    />
                }
                    .into_any()
            }
        }}
    }
}

#[derive(Clone, PartialEq)]
enum Shown {
    Loading,
    Failed(HttpError),
    Game,
}

/// Why there is nothing to play.
#[component]
fn NoOffer(error: HttpError, #[prop(into)] on_retry: Callback<()>) -> impl IntoView {
    let (heading, advice, icon) = match error.kind() {
        Some(ProblemKind::CampaignNotRunning) => {
            (text::NOT_RUNNING, text::NOT_RUNNING_ADVICE, IconName::Clock)
        }
        Some(ProblemKind::NotFound) => (text::GONE, text::GONE_ADVICE, IconName::Search),
        _ => {
            return view! {
                <div class="stack">
                    <PageTrouble
                        error=error
                        heading=text::TITLE
                        offline=OFFLINE_PLAY
                        on_retry=on_retry
                    />
                </div>
            }
            .into_any();
        }
    };
    view! {
        <h1 class="visually-hidden" tabindex="-1">
            {t(heading)}
        </h1>
        <EmptyState
            icon=icon
            title=Signal::derive(move || t(heading)().to_owned())
            testid="not-running"
        >
            <p>{t(advice)}</p>
            <LinkButton href=Signal::stored("/".to_owned())>{t(text::OTHERS)}</LinkButton>
        </EmptyState>
    }
    .into_any()
}

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

/// The machine, the odds and what came out.
#[component]
fn Game(
    #[prop(into)] offer: Signal<Option<Offer>>,
    #[prop(into)] on_offer: Callback<Offer>,
    #[prop(into)] on_again: Callback<()>,
) -> impl IntoView {
    let act = RwSignal::new(Act::Still);
    let result = RwSignal::new(None::<PlayResult>);
    // The odds that were drawn from, for the outcome's words; the offer itself moves on.
    let drawn_from = RwSignal::new(None::<Offer>);
    let trouble = RwSignal::new(None::<Trouble>);
    let waiting = RwSignal::new(offer.with_untracked(|o| {
        o.as_ref()
            .and_then(|o| pending::find(o.retailer_id, o.campaign_id))
    }));

    let send = move |play: PlayRequest| {
        trouble.set(None);
        result.set(None);
        act.set(Act::Turning);
        drawn_from.set(offer.get_untracked());
        pending::keep(&play);
        spawn_local(async move {
            let quiet = browser::reduced_motion();
            let begun = browser::now_ms();
            // The nonce is new for each play and kept with it, so it is the key as well.
            let answer =
                http::post_under::<PlayResult>(path::PLAYS, &play, &play.client_nonce).await;
            if !matches!(&answer, Err(error) if pending::may_have_drawn(error)) {
                pending::forget(play.retailer_id, play.campaign_id);
                waiting.try_set(None);
            }
            match answer {
                Ok(won) => {
                    let spent = i32::try_from(browser::now_ms() - begun).unwrap_or(TURN_MS);
                    if !quiet && spent < TURN_MS {
                        browser::sleep(TURN_MS - spent).await;
                    }
                    // The page may be gone by now; the coupon is in the wallet all the same.
                    if result.try_set(Some(won)).is_some() {
                        return;
                    }
                    if !quiet {
                        act.try_set(Act::Falling);
                        browser::sleep(FALL_MS).await;
                        act.try_set(Act::Opening);
                        browser::sleep(OPEN_MS).await;
                    }
                    if act.try_set(Act::Over).is_some() {
                        return;
                    }
                    request_animation_frame(|| browser::focus(".outcome-title"));
                    // Plays left, stock and so the odds may be others now.
                    on_again.run(());
                }
                Err(error) => {
                    act.try_set(Act::Still);
                    let changed = match &error {
                        HttpError::Problem(problem) => problem.offer.clone(),
                        _ => None,
                    };
                    let what = if let Some(new) = changed {
                        on_offer.run(*new);
                        Trouble::Changed
                    } else if pending::may_have_drawn(&error) {
                        waiting.try_set(Some(play));
                        Trouble::Lost(error)
                    } else {
                        on_again.run(());
                        Trouble::Refused(error)
                    };
                    trouble.try_set(Some(what));
                }
            }
        });
    };
    let turn = move |()| {
        if let Some(play) = waiting.get_untracked() {
            send(play);
            return;
        }
        let Some(offer) = offer.get_untracked() else {
            return;
        };
        let Some(play_number) = offer.next_play else {
            return;
        };
        match browser::random::<16>() {
            Ok(bytes) => send(PlayRequest {
                retailer_id: offer.retailer_id,
                campaign_id: offer.campaign_id,
                store_id: offer.store_id,
                odds_hash: offer.odds_hash,
                play_number,
                client_nonce: hex(&bytes),
            }),
            Err(browser::NoRandomSource) => trouble.set(Some(Trouble::NoRandom)),
        }
    };

    let over = Memo::new(move |_| act.get() == Act::Over);
    let busy = Signal::derive(move || !matches!(act.get(), Act::Still | Act::Over));
    let spoken = move || {
        over.get()
            .then(|| result.with(|r| r.as_ref().map(spoken)))
            .flatten()
    };
    let stage = move || {
        if over.get() {
            result
                .get()
                .map(|r| view! { <Outcome result=r offer=drawn_from.get_untracked() /> })
                .into_any()
        } else {
            let won = Signal::derive(move || {
                result.with(|r| r.as_ref().is_some_and(|r| r.coupon.is_some()))
            });
            view! { <Machine act=act won=won /> }.into_any()
        }
    };
    view! {
        <article class="play">
            {move || {
                offer
                    .get()
                    .map(|offer| {
                        view! {
                            <div class="page-head">
                                <h1 tabindex="-1">{offer.campaign_name}</h1>
                                <p class="play-store">
                                    <Icon name=IconName::Shop />
                                    {offer.store_name}
                                </p>
                            </div>
                        }
                    })
            }}
            {move || trouble.get().map(|trouble| view! { <TroubleNotice trouble=trouble /> })}
            {move || {
                (waiting.read().is_some() && trouble.read().is_none() && !busy.get())
                    .then(|| {
                        view! {
                            <Notice
                                tone=Tone::Warn
                                title=Signal::derive(move || t(text::LOST)().to_owned())
                                testid="result-lost"
                            >
                                <p>{t(text::LOST_ADVICE)}</p>
                            </Notice>
                        }
                    })
            }}
            <div class="stage">{stage}</div>
            <p class="visually-hidden" role="status" aria-live="assertive">
                {spoken}
            </p>
            {move || {
                offer
                    .get()
                    .map(|offer| {
                        view! {
                            <Odds offer=offer.clone() />
                            <Conditions offer=offer.clone() />
                            <Fairness offer=offer />
                        }
                    })
            }}
            <div class="play-bar">
                <div class="play-bar-inner">
                    {move || {
                        let left = offer.with(|o| o.as_ref().map_or(0, |o| o.plays_left));
                        let next = offer.with(|o| o.as_ref().is_some_and(|o| o.next_play.is_some()));
                        let waits = waiting.read().is_some();
                        if !next && !waits && !busy.get() {
                            return view! { <p class="play-none" data-testid="none-left">{t(text::NONE_LEFT)}</p> }.into_any();
                        }
                        // After a prize the coupon comes first.
                        let won = over.get()
                            && result.with(|r| r.as_ref().is_some_and(|r| r.coupon.is_some()));
                        let kind = if won { ButtonKind::Secondary } else { ButtonKind::Primary };
                        view! {
                            <Button
                                kind=kind
                                busy=busy
                                wide=true
                                testid="play-button"
                                on_press=turn
                            >
                                {move || {
                                    if busy.get() {
                                        t(text::PLAYING)()
                                    } else if waits {
                                        t(text::FETCH)()
                                    } else if over.get() {
                                        t(text::AGAIN)()
                                    } else {
                                        t(text::PLAY)()
                                    }
                                }}
                            </Button>
                            <p class="play-left">{move || tf(text::FREE, &[&left.to_string()])}</p>
                        }
                            .into_any()
                    }}
                </div>
            </div>
        </article>
    }
}

#[component]
fn TroubleNotice(trouble: Trouble) -> impl IntoView {
    let notice = |tone, heading, advice, testid: &'static str| {
        view! {
            <Notice tone=tone title=Signal::derive(move || t(heading)().to_owned()) testid=testid>
                <p>{t(advice)}</p>
            </Notice>
        }
    };
    match trouble {
        Trouble::Changed => notice(
            Tone::Info,
            text::CHANGED,
            text::CHANGED_ADVICE,
            "odds-changed",
        )
        .into_any(),
        Trouble::Lost(HttpError::Offline) => {
            notice(Tone::Warn, text::LOST, text::LOST_ADVICE, "result-lost").into_any()
        }
        Trouble::Lost(error) => view! {
            <ProblemNotice error=error />
            {notice(Tone::Warn, text::LOST, text::LOST_ADVICE, "result-lost")}
        }
        .into_any(),
        Trouble::Refused(error) => view! { <ProblemNotice error=error /> }.into_any(),
        Trouble::NoRandom => notice(
            Tone::Bad,
            text::NO_RANDOM,
            text::NO_RANDOM_ADVICE,
            "no-random",
        )
        .into_any(),
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
