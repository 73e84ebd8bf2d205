//! What the retailer wants to reach, and how far it is.

use app::{
    api::{lift::Lift, path},
    campaign::FieldProblem,
    goal::{self, Goals, Standing},
    lang::Text,
    lift::{Interval, Region},
    yen::Yen,
};
use leptos::{prelude::*, task::spawn_local};

use super::{
    lift::{range, yen},
    text,
};
use crate::{
    account::Account,
    console::form::{FormProblem, Wrong},
    format::signed_percent,
    http,
    lang::{t, tf},
    ui::{Button, TextField},
};

/// Goals with where they stand, and a form to set them.
#[component]
pub(super) fn GoalsCard(
    /// What is measured.
    lift: Lift,
    /// What was set.
    goals: Goals,
) -> impl IntoView {
    let goals = RwSignal::new(goals);
    let lift = StoredValue::new(lift);
    view! {
        <section class="card stack" data-testid="goals">
            <h2>{t(text::GOALS)}</h2>
            {move || {
                let goals = goals.get();
                if goals == Goals::default() {
                    return view! { <p class="soft">{t(text::GOALS_NONE)}</p> }.into_any();
                }
                lift.with_value(|lift| progress(lift, goals)).into_any()
            }}
            <details class="more no-print" data-testid="goals-set">
                <summary>{t(text::GOALS_SET)}</summary>
                <GoalsForm goals=goals />
            </details>
        </section>
    }
}

/// Each goal, held against the programme that goes on.
fn progress(lift: &Lift, goals: Goals) -> impl IntoView + use<> {
    let programme = lift
        .epochs
        .iter()
        .find(|epoch| epoch.campaign_id.is_none() && epoch.ended_at.is_none());
    let analysis = programme.and_then(|epoch| epoch.imported.as_ref());
    let relative = analysis.and_then(goal::believed);
    // Of lift that may not be believed there is no price either.
    let ratio = relative.and_then(|_| programme?.money?.yen_per_visit);
    let more = goals.lift_percent.map(|percent| {
        let standing = goal::more_visits(percent, relative.as_ref());
        let wanted = f64::from(percent) / 100.0;
        let now =
            relative.map(|at| tf(text::GOAL_NOW, &[&signed_percent(at.estimate), &range(at)]));
        let picture = relative.map(|at| bar(at, wanted));
        row(
            tf(text::GOAL_MORE, &[&percent.to_string()]),
            standing,
            now,
            picture,
            "goal-more",
        )
    });
    let price = goals.yen_per_visit.map(|most| {
        let standing = goal::price(most, ratio.as_ref());
        let between = ratio.and_then(|ratio| match ratio.region {
            Region::Between { low, high } => Some(Interval {
                estimate: ratio.estimate,
                low: Some(low),
                high: Some(high),
            }),
            _ => None,
        });
        let now = between.map(|at| {
            let ends = [at.low, at.high].map(|end| end.map_or_else(String::new, yen));
            tf(
                text::GOAL_NOW,
                &[&yen(at.estimate), &format!("{} – {}", ends[0], ends[1])],
            )
        });
        let picture = between.map(|at| bar(at, most.get() as f64));
        row(
            tf(text::GOAL_PRICE, &[&most.to_string()]),
            standing,
            now,
            picture,
            "goal-price",
        )
    });
    view! { <ul class="goals">{more} {price}</ul> }
}

const fn words(standing: Standing) -> (Text, &'static str) {
    match standing {
        Standing::Reached => (text::GOAL_REACHED, "status status-published"),
        Standing::Missed => (text::GOAL_MISSED, "status status-paused"),
        Standing::Open => (text::GOAL_OPEN, "status status-plain"),
        Standing::Unmeasured => (text::GOAL_UNMEASURED, "status status-plain"),
    }
}

fn row(
    goal: String,
    standing: Standing,
    now: Option<String>,
    picture: Option<impl IntoView + 'static>,
    testid: &'static str,
) -> impl IntoView {
    let (word, class) = words(standing);
    view! {
        <li class="goal" data-testid=testid>
            <div class="row">
                <strong>{goal}</strong>
                <span class=class>{t(word)}</span>
            </div>
            {picture}
            {now.map(|now| view! { <p class="small soft">{now}</p> })}
        </li>
    }
}

