//! What to do inside another app: said for that very app, beside whatever works in it all the same.

use app::lang::Text;
use leptos::prelude::*;

use crate::markup::view;

use super::{
    COPIED, COPY, UNCOPIED, ask,
    host::{App, Host, System, host, way_out},
    marked, standalone, text, user_agent,
};
use crate::{
    lang::{t, tf},
    ui::{Button, ButtonKind, Icon, IconName, Notice, Tone},
};

/// What the outside is better for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Before the first turn: what is won stays where it was won.
    Start,
    /// The position was not to be had.
    Position,
    /// The coupons are in this app, and nowhere else.
    Wallet,
}

/// Nothing in an ordinary browser.
#[component]
pub fn OutsideNotice(
    /// What it is about.
    why: Why,
) -> impl IntoView {
    let host = host(&user_agent(), standalone())?;
    let address = web_sys::window()
        .and_then(|w| w.location().href().ok())
        .unwrap_or_default();
    let name = move || match host.app {
        App::Line => "LINE",
        App::Instagram => "Instagram",
        App::Facebook => "Facebook",
        App::X => "X",
        App::TikTok => "TikTok",
        App::YahooJapan => "Yahoo! JAPAN",
        App::WeChat => "WeChat",
        App::KakaoTalk => "KakaoTalk",
        App::Unnamed => t(text::AN_APP)(),
    };
    let advice = match why {
        Why::Start => text::OUTSIDE_START,
        Why::Position => text::OUTSIDE_POSITION,
        Why::Wallet => text::OUTSIDE_WALLET,
    };
    // Another browser would be another shopper, without these coupons.
    let leave = why != Why::Wallet;
    let link = leave.then(|| way_out(host, &address)).flatten();
    Some(view! {
        <Notice
            tone=Tone::Info
            title=Signal::derive(move || tf(text::INSIDE, &[name()]))
            testid="in-app"
        >
            <p>{move || tf(advice, &[name()])}</p>
            {link
                .map(|href| {
                    // `_top`: the app must see it as a link that is followed, and our router must not.
                    view! {
                        <a
                            class="button button-secondary"
                            href=href
                            target="_top"
                            data-testid="in-app-open"
                        >
                            <Icon name=IconName::Outside />
                            {t(browser(host))}
                        </a>
                    }
                })}
            {leave.then(|| view! { <p class="small" data-testid="in-app-menu">{t(menu(host))}</p> })}
            {move || {
                if marked(COPIED) {
                    view! {
                        <p class="outside-copied" role="status">
                            <Icon name=IconName::Check />
                            {t(text::COPIED)}
                        </p>
                    }
                        .into_any()
                } else if marked(UNCOPIED) {
                    view! {
                        <p class="outside-address" translate="no">
                            {address.clone()}
                        </p>
                    }
                        .into_any()
                } else {
                    view! {
                        <Button
                            kind=ButtonKind::Quiet
                            icon=IconName::Copy
                            testid="in-app-copy"
                            on_press=move |()| ask(COPY)
                        >
                            {t(text::COPY)}
                        </Button>
                    }
                        .into_any()
                }
            }}
        </Notice>
    })
}

/// What the link opens.
const fn browser(host: Host) -> Text {
    match (host.app, host.system) {
        (App::Line, _) | (_, System::Other) => text::OPEN_BROWSER,
        (_, System::Ios) => text::OPEN_SAFARI,
        (_, System::Android) => text::OPEN_CHROME,
    }
}

/// Where the app has the same in its menu.
const fn menu(host: Host) -> Text {
    match host.app {
        App::Line => text::MENU_LINE,
        App::Instagram | App::Facebook | App::X | App::TikTok | App::WeChat | App::KakaoTalk => {
            text::MENU_CORNER
        }
        App::YahooJapan | App::Unnamed => text::MENU_SOMEWHERE,
    }
}
