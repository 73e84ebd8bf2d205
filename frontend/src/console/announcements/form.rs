//! Writing something to shoppers: first to how many it would go and how it looks, then sending it.

use app::{
    announcement::{self, Kind, Segment},
    api::{
        contact::{Announcement, AnnouncementInput, ReachPreview},
        path,
        retailer::Campaign,
    },
    campaign::FieldProblem,
    context::Recency,
    day::{Day, JST},
    lang::{Lang, Text},
};
use leptos::{prelude::*, task::spawn_local};

use crate::markup::view;

use super::{
    more::{More, MoreFields},
    text,
};
use crate::{
    account::Account,
    browser::now_ms,
    console::{
        campaigns::name_of,
        form::{FormProblem, Wrong},
        twice::Twice,
    },
    format, http,
    lang::{lang, t, tf, tn},
    ui::{Button, ButtonKind, Field, TextField},
};

/// Of which visits.
const WHO: [(&str, Text, &[Recency]); 4] = [
    ("all", text::EVERYBODY, &[]),
    (
        "regulars",
        text::REGULARS,
        &[Recency::Within7, Recency::Within14, Recency::Within30],
    ),
    ("lapsed", text::LAPSED, &LAPSED),
    ("strangers", text::STRANGERS, &[Recency::Never]),
];
const LAPSED: [Recency; 2] = [Recency::Within60, Recency::Over60];

/// What stands in the form.
#[derive(Clone, Copy)]
struct Draft {
    campaign: RwSignal<String>,
    kind: RwSignal<Kind>,
    title: RwSignal<String>,
    title_en: RwSignal<String>,
    body: RwSignal<String>,
    body_en: RwSignal<String>,
    within: RwSignal<String>,
    who: RwSignal<String>,
    month: RwSignal<String>,
    starts: RwSignal<String>,
    over: RwSignal<String>,
    more: More,
}

/// A moment as a field for it has it: `2026-12-01T19:00`, of clocks in Japan.
fn written(at: i64) -> String {
    let wall = format::wall(at);
    format!("{}T{:02}:{:02}", Day::of(at, JST), wall.hour, wall.minute)
}

/// The moment that such a field has.
fn moment(text: &str) -> Option<i64> {
    let (day, time) = text.split_once('T')?;
    let (hour, rest) = time.split_once(':')?;
    let minute = rest.split(':').next()?;
    let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
    let day: Day = day.parse().ok()?;
    ((0..24).contains(&hour) && (0..60).contains(&minute))
        .then(|| day.start(JST) + (hour * 60 + minute) * 60_000)
}

impl Draft {
    fn new(campaigns: &[Campaign]) -> Self {
        let signal = |text: &str| RwSignal::new(text.to_owned());
        let now = now_ms();
        // Until this evening, or tomorrow's where it is late already.
        let mut over = Day::of(now, JST).start(JST) + 20 * 3_600_000;
        if over < now + 2 * 3_600_000 {
            over += 86_400_000;
        }
        let first = campaigns.first().map(|one| one.campaign_id.to_string());
        Self {
            campaign: signal(&first.unwrap_or_default()),
            kind: RwSignal::new(Kind::TimeSale),
            title: signal(""),
            title_en: signal(""),
            body: signal(""),
            body_en: signal(""),
            within: signal("2"),
            who: signal("all"),
            month: signal(&format::wall(now).month.to_string()),
            starts: signal(""),
            over: signal(&written(over)),
            more: More::none(),
        }
    }

    fn read(self) -> Result<AnnouncementInput, Vec<FieldProblem>> {
        let mut wrong = Vec::new();
        let over = moment(&self.over.get_untracked());
        if over.is_none() {
            wrong.push(FieldProblem::new("over_at", text::NO_MOMENT));
        }
        let starts = self.starts.get_untracked();
        let starts_at = moment(&starts);
        if !starts.trim().is_empty() && starts_at.is_none() {
            wrong.push(FieldProblem::new("starts_at", text::NO_MOMENT));
        }
        let within = self.within.get_untracked().trim().parse();
        if within.is_err() {
            wrong.push(FieldProblem::new("segment.within_km", text::NO_NUMBER));
        }
        let campaign = self.campaign.get_untracked().parse();
        let (Some(over_at), Ok(within_km), Ok(campaign_id)) = (over, within, campaign) else {
            return Err(wrong);
        };
        let kind = self.kind.get_untracked();
        let who = self.who.get_untracked();
        let recency = match kind {
            Kind::LongNotSeen => LAPSED.to_vec(),
            _ => WHO
                .iter()
                .find(|(id, ..)| *id == who)
                .map_or_else(Vec::new, |(.., recency)| recency.to_vec()),
        };
        let optional = |text: RwSignal<String>| Some(text.get_untracked());
        let input = announcement::tidy(AnnouncementInput {
            campaign_id,
            kind,
            title: self.title.get_untracked(),
            title_en: optional(self.title_en),
            body: self.body.get_untracked(),
            body_en: optional(self.body_en),
            segment: self.more.within(Segment {
                recency,
                birth_month: (kind == Kind::BirthMonth)
                    .then(|| self.month.get_untracked().parse().ok())
                    .flatten(),
                ..Segment::around(within_km)
            }),
            starts_at,
            over_at,
        });
        wrong.extend(announcement::check(&input, now_ms()));
        if wrong.is_empty() {
            Ok(input)
        } else {
            Err(wrong)
        }
    }
}

