//! A newer version is there. It waits until somebody wants it; the next visit has it anyway.

use leptos::prelude::*;

use crate::markup::{live, view};

use super::{NEWER, TAKE, ask, marked, text};
use crate::{
    lang::t,
    ui::{Button, Icon, IconName},
};

/// The offer, at the foot of the page: it moves nothing and covers no control.
#[component]
pub fn UpdateOffer(
    /// Whether this is a moment for it.
    #[prop(into)]
    shown: Signal<bool>,
) -> impl IntoView {
    let later = RwSignal::new(false);
    let busy = RwSignal::new(false);
    live(move || {
        (shown.get() && !later.get() && marked(NEWER)).then(|| {
            view! {
                <div class="update" role="status" data-testid="update-offer">
                    <p>{t(text::NEWER)}</p>
                    <Button
                        busy=busy
                        testid="update-take"
                        on_press=move |()| {
                            busy.set(true);
                            ask(TAKE);
                        }
                    >
                        {t(text::UPDATE)}
                    </Button>
                    <button
                        type="button"
                        class="update-later"
                        aria-label=t(text::LATER)
                        data-testid="update-later"
                        on:click=move |_| later.set(true)
                    >
                        <Icon name=IconName::Cross />
                    </button>
                </div>
            }
        })
    })
}
