//! A router of a page's worth: the path as a signal, links as plain `<a href>`.
//!
//! A program says which paths are its own; a plain click on a link to one of them changes the path without a request, every
//! other click is the browser's.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};

thread_local! {
    static PATH: ArcRwSignal<String> = ArcRwSignal::new(here());
}

fn here() -> String {
    web_sys::window()
        .and_then(|w| w.location().pathname().ok())
        .unwrap_or_else(|| "/".into())
}

/// The path, as in `/wallet`; a view that calls this follows it. Without query and fragment.
#[must_use]
pub fn path() -> String {
    PATH.with(Clone::clone).get()
}

/// Whether the page is at a path or below it, at this moment.
#[must_use]
pub fn is_below(path: &str) -> bool {
    here()
        .strip_prefix(path)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The segments of a path: `/wallet/ret_1/` → `["wallet", "ret_1"]`.
#[must_use]
pub fn segments(path: &str) -> Vec<&str> {
    path.split('/').filter(|s| !s.is_empty()).collect()
}

/// The value of a parameter in the page's query; values we put there need no unescaping.
#[must_use]
pub fn query(name: &str) -> Option<String> {
    let search = web_sys::window()?.location().search().ok()?;
    search
        .trim_start_matches('?')
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// The page's fragment, without its sign.
#[must_use]
pub fn fragment() -> Option<String> {
    let fragment = web_sys::window()?.location().hash().ok()?;
    let fragment = fragment.trim_start_matches('#');
    (!fragment.is_empty()).then(|| fragment.to_owned())
}

/// Goes to a path of this program, as a new entry of the history, from its top.
pub fn navigate(to: &str) {
    change(to, true);
}

/// Goes to a path of this program in place of the present entry of the history.
pub fn redirect(to: &str) {
    change(to, false);
}

fn change(to: &str, push: bool) {
    let Some(window) = web_sys::window() else {
        return;
    };
    if let Ok(history) = window.history() {
        let state = wasm_bindgen::JsValue::NULL;
        let _ = if push {
            history.push_state_with_url(&state, "", Some(to))
        } else {
            history.replace_state_with_url(&state, "", Some(to))
        };
    }
    window.scroll_to_with_x_and_y(0.0, 0.0);
    PATH.with(Clone::clone).set(here());
}

/// Listens to links and to the back button; call it once. `mine` says whether a path belongs to this program.
pub fn start(mine: fn(&str) -> bool) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let click = Closure::<dyn Fn(web_sys::MouseEvent)>::new(move |event: web_sys::MouseEvent| {
        if let Some(to) = own_link(&event, mine) {
            event.prevent_default();
            navigate(&to);
        }
    });
    let back = Closure::<dyn Fn()>::new(|| PATH.with(Clone::clone).set(here()));
    let _ = window.add_event_listener_with_callback("click", click.as_ref().unchecked_ref());
    let _ = window.add_event_listener_with_callback("popstate", back.as_ref().unchecked_ref());
    // They live as long as the page.
    click.forget();
    back.forget();
}

fn own_link(event: &web_sys::MouseEvent, mine: fn(&str) -> bool) -> Option<String> {
    if event.default_prevented()
        || event.button() != 0
        || event.meta_key()
        || event.ctrl_key()
        || event.shift_key()
        || event.alt_key()
    {
        return None;
    }
    let element = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    let link = element
        .closest("a[href]")
        .ok()??
        .dyn_into::<web_sys::HtmlAnchorElement>()
        .ok()?;
    let origin = web_sys::window()?.location().origin().ok()?;
    if link.origin() != origin
        || !link.target().is_empty()
        || link.has_attribute("download")
        || !link.hash().is_empty()
    {
        return None;
    }
    mine(&link.pathname()).then(|| link.pathname() + &link.search())
}

#[cfg(test)]
mod tests {
    #[test]
    fn segments_ignore_slashes_at_the_ends() {
        assert_eq!(super::segments("/wallet/a/b/"), ["wallet", "a", "b"]);
        assert!(super::segments("/").is_empty());
    }
}
