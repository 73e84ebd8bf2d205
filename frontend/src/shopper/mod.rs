//! The shopper's program: what is near, the capsule game, the wallet.

mod about;
#[cfg(test)]
mod first_paint;
mod nearby;
mod place;
mod play;
mod session;
mod shell;
mod text;
mod trouble;
mod wallet;

use app::id::{CampaignId, CouponId, RetailerId, StoreId};
use leptos::prelude::*;

use crate::markup::{live, view};

use crate::{
    browser,
    lang::{follow_html_lang, t},
    load::Load,
    route,
    ui::{Brand, EmptyState, Icon, IconName, LanguageSwitch, LinkButton, Skeleton},
};
pub use session::forget;
use session::{Place, Shopper};
use trouble::PageTrouble;

/// A page of this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    Nearby,
    Play(RetailerId, CampaignId, StoreId),
    Wallet,
    Coupon(RetailerId, CouponId),
    About,
    Unknown,
}

impl Page {
    fn of(path: &str) -> Self {
        match route::segments(path)[..] {
            [] => Self::Nearby,
            ["play", retailer, campaign, store] => {
                match (retailer.parse(), campaign.parse(), store.parse()) {
                    (Ok(retailer), Ok(campaign), Ok(store)) => {
                        Self::Play(retailer, campaign, store)
                    }
                    _ => Self::Unknown,
                }
            }
            ["wallet"] => Self::Wallet,
            ["wallet", retailer, coupon] => match (retailer.parse(), coupon.parse()) {
                (Ok(retailer), Ok(coupon)) => Self::Coupon(retailer, coupon),
                _ => Self::Unknown,
            },
            ["about"] => Self::About,
            _ => Self::Unknown,
        }
    }
}

/// The whole program.
#[component]
pub fn App() -> impl IntoView {
    follow_html_lang();
    route::start(|path| Page::of(path) != Page::Unknown);
    let shopper = Shopper::begin();
    provide_context(shopper);

    let page = Memo::new(|_| Page::of(&route::path()));
    // After a change of page the heading has the focus, so that a screen reader says where one is.
    Effect::new(move |before: Option<Page>| {
        let now = page.get();
        if before.is_some_and(|before| before != now) {
            // A page that is still being fetched has no heading yet.
            request_animation_frame(|| browser::focus_first(&["main h1", "#main"]));
        }
        now
    });

    // About needs no session: it can be read when nothing else works. The wallet of who was here last need not wait for one, nor does
    // the first visit, until a way was chosen.
    let ready = Memo::new(move |_| match page.get() {
        Page::About | Page::Unknown => true,
        Page::Wallet | Page::Coupon(..) if shopper.known.read().is_some() => true,
        page => match &*shopper.me.read() {
            Load::Ready(_) => true,
            Load::Loading => page == Page::Nearby && *shopper.place.read() != Place::Settling,
            Load::Failed(_) => false,
        },
    });
    let main = move || {
        // Before `ready`, which rests on it: asked the other way round, a change of page that leaves `ready` as it was goes unnoticed.
        let page = page.get();
        if !ready.get() {
            return view! { <Waiting shopper=shopper page=page /> }.into_any();
        }
        match page {
            Page::Nearby => view! { <nearby::NearbyPage /> }.into_any(),
            Page::Play(retailer_id, campaign_id, store_id) => view! {
                <play::PlayPage retailer_id=retailer_id campaign_id=campaign_id store_id=store_id />
            }
            .into_any(),
            Page::Wallet => view! { <wallet::WalletPage /> }.into_any(),
            Page::Coupon(retailer_id, coupon_id) => {
                view! { <wallet::CouponPage retailer_id=retailer_id coupon_id=coupon_id /> }
                    .into_any()
            }
            Page::About => view! { <about::AboutPage /> }.into_any(),
            Page::Unknown => view! { <NotFound /> }.into_any(),
        }
    };

    view! {
        <a class="skip" href="#main">
            {t(text::SKIP)}
        </a>
        <header class="top">
            <div class="top-inner">
                <a class="top-home" href="/">
                    <Brand />
                </a>
                <LanguageSwitch />
            </div>
        </header>
        <main id="main" class="main" tabindex="-1">
            {live(main)}
        </main>
        // The game has one thing to do and a way back; its button lies where the menu would be.
        <nav
            class="tabs"
            aria-label=t(text::MENU)
            hidden=move || matches!(page.get(), Page::Play(..))
        >
            <Tab href="/" icon=IconName::Shop label=text::NEARBY here=move || page.get() == Page::Nearby />
            <Tab
                href="/wallet"
                icon=IconName::Ticket
                label=text::WALLET
                here=move || matches!(page.get(), Page::Wallet | Page::Coupon(..))
            />
            // A program of its own.
            <Tab href="/my/" icon=IconName::Scan label=text::CARD here=false />
            <Tab href="/about" icon=IconName::Info label=text::ABOUT here=move || page.get() == Page::About />
        </nav>
        // Never beside the game: nothing there may be cut short.
        <shell::UpdateOffer shown=Signal::derive(move || !matches!(page.get(), Page::Play(..))) />
    }
}

