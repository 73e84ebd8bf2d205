//! A page that cannot be shown: why, and what to do. Without a connection that is no fault of anybody's, and it passes.

use app::{lang::Text, problem::ProblemKind};
use leptos::prelude::*;

use crate::markup::view;

use super::{session::use_shopper, text};
use crate::{
    http::HttpError,
    lang::t,
    route,
    ui::{Button, ButtonKind, EmptyState, IconName, LinkButton, ProblemNotice},
};

/// In the place of what could not be had.
#[component]
pub fn PageTrouble(
    /// What happened.
    error: HttpError,
    /// The page's heading, where it has none yet.
    #[prop(optional)]
    heading: Option<Text>,
    /// What the connection is wanted for.
    #[prop(default = text::OFFLINE_ADVICE)]
    offline: Text,
    /// Tries again.
    #[prop(into)]
    on_retry: Callback<()>,
) -> impl IntoView {
    let shopper = use_shopper();
    let retry = move |press: Callback<()>| {
        view! {
            <Button kind=ButtonKind::Secondary on_press=press testid="retry">
                {t(text::RETRY)}
            </Button>
        }
    };
    let state = |icon, title, advice, testid: &'static str, children: AnyView| {
        view! {
            {heading.map(|h| view! { <h1 class="visually-hidden" tabindex="-1">{t(h)}</h1> })}
            <div role="alert">
                <EmptyState
                    icon=icon
                    title=Signal::derive(move || t(title)().to_owned())
                    testid=testid
                >
                    <p>{t(advice)}</p>
                    {children}
                </EmptyState>
            </div>
        }
        .into_any()
    };
    if error == HttpError::Offline {
        let wallet = shopper.known.get_untracked().is_some() && !route::is_below("/wallet");
        let ways = view! {
            {retry(on_retry)}
            {wallet
                .then(|| {
                    view! {
                        <LinkButton
                            href=Signal::stored("/wallet".to_owned())
                            kind=ButtonKind::Quiet
                            icon=IconName::Ticket
                            testid="offline-wallet"
                        >
                            {t(text::OFFLINE_WALLET)}
                        </LinkButton>
                    }
                })}
        };
        return state(
            IconName::Offline,
            text::OFFLINE,
            offline,
            "offline",
            ways.into_any(),
        );
    }
    if error.kind() == Some(ProblemKind::NotSignedIn) {
        // A session was begun, and the browser did not bring it back; or it has ended meanwhile.
        let again = Callback::new(move |()| {
            shopper.start();
            on_retry.run(());
        });
        return state(
            IconName::Lock,
            text::NO_COOKIES,
            text::NO_COOKIES_ADVICE,
            "no-cookies",
            retry(again).into_any(),
        );
    }
    view! {
        {heading.map(|h| view! { <h1 tabindex="-1">{t(h)}</h1> })}
        <ProblemNotice error=error on_retry=on_retry />
    }
    .into_any()
}
