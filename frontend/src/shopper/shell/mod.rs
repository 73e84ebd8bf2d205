//! What is around the page: a newer version, a place on the home screen, an app whose browser this is. The browser's part of it is
//! `shell.js`, which is lighter than the same in here; it leaves marks on `<html>` and hears events.

mod host;
mod install;
mod outside;
mod text;
mod update;

pub use install::InstallCard;
pub use outside::{OutsideNotice, Why};
pub use update::UpdateOffer;

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};

/// A newer version is there: `data-newer`.
const NEWER: &str = "data-newer";
/// The browser would put the page onto the home screen: `data-installable`.
const INSTALLABLE: &str = "data-installable";
/// The address was copied, or could not be.
const COPIED: &str = "data-copied";
const UNCOPIED: &str = "data-uncopied";

/// Change to the newer version.
const TAKE: &str = "raiten-take";
/// Ask whether to put the page onto the home screen.
const INSTALL: &str = "raiten-install";
/// Copy the page's address.
const COPY: &str = "raiten-copy";
/// Somebody else is here: what the worker kept of the wallet goes.
pub const FORGET: &str = "raiten-forget";

/// The position may be used from now on, or not any more: what watches the stores near hears it.
pub const NEAR: &str = "raiten-near";
pub const FAR: &str = "raiten-far";

thread_local! {
    static TOLD: ArcRwSignal<u32> = listen();
}

fn listen() -> ArcRwSignal<u32> {
    let told = ArcRwSignal::new(0_u32);
    let next = {
        let told = told.clone();
        Closure::<dyn Fn()>::new(move || told.update(|n| *n = n.wrapping_add(1)))
    };
    if let Some(window) = web_sys::window() {
        let _ =
            window.add_event_listener_with_callback("raiten-shell", next.as_ref().unchecked_ref());
    }
    // It lives as long as the page.
    next.forget();
    told
}

/// Whether a mark is set; a view that calls this follows it.
fn marked(name: &str) -> bool {
    TOLD.with(Clone::clone).track();
    web_sys::window()
        .and_then(|w| w.document())
        .and_then(|d| d.document_element())
        .is_some_and(|root| root.has_attribute(name))
}

/// Asks `shell.js` for something.
pub fn ask(what: &str) {
    if let Some(window) = web_sys::window()
        && let Ok(event) = web_sys::Event::new(what)
    {
        let _ = window.dispatch_event(&event);
    }
}

/// Whether the page runs from the home screen.
fn standalone() -> bool {
    let Some(window) = web_sys::window() else {
        return false;
    };
    let by_display = window
        .match_media("(display-mode: standalone)")
        .ok()
        .flatten()
        .is_some_and(|m| m.matches());
    // Older iPhones know it by this name only.
    let by_name = js_sys::Reflect::get(&window.navigator(), &"standalone".into())
        .is_ok_and(|it| it.is_truthy());
    by_display || by_name
}

/// What the browser says of itself.
fn user_agent() -> String {
    web_sys::window()
        .and_then(|w| w.navigator().user_agent().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    /// The manifests repeat a colour and the name, since they cannot read a style sheet.
    #[test]
    fn manifests_have_the_colours_of_the_tokens() {
        let tokens = include_str!("../../../styles/tokens.css");
        let paper = tokens
            .split_once("--paper: ")
            .and_then(|(_, rest)| rest.split_once(';'))
            .map(|(paper, _)| paper)
            .unwrap_or_default();
        for (manifest, scope) in [
            (include_str!("../../../assets/manifest.webmanifest"), "/"),
            (
                include_str!("../../../assets/staff/manifest.webmanifest"),
                "/staff/",
            ),
        ] {
            let manifest: serde_json::Value = serde_json::from_str(manifest).expect("JSON");
            assert_eq!(manifest["background_color"], paper);
            assert_eq!(manifest["theme_color"], paper);
            for place in ["id", "scope", "start_url"] {
                assert_eq!(manifest[place], scope);
            }
            let icons = manifest["icons"].as_array().expect("icons");
            assert!(icons.iter().any(|icon| icon["purpose"] == "maskable"));
            for icon in icons {
                let path = format!(
                    "{}/assets{}",
                    env!("CARGO_MANIFEST_DIR"),
                    icon["src"].as_str().unwrap_or("?")
                );
                assert!(std::path::Path::new(&path).is_file(), "{path}");
            }
        }
    }
}
