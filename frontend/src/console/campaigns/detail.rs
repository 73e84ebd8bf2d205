//! One campaign: where it stands, and the two acts that shoppers see at once.

use app::{
    api::{
        path,
        retailer::{Campaign, Prize},
    },
    campaign::CampaignStatus,
    lang::Text,
};
use leptos::{prelude::*, task::spawn_local};

use super::{Status, budget_meter, name_of, period, text, ways::Ways};
use crate::{
    account::Account,
    console::{
        form::{Confirm, Flash, heading},
        table::{Cell, Column, Table},
        text as shared,
    },
    format::{count, percent},
    http::{self, HttpError},
    lang::{t, tf, tn},
    load::{Load, load},
    ui::{Button, ButtonKind, LinkButton, ProblemNotice, Skeleton},
};

/// The page of a campaign.
#[component]
pub fn CampaignPage(
    /// Which.
    id: String,
) -> impl IntoView {
    let account = Account::here();
    let campaign = load(move || {
        let path = path::fill(path::CAMPAIGN, &[&id]);
        async move { account.watch(http::get::<Campaign>(&path).await) }
    });
    let retry = Callback::new(move |()| campaign.retry());
    move || match campaign.state.get() {
        Load::Loading => view! {
            {heading(text::CAMPAIGN)}
            <Skeleton blocks=5 />
        }
        .into_any(),
        Load::Failed(error) => view! {
            {heading(text::CAMPAIGN)}
            <ProblemNotice error=error on_retry=retry />
        }
        .into_any(),
        Load::Ready(found) => {
            let changed = Callback::new(move |now: Campaign| campaign.state.set(Load::Ready(now)));
            view! { <Detail campaign=found on_change=changed /> }.into_any()
        }
    }
}

