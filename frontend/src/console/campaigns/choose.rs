//! Choosing a campaign's stores.

use std::collections::BTreeSet;

use app::{id::StoreId, lang::Text};
use leptos::{prelude::*, task::spawn_local};

use super::text;
use crate::{
    account::Account,
    console::stores::{Found, stores_like},
    format::count,
    lang::{t, tf},
    ui::{Button, ButtonKind, LinkButton, ProblemNotice, TextField},
};

/// How many the server gives at once at most.
const AT_ONCE: u32 = 1000;

/// A searchable list with boxes to tick, and all of what is found in one press.
#[component]
pub fn StorePicker(
    /// What is chosen.
    chosen: RwSignal<BTreeSet<StoreId>>,
    /// What is wrong with the choice.
    error: Signal<Option<String>>,
    /// What a chosen store is for.
    hint: Text,
    /// May be added to, not taken from.
    #[prop(optional)]
    only_add: bool,
) -> impl IntoView {
    let account = Account::here();
    let fixed = if only_add {
        chosen.get_untracked()
    } else {
        BTreeSet::new()
    };
    let found = Found::start(50);
    let busy = RwSignal::new(false);
    let retry = Callback::new(move |()| found.retry());
    let all = Callback::new(move |()| {
        busy.set(true);
        let wanted = found.search.get_untracked();
        spawn_local(async move {
            let mut after = None;
            loop {
                match account.watch(stores_like(&wanted, after, AT_ONCE).await) {
                    Ok(part) => {
                        let gone = chosen
                            .try_update(|c| c.extend(part.stores.iter().map(|s| s.store_id)))
                            .is_none();
                        after = part.next;
                        if gone || after.is_none() {
                            break;
                        }
                    }
                    Err(error) => {
                        let _ = found.failed.try_set(Some(error));
                        break;
                    }
                }
            }
            let _ = busy.try_set(false);
        });
    });
    let keep = fixed.clone();
    let none = Callback::new(move |()| chosen.set(keep.clone()));
    let fixed = StoredValue::new(fixed);
    view! {
        <fieldset
            class="picker"
            class:field-wrong=move || error.get().is_some()
            data-testid="store-picker"
        >
            <legend class="field-label">{t(text::STORES)}</legend>
            <p class="field-hint">{t(hint)}</p>
            <TextField
                id="store_search"
                label=Signal::derive(move || t(text::FIND_STORES)().to_owned())
                value=found.search
                kind="search"
                optional=true
            />
            {move || {
                found.failed.get().map(|error| view! { <ProblemNotice error=error on_retry=retry /> })
            }}
            <div class="row">
                {move || {
                    found
                        .total
                        .get()
                        .filter(|n| *n > 0)
                        .map(|n| {
                            view! {
                                <Button
                                    kind=ButtonKind::Secondary
                                    busy=busy
                                    on_press=all
                                    testid="stores-all"
                                >
                                    {move || tf(text::SELECT_ALL, &[&count(n)])}
                                </Button>
                            }
                        })
                }}
                <Button kind=ButtonKind::Quiet on_press=none>
                    {t(text::SELECT_NONE)}
                </Button>
                <strong class="number" role="status" data-testid="stores-selected">
                    {move || tf(text::SELECTED_N, &[&count(chosen.with(BTreeSet::len) as u64)])}
                </strong>
            </div>
            <ul class="ticks" tabindex=only_add.then_some("0") aria-label=t(text::STORES)>
                <For each=move || found.stores.get() key=|s| s.store_id let:store>
                    <li>
                        <label class="tick">
                            <input
                                type="checkbox"
                                name="store_ids"
                                value=store.store_id.to_string()
                                disabled=fixed.with_value(|f| f.contains(&store.store_id))
                                prop:checked=move || chosen.with(|c| c.contains(&store.store_id))
                                on:change=move |event| {
                                    let on = event_target_checked(&event);
                                    chosen
                                        .update(|c| {
                                            if on {
                                                c.insert(store.store_id);
                                            } else {
                                                c.remove(&store.store_id);
                                            }
                                        });
                                }
                            />
                            <span>{store.name}</span>
                        </label>
                    </li>
                </For>
            </ul>
            {move || {
                found
                    .next
                    .get()
                    .map(|_| {
                        let shown = count(found.stores.with(Vec::len) as u64);
                        view! { <p class="soft small">{tf(text::MORE_BY_SEARCH, &[&shown])}</p> }
                    })
            }}
            {move || {
                (found.total.get() == Some(0) && found.search.with(|s| s.trim().is_empty()))
                    .then(|| {
                        view! {
                            <p class="soft">{t(text::NO_STORES)}</p>
                            <LinkButton href="/console/stores/new" kind=ButtonKind::Secondary>
                                {t(crate::console::text::NAV_STORES)}
                            </LinkButton>
                        }
                    })
            }}
            <p class="field-error" role="alert">
                {error}
            </p>
        </fieldset>
    }
}
