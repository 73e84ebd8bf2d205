//! Keeps the screen awake while a code is shown. Where the browser cannot, nothing happens.

use js_sys::{Function, Promise, Reflect};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::browser;

/// Holds the screen until the component that calls it is gone. The browser lets go of it whenever the page is hidden, so it is
/// asked again when the page is back.
pub fn keep_screen_awake() {
    let lock = StoredValue::new_local(None::<JsValue>);
    let ask = move || {
        spawn_local(async move {
            let held = request().await;
            // Gone, or asked twice: one is enough.
            if let Some(Some(old)) = lock.try_get_value() {
                release(&old);
            }
            if let Some(held) = held
                && lock.try_set_value(Some(held.clone())).is_some()
            {
                release(&held);
            }
        });
    };
    ask();
    let back = window_event_listener_untyped("visibilitychange", move |_| {
        if browser::visible() {
            ask();
        }
    });
    on_cleanup(move || {
        back.remove();
        if let Some(Some(held)) = lock.try_get_value() {
            release(&held);
        }
    });
}

// The interface is young, and missing from older phones: looked up by name rather than bound.
async fn request() -> Option<JsValue> {
    let navigator: JsValue = web_sys::window()?.navigator().into();
    let wake_lock = Reflect::get(&navigator, &"wakeLock".into()).ok()?;
    let request: Function = Reflect::get(&wake_lock, &"request".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let promise: Promise = request
        .call1(&wake_lock, &"screen".into())
        .ok()?
        .dyn_into()
        .ok()?;
    JsFuture::from(promise).await.ok()
}

fn release(lock: &JsValue) {
    if let Ok(release) = Reflect::get(lock, &"release".into())
        && let Some(release) = release.dyn_ref::<Function>()
    {
        let _ = release.call0(lock);
    }
}
