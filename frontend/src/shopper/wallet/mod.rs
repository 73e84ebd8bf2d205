//! What was won.

mod coupon;
mod text;
mod wake;

pub use coupon::CouponPage;

use app::api::{
    Items, path,
    shopper::{Coupon, CouponStatus},
};
use leptos::prelude::*;

use super::title;
use crate::{
    browser, format, http,
    lang::{lang, t, tf},
    load::{Load, load},
    ui::{EmptyState, Icon, IconName, LinkButton, ProblemNotice, Skeleton},
};

/// The wallet: what expires first before the rest, finished ones last, as the server orders them.
#[component]
pub fn WalletPage() -> impl IntoView {
    Effect::new(|_| browser::set_title(&title(t(text::TITLE)())));
    let list = load(|| http::get::<Items<Coupon>>(path::WALLET));
    view! {
        <div class="stack">
            <h1 tabindex="-1">{t(text::TITLE)}</h1>
            {move || match list.state.get() {
                Load::Loading => view! { <Skeleton /> }.into_any(),
                Load::Failed(error) => {
                    view! { <ProblemNotice error=error on_retry=move |()| list.retry() /> }.into_any()
                }
                Load::Ready(coupons) if coupons.items.is_empty() => {
                    view! {
                        <EmptyState
                            icon=IconName::Ticket
                            title=Signal::derive(move || t(text::EMPTY)().to_owned())
                            testid="no-coupons"
                        >
                            <p>{t(text::EMPTY_ADVICE)}</p>
                            <LinkButton href=Signal::stored("/".to_owned())>{t(text::TO_NEARBY)}</LinkButton>
                        </EmptyState>
                    }
                        .into_any()
                }
                Load::Ready(coupons) => {
                    let (usable, finished): (Vec<_>, Vec<_>) = coupons
                        .items
                        .into_iter()
                        .partition(|c| c.status == CouponStatus::Issued);
                    view! {
                        {group("usable", text::USABLE, usable)}
                        {group("finished", text::FINISHED, finished)}
                    }
                        .into_any()
                }
            }}
        </div>
    }
}

fn group(id: &'static str, heading: app::lang::Text, coupons: Vec<Coupon>) -> impl IntoView {
    (!coupons.is_empty()).then(|| {
        view! {
            <section class="stack" aria-labelledby=id>
                <h2 class="wallet-group" id=id>
                    {t(heading)}
                </h2>
                <ul class="wallet">
                    {coupons.into_iter().map(|c| view! { <Ticket coupon=c /> }).collect::<Vec<_>>()}
                </ul>
            </section>
        }
    })
}

/// One coupon of the list.
#[component]
fn Ticket(coupon: Coupon) -> impl IntoView {
    let href = format!("/wallet/{}/{}", coupon.retailer_id, coupon.coupon_id);
    let usable = coupon.status == CouponStatus::Issued;
    let until = coupon.valid_until;
    let left = format::days_between(browser::now_ms(), until - 1);
    let when = match coupon.status {
        CouponStatus::Issued => {
            let words = move || match left {
                ..=0 => t(text::TODAY)().to_owned(),
                1 => t(text::TOMORROW)().to_owned(),
                days => tf(text::DAYS, &[&days.to_string()]),
            };
            view! {
                <span class="ticket-left" class:ticket-soon=left <= 2>
                    <Icon name=IconName::Clock />
                    {words}
                </span>
                <span class="ticket-until">{move || format::until(until, lang())}</span>
            }
            .into_any()
        }
        other => {
            let (word, _) = ended(&coupon, other);
            view! { <span class="ticket-left">{t(word)}</span> }.into_any()
        }
    };
    view! {
        <li>
            <a class="ticket" class:ticket-ended=!usable href=href data-testid="coupon">
                <span class="ticket-value">
                    <strong class="number">{coupon.value.to_string()}</strong>
                    <span>{t(text::OFF)}</span>
                </span>
                <span class="ticket-body">
                    <span class="ticket-retailer">{coupon.retailer_name}</span>
                    <span class="ticket-store">{coupon.store_name}</span>
                    {when}
                </span>
            </a>
        </li>
    }
}

/// The word for a coupon that cannot be used any more, and since when.
fn ended(coupon: &Coupon, status: CouponStatus) -> (app::lang::Text, Option<i64>) {
    match status {
        CouponStatus::Redeemed => (text::REDEEMED, coupon.redeemed_at),
        CouponStatus::Voided => (text::VOIDED, None),
        CouponStatus::Expired | CouponStatus::Issued => (text::EXPIRED, Some(coupon.valid_until)),
    }
}
