//! The few things asked of the browser in more than one place. Each has an answer where the browser refuses (private
//! windows without storage, embedded views), because a page must not fail for the sake of a preference.

use wasm_bindgen::JsCast;

/// Unix milliseconds by the device's clock. For showing only: what counts is decided by the server's.
#[must_use]
pub fn now_ms() -> i64 {
    // A date is far below 2^53, so the conversion is exact.
    js_sys::Date::now() as i64
}

/// Milliseconds by a clock of the device that nobody sets; its beginning is the page's.
#[must_use]
pub fn steady_ms() -> i64 {
    web_sys::window()
        .and_then(|w| w.performance())
        .map_or_else(now_ms, |performance| performance.now() as i64)
}

/// Which storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Until cleared.
    Always,
    /// Until the tab is closed.
    Session,
}

fn storage(keep: Keep) -> Option<web_sys::Storage> {
    let window = web_sys::window()?;
    match keep {
        Keep::Always => window.local_storage(),
        Keep::Session => window.session_storage(),
    }
    .ok()
    .flatten()
}

/// What was kept under a key.
#[must_use]
pub fn kept(keep: Keep, key: &str) -> Option<String> {
    storage(keep)?.get_item(key).ok().flatten()
}

/// Keeps a text under a key; `None` forgets it. Without storage nothing happens.
pub fn set_kept(keep: Keep, key: &str, value: Option<&str>) {
    if let Some(storage) = storage(keep) {
        let _ = match value {
            Some(value) => storage.set_item(key, value),
            None => storage.remove_item(key),
        };
    }
}

/// Forgets everything whose key begins so.
pub fn forget_kept(keep: Keep, begins: &str) {
    let Some(storage) = storage(keep) else {
        return;
    };
    let all = storage.length().unwrap_or(0);
    let keys: Vec<String> = (0..all)
        .filter_map(|n| storage.key(n).ok().flatten())
        .filter(|key| key.starts_with(begins))
        .collect();
    for key in keys {
        let _ = storage.remove_item(&key);
    }
}

/// Random bytes of the browser's cryptographic source.
///
/// # Errors
/// Where the browser has none: a nonce must not be made of anything weaker.
pub fn random<const N: usize>() -> Result<[u8; N], NoRandomSource> {
    let mut bytes = [0; N];
    web_sys::window()
        .and_then(|w| w.crypto().ok())
        .and_then(|c| c.get_random_values_with_u8_array(&mut bytes).ok())
        .ok_or(NoRandomSource)?;
    Ok(bytes)
}

/// The browser has no cryptographic random source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRandomSource;

/// Whether the page is being looked at.
#[must_use]
pub fn visible() -> bool {
    web_sys::window()
        .and_then(|w| w.document())
        .is_some_and(|d| d.visibility_state() == web_sys::VisibilityState::Visible)
}

/// Whether the reader asked for less motion.
#[must_use]
pub fn reduced_motion() -> bool {
    web_sys::window()
        .and_then(|w| {
            w.match_media("(prefers-reduced-motion: reduce)")
                .ok()
                .flatten()
        })
        .is_some_and(|m| m.matches())
}

/// How wide the window is, CSS pixels; a phone's width where the browser does not say.
#[must_use]
pub fn width() -> f64 {
    web_sys::window()
        .and_then(|w| w.inner_width().ok())
        .and_then(|width| width.as_f64())
        .unwrap_or(390.0)
}

/// Resolves after some milliseconds.
pub async fn sleep(ms: i32) {
    let wait = js_sys::Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms);
        }
    });
    let _ = wasm_bindgen_futures::JsFuture::from(wait).await;
}

/// Moves the focus to the first element that fits the selector.
pub fn focus(selector: &str) {
    focus_first(&[selector]);
}

/// Moves the focus to the first element of the first selector that finds any.
pub fn focus_first(selectors: &[&str]) {
    let Some(document) = web_sys::window().and_then(|w| w.document()) else {
        return;
    };
    let found = selectors
        .iter()
        .find_map(|selector| document.query_selector(selector).ok().flatten())
        .and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(element) = found {
        let _ = element.focus();
    }
}

/// Scrolls the first element that fits the selector into view.
pub fn reveal(selector: &str) {
    if let Some(element) = web_sys::window()
        .and_then(|w| w.document())
        .and_then(|d| d.query_selector(selector).ok().flatten())
    {
        element.scroll_into_view();
    }
}

/// Opens the browser's dialogue for printing, which also saves as PDF.
pub fn print() {
    if let Some(window) = web_sys::window() {
        let _ = window.print();
    }
}

/// Scrolls to the top of the page.
pub fn to_top() {
    if let Some(window) = web_sys::window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
}

/// Takes the first element that fits the selector off the page.
pub fn remove(selector: &str) {
    if let Some(element) = web_sys::window()
        .and_then(|w| w.document())
        .and_then(|d| d.query_selector(selector).ok().flatten())
    {
        element.remove();
    }
}

/// Sets the window's title.
pub fn set_title(title: &str) {
    if let Some(document) = web_sys::window().and_then(|w| w.document()) {
        document.set_title(title);
    }
}

/// Asks for the page on paper.
pub fn print_page() {
    if let Some(window) = web_sys::window() {
        // Where it cannot, nothing happens, and nothing is lost.
        let _ = window.print();
    }
}
