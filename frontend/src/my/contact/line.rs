//! Messages by LINE: a code that is typed into the chat with the official account.

use app::api::{
    contact::{ContactSettings, LineCode, LineInput},
    path,
};
use leptos::{prelude::*, task::spawn_local};

use super::{Page, promises, text};
use crate::{
    format, http,
    lang::{lang, t, tf},
    markup::view,
    push,
    ui::{Button, ButtonKind},
};

/// The section; it is not there where the server has no official account.
#[component]
pub(super) fn ByLine(settings: ContactSettings, page: Page) -> impl IntoView {
    let version = settings.text_version;
    let promise = settings.push_since.is_some();
    let since = settings.line.and_then(|line| line.since);
    let code = RwSignal::new(None::<LineCode>);
    let forget = move |()| {
        page.run(
            async { http::delete(path::CONTACT_LINE).await },
            Some(text::LINE_STOPPED),
        );
    };
    let ask = move |()| {
        page.busy.set(true);
        page.failed.set(None);
        page.said.set(None);
        spawn_local(async move {
            let input = LineInput {
                zone: push::zone(),
                text_version: version,
            };
            let answer = http::put::<LineCode>(path::CONTACT_LINE, &input).await;
            if page.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(shown) => code.set(Some(shown)),
                Err(error) => page.failed.set(Some(error)),
            }
        });
    };
    let body = match since {
        Some(since) => view! {
            <p data-testid="line-on">{t(text::LINE_ON)}</p>
            <p class="soft">{move || tf(text::ON_SINCE, &[&format::day(since, lang())])}</p>
            <Button
                kind=ButtonKind::Secondary
                busy=page.busy
                wide=true
                on_press=Callback::new(forget)
                testid="line-stop"
            >
                {t(text::LINE_STOP)}
            </Button>
        }
        .into_any(),
        None => view! {
            {promise.then(promises)}
            {move || match code.get() {
                Some(shown) => view! { <Code shown=shown page=page /> }.into_any(),
                None => {
                    view! {
                        <p class="soft">{t(text::LINE_HOW)}</p>
                        <Button
                            kind=ButtonKind::Secondary
                            busy=page.busy
                            wide=true
                            on_press=Callback::new(ask)
                            testid="line-ask"
                        >
                            {t(text::LINE_ASK)}
                        </Button>
                    }
                        .into_any()
                }
            }}
        }
        .into_any(),
    };
    view! {
        <section class="card stack" data-testid="contact-line">
            <h2>"LINE"</h2>
            {body}
        </section>
    }
}

#[component]
fn Code(shown: LineCode, page: Page) -> impl IntoView {
    let until = shown.expires_at;
    let friend = shown.friend_url.map(|url| {
        view! {
            <li>
                <a class="my-link" href=url rel="noreferrer" target="_blank">
                    {t(text::LINE_FRIEND)}
                </a>
            </li>
        }
    });
    let look = move |()| page.run(async { http::get(path::CONTACT).await }, None);
    view! {
        <ol class="my-steps">
            {friend} <li>{t(text::LINE_SEND)}</li> <li>{t(text::LINE_LOOK)}</li>
        </ol>
        // Said when it comes, letter by letter as it is typed.
        <p class="my-line-code" data-testid="line-code" role="status">
            {shown.code}
        </p>
        <p class="soft small">
            {move || tf(text::LINE_UNTIL, &[&format::time(until)])}
        </p>
        <Button
            kind=ButtonKind::Secondary
            busy=page.busy
            wide=true
            on_press=Callback::new(look)
            testid="line-look"
        >
            {t(text::LOOK_AGAIN)}
        </Button>
    }
}