/// The form, or what it would send.
#[component]
pub(super) fn AnnouncementForm(
    /// Published ones.
    campaigns: Vec<Campaign>,
    /// Whose they are, as shoppers read it.
    retailer: String,
    /// Something was sent.
    on_sent: Callback<()>,
) -> impl IntoView {
    let account = Account::here();
    let draft = Draft::new(&campaigns);
    let wrong = Wrong::none();
    let busy = RwSignal::new(false);
    let looked = RwSignal::new(None::<(AnnouncementInput, ReachPreview, String)>);
    let look = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let input = match draft.read() {
            Ok(input) => input,
            Err(problems) => return wrong.show(problems),
        };
        busy.set(true);
        wrong.clear();
        spawn_local(async move {
            let answer = http::post::<ReachPreview>(path::ANNOUNCEMENT_PREVIEW, &input).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match account.watch(answer) {
                // One key for what is looked at: pressed twice, or sent again after an answer that was lost, it is sent once.
                Ok(preview) => looked.set(Some((input, preview, http::new_key()))),
                Err(error) => wrong.answer(error),
            }
        });
    };
    let sent = Callback::new(move |()| {
        looked.set(None);
        draft.title.set(String::new());
        draft.body.set(String::new());
        draft.title_en.set(String::new());
        draft.body_en.set(String::new());
        on_sent.run(());
    });
    let options = campaigns
        .iter()
        .map(|one| {
            let (name, name_en) = (one.name.clone(), one.name_en.clone());
            let id = one.campaign_id.to_string();
            let first = id.clone();
            view! {
                <option value=id selected=move || draft.campaign.get_untracked() == first>
                    {move || name_of(&name, name_en.as_deref())}
                </option>
            }
        })
        .collect_view();
    view! {
        {move || {
            looked
                .get()
                .map(|(input, preview, key)| {
                    view! {
                        <Looked
                            retailer=retailer.clone()
                            input=input
                            preview=preview
                            key_of_it=key
                            on_change=Callback::new(move |()| looked.set(None))
                            on_sent=sent
                        />
                    }
                })
        }}
        <form
            class="card stack"
            class:is-hidden=move || looked.read().is_some()
            novalidate=true
            on:submit=look
            data-testid="announcement-form"
        >
            <h2>{t(text::NEW)}</h2>
            <FormProblem wrong=wrong />
            <Field
                id="campaign_id"
                label=Signal::derive(move || t(text::CAMPAIGN)().to_owned())
                error=wrong.at("campaign_id")
            >
                <select
                    class="input"
                    id="campaign_id"
                    aria-describedby="campaign_id-note"
                    on:change=move |event| draft.campaign.set(event_target_value(&event))
                >
                    {options}
                </select>
            </Field>
            <Words draft=draft wrong=wrong />
            <Whom draft=draft wrong=wrong />
            <MoreFields more=draft.more wrong=wrong />
            <div class="form-actions">
                <Button busy=busy testid="announcement-look">
                    {t(text::LOOK)}
                </Button>
            </div>
        </form>
    }
}

#[component]
fn Words(draft: Draft, wrong: Wrong) -> impl IntoView {
    let kinds = Kind::ALL
        .into_iter()
        .filter(|kind| kind.is_announced())
        .map(|kind| {
            view! {
                <option value=kind.slug() selected=kind == Kind::TimeSale>
                    {t(kind.name())}
                </option>
            }
        })
        .collect_view();
    let field = move |name: &'static str, label: Text, value: RwSignal<String>, optional: bool| {
        view! {
            <TextField
                id=name
                label=Signal::derive(move || t(label)().to_owned())
                value=value
                optional=optional
                error=wrong.at(name)
                testid=format!("announcement-{name}")
            />
        }
    };
    view! {
        <Field id="kind" label=Signal::derive(move || t(text::KIND)().to_owned())>
            <select
                class="input"
                id="kind"
                aria-describedby="kind-note"
                data-testid="announcement-kind"
                on:change=move |event| {
                    if let Some(kind) = Kind::from_slug(&event_target_value(&event)) {
                        draft.kind.set(kind);
                    }
                }
            >
                {kinds}
            </select>
        </Field>
        {field("title", text::TITLE_FIELD, draft.title, false)}
        {field("body", text::BODY, draft.body, false)}
        <div class="field-pair">
            {field("title_en", text::TITLE_EN, draft.title_en, true)}
            {field("body_en", text::BODY_EN, draft.body_en, true)}
        </div>
    }
}

