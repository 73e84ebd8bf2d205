//! The design tokens.

use leptos::prelude::*;

use super::{Section, text};
use crate::{
    design::{Colour, Need, PAIRS, Scheme, Token, contrast, tokens},
    lang::t,
};

/// `4.53`: two decimals, cut and not rounded, so that 4.499 is not shown as enough.
fn ratio(value: f64) -> String {
    let hundredths = (value * 100.0).floor() as u32;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn of(tokens: &[Token], name: &str) -> Colour {
    tokens
        .iter()
        .find(|t| t.name == name)
        .and_then(Token::colour)
        .unwrap_or(Colour::WHITE)
}

fn swatches(scheme: Scheme) -> impl IntoView {
    let all = tokens(scheme);
    let (ink, paper) = (of(&all, "ink"), of(&all, "paper"));
    all.into_iter()
        .filter_map(|token| {
            let colour = token.colour()?.over(paper);
            let (on_ink, on_paper) = (contrast(colour, ink), contrast(colour, paper));
            Some(view! {
                <li class="swatch">
                    <svg class="swatch-picture" viewBox="0 0 60 40" preserveAspectRatio="none" aria-hidden="true">
                        <rect width="60" height="40" fill=token.value />
                    </svg>
                    <code>{token.name}</code>
                    <span class="soft number">{ratio(on_paper)} " / " {ratio(on_ink)}</span>
                </li>
            })
        })
        .collect_view()
}

/// Each colour with its contrast to paper and to ink.
#[component]
pub(super) fn Colours() -> impl IntoView {
    view! {
        <Section name=text::COLOURS testid="colours">
            <h3>{t(text::DAY)}</h3>
            <ul class="swatches is-day">{swatches(Scheme::Light)}</ul>
            <h3>{t(text::NIGHT)}</h3>
            <ul class="swatches is-night">{swatches(Scheme::Dark)}</ul>
        </Section>
    }
}

/// Every pair that stylesheets may use, with what it needs and what it has.
#[component]
pub(super) fn Pairs() -> impl IntoView {
    let (day, night) = (tokens(Scheme::Light), tokens(Scheme::Dark));
    let rows = PAIRS
        .iter()
        .filter(|group| group.need != Need::None)
        .flat_map(|group| {
            group.fore.iter().flat_map(move |fore| {
                group
                    .grounds
                    .iter()
                    .map(move |ground| (group, *fore, *ground))
            })
        })
        .map(|(group, fore, ground)| {
            let has = |all: &[Token]| {
                let below = of(all, ground).over(Colour::WHITE);
                ratio(contrast(of(all, fore).over(below), below))
            };
            let (day, night) = (has(&day), has(&night));
            view! {
                <tr>
                    <th scope="row">
                        <code>{fore}</code>
                        " / "
                        <code>{ground}</code>
                    </th>
                    <td class="number">{ratio(group.need.least())}</td>
                    <td class="number">{day}</td>
                    <td class="number">{night}</td>
                    <td class="soft small" lang="en">
                        {group.why}
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <Section name=text::PAIRS testid="pairs">
            <div class="gallery-table" tabindex="0" role="region" aria-label=t(text::PAIRS)>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{t(text::PAIR)}</th>
                            <th scope="col">{t(text::NEEDS)}</th>
                            <th scope="col">{t(text::DAY)}</th>
                            <th scope="col">{t(text::NIGHT)}</th>
                            <th scope="col">{t(text::WHERE)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </Section>
    }
}

/// The sizes of type, and a heading that must break well.
#[component]
pub(super) fn Type() -> impl IntoView {
    let sizes = ["4xl", "3xl", "2xl", "xl", "l", "m", "s", "xs"].map(|size| {
        view! {
            <li>
                <code class="soft">{format!("text-{size}")}</code>
                <p class=format!("sample-{size}")>{t(text::SAMPLE)}</p>
            </li>
        }
    });
    view! {
        <Section name=text::TYPE testid="type">
            <ul class="stack">{sizes}</ul>
            <h3 class="sample-xl">{t(text::HEADING)}</h3>
            <p>{t(text::HEADING)}</p>
        </Section>
    }
}

/// The steps of space.
#[component]
pub(super) fn Space() -> impl IntoView {
    let steps = tokens(Scheme::Light)
        .into_iter()
        .filter(|token| token.name.starts_with("space-") && token.name != "space-hair")
        .map(|token| {
            view! {
                <li>
                    <code>{token.name.clone()}</code>
                    <span class=format!("step step-{}", token.name) aria-hidden="true"></span>
                    <span class="soft number">{token.value}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <Section name=text::SPACE testid="space">
            <ul class="steps">{steps}</ul>
        </Section>
    }
}

/// The paces of motion.
#[component]
pub(super) fn Motion() -> impl IntoView {
    let paces = ["quick", "calm", "turn", "breath"].map(|pace| {
        view! {
            <li class="pace" tabindex="0">
                <code>{pace}</code>
                <span class=format!("pace-dot pace-{pace}") aria-hidden="true"></span>
            </li>
        }
    });
    view! {
        <Section name=text::MOTION testid="motion">
            <p class="soft">{t(text::MOTION_HINT)}</p>
            <ul class="stack-tight">{paces}</ul>
        </Section>
    }
}
