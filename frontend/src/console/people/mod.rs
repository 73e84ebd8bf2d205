//! Who may stand at the tills: members, and invitations to become one.

mod text;

use std::collections::BTreeSet;

use app::{
    api::{
        Items,
        account::{Invitation, InvitationRequest, Role, StaffMember, StoreRef},
        path,
    },
    campaign::FieldProblem,
    id::StoreId,
};
use leptos::{prelude::*, task::spawn_local};

use super::{
    campaigns::StorePicker,
    copy::CopyLine,
    form::{FormProblem, Wrong},
};
use crate::{
    account::Account,
    browser::now_ms,
    format,
    http::{self, HttpError},
    lang::{lang, t, tf},
    load::{Load, Loaded, load},
    ui::{Button, Notice, ProblemNotice, Skeleton, TextField, Tone},
};

async fn list<T: serde::de::DeserializeOwned>(path: &'static str) -> Result<Vec<T>, HttpError> {
    http::get::<Items<T>>(path).await.map(|list| list.items)
}

/// Members and invitations.
#[component]
pub fn PeoplePage() -> impl IntoView {
    let account = Account::here();
    let members: Loaded<Vec<StaffMember>> =
        load(move || async move { account.watch(list(path::STAFF).await) });
    let invitations: Loaded<Vec<Invitation>> =
        load(move || async move { account.watch(list(path::INVITATIONS).await) });
    let retry_members = Callback::new(move |()| members.retry());
    let retry_invitations = Callback::new(move |()| invitations.retry());
    // Below a list whose length is not known yet nothing stands still; once it is, what was typed below stays.
    let known = Memo::new(move |before: Option<&bool>| {
        before == Some(&true) || !matches!(*members.state.read(), Load::Loading)
    });
    view! {
        <div class="page-head">
            <h1 tabindex="-1">{t(text::STAFF)}</h1>
        </div>
        <section class="card stack">
            <h2>{t(text::MEMBERS)}</h2>
            {move || match members.state.get() {
                Load::Loading => view! { <Skeleton blocks=3 /> }.into_any(),
                Load::Failed(error) => {
                    view! { <ProblemNotice error=error on_retry=retry_members /> }.into_any()
                }
                Load::Ready(items) => {
                    view! {
                        <ul class="rows" data-testid="staff-list">
                            {items.into_iter().map(member).collect_view()}
                        </ul>
                    }
                        .into_any()
                }
            }}
        </section>
        {move || {
            known
                .get()
                .then(|| {
                    view! {
                        <InviteForm on_invited=retry_invitations />
                        <Invitations invitations=invitations />
                    }
                })
        }}
    }
}

#[component]
fn Invitations(invitations: Loaded<Vec<Invitation>>) -> impl IntoView {
    let retry = Callback::new(move |()| invitations.retry());
    move || match invitations.state.get() {
        Load::Loading => ().into_any(),
        Load::Failed(error) => view! { <ProblemNotice error=error on_retry=retry /> }.into_any(),
        Load::Ready(items) if items.is_empty() => ().into_any(),
        Load::Ready(items) => view! {
            <section class="card stack">
                <h2>{t(text::INVITATIONS)}</h2>
                <ul class="rows" data-testid="invitation-list">
                    {items.into_iter().map(invitation).collect_view()}
                </ul>
            </section>
        }
        .into_any(),
    }
}

fn store_names(stores: &[StoreRef]) -> String {
    stores
        .iter()
        .map(|s| s.name.as_str())
        .collect::<Vec<_>>()
        .join("、")
}

fn member(member: StaffMember) -> impl IntoView {
    let owner = member.role == Role::Owner;
    let role = if owner { text::OWNER } else { text::MEMBER };
    let names = store_names(&member.stores);
    view! {
        <li class="row-item">
            <strong>{member.name}</strong>
            <span class="soft small">{member.email}</span>
            <span class="status status-plain">{t(role)}</span>
            <span class="soft small row-end">
                {move || if owner { t(text::ALL_STORES)().to_owned() } else { names.clone() }}
            </span>
        </li>
    }
}

