//! What a coupon is worth here, and the one tap that redeems it.

use app::yen::Yen;
use leptos::prelude::*;

use super::{Found, Till};
use crate::{
    format,
    lang::{lang, t, tf},
    parse::whole_number,
    staff::text,
    ui::{Amount, Button, ButtonKind, TextField},
};

#[component]
pub(super) fn Worth(till: Till, found: Found) -> impl IntoView {
    let coupon = found.coupon.clone();
    let (value, minimum) = (coupon.value, coupon.min_purchase);
    let basket = RwSignal::new(String::new());
    let tried = RwSignal::new(false);
    let needed = minimum > Yen::ZERO;
    // None: nothing typed. Some(None): no amount of yen.
    let typed = move || {
        let text = basket.get();
        (!text.trim().is_empty()).then(|| whole_number(&text).map(Yen))
    };
    let wrong = move || -> Option<String> {
        match typed() {
            Some(None) => Some(t(text::BASKET_NOT_YEN)().to_owned()),
            Some(Some(amount)) if amount < minimum && tried.get() => {
                Some(tf(text::BASKET_BELOW, &[&minimum.to_string()]))
            }
            None if needed && tried.get() => Some(t(text::BASKET_NEEDED)().to_owned()),
            _ => None,
        }
    };
    let gives = move || match typed() {
        Some(Some(amount)) if amount < value => amount,
        _ => value,
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if wrong().is_some() {
            crate::browser::focus("#basket");
            return;
        }
        till.redeem(found.clone(), typed().flatten());
    };
    let valid_until = coupon.valid_until;
    view! {
        <form class="worth" novalidate=true on:submit=submit>
            <div class="worth-card">
                <p class="worth-campaign">{coupon.campaign_name}</p>
                <h1 class="worth-value number" id="step-title" tabindex="-1" data-testid="till-value">
                    <Amount yen=value />
                    <span class="worth-off">{t(text::VALUE_OFF)}</span>
                </h1>
                <p class="worth-prize">{coupon.prize_name}</p>
                <dl class="worth-facts">
                    <div>
                        <dt>{t(text::VALID_UNTIL)}</dt>
                        <dd>{move || format::until(valid_until, lang())}</dd>
                    </div>
                    <div>
                        <dt>{t(text::MIN_PURCHASE)}</dt>
                        <dd>
                            {move || {
                                if needed {
                                    tf(text::MIN_PURCHASE_IS, &[&minimum.to_string()])
                                } else {
                                    t(text::NO_MIN_PURCHASE)().to_owned()
                                }
                            }}
                        </dd>
                    </div>
                </dl>
            </div>
            <TextField
                id="basket"
                label=Signal::derive(move || t(text::BASKET)().to_owned())
                value=basket
                inputmode="numeric"
                optional=!needed
                hint=Signal::derive(move || {
                    if needed {
                        tf(text::BASKET_HINT, &[&minimum.to_string()])
                    } else {
                        t(text::BASKET_HINT_FREE)().to_owned()
                    }
                })
                error=Signal::derive(wrong)
                unit=Signal::derive(move || t(text::YEN_UNIT)().to_owned())
                testid="till-basket"
            />
            <div class="till-actions">
                <Button wide=true busy=till.redeeming testid="till-redeem">
                    <span class="redeem-words">
                        {move || {
                            if till.redeeming.get() { t(text::REDEEMING)() } else { t(text::REDEEM)() }
                        }}
                        <span class="redeem-value number">
                            {move || tf(text::GIVES, &[&gives().to_string()])}
                        </span>
                    </span>
                </Button>
                <Button
                    kind=ButtonKind::Quiet
                    wide=true
                    on_press=Callback::new(move |()| {
                        let scan = till.scanning.get_untracked();
                        till.next(scan);
                    })
                    testid="till-back"
                >
                    {t(text::LEAVE_IT)}
                </Button>
            </div>
        </form>
    }
}
