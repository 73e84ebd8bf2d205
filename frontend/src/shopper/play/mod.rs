//! The game: exact odds first, then one turn of the machine.

mod feel;
mod game;
mod machine;
mod odds;
mod outcome;
mod pending;
mod show;
mod size;
mod text;

use app::{
    api::{
        path,
        shopper::{Offer, OfferRequest},
    },
    id::{CampaignId, RetailerId, StoreId},
    problem::ProblemKind,
};
use leptos::prelude::*;

use crate::markup::view;

use super::{
    session::{Place, use_shopper},
    text::OFFLINE_PLAY,
    title,
    trouble::PageTrouble,
};
use crate::{
    browser,
    http::{self, HttpError},
    lang::t,
    load::{Load, load},
    ui::{EmptyState, Icon, IconName, LinkButton, Skeleton},
};
use game::Game;

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
    move || match shown.get() {
        Shown::Loading => view! {
            <Back />
            <h1 class="visually-hidden" tabindex="-1">
                {t(text::TITLE)}
            </h1>
            <Skeleton />
        }
        .into_any(),
        Shown::Failed(error) => view! {
            <Back />
            <NoOffer error=error on_retry=move |()| offer.retry() />
        }
        .into_any(),
        Shown::Game => view! {
            <Game
                offer=latest
                on_offer=move |new: Offer| offer.state.set(Load::Ready(new))
                on_again=move |()| offer.retry()
            />
        }
        .into_any(),
    }
}

/// The way back.
#[component]
fn Back() -> impl IntoView {
    view! {
        <a class="back" href="/">
            <Icon name=IconName::Back />
            {t(text::BACK)}
        </a>
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
