//! Keys by which systems post visits.

use app::{
    api::{
        path,
        retailer::{ApiKey, ApiKeyInput, NewApiKey},
    },
    campaign::FieldProblem,
};
use leptos::{prelude::*, task::spawn_local};

use super::text;
use crate::{
    account::Account,
    console::{
        copy::CopyLine,
        form::{FormProblem, Wrong},
        twice::Twice,
    },
    format, http,
    lang::{lang, t, tf},
    ui::{Button, Notice, TextField, Tone},
};

/// The keys, and a form for another.
#[component]
pub(super) fn Keys(keys: Vec<ApiKey>, on_change: Callback<()>) -> impl IntoView {
    let account = Account::here();
    let name = RwSignal::new(String::new());
    let wrong = Wrong::none();
    let busy = RwSignal::new(false);
    let made = RwSignal::new(None::<NewApiKey>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let input = ApiKeyInput {
            name: name.get_untracked().trim().to_owned(),
        };
        if input.name.is_empty() {
            return wrong.show(vec![FieldProblem::new("name", text::NO_NAME)]);
        }
        busy.set(true);
        wrong.clear();
        spawn_local(async move {
            let answer = http::post::<NewApiKey>(path::API_KEYS, &input).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match account.watch(answer) {
                // The list is not read anew: the key, which is shown this once, would be gone with this part of the page.
                Ok(key) => {
                    made.set(Some(key));
                    name.set(String::new());
                    request_animation_frame(|| crate::browser::focus("#api-key"));
                }
                Err(error) => wrong.answer(error),
            }
        });
    };
    let rows = keys
        .into_iter()
        .map(|key| view! { <Row key=key on_change=on_change /> })
        .collect_view();
    view! {
        <section class="card stack" data-testid="api-keys">
            <h2>{t(text::KEYS)}</h2>
            <p class="soft">{t(text::KEYS_LEAD)}</p>
            {move || {
                made.get()
                    .map(|new| {
                        view! {
                            <Notice
                                tone=Tone::Good
                                title=Signal::derive(move || t(text::KEY_MADE)().to_owned())
                                testid="key-made"
                            >
                                <p>{t(text::KEY_ONCE)}</p>
                                <CopyLine
                                    id="api-key"
                                    label=text::KEY
                                    value=new.secret
                                    testid="key-secret"
                                    copy_testid="key-copy"
                                />
                            </Notice>
                            <ul class="rows">
                                <Row key=new.key on_change=on_change />
                            </ul>
                        }
                    })
            }}
            <ul class="rows">{rows}</ul>
            <form class="stack" novalidate=true on:submit=submit>
                <FormProblem wrong=wrong />
                <TextField
                    id="name"
                    label=Signal::derive(move || t(text::KEY_NAME)().to_owned())
                    value=name
                    error=wrong.at("name")
                    testid="key-name"
                />
                <div class="form-actions">
                    <Button busy=busy testid="key-make">
                        {t(text::KEY_MAKE)}
                    </Button>
                </div>
            </form>
        </section>
    }
}

#[component]
fn Row(key: ApiKey, on_change: Callback<()>) -> impl IntoView {
    let address = path::fill(path::API_KEY, &[&key.key_id.to_string()]);
    let withdraw = move || {
        let address = address.clone();
        async move { http::delete(&address).await }
    };
    let used = key.last_used_on;
    view! {
        <li class="row-item">
            <strong>{key.name}</strong>
            <span class="soft small">
                {move || match &used {
                    Some(day) => tf(text::KEY_USED, &[day]),
                    None => t(text::KEY_UNUSED)().to_owned(),
                }}
            </span>
            {match key.withdrawn_at {
                Some(at) => {
                    view! {
                        <span class="status status-plain row-end">
                            {move || tf(text::KEY_WITHDRAWN, &[&format::day(at, lang())])}
                        </span>
                    }
                        .into_any()
                }
                None => {
                    view! {
                        <span class="row-end">
                            <Twice
                                act=text::WITHDRAW
                                what=text::WITHDRAW_WHAT
                                really=text::WITHDRAW_REALLY
                                run=withdraw
                                on_done=on_change
                                testid="key-withdraw"
                            />
                        </span>
                    }
                        .into_any()
                }
            }}
        </li>
    }
}
