//! What the prizes of a campaign rest on under 景品表示法, on a sheet for the retailer's files.

use app::{
    api::{Items, path, retailer::Campaign},
    campaign::CampaignStatus,
    lang::Text,
    prize_rules::{
        FIXED_LIMIT_FROM, Share, VISIT_VALUE, all_prizes_limit, fullest, one_prize_limit,
        transaction_value,
    },
    yen::Yen,
};
use leptos::prelude::*;

use super::{name_of, period, text};
use crate::{
    account::Account,
    browser,
    console::{
        form::heading,
        table::{Cell, Column, Table},
        text as shared,
    },
    format, http,
    lang::{lang, lang_of, t, tf, tn},
    load::{Load, load},
    ui::{Button, ButtonKind, LinkButton, ProblemNotice, Skeleton},
};

/// The page.
#[component]
pub fn BasisPage(
    /// Which campaign.
    id: String,
    /// Whose it is.
    retailer: String,
) -> impl IntoView {
    let account = Account::here();
    let campaigns = load(move || {
        let path = path::fill(path::CAMPAIGN, &[&id]);
        async move {
            let own = account.watch(http::get::<Campaign>(&path).await)?;
            let all = account.watch(http::get::<Items<Campaign>>(path::CAMPAIGNS).await)?;
            Ok((own, all.items))
        }
    });
    let retry = Callback::new(move |()| campaigns.retry());
    move || match campaigns.state.get() {
        Load::Loading => view! {
            {heading(text::BASIS)}
            <Skeleton blocks=5 />
        }
        .into_any(),
        Load::Failed(error) => view! {
            {heading(text::BASIS)}
            <ProblemNotice error=error on_retry=retry />
        }
        .into_any(),
        Load::Ready((own, all)) => {
            view! { <Sheet campaign=own others=all retailer=retailer.clone() /> }.into_any()
        }
    }
}

fn share(campaign: &Campaign) -> Share {
    Share {
        starts_at: campaign.starts_at,
        ends_at: campaign.ends_at,
        budget: campaign.budget.total,
        expected_sales: campaign.expected_sales,
    }
}

/// Published ones that run meanwhile at one of the campaign's stores.
fn beside(campaign: &Campaign, others: Vec<Campaign>) -> Vec<Campaign> {
    others
        .into_iter()
        .filter(|other| {
            other.campaign_id != campaign.campaign_id
                && other.status != CampaignStatus::Draft
                && other.starts_at < campaign.ends_at
                && other.ends_at > campaign.starts_at
                && other
                    .store_ids
                    .iter()
                    .any(|store| campaign.store_ids.contains(store))
        })
        .collect()
}

