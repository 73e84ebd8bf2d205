//! By what the log is filtered: about what, who, where, when.

use app::{
    api::{Items, account::StaffMember, path, retailer::Store},
    audit::Group,
    lang::Text,
};
use leptos::prelude::*;

use super::{log::Filters, text};
use crate::{
    account::Account,
    console::stores::stores_like,
    http,
    lang::{t, tf},
    load::{Load, Loaded, load},
    markup::view,
    ui::{Button, ButtonKind, Field, TextField},
};

/// How many stores there are to choose from at once; more are found by name.
const STORES: u32 = 200;

const fn name_of(group: Group) -> Text {
    match group {
        Group::Coupons => text::COUPONS,
        Group::Campaigns => text::CAMPAIGNS,
        Group::Stores => text::STORES,
        Group::People => text::PEOPLE,
    }
}

/// The filters; on a phone they are folded away behind a button.
#[component]
pub(super) fn FilterBar(
    /// What they set.
    filters: Filters,
    /// Words above them.
    children: Children,
) -> impl IntoView {
    let account = Account::here();
    let members: Loaded<Vec<StaffMember>> = load(move || async move {
        account.watch(
            http::get::<Items<StaffMember>>(path::STAFF)
                .await
                .map(|list| list.items),
        )
    });
    let wanted = RwSignal::new(String::new());
    let stores = load(move || {
        let wanted = wanted.get();
        async move { account.watch(stores_like(&wanted, None, STORES).await) }
    });
    // Once there are more than can be chosen from, the search stays.
    let many = Memo::new(move |before: Option<&bool>| {
        before == Some(&true)
            || matches!(&*stores.state.read(), Load::Ready(part) if part.total > u64::from(STORES))
    });
    let open = RwSignal::new(false);
    let about = move || {
        Group::ALL
            .into_iter()
            .map(|group| (group.slug().to_owned(), t(name_of(group))().to_owned()))
            .collect()
    };
    let people = move || match &*members.state.read() {
        Load::Ready(all) => all
            .iter()
            .map(|member| (member.account_id.to_string(), member.name.clone()))
            .collect(),
        // Without the list everybody is shown: the log itself is there all the same.
        Load::Loading | Load::Failed(_) => Vec::new(),
    };
    let shops = move || match &*stores.state.read() {
        Load::Ready(part) => part.stores.iter().map(store_option).collect(),
        Load::Loading | Load::Failed(_) => Vec::new(),
    };
    view! {
        <div class="audit-filter">
            <div class="audit-head">
                {children()}
                <div class="row">
                    <button
                        type="button"
                        class="button button-secondary audit-fold"
                        aria-expanded=move || open.get().to_string()
                        aria-controls="audit-filters"
                        data-testid="audit-fold"
                        on:click=move |_| open.update(|open| *open = !*open)
                    >
                        {move || match filters.count() {
                            0 => t(text::FILTERS)().to_owned(),
                            n => tf(text::FILTERS_ON, &[&n.to_string()]),
                        }}
                    </button>
                    // It keeps its place, so that nothing moves when the first filter is set.
                    <span class="audit-clear" class:is-none=move || filters.count() == 0>
                        <Button
                            kind=ButtonKind::Quiet
                            on_press=Callback::new(move |()| filters.clear())
                            testid="audit-clear"
                        >
                            {t(text::NO_FILTERS)}
                        </Button>
                    </span>
                </div>
            </div>
            <form
                class="audit-filters"
                class:is-folded=move || !open.get()
                id="audit-filters"
                role="search"
                aria-label=t(text::FILTERS)
                on:submit=|event| event.prevent_default()
            >
                <Choice
                    id="about"
                    label=text::ABOUT
                    all=text::EVERYTHING
                    value=filters.about
                    options=Signal::derive(about)
                />
                <Choice
                    id="person"
                    label=text::PERSON
                    all=text::EVERYBODY
                    value=filters.account_id
                    options=Signal::derive(people)
                />
                {move || {
                    many.get()
                        .then(|| {
                            view! {
                                <TextField
                                    id="store-search"
                                    label=Signal::derive(move || t(text::FIND_STORE)().to_owned())
                                    value=wanted
                                    kind="search"
                                    optional=true
                                    testid="audit-store-search"
                                />
                            }
                        })
                }}
                <Choice
                    id="store"
                    label=text::STORE
                    all=text::EVERYWHERE
                    value=filters.store_id
                    options=Signal::derive(shops)
                />
                <DayField id="from" label=text::FROM value=filters.from />
                <DayField id="until" label=text::UNTIL value=filters.until />
            </form>
        </div>
    }
}

fn store_option(store: &Store) -> (String, String) {
    (store.store_id.to_string(), store.name.clone())
}

/// One of a list, or all.
#[component]
fn Choice(
    id: &'static str,
    label: Text,
    /// The words for no choice.
    all: Text,
    value: RwSignal<String>,
    /// Values and words.
    options: Signal<Vec<(String, String)>>,
) -> impl IntoView {
    // What was chosen keeps its words while a search shows others.
    let chosen = StoredValue::new(None::<(String, String)>);
    let choose = move |now: String| {
        let found =
            options.with_untracked(|all| all.iter().find(|(value, _)| *value == now).cloned());
        if let Some(found) = found {
            chosen.set_value(Some(found));
        }
        value.set(now);
    };
    let shown = move || {
        let mut options = options.get();
        let now = value.get_untracked();
        if !options.iter().any(|(value, _)| *value == now) {
            options.extend(chosen.get_value().filter(|(value, _)| *value == now));
        }
        options
            .into_iter()
            .map(|(option, words)| {
                let selected = option == now;
                view! {
                    <option value=option selected=selected>
                        {words}
                    </option>
                }
            })
            .collect_view()
    };
    view! {
        <Field id=id label=Signal::derive(move || t(label)().to_owned())>
            <select
                class="input"
                id=id
                aria-describedby=format!("{id}-note")
                data-testid=format!("audit-{id}")
                prop:value=value
                on:change=move |event| choose(event_target_value(&event))
            >
                <option value="">{t(all)}</option>
                {shown}
            </select>
        </Field>
    }
}

/// A day. It counts when it is whole: a year of two digits on its way is none.
#[component]
fn DayField(id: &'static str, label: Text, value: RwSignal<String>) -> impl IntoView {
    view! {
        <Field id=id label=Signal::derive(move || t(label)().to_owned())>
            <input
                class="input"
                type="date"
                id=id
                aria-describedby=format!("{id}-note")
                data-testid=format!("audit-{id}")
                min="2020-01-01"
                max="2099-12-31"
                prop:value=value
                on:change=move |event| value.set(event_target_value(&event))
            />
        </Field>
    }
}
