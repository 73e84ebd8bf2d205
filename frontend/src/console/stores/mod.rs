//! The retailer's stores: list, form, import.

mod form;
mod import;
mod picture;
mod preview;
mod rows;
mod text;

pub use form::StoreForm;
pub use import::ImportPage;
pub(in crate::console) use import::bytes_of;

use std::time::Duration;

use app::{
    api::{
        path,
        retailer::{Store, StorePage},
    },
    id::StoreId,
};
use leptos::{prelude::*, task::spawn_local};

use super::text as shared;
use crate::{
    account::Account,
    format::count,
    http::{self, HttpError},
    lang::{t, tf, tn},
    ui::{
        Button, ButtonKind, EmptyState, IconName, LinkButton, ProblemNotice, Skeleton, TextField,
    },
};

/// Asks for a part of the stores whose names contain `wanted`, from behind `after` on.
///
/// # Errors
/// See [`HttpError`].
pub async fn stores_like(
    wanted: &str,
    after: Option<StoreId>,
    limit: u32,
) -> Result<StorePage, HttpError> {
    let mut path = format!(
        "{}?limit={limit}&q={}",
        path::STORES,
        String::from(js_sys::encode_uri_component(wanted.trim()))
    );
    if let Some(after) = after {
        path.push_str(&format!("&after={after}"));
    }
    http::get(&path).await
}

/// A list that a search fills: what was found so far, and more on demand.
#[derive(Clone, Copy)]
pub(super) struct Found {
    pub search: RwSignal<String>,
    pub stores: RwSignal<Vec<Store>>,
    pub total: RwSignal<Option<u64>>,
    pub next: RwSignal<Option<StoreId>>,
    pub busy: RwSignal<bool>,
    pub failed: RwSignal<Option<HttpError>>,
    account: Account,
    limit: u32,
    asked: StoredValue<u32>,
}

impl Found {
    /// Searches now and whenever the words change, a moment after the last letter.
    pub fn start(limit: u32) -> Self {
        let found = Self {
            search: RwSignal::new(String::new()),
            stores: RwSignal::new(Vec::new()),
            total: RwSignal::new(None),
            next: RwSignal::new(None),
            busy: RwSignal::new(false),
            failed: RwSignal::new(None),
            account: Account::here(),
            limit,
            asked: StoredValue::new(0),
        };
        let timer = StoredValue::new(None::<TimeoutHandle>);
        Effect::new(move |first: Option<()>| {
            found.search.track();
            if first.is_none() {
                return found.read(None);
            }
            if let Some(timer) = timer.get_value() {
                timer.clear();
            }
            timer.set_value(
                set_timeout_with_handle(move || found.read(None), Duration::from_millis(250)).ok(),
            );
        });
        found
    }

    /// The next part.
    pub fn more(self) {
        if let Some(after) = self.next.get_untracked() {
            self.read(Some(after));
        }
    }

    /// From the beginning again.
    pub fn retry(self) {
        self.read(None);
    }

    fn read(self, after: Option<StoreId>) {
        // The page may have been left while the timer ran.
        let Some(this) = self.asked.try_get_value().map(|n| n.wrapping_add(1)) else {
            return;
        };
        self.asked.set_value(this);
        self.busy.set(true);
        self.failed.set(None);
        let wanted = self.search.get_untracked();
        spawn_local(async move {
            let answer = self
                .account
                .watch(stores_like(&wanted, after, self.limit).await);
            if self.asked.try_get_value() != Some(this) {
                return;
            }
            self.busy.set(false);
            match answer {
                Ok(part) => {
                    self.total.set(Some(part.total));
                    self.next.set(part.next);
                    if after.is_some() {
                        self.stores.update(|all| all.extend(part.stores));
                    } else {
                        self.stores.set(part.stores);
                    }
                }
                Err(error) => self.failed.set(Some(error)),
            }
        });
    }
}

/// The list of stores.
#[component]
pub fn StoresPage() -> impl IntoView {
    let found = Found::start(100);
    let is_empty =
        move || found.total.get() == Some(0) && found.search.with(|s| s.trim().is_empty());
    view! {
        <div class="page-head">
            <h1 tabindex="-1">
                {t(text::STORES)}
                {move || {
                    found
                        .total
                        .get()
                        .map(|n| view! { <span class="count number">{tn(text::COUNT, n, &[])}</span> })
                }}
            </h1>
            <div class="row">
                <LinkButton
                    href="/console/stores/import"
                    kind=ButtonKind::Secondary
                    testid="store-import"
                >
                    {t(text::IMPORT)}
                </LinkButton>
                <LinkButton href="/console/stores/new" testid="store-new">
                    {t(text::NEW)}
                </LinkButton>
            </div>
        </div>
        {move || {
            if is_empty() {
                return view! {
                    <EmptyState
                        icon=IconName::Shop
                        title=Signal::derive(move || t(text::NONE)().to_owned())
                        testid="stores-empty"
                    >
                        <p>{t(text::NONE_ADVICE)}</p>
                    </EmptyState>
                }
                    .into_any();
            }
            view! { <StoreList found=found /> }.into_any()
        }}
    }
}

#[component]
fn StoreList(found: Found) -> impl IntoView {
    let retry = Callback::new(move |()| found.retry());
    view! {
        <section class="card stack">
            <TextField
                id="q"
                label=Signal::derive(move || t(text::SEARCH)().to_owned())
                value=found.search
                kind="search"
                optional=true
                testid="store-search"
            />
            {move || {
                found.failed.get().map(|error| view! { <ProblemNotice error=error on_retry=retry /> })
            }}
            // Where reading failed, nothing is on its way any more.
            {move || {
                (found.total.get().is_none() && found.failed.with(Option::is_none))
                    .then(|| view! { <Skeleton blocks=6 /> })
            }}
            {move || {
                (found.total.get() == Some(0))
                    .then(|| {
                        view! {
                            <p class="soft" data-testid="stores-none-found">
                                {t(text::NONE_FOUND)}
                            </p>
                        }
                    })
            }}
            <ul class="rows" data-testid="store-list" aria-busy=move || found.busy.get().to_string()>
                <For each=move || found.stores.get() key=|s| s.store_id let:store>
                    <li>
                        <a class="row-link" href=format!("/console/stores/{}", store.store_id)>
                            <strong>{store.name}</strong>
                            <span class="soft small">
                                {store
                                    .external_id
                                    .into_iter()
                                    .chain(store.address)
                                    .collect::<Vec<_>>()
                                    .join(" · ")}
                            </span>
                            <span class="soft small number row-end">
                                {format!("{:.4}, {:.4}", store.lat, store.lng)}
                            </span>
                        </a>
                    </li>
                </For>
            </ul>
            {move || {
                found
                    .next
                    .get()
                    .map(|_| {
                        let shown = count(found.stores.with(Vec::len) as u64);
                        let total = count(found.total.get().unwrap_or(0));
                        view! {
                            <div class="row">
                                <p class="soft small">{tf(shared::SHOWN_OF, &[&total, &shown])}</p>
                                <Button
                                    kind=ButtonKind::Secondary
                                    busy=found.busy
                                    on_press=Callback::new(move |()| found.more())
                                >
                                    {t(shared::MORE)}
                                </Button>
                            </div>
                        }
                    })
            }}
        </section>
    }
}