#[component]
fn Sheet(campaign: Campaign, others: Vec<Campaign>, retailer: String) -> impl IntoView {
    let others = beside(&campaign, others);
    let transaction = transaction_value(campaign.min_purchase);
    let one = one_prize_limit(transaction);
    let all = all_prizes_limit(campaign.expected_sales);
    let budget = campaign.budget.total;
    let largest = campaign.prizes.iter().map(|p| p.value).max();
    let largest = largest.unwrap_or_default();
    let (min, sales) = (campaign.min_purchase, campaign.expected_sales);
    let by = move || {
        if min.get() == 0 {
            t(text::BASIS_BY_VISIT)().to_owned()
        } else if min < VISIT_VALUE {
            tf(text::BASIS_BY_LEAST, &[&min.to_string()])
        } else {
            t(text::BASIS_BY_PURCHASE)().to_owned()
        }
    };
    let one_rule = move || {
        let rule = if transaction < FIXED_LIMIT_FROM {
            text::BASIS_ONE_TIMES
        } else {
            text::BASIS_ONE_FIXED
        };
        tf(rule, &[&transaction.to_string(), &one.to_string()])
    };
    let all_rule = move || {
        tf(
            text::BASIS_ALL_RULE,
            &[&sales.to_string(), &all.to_string()],
        )
    };
    let prizes = campaign.prizes.clone();
    let rows = move || {
        let row = |p: &app::api::retailer::Prize| -> Vec<Cell> {
            let within = verdict(p.value <= one)().to_owned();
            vec![
                name_of(&p.name, p.name_en.as_deref()).into(),
                p.value.into(),
                within.into(),
            ]
        };
        prizes.iter().map(row).collect()
    };
    let names = (campaign.name.clone(), campaign.name_en.clone());
    let stores = campaign.store_ids.len() as u64;
    let (when, here) = (campaign.clone(), campaign.campaign_id);
    let pooled = pool(&campaign, others);
    let made = browser::now_ms();
    view! {
        <div class="page-head">
            <div class="stack-tight">
                <h1 tabindex="-1">{t(text::BASIS)}</h1>
                <p class="soft no-print">{t(text::BASIS_LEAD)}</p>
            </div>
            <div class="no-print">
                <Button on_press=Callback::new(|()| browser::print()) testid="basis-print">
                    {t(text::PRINT)}
                </Button>
            </div>
        </div>
        <section class="card stack-tight" data-testid="basis">
            <dl class="facts">
                <div>
                    <dt>{t(text::BASIS_RETAILER)}</dt>
                    <dd lang=lang_of(&retailer)>{retailer.clone()}</dd>
                </div>
                <div>
                    <dt>{t(text::BASIS_CAMPAIGN)}</dt>
                    <dd>{move || name_of(&names.0, names.1.as_deref())}</dd>
                </div>
                <div>
                    <dt>{t(text::PERIOD)}</dt>
                    <dd class="number">{move || period(&when)}</dd>
                </div>
                <div>
                    <dt>{t(text::STORES)}</dt>
                    <dd class="number">{move || tn(text::STORES_N, stores, &[])}</dd>
                </div>
                <div>
                    <dt>{t(text::BASIS_TYPE)}</dt>
                    <dd>{t(text::BASIS_PLAY)}</dd>
                </div>
                <div>
                    <dt>{t(text::BASIS_MADE)}</dt>
                    <dd class="number">{move || format::day_and_year(made, lang())}</dd>
                </div>
            </dl>
        </section>
        <section class="card stack-tight">
            <h2>{t(text::BASIS_TRANSACTION)} ": " {transaction.to_string()}</h2>
            <p>{by}</p>
        </section>
        <section class="card stack-tight" data-testid="basis-one">
            <h2>{t(text::BASIS_ONE)}</h2>
            <p>{one_rule}</p>
            {compared(text::BASIS_IS, largest, one)}
            <Table
                name=text::PRIZES
                columns=[
                    Column::Words(text::PRIZE_NAME),
                    Column::Figures(text::VALUE),
                    Column::Words(text::BASIS_LIMIT),
                ]
                rows=rows
                testid="basis-prizes"
            />
        </section>
        <section class="card stack-tight" data-testid="basis-all">
            <h2>{t(text::BASIS_ALL)}</h2>
            <p>{all_rule}</p>
            {compared(text::BASIS_IS, budget, all)}
        </section>
        {pooled}
        <section class="card stack-tight">
            <p class="small">{t(text::BASIS_SOURCE)}</p>
            <p class="small soft">{t(text::LAW_NOTE)}</p>
            <p class="basis-sign">{t(text::BASIS_SIGNED)}</p>
        </section>
        <div class="no-print">
            <LinkButton href=format!("/console/campaigns/{here}") kind=ButtonKind::Quiet>
                {t(shared::BACK)}
            </LinkButton>
        </div>
    }
}

fn verdict(within: bool) -> impl Fn() -> &'static str {
    t(if within {
        text::BASIS_WITHIN
    } else {
        text::BASIS_OVER
    })
}

/// A figure beside its limit, and in words which is larger.
fn compared(name: Text, is: Yen, limit: Yen) -> impl IntoView {
    view! {
        <dl class="facts">
            <div>
                <dt>{t(name)}</dt>
                <dd class="number">{is.to_string()}</dd>
            </div>
            <div>
                <dt>{t(text::BASIS_LIMIT)}</dt>
                <dd class="number">{limit.to_string()}</dd>
            </div>
        </dl>
        <p>
            <strong>{verdict(is <= limit)}</strong>
        </p>
    }
}

fn pool(campaign: &Campaign, others: Vec<Campaign>) -> impl IntoView + use<> {
    let shares: Vec<Share> = others.iter().map(share).collect();
    let inside = match fullest(share(campaign), &shares) {
        None => view! { <p>{t(text::BASIS_ALONE)}</p> }.into_any(),
        Some(pool) => {
            let rule = move || {
                let sales = pool.expected_sales.to_string();
                tf(
                    text::BASIS_POOL_RULE,
                    &[&pool.campaigns.to_string(), &sales],
                )
            };
            let rows = move || {
                others
                    .iter()
                    .map(|other| {
                        vec![
                            name_of(&other.name, other.name_en.as_deref()).into(),
                            period(other).into(),
                            other.budget.total.into(),
                            other.expected_sales.into(),
                        ]
                    })
                    .collect()
            };
            view! {
                <p>{rule}</p>
                {compared(text::BASIS_SUM, pool.total, pool.limit)}
                <Table
                    name=text::BASIS_POOL
                    columns=[
                        Column::Words(text::BASIS_CAMPAIGN),
                        Column::Words(text::PERIOD),
                        Column::Figures(text::BUDGET),
                        Column::Figures(text::EXPECTED_SALES),
                    ]
                    rows=rows
                    testid="basis-beside"
                />
            }
            .into_any()
        }
    };
    view! {
        <section class="card stack-tight" data-testid="basis-pool">
            <h2>{t(text::BASIS_POOL)}</h2>
            {inside}
        </section>
    }
}