/// Units of the picture's width.
const WIDE: f64 = 1_000.0;

/// Where it may be, as a bar, and the goal as a line; the words beside it say the same.
fn bar(at: Interval, goal: f64) -> impl IntoView {
    let (low, high) = (
        at.low.unwrap_or(at.estimate),
        at.high.unwrap_or(at.estimate),
    );
    let first = low.min(goal).min(0.0);
    let last = high.max(goal).max(first + f64::EPSILON);
    // Some air on both sides.
    let span = (last - first) * 1.1;
    let x = |value: f64| ((value - first + span * 0.045) / span * WIDE).clamp(0.0, WIDE);
    let one = |value: f64| format!("{:.0}", x(value));
    view! {
        <svg class="goal-bar" viewBox="0 0 1000 60" preserveAspectRatio="none" aria-hidden="true">
            <rect class="goal-track" x="0" y="22" width="1000" height="16" />
            <rect
                class="goal-range"
                x=one(low)
                y="14"
                width=format!("{:.0}", (x(high) - x(low)).max(4.0))
                height="32"
            />
            <rect class="goal-estimate" x=one(at.estimate) y="8" width="6" height="44" />
            <rect class="goal-line" x=one(goal) y="0" width="6" height="60" />
        </svg>
    }
}

/// A number that may be left out.
fn read<T: std::str::FromStr>(
    field: &'static str,
    text: RwSignal<String>,
) -> Result<Option<T>, FieldProblem> {
    let typed = text.get_untracked();
    match typed.trim() {
        "" => Ok(None),
        typed => typed
            .parse()
            .map(Some)
            .map_err(|_| FieldProblem::new(field, text::GOAL_NO_NUMBER)),
    }
}

#[component]
fn GoalsForm(goals: RwSignal<Goals>) -> impl IntoView {
    let account = Account::here();
    let known = goals.get_untracked();
    let shown = |value: Option<String>| RwSignal::new(value.unwrap_or_default());
    let percent = shown(known.lift_percent.map(|p| p.to_string()));
    let price = shown(known.yen_per_visit.map(|y| y.get().to_string()));
    let wrong = Wrong::none();
    let busy = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let input = match (
            read("lift_percent", percent),
            read::<i64>("yen_per_visit", price),
        ) {
            (Ok(lift_percent), Ok(yen)) => Goals {
                lift_percent,
                yen_per_visit: yen.map(Yen),
            },
            (one, other) => {
                return wrong.show([one.err(), other.err()].into_iter().flatten().collect());
            }
        };
        if let Err(problems) = input.check() {
            return wrong.show(problems);
        }
        busy.set(true);
        wrong.clear();
        spawn_local(async move {
            let answer = http::put::<Goals>(path::GOALS, &input).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match account.watch(answer) {
                Ok(now) => goals.set(now),
                Err(error) => wrong.answer(error),
            }
        });
    };
    view! {
        <form class="stack" novalidate=true on:submit=submit>
            <FormProblem wrong=wrong />
            <div class="field-pair">
                <TextField
                    id="lift_percent"
                    label=Signal::derive(move || t(text::GOAL_MORE_LABEL)().to_owned())
                    value=percent
                    inputmode="numeric"
                    optional=true
                    unit=Signal::derive(move || t(text::PERCENT)().to_owned())
                    error=wrong.at("lift_percent")
                    testid="goal-percent"
                />
                <TextField
                    id="yen_per_visit"
                    label=Signal::derive(move || t(text::GOAL_PRICE_LABEL)().to_owned())
                    value=price
                    inputmode="numeric"
                    optional=true
                    unit=Signal::derive(move || t(text::YEN_UNIT)().to_owned())
                    error=wrong.at("yen_per_visit")
                    testid="goal-yen"
                />
            </div>
            <div class="form-actions">
                <Button busy=busy testid="goals-save">
                    {t(text::GOALS_SAVE)}
                </Button>
            </div>
        </form>
    }
}