/// A place of the menu.
#[component]
fn Tab(
    href: &'static str,
    icon: IconName,
    label: app::lang::Text,
    #[prop(into)] here: Signal<bool>,
) -> impl IntoView {
    view! {
        <a class="tab" href=href aria-current=move || here.get().then_some("page")>
            <Icon name=icon />
            <span>{t(label)}</span>
        </a>
    }
}

/// Before there is a session: on its way, or not to be had.
#[component]
fn Waiting(shopper: Shopper, page: Page) -> impl IntoView {
    let offline = match page {
        Page::Nearby => text::OFFLINE_NEARBY,
        Page::Play(..) => text::OFFLINE_PLAY,
        Page::Wallet | Page::Coupon(..) => text::OFFLINE_NOT_KEPT,
        Page::About | Page::Unknown => text::OFFLINE_ADVICE,
    };
    live(move || match shopper.me.get() {
        Load::Failed(error) => view! {
            <div class="stack" data-testid="no-session">
                <PageTrouble
                    error=error
                    heading=text::NO_SESSION
                    offline=offline
                    on_retry=move |()| shopper.start()
                />
            </div>
        }
        .into_any(),
        _ => view! { <Skeleton /> }.into_any(),
    })
}

#[component]
fn NotFound() -> impl IntoView {
    Effect::new(|_| browser::set_title(&title(t(text::NOT_FOUND)())));
    view! {
        <h1 class="visually-hidden" tabindex="-1">
            {t(text::NOT_FOUND)}
        </h1>
        <EmptyState
            icon=IconName::Search
            title=Signal::derive(move || t(text::NOT_FOUND)().to_owned())
            testid="not-found"
        >
            <p>{t(text::NOT_FOUND_ADVICE)}</p>
            <LinkButton href=Signal::stored("/".to_owned())>{t(text::TO_NEARBY)}</LinkButton>
        </EmptyState>
    }
}

/// A page's title with the product's name.
fn title(page: &str) -> String {
    format!("{page} | 来店 Raiten")
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn pages_have_their_paths() {
        assert_eq!(Page::of("/"), Page::Nearby);
        assert_eq!(Page::of("/wallet/"), Page::Wallet);
        assert_eq!(Page::of("/play/a/b/c"), Page::Unknown);
        assert_eq!(Page::of("/staff/"), Page::Unknown);
        let id = "01j0000000000000000000000a";
        assert!(matches!(
            Page::of(&format!("/play/ret_{id}/cam_{id}/sto_{id}")),
            Page::Play(..)
        ));
        assert!(matches!(
            Page::of(&format!("/wallet/ret_{id}/cpn_{id}")),
            Page::Coupon(..)
        ));
    }
}
