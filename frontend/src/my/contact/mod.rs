//! Being written to: allowed after the words that say what will come, chosen, seen and ended here. By the browser, and by e-mail and LINE where the server has
//! them.

mod choice;
mod line;
mod mail;
mod text;

use app::{
    announcement::Kind,
    api::{
        contact::{Contact, ContactSettings, MailState, NamedRetailer},
        path,
    },
    lang::Text,
};
use leptos::{prelude::*, task::spawn_local};

use crate::markup::view;

pub(super) use self::text::TO_CONTACT;
use self::{choice::Choice, line::ByLine, mail::ByMail};
use super::{Trouble, title};
use crate::{
    format,
    http::{self, HttpError},
    lang::{lang, t, tf, tn},
    load::{Load, load},
    push::{self, Ability, NotSubscribed},
    ui::{Button, ButtonKind, Notice, ProblemNotice, Skeleton, Tone},
};

/// What is known, and what was done just now.
#[derive(Clone, Copy)]
struct Page {
    settings: RwSignal<Option<ContactSettings>>,
    failed: RwSignal<Option<HttpError>>,
    busy: RwSignal<bool>,
    said: RwSignal<Option<(Tone, Text, Option<Text>)>>,
    /// Whether this browser is one of those that are written to.
    here: RwSignal<bool>,
}

impl Page {
    /// Does something and shows what the server knows then.
    fn run(
        self,
        work: impl Future<Output = Result<ContactSettings, HttpError>> + 'static,
        done: Option<Text>,
    ) {
        self.busy.set(true);
        self.failed.set(None);
        self.said.set(None);
        spawn_local(async move {
            let answer = work.await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(settings) => {
                    self.settings.set(Some(settings));
                    self.said.set(done.map(|words| (Tone::Good, words, None)));
                }
                Err(error) => self.failed.set(Some(error)),
            }
        });
    }
}

