//! What the store's tablet shows: a code to check in by, another every half minute.

use app::api::{account::StoreRef, path, till::StoreCode};
use leptos::prelude::*;

use super::text;
use crate::{
    account::Account,
    fresh::{Fresh, fresh},
    http,
    lang::t,
    load::Load,
    ui::{ProblemNotice, QrCode, Skeleton},
    wake::keep_screen_awake,
};

/// Asked for so often: what is shown changes every half minute, and holds for a minute longer.
const RENEW_MS: i64 = 10_000;
/// Without an answer it is taken off the screen.
const HIDE_MS: i64 = 45_000;

/// The page of a store.
#[component]
pub fn ScreenPage(
    /// The store.
    store: StoreRef,
) -> impl IntoView {
    keep_screen_awake();
    let account = Account::here();
    let address = format!("{}?store_id={}", path::TILL_STORE_CODE, store.store_id);
    let Fresh { shown, loaded } = fresh(
        move || {
            let address = address.clone();
            async move { account.watch(http::get::<StoreCode>(&address).await) }
        },
        RENEW_MS,
        HIDE_MS,
    );
    view! {
        <div class="screen" data-testid="store-screen">
            <h1 tabindex="-1">{t(text::SCREEN_TITLE)}</h1>
            <p>{t(text::SCREEN_LEAD)}</p>
            <div class="screen-code">
                {move || match (shown.get(), loaded.state.get()) {
                    (Some(code), _) => {
                        view! {
                            <div data-testid="store-code" data-url=code.url>
                                <QrCode rows=code.qr_rows />
                            </div>
                        }
                            .into_any()
                    }
                    (None, Load::Failed(error)) => {
                        view! { <ProblemNotice error=error on_retry=move |()| loaded.retry() /> }
                            .into_any()
                    }
                    _ => view! { <Skeleton /> }.into_any(),
                }}
            </div>
            <p class="soft">{t(text::SCREEN_EVERY)}</p>
            <a class="settings-link" href="/staff/settings">
                {t(text::SCREEN_LEAVE)}
            </a>
        </div>
    }
}
