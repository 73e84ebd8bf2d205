//! One coupon, as it is held up at a till.

use std::time::Duration;

use app::{
    api::{
        path,
        shopper::{Coupon, CouponStatus},
    },
    geo::LatLng,
    id::{CouponId, RetailerId},
    problem::ProblemKind,
};
use leptos::{prelude::*, task::spawn_local};

use crate::markup::view;

use super::{
    AsOf, aged, as_of, ended, follow_shopper,
    pass::{NoSignal, Pass},
    text,
};
use crate::{
    browser, format,
    http::{self, HttpError},
    lang::{lang, lang_of, t, tf},
    load::{Load, load},
    shopper::{
        session::{Place, metres, use_shopper},
        text::OFFLINE_NOT_KEPT,
        title,
        trouble::PageTrouble,
    },
    ui::{ButtonKind, EmptyState, Icon, IconName, LinkButton, Skeleton},
};

/// How often it is looked whether staff have redeemed it, while the page is seen.
const LOOK_AGAIN: Duration = Duration::from_secs(4);

/// One coupon.
#[component]
pub fn CouponPage(retailer_id: RetailerId, coupon_id: CouponId) -> impl IntoView {
    let address = path::fill(
        path::WALLET_COUPON,
        &[&retailer_id.to_string(), &coupon_id.to_string()],
    );
    let coupon = {
        let address = address.clone();
        load(move || {
            let address = address.clone();
            async move { http::get_kept::<Coupon>(&address).await }
        })
    };
    follow_shopper(coupon);
    Effect::new(move |_| {
        let name = match &*coupon.state.read() {
            Load::Ready(kept) => format!("{} {}", kept.value.value, kept.value.store_name),
            _ => t(text::COUPON)().to_owned(),
        };
        browser::set_title(&title(&name));
    });
    // The page turns to "used" by itself when the till has taken it. A look that fails changes nothing.
    let look = set_interval_with_handle(
        move || {
            let open = matches!(&*coupon.state.read_untracked(),
                Load::Ready(c) if c.value.status == CouponStatus::Issued);
            if !open || !browser::visible() {
                return;
            }
            let address = address.clone();
            spawn_local(async move {
                if let Ok(new) = http::get_kept::<Coupon>(&address).await
                    && new.as_of.is_none()
                    && coupon
                        .state
                        .try_with_untracked(|old| *old != Load::Ready(new.clone()))
                        == Some(true)
                {
                    coupon.state.try_set(Load::Ready(new));
                }
            });
        },
        LOOK_AGAIN,
    );
    on_cleanup(move || {
        if let Ok(look) = look {
            look.clear();
        }
    });
    let loaded = coupon;
    view! {
        <div class="wallet-head">
            <a class="back" href="/wallet">
                <Icon name=IconName::Back />
                {t(text::BACK)}
            </a>
            <AsOf at=Signal::derive(move || coupon.state.with(as_of)) />
        </div>
        {move || match coupon.state.get() {
            Load::Loading => view! { <Skeleton blocks=2 /> }.into_any(),
            Load::Ready(kept) => {
                let coupon = aged(kept.value, kept.as_of, browser::now_ms());
                view! {
                    <Shown
                        coupon=coupon
                        as_of=kept.as_of
                        on_refused=move |()| loaded.refresh()
                    />
                }
                    .into_any()
            }
            Load::Failed(error) => {
                view! { <NoCoupon error=error on_retry=move |()| coupon.retry() /> }.into_any()
            }
        }}
    }
}

#[component]
fn NoCoupon(error: HttpError, #[prop(into)] on_retry: Callback<()>) -> impl IntoView {
    if error.kind() == Some(ProblemKind::NotFound) {
        return view! {
            <h1 class="visually-hidden" tabindex="-1">
                {t(text::GONE)}
            </h1>
            <EmptyState
                icon=IconName::Ticket
                title=Signal::derive(move || t(text::GONE)().to_owned())
                testid="no-coupon"
            >
                <p>{t(text::GONE_ADVICE)}</p>
            </EmptyState>
        }
        .into_any();
    }
    view! {
        <div class="stack">
            <PageTrouble
                error=error
                heading=text::COUPON
                offline=OFFLINE_NOT_KEPT
                on_retry=on_retry
            />
        </div>
    }
    .into_any()
}

