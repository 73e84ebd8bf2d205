//! Campaigns for those only who come by a partner's link.

use app::{
    api::{path, reach::PartnerOnly, retailer::Campaign},
    campaign::CampaignStatus,
    id::CampaignId,
};
use leptos::{prelude::*, task::spawn_local};

use super::text;
use crate::{
    account::Account,
    console::campaigns::{Status, name_of},
    http::{self, HttpError},
    lang::t,
    ui::ProblemNotice,
};

/// Drafts, of which it can be chosen, and campaigns of which it was.
#[component]
pub(super) fn Partners(
    campaigns: StoredValue<Vec<Campaign>>,
    partner_only: Vec<CampaignId>,
    on_change: Callback<()>,
) -> impl IntoView {
    let rows: Vec<_> = campaigns.with_value(|all| {
        all.iter()
            .filter_map(|one| {
                let is_only = partner_only.contains(&one.campaign_id);
                (is_only || one.status == CampaignStatus::Draft).then(
                    || view! { <Row campaign=one.clone() is_only=is_only on_change=on_change /> },
                )
            })
            .collect()
    });
    let none = rows.is_empty();
    view! {
        <section class="card stack" data-testid="partner-campaigns">
            <h2>{t(text::PARTNERS)}</h2>
            <p class="soft">{t(text::PARTNERS_LEAD)}</p>
            {none.then(|| view! { <p class="soft">{t(text::PARTNERS_NONE)}</p> })}
            <ul class="rows">{rows}</ul>
        </section>
    }
}

#[component]
fn Row(campaign: Campaign, is_only: bool, on_change: Callback<()>) -> impl IntoView {
    let account = Account::here();
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<HttpError>);
    let address = StoredValue::new(path::fill(
        path::PARTNER_ONLY,
        &[&campaign.campaign_id.to_string()],
    ));
    let choose = move |partner_only: bool| {
        if busy.get_untracked() || partner_only == is_only {
            return;
        }
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            let wanted = PartnerOnly { partner_only };
            let answer = http::put::<PartnerOnly>(&address.get_value(), &wanted).await;
            busy.try_set(false);
            match account.watch(answer) {
                Ok(_) => on_change.run(()),
                Err(error) => {
                    failed.try_set(Some(error));
                }
            }
        });
    };
    let status = campaign.status;
    let choices = [(text::EVERYBODY, false), (text::ONLY, true)].map(|(words, only)| {
        view! {
            <button
                type="button"
                class="segment"
                data-testid=if only { "partner-only" } else { "partner-everybody" }
                aria-pressed=if only == is_only { "true" } else { "false" }
                aria-busy=move || busy.get().then_some("true")
                on:click=move |_| choose(only)
            >
                {t(words)}
            </button>
        }
    });
    let (name, name_en) = (campaign.name, campaign.name_en);
    let label = {
        let (name, name_en) = (name.clone(), name_en.clone());
        move || name_of(&name, name_en.as_deref())
    };
    view! {
        <li class="row-item">
            <strong>{move || name_of(&name, name_en.as_deref())}</strong>
            <Status status=status />
            <span class="row-end">
                {if status == CampaignStatus::Draft {
                    view! {
                        <div class="segments" role="group" aria-label=label>
                            {choices}
                        </div>
                    }
                        .into_any()
                } else {
                    view! { <span>{t(text::ONLY)}</span> }.into_any()
                }}
            </span>
            {move || failed.get().map(|error| view! { <ProblemNotice error=error /> })}
        </li>
    }
}
