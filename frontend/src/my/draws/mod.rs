//! One's own draws, to be computed again on the device.

mod check;
mod text;

use app::{
    api::{
        draws::{OwnDraw, OwnDraws},
        path,
    },
    lang::Text,
};
use leptos::{prelude::*, task::spawn_local};

pub use self::check::forget;
use self::check::{Found, Seen, check};
use super::{Trouble, title};
use crate::{
    format,
    http::{self, HttpError},
    lang::{lang, lang_of, t, tf},
    load::{Load, load},
    ui::{
        Button, ButtonKind, EmptyState, Icon, IconName, LinkButton, Notice, ProblemNotice,
        Skeleton, Tone,
    },
};

/// The page.
#[component]
pub fn DrawsPage() -> impl IntoView {
    title(text::TITLE);
    let first = load(|| http::get::<OwnDraws>(path::OWN_DRAWS));
    view! {
        <div class="stack">
            <div class="page-head">
                <h1 tabindex="-1">{t(text::TITLE)}</h1>
                <p class="soft">{t(text::LEAD)}</p>
            </div>
            {move || match first.state.get() {
                Load::Loading => view! { <Skeleton /> }.into_any(),
                Load::Failed(error) => {
                    view! { <Trouble error=error on_retry=move |()| first.retry() /> }.into_any()
                }
                Load::Ready(page) if page.draws.is_empty() => {
                    view! {
                        <EmptyState
                            icon=IconName::Capsule
                            title=Signal::derive(move || t(text::NONE)().to_owned())
                            testid="no-draws"
                        >
                            <LinkButton href="/">{t(super::text::NEARBY)}</LinkButton>
                        </EmptyState>
                    }
                        .into_any()
                }
                Load::Ready(page) => view! { <List page=page /> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn List(page: OwnDraws) -> impl IntoView {
    let next = RwSignal::new(page.next);
    let draws = RwSignal::new(page.draws);
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<HttpError>);
    let older = move |()| {
        let Some(before) = next.get_untracked() else {
            return;
        };
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            let asked = format!("{}?before={before}", path::OWN_DRAWS);
            let answer = http::get::<OwnDraws>(&asked).await;
            busy.try_set(false);
            match answer {
                Ok(page) => {
                    draws.try_update(|all| all.extend(page.draws));
                    next.try_set(page.next);
                }
                Err(error) => {
                    failed.try_set(Some(error));
                }
            }
        });
    };
    view! {
        <ul class="stack" data-testid="own-draws">
            <For each=move || draws.get() key=|draw| draw.draw_id let:draw>
                <li class="card stack-tight" data-testid="own-draw">
                    <One draw=draw />
                </li>
            </For>
        </ul>
        {move || failed.get().map(|error| view! { <ProblemNotice error=error /> })}
        {move || {
            next.get()
                .is_some()
                .then(|| {
                    view! {
                        <Button
                            kind=ButtonKind::Secondary
                            busy=busy
                            wide=true
                            on_press=Callback::new(older)
                            testid="older-draws"
                        >
                            {t(text::OLDER)}
                        </Button>
                    }
                })
        }}
    }
}

#[component]
fn One(draw: OwnDraw) -> impl IntoView {
    let found = RwSignal::new(None::<Found>);
    let (at, from, number) = (draw.drawn_at, draw.seed_from, draw.play_number);
    let (value, prize) = (draw.value, draw.prize_name.clone());
    let won = move || {
        if value.get() > 0 {
            tf(text::WON, &[&value.to_string(), &prize])
        } else {
            t(text::BLANK)().to_owned()
        }
    };
    let (seen, kept) = (Seen::of(&draw), StoredValue::new(draw.clone()));
    let seen = StoredValue::new(seen);
    let compute = move |()| {
        found.set(kept.with_value(|draw| seen.with_value(|seen| check(draw, seen.as_ref()))));
    };
    let prize = draw.prize_name.clone();
    let is_public = draw.seed.is_some();
    view! {
        <h2 lang=lang_of(&draw.campaign_name)>{draw.campaign_name.clone()}</h2>
        <p class="small soft">
            <span lang=lang_of(&draw.retailer_name)>{draw.retailer_name.clone()}</span>
            " · "
            {move || tf(text::PLAY, &[&format::day_time(at, lang()), &number.to_string()])}
        </p>
        <p class="draws-won">{won}</p>
        {if is_public {
            view! {
                <div>
                    <Button
                        kind=ButtonKind::Secondary
                        icon=IconName::Check
                        on_press=Callback::new(compute)
                        testid="check-draw"
                    >
                        {t(text::CHECK)}
                    </Button>
                </div>
                {move || found.get().map(|found| view! { <Verdict found=found prize=prize.clone() /> })}
            }
                .into_any()
        } else {
            view! {
                <p class="small" data-testid="draw-later">
                    {move || tf(text::LATER, &[&format::day_time(from, lang())])}
                </p>
            }
                .into_any()
        }}
        <Figures draw=draw />
    }
}

#[component]
fn Verdict(found: Found, prize: String) -> impl IntoView {
    let (tone, heading, testid) = if found.all() {
        (Tone::Good, text::FAIR, "draw-fair")
    } else {
        (Tone::Bad, text::UNFAIR, "draw-unfair")
    };
    let ticket = format::count(found.ticket.into());
    view! {
        <Notice tone=tone title=Signal::derive(move || t(heading)().to_owned()) testid=testid>
            <ul class="draws-checks">
                {point(found.seed, move || t(text::SEED_RIGHT)().to_owned())}
                {point(found.odds, move || t(text::ODDS_RIGHT)().to_owned())}
                {point(found.ticket_agrees, move || tf(text::TICKET_RIGHT, &[&ticket]))}
                {point(found.prize, move || tf(text::PRIZE_RIGHT, &[&prize]))}
            </ul>
            <p class="small">{t(if found.kept { text::KEPT } else { text::NOT_KEPT })}</p>
            {(!found.all()).then(|| view! { <p>{t(text::UNFAIR_ADVICE)}</p> })}
        </Notice>
    }
}

/// One thing that agrees, or does not: said in words, so that neither colour nor sign has to.
fn point(agrees: bool, words: impl Fn() -> String + Send + 'static) -> impl IntoView {
    let (icon, begins) = if agrees {
        (IconName::Check, text::YES)
    } else {
        (IconName::Cross, text::NO)
    };
    view! {
        <li>
            <Icon name=icon />
            <span>{move || format!("{}{}", t(begins)(), words())}</span>
        </li>
    }
}

#[component]
fn Figures(draw: OwnDraw) -> impl IntoView {
    let ids = [
        draw.retailer_id.to_string(),
        draw.campaign_id.to_string(),
        draw.day.clone(),
    ];
    let everybody = path::fill(path::DRAWS_OF_DAY, &[&ids[0], &ids[1], &ids[2]]);
    let is_public = draw.seed.is_some();
    let mut facts = vec![(text::COMMITMENT, draw.seed_commitment)];
    facts.extend(draw.seed.map(|seed| (text::SEED, seed)));
    facts.extend([
        (text::NONCE, draw.client_nonce),
        (text::ODDS_HASH, draw.odds_hash),
        (text::DRAWER, draw.drawer),
        (text::TICKET, draw.ticket.to_string()),
    ]);
    let facts = facts
        .into_iter()
        .map(|(name, value)| {
            view! {
                <dt>{t(name)}</dt>
                <dd translate="no">{value}</dd>
            }
        })
        .collect_view();
    let mut below = 0;
    let rows = draw
        .odds
        .into_iter()
        .map(|odds| {
            let first = below;
            below += odds.ppm;
            let numbers = format!("{first} – {}", below.saturating_sub(1));
            let value = odds.value;
            let name = move || {
                if value.get() > 0 {
                    tf(text::WON, &[&value.to_string(), &odds.name])
                } else {
                    t(text::BLANK)().to_owned()
                }
            };
            view! {
                <tr class:draws-hit=odds.prize_id == draw.prize_id>
                    <th scope="row">{name}</th>
                    <td class="number">{format::percent(odds.ppm)}</td>
                    <td class="number">{numbers}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <details class="draws-figures" data-testid="draw-figures">
            <summary>{t(text::FIGURES)}</summary>
            <dl class="draws-facts">{facts}</dl>
            <table class="draws-odds">
                <caption>{t(text::ODDS)}</caption>
                <thead>
                    <tr>
                        {head(text::PRIZE)} {head(text::CHANCE)} {head(text::TICKETS)}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {is_public
                .then(|| {
                    view! {
                        <a class="my-link" href=everybody rel="external" download="" data-testid="draws-of-day">
                            {t(text::OF_DAY)}
                        </a>
                    }
                })}
        </details>
    }
}

fn head(name: Text) -> impl IntoView {
    view! { <th scope="col">{t(name)}</th> }
}