#[component]
fn Detail(campaign: Campaign, on_change: Callback<Campaign>) -> impl IntoView {
    let account = Account::here();
    let flash = use_context::<Flash>();
    let failed = RwSignal::new(None::<HttpError>);
    let busy = RwSignal::new(false);
    let (ask_publish, ask_pause) = (RwSignal::new(false), RwSignal::new(false));
    let id = campaign.campaign_id.to_string();
    let here = format!("/console/campaigns/{id}");
    let act = {
        let here = here.clone();
        move |template: &'static str, words: Text| {
            let path = path::fill(template, &[&id]);
            let here = here.clone();
            Callback::new(move |()| {
                busy.set(true);
                failed.set(None);
                let (path, here) = (path.clone(), here.clone());
                spawn_local(async move {
                    let answer = account.watch(http::post_empty::<Campaign>(&path).await);
                    let _ = busy.try_set(false);
                    match answer {
                        Ok(now) => {
                            on_change.run(now);
                            Flash::go_with(flash, &here, words);
                        }
                        Err(error) => {
                            let _ = failed.try_set(Some(error));
                        }
                    }
                });
            })
        }
    };
    let status = campaign.status;
    let may_publish = status.may_become(CampaignStatus::Published);
    let may_pause = status.may_become(CampaignStatus::Paused);
    let publish_words = if status == CampaignStatus::Paused {
        text::RESUME
    } else {
        text::PUBLISH
    };
    let (name, name_en) = (campaign.name.clone(), campaign.name_en.clone());
    let stores = campaign.store_ids.len() as u64;
    let budget = campaign.budget;
    let total = budget.total.to_string();
    let facts: [(Text, Box<dyn Fn() -> String + Send>); 8] = [
        (text::PERIOD, {
            let campaign = campaign.clone();
            Box::new(move || period(&campaign))
        }),
        (
            text::STORES,
            Box::new(move || tn(text::STORES_N, stores, &[])),
        ),
        (
            text::POLICY,
            Box::new(move || t(campaign.policy.label())().to_owned()),
        ),
        (
            text::EXPECTED,
            Box::new(move || format!("{} – {}", campaign.floor, campaign.ceiling)),
        ),
        (
            text::MIN_PURCHASE,
            Box::new(move || campaign.min_purchase.to_string()),
        ),
        (
            text::EXPECTED_SALES,
            Box::new(move || campaign.expected_sales.to_string()),
        ),
        (
            text::VALID_DAYS,
            Box::new(move || tn(shared::DAYS_N, campaign.valid_days.into(), &[])),
        ),
        (
            text::PLAYS_PER_DAY,
            Box::new(move || tn(shared::TIMES_N, campaign.plays_per_day.into(), &[])),
        ),
    ];
    let facts = facts
        .into_iter()
        .map(|(name, value)| {
            view! {
                <div>
                    <dt>{t(name)}</dt>
                    <dd class="number">{value}</dd>
                </div>
            }
        })
        .collect_view();
    view! {
        <div class="page-head">
            <div class="stack-tight">
                <Status status=status />
                <h1 tabindex="-1">{move || name_of(&name, name_en.as_deref())}</h1>
            </div>
            <div class="row">
                {(status != CampaignStatus::Ended)
                    .then(|| {
                        view! {
                            <LinkButton
                                href=format!("{here}/edit")
                                kind=ButtonKind::Secondary
                                testid="campaign-edit"
                            >
                                {t(text::EDIT)}
                            </LinkButton>
                        }
                    })}
                {may_pause
                    .then(|| {
                        view! {
                            <Button
                                kind=ButtonKind::Danger
                                busy=busy
                                on_press=Callback::new(move |()| ask_pause.set(true))
                                testid="campaign-pause"
                            >
                                {t(text::PAUSE)}
                            </Button>
                        }
                    })}
                {may_publish
                    .then(|| {
                        view! {
                            <Button
                                busy=busy
                                on_press=Callback::new(move |()| ask_publish.set(true))
                                testid="campaign-publish"
                            >
                                {t(publish_words)}
                            </Button>
                        }
                    })}
            </div>
        </div>
        {move || failed.get().map(|error| view! { <ProblemNotice error=error /> })}
        <section class="card stack-tight">
            <h2 class="number">{move || tf(text::BUDGET_OF, &[&total])}</h2>
            {budget_meter(budget)}
        </section>
        <section class="card stack-tight">
            <h2>{t(text::PRIZES)}</h2>
            <PrizeList prizes=campaign.prizes />
        </section>
        <section class="card stack-tight">
            <h2>{t(text::RULES)}</h2>
            <dl class="facts">{facts}</dl>
            <LinkButton
                href=format!("{here}/basis")
                kind=ButtonKind::Secondary
                testid="to-basis"
            >
                {t(text::TO_BASIS)}
            </LinkButton>
        </section>
        {campaign
            .published_at
            .is_some()
            .then(|| {
                view! {
                    <section class="card stack-tight">
                        <Ways id=campaign.campaign_id.to_string() />
                    </section>
                }
            })}
        <LinkButton href="/console/campaigns" kind=ButtonKind::Quiet>
            {t(shared::BACK)}
        </LinkButton>
        <Confirm
            open=ask_publish
            title=text::PUBLISH_ASK
            yes=publish_words
            on_yes=act(path::CAMPAIGN_PUBLISH, text::PUBLISHED)
        >
            <p>{t(text::PUBLISH_WHAT)}</p>
        </Confirm>
        <Confirm
            open=ask_pause
            title=text::PAUSE_ASK
            yes=text::PAUSE
            on_yes=act(path::CAMPAIGN_PAUSE, text::PAUSED)
        >
            <p>{t(text::PAUSE_WHAT)}</p>
        </Confirm>
    }
}

#[component]
fn PrizeList(prizes: Vec<Prize>) -> impl IntoView {
    let whole: u64 = prizes.iter().map(|p| u64::from(p.weight)).sum();
    let rows = move || {
        prizes
            .iter()
            .map(|prize| {
                let base = u64::from(prize.weight) * 1_000_000 / whole.max(1);
                let base = percent((u32::try_from(base).unwrap_or(0) + 50) / 100 * 100);
                let stock = match (prize.stock_left, prize.stock) {
                    (Some(left), Some(all)) => {
                        tf(text::STOCK_LEFT, &[&count(left.into()), &count(all.into())])
                    }
                    _ => t(text::UNLIMITED)().to_owned(),
                };
                vec![
                    name_of(&prize.name, prize.name_en.as_deref()).into(),
                    prize.value.into(),
                    base.into(),
                    stock.into(),
                ]
            })
            .collect::<Vec<Vec<Cell>>>()
    };
    view! {
        <Table
            name=text::PRIZES
            columns=[
                Column::Words(text::PRIZE_NAME),
                Column::Figures(text::VALUE),
                Column::Figures(text::COLUMN_BASE),
                Column::Figures(text::STOCK),
            ]
            rows=rows
            testid="prize-table"
        />
    }
}
