//! Links that are shared: making them, printing them, how far those came who came by each; and campaigns for partners' people only.

mod form;
mod list;
mod partners;
mod text;

use app::api::{
    Items, path,
    reach::{Links, ShareLink},
    retailer::Campaign,
};
use leptos::prelude::*;

use self::{form::LinkForm, list::List, partners::Partners};
use crate::{
    account::Account,
    browser, http,
    lang::t,
    load::{Load, load},
    ui::{ButtonKind, LinkButton, Notice, ProblemNotice, Skeleton, Tone},
};

/// The page.
#[component]
pub fn LinksPage() -> impl IntoView {
    let account = Account::here();
    let campaigns = load(move || async move {
        let all = http::get::<Items<Campaign>>(path::CAMPAIGNS).await;
        Ok(account.watch(all)?.items)
    });
    let links = load(move || async move { account.watch(http::get::<Links>(path::LINKS).await) });
    let said = RwSignal::new(false);
    let changed = Callback::new(move |()| links.refresh());
    let made = Callback::new(move |_: ShareLink| {
        links.refresh();
        said.set(true);
        request_animation_frame(|| browser::reveal("[data-testid=link-made]"));
    });
    view! {
        <div class="page-head">
            <h1 tabindex="-1">{t(text::TITLE)}</h1>
            <LinkButton href="/console/campaigns" kind=ButtonKind::Quiet>
                {t(text::TO_CAMPAIGNS)}
            </LinkButton>
        </div>
        <p class="soft">{t(text::LEAD)}</p>
        {move || match campaigns.state.get() {
            Load::Loading => view! { <Skeleton blocks=6 /> }.into_any(),
            Load::Failed(error) => {
                view! { <ProblemNotice error=error on_retry=move |()| campaigns.retry() /> }.into_any()
            }
            Load::Ready(items) => {
                let all = StoredValue::new(items.clone());
                view! {
                    <LinkForm campaigns=items on_made=made />
                    {move || {
                        said.get()
                            .then(|| {
                                view! {
                                    <Notice
                                        tone=Tone::Good
                                        title=Signal::derive(move || t(text::MADE)().to_owned())
                                        testid="link-made"
                                    />
                                }
                            })
                    }}
                    {move || match links.state.get() {
                        Load::Loading => view! { <Skeleton blocks=3 /> }.into_any(),
                        Load::Failed(error) => {
                            view! { <ProblemNotice error=error on_retry=move |()| links.retry() /> }
                                .into_any()
                        }
                        Load::Ready(known) => {
                            view! {
                                <List links=known.links campaigns=all on_change=changed />
                                <Partners
                                    campaigns=all
                                    partner_only=known.partner_only
                                    on_change=changed
                                />
                            }
                                .into_any()
                        }
                    }}
                }
                    .into_any()
            }
        }}
    }
}
