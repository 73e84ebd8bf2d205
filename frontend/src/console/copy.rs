//! A line to be copied: a link, a key.

use app::lang::Text;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;

use super::text;
use crate::{
    lang::t,
    ui::{Button, ButtonKind},
};

/// The line in a field that can be read and not changed, and a button that copies it.
#[component]
pub(super) fn CopyLine(
    /// Of the field, to give it the focus.
    id: &'static str,
    /// What it is.
    label: Text,
    /// What is copied.
    value: String,
    /// Of the field.
    testid: &'static str,
    /// Of the button.
    copy_testid: &'static str,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let to_copy = value.clone();
    let copy = Callback::new(move |()| {
        let text = to_copy.clone();
        spawn_local(async move {
            if let Some(window) = web_sys::window() {
                let clipboard = window.navigator().clipboard();
                if JsFuture::from(clipboard.write_text(&text)).await.is_ok() {
                    let _ = copied.try_set(true);
                }
            }
        });
    });
    let select = move |event: leptos::ev::FocusEvent| {
        event_target::<web_sys::HtmlInputElement>(&event).select();
    };
    view! {
        <div class="link-row">
            <input
                class="input"
                id=id
                type="text"
                readonly=true
                aria-label=t(label)
                data-testid=testid
                value=value
                on:focus=select
            />
            <Button kind=ButtonKind::Secondary on_press=copy testid=copy_testid>
                {move || if copied.get() { t(text::COPIED)() } else { t(text::COPY)() }}
            </Button>
        </div>
    }
}
