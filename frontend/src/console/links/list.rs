//! The links, each with its address, its poster and its funnel.

use app::api::{
    path,
    reach::{LinkFunnel, ShareLink},
    retailer::Campaign,
};
use leptos::prelude::*;

use super::text;
use crate::{
    account::Account,
    console::{campaigns::name_of, copy::CopyLine, funnel::steps, table::Folded, twice::Twice},
    format, http,
    lang::{lang, t, tf},
    load::{Load, load},
    ui::{ProblemNotice, Skeleton},
};

/// The list, the newest first.
#[component]
pub(super) fn List(
    links: Vec<ShareLink>,
    campaigns: StoredValue<Vec<Campaign>>,
    on_change: Callback<()>,
) -> impl IntoView {
    let none = links.is_empty();
    let rows = links
        .into_iter()
        .map(|link| view! { <Row link=link campaigns=campaigns on_change=on_change /> })
        .collect_view();
    view! {
        <section class="stack">
            <h2>{t(text::LIST)}</h2>
            {none.then(|| view! { <p class="soft">{t(text::LIST_NONE)}</p> })}
            <ul class="cards" data-testid="links">
                {rows}
            </ul>
        </section>
    }
}

#[component]
fn Row(
    link: ShareLink,
    campaigns: StoredValue<Vec<Campaign>>,
    on_change: Callback<()>,
) -> impl IntoView {
    let id = link.link_id.to_string();
    let address = path::fill(path::LINK, &[&id]);
    let withdraw = move || {
        let address = address.clone();
        async move { http::delete::<()>(&address).await }
    };
    let of = StoredValue::new(path::fill(path::LINK_FUNNEL, &[&id]));
    let poster = path::fill(path::LINK_POSTER, &[&id]);
    let campaign = campaigns.with_value(|all| {
        let found = all
            .iter()
            .find(|one| Some(one.campaign_id) == link.campaign_id);
        found.map(|one| (one.name.clone(), one.name_en.clone()))
    });
    let kind = link.kind;
    let withdrawn = link.withdrawn_at;
    view! {
        <li class="card stack-tight" data-testid="link">
            <div class="campaign-card-head">
                <h3>{link.name}</h3>
                <span class="status status-plain">{t(kind.name())}</span>
            </div>
            <p class="soft small">
                {move || match &campaign {
                    Some((name, name_en)) => name_of(name, name_en.as_deref()),
                    None => t(text::NO_CAMPAIGN)().to_owned(),
                }}
            </p>
            {match withdrawn {
                Some(at) => {
                    view! {
                        <p class="small">
                            {move || tf(text::WITHDRAWN, &[&format::day(at, lang())])}
                        </p>
                    }
                        .into_any()
                }
                None => {
                    view! {
                        <CopyLine
                            id=""
                            label=text::ADDRESS
                            value=link.url
                            testid="link-url"
                            copy_testid="link-copy"
                        />
                        <div class="row">
                            <a
                                class="csv-link"
                                href=format!("{poster}?lang=ja")
                                target="_blank"
                                rel="external noopener"
                                data-testid="link-poster"
                            >
                                {t(text::PRINT_JA)}
                            </a>
                            <a
                                class="csv-link"
                                href=format!("{poster}?lang=en")
                                target="_blank"
                                rel="external noopener"
                            >
                                {t(text::PRINT_EN)}
                            </a>
                        </div>
                    }
                        .into_any()
                }
            }}
            <Folded
                words=Signal::derive(move || t(text::FUNNEL)().to_owned())
                inside=move || view! { <Steps of=of.get_value() /> }
                testid="link-funnel"
            />
            {withdrawn
                .is_none()
                .then(|| {
                    view! {
                        <Twice
                            act=text::WITHDRAW
                            what=text::WITHDRAW_WHAT
                            really=text::WITHDRAW_REALLY
                            run=withdraw
                            on_done=on_change
                            testid="link-withdraw"
                        />
                    }
                })}
        </li>
    }
}

/// How far those came who came by it.
#[component]
fn Steps(of: String) -> impl IntoView {
    let account = Account::here();
    let funnel = load(move || {
        let of = of.clone();
        async move { account.watch(http::get::<LinkFunnel>(&of).await) }
    });
    move || match funnel.state.get() {
        Load::Loading => view! { <Skeleton blocks=2 /> }.into_any(),
        Load::Failed(error) => {
            view! { <ProblemNotice error=error on_retry=move |()| funnel.retry() /> }.into_any()
        }
        Load::Ready(funnel) => {
            let days = funnel.days.to_string();
            let opened = move || match funnel.opened {
                Some(n) => format::count(n),
                None => t(text::FEW)().to_owned(),
            };
            view! {
                <p class="small soft">{move || tf(text::FUNNEL_NOTE, &[&days])}</p>
                <p class="small">{move || tf(text::OPENED, &[&opened()])}</p>
                {steps(&funnel.steps)}
            }
            .into_any()
        }
    }
}
