//! How it works, in plain words: the odds, the position, privacy.

mod text;

use app::lang::Text;
use leptos::{prelude::*, task::spawn_local};

use crate::markup::view;

use super::{session::use_shopper, title};
use crate::{
    browser,
    http::HttpError,
    lang::t,
    load::Load,
    ui::{Button, ButtonKind, Icon, IconName, Notice, ProblemNotice, Tone},
};

/// The page.
#[component]
pub fn AboutPage() -> impl IntoView {
    Effect::new(|_| browser::set_title(&title(t(text::TITLE)())));
    let step = |icon: IconName, heading: Text, words: Text| {
        view! {
            <li class="about-step">
                <span class="about-icon">
                    <Icon name=icon />
                </span>
                <div>
                    <h2>{t(heading)}</h2>
                    <p class="small soft">{t(words)}</p>
                </div>
            </li>
        }
    };
    view! {
        <div class="stack">
            <h1 tabindex="-1">{t(text::TITLE)}</h1>
            <ol class="card about-steps">
                {step(IconName::Shop, text::STEP_1, text::STEP_1_TEXT)}
                {step(IconName::Capsule, text::STEP_2, text::STEP_2_TEXT)}
                {step(IconName::Ticket, text::STEP_3, text::STEP_3_TEXT)}
            </ol>
            <section class="card about-part">
                <h2>{t(text::ODDS)}</h2>
                {points(&[text::ODDS_1, text::ODDS_2, text::ODDS_3, text::ODDS_4])}
            </section>
            <section class="card about-part">
                <h2>{t(text::LOCATION)}</h2>
                {points(&[text::LOCATION_1, text::LOCATION_2, text::LOCATION_3])} <Consent />
            </section>
            <section class="card about-part">
                <h2>{t(text::PRIVACY)}</h2>
                {points(&[text::PRIVACY_1, text::PRIVACY_2, text::PRIVACY_HOLDOUT, text::PRIVACY_3])}
            </section>
        </div>
    }
}

fn points(sentences: &[Text]) -> impl IntoView + use<> {
    let items: Vec<_> = sentences
        .iter()
        .map(|s| view! { <li>{t(*s)}</li> })
        .collect();
    view! { <ul class="about-points">{items}</ul> }
}

/// What was agreed, and how to take it back.
#[component]
fn Consent() -> impl IntoView {
    let shopper = use_shopper();
    let busy = RwSignal::new(false);
    let done = RwSignal::new(None::<Result<(), HttpError>>);
    let withdraw = move |()| {
        busy.set(true);
        spawn_local(async move {
            let result = shopper.withdraw().await;
            busy.try_set(false);
            done.try_set(Some(result));
        });
    };
    view! {
        <p class="about-consent">
            {move || match &*shopper.me.read() {
                Load::Ready(me) if me.location_consent => t(text::LOCATION_ON)(),
                Load::Ready(_) => t(text::LOCATION_OFF)(),
                // The page can be read without a session, but what was agreed is known by the server only.
                Load::Loading => t(text::LOCATION_ASKED)(),
                Load::Failed(_) => t(text::LOCATION_UNKNOWN)(),
            }}
        </p>
        {move || {
            shopper
                .consented()
                .then(|| {
                    view! {
                        <Button
                            kind=ButtonKind::Danger
                            busy=busy
                            testid="withdraw-consent"
                            on_press=withdraw
                        >
                            {t(text::WITHDRAW)}
                        </Button>
                    }
                })
        }}
        {move || match done.get() {
            None => ().into_any(),
            Some(Ok(())) => {
                view! {
                    <Notice
                        tone=Tone::Good
                        title=Signal::derive(move || t(text::WITHDRAWN)().to_owned())
                    />
                }
                    .into_any()
            }
            Some(Err(error)) => view! { <ProblemNotice error=error /> }.into_any(),
        }}
    }
}
