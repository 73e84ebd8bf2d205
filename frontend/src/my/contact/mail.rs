//! Messages by e-mail: an address, and how it stands.

use app::{
    account,
    api::{
        contact::{ContactSettings, MailAddress, MailInput, MailState},
        path,
    },
};
use leptos::prelude::*;

use super::{Page, promises, text};
use crate::{
    format,
    http::{self, HttpError},
    lang::{lang, t, tf},
    markup::view,
    push,
    ui::{Button, ButtonKind, Notice, TextField, Tone},
};

/// The section; it is not there where the server sends no mail.
#[component]
pub(super) fn ByMail(settings: ContactSettings, page: Page) -> impl IntoView {
    let version = settings.text_version;
    // Where nothing is allowed yet, what will come stands above.
    let promise = settings.push_since.is_some();
    let address = settings.mail.and_then(|mail| mail.address);
    let body = match address {
        Some(known) if known.state != MailState::Bounced => {
            view! { <Known known=known version=version page=page /> }.into_any()
        }
        bounced => {
            let notice = bounced.map(|known| {
                view! {
                    <Notice
                        tone=Tone::Warn
                        title=Signal::derive(move || {
                            tf(text::MAIL_BOUNCED, &[&known.address])
                        })
                        testid="mail-bounced"
                    >
                        <p>{t(text::MAIL_BOUNCED_ADVICE)}</p>
                    </Notice>
                }
            });
            view! {
                {notice}
                {promise.then(promises)}
                <Ask version=version page=page />
            }
            .into_any()
        }
    };
    view! {
        <section class="card stack" data-testid="contact-mail">
            <h2>{t(text::MAIL)}</h2>
            {body}
        </section>
    }
}

async fn ask(address: String, version: u16) -> Result<ContactSettings, HttpError> {
    let input = MailInput {
        address,
        zone: push::zone(),
        text_version: version,
    };
    http::put(path::CONTACT_MAIL, &input).await
}

#[component]
fn Ask(version: u16, page: Page) -> impl IntoView {
    let address = RwSignal::new(String::new());
    let wrong = RwSignal::new(None);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if page.busy.get_untracked() {
            return;
        }
        match account::email(&address.get_untracked()) {
            Ok(address) => {
                wrong.set(None);
                page.run(ask(address, version), None);
            }
            Err(words) => wrong.set(Some(words)),
        }
    };
    view! {
        <form class="stack" on:submit=submit novalidate=true>
            <TextField
                id="mail-address"
                kind="email"
                autocomplete="email"
                inputmode="email"
                label=Signal::derive(move || t(text::MAIL_ADDRESS)().to_owned())
                hint=Signal::derive(move || t(text::MAIL_HINT)().to_owned())
                error=Signal::derive(move || wrong.get().map(|words| t(words)().to_owned()))
                value=address
                testid="mail-address"
            />
            <Button kind=ButtonKind::Secondary busy=page.busy wide=true testid="mail-ask">
                {t(text::MAIL_ASK)}
            </Button>
        </form>
    }
}

#[component]
fn Known(known: MailAddress, version: u16, page: Page) -> impl IntoView {
    let forget = move |()| {
        page.run(
            async { http::delete(path::CONTACT_MAIL).await },
            Some(text::MAIL_FORGOTTEN),
        );
    };
    let MailAddress {
        address,
        state,
        since,
    } = known;
    if state == MailState::Confirmed {
        return view! {
            <p data-testid="mail-confirmed">{move || tf(text::MAIL_ON, &[&address])}</p>
            <p class="soft">{move || tf(text::ON_SINCE, &[&format::day(since, lang())])}</p>
            <Button
                kind=ButtonKind::Secondary
                busy=page.busy
                wide=true
                on_press=Callback::new(forget)
                testid="mail-stop"
            >
                {t(text::MAIL_STOP)}
            </Button>
        }
        .into_any();
    }
    let again = address.clone();
    let look = move |()| page.run(async { http::get(path::CONTACT).await }, None);
    view! {
        <Notice
            tone=Tone::Info
            title=Signal::derive(move || tf(text::MAIL_ASKED, &[&address]))
            testid="mail-unconfirmed"
        >
            <p>{t(text::MAIL_ASKED_ADVICE)}</p>
        </Notice>
        <Button
            kind=ButtonKind::Secondary
            busy=page.busy
            wide=true
            on_press=Callback::new(look)
            testid="mail-look"
        >
            {t(text::LOOK_AGAIN)}
        </Button>
        <div class="my-links">
            <Button
                kind=ButtonKind::Quiet
                busy=page.busy
                on_press=Callback::new(move |()| {
                    page.run(ask(again.clone(), version), Some(text::MAIL_SENT_AGAIN));
                })
                testid="mail-again"
            >
                {t(text::MAIL_AGAIN)}
            </Button>
            <Button
                kind=ButtonKind::Quiet
                busy=page.busy
                on_press=Callback::new(forget)
                testid="mail-forget"
            >
                {t(text::MAIL_FORGET)}
            </Button>
        </div>
    }
    .into_any()
}
