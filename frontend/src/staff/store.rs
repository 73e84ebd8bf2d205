//! The store a till stands at: chosen once, remembered by the device.

use app::{
    api::account::{Me, StoreRef},
    id::StoreId,
};
use leptos::prelude::*;

use super::text;
use crate::{
    browser::{Keep, kept, set_kept},
    lang::t,
    ui::{EmptyState, IconName, TextField},
};

const KEY: &str = "raiten.till.store";

/// The store that this device remembers, if this login may stand at it; the only one, if there is only one.
#[must_use]
pub fn remembered(me: &Me) -> Option<StoreRef> {
    if let [only] = me.stores.as_slice() {
        return Some(only.clone());
    }
    let id: StoreId = kept(Keep::Always, KEY)?.parse().ok()?;
    me.stores.iter().find(|s| s.store_id == id).cloned()
}

/// Remembers a store.
pub fn remember(store: &StoreRef) {
    set_kept(Keep::Always, KEY, Some(&store.store_id.to_string()));
}

/// A list of stores to choose from, with a search where it is long.
#[component]
pub fn StoreChoice(
    /// Who chooses.
    me: Me,
    /// The one chosen so far.
    #[prop(into)]
    chosen: Signal<Option<StoreRef>>,
    /// What a choice does.
    on_choose: Callback<StoreRef>,
) -> impl IntoView {
    if me.stores.is_empty() {
        return view! {
            <EmptyState
                icon=IconName::Shop
                title=Signal::derive(move || t(text::NO_STORES)().to_owned())
                testid="till-no-stores"
            >
                <p>{t(text::NO_STORES_ADVICE)}</p>
            </EmptyState>
        }
        .into_any();
    }
    let search = RwSignal::new(String::new());
    let many = me.stores.len() > 8;
    let stores = StoredValue::new(me.stores);
    let found = move || {
        let wanted = search.get().trim().to_lowercase();
        stores.with_value(|all| {
            all.iter()
                .filter(|s| s.name.to_lowercase().contains(&wanted))
                .cloned()
                .collect::<Vec<_>>()
        })
    };
    view! {
        <div class="stack">
            {many
                .then(|| {
                    view! {
                        <TextField
                            id="store_search"
                            label=Signal::derive(move || t(text::FIND_STORE)().to_owned())
                            value=search
                            kind="search"
                            optional=true
                        />
                    }
                })}
            <ul class="choice-list" data-testid="till-stores">
                {move || {
                    found()
                        .into_iter()
                        .map(|store| {
                            let id = store.store_id;
                            let name = store.name.clone();
                            let is_chosen = move || {
                                chosen.with(|c| c.as_ref().is_some_and(|c| c.store_id == id))
                            };
                            view! {
                                <li>
                                    <button
                                        type="button"
                                        class="choice"
                                        data-testid="till-store"
                                        aria-pressed=move || if is_chosen() { "true" } else { "false" }
                                        on:click=move |_| on_choose.run(store.clone())
                                    >
                                        {name}
                                    </button>
                                </li>
                            }
                        })
                        .collect_view()
                }}
            </ul>
            {move || {
                found().is_empty().then(|| view! { <p class="soft">{t(text::NO_STORE_FOUND)}</p> })
            }}
        </div>
    }
    .into_any()
}
