//! What happened in a period: figures, plots, the tables behind them, and the same as CSV.

mod evidence;
mod goals;
mod holdout;
mod lift;
mod plots;
mod text;

use app::{
    api::{lift::Lift, path, retailer::Report},
    day::{Day, JST},
    goal::Goals,
    lang::Text,
    yen::Yen,
};
use leptos::prelude::*;

use self::{
    goals::GoalsCard,
    holdout::HoldoutCard,
    lift::LiftCards,
    plots::{DayPlot, FrequencyPlot, StorePlot},
};
use crate::{
    account::Account,
    browser::now_ms,
    format::{self, count},
    http,
    lang::{lang, t, tf},
    load::{Load, load},
    ui::{
        Button, ButtonKind, EmptyState, IconName, LinkButton, Notice, ProblemNotice, Skeleton, Tone,
    },
};

const PERIODS: [(i32, Text); 3] = [(7, text::LAST_7), (30, text::LAST_30), (90, text::LAST_90)];

/// `?from=…&to=…` of so many days up to today.
fn range(days: i32) -> String {
    let today = Day::of(now_ms(), JST);
    format!("from={}&to={today}", today.plus(1 - days))
}

/// The report of the last days.
#[component]
pub fn ReportPage() -> impl IntoView {
    let account = Account::here();
    let days = RwSignal::new(30);
    let report = load(move || {
        let path = format!("{}?{}", path::REPORT, range(days.get()));
        async move { account.watch(http::get::<Report>(&path).await) }
    });
    let lift = load(move || async move { account.watch(http::get::<Lift>(path::LIFT).await) });
    let goals = load(move || async move { account.watch(http::get::<Goals>(path::GOALS).await) });
    let lift_waits = Memo::new(move |_| {
        matches!(lift.state.get(), Load::Loading) || matches!(goals.state.get(), Load::Loading)
    });
    let retry = Callback::new(move |()| report.retry());
    let periods = PERIODS.map(|(n, name)| {
        view! {
            <button
                type="button"
                class="segment"
                data-testid=format!("period-{n}")
                aria-pressed=move || if days.get() == n { "true" } else { "false" }
                on:click=move |_| days.set(n)
            >
                {t(name)}
            </button>
        }
    });
    view! {
        <div class="page-head">
            <h1 tabindex="-1">{t(text::REPORT)}</h1>
            <div class="row no-print">
                <div class="segments" role="group" aria-label=t(text::PERIOD)>
                    {periods}
                </div>
                <LinkButton
                    href="/console/ratings"
                    kind=ButtonKind::Secondary
                    testid="to-ratings"
                >
                    {t(text::TO_RATINGS)}
                </LinkButton>
                <LinkButton
                    href="/console/visits"
                    kind=ButtonKind::Secondary
                    testid="to-visits"
                >
                    {t(text::TO_VISITS)}
                </LinkButton>
                <Button
                    kind=ButtonKind::Secondary
                    on_press=Callback::new(move |()| crate::browser::print_page())
                    testid="print"
                >
                    {t(text::PRINT)}
                </Button>
            </div>
        </div>
        {move || match report.state.get() {
            Load::Failed(error) => view! { <ProblemNotice error=error on_retry=retry /> }.into_any(),
            Load::Ready(report) if !lift_waits.get() => {
                // The figures are those of the answer, also while the next one is on its way.
                view! {
                    <LiftCards lift=lift />
                    {move || match (lift.state.get(), goals.state.get()) {
                        (Load::Ready(lift), Load::Ready(goals)) => {
                            Some(view! { <GoalsCard lift=lift goals=goals /> })
                        }
                        _ => None,
                    }}
                    <Shown report=report />
                    <HoldoutCard />
                }
                    .into_any()
            }
            _ => view! { <Skeleton blocks=6 /> }.into_any(),
        }}
    }
}

/// A link that downloads a table of the report.
#[component]
fn CsvLink(report: StoredValue<Report>, table: &'static str) -> impl IntoView {
    let href = report.with_value(|r| {
        format!(
            "{}?from={}&to={}&table={table}",
            path::REPORT_CSV,
            r.from,
            r.to
        )
    });
    view! {
        <a class="csv-link" href=href download="" data-testid=format!("csv-{table}")>
            {t(text::CSV)}
        </a>
    }
}

