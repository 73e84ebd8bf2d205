//! What is announced to shoppers: writing it, seeing to how many it would go and how it looks, sending, and how far it is.

mod form;
mod list;
mod more;
mod text;

use app::{
    api::{Items, contact::Announcement, path, retailer::Campaign},
    campaign::CampaignStatus,
};
use leptos::prelude::*;

use crate::markup::view;

use self::{form::AnnouncementForm, list::List};
use crate::{
    account::Account,
    browser, http,
    lang::t,
    load::{Load, load},
    ui::{ButtonKind, EmptyState, IconName, LinkButton, Notice, ProblemNotice, Skeleton, Tone},
};

/// So often what is at work is asked for, milliseconds.
const EVERY_MS: i32 = 1_500;

/// The page.
#[component]
pub fn AnnouncementsPage(
    /// Whose it is, as shoppers read it.
    retailer: String,
) -> impl IntoView {
    let account = Account::here();
    let campaigns = load(move || async move {
        let all = account.watch(http::get::<Items<Campaign>>(path::CAMPAIGNS).await)?;
        let mut items = all.items;
        items.retain(|campaign| campaign.status == CampaignStatus::Published);
        Ok(items)
    });
    let list = load(move || async move {
        let all = http::get::<Items<Announcement>>(path::ANNOUNCEMENTS).await;
        Ok(account.watch(all)?.items)
    });
    // As long as something is at work it is looked at again.
    Effect::new(move |_| {
        let at_work = matches!(&*list.state.read(), Load::Ready(items) if items.iter().any(|one| one.status.is_at_work()));
        if at_work {
            leptos::task::spawn_local(async move {
                browser::sleep(EVERY_MS).await;
                if list.state.try_read_untracked().is_some() {
                    list.refresh();
                }
            });
        }
    });
    let changed = Callback::new(move |()| list.refresh());
    let said = RwSignal::new(false);
    let sent = Callback::new(move |()| {
        list.refresh();
        said.set(true);
        // The form has the page above; how far it is stands below.
        request_animation_frame(|| browser::reveal("[data-testid=announcement-made]"));
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
            Load::Ready(items) if items.is_empty() => {
                view! {
                    <EmptyState
                        icon=IconName::Capsule
                        title=Signal::derive(move || t(text::NO_CAMPAIGN)().to_owned())
                        testid="announcements-no-campaign"
                    >
                        <p>{t(text::NO_CAMPAIGN_ADVICE)}</p>
                    </EmptyState>
                }
                    .into_any()
            }
            Load::Ready(items) => {
                view! {
                    <AnnouncementForm campaigns=items retailer=retailer.clone() on_sent=sent />
                    {move || {
                        said.get()
                            .then(|| {
                                view! {
                                    <Notice
                                        tone=Tone::Good
                                        title=Signal::derive(move || t(text::SENT_NOTE)().to_owned())
                                        testid="announcement-made"
                                    />
                                }
                            })
                    }}
                    {move || match list.state.get() {
                        Load::Loading => view! { <Skeleton blocks=3 /> }.into_any(),
                        Load::Failed(error) => {
                            view! { <ProblemNotice error=error on_retry=move |()| list.retry() /> }
                                .into_any()
                        }
                        Load::Ready(items) => view! { <List items=items on_change=changed /> }.into_any(),
                    }}
                }
                    .into_any()
            }
        }}
    }
}
