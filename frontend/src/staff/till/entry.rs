//! Waiting for a code: by camera, typed or pasted.

use app::{lang::Text, pass::Presented};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;

use super::Till;
use crate::{
    lang::{lang, t},
    staff::{
        scanner::{Scanner, code_in},
        text,
    },
    ui::{Button, ButtonKind, Field, IconName, Notice, Tone},
};

/// Whether the browser believes that it is connected.
fn online() -> RwSignal<bool> {
    let here = web_sys::window().is_none_or(|w| w.navigator().on_line());
    let signal = RwSignal::new(here);
    let up = window_event_listener(leptos::ev::online, move |_| signal.set(true));
    let down = window_event_listener(leptos::ev::offline, move |_| signal.set(false));
    on_cleanup(move || {
        up.remove();
        down.remove();
    });
    signal
}

/// The clipboard's text, where the browser gives it.
async fn pasted() -> Option<String> {
    let clipboard = web_sys::window()?.navigator().clipboard();
    JsFuture::from(clipboard.read_text())
        .await
        .ok()?
        .as_string()
}

/// Turns the camera on or off; the focus goes to what turns it back.
fn scan(till: Till, on: bool) {
    till.scanning.set(on);
    request_animation_frame(move || {
        crate::browser::focus(if on {
            "[data-testid=till-scan-stop]"
        } else {
            "[data-testid=till-scan]"
        });
    });
}

#[component]
pub(super) fn Entry(till: Till) -> impl IntoView {
    let code = RwSignal::new(String::new());
    let wrong = RwSignal::new(None::<Text>);
    let online = online();
    // A slip of the finger is seen here, beside what was typed: no round trip, nothing to type again.
    let typed = move |text: String| match Presented::parse(code_in(&text)) {
        Ok(code) => till.present(&code),
        Err(slip) => {
            wrong.set(Some(slip.text()));
            crate::browser::focus("#code");
        }
    };
    let on_code = Callback::new(move |text: String| till.scanned(code_in(&text)));
    let paste = Callback::new(move |()| {
        spawn_local(async move {
            // Refused or empty: the field takes the focus, where the person can paste by hand.
            if let Some(text) = pasted().await.filter(|t| !t.trim().is_empty()) {
                code.set(code_in(&text).to_owned());
            }
            crate::browser::focus("#code");
        });
    });
    view! {
        <div class="till-entry">
            {move || {
                (!online.get())
                    .then(|| {
                        view! {
                            <Notice
                                tone=Tone::Warn
                                title=Signal::derive(move || t(text::OFFLINE_NOW)().to_owned())
                                testid="till-offline"
                            />
                        }
                    })
            }}
            <h1 class="visually-hidden">{t(text::READY)}</h1>
            {move || {
                till.scanning
                    .get()
                    .then(|| {
                        view! {
                            <Scanner
                                on_code=on_code
                                on_stop=Callback::new(move |()| scan(till, false))
                            />
                        }
                    })
            }}
            <form
                class="till-typed"
                novalidate=true
                on:submit=move |event| {
                    event.prevent_default();
                    typed(code.get_untracked());
                }
            >
                <Field
                    id="code"
                    label=Signal::derive(move || t(text::OR_TYPE)().to_owned())
                    hint=Signal::derive(move || t(text::CODE_HINT)().to_owned())
                    error=Signal::derive(move || wrong.get().map(|w| w.get(lang()).to_owned()))
                >
                    <span class="field-control">
                        <input
                            class="input till-code"
                            id="code"
                            name="code"
                            type="text"
                            data-testid="till-code"
                            autocomplete="off"
                            autocapitalize="characters"
                            spellcheck="false"
                            enterkeyhint="go"
                            aria-describedby="code-note"
                            aria-invalid=move || wrong.get().is_some().then_some("true")
                            prop:value=code
                            on:input=move |event| {
                                wrong.set(None);
                                code.set(event_target_value(&event));
                            }
                        />
                    </span>
                </Field>
                <div class="till-send">
                    <Button kind=ButtonKind::Secondary on_press=paste testid="till-paste">
                        {t(text::PASTE)}
                    </Button>
                    <Button icon=IconName::Search testid="till-lookup">
                        {t(text::LOOK_UP)}
                    </Button>
                </div>
            </form>
            // What is pressed most lies lowest, where the thumb is.
            {move || {
                (!till.scanning.get())
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="scan-start"
                                data-testid="till-scan"
                                on:click=move |_| scan(till, true)
                            >
                                <svg class="scan-picture" viewBox="0 0 96 96" aria-hidden="true">
                                    <path
                                        class="scan-corners"
                                        d="M10 30V18a8 8 0 0 1 8-8h12M66 10h12a8 8 0 0 1 8 8v12M86 66v12a8 8 0 0 1-8 8H66M30 86H18a8 8 0 0 1-8-8V66"
                                    />
                                    <path
                                        class="scan-modules"
                                        d="M26 26h18v18H26zM52 26h18v18H52zM26 52h18v18H26zM52 52h8v8h-8zM62 62h8v8h-8zM52 66h6v4h-6zM66 52h4v6h-4z"
                                    />
                                </svg>
                                <span>{t(text::SCAN)}</span>
                            </button>
                        }
                    })
            }}
        </div>
    }
}