#[component]
fn Whom(draft: Draft, wrong: Wrong) -> impl IntoView {
    let who = WHO
        .map(|(id, words, _)| view! { <option value=id>{t(words)}</option> })
        .collect_view();
    let months = (1..=12)
        .map(|month: i64| {
            view! {
                <option
                    value=month.to_string()
                    selected=draft.month.get_untracked() == month.to_string()
                >
                    {move || tf(text::MONTH_N, &[&month.to_string()])}
                </option>
            }
        })
        .collect_view();
    let kind = draft.kind;
    view! {
        <div class="field-pair">
            <TextField
                id="within_km"
                label=Signal::derive(move || t(text::WITHIN)().to_owned())
                hint=Signal::derive(move || t(text::WITHIN_HINT)().to_owned())
                value=draft.within
                inputmode="numeric"
                unit=Signal::derive(move || t(text::KM_UNIT)().to_owned())
                error=wrong.at("segment.within_km")
            />
            <div class:is-hidden=move || kind.get() == Kind::LongNotSeen>
                <Field id="who" label=Signal::derive(move || t(text::WHO)().to_owned())>
                    <select
                        class="input"
                        id="who"
                        aria-describedby="who-note"
                        on:change=move |event| draft.who.set(event_target_value(&event))
                    >
                        {who}
                    </select>
                </Field>
            </div>
            <div class:is-hidden=move || kind.get() != Kind::BirthMonth>
                <Field
                    id="month"
                    label=Signal::derive(move || t(text::MONTH)().to_owned())
                    error=wrong.at("segment.birth_month")
                >
                    <select
                        class="input"
                        id="month"
                        aria-describedby="month-note"
                        on:change=move |event| draft.month.set(event_target_value(&event))
                    >
                        {months}
                    </select>
                </Field>
            </div>
        </div>
        <div class="field-pair">
            <TextField
                id="starts_at"
                label=Signal::derive(move || t(text::STARTS)().to_owned())
                hint=Signal::derive(move || t(text::STARTS_HINT)().to_owned())
                value=draft.starts
                kind="datetime-local"
                optional=true
                error=wrong.at("starts_at")
            />
            <TextField
                id="over_at"
                label=Signal::derive(move || t(text::OVER)().to_owned())
                hint=Signal::derive(move || t(text::OVER_HINT)().to_owned())
                value=draft.over
                kind="datetime-local"
                error=wrong.at("over_at")
            />
        </div>
    }
}

/// To how many it would go and how it looks on a phone, with the button that sends it.
#[component]
fn Looked(
    retailer: String,
    input: AnnouncementInput,
    preview: ReachPreview,
    key_of_it: String,
    on_change: Callback<()>,
    on_sent: Callback<()>,
) -> impl IntoView {
    let words = input.clone();
    let send = move || {
        let (input, key) = (input.clone(), key_of_it.clone());
        async move {
            http::post_under::<Announcement>(path::ANNOUNCEMENTS, &input, &key)
                .await
                .map(|_| ())
        }
    };
    view! {
        <section class="card stack" data-testid="announcement-looked">
            <h2>
                {move || match preview.people {
                    Some(people) => tn(text::ABOUT_N, people, &[]),
                    None => t(text::FEW)().to_owned(),
                }}
            </h2>
            <p class="soft small">{t(text::PREVIEW_NOTE)}</p>
            {move || {
                let lang = lang();
                let pick = |ja: &str, en: &Option<String>| match (lang, en) {
                    (Lang::En, Some(en)) => en.clone(),
                    _ => ja.to_owned(),
                };
                view! {
                    <div class="push-sample">
                        <strong>{pick(&words.title, &words.title_en)}</strong>
                        <span>{pick(&words.body, &words.body_en)}</span>
                        <span class="small soft">
                            {retailer.clone()} " · " {t(text::REASON_SAMPLE)}
                        </span>
                    </div>
                }
            }}
            <div class="stack-tight">
                <Twice
                    kind=ButtonKind::Primary
                    act=text::SEND
                    what=text::SEND_WHAT
                    really=text::SEND_REALLY
                    run=send
                    on_done=on_sent
                    testid="announcement-send"
                />
                <Button kind=ButtonKind::Quiet on_press=on_change testid="announcement-change">
                    {t(text::CHANGE)}
                </Button>
            </div>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::{moment, written};

    #[test]
    fn moments_are_of_clocks_in_japan() {
        // 2026-12-01T10:00 in Japan.
        let ten = 1_796_086_800_000;
        assert_eq!(written(ten), "2026-12-01T10:00");
        assert_eq!(moment("2026-12-01T10:00"), Some(ten));
        assert_eq!(moment("2026-12-01T10:00:30"), Some(ten));
        assert_eq!(
            moment(&written(ten + 13 * 3_600_000)),
            Some(ten + 13 * 3_600_000)
        );
        for bad in [
            "",
            "2026-12-01",
            "2026-12-01T24:00",
            "2026-13-01T10:00",
            "T",
        ] {
            assert_eq!(moment(bad), None, "{bad}");
        }
    }
}
