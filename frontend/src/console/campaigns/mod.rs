//! Campaigns: list, form, and one in detail with publish and pause.

mod basis;
mod choose;
mod detail;
mod draft;
mod form;
mod preview;
mod prizes;
mod text;
mod ways;

pub use basis::BasisPage;
pub use choose::StorePicker;
pub use detail::CampaignPage;
pub use form::{CampaignForm, Opened};

use app::{
    api::{
        Items, path,
        retailer::{Budget, Campaign},
    },
    campaign::CampaignStatus,
    lang::Lang,
};
use leptos::prelude::*;

use crate::{
    account::Account,
    chart::{Meter, Part},
    format, http,
    lang::{lang, t, tf, tn},
    load::{Load, load},
    ui::{ButtonKind, EmptyState, IconName, LinkButton, ProblemNotice, Skeleton},
};

/// The name in the reader's language.
pub(super) fn name_of(name: &str, name_en: Option<&str>) -> String {
    match (lang(), name_en) {
        (Lang::En, Some(en)) if !en.trim().is_empty() => en.to_owned(),
        _ => name.to_owned(),
    }
}

/// First and last day.
pub(super) fn period(campaign: &Campaign) -> String {
    let lang = lang();
    format!(
        "{} – {}",
        format::day_and_year(campaign.starts_at, lang),
        format::day_and_year(campaign.ends_at - 1, lang)
    )
}

#[component]
pub(super) fn Status(status: CampaignStatus) -> impl IntoView {
    view! {
        <span class=format!("status status-{}", status.slug()) data-testid="campaign-status">
            {t(status.label())}
        </span>
    }
}

/// Where the yen are, as a bar.
pub(super) fn budget_meter(budget: Budget) -> impl IntoView {
    move || {
        let part = |label: app::lang::Text, yen: app::yen::Yen, tone: &'static str| Part {
            label: t(label)().to_owned(),
            text: yen.to_string(),
            value: yen.get(),
            tone,
        };
        view! {
            <Meter parts=vec![
                part(text::SPENT, budget.spent, "spent"),
                part(text::RESERVED, budget.reserved, "reserved"),
                part(text::AVAILABLE, budget.available, "available"),
            ] />
        }
    }
}

/// The list of campaigns.
#[component]
pub fn CampaignsPage() -> impl IntoView {
    let account = Account::here();
    let campaigns = load(move || async move {
        account.watch(
            http::get::<Items<Campaign>>(path::CAMPAIGNS)
                .await
                .map(|list| list.items),
        )
    });
    let retry = Callback::new(move |()| campaigns.retry());
    view! {
        <div class="page-head">
            <h1 tabindex="-1">{t(text::CAMPAIGNS)}</h1>
            <div class="row">
                <LinkButton
                    href="/console/announcements"
                    kind=ButtonKind::Quiet
                    testid="to-announcements"
                >
                    {t(text::TO_ANNOUNCEMENTS)}
                </LinkButton>
                <LinkButton href="/console/links" kind=ButtonKind::Quiet testid="to-links">
                    {t(text::TO_LINKS)}
                </LinkButton>
                <LinkButton href="/console/campaigns/new" testid="campaign-new">
                    {t(text::NEW)}
                </LinkButton>
            </div>
        </div>
        {move || match campaigns.state.get() {
            Load::Loading => view! { <Skeleton blocks=4 /> }.into_any(),
            Load::Failed(error) => view! { <ProblemNotice error=error on_retry=retry /> }.into_any(),
            Load::Ready(items) if items.is_empty() => {
                view! {
                    <EmptyState
                        icon=IconName::Capsule
                        title=Signal::derive(move || t(text::NONE)().to_owned())
                        testid="campaigns-empty"
                    >
                        <p>{t(text::NONE_ADVICE)}</p>
                    </EmptyState>
                }
                    .into_any()
            }
            Load::Ready(items) => {
                view! {
                    <ul class="cards" data-testid="campaign-list">
                        {items
                            .into_iter()
                            .map(|campaign| view! { <CampaignCard campaign=campaign /> })
                            .collect_view()}
                    </ul>
                }
                    .into_any()
            }
        }}
    }
}

#[component]
fn CampaignCard(campaign: Campaign) -> impl IntoView {
    let href = format!("/console/campaigns/{}", campaign.campaign_id);
    let stores = campaign.store_ids.len() as u64;
    let total = campaign.budget.total.to_string();
    let budget = campaign.budget;
    let (name, name_en) = (campaign.name.clone(), campaign.name_en.clone());
    view! {
        <li class="card stack-tight campaign-card">
            <div class="campaign-card-head">
                <h2>
                    <a href=href>{move || name_of(&name, name_en.as_deref())}</a>
                </h2>
                <Status status=campaign.status />
            </div>
            <p class="soft small">
                {move || period(&campaign)} " · "
                <span class="number">{move || tn(text::STORES_N, stores, &[])}</span> " · "
                <span class="number">{move || tf(text::BUDGET_OF, &[&total])}</span>
            </p>
            {budget_meter(budget)}
        </li>
    }
}
