//! The login form.

use app::{api::account::LoginRequest, lang::Text};
use leptos::{prelude::*, task::spawn_local};

use super::{Account, text};
use crate::{
    http::HttpError,
    lang::t,
    ui::{Brand, Button, LanguageSwitch, Notice, ProblemNotice, TextField, Tone},
};

/// E-mail and password, with the program's name and one sentence on what it is for.
#[component]
pub fn LoginPage(
    /// The program.
    name: Text,
    /// What it is for.
    lead: Text,
    /// Somebody was signed in until now.
    ended: bool,
) -> impl IntoView {
    let account = Account::here();
    let email = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<HttpError>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            let request = LoginRequest {
                email: email.get_untracked().trim().to_owned(),
                password: password.get_untracked(),
            };
            let answer = account.log_in(&request).await;
            // After a success the form is gone, and its signals with it.
            if let Err(e) = answer {
                busy.set(false);
                failed.set(Some(e));
                crate::browser::focus("#password");
            }
        });
    };
    view! {
        <main class="login">
            <div class="login-top">
                <LanguageSwitch />
            </div>
            <div class="login-card card">
                <Brand suffix=Signal::derive(t(name)) />
                <h1>{t(text::LOG_IN)}</h1>
                <p class="soft">{t(lead)}</p>
                {ended
                    .then(|| {
                        view! {
                            <Notice
                                tone=Tone::Info
                                title=Signal::derive(move || t(text::ENDED)().to_owned())
                                testid="session-ended"
                            >
                                <p>{t(text::ENDED_ADVICE)}</p>
                            </Notice>
                        }
                    })}
                {move || failed.get().map(|error| view! { <ProblemNotice error=error /> })}
                <form class="stack" novalidate=true on:submit=submit>
                    <TextField
                        id="email"
                        label=Signal::derive(move || t(text::EMAIL)().to_owned())
                        value=email
                        kind="email"
                        autocomplete="username"
                        inputmode="email"
                        testid="login-email"
                    />
                    <TextField
                        id="password"
                        label=Signal::derive(move || t(text::PASSWORD)().to_owned())
                        value=password
                        kind="password"
                        autocomplete="current-password"
                        testid="login-password"
                    />
                    <Button busy=busy wide=true testid="login-submit">
                        {t(text::LOG_IN)}
                    </Button>
                </form>
            </div>
        </main>
    }
}
