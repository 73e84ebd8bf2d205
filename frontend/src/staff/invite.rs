//! Accepting an invitation: a name, a password, and the till is open.

use app::{
    api::{
        account::{AcceptInvitation, InvitationView, Me},
        path,
    },
    problem::ProblemKind,
};
use leptos::{prelude::*, task::spawn_local};

use super::text;
use crate::{
    account::{Account, Session},
    format,
    http::{self, HttpError},
    lang::{lang, t, tf},
    load::{Load, load},
    route,
    ui::{Brand, Button, LanguageSwitch, LinkButton, ProblemNotice, Skeleton, TextField},
};

/// The shortest password, characters; the server refuses shorter ones as well.
const SHORTEST: usize = 10;

/// The page behind an invitation's link.
#[component]
pub fn InvitePage(
    /// The secret part of the link.
    token: String,
) -> impl IntoView {
    let asked = token.clone();
    let invitation = load(move || {
        let path = path::fill(path::INVITATION, &[&asked]);
        async move { http::get::<InvitationView>(&path).await }
    });
    let retry = Callback::new(move |()| invitation.retry());
    view! {
        <main class="login login-grows" id="main">
            <div class="login-top">
                <LanguageSwitch />
            </div>
            <div class="login-card card">
                <Brand suffix=Signal::derive(t(text::NAME)) />
                {move || match invitation.state.get() {
                    Load::Loading => {
                        view! {
                            <h1 class="visually-hidden">{t(text::NAME)}</h1>
                            <Skeleton blocks=3 />
                        }
                            .into_any()
                    }
                    Load::Failed(error) => {
                        // Another try helps against a bad connection, not against a used invitation.
                        let gone = matches!(
                            error.kind(),
                            Some(ProblemKind::InvitationOver | ProblemKind::NotFound)
                        );
                        let heading = view! { <h1 class="visually-hidden">{t(text::NAME)}</h1> };
                        if gone {
                            view! {
                                {heading}
                                <ProblemNotice error=error />
                                <LinkButton href="/staff/" wide=true>
                                    {t(text::TO_LOGIN)}
                                </LinkButton>
                            }
                                .into_any()
                        } else {
                            view! {
                                {heading}
                                <ProblemNotice error=error on_retry=retry />
                            }
                                .into_any()
                        }
                    }
                    Load::Ready(invitation) => {
                        view! { <AcceptForm token=token.clone() invitation=invitation /> }.into_any()
                    }
                }}
            </div>
        </main>
    }
}

#[component]
fn AcceptForm(token: String, invitation: InvitationView) -> impl IntoView {
    let account = Account::here();
    let name = RwSignal::new(invitation.name);
    let password = RwSignal::new(String::new());
    let tried = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<HttpError>);
    let name_wrong = move || {
        (tried.get() && name.with(|n| n.trim().is_empty()))
            .then(|| t(text::NAME_EMPTY)().to_owned())
    };
    let password_wrong = move || {
        (tried.get() && password.with(|p| p.chars().count() < SHORTEST))
            .then(|| t(text::PASSWORD_SHORT)().to_owned())
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if name_wrong().is_some() {
            return crate::browser::focus("#name");
        }
        if password_wrong().is_some() {
            return crate::browser::focus("#password");
        }
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failed.set(None);
        let path = path::fill(path::INVITATION_ACCEPT, &[&token]);
        spawn_local(async move {
            let request = AcceptInvitation {
                name: name.get_untracked().trim().to_owned(),
                password: password.get_untracked(),
            };
            match http::post::<Me>(&path, &request).await {
                Ok(me) => {
                    account.session.set(Session::In(me));
                    route::redirect("/staff/");
                }
                Err(error) => {
                    let _ = busy.try_set(false);
                    let _ = failed.try_set(Some(error));
                }
            }
        });
    };
    let from = invitation.retailer_name;
    let until = invitation.expires_at;
    view! {
        <h1>{move || tf(text::INVITED, &[&from])}</h1>
        <p class="soft">{t(text::INVITED_LEAD)}</p>
        <dl class="facts">
            <div>
                <dt>{t(crate::account::text::EMAIL)}</dt>
                <dd>{invitation.email.clone()}</dd>
            </div>
            <div>
                <dt>{t(text::INVITED_STORES)}</dt>
                <dd>{invitation.store_names.join("、")}</dd>
            </div>
            <div>
                <dt>{t(text::INVITED_UNTIL)}</dt>
                <dd>{move || format::until(until, lang())}</dd>
            </div>
        </dl>
        {move || failed.get().map(|error| view! { <ProblemNotice error=error /> })}
        <form class="stack" novalidate=true on:submit=submit>
            // For password managers: which login the password is for.
            <input
                class="visually-hidden"
                type="email"
                autocomplete="username"
                tabindex="-1"
                aria-hidden="true"
                readonly=true
                value=invitation.email
            />
            <TextField
                id="name"
                label=Signal::derive(move || t(text::YOUR_NAME)().to_owned())
                hint=Signal::derive(move || t(text::YOUR_NAME_HINT)().to_owned())
                value=name
                autocomplete="name"
                error=Signal::derive(name_wrong)
                testid="invite-name"
            />
            <TextField
                id="password"
                label=Signal::derive(move || t(text::NEW_PASSWORD)().to_owned())
                hint=Signal::derive(move || t(text::NEW_PASSWORD_HINT)().to_owned())
                value=password
                kind="password"
                autocomplete="new-password"
                error=Signal::derive(password_wrong)
                testid="invite-password"
            />
            <Button wide=true busy=busy testid="invite-accept">
                {t(text::ACCEPT)}
            </Button>
        </form>
    }
}
