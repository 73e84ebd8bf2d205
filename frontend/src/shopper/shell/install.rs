//! The page on the home screen: offered once there is a coupon to come back for, and never again once somebody said no.

use leptos::prelude::*;

use crate::markup::{live, view};

use super::{
    INSTALL, INSTALLABLE, ask,
    host::{self, Install},
    marked, standalone, text, user_agent,
};
use crate::{
    browser::{Keep, kept, set_kept},
    lang::t,
    ui::{Button, ButtonKind, Icon, IconName},
};

const DISMISSED: &str = "raiten.install";

/// The offer: a button where the browser does it, two steps in words on an iPhone, nothing elsewhere.
#[component]
pub fn InstallCard() -> impl IntoView {
    let dismissed = RwSignal::new(kept(Keep::Always, DISMISSED).is_some());
    let dismiss = move || {
        set_kept(Keep::Always, DISMISSED, Some("no"));
        dismissed.set(true);
    };
    let by_hand = !standalone() && host::install(&user_agent()) == Install::ByHand;
    live(move || {
        let by_button = !standalone() && marked(INSTALLABLE);
        if dismissed.get() || !(by_button || by_hand) {
            return None;
        }
        let how = if by_button {
            view! {
                <p>{t(text::INSTALL_WHY)}</p>
                <Button
                    kind=ButtonKind::Secondary
                    icon=IconName::Add
                    wide=true
                    testid="install-add"
                    on_press=move |()| ask(INSTALL)
                >
                    {t(text::INSTALL_ADD)}
                </Button>
            }
            .into_any()
        } else {
            let step = |icon, words| {
                view! {
                    <li>
                        <Icon name=icon />
                        <span>{t(words)}</span>
                    </li>
                }
            };
            view! {
                <p>{t(text::INSTALL_WHY)}</p>
                <ol class="install-steps" data-testid="install-steps">
                    {step(IconName::Share, text::INSTALL_SHARE)}
                    {step(IconName::Add, text::INSTALL_HOME)}
                </ol>
                <p class="small soft">{t(text::INSTALL_APART)}</p>
            }
            .into_any()
        };
        Some(view! {
            <section class="card install" aria-labelledby="install-title" data-testid="install-card">
                <h2 id="install-title">{t(text::INSTALL_TITLE)}</h2>
                {how}
                <Button
                    kind=ButtonKind::Quiet
                    testid="install-dismiss"
                    on_press=move |()| dismiss()
                >
                    {t(text::INSTALL_NO)}
                </Button>
            </section>
        })
    })
}
