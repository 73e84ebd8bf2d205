//! The card: a code for the next minute, and the stamps it brought.

use app::{
    api::{
        Items, path,
        shopper::{MemberCode, Stamps},
    },
    pass::PASS_MS,
};
use leptos::prelude::*;

use super::{Trouble, contact::TO_CONTACT, rating::Rating, text, title};
use crate::{
    format,
    fresh::{Fresh, fresh},
    http,
    lang::{lang, t, tf, tn},
    load::{Load, load},
    ui::{QrCode, Skeleton},
    wake::keep_screen_awake,
};

/// A new one is asked for so long after the last one came.
const RENEW_MS: i64 = PASS_MS - 20_000;
/// From then on it is hidden.
const HIDE_MS: i64 = PASS_MS - 4_000;

/// The page.
#[component]
pub fn CardPage() -> impl IntoView {
    title(text::CARD_TITLE);
    keep_screen_awake();
    let Fresh { shown, loaded } = fresh(
        || http::post_empty::<MemberCode>(path::MEMBER_CODE),
        RENEW_MS,
        HIDE_MS,
    );
    let stamps = load(|| http::get::<Items<Stamps>>(path::STAMPS));
    // A stamp that was just given shows with the next code.
    Effect::new(move |before: Option<()>| {
        shown.track();
        if before.is_some() {
            stamps.refresh();
        }
    });
    view! {
        <div class="stack">
            <h1 tabindex="-1">{t(text::CARD_TITLE)}</h1>
            <section class="card my-card" data-testid="member-card">
                <p>{t(text::CARD_LEAD)}</p>
                <div class="my-code">
                    {move || match (shown.get(), loaded.state.get()) {
                        (Some(code), _) => {
                            view! {
                                <div data-testid="member-code" data-code=code.qr>
                                    <QrCode rows=code.qr_rows />
                                </div>
                            }
                                .into_any()
                        }
                        (None, Load::Failed(error)) => {
                            view! { <Trouble error=error on_retry=move |()| loaded.retry() /> }
                                .into_any()
                        }
                        _ => view! { <div class="my-wait"></div> }.into_any(),
                    }}
                </div>
                <p class="small soft">{t(text::CARD_MOMENT)}</p>
            </section>
            <section class="card stack" data-testid="stamps">
                <h2>{t(text::STAMPS)}</h2>
                {move || match stamps.state.get() {
                    Load::Loading => view! { <Skeleton /> }.into_any(),
                    Load::Failed(error) => {
                        view! { <Trouble error=error on_retry=move |()| stamps.retry() /> }.into_any()
                    }
                    Load::Ready(list) if list.items.is_empty() => {
                        view! { <p class="soft">{t(text::STAMPS_NONE)}</p> }.into_any()
                    }
                    Load::Ready(list) => {
                        let rows = list
                            .items
                            .into_iter()
                            .map(|one| {
                                let last = format::day(one.last_at, lang());
                                view! {
                                    <li class="my-stamps">
                                        <strong>{one.retailer_name}</strong>
                                        <span class="my-count">{tn(text::STAMPS_N, one.stamps, &[])}</span>
                                        <span class="small soft">{tf(text::LAST, &[&last])}</span>
                                    </li>
                                }
                            })
                            .collect_view();
                        view! { <ul class="my-list">{rows}</ul> }.into_any()
                    }
                }}
                <p class="small soft">{t(text::FAIR)}</p>
            </section>
            // Below what is there at once, so that nothing jumps when it comes.
            <Rating />
            <div class="my-links">
                <a class="my-link" href="/my/contact">
                    {t(TO_CONTACT)}
                </a>
                <a class="my-link" href="/my/draws">
                    {t(text::TO_DRAWS)}
                </a>
                <a class="my-link" href="/my/history">
                    {t(text::TO_HISTORY)}
                </a>
            </div>
        </div>
    }
}