/// The page.
#[component]
pub fn ContactPage() -> impl IntoView {
    title(text::TITLE);
    let page = Page {
        settings: RwSignal::new(None),
        failed: RwSignal::new(None),
        busy: RwSignal::new(false),
        said: RwSignal::new(None),
        here: RwSignal::new(false),
    };
    let loaded = load(move || async move {
        let settings = http::get::<ContactSettings>(path::CONTACT).await?;
        let here = push::ability() == Ability::Able
            && settings.push_since.is_some()
            && push::is_subscribed(&settings.push_key).await;
        page.here.try_set(here);
        page.settings.try_set(Some(settings));
        Ok(())
    });
    view! {
        <div class="stack">
            <div class="page-head">
                <h1 tabindex="-1">{t(text::TITLE)}</h1>
                <p class="soft">{t(text::LEAD)}</p>
            </div>
            {move || {
                page.said
                    .get()
                    .map(|(tone, words, advice)| {
                        view! {
                            <Notice
                                tone=tone
                                title=Signal::derive(move || t(words)().to_owned())
                                testid="contact-said"
                            >
                                {advice.map(|advice| view! { <p>{t(advice)}</p> })}
                            </Notice>
                        }
                    })
            }}
            {move || page.failed.get().map(|error| view! { <ProblemNotice error=error /> })}
            {move || match (page.settings.get(), loaded.state.get()) {
                (Some(settings), _) => view! { <Known settings=settings page=page /> }.into_any(),
                (None, Load::Failed(error)) => {
                    view! { <Trouble error=error on_retry=move |()| loaded.retry() /> }.into_any()
                }
                _ => view! { <Skeleton /> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Known(settings: ContactSettings, page: Page) -> impl IntoView {
    let on = settings.push_since;
    let allow = allow(&settings, page);
    let muted = (!settings.muted.is_empty()).then(|| {
        let rows = settings
            .muted
            .iter()
            .map(|retailer| view! { <Muted retailer=retailer.clone() page=page /> })
            .collect_view();
        view! {
            <section class="card stack">
                <h2>{t(text::MUTED)}</h2>
                <ul class="my-list" data-testid="contact-muted">
                    {rows}
                </ul>
            </section>
        }
    });
    let contacts = settings
        .contacts
        .iter()
        .map(|contact| {
            let muted = settings
                .muted
                .iter()
                .any(|one| one.retailer_id == contact.retailer.retailer_id);
            view! { <Sent contact=contact.clone() muted=muted page=page /> }
        })
        .collect_view();
    let none = settings.contacts.is_empty();
    let by_mail = settings
        .mail
        .is_some()
        .then(|| view! { <ByMail settings=settings.clone() page=page /> });
    let by_line = settings
        .line
        .is_some()
        .then(|| view! { <ByLine settings=settings.clone() page=page /> });
    let ways = ways_on(&settings);
    let offers_more = settings.mail.is_some() || settings.line.is_some();
    view! {
        {match on {
            None => {
                view! {
                    <section class="card stack" data-testid="contact-off">
                        {offers_more.then(|| view! { <h2>{t(text::BROWSER)}</h2> })} {promises()}
                        {allow(text::ALLOW)}
                    </section>
                }
                    .into_any()
            }
            Some(since) => {
                let browsers = u64::from(settings.browsers);
                view! {
                    <section class="card stack" data-testid="contact-on">
                        <h2>{t(text::ON)}</h2>
                        <p class="soft">
                            {move || tf(text::ON_SINCE, &[&format::day(since, lang())])} " · "
                            {move || tn(text::BROWSERS, browsers, &[])}
                        </p>
                        {move || (!page.here.get()).then(|| allow(text::ALLOW_HERE))}
                        <Button
                            kind=ButtonKind::Secondary
                            busy=page.busy
                            wide=true
                            on_press=Callback::new(move |()| {
                                page.run(
                                    async move {
                                        let settings = http::delete::<ContactSettings>(path::CONTACT_PUSH)
                                            .await?;
                                        push::unsubscribe().await;
                                        page.here.try_set(false);
                                        Ok(settings)
                                    },
                                    Some(text::STOPPED),
                                );
                            })
                            testid="contact-stop"
                        >
                            {t(if ways > 1 { text::STOP_BROWSERS } else { text::STOP })}
                        </Button>
                    </section>
                }
                    .into_any()
            }
        }}
        {by_mail}
        {by_line}
        {(ways > 1)
            .then(|| {
                view! {
                    <Button
                        kind=ButtonKind::Secondary
                        busy=page.busy
                        wide=true
                        on_press=Callback::new(move |()| {
                            page.run(
                                async move {
                                    let settings = http::delete::<ContactSettings>(path::CONTACT)
                                        .await?;
                                    push::unsubscribe().await;
                                    page.here.try_set(false);
                                    Ok(settings)
                                },
                                Some(text::STOPPED),
                            );
                        })
                        testid="contact-stop-all"
                    >
                        {t(text::STOP)}
                    </Button>
                }
            })}
        {(ways > 0)
            .then(|| {
                view! {
                    <Choice settings=settings.clone() page=page />
                    <section class="card stack" data-testid="contact-sent">
                        <h2>{t(text::SENT)}</h2>
                        {none.then(|| view! { <p class="soft">{t(text::SENT_NONE)}</p> })}
                        <ul class="my-list">{contacts}</ul>
                    </section>
                }
            })}
        {muted}
    }
}

/// By how many ways messages come.
fn ways_on(settings: &ContactSettings) -> usize {
    let mail = settings
        .mail
        .as_ref()
        .and_then(|mail| mail.address.as_ref());
    let mail = mail.is_some_and(|address| address.state == MailState::Confirmed);
    let line = settings
        .line
        .as_ref()
        .is_some_and(|line| line.since.is_some());
    [settings.push_since.is_some(), mail, line]
        .iter()
        .filter(|on| **on)
        .count()
}

/// What will come, and what will not: the words that are agreed to.
fn promises() -> impl IntoView {
    view! {
        <ul class="my-promises">
            {text::PROMISES.map(|words| view! { <li>{t(words)}</li> }).collect_view()}
        </ul>
    }
}

/// The button that allows messages to this browser, or what stands in its way.
fn allow(settings: &ContactSettings, page: Page) -> impl Fn(Text) -> AnyView + Clone + use<> {
    let (key, version) = (settings.push_key.clone(), settings.text_version);
    move |words| {
        let note = |title: Text, advice: AnyView| {
            view! {
                <Notice
                    tone=Tone::Info
                    title=Signal::derive(move || t(title)().to_owned())
                    testid="contact-unable"
                >
                    {advice}
                </Notice>
            }
            .into_any()
        };
        match push::ability() {
            Ability::Able => {}
            Ability::Denied => {
                return note(
                    text::DENIED,
                    view! { <p>{t(text::DENIED_ADVICE)}</p> }.into_any(),
                );
            }
            Ability::FromHomeScreen => {
                let steps = text::HOME_SCREEN_STEPS.map(|words| view! { <li>{t(words)}</li> });
                return note(
                    text::HOME_SCREEN,
                    view! {
                        <ol class="my-steps">{steps.collect_view()}</ol>
                        <p class="small">{t(text::HOME_SCREEN_NEEDS)}</p>
                    }
                    .into_any(),
                );
            }
            Ability::Unable => {
                return note(
                    text::UNABLE,
                    view! { <p>{t(text::UNABLE_ADVICE)}</p> }.into_any(),
                );
            }
        }
        let key = key.clone();
        let press = move |()| {
            let key = key.clone();
            page.busy.set(true);
            page.failed.set(None);
            page.said.set(None);
            spawn_local(async move {
                let input = push::subscribe(&key, version).await;
                if page.busy.try_set(false).is_some() {
                    return;
                }
                match input {
                    Ok(input) => page.run(
                        async move {
                            let settings = http::put(path::CONTACT_PUSH, &input).await?;
                            page.here.try_set(true);
                            Ok(settings)
                        },
                        None,
                    ),
                    Err(NotSubscribed::Refused) => {
                        page.said.set(Some((
                            Tone::Info,
                            text::REFUSED,
                            Some(text::REFUSED_ADVICE),
                        )));
                    }
                    Err(NotSubscribed::Failed) => {
                        page.said
                            .set(Some((Tone::Warn, text::FAILED, Some(text::FAILED_ADVICE))));
                    }
                }
            });
        };
        view! {
            <Button busy=page.busy wide=true on_press=Callback::new(press) testid="contact-allow">
                {t(words)}
            </Button>
        }
        .into_any()
    }
}

/// Mutes or unmutes, and reads anew.
fn mute(retailer: &NamedRetailer, muted: bool, page: Page) {
    let address = path::fill(path::CONTACT_MUTE, &[&retailer.retailer_id.to_string()]);
    page.run(
        async move {
            if muted {
                http::put::<()>(&address, &()).await?;
            } else {
                http::delete::<()>(&address).await?;
            }
            http::get(path::CONTACT).await
        },
        None,
    );
}

#[component]
fn Sent(contact: Contact, muted: bool, page: Page) -> impl IntoView {
    let (reason, located_at, sent_at) = (contact.reason, contact.located_at, contact.sent_at);
    let retailer = contact.retailer.clone();
    view! {
        <li class="my-sent">
            <strong>{contact.retailer.name}</strong>
            <span class="small soft">{move || format::day_time(sent_at, lang())}</span>
            <span class="small">
                {t(reason.name())} " · " {t(contact.channel.name())} " · "
                {move || match located_at {
                    Some(at) => tf(text::LOCATED, &[&format::day(at, lang())]),
                    None if reason == Kind::CouponEnds => t(text::BY_COUPON)().to_owned(),
                    None => t(text::BY_AREA)().to_owned(),
                }}
            </span>
            {(!muted)
                .then(|| {
                    view! {
                        <Button
                            kind=ButtonKind::Quiet
                            busy=page.busy
                            on_press=Callback::new(move |()| mute(&retailer, true, page))
                            testid="contact-mute"
                        >
                            {t(text::MUTE)}
                        </Button>
                    }
                })}
        </li>
    }
}

#[component]
fn Muted(retailer: NamedRetailer, page: Page) -> impl IntoView {
    let name = retailer.name.clone();
    view! {
        <li class="my-sent">
            <strong>{name}</strong>
            <Button
                kind=ButtonKind::Quiet
                busy=page.busy
                on_press=Callback::new(move |()| mute(&retailer, false, page))
                testid="contact-unmute"
            >
                {t(text::UNMUTE)}
            </Button>
        </li>
    }
}
