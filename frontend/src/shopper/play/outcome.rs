//! What came out, won or not, with the chance it had and what one may do next.

use app::{
    api::shopper::{Coupon, Offer, PlayResult},
    id::{CampaignId, StoreId},
    lang::Text,
};
use leptos::prelude::*;

use crate::markup::view;

use super::{
    size::{Size, size_of},
    text,
};
use crate::{
    browser, format,
    lang::{lang, lang_of, t, tf},
    shopper::session::use_shopper,
    ui::{Icon, IconName, LinkButton},
};

/// How many other shops are named after a draw.
const ELSEWHERE: usize = 2;

/// The outcome, with the way to the coupon or to what comes next.
#[component]
pub fn Outcome(result: PlayResult, offer: Option<Offer>) -> impl IntoView {
    let odds = offer.as_ref().map_or(&[][..], |o| &o.odds);
    let size = size_of(result.value, odds);
    let chance = odds
        .iter()
        .find(|line| line.prize_id == result.prize_id)
        // In a sentence, number and sign stay on one line.
        .map(|line| format::percent(line.ppm).replace(' ', "\u{a0}"));
    let ends = offer.as_ref().map(|o| o.ends_at);
    let heading = match size {
        Size::Blank => text::LOST_DRAW,
        Size::Small => text::WON_SMALL,
        Size::Middle => text::WON,
        Size::Big => text::WON_BIG,
    };
    let (chance_words, class) = if size == Size::Blank {
        (text::LOST_DRAW_CHANCE, "outcome outcome-blank")
    } else if size == Size::Big {
        (text::WON_CHANCE, "outcome outcome-big")
    } else {
        (text::WON_CHANCE, "outcome")
    };
    let left = result.plays_left;
    let next = move || {
        if left > 0 {
            tf(text::LEFT, &[&left.to_string()])
        } else {
            t(when_again(ends, browser::now_ms()))().to_owned()
        }
    };
    let value = result.value.to_string();
    let coupon = match result.coupon {
        Some(coupon) => {
            view! { <Won coupon=coupon value=value prize=result.prize_name /> }.into_any()
        }
        None => view! {
            <span class="visually-hidden" data-testid="outcome-value">
                {value}
            </span>
        }
        .into_any(),
    };
    view! {
        <section class=class data-testid="outcome">
            <h2 class="outcome-title" tabindex="-1">
                {t(heading)}
            </h2>
            {coupon}
            <p class="outcome-chance">
                {move || chance.as_ref().map(|c| tf(chance_words, &[c]))}
                {(size == Size::Blank).then(|| t(text::LOST_THANKS))}
            </p>
            <p class="outcome-next" data-testid="outcome-next">
                {next}
            </p>
            {(size == Size::Blank || left == 0)
                .then(|| {
                    offer.map(|o| view! { <Elsewhere campaign_id=o.campaign_id store_id=o.store_id /> })
                })}
            // A page of another program, where the draw is computed again.
            <a class="outcome-check" href="/my/draws" data-testid="to-draws">
                {t(text::FAIR)}
            </a>
        </section>
    }
}

/// The coupon that was won; the whole of it is the way to it.
#[component]
fn Won(coupon: Coupon, value: String, prize: String) -> impl IntoView {
    let until = coupon.valid_until;
    let href = format!("/wallet/{}/{}", coupon.retailer_id, coupon.coupon_id);
    view! {
        <a class="outcome-coupon" href=href>
            <span class="outcome-store" lang=lang_of(&coupon.store_name)>
                {coupon.store_name}
            </span>
            <strong class="outcome-value number" data-testid="outcome-value">
                {value}
            </strong>
            <span class="outcome-off">{t(text::OFF)}</span>
            <span class="outcome-prize">{prize}</span>
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
}

/// The nearest other shops where something is left to play.
#[component]
fn Elsewhere(campaign_id: CampaignId, store_id: StoreId) -> impl IntoView {
    let links: Vec<_> = use_shopper().around.with_untracked(|around| {
        around
            .iter()
            .flat_map(|a| &a.stores)
            .filter(|(_, store)| store.store_id != store_id)
            .filter_map(|(metres, store)| {
                let campaign = store
                    .campaigns
                    .iter()
                    .find(|c| c.plays_left > 0 && c.campaign_id != campaign_id)?;
                Some(view! {
                    <li>
                        <a
                            class="elsewhere-link"
                            href=format!(
                                "/play/{}/{}/{}",
                                store.retailer_id,
                                campaign.campaign_id,
                                store.store_id,
                            )
                        >
                            <span class="elsewhere-name" lang=lang_of(&store.name)>
                                {store.name.clone()}
                            </span>
                            <span class="elsewhere-facts number">
                                {format::distance(*metres)} " ・ " {t(text::UP_TO)} " "
                                {campaign.top_value.to_string()}
                            </span>
                            <Icon name=IconName::Forward />
                        </a>
                    </li>
                })
            })
            .take(ELSEWHERE)
            .collect()
    });
    (!links.is_empty()).then(|| {
        view! {
            <div class="elsewhere" data-testid="elsewhere">
                <h3>{t(text::ELSEWHERE)}</h3>
                <ul>{links}</ul>
            </div>
        }
    })
}

/// When one may turn again, once the day's turns are used: tomorrow, unless the campaign ends today.
pub fn when_again(ends_at: Option<i64>, now: i64) -> Text {
    match ends_at {
        Some(end) if format::days_between(now, end - 1) <= 0 => text::LAST_DAY,
        _ => text::TOMORROW,
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

#[cfg(test)]
mod tests {
    use super::{text, when_again};

    // 2026-11-22 18:00 in Japan, and the midnights after it.
    const NOW: i64 = 1_795_338_000_000;
    const MIDNIGHT: i64 = NOW + 6 * 3_600_000;

    #[test]
    fn nobody_is_asked_to_come_back_after_the_end() {
        assert_eq!(when_again(Some(MIDNIGHT), NOW), text::LAST_DAY);
        assert_eq!(when_again(Some(NOW + 1), NOW), text::LAST_DAY);
        assert_eq!(when_again(Some(MIDNIGHT + 1), NOW), text::TOMORROW);
        assert_eq!(when_again(None, NOW), text::TOMORROW);
    }
}