/// `part` of `whole` in whole percent.
fn share(part: u64, whole: u64) -> Option<String> {
    let percent = u128::from(part) * 100 / u128::from(whole.max(1));
    (whole > 0).then(|| format!("{percent} %"))
}

#[component]
fn Shown(report: Report) -> impl IntoView {
    let total = report.total.clone();
    let empty = total.plays == 0 && total.issued == 0 && total.visits == 0 && total.redeemed == 0;
    let range = {
        let (from, to) = (report.from.clone(), report.to.clone());
        move || {
            let at = |day: &str| {
                day.parse::<Day>().map_or_else(
                    |_| day.to_owned(),
                    |d| format::day_and_year(d.start(JST), lang()),
                )
            };
            format!("{} – {}", at(&from), at(&to))
        }
    };
    let frequency = report.visits_per_visitor_30d_milli.map_or_else(
        || "–".to_owned(),
        |n| format!("{}.{:02}", n / 1000, n % 1000 / 10),
    );
    let per_visit = i64::try_from(total.visits)
        .ok()
        .filter(|v| *v > 0)
        .map(|v| Yen(total.cost.get() / v).to_string());
    let of_issued = share(total.redeemed, total.issued);
    let figure = |name: Text, value: String, testid: &'static str, note: Option<(Text, String)>| {
        view! {
            <div class="figure">
                <dt>{t(name)}</dt>
                <dd>
                    <span class="number" data-testid=testid>
                        {value}
                    </span>
                    {note
                        .map(|(words, with)| {
                            view! {
                                <span class="figure-note soft small number">
                                    {move || tf(words, &[&with])}
                                </span>
                            }
                        })}
                </dd>
            </div>
        }
    };
    let figures = view! {
        <dl class="figures is-large">
            {figure(
                text::VISITS,
                count(total.visits),
                "report-visits",
                per_visit.map(|y| (text::PER_VISIT, y)),
            )}
            {figure(
                text::REDEEMED,
                count(total.redeemed),
                "report-redeemed",
                of_issued.map(|s| (text::OF_ISSUED, s)),
            )}
            {figure(
                text::COST,
                total.cost.to_string(),
                "report-cost",
                Some((text::ISSUED_VALUE, total.issued_value.to_string())),
            )}
            {figure(
                text::ISSUED,
                count(total.issued),
                "report-issued",
                Some((text::PLAYS.of(total.plays), count(total.plays))),
            )}
            {figure(text::VISITORS, count(report.visitors), "report-visitors", None)}
            {figure(text::FREQUENCY_30, frequency, "report-frequency", None)}
        </dl>
    };
    let report = StoredValue::new(report);
    let plots = (!empty).then(|| {
        view! {
            <section class="card stack">
                <div class="section-head">
                    <h2>{t(text::PER_DAY)}</h2>
                    <CsvLink report=report table="days" />
                </div>
                <DayPlot report=report />
            </section>
            <section class="card stack">
                <div class="section-head">
                    <h2>{t(text::PER_STORE)}</h2>
                    <CsvLink report=report table="stores" />
                </div>
                <StorePlot report=report />
            </section>
            <section class="card stack">
                <div class="section-head">
                    <h2>{t(text::PER_SHOPPER)}</h2>
                    <CsvLink report=report table="frequency" />
                </div>
                <FrequencyPlot report=report />
            </section>
        }
    });
    view! {
        <p class="soft number" data-testid="report-range">
            {range}
        </p>
        {figures}
        <Notice
            tone=Tone::Info
            title=Signal::derive(move || t(text::NOT_LIFT)().to_owned())
            testid="report-no-lift"
        >
            <p>{t(text::NOT_LIFT_WHAT)}</p>
        </Notice>
        {empty
            .then(|| {
                view! {
                    <EmptyState
                        icon=IconName::Ticket
                        title=Signal::derive(move || t(text::EMPTY)().to_owned())
                        testid="report-empty"
                    >
                        <p>{t(text::EMPTY_WHAT)}</p>
                    </EmptyState>
                }
            })}
        {plots}
    }
}
