//! One store: entered by hand, or changed.

use app::{
    api::{
        path,
        retailer::{Store, StoreInput},
    },
    campaign::FieldProblem,
    store::StoreProblem,
};
use leptos::{prelude::*, task::spawn_local};

use super::text;
use crate::{
    account::Account,
    console::{
        form::{Flash, FormProblem, Wrong, heading, not_a},
        text as shared,
    },
    http::{self, HttpError},
    lang::t,
    load::{Load, load},
    parse::decimal,
    ui::{Button, ButtonKind, LinkButton, ProblemNotice, Skeleton, TextField},
};

/// The form of a store: empty for a new one, otherwise filled with what is there.
#[component]
pub fn StoreForm(
    /// Which, if it is there already.
    id: Option<String>,
) -> impl IntoView {
    let Some(id) = id else {
        return view! { <Form store=None /> }.into_any();
    };
    let account = Account::here();
    let store = load(move || {
        let path = path::fill(path::STORE, &[&id]);
        async move { account.watch(http::get::<Store>(&path).await) }
    });
    let retry = Callback::new(move |()| store.retry());
    (move || match store.state.get() {
        Load::Loading => view! {
            {heading(text::EDIT_OF)}
            <Skeleton blocks=4 />
        }
        .into_any(),
        Load::Failed(error) => view! {
            {heading(text::EDIT_OF)}
            <ProblemNotice error=error on_retry=retry />
        }
        .into_any(),
        Load::Ready(store) => view! { <Form store=Some(store) /> }.into_any(),
    })
    .into_any()
}

#[component]
fn Form(store: Option<Store>) -> impl IntoView {
    let account = Account::here();
    let flash = use_context::<Flash>();
    let id = store.as_ref().map(|s| s.store_id);
    let filled = |text: Option<String>| RwSignal::new(text.unwrap_or_default());
    let lat = filled(store.as_ref().map(|s| s.lat.to_string()));
    let lng = filled(store.as_ref().map(|s| s.lng.to_string()));
    let name = filled(store.as_ref().map(|s| s.name.clone()));
    let external_id = filled(store.as_ref().and_then(|s| s.external_id.clone()));
    let address = filled(store.and_then(|s| s.address));
    let wrong = Wrong::none();
    let busy = RwSignal::new(false);
    // Both coordinates pasted at once go to their two fields.
    Effect::new(move |_| {
        let both = lat.get();
        if let Some((a, b)) = both.split_once([',', '，'])
            && let (Some(_), Some(_)) = (decimal(a), decimal(b))
        {
            lng.set(b.trim().to_owned());
            lat.set(a.trim().to_owned());
        }
    });
    let input = move || -> Result<StoreInput, Vec<FieldProblem>> {
        let (lat, lng) = (lat.get_untracked(), lng.get_untracked());
        let (lat, lng) = (decimal(&lat), decimal(&lng));
        let optional = |text: RwSignal<String>| {
            let text = text.get_untracked().trim().to_owned();
            (!text.is_empty()).then_some(text)
        };
        let input = StoreInput {
            name: name.get_untracked().trim().to_owned(),
            lat: lat.unwrap_or_default(),
            lng: lng.unwrap_or_default(),
            external_id: optional(external_id),
            address: optional(address),
        };
        let mut problems: Vec<FieldProblem> = app::store::check(&input)
            .err()
            .unwrap_or_default()
            .into_iter()
            .map(StoreProblem::on_field)
            .collect();
        if lat.is_none() {
            problems.push(not_a("lat", shared::NOT_A_NUMBER));
        }
        if lng.is_none() {
            problems.push(not_a("lng", shared::NOT_A_NUMBER));
        }
        if problems.is_empty() {
            Ok(input)
        } else {
            Err(problems)
        }
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let input = match input() {
            Ok(input) => input,
            Err(problems) => return wrong.show(problems),
        };
        busy.set(true);
        wrong.clear();
        spawn_local(async move {
            let answer: Result<Store, HttpError> = match id {
                Some(id) => http::put(&path::fill(path::STORE, &[&id.to_string()]), &input).await,
                None => http::post(path::STORES, &input).await,
            };
            match account.watch(answer) {
                Ok(_) => {
                    let words = if id.is_some() {
                        text::SAVED
                    } else {
                        text::ADDED
                    };
                    Flash::go_with(flash, "/console/stores", words);
                }
                Err(error) => {
                    if busy.try_set(false).is_none() {
                        wrong.answer(error);
                    }
                }
            }
        });
    };
    let title = if id.is_some() {
        text::EDIT_OF
    } else {
        text::NEW
    };
    view! {
        <div class="page-head">
            <h1 tabindex="-1">{t(title)}</h1>
        </div>
        <form class="card stack form" novalidate=true on:submit=submit>
            <FormProblem wrong=wrong />
            <TextField
                id="name"
                label=Signal::derive(move || t(text::NAME)().to_owned())
                value=name
                error=wrong.at("name")
                testid="store-name"
            />
            <div class="field-pair">
                <TextField
                    id="lat"
                    label=Signal::derive(move || t(text::LAT)().to_owned())
                    hint=Signal::derive(move || t(text::LAT_HINT)().to_owned())
                    value=lat
                    inputmode="decimal"
                    error=wrong.at("lat")
                    testid="store-lat"
                />
                <TextField
                    id="lng"
                    label=Signal::derive(move || t(text::LNG)().to_owned())
                    hint=Signal::derive(move || t(text::LNG_HINT)().to_owned())
                    value=lng
                    inputmode="decimal"
                    error=wrong.at("lng")
                    testid="store-lng"
                />
            </div>
            <TextField
                id="external_id"
                label=Signal::derive(move || t(text::EXTERNAL_ID)().to_owned())
                value=external_id
                optional=true
                error=wrong.at("external_id")
                testid="store-external-id"
            />
            <TextField
                id="address"
                label=Signal::derive(move || t(text::ADDRESS)().to_owned())
                value=address
                optional=true
                error=wrong.at("address")
                testid="store-address"
            />
            <div class="form-actions">
                <Button busy=busy testid="store-save">
                    {t(shared::SAVE)}
                </Button>
                <LinkButton href="/console/stores" kind=ButtonKind::Quiet>
                    {t(shared::BACK)}
                </LinkButton>
            </div>
        </form>
    }
}
