//! What holds for a moment only: shown while it does, and asked for anew for as long as the page is in sight.

use std::{future::Future, time::Duration};

use leptos::prelude::*;

use crate::{
    browser,
    http::HttpError,
    load::{Load, Loaded, load},
};

/// How often it is looked whether the time for another has come.
const LOOK: Duration = Duration::from_secs(1);
/// How long an answer is waited for before it is asked for once more.
const PATIENCE_MS: i64 = 5_000;

/// What holds for a moment only.
pub struct Fresh<T: Send + Sync + 'static> {
    /// It, as long as it holds.
    pub shown: Memo<Option<T>>,
    /// How asking for it goes.
    pub loaded: Loaded<T>,
}

/// Reads it now, and again once it is `renew_ms` old; from `hide_ms` on it is shown no more, since clocks differ a little.
pub fn fresh<T, F>(read: impl Fn() -> F + 'static, renew_ms: i64, hide_ms: i64) -> Fresh<T>
where
    T: Clone + PartialEq + Send + Sync + 'static,
    F: Future<Output = Result<T, HttpError>> + 'static,
{
    let loaded = load(read);
    let now = RwSignal::new(browser::now_ms());
    // The last one that came, and when; a renewal that fails takes nothing away.
    let last = Memo::new(move |before: Option<&Option<(T, i64)>>| {
        let before = before.cloned().flatten();
        match &*loaded.state.read() {
            Load::Ready(value) => match before {
                Some((known, at)) if known == *value => Some((known, at)),
                _ => Some((value.clone(), browser::now_ms())),
            },
            _ => before,
        }
    });
    let age = move || last.with(|l| l.as_ref().map(|(_, at)| now.get() - at));
    let shown = Memo::new(move |_| {
        age()
            .is_some_and(|age| (0..hide_ms).contains(&age))
            .then(|| last.with(|l| l.as_ref().map(|(value, _)| value.clone())))
            .flatten()
    });
    let renewing = StoredValue::new(0_i64);
    let look = set_interval_with_handle(
        move || {
            if !browser::visible() {
                return;
            }
            let moment = browser::now_ms();
            now.set(moment);
            let due = untrack(age).is_none_or(|age| !(0..renew_ms).contains(&age));
            // Asked, and not yet answered: patience.
            if due
                && last.with_untracked(Option::is_some)
                && moment - renewing.get_value() > PATIENCE_MS
            {
                renewing.set_value(moment);
                loaded.refresh();
            }
        },
        LOOK,
    );
    on_cleanup(move || {
        if let Ok(look) = look {
            look.clear();
        }
    });
    Fresh { shown, loaded }
}
