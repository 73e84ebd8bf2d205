//! The activity log: who did what, when and where, by day; filtered, and exported whole.

mod facts;
mod filter;
mod log;
mod text;

use app::{
    api::path,
    audit::Action,
    day::{Day, JST},
    lang::Text,
};
use leptos::prelude::*;

use self::{
    facts::{Fact, facts},
    filter::FilterBar,
    log::{Entry, Log},
};
use crate::{
    format,
    lang::{lang, lang_of, t},
    markup::view,
    ui::{Button, ButtonKind, EmptyState, Icon, IconName, LinkButton, ProblemNotice, Skeleton},
};

/// The log.
#[component]
pub fn AuditPage() -> impl IntoView {
    let log = Log::start();
    let again = Callback::new(move |()| log.again());
    view! {
        <div class="page-head">
            <h1 tabindex="-1">{t(text::LOG)}</h1>
            <LinkButton href="/console/support" kind=ButtonKind::Quiet testid="to-support">
                {t(text::TO_SUPPORT)}
            </LinkButton>
            <div class="audit-export" role="group" aria-labelledby="audit-export">
                <span class="soft small" id="audit-export">
                    {t(text::EXPORT)}
                </span>
                <ExportLink format="csv" words=text::AS_CSV />
                <ExportLink format="jsonl" words=text::AS_LINES />
            </div>
        </div>
        <FilterBar filters=log.filters>
            <p class="soft small audit-lead">{t(text::LEAD)}</p>
        </FilterBar>
        {move || {
            let nothing_yet = !log.known.get() && log.failed.with(Option::is_none)
                && log.entries.with(Vec::is_empty);
            nothing_yet.then(|| view! { <Skeleton blocks=6 /> })
        }}
        <Days log=log />
        {move || log.failed.get().map(|error| view! { <ProblemNotice error=error on_retry=again /> })}
        {move || {
            let (known, none) = (log.known.get(), log.entries.with(Vec::is_empty));
            if known && none {
                Some(view! { <Nothing log=log /> }.into_any())
            } else if known && log.next.get().is_none() {
                Some(view! { <p class="soft small">{t(text::ALL_SHOWN)}</p> }.into_any())
            } else if log.next.get().is_some() && log.failed.with(Option::is_none) {
                Some(
                    view! {
                        <div class="row">
                            <Button
                                kind=ButtonKind::Secondary
                                busy=log.busy
                                on_press=Callback::new(move |()| log.older())
                                testid="audit-older"
                            >
                                {t(text::OLDER)}
                            </Button>
                        </div>
                    }
                        .into_any(),
                )
            } else {
                None
            }
        }}
    }
}

/// A link that downloads the whole log.
#[component]
fn ExportLink(format: &'static str, words: Text) -> impl IntoView {
    view! {
        <a
            class="csv-link"
            href=format!("{}?format={format}", path::AUDIT_EXPORT)
            download=""
            data-testid=format!("audit-export-{format}")
        >
            {t(words)}
        </a>
    }
}

/// Nothing at all, or nothing of that kind.
#[component]
fn Nothing(log: Log) -> impl IntoView {
    let filtered = log.filters.count() > 0;
    let (title, advice, testid) = if filtered {
        (
            text::NONE_FOUND,
            text::NONE_FOUND_ADVICE,
            "audit-none-found",
        )
    } else {
        (text::NONE, text::NONE_ADVICE, "audit-empty")
    };
    view! {
        <EmptyState
            icon=IconName::Clock
            title=Signal::derive(move || t(title)().to_owned())
            testid=testid
        >
            <p>{t(advice)}</p>
            {filtered
                .then(|| {
                    view! {
                        <Button
                            kind=ButtonKind::Secondary
                            on_press=Callback::new(move |()| log.filters.clear())
                            testid="audit-clear-empty"
                        >
                            {t(text::NO_FILTERS)}
                        </Button>
                    }
                })}
        </EmptyState>
    }
}

/// Entries that stand together: those of a day in Japan.
fn by_day(entries: Vec<Entry>) -> Vec<(Day, Vec<Entry>)> {
    let mut days: Vec<(Day, Vec<Entry>)> = Vec::new();
    for entry in entries {
        let day = Day::of(entry.at, JST);
        match days.last_mut() {
            Some((last, of_day)) if *last == day => of_day.push(entry),
            _ => days.push((day, vec![entry])),
        }
    }
    days
}

