//! What a campaign would offer, while it is typed: computed by the engine's own functions, in the browser.

use app::{
    api::retailer::CampaignInput,
    context::{Context, Frequency, Recency, RedemptionRate},
    day::JST,
    geo::Band,
    id::PrizeId,
    lang::Text,
    odds::OddsTable,
    policy::{CampaignRules, size},
    prize::{Prize, PrizeTable},
    prize_rules,
    yen::{MilliYen, Yen},
};
use leptos::prelude::*;

use super::{draft::Draft, text};
use crate::{
    browser::now_ms,
    format::percent,
    lang::{lang, t, tf},
    ui::{Notice, Tone},
};

/// The prize table as typed; the ids are of this preview only.
fn table(input: &CampaignInput) -> Option<PrizeTable> {
    let prizes = input
        .prizes
        .iter()
        .zip(0_u8..)
        .map(|(prize, n)| Prize {
            id: PrizeId::new(0, [n; 10]),
            value: prize.value,
            weight: prize.weight,
            stock_left: prize.stock,
        })
        .collect();
    PrizeTable::new(prizes).ok()
}

/// The odds of one kind of shopper.
fn odds(
    input: &CampaignInput,
    table: &PrizeTable,
    band: Band,
    recency: Recency,
    frequency: Frequency,
) -> Option<OddsTable> {
    let rules = CampaignRules::new(input.floor, input.ceiling, table);
    let context = Context::at(
        now_ms(),
        JST,
        band,
        recency,
        frequency,
        RedemptionRate::of(0, 0),
    );
    let sizing = size(input.policy, &context, &rules, MilliYen::ZERO);
    OddsTable::sized(table, sizing.target, rules.limits).ok()
}

/// An expected value to a tenth of a yen.
fn mean(value: MilliYen) -> String {
    MilliYen((value.get() + 50) / 100 * 100).to_string()
}

/// A chance to a hundredth of a percent: exact ones are for shoppers, who play by them.
fn chance(ppm: u32) -> String {
    percent((ppm + 50) / 100 * 100)
}

#[component]
pub(super) fn LivePreview(draft: Draft) -> impl IntoView {
    let input = Memo::new(move |_| draft.read().0);
    view! {
        <aside class="card stack live" aria-labelledby="live-title" data-testid="campaign-preview">
            <div class="stack-tight">
                <h2 id="live-title">{t(text::LIVE)}</h2>
                <p class="soft small">{t(text::LIVE_LEAD)}</p>
            </div>
            {move || odds_view(&input.get())}
            {move || law_view(&input.get())}
        </aside>
    }
}

fn odds_view(input: &CampaignInput) -> AnyView {
    let Some(table) = table(input) else {
        return view! { <p class="soft">{t(text::LIVE_INCOMPLETE)}</p> }.into_any();
    };
    let near = odds(
        input,
        &table,
        Band::Under500m,
        Recency::Within7,
        Frequency::EightOrMore,
    );
    let far = odds(
        input,
        &table,
        Band::Under10km,
        Recency::Over60,
        Frequency::None,
    );
    let (Some(near), Some(far)) = (near, far) else {
        return view! {
            <Notice
                tone=Tone::Warn
                title=Signal::derive(move || t(text::ODDS_FAIL_FLOOR)().to_owned())
                testid="preview-unreachable"
            />
        }
        .into_any();
    };
    let whole: u64 = input.prizes.iter().map(|p| u64::from(p.weight)).sum();
    let rows = input
        .prizes
        .iter()
        .zip(table.prizes())
        .map(|(typed, prize)| {
            let base = u64::from(prize.weight) * 1_000_000 / whole.max(1);
            let name = match (&typed.name_en, lang()) {
                (Some(en), app::lang::Lang::En) => en.clone(),
                _ => typed.name.clone(),
            };
            view! {
                <tr>
                    <th scope="row">
                        {name} <span class="live-value number soft small">{prize.value.to_string()}</span>
                    </th>
                    <td class="number">{chance(u32::try_from(base).unwrap_or(0))}</td>
                    <td class="number">{chance(near.ppm_of(prize.id))}</td>
                    <td class="number">{chance(far.ppm_of(prize.id))}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=t(text::LIVE)>
            <table class="table live-table">
                <thead>
                    <tr>
                        <td></td>
                        <th scope="col">{t(text::COLUMN_BASE)}</th>
                        <th scope="col">{t(text::COLUMN_NEAR)}</th>
                        <th scope="col">{t(text::COLUMN_FAR)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
                <tfoot>
                    <tr>
                        <th scope="row">{t(text::EXPECTED)}</th>
                        <td class="number">{mean(table.base_mean())}</td>
                        <td class="number" data-testid="preview-near">
                            {mean(near.expected_value())}
                        </td>
                        <td class="number" data-testid="preview-far">
                            {mean(far.expected_value())}
                        </td>
                    </tr>
                </tfoot>
            </table>
        </div>
        <dl class="small soft live-notes">
            <div>
                <dt>{t(text::COLUMN_NEAR)}</dt>
                <dd>{t(text::COLUMN_NEAR_LONG)}</dd>
            </div>
            <div>
                <dt>{t(text::COLUMN_FAR)}</dt>
                <dd>{t(text::COLUMN_FAR_LONG)}</dd>
            </div>
        </dl>
    }
    .into_any()
}

fn law_view(input: &CampaignInput) -> impl IntoView + use<> {
    let transaction = prize_rules::transaction_value(input.min_purchase);
    let one = prize_rules::one_prize_limit(transaction);
    let all = prize_rules::all_prizes_limit(input.expected_sales);
    let largest = input
        .prizes
        .iter()
        .map(|p| p.value)
        .max()
        .unwrap_or_default();
    let problems = prize_rules::problems(input);
    let line = |name: Text, with: Option<Yen>, is: Yen, limit: Yen| {
        let over = is > limit;
        view! {
            <div class:is-over=over>
                <dt>
                    {move || match with {
                        Some(with) => tf(name, &[&with.to_string()]),
                        None => t(name)().to_owned(),
                    }}
                </dt>
                <dd class="number">
                    {is.to_string()} " / " {limit.to_string()} {if over { " ✕" } else { " ✓" }}
                </dd>
            </div>
        }
    };
    let verdict = if problems.is_empty() {
        view! { <p class="law-ok">{t(text::LAW_OK)}</p> }.into_any()
    } else {
        view! { <p class="law-over" data-testid="law-over">{t(text::LAW_OVER)}</p> }.into_any()
    };
    view! {
        <section class="law stack-tight" data-testid="law-guard">
            <h3>{t(text::LAW)}</h3>
            <dl class="law-lines small">
                {line(text::LAW_ONE, Some(transaction), largest, one)}
                {line(text::LAW_ALL, None, input.budget, all)}
            </dl>
            {verdict}
            <p class="soft small">{t(text::LAW_NOTE)}</p>
        </section>
    }
}
