//! From where: the consent in plain words, or a station from the list.

mod area_picker;
pub mod text;

pub use area_picker::AreaPicker;

use app::{
    api::shopper::Area,
    lang::{Lang, Text},
};
use leptos::prelude::*;

use crate::markup::{live, view};

use super::{
    session::{Place, use_shopper},
    shell::{OutsideNotice, Why},
};
use crate::{
    format,
    geolocation::{Fix, NoFix},
    lang::{lang, t, tf},
    ui::{Button, ButtonKind, Icon, IconName, Notice, ProblemNotice, Tone},
};

/// A fix worse than this is no help for distances of some hundred metres, and the server will not count it.
const POOR_ACCURACY_M: u32 = 1_000;

/// The first visit: what this is, and the two ways to begin.
#[component]
pub fn Welcome() -> impl IntoView {
    view! {
        <div class="stack">
            <div class="welcome">
                <h1 tabindex="-1">{t(text::HEADLINE)}</h1>
                <p>{t(text::LEAD)}</p>
            </div>
            <WherePicker />
            <OutsideNotice why=Why::Start />
        </div>
    }
}

/// The two ways, with what happened to the last try.
#[component]
pub fn WherePicker() -> impl IntoView {
    let shopper = use_shopper();
    let picking = RwSignal::new(false);
    let trouble = move || match shopper.place.get() {
        Place::NoFix(no) => Some(view! { <NoFixNotice no=no /> }.into_any()),
        Place::Failed(error) => Some(
            view! { <ProblemNotice error=error on_retry=move |()| shopper.start() /> }.into_any(),
        ),
        _ => None,
    };
    // Somebody whose device said no gets the list at once: it is the way that works.
    let listed =
        Memo::new(move |_| picking.get() || matches!(*shopper.place.read(), Place::NoFix(_)));
    view! {
        <div class="stack">
            {live(trouble)}
            {move || {
                if listed.get() {
                    let back = matches!(*shopper.place.read_untracked(), Place::Unset)
                        .then(|| Callback::new(move |()| picking.set(false)));
                    view! { <AreaPicker on_back=back /> }.into_any()
                } else {
                    view! { <ConsentCard on_area=move |()| picking.set(true) /> }.into_any()
                }
            }}
        </div>
    }
}

/// What the position is for, what is sent, how long it is kept; then yes, or a station.
#[component]
fn ConsentCard(#[prop(into)] on_area: Callback<()>) -> impl IntoView {
    let shopper = use_shopper();
    let point = |icon: IconName, text: Text| {
        view! {
            <li class="consent-point">
                <Icon name=icon />
                <span>{t(text)}</span>
            </li>
        }
    };
    view! {
        <section class="card consent" aria-labelledby="consent-title">
            <h2 id="consent-title">{t(text::HERE_TITLE)}</h2>
            <ul class="consent-points">
                {point(IconName::Pin, text::HERE_PURPOSE)} {point(IconName::Lock, text::HERE_SENT)}
                {point(IconName::Clock, text::HERE_KEPT)}
            </ul>
            <Button
                wide=true
                icon=IconName::Locate
                testid="consent-location"
                on_press=move |()| shopper.locate()
            >
                {t(text::USE_HERE)}
            </Button>
            <p class="consent-or">{t(text::OR)}</p>
            <Button kind=ButtonKind::Secondary wide=true testid="choose-area" on_press=on_area>
                {t(text::CHOOSE_AREA)}
            </Button>
        </section>
    }
}

/// The device would not say: why, and what to do.
#[component]
fn NoFixNotice(no: NoFix) -> impl IntoView {
    let shopper = use_shopper();
    let (title, advice, kind) = match no {
        NoFix::Denied => (text::DENIED, text::DENIED_ADVICE, "denied"),
        NoFix::Unavailable => (text::UNAVAILABLE, text::UNAVAILABLE_ADVICE, "unavailable"),
        NoFix::Timeout => (text::TIMEOUT, text::TIMEOUT_ADVICE, "timeout"),
        NoFix::Unsupported => (text::UNSUPPORTED, text::UNSUPPORTED_ADVICE, "unsupported"),
    };
    view! {
        <Notice
            tone=Tone::Warn
            title=Signal::derive(move || t(title)().to_owned())
            testid="no-position"
        >
            <p data-testid=format!("no-position-{kind}")>{t(advice)}</p>
            {(no != NoFix::Unsupported)
                .then(|| {
                    view! {
                        <Button kind=ButtonKind::Secondary on_press=move |()| shopper.locate()>
                            {t(text::RETRY)}
                        </Button>
                    }
                })}
        </Notice>
        // Where another app is around the page, that is why.
        <OutsideNotice why=Why::Position />
    }
}

/// A fix that is too rough to count.
#[component]
pub fn AccuracyNotice(fix: Fix) -> impl IntoView {
    (fix.accuracy_m > POOR_ACCURACY_M).then(|| {
        let off = format::distance(fix.accuracy_m.min(99_000));
        view! {
            <Notice
                tone=Tone::Warn
                title=Signal::derive(move || t(text::POOR)().to_owned())
                testid="poor-accuracy"
            >
                <p>{move || tf(text::POOR_ADVICE, &[&off])}</p>
            </Notice>
        }
    })
}

/// A station's name in the reader's language, without the word for station.
pub fn station_name(area: &Area) -> &str {
    match lang() {
        Lang::Ja => area.name.trim_end_matches('駅'),
        Lang::En => area.name_en.trim_end_matches(" Station"),
    }
}

/// The place in a few words.
pub fn place_name(place: &Place) -> String {
    match place {
        Place::Area(area) => tf(text::FROM_AREA, &[station_name(area)]),
        _ => t(text::FROM_HERE)().to_owned(),
    }
}
