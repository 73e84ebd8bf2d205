//! Keeps the screen awake while a code is shown. Where the browser cannot, nothing happens.

use js_sys::{Function, Promise, Reflect};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Holds the screen until the component that calls it is gone.
pub fn keep_screen_awake() {
    let lock = StoredValue::new_local(None::<JsValue>);
    spawn_local(async move {
        if let Some(held) = request().await
            && lock.try_set_value(Some(held.clone())).is_some()
        {
            release(&held);
        }
    });
    on_cleanup(move || {
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
