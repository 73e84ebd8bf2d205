//! What was won.

mod coupon;
mod pass;
mod text;

pub use coupon::CouponPage;

use app::api::{
    Items, path,
    shopper::{Coupon, CouponStatus},
};
use leptos::prelude::*;

use crate::markup::{live, view};

use super::{
    session::use_shopper,
    shell::{InstallCard, OutsideNotice, Why},
    text::OFFLINE_NOT_KEPT,
    title,
    trouble::PageTrouble,
};
use crate::{
    browser, format,
    http::{self, Kept},
    lang::{lang, lang_of, t, tf},
    load::{Load, Loaded, load},
    online,
    ui::{EmptyState, Icon, IconName, LinkButton, Skeleton},
};

/// A coupon that can be used for so many days more is one to hurry for.
const SOON_DAYS: i64 = 2;

/// The wallet: what expires first before the rest, finished ones last, as the server orders them.
#[component]
pub fn WalletPage() -> impl IntoView {
    Effect::new(|_| browser::set_title(&title(t(text::TITLE)())));
    let list = load(|| http::get_kept::<Items<Coupon>>(path::WALLET));
    follow_shopper(list);
    // Asked for again and again while it is an old one; the same answer changes nothing on the page.
    let shown = Memo::new(move |_| list.state.get());
    let as_of = Memo::new(move |_| shown.with(as_of));
    Effect::new(move |_| {
        online::chances();
        if as_of.get_untracked().is_some() {
            list.refresh();
        }
    });
    view! {
        <div class="stack">
            <div class="wallet-head">
                <h1 tabindex="-1">{t(text::TITLE)}</h1>
                <AsOf at=as_of />
            </div>
            {move || match shown.get() {
                Load::Loading => view! { <Skeleton /> }.into_any(),
                Load::Failed(error) => {
                    view! {
                        <PageTrouble
                            error=error
                            offline=OFFLINE_NOT_KEPT
                            on_retry=move |()| list.retry()
                        />
                    }
                        .into_any()
                }
                Load::Ready(Kept { value: coupons, .. }) if coupons.items.is_empty() => {
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
                Load::Ready(Kept { value: coupons, as_of }) => {
                    // Parted only: the order is the server's.
                    let now = browser::now_ms();
                    let (usable, finished): (Vec<_>, Vec<_>) = coupons
                        .items
                        .into_iter()
                        .map(|c| aged(c, as_of, now))
                        .partition(|c| c.status == CouponStatus::Issued);
                    let (soon, later): (Vec<_>, Vec<_>) = usable
                        .into_iter()
                        .partition(|c| days_left(c, now) <= SOON_DAYS);
                    view! {
                        {group("soon", text::SOON, soon)}
                        {group("usable", text::USABLE, later)}
                        {group("finished", text::FINISHED, finished)}
                        // Only now is there something worth coming back for.
                        <InstallCard />
                        <OutsideNotice why=Why::Wallet />
                    }
                        .into_any()
                }
            }}
        </div>
    }
}

/// Reads anew when it turns out that somebody else is here than the last time.
fn follow_shopper<T: Send + Sync + 'static>(loaded: Loaded<T>) {
    let shopper = use_shopper();
    Effect::new(move |before: Option<Option<String>>| {
        let now = shopper.known.get();
        if before.is_some_and(|before| before != now) {
            loaded.retry();
        }
        now
    });
}

/// For which moment something holds, where that is not the present.
fn as_of<T>(state: &Load<Kept<T>>) -> Option<i64> {
    match state {
        Load::Ready(kept) => kept.as_of,
        _ => None,
    }
}

/// A coupon as it was last seen, with what is certain since: its time may have run out. A clock that was set back does not bring
/// it back.
fn aged(mut coupon: Coupon, as_of: Option<i64>, now: i64) -> Coupon {
    if let Some(at) = as_of
        && coupon.status == CouponStatus::Issued
        && now.max(at) >= coupon.valid_until
    {
        coupon.status = CouponStatus::Expired;
    }
    coupon
}

/// That there is no connection, and for which moment the page holds.
#[component]
fn AsOf(#[prop(into)] at: Signal<Option<i64>>) -> impl IntoView {
    live(move || {
        at.get().map(|at| {
            let when = if format::days_between(at, browser::now_ms()) == 0 {
                format::time(at)
            } else {
                format::day_time(at, lang())
            };
            view! {
                <p class="as-of" role="status" data-testid="as-of">
                    <Icon name=IconName::Offline />
                    {tf(text::AS_OF, &[&when])}
                </p>
            }
        })
    })
}

/// Days by the calendar until the last day on which it can be used; 0: today.
fn days_left(coupon: &Coupon, now: i64) -> i64 {
    format::days_between(now, coupon.valid_until - 1)
}

fn group(id: &'static str, heading: app::lang::Text, coupons: Vec<Coupon>) -> impl IntoView {
    (!coupons.is_empty()).then(|| {
        view! {
            <section class="stack" aria-labelledby=id data-testid=format!("wallet-{id}")>
                <h2 class="wallet-group" class:wallet-soon=id == "soon" id=id>
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
    let left = days_left(&coupon, browser::now_ms());
    let when = match coupon.status {
        CouponStatus::Issued => {
            let words = move || match left {
                ..=0 => t(text::TODAY)().to_owned(),
                1 => t(text::TOMORROW)().to_owned(),
                days => tf(text::DAYS, &[&days.to_string()]),
            };
            view! {
                <span class="ticket-left" class:ticket-soon=left <= SOON_DAYS>
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
                    <span class="ticket-store" lang=lang_of(&coupon.store_name)>
                        {coupon.store_name}
                    </span>
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

#[cfg(test)]
mod tests {
    use super::{Coupon, CouponStatus, aged};

    fn coupon() -> Coupon {
        let id = "01j0000000000000000000000a";
        let with = |prefix: &str| format!("{prefix}_{id}");
        serde_json::from_value(serde_json::json!({
            "retailer_id": with("ret"), "coupon_id": with("cpn"), "store_id": with("sto"),
            "retailer_name": "", "campaign_name": "", "prize_name": "", "store_name": "",
            "value": 300, "min_purchase": 0, "store_lat": 35.0, "store_lng": 139.0,
            "issued_at": 0, "valid_until": 1_000, "status": "issued", "redeemed_at": null,
        }))
        .expect("a coupon")
    }

    #[test]
    fn a_kept_coupon_ends_with_its_time() {
        let status = |as_of, now| aged(coupon(), as_of, now).status;
        assert_eq!(status(Some(500), 999), CouponStatus::Issued);
        assert_eq!(status(Some(500), 1_000), CouponStatus::Expired);
        // The phone's clock was set back: the server had said a later time.
        assert_eq!(status(Some(1_200), 10), CouponStatus::Expired);
        // What the server has just said is right, whatever the phone's clock says.
        assert_eq!(status(None, 5_000), CouponStatus::Issued);
    }
}
