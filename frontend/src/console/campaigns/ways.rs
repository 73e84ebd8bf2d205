//! How far those came who came to a campaign by each way.

use app::{
    api::{
        path,
        reach::{CameBy, CampaignFunnel},
    },
    lang::Text,
};
use leptos::prelude::*;

use super::text;
use crate::{
    account::Account,
    console::{funnel::steps, table::Folded},
    http,
    lang::{t, tf},
    load::{Load, load},
    ui::{ProblemNotice, Skeleton},
};

const fn name_of(way: CameBy) -> Text {
    match way {
        CameBy::Link => Text::new("リンク・ポスター", "Links and posters"),
        CameBy::Push => Text::new("ブラウザへのお知らせ", "Messages to browsers"),
        CameBy::Mail => Text::new("メール", "E-mail"),
        CameBy::Line => Text::new("LINE", "LINE"),
        CameBy::Direct => Text::new("直接", "None of these"),
    }
}

/// Asked for when it is unfolded.
#[component]
pub(super) fn Ways(
    /// Of the campaign.
    id: String,
) -> impl IntoView {
    let of = StoredValue::new(path::fill(path::CAMPAIGN_FUNNEL, &[&id]));
    view! {
        <Folded
            words=Signal::derive(move || t(text::WAYS)().to_owned())
            inside=move || view! { <Shown of=of.get_value() /> }
            testid="campaign-ways"
        />
    }
}

#[component]
fn Shown(of: String) -> impl IntoView {
    let account = Account::here();
    let funnel = load(move || {
        let of = of.clone();
        async move { account.watch(http::get::<CampaignFunnel>(&of).await) }
    });
    move || match funnel.state.get() {
        Load::Loading => view! { <Skeleton blocks=3 /> }.into_any(),
        Load::Failed(error) => {
            view! { <ProblemNotice error=error on_retry=move |()| funnel.retry() /> }.into_any()
        }
        Load::Ready(funnel) => {
            let days = funnel.days.to_string();
            // Ways by which nobody came need no five bars of nothing.
            let ways: Vec<_> = funnel
                .ways
                .iter()
                .filter(|way| way.steps.iter().any(|step| step.people != Some(0)))
                .map(|way| {
                    view! {
                        <h3>{t(name_of(way.came_by))}</h3>
                        {steps(&way.steps)}
                    }
                })
                .collect();
            let none = ways.is_empty();
            view! {
                <div class="stack" data-testid="ways">
                    <p class="small soft">{move || tf(text::WAYS_NOTE, &[&days])}</p>
                    {none.then(|| view! { <p class="soft">{t(text::WAYS_NONE)}</p> })}
                    {ways}
                </div>
            }
            .into_any()
        }
    }
}
