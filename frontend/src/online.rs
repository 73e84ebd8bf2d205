//! When to ask again for what could not be had: the browser says that there is a connection, or some seconds have passed with the
//! page in sight. Many a cellar has a connection by name only, so the browser's word alone is not waited for.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};

use crate::browser;

/// How often it is tried while nothing is known.
const AGAIN: Duration = Duration::from_secs(8);

thread_local! {
    static CHANCES: ArcRwSignal<u32> = watch();
}

/// An effect that calls this runs again whenever it may be worth asking.
pub fn chances() {
    CHANCES.with(Clone::clone).track();
}

fn watch() -> ArcRwSignal<u32> {
    let chances = ArcRwSignal::new(0_u32);
    let next = {
        let chances = chances.clone();
        move || {
            if browser::visible() {
                chances.update(|n| *n = n.wrapping_add(1));
            }
        }
    };
    if let Some(window) = web_sys::window() {
        let online = Closure::<dyn Fn()>::new(next.clone());
        let _ = window.add_event_listener_with_callback("online", online.as_ref().unchecked_ref());
        // It lives as long as the page.
        online.forget();
    }
    set_interval(next, AGAIN);
    chances
}
