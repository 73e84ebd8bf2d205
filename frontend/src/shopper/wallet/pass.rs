//! What is held up at the till: a QR code for the next minute, and eight digits under it for where nothing can be scanned.

use app::{
    api::{path, shopper::CouponPass},
    id::{CouponId, RetailerId},
    pass::PASS_MS,
};
use leptos::prelude::*;

use crate::markup::{live, view};

use super::text;
use crate::{
    fresh::{Fresh, fresh},
    http::{self, HttpError},
    lang::t,
    load::Load,
    ui::{Icon, IconName, Notice, ProblemNotice, QrCode, Tone},
    wake::keep_screen_awake,
};

/// A new one is asked for so long after the last one came: what is scanned in the meantime still has a while.
const RENEW_MS: i64 = PASS_MS - 20_000;
/// From then on it is hidden: it may be over before it is read, by clocks that run a little differently.
const HIDE_MS: i64 = PASS_MS - 4_000;

/// A pass, renewed for as long as the page is in sight.
#[component]
pub fn Pass(
    retailer_id: RetailerId,
    coupon_id: CouponId,
    /// The coupon cannot be used any more, it turns out.
    #[prop(into)]
    on_refused: Callback<()>,
) -> impl IntoView {
    keep_screen_awake();
    let address = path::fill(
        path::WALLET_PASS,
        &[&retailer_id.to_string(), &coupon_id.to_string()],
    );
    let ask = move || {
        let address = address.clone();
        async move { http::post_empty::<CouponPass>(&address).await }
    };
    let Fresh {
        shown,
        loaded: pass,
    } = fresh(ask, RENEW_MS, HIDE_MS);
    Effect::new(move |_| {
        if let Load::Failed(HttpError::Problem(problem)) = &*pass.state.read()
            && problem.refusal.is_some()
        {
            on_refused.run(());
        }
    });
    live(move || match shown.get() {
        Some(pass) => view! {
            <div class="pass-code">
                <QrCode rows=pass.qr_rows />
                // That it runs is what a photo of it cannot show.
                <span class="pass-time" aria-hidden="true"></span>
                <p class="pass-letters" translate="no">
                    <span class="visually-hidden">{t(text::DIGITS)} ": "</span>
                    <span data-testid="coupon-digits">{pass.short_code}</span>
                </p>
            </div>
            <p class="pass-hint">{t(text::SHOW)}</p>
            <p class="pass-bright">
                <Icon name=IconName::Sun />
                {t(text::BRIGHT)}
            </p>
        }
        .into_any(),
        None => view! {
            <div class="pass-code">
                {move || match pass.state.get() {
                    Load::Failed(HttpError::Offline) => view! { <NoSignal /> }.into_any(),
                    Load::Failed(error) => view! { <ProblemNotice error=error /> }.into_any(),
                    _ => view! { <div class="pass-wait" data-testid="pass-wait"></div> }.into_any(),
                }}
            </div>
        }
        .into_any(),
    })
}

/// Without a connection there is nothing to show that could not be somebody else's photo.
#[component]
pub fn NoSignal() -> impl IntoView {
    view! {
        <Notice
            tone=Tone::Warn
            title=Signal::derive(move || t(text::NO_SIGNAL)().to_owned())
            testid="pass-offline"
        >
            <p>{t(text::NO_SIGNAL_ADVICE)}</p>
        </Notice>
    }
}
