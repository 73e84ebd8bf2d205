//! What shoppers thought who used a coupon.

mod text;

use app::{
    api::{path, reach::RatingReport},
    rating::REPORT_DAYS,
};
use leptos::prelude::*;

use crate::{
    account::Account,
    console::table::{Cell, Column, Table},
    http,
    lang::{t, tf, tn},
    load::{Load, load},
    ui::{ButtonKind, EmptyState, IconName, LinkButton, ProblemNotice, Skeleton},
};

/// The page.
#[component]
pub fn RatingsPage() -> impl IntoView {
    let account = Account::here();
    let report =
        load(move || async move { account.watch(http::get::<RatingReport>(path::RATINGS).await) });
    view! {
        <div class="page-head">
            <h1 tabindex="-1">{t(text::TITLE)}</h1>
            <LinkButton href="/console/report" kind=ButtonKind::Quiet>
                {t(text::TO_REPORT)}
            </LinkButton>
        </div>
        <p class="soft">{move || tf(text::LEAD, &[&REPORT_DAYS.to_string()])}</p>
        {move || match report.state.get() {
            Load::Loading => view! { <Skeleton blocks=4 /> }.into_any(),
            Load::Failed(error) => {
                view! { <ProblemNotice error=error on_retry=move |()| report.retry() /> }.into_any()
            }
            Load::Ready(RatingReport { stars: None, .. }) => {
                view! {
                    <EmptyState
                        icon=IconName::Chart
                        title=Signal::derive(move || t(text::NOT_ENOUGH)().to_owned())
                        testid="ratings-not-enough"
                    >
                        <p>{t(text::NOT_ENOUGH_ADVICE)}</p>
                    </EmptyState>
                }
                    .into_any()
            }
            Load::Ready(RatingReport { stars: Some(stars), .. }) => {
                let all: u64 = stars.iter().sum();
                let rows = move || {
                    // The best first.
                    [1_u64, 2, 3, 4, 5]
                        .into_iter()
                        .zip(stars)
                        .rev()
                        .map(|(n, answers)| {
                            vec![
                                tn(text::STARS, n, &[]).into(),
                                answers.into(),
                                Cell::Share(answers, all),
                            ]
                        })
                        .collect::<Vec<Vec<Cell>>>()
                };
                view! {
                    <section class="card stack" data-testid="ratings">
                        <h2 class="number">{move || tn(text::ANSWERS, all, &[])}</h2>
                        <Table
                            name=text::ALL
                            columns=[
                                Column::Words(text::COLUMN_STARS),
                                Column::Figures(text::COLUMN_ANSWERS),
                                Column::Bar,
                            ]
                            rows=rows
                            testid="ratings-table"
                        />
                        <a
                            class="csv-link"
                            href=path::RATINGS_CSV
                            download=""
                            data-testid="ratings-csv"
                        >
                            {t(text::CSV)}
                        </a>
                    </section>
                }
                    .into_any()
            }
        }}
    }
}
