//! Nobody passes without a session.

use app::{
    api::account::{Me, Role},
    lang::Text,
};
use leptos::prelude::*;

use super::{Account, Session, login::LoginPage, text};
use crate::{
    lang::t,
    ui::{Brand, Button, ButtonKind, LinkButton, Notice, ProblemNotice, Spinner, Tone},
};

/// Shows what is inside to whom it is for: the login to nobody, a way to the till to staff in the owner's place.
#[component]
pub fn AccountGate<V, F>(
    /// The program.
    name: Text,
    /// What it is for.
    lead: Text,
    /// Owners only.
    #[prop(optional)]
    owners: bool,
    /// The program, for somebody.
    inside: F,
) -> impl IntoView
where
    V: IntoView + 'static,
    F: Fn(Me) -> V + Send + 'static,
{
    let account = Account::here();
    let retry = Callback::new(move |()| account.ask());
    move || match account.session.get() {
        Session::Asking => view! {
            <main class="login">
                <div class="login-wait">
                    <Brand suffix=Signal::derive(t(name)) />
                    <h1 class="visually-hidden">{t(name)}</h1>
                    <Spinner label=Signal::derive(move || t(text::ASKING)().to_owned()) />
                </div>
            </main>
        }
        .into_any(),
        Session::Failed(error) => view! {
            <main class="login">
                <div class="login-card card">
                    <Brand suffix=Signal::derive(t(name)) />
                    <h1 class="visually-hidden">{t(name)}</h1>
                    <ProblemNotice error=error on_retry=retry />
                </div>
            </main>
        }
        .into_any(),
        Session::Out { ended } => {
            view! { <LoginPage name=name lead=lead ended=ended /> }.into_any()
        }
        Session::In(me) if owners && me.role != Role::Owner => view! {
            <main class="login">
                <div class="login-card card">
                    <Brand suffix=Signal::derive(t(name)) />
                    <h1 class="visually-hidden">{t(name)}</h1>
                    <Notice
                        tone=Tone::Info
                        title=Signal::derive(move || t(text::NOT_OWNER)().to_owned())
                        testid="not-owner"
                    >
                        <p>{t(text::NOT_OWNER_ADVICE)}</p>
                    </Notice>
                    <LinkButton href="/staff/" wide=true>
                        {t(text::TO_TILL)}
                    </LinkButton>
                    <AccountMenu me=me />
                </div>
            </main>
        }
        .into_any(),
        Session::In(me) => inside(me).into_any(),
    }
}

/// Who is signed in, and the way out.
#[component]
pub fn AccountMenu(
    /// Who.
    me: Me,
) -> impl IntoView {
    let account = Account::here();
    view! {
        <div class="account-menu">
            <p class="small">
                <strong>{me.name}</strong>
                <span class="soft account-email">{me.email}</span>
            </p>
            <Button
                kind=ButtonKind::Quiet
                on_press=Callback::new(move |()| account.log_out())
                testid="logout"
            >
                {t(text::LOG_OUT)}
            </Button>
        </div>
    }
}
