//! Undoing a slip, as long as there is time.

use std::time::Duration;

use app::api::{path, till::TillRedemption};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    account::Account,
    browser::now_ms,
    http::{self, HttpError},
    lang::{t, tf},
    staff::text,
    ui::{Button, ButtonKind, ProblemNotice},
};

/// `9:05`, minutes and seconds.
fn clock(milliseconds: i64) -> String {
    let seconds = milliseconds.max(0) / 1000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// Undoes a redemption, with the time that is left for it; words instead of the button when it is over.
#[component]
pub fn UndoButton(
    /// What to undo.
    redemption: TillRedemption,
    /// How far the server's clock is ahead of the device's, milliseconds.
    #[prop(optional)]
    ahead: i64,
    /// What an undo does.
    on_undone: Callback<TillRedemption>,
) -> impl IntoView {
    let account = Account::here();
    let left = RwSignal::new(redemption.undo_until - now_ms() - ahead);
    if left.get_untracked() > 0
        && let Ok(tick) = set_interval_with_handle(
            move || {
                let _ = left.try_set(redemption.undo_until - now_ms() - ahead);
            },
            Duration::from_secs(1),
        )
    {
        on_cleanup(move || tick.clear());
    }
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<HttpError>);
    let id = redemption.redemption_id;
    // The same until an answer has come.
    let key = StoredValue::new(http::new_key());
    let undo = Callback::new(move |()| {
        busy.set(true);
        failed.set(None);
        let sent = key.get_value();
        spawn_local(async move {
            let path = path::fill(path::TILL_UNDO, &[&id.to_string()]);
            let answer =
                account.watch(http::post_empty_under::<TillRedemption>(&path, &sent).await);
            if matches!(&answer, Err(HttpError::Problem(problem)) if problem.status < 500) {
                let _ = key.try_set_value(http::new_key());
            }
            let _ = busy.try_set(false);
            match answer {
                Ok(undone) => on_undone.run(undone),
                Err(error) => {
                    let _ = failed.try_set(Some(error));
                }
            }
        });
    });
    let open = Memo::new(move |_| left.get() > 0);
    view! {
        <div class="undo">
            {move || {
                if open.get() {
                    view! {
                        <Button
                            kind=ButtonKind::Secondary
                            wide=true
                            busy=busy
                            on_press=undo
                            testid="till-undo"
                        >
                            <span class="number">{move || tf(text::UNDO, &[&clock(left.get())])}</span>
                        </Button>
                    }
                        .into_any()
                } else {
                    view! { <p class="soft small">{t(text::UNDO_OVER)}</p> }.into_any()
                }
            }}
            {move || failed.get().map(|error| view! { <ProblemNotice error=error /> })}
        </div>
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn minutes_and_seconds() {
        assert_eq!(super::clock(599_999), "9:59");
        assert_eq!(super::clock(65_000), "1:05");
        assert_eq!(super::clock(-5), "0:00");
    }
}