#[component]
fn Days(log: Log) -> impl IntoView {
    let days = move || {
        by_day(log.entries.get())
            .into_iter()
            .map(|(day, entries)| {
                view! {
                    <section class="card audit-day">
                        <h2>{move || format::day_and_year(day.start(JST), lang())}</h2>
                        <ul class="rows">{entries.into_iter().map(row).collect_view()}</ul>
                    </section>
                }
            })
            .collect_view()
    };
    view! {
        <div
            class="audit-days"
            data-testid="audit-list"
            aria-busy=move || log.busy.get().to_string()
        >
            {days}
        </div>
    }
}

fn row(entry: Entry) -> impl IntoView {
    let action = Action::from_slug(&entry.action);
    let who = {
        let (kind, name) = (entry.actor_kind, entry.actor_name.clone());
        move || kind.who(name.as_deref(), lang())
    };
    let sentence = {
        let slug = entry.action.clone();
        move || {
            // What a newer server did has no sentence here yet: its name is better than nothing.
            let words = action.map_or_else(
                || format!("{{}}: {slug}"),
                |action| action.sentence().get(lang()).to_owned(),
            );
            let (before, after) = words.split_once("{}").unwrap_or((words.as_str(), ""));
            let who = who();
            view! {
                {before.to_owned()}
                <strong lang=lang_of(&who)>{who.clone()}</strong>
                {after.to_owned()}
            }
        }
    };
    // The store itself is the subject of what is done to stores.
    let of = entry.subject_name.clone().filter(|name| {
        Some(name) != entry.actor_name.as_ref() && Some(name) != entry.store_name.as_ref()
    });
    let place = [of, entry.store_name.clone()]
        .into_iter()
        .flatten()
        .map(|name| {
            view! {
                <span class="audit-name" lang=lang_of(&name)>
                    {name.clone()}
                </span>
            }
        })
        .collect_view();
    let said = {
        let (details, names) = (
            entry.details.clone(),
            [entry.subject_name.clone(), entry.store_name.clone()],
        );
        move || {
            facts(
                action,
                &details,
                &names.each_ref().map(Option::as_deref),
                lang(),
            )
            .into_iter()
            .map(fact)
            .collect_view()
        }
    };
    let seal = entry.number.map(|number| {
        view! {
            <span class="audit-seal number" data-testid="audit-seal" title=entry.link>
                <Icon name=IconName::Lock />
                <span class="visually-hidden">{t(text::SEALED)} " "</span>
                {format::grouped(number)}
            </span>
        }
    });
    view! {
        <li class="audit-row" data-testid="audit-entry" data-action=entry.action>
            <span class="audit-time number soft">{format::time(entry.at)}</span>
            <div class="audit-what">
                <p>{sentence}</p>
                <div class="audit-more small">
                    <p class="audit-of soft">{place}</p>
                    <dl class="audit-facts">{said}</dl>
                </div>
            </div>
            {seal}
        </li>
    }
}

fn fact(fact: Fact) -> impl IntoView {
    let change = fact.before.map(|before| {
        view! {
            <span class="visually-hidden">{t(text::BEFORE)} " "</span>
            <span class="audit-before">{before}</span>
            <span aria-hidden="true">" → "</span>
            <span class="visually-hidden">" " {t(text::AFTER)} " "</span>
        }
    });
    view! {
        <div>
            <dt>{fact.name}</dt>
            <dd>{change} <span>{fact.now}</span></dd>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use app::{audit::ActorKind, id::AuditId};

    use super::{Entry, by_day};
    use crate::json::Json;

    #[test]
    fn days_begin_at_midnight_in_japan() {
        let at = |at| Entry {
            entry_id: AuditId::new(at, [0; 10]),
            at,
            actor_kind: ActorKind::System,
            account_id: None,
            actor_name: None,
            action: String::new(),
            about: None,
            subject: String::new(),
            subject_name: None,
            store_id: None,
            store_name: None,
            origin: None,
            request_id: None,
            details: Json::Null,
            number: None,
            link: None,
        };
        // 2026-11-22T15:00Z is midnight in Japan.
        let midnight = 1_795_359_600_000;
        let days = by_day(vec![at(midnight + 1), at(midnight), at(midnight - 1)]);
        let sizes: Vec<usize> = days.iter().map(|(_, entries)| entries.len()).collect();
        assert_eq!(sizes, [2, 1]);
        assert!(by_day(Vec::new()).is_empty());
    }
}
