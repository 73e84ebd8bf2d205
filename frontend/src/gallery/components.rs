//! The components of `ui`, each in its states.

use app::{
    problem::{Problem, ProblemKind},
    yen::Yen,
};
use leptos::prelude::*;

use super::{Section, text};
use crate::{
    http::HttpError,
    lang::{lang, t},
    ui::{
        Amount, Brand, Button, ButtonKind, EmptyState, Icon, IconName, LanguageSwitch, LinkButton,
        Notice, ProblemNotice, QrCode, Skeleton, Spinner, TextField, Tone,
    },
};

fn words(text: app::lang::Text) -> Signal<String> {
    Signal::derive(move || t(text)().to_owned())
}

/// All of them.
#[component]
pub(super) fn Components() -> impl IntoView {
    view! {
        <Buttons />
        <Fields />
        <Notices />
        <Section name=text::PROBLEMS testid="problems">
            {move || {
                let mut problem = Problem::new(ProblemKind::TooManyRequests, lang());
                problem.retry_after = Some(1);
                problem.request_id = Some("01JD5Q7M".to_owned());
                let retry = Callback::new(|()| ());
                view! {
                    <ProblemNotice error=HttpError::Problem(Box::new(problem)) on_retry=retry />
                    <ProblemNotice error=HttpError::Offline on_retry=retry />
                    <ProblemNotice error=HttpError::Unexpected(502) on_retry=retry />
                }
            }}
        </Section>
        <Section name=text::WAITING testid="waiting">
            <Spinner label=words(text::BUSY) />
            <Skeleton blocks=2 />
        </Section>
        <Section name=text::EMPTY testid="empty">
            <EmptyState icon=IconName::Shop title=words(text::EMPTY)>
                <p>{t(text::SAYS_MORE)}</p>
            </EmptyState>
        </Section>
        <Section name=text::MONEY testid="money">
            {["4xl", "2xl", "m"]
                .map(|size| {
                    view! {
                        <p class=format!("sample-{size}")>
                            <Amount yen=Yen(1_200) />
                        </p>
                    }
                })}
        </Section>
        <Section name=text::BRAND testid="brand">
            <div class="row">
                <Brand suffix=Signal::derive(t(text::NAME)) />
                <LanguageSwitch />
            </div>
            <div class="gallery-qr">
                <QrCode rows=qr_rows() />
            </div>
        </Section>
        <Section name=text::ICONS testid="icons">
            <ul class="gallery-icons">
                {IconName::ALL
                    .map(|name| {
                        view! {
                            <li>
                                <Icon name=name />
                                <code>{format!("{name:?}")}</code>
                            </li>
                        }
                    })}
            </ul>
        </Section>
    }
}

#[component]
fn Buttons() -> impl IntoView {
    let press = Callback::new(|()| ());
    let kinds = [
        ButtonKind::Primary,
        ButtonKind::Secondary,
        ButtonKind::Quiet,
        ButtonKind::Danger,
    ]
    .map(|kind| {
        view! {
            <div class="row">
                <Button kind=kind on_press=press>
                    {t(text::PRESS)}
                </Button>
                <Button kind=kind on_press=press icon=IconName::Scan>
                    {t(text::PRESS)}
                </Button>
                <Button kind=kind on_press=press busy=true>
                    {t(text::BUSY)}
                </Button>
                <Button kind=kind on_press=press disabled=true>
                    {t(text::OFF)}
                </Button>
                <LinkButton kind=kind href="/gallery/">
                    {t(text::LINK)}
                </LinkButton>
            </div>
        }
    });
    view! {
        <Section name=text::BUTTONS testid="buttons">
            {kinds}
            <Button on_press=press wide=true>
                {t(text::PRESS)}
            </Button>
        </Section>
    }
}

#[component]
fn Fields() -> impl IntoView {
    let field = |id: &'static str, wrong: bool, optional: bool| {
        view! {
            <TextField
                id=id
                label=words(text::LABEL)
                hint=words(text::HINT)
                value=RwSignal::new(String::new())
                optional=optional
                error=Signal::derive(move || wrong.then(|| t(text::WRONG)().to_owned()))
            />
        }
    };
    view! {
        <Section name=text::FIELDS testid="fields">
            {field("plain", false, false)}
            {field("optional", false, true)}
            {field("wrong", true, false)}
            <TextField
                id="yen"
                label=words(text::MONEY)
                value=RwSignal::new("1,200".to_owned())
                unit=words(text::YEN)
                inputmode="numeric"
            />
        </Section>
    }
}

#[component]
fn Notices() -> impl IntoView {
    let notices = [Tone::Info, Tone::Good, Tone::Warn, Tone::Bad].map(|tone| {
        view! {
            <Notice tone=tone title=words(text::SAYS)>
                <p>{t(text::SAYS_MORE)}</p>
            </Notice>
        }
    });
    view! {
        <Section name=text::NOTICES testid="notices">
            {notices}
        </Section>
    }
}

/// A QR code as long as those that coupons show.
fn qr_rows() -> Vec<String> {
    use qrcode::{Color, EcLevel, QrCode};
    let rows = |code: QrCode| {
        let row = |row: &[Color]| row.iter().map(|m| m.select('1', '0')).collect();
        code.to_colors().chunks(code.width()).map(row).collect()
    };
    QrCode::with_error_correction_level("R".repeat(56), EcLevel::Q)
        .map(rows)
        .unwrap_or_default()
}
