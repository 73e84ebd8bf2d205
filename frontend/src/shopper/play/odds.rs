//! The odds, exactly as they will be drawn, and what else is to be known before playing.

use app::api::shopper::{OddsLine, Offer};
use leptos::prelude::*;

use crate::markup::view;

use super::text;
use crate::{
    format,
    lang::{lang, lang_of, t, tf, tn},
    ui::{Icon, IconName},
};

/// Every prize with this shopper's chance and, beside it, the range for anybody.
#[component]
pub fn Odds(offer: Offer) -> impl IntoView {
    // Milli-yen to the nearest yen.
    let average = app::yen::Yen((offer.expected_value_milli_yen + 500).div_euclid(1000));
    let day = offer.day.clone();
    let differs = offer.odds.iter().any(|l| l.ppm_low != l.ppm_high);
    let rows: Vec<_> = offer
        .odds
        .into_iter()
        .map(|line| row(line, differs))
        .collect();
    view! {
        <section class="card odds-card" aria-labelledby="odds-title">
            <h2 id="odds-title">{t(text::ODDS)}</h2>
            <p class="odds-note">{t(if differs { text::DIFFERS } else { text::SAME })}</p>
            <table class="odds" data-testid="odds-table">
                <thead class="visually-hidden">
                    <tr>
                        <th scope="col">{t(text::PRIZE)}</th>
                        <th scope="col">{t(text::CHANCE)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            <p class="odds-note">
                {move || tf(text::AVERAGE, &[&average.to_string()])} <br />
                {move || tf(text::ODDS_DAY, &[&day_of(&day)])}
            </p>
        </section>
    }
}

/// `ranged`: the odds differ from shopper to shopper, so each chance has the range for anybody beside it.
fn row(line: OddsLine, ranged: bool) -> impl IntoView {
    let blank = line.value.get() == 0;
    let value = line.value.to_string();
    let range = move || {
        let (low, high) = (
            format::percent(line.ppm_low),
            format::percent(line.ppm_high),
        );
        if low == high {
            tf(text::RANGE_ONE, &[&low])
        } else {
            tf(text::RANGE, &[low.trim_end_matches(" %"), &high])
        }
    };
    // Tenths of a percent of the bar's length; what can be won is never drawn as nothing.
    let length = (line.ppm / 1000).max(u32::from(line.ppm > 0) * 4);
    view! {
        <tr class:odds-blank=blank>
            <th scope="row">
                <span class="odds-value number">
                    {move || if blank { t(text::BLANK)().to_owned() } else { value.clone() }}
                </span>
                <span class="odds-name">{(!blank).then_some(line.name)}</span>
            </th>
            <td>
                <span class="odds-chance number">{format::percent(line.ppm)}</span>
                {ranged.then(|| view! { <span class="odds-range">{range}</span> })}
                <svg class="odds-bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
                    <rect class="odds-bar-length" width=length height="10"></rect>
                </svg>
            </td>
        </tr>
    }
}

/// `2026-11-22` as people write it; anything else as it is.
fn day_of(day: &str) -> String {
    let parts: Vec<&str> = day.split('-').collect();
    let [_, month, date] = parts[..] else {
        return day.to_owned();
    };
    let (Ok(month), Ok(date)) = (month.parse::<i64>(), date.parse::<i64>()) else {
        return day.to_owned();
    };
    format::month_day(month, date, lang())
}

/// Where, from how much, how long.
#[component]
pub fn Conditions(offer: Offer) -> impl IntoView {
    let (minimum, days, ends) = (offer.min_purchase, offer.valid_days, offer.ends_at);
    view! {
        <section class="card stack" aria-labelledby="conditions-title">
            <h2 id="conditions-title">{t(text::CONDITIONS)}</h2>
            <dl class="facts">
                <div>
                    <dt>{t(text::WHERE)}</dt>
                    <dd lang=lang_of(&offer.store_name)>{offer.store_name}</dd>
                </div>
                <div>
                    <dt>{t(text::MINIMUM)}</dt>
                    <dd class="number">
                        {move || {
                            if minimum.get() > 0 {
                                minimum.to_string()
                            } else {
                                t(text::NO_MINIMUM)().to_owned()
                            }
                        }}
                    </dd>
                </div>
                <div>
                    <dt>{t(text::VALID)}</dt>
                    <dd>{move || tn(text::VALID_DAYS, days.into(), &[])}</dd>
                </div>
                <div>
                    <dt>{t(text::ENDS)}</dt>
                    <dd>{move || format::until(ends, lang())}</dd>
                </div>
            </dl>
        </section>
    }
}

/// The reckoning and the commitment: for those who want to check.
#[component]
pub fn Fairness(offer: Offer) -> impl IntoView {
    // The plain sentence stands beside the button; here are its parts.
    let why: Vec<_> = offer
        .why
        .into_iter()
        .skip(1)
        .map(|sentence| view! { <li>{sentence}</li> })
        .collect();
    view! {
        <details class="card fair">
            <summary>
                <Icon name=IconName::Lock />
                {t(text::IN_FULL)}
            </summary>
            <div class="stack">
                <div class="stack-tight">
                    <h3>{t(text::WHY)}</h3>
                    <ul class="why">{why}</ul>
                </div>
                <p class="small">{t(text::FAIR_TEXT)}</p>
                <dl class="facts facts-code">
                    <div>
                        <dt>{t(text::COMMITMENT)}</dt>
                        <dd translate="no">{offer.seed_commitment}</dd>
                    </div>
                    <div>
                        <dt>{t(text::ODDS_HASH)}</dt>
                        <dd translate="no">{offer.odds_hash}</dd>
                    </div>
                    <div>
                        <dt>{t(text::POLICY)}</dt>
                        <dd translate="no">{offer.policy}</dd>
                    </div>
                </dl>
            </div>
        </details>
    }
}
