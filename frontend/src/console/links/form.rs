//! Making a link.

use app::{
    api::{
        path,
        reach::{LinkInput, ShareLink, Utm},
        retailer::{Campaign, StorePage},
    },
    campaign::CampaignStatus,
    link::{self, LinkKind},
};
use leptos::{prelude::*, task::spawn_local};

use super::text;
use crate::{
    account::Account,
    console::{
        campaigns::name_of,
        form::{FormProblem, Wrong},
    },
    http,
    lang::t,
    load::{Load, load},
    ui::{Button, Field, TextField},
};

/// So many stores are offered; what is sought narrows them down.
const STORES: u32 = 50;

/// The form.
#[component]
pub(super) fn LinkForm(campaigns: Vec<Campaign>, on_made: Callback<ShareLink>) -> impl IntoView {
    let account = Account::here();
    let name = RwSignal::new(String::new());
    let kind = RwSignal::new(LinkKind::Poster);
    let open: Vec<Campaign> = campaigns
        .into_iter()
        .filter(|campaign| campaign.status != CampaignStatus::Ended)
        .collect();
    let campaign = RwSignal::new(
        open.first()
            .map(|one| one.campaign_id.to_string())
            .unwrap_or_default(),
    );
    let store = RwSignal::new(String::new());
    let wrong = Wrong::none();
    let busy = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let input = link::tidy(LinkInput {
            name: name.get_untracked(),
            kind: kind.get_untracked(),
            campaign_id: campaign.get_untracked().parse().ok(),
            store_id: store.get_untracked().parse().ok(),
            utm: Utm::default(),
        });
        let problems = link::check(&input);
        if !problems.is_empty() {
            return wrong.show(problems);
        }
        busy.set(true);
        wrong.clear();
        spawn_local(async move {
            let answer = http::post::<ShareLink>(path::LINKS, &input).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match account.watch(answer) {
                Ok(made) => {
                    name.set(String::new());
                    on_made.run(made);
                }
                Err(error) => wrong.answer(error),
            }
        });
    };
    let kinds = LinkKind::ALL
        .into_iter()
        .map(|one| view! { <option value=one.slug()>{t(one.name())}</option> })
        .collect_view();
    let options = open
        .into_iter()
        .map(|one| {
            let (name, name_en) = (one.name.clone(), one.name_en.clone());
            view! {
                <option value=one.campaign_id.to_string()>
                    {move || name_of(&name, name_en.as_deref())}
                </option>
            }
        })
        .collect_view();
    view! {
        <form class="card stack" novalidate=true on:submit=submit data-testid="link-form">
            <h2>{t(text::NEW)}</h2>
            <FormProblem wrong=wrong />
            <TextField
                id="name"
                label=Signal::derive(move || t(text::NAME)().to_owned())
                hint=Signal::derive(move || t(text::NAME_HINT)().to_owned())
                value=name
                error=wrong.at("name")
                testid="link-name"
            />
            <Field
                id="kind"
                label=Signal::derive(move || t(text::KIND)().to_owned())
                error=wrong.at("kind")
            >
                <select
                    class="input"
                    id="kind"
                    aria-describedby="kind-note"
                    data-testid="link-kind"
                    on:change=move |event| {
                        if let Some(chosen) = LinkKind::from_slug(&event_target_value(&event)) {
                            kind.set(chosen);
                        }
                    }
                >
                    {kinds}
                </select>
            </Field>
            <Field
                id="campaign_id"
                label=Signal::derive(move || t(text::CAMPAIGN)().to_owned())
                error=wrong.at("campaign_id")
            >
                <select
                    class="input"
                    id="campaign_id"
                    aria-describedby="campaign_id-note"
                    data-testid="link-campaign"
                    on:change=move |event| campaign.set(event_target_value(&event))
                >
                    {options}
                    <option value="">{t(text::NO_CAMPAIGN)}</option>
                </select>
            </Field>
            <StoreChoice store=store wrong=wrong />
            <div class="form-actions">
                <Button busy=busy testid="link-make">
                    {t(text::MAKE)}
                </Button>
            </div>
        </form>
    }
}

/// One of the stores, of which there may be thousands: those that are sought.
#[component]
fn StoreChoice(store: RwSignal<String>, wrong: Wrong) -> impl IntoView {
    let account = Account::here();
    let search = RwSignal::new(String::new());
    let found = load(move || {
        let wanted = search.get();
        async move {
            let at = format!(
                "{}?limit={STORES}&q={}",
                path::STORES,
                String::from(js_sys::encode_uri_component(wanted.trim()))
            );
            account.watch(http::get::<StorePage>(&at).await)
        }
    });
    let options = move || match found.state.get() {
        Load::Ready(page) => page
            .stores
            .into_iter()
            .map(|one| {
                let id = one.store_id.to_string();
                let chosen = store.with_untracked(|chosen| *chosen == id);
                view! {
                    <option value=id selected=chosen>
                        {one.name}
                    </option>
                }
            })
            .collect_view(),
        _ => Vec::new(),
    };
    view! {
        <div class="field-pair">
            <TextField
                id="store-search"
                label=Signal::derive(move || t(text::STORE_SEARCH)().to_owned())
                value=search
                kind="search"
                optional=true
                testid="link-store-search"
            />
            <Field
                id="store_id"
                label=Signal::derive(move || t(text::STORE)().to_owned())
                hint=Signal::derive(move || t(text::STORE_HINT)().to_owned())
                error=wrong.at("store_id")
                optional=true
            >
                <select
                    class="input"
                    id="store_id"
                    aria-describedby="store_id-note"
                    data-testid="link-store"
                    on:change=move |event| store.set(event_target_value(&event))
                >
                    <option value="">{t(text::NO_STORE)}</option>
                    {options}
                </select>
            </Field>
        </div>
    }
}
