//! What was announced, and how far it is.

use app::{
    announcement::AnnouncementStatus,
    api::{
        contact::{Announcement, Funnel, Reach},
        path,
    },
    contact::Channel,
    lang::Text,
};
use leptos::prelude::*;

use crate::markup::view;

use super::text;
use crate::{
    account::Account,
    browser::now_ms,
    chart::{Meter, Part},
    console::{campaigns::name_of, funnel::steps, twice::Twice},
    format, http,
    lang::{lang, t, tf},
    load::{Load, load},
    ui::{ProblemNotice, Skeleton},
};

/// The list, the newest first.
#[component]
pub(super) fn List(items: Vec<Announcement>, on_change: Callback<()>) -> impl IntoView {
    let none = items.is_empty();
    let rows = items
        .into_iter()
        .map(|one| view! { <Row one=one on_change=on_change /> })
        .collect_view();
    view! {
        <section class="stack">
            <h2>{t(text::LIST)}</h2>
            {none.then(|| view! { <p class="soft">{t(text::LIST_NONE)}</p> })}
            <ul class="cards" data-testid="announcements">
                {rows}
            </ul>
        </section>
    }
}

/// Why some of them hear nothing.
const fn reasons(reach: &Reach) -> [(Text, u64); 7] {
    [
        (text::HELD_OUT, reach.held_out),
        (text::CAPPED, reach.capped),
        (text::TOO_LATE, reach.too_late),
        (text::MUTED, reach.muted),
        (text::NO_CONSENT, reach.no_consent),
        (text::FAILED, reach.failed),
        (text::NOT_ANY_MORE, reach.stopped),
    ]
}

/// To how many it went by which way.
fn ways(reach: &Reach) -> String {
    let ways = Channel::ALL.map(|channel| {
        let n = format::count(reach.by.of(channel));
        format!("{} {n}", t(channel.name())())
    });
    ways.join(" · ")
}

#[component]
fn Row(one: Announcement, on_change: Callback<()>) -> impl IntoView {
    let stop = path::fill(path::ANNOUNCEMENT_STOP, &[&one.announcement_id.to_string()]);
    let funnel = path::fill(
        path::ANNOUNCEMENT_FUNNEL,
        &[&one.announcement_id.to_string()],
    );
    let run = move || {
        let stop = stop.clone();
        async move { http::post_empty::<Announcement>(&stop).await.map(|_| ()) }
    };
    let (word, class) = match one.status {
        AnnouncementStatus::Selecting => (text::SELECTING, "status status-plain"),
        AnnouncementStatus::Sending if one.starts_at > now_ms() => {
            (text::WAITS, "status status-plain")
        }
        AnnouncementStatus::Sending => (text::SENDING, "status status-published"),
        AnnouncementStatus::Stopped => (text::STOPPED, "status status-paused"),
        AnnouncementStatus::Done => (text::DONE, "status status-ended"),
    };
    let reach = one.reach;
    let silent: u64 = reasons(&reach).iter().map(|(_, n)| n).sum();
    let (title, title_en) = (one.title.clone(), one.title_en.clone());
    let (from, until) = (one.starts_at, one.over_at);
    let (campaign, campaign_en) = (one.campaign_name.clone(), one.campaign_name_en.clone());
    let kind = one.kind;
    let why = reasons(&reach)
        .into_iter()
        .filter(|(_, n)| *n > 0)
        .map(|(words, n)| {
            view! {
                <div class="row">
                    <dt>{t(words)}</dt>
                    <dd class="number">{format::count(n)}</dd>
                </div>
            }
        })
        .collect_view();
    let part = |label: Text, n: u64, tone: &'static str| Part {
        label: t(label)().to_owned(),
        text: format::count(n),
        value: i64::try_from(n).unwrap_or(i64::MAX),
        tone,
    };
    view! {
        <li class="card stack-tight" data-testid="announcement">
            <div class="campaign-card-head">
                <h3>{move || name_of(&title, title_en.as_deref())}</h3>
                <span class=class data-testid="announcement-status" data-status=one.status.slug()>
                    {t(word)}
                </span>
            </div>
            <p class="soft small">
                {t(kind.name())} " · " {move || name_of(&campaign, campaign_en.as_deref())} " · "
                {move || {
                    let lang = lang();
                    format!("{} – {}", format::day_time(from, lang), format::day_time(until, lang))
                }}
            </p>
            <Meter parts=vec![
                part(text::SENT, reach.sent, "spent"),
                part(text::WAITING, reach.waiting, "reserved"),
                part(text::NOT_SENT, silent, "available"),
            ] />
            {(reach.sent > 0)
                .then(|| {
                    let seen = [format::count(reach.shown), format::count(reach.opened)];
                    view! {
                        <p class="small" data-testid="announcement-seen">
                            {move || tf(text::OPENED, &[&seen[0], &seen[1]])}
                        </p>
                    }
                })}
            {(reach.by.line + reach.by.mail > 0)
                .then(|| {
                    view! {
                        <p class="small" data-testid="announcement-ways">
                            {move || ways(&reach)}
                            " · "
                            {t(text::ONLY_BROWSERS)}
                        </p>
                    }
                })}
            {(reach.sent > 0).then(|| view! { <Afterwards of=funnel /> })}
            {(silent > 0)
                .then(|| {
                    view! {
                        <details class="more">
                            <summary>{t(text::WHY_NOT)}</summary>
                            <dl class="stack-tight">{why}</dl>
                        </details>
                    }
                })}
            {one
                .status
                .is_at_work()
                .then(|| {
                    view! {
                        <Twice
                            act=text::STOP
                            what=text::STOP_WHAT
                            really=text::STOP_REALLY
                            run=run
                            on_done=on_change
                            testid="announcement-stop"
                        />
                    }
                })}
        </li>
    }
}

/// What those who were written to did afterwards, asked for when it is unfolded.
#[component]
fn Afterwards(
    /// The address of it.
    of: String,
) -> impl IntoView {
    let asked = RwSignal::new(false);
    view! {
        <details class="more" data-testid="announcement-funnel" on:toggle=move |_| asked.set(true)>
            <summary>{t(text::AFTERWARDS)}</summary>
            {move || asked.get().then(|| view! { <Steps of=of.clone() /> })}
        </details>
    }
}

#[component]
fn Steps(of: String) -> impl IntoView {
    let account = Account::here();
    let funnel = load(move || {
        let of = of.clone();
        async move { account.watch(http::get::<Funnel>(&of).await) }
    });
    move || match funnel.state.get() {
        Load::Loading => view! { <Skeleton blocks=2 /> }.into_any(),
        Load::Failed(error) => {
            view! { <ProblemNotice error=error on_retry=move |()| funnel.retry() /> }.into_any()
        }
        Load::Ready(funnel) => {
            let rows = steps(&funnel.steps);
            let days = funnel.days.to_string();
            view! {
                <p class="small soft">{move || tf(text::AFTERWARDS_NOTE, &[&days])}</p>
                {rows}
            }
            .into_any()
        }
    }
}
