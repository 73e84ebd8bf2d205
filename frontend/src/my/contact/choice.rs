//! How many messages a week, and the month of birth.

use app::{
    api::{
        contact::{ContactChoice, ContactSettings},
        path,
    },
    contact::PerWeek,
};
use leptos::prelude::*;

use super::{Page, text};
use crate::{
    http,
    lang::{t, tf, tn},
    markup::view,
    ui::{Button, ButtonKind, Field},
};

/// The form.
#[component]
pub(super) fn Choice(settings: ContactSettings, page: Page) -> impl IntoView {
    let per_week = RwSignal::new(settings.per_week.get().to_string());
    let month = RwSignal::new(
        settings
            .birth_month
            .map_or_else(String::new, |m| m.to_string()),
    );
    let save = move |()| {
        let choice = ContactChoice {
            per_week: per_week
                .get_untracked()
                .parse()
                .ok()
                .and_then(|n: u8| PerWeek::try_from(n).ok())
                .unwrap_or(PerWeek::MOST),
            birth_month: month.get_untracked().parse().ok(),
        };
        page.run(
            async move { http::put(path::CONTACT, &choice).await },
            Some(text::SAVED),
        );
    };
    let weeks = (1..=PerWeek::MOST.get())
        .map(|n| {
            view! {
                <option value=n.to_string() selected=n == settings.per_week.get()>
                    {move || tn(text::PER_WEEK_N, u64::from(n), &[])}
                </option>
            }
        })
        .collect_view();
    let months = (1..=12_u8)
        .map(|n| {
            view! {
                <option value=n.to_string() selected=settings.birth_month == Some(n)>
                    {move || tf(text::MONTH, &[&n.to_string()])}
                </option>
            }
        })
        .collect_view();
    view! {
        <section class="card stack">
            <h2>{t(text::CHOICE)}</h2>
            <Field id="per_week" label=Signal::derive(move || t(text::PER_WEEK)().to_owned())>
                <select
                    class="input"
                    id="per_week"
                    data-testid="contact-per-week"
                    on:change=move |event| per_week.set(event_target_value(&event))
                >
                    {weeks}
                </select>
            </Field>
            <Field
                id="birth_month"
                label=Signal::derive(move || t(text::BIRTH_MONTH)().to_owned())
                hint=Signal::derive(move || t(text::BIRTH_MONTH_HINT)().to_owned())
            >
                <select
                    class="input"
                    id="birth_month"
                    aria-describedby="birth_month-note"
                    data-testid="contact-birth-month"
                    on:change=move |event| month.set(event_target_value(&event))
                >
                    <option value="" selected=settings.birth_month.is_none()>
                        {t(text::NOT_TOLD)}
                    </option>
                    {months}
                </select>
            </Field>
            <Button
                kind=ButtonKind::Secondary
                busy=page.busy
                on_press=Callback::new(save)
                testid="contact-save"
            >
                {t(text::SAVE)}
            </Button>
        </section>
    }
}
