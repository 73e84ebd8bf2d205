//! What went wrong with a request, with what to do about it.

use app::problem::Problem;
use leptos::prelude::*;

use crate::markup::view;

use super::{Button, ButtonKind, Notice, Tone, text};
use crate::{
    http::HttpError,
    lang::{t, tf, tn},
};

/// A failed request: the server's sentences, the fields and lines that are wrong, the request's id, and another try.
#[component]
pub fn ProblemNotice(
    /// What happened.
    error: HttpError,
    /// Tries again, where that makes sense.
    #[prop(optional, into)]
    on_retry: Option<Callback<()>>,
) -> impl IntoView {
    let retry = move || {
        on_retry.map(|again| {
            view! {
                <Button kind=ButtonKind::Secondary on_press=again testid="retry">
                    {t(text::RETRY)}
                </Button>
            }
        })
    };
    match error {
        HttpError::Offline => view! {
            <Notice
                tone=Tone::Warn
                title=Signal::derive(move || t(text::OFFLINE)().to_owned())
                testid="offline"
            >
                <p>{t(text::OFFLINE_ADVICE)}</p>
                {retry()}
            </Notice>
        }
        .into_any(),
        HttpError::Unexpected(status) => view! {
            <Notice
                tone=Tone::Bad
                title=Signal::derive(move || t(text::UNEXPECTED)().to_owned())
                testid="problem"
            >
                <p>{t(text::UNEXPECTED_ADVICE)} {(status > 0).then(|| format!(" ({status})"))}</p>
                {retry()}
            </Notice>
        }
        .into_any(),
        HttpError::Problem(problem) => {
            let Problem { title, detail, .. } = *problem.clone();
            let fields = problem.errors.iter().map(|e| e.reason.clone());
            let lines = problem.lines.iter().map(|l| {
                if l.line == 0 {
                    l.reason.clone()
                } else {
                    let column = if l.column.is_empty() {
                        String::new()
                    } else {
                        format!(" ({})", l.column)
                    };
                    format!(
                        "{}{column}: {}",
                        tf(text::LINE, &[&l.line.to_string()]),
                        l.reason
                    )
                }
            });
            let items: Vec<_> = fields
                .chain(lines)
                .map(|r| view! { <li>{r}</li> })
                .collect();
            let wait = problem
                .retry_after
                .map(|s| view! { <p>{tn(text::WAIT_SECONDS, s, &[])}</p> });
            let id = problem.request_id.clone().map(|id| {
                view! {
                    <p class="notice-id">
                        {t(text::REQUEST_ID)} ": " <span translate="no">{id}</span>
                    </p>
                }
            });
            view! {
                <Notice tone=Tone::Bad title=title testid="problem">
                    <p>{detail}</p>
                    {(!items.is_empty()).then(|| view! { <ul class="notice-list">{items}</ul> })}
                    {wait}
                    {id}
                    {retry()}
                </Notice>
            }
            .into_any()
        }
    }
}
