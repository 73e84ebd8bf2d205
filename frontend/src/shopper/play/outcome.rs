//! What came out, won or not.

use app::api::shopper::{Offer, PlayResult};
use leptos::prelude::*;

use super::text;
use crate::{
    format,
    lang::{lang, t, tf},
    ui::{Icon, IconName, LinkButton},
};

/// The outcome, with the way to the coupon.
#[component]
pub fn Outcome(result: PlayResult, offer: Option<Offer>) -> impl IntoView {
    let left = result.plays_left;
    let value = result.value.to_string();
    let shown = match result.coupon {
        Some(coupon) => {
            let until = coupon.valid_until;
            let href = format!("/wallet/{}/{}", coupon.retailer_id, coupon.coupon_id);
            view! {
                <h2 class="outcome-title outcome-won" tabindex="-1">
                    {t(text::WON)}
                </h2>
                <a class="outcome-coupon" href=href>
                    <span class="outcome-store">{coupon.store_name}</span>
                    <strong class="outcome-value number" data-testid="outcome-value">
                        {value}
                    </strong>
                    <span class="outcome-off">{t(text::OFF)}</span>
                    <span class="outcome-prize">{result.prize_name}</span>
                    <span class="outcome-until">
                        <Icon name=IconName::Clock />
                        {move || format::until(until, lang())}
                    </span>
                </a>
                <LinkButton
                    href=Signal::stored("/wallet".to_owned())
                    icon=IconName::Ticket
                    wide=true
                    testid="to-wallet"
                >
                    {t(text::TO_WALLET)}
                </LinkButton>
            }
            .into_any()
        }
        None => {
            let chance = offer.and_then(|offer| {
                offer
                    .odds
                    .iter()
                    .find(|line| line.prize_id == result.prize_id)
                    .map(|line| format::percent(line.ppm))
            });
            view! {
                <svg class="outcome-empty" viewBox="-70 -80 140 140" aria-hidden="true">
                    <path class="capsule-1" d="M-50 0a50 50 0 0 0 100 0z"></path>
                    <ellipse class="reveal-inside" rx="50" ry="11"></ellipse>
                    <path class="capsule-seam" d="M-50 0a50 50 0 0 0 100 0"></path>
                    <g transform="translate(10 -24) rotate(14)">
                        <path class="capsule-shell" d="M-50 0a50 50 0 0 1 100 0z"></path>
                        <path class="capsule-glint" d="M-34-18a40 40 0 0 1 20-19"></path>
                        <path class="capsule-seam" d="M-50 0a50 50 0 0 1 100 0z"></path>
                    </g>
                </svg>
                <h2 class="outcome-title" tabindex="-1">
                    {t(text::LOST_DRAW)}
                </h2>
                <span class="visually-hidden" data-testid="outcome-value">
                    {value}
                </span>
                <p class="outcome-lost">
                    {move || {
                        chance.as_ref().map(|c| tf(text::LOST_DRAW_CHANCE, &[c]))
                    }}
                    {move || {
                        if left > 0 {
                            tf(text::LOST_DRAW_LEFT, &[&left.to_string()])
                        } else {
                            t(text::NONE_LEFT)().to_owned()
                        }
                    }}
                </p>
            }
            .into_any()
        }
    };
    let proof = result.proof;
    view! {
        <section class="outcome" data-testid="outcome">
            {shown}
            <details class="fair fair-small">
                <summary>{t(text::FAIR)}</summary>
                <dl class="facts facts-code">
                    <div>
                        <dt>{t(text::TICKET)}</dt>
                        <dd class="number">{proof.ticket} " / 1,000,000"</dd>
                    </div>
                    <div>
                        <dt>{t(text::NONCE)}</dt>
                        <dd translate="no">{proof.client_nonce}</dd>
                    </div>
                    <div>
                        <dt>{t(text::COMMITMENT)}</dt>
                        <dd translate="no">{proof.seed_commitment}</dd>
                    </div>
                    <div>
                        <dt>{t(text::ODDS_HASH)}</dt>
                        <dd translate="no">{proof.odds_hash}</dd>
                    </div>
                </dl>
            </details>
        </section>
    }
}

/// The outcome as it is read out.
pub fn spoken(result: &PlayResult) -> String {
    if result.coupon.is_some() {
        tf(
            text::SPOKEN_WIN,
            &[&result.value.to_string(), &result.prize_name],
        )
    } else {
        t(text::LOST_DRAW)().to_owned()
    }
}