fn invitation(invitation: Invitation) -> impl IntoView {
    let names = store_names(&invitation.stores);
    let (accepted, expires) = (invitation.accepted_at, invitation.expires_at);
    let state = move || {
        let lang = lang();
        match accepted {
            Some(at) => tf(text::ACCEPTED, &[&format::day(at, lang)]),
            None if expires <= now_ms() => t(text::EXPIRED)().to_owned(),
            None => tf(text::WAITING, &[&format::until(expires, lang)]),
        }
    };
    view! {
        <li class="row-item">
            <strong>{invitation.name}</strong>
            <span class="soft small">{invitation.email}</span>
            <span class="status status-plain">{state}</span>
            <span class="soft small row-end">{names}</span>
        </li>
    }
}

#[component]
fn InviteForm(on_invited: Callback<()>) -> impl IntoView {
    let account = Account::here();
    let email = RwSignal::new(String::new());
    let name = RwSignal::new(String::new());
    let stores = RwSignal::new(BTreeSet::<StoreId>::new());
    let wrong = Wrong::none();
    let busy = RwSignal::new(false);
    let made = RwSignal::new(None::<Invitation>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let request = InvitationRequest {
            email: email.get_untracked().trim().to_owned(),
            name: name.get_untracked().trim().to_owned(),
            store_ids: stores.get_untracked().into_iter().collect(),
        };
        let mut problems = Vec::new();
        if !request.email.contains('@') {
            problems.push(FieldProblem::new("email", text::NO_EMAIL));
        }
        if request.name.is_empty() {
            problems.push(FieldProblem::new("name", text::NO_NAME));
        }
        if request.store_ids.is_empty() {
            problems.push(FieldProblem::new("store_ids", text::NO_STORE));
        }
        if !problems.is_empty() {
            return wrong.show(problems);
        }
        busy.set(true);
        wrong.clear();
        spawn_local(async move {
            let answer = http::post::<Invitation>(path::INVITATIONS, &request).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match account.watch(answer) {
                Ok(invitation) => {
                    made.set(Some(invitation));
                    email.set(String::new());
                    name.set(String::new());
                    stores.set(BTreeSet::new());
                    on_invited.run(());
                    request_animation_frame(|| crate::browser::focus("#invite-link"));
                }
                Err(error) => wrong.answer(error),
            }
        });
    };
    view! {
        <section class="card stack">
            <h2>{t(text::INVITE)}</h2>
            <p class="soft">{t(text::INVITE_LEAD)}</p>
            {move || made.get().map(|invitation| view! { <MadeLink invitation=invitation /> })}
            <form class="stack" novalidate=true on:submit=submit>
                <FormProblem wrong=wrong />
                <div class="field-pair">
                    <TextField
                        id="email"
                        label=Signal::derive(move || t(text::EMAIL)().to_owned())
                        value=email
                        kind="email"
                        inputmode="email"
                        error=wrong.at("email")
                        testid="invite-email"
                    />
                    <TextField
                        id="name"
                        label=Signal::derive(move || t(text::NAME)().to_owned())
                        value=name
                        error=wrong.at("name")
                        testid="invite-name"
                    />
                </div>
                <StorePicker chosen=stores error=wrong.at("store_ids") hint=text::STORES_HINT />
                <div class="form-actions">
                    <Button busy=busy testid="invite-submit">
                        {t(text::MAKE_LINK)}
                    </Button>
                </div>
            </form>
        </section>
    }
}

#[component]
fn MadeLink(invitation: Invitation) -> impl IntoView {
    let link = invitation.link.unwrap_or_default();
    let (name, until) = (invitation.name, invitation.expires_at);
    view! {
        <Notice tone=Tone::Good title=Signal::derive(move || t(text::LINK_READY)().to_owned())>
            <p>{move || tf(text::LINK_ONCE, &[&name, &format::until(until, lang())])}</p>
            <CopyLine
                id="invite-link"
                label=text::LINK
                value=link
                testid="invite-link"
                copy_testid="invite-copy"
            />
        </Notice>
    }
}