#[component]
fn Shown(
    coupon: Coupon,
    /// For which moment it holds, where it could not be asked for anew.
    as_of: Option<i64>,
    /// It cannot be used any more, it turns out.
    #[prop(into)]
    on_refused: Callback<()>,
) -> impl IntoView {
    let until = coupon.valid_until;
    let minimum = coupon.min_purchase;
    let away = away(&coupon);
    let map = format!(
        "https://www.google.com/maps/dir/?api=1&destination={},{}",
        format::degrees(coupon.store_lat),
        format::degrees(coupon.store_lng)
    );
    let usable = coupon.status == CouponStatus::Issued;
    let show = match (usable, as_of) {
        (true, None) => view! {
            <Pass retailer_id=coupon.retailer_id coupon_id=coupon.coupon_id on_refused=on_refused />
        }
        .into_any(),
        (true, Some(_)) => view! {
            <div class="pass-code">
                <NoSignal />
            </div>
        }
        .into_any(),
        (false, _) => view! { <Stamp coupon=coupon.clone() /> }.into_any(),
    };
    view! {
        <article class="stack">
            <div class="pass" class:pass-ended=!usable>
                <header class="pass-head">
                    <p class="pass-retailer">{coupon.retailer_name}</p>
                    <h1 class="pass-store" tabindex="-1" lang=lang_of(&coupon.store_name)>
                        {coupon.store_name}
                    </h1>
                </header>
                <p class="pass-value">
                    <strong class="number">{coupon.value.to_string()}</strong>
                    <span>{t(text::OFF)}</span>
                </p>
                <p class="pass-until">
                    <Icon name=IconName::Clock />
                    {move || format::until(until, lang())}
                </p>
                <div class="pass-tear" aria-hidden="true"></div>
                {show}
            </div>
            <section class="card stack-tight" aria-labelledby="pass-conditions">
                <h2 id="pass-conditions">{t(text::CONDITIONS)}</h2>
                <ul class="pass-list">
                    <li>
                        {move || {
                            if minimum.get() > 0 {
                                tf(text::MINIMUM, &[&minimum.to_string()])
                            } else {
                                t(text::NO_MINIMUM)().to_owned()
                            }
                        }}
                    </li>
                    <li>{t(text::ONCE)}</li>
                    <li>{coupon.campaign_name} " / " {coupon.prize_name}</li>
                </ul>
                {as_of
                    .map(|at| {
                        view! {
                            <p class="small" data-testid="as-of-note">
                                {move || tf(text::AS_OF_NOTE, &[&format::day_time(at, lang())])}
                            </p>
                        }
                    })}
            </section>
            {usable
                .then(|| {
                    view! {
                        <section class="card stack-tight">
                            {away
                                .map(|m| {
                                    view! {
                                        <p class="pass-away">
                                            <Icon name=IconName::Pin />
                                            {move || tf(text::AWAY, &[&format::distance(m)])}
                                        </p>
                                    }
                                })}
                            <LinkButton
                                href=Signal::stored(map)
                                kind=ButtonKind::Secondary
                                icon=IconName::Route
                                wide=true
                                outside=true
                                testid="directions"
                            >
                                {t(text::DIRECTIONS)}
                            </LinkButton>
                            <p class="small soft">{t(text::DIRECTIONS_NOTE)}</p>
                        </section>
                    }
                })}
        </article>
    }
}

/// What became of it.
#[component]
fn Stamp(coupon: Coupon) -> impl IntoView {
    let (word, at) = ended(&coupon, coupon.status);
    let good = coupon.status == CouponStatus::Redeemed;
    let (icon, sentence) = match coupon.status {
        CouponStatus::Redeemed => (IconName::Check, text::REDEEMED_AT),
        CouponStatus::Expired | CouponStatus::Issued => (IconName::Clock, text::EXPIRED_AT),
        CouponStatus::Voided => (IconName::Cross, text::VOIDED_ADVICE),
    };
    view! {
        <div
            class="pass-stamp"
            class:pass-stamp-good=good
            role="status"
            data-testid="coupon-ended"
        >
            <Icon name=icon />
            <strong>{t(word)}</strong>
            <p>
                {move || {
                    let at = at.map(|at| format::day_time(at, lang())).unwrap_or_default();
                    tf(sentence, &[&at])
                }}
            </p>
        </div>
    }
}

/// Metres from the device, where its position is known.
fn away(coupon: &Coupon) -> Option<u32> {
    match use_shopper().place.get_untracked() {
        Place::Here(fix) => {
            let store = LatLng::new(coupon.store_lat, coupon.store_lng).ok()?;
            Some(metres(fix.at, store))
        }
        _ => None,
    }
}
