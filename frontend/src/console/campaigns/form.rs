//! The form of a campaign.

use app::{
    api::{
        path,
        retailer::{Campaign, CampaignInput},
    },
    campaign::CampaignStatus,
    lang::Text,
    policy::Policy,
};
use leptos::{prelude::*, task::spawn_local};

use super::{choose::StorePicker, draft::Draft, preview::LivePreview, prizes::PrizeEditor, text};
use crate::{
    account::Account,
    console::{
        form::{Flash, FormProblem, Wrong, heading},
        text as shared,
    },
    http::{self, HttpError},
    lang::t,
    load::{Load, load},
    ui::{Button, ButtonKind, LinkButton, Notice, ProblemNotice, Skeleton, TextField, Tone},
};

/// Reads a campaign and opens its form.
#[component]
pub fn Opened(
    /// Which.
    id: String,
) -> impl IntoView {
    let account = Account::here();
    let campaign = load(move || {
        let path = path::fill(path::CAMPAIGN, &[&id]);
        async move { account.watch(http::get::<Campaign>(&path).await) }
    });
    let retry = Callback::new(move |()| campaign.retry());
    // A change of language must not throw away what was typed: only the first answer opens the form.
    let first = RwSignal::new(None::<Campaign>);
    Effect::new(move |_| {
        if let Load::Ready(campaign) = campaign.state.get()
            && first.with_untracked(Option::is_none)
        {
            first.set(Some(campaign));
        }
    });
    move || match first.get() {
        Some(campaign) => view! { <CampaignForm opened=Some(campaign) /> }.into_any(),
        None => (move || match campaign.state.get() {
            Load::Failed(error) => view! {
                {heading(text::EDIT_OF)}
                <ProblemNotice error=error on_retry=retry />
            }
            .into_any(),
            _ => view! {
                {heading(text::EDIT_OF)}
                <Skeleton blocks=6 />
            }
            .into_any(),
        })
        .into_any(),
    }
}

/// The form: empty for a new campaign, otherwise filled.
#[component]
pub fn CampaignForm(
    /// What is there already.
    opened: Option<Campaign>,
) -> impl IntoView {
    let account = Account::here();
    let flash = use_context::<Flash>();
    let draft = opened.as_ref().map_or_else(Draft::new, Draft::of);
    let id = opened.as_ref().map(|c| c.campaign_id);
    let locked = opened.is_some_and(|c| c.status != CampaignStatus::Draft);
    let wrong = Wrong::none();
    let busy = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let input: CampaignInput = match draft.checked() {
            Ok(input) => input,
            Err(problems) => return wrong.show(problems),
        };
        busy.set(true);
        wrong.clear();
        spawn_local(async move {
            let answer: Result<Campaign, HttpError> = match id {
                Some(id) => {
                    http::put(&path::fill(path::CAMPAIGN, &[&id.to_string()]), &input).await
                }
                None => http::post(path::CAMPAIGNS, &input).await,
            };
            match account.watch(answer) {
                Ok(campaign) => Flash::go_with(
                    flash,
                    &format!("/console/campaigns/{}", campaign.campaign_id),
                    text::SAVED,
                ),
                Err(error) => {
                    if busy.try_set(false).is_none() {
                        wrong.answer(error);
                    }
                }
            }
        });
    };
    let title = if id.is_some() {
        text::EDIT_OF
    } else {
        text::NEW
    };
    let back = id.map_or_else(
        || "/console/campaigns".to_owned(),
        |id| format!("/console/campaigns/{id}"),
    );
    let field = move |name: &'static str, label: Text, value: RwSignal<String>| {
        view! {
            <TextField
                id=name
                label=Signal::derive(move || t(label)().to_owned())
                value=value
                error=wrong.at(name)
            />
        }
    };
    let yen = move |name: &'static str, label: Text, hint: Text, value: RwSignal<String>| {
        view! {
            <TextField
                id=name
                label=Signal::derive(move || t(label)().to_owned())
                hint=Signal::derive(move || t(hint)().to_owned())
                value=value
                inputmode="numeric"
                unit=Signal::derive(move || t(shared::YEN_UNIT)().to_owned())
                error=wrong.at(name)
            />
        }
    };
    view! {
        <div class="page-head">
            <h1 tabindex="-1">{t(title)}</h1>
        </div>
        <div class="form-and-preview">
            <form class="stack" novalidate=true on:submit=submit>
                <FormProblem wrong=wrong />
                {locked
                    .then(|| {
                        view! {
                            <Notice
                                tone=Tone::Info
                                title=Signal::derive(move || t(text::LOCKED)().to_owned())
                            >
                                <p>{t(text::LOCKED_ADVICE)}</p>
                            </Notice>
                        }
                    })}
                <section class="card stack">
                    <h2>{t(text::BASICS)}</h2>
                    {field("name", text::NAME, draft.name)}
                    <TextField
                        id="name_en"
                        label=Signal::derive(move || t(text::NAME_EN)().to_owned())
                        hint=Signal::derive(move || t(text::NAME_EN_HINT)().to_owned())
                        value=draft.name_en
                        optional=true
                        error=wrong.at("name_en")
                    />
                    <div class="field-pair">
                        <fieldset disabled=locked>
                            <TextField
                                id="starts_at"
                                label=Signal::derive(move || t(text::STARTS)().to_owned())
                                value=draft.starts
                                kind="date"
                                error=wrong.at("starts_at")
                            />
                        </fieldset>
                        <TextField
                            id="ends_at"
                            label=Signal::derive(move || t(text::ENDS)().to_owned())
                            hint=Signal::derive(move || t(text::ENDS_HINT)().to_owned())
                            value=draft.ends
                            kind="date"
                            error=wrong.at("ends_at")
                        />
                    </div>
                    <StorePicker
                        chosen=draft.stores
                        error=wrong.at("store_ids")
                        hint=text::STORES_HINT
                        only_add=locked
                    />
                </section>
                <section class="card stack">
                    <h2>{t(text::PRIZES)}</h2>
                    <fieldset disabled=locked>
                        <PrizeEditor draft=draft wrong=wrong />
                    </fieldset>
                </section>
                <section class="card stack">
                    <h2>{t(text::MONEY)}</h2>
                    {yen("budget", text::BUDGET, text::BUDGET_HINT, draft.budget)}
                    <fieldset class="stack" disabled=locked>
                        <PolicyChoice policy=draft.policy error=wrong.at("policy") />
                        <div class="field-pair">
                            {yen("floor", text::FLOOR, text::FLOOR_HINT, draft.floor)}
                            {yen("ceiling", text::CEILING, text::CEILING_HINT, draft.ceiling)}
                        </div>
                        {yen(
                            "min_purchase",
                            text::MIN_PURCHASE,
                            text::MIN_PURCHASE_HINT,
                            draft.min_purchase,
                        )}
                    </fieldset>
                    {yen(
                        "expected_sales",
                        text::EXPECTED_SALES,
                        text::EXPECTED_SALES_HINT,
                        draft.expected_sales,
                    )}
                    <fieldset disabled=locked>
                        <div class="field-pair">
                            <TextField
                                id="valid_days"
                                label=Signal::derive(move || t(text::VALID_DAYS)().to_owned())
                                value=draft.valid_days
                                inputmode="numeric"
                                unit=Signal::derive(move || t(shared::DAYS_UNIT)().to_owned())
                                error=wrong.at("valid_days")
                            />
                            <TextField
                                id="plays_per_day"
                                label=Signal::derive(move || t(text::PLAYS_PER_DAY)().to_owned())
                                value=draft.plays_per_day
                                inputmode="numeric"
                                unit=Signal::derive(move || t(shared::TIMES_UNIT)().to_owned())
                                error=wrong.at("plays_per_day")
                            />
                        </div>
                    </fieldset>
                </section>
                <div class="form-actions">
                    <Button busy=busy testid="campaign-save">
                        {t(text::SAVE_DRAFT)}
                    </Button>
                    <LinkButton href=back kind=ButtonKind::Quiet>
                        {t(shared::CANCEL)}
                    </LinkButton>
                </div>
            </form>
            <LivePreview draft=draft />
        </div>
    }
}

#[component]
fn PolicyChoice(policy: RwSignal<Policy>, error: Signal<Option<String>>) -> impl IntoView {
    let choices = Policy::ALL.map(|which| {
        let about = match which {
            Policy::Flat => text::POLICY_FLAT,
            Policy::DistanceLapse => text::POLICY_DISTANCE,
            Policy::Learned => text::POLICY_LEARNED,
        };
        view! {
            <label class="tick is-card">
                <input
                    type="radio"
                    name="policy"
                    value=which.slug()
                    prop:checked=move || policy.get() == which
                    on:change=move |_| policy.set(which)
                />
                <span>
                    <strong>{t(which.label())}</strong>
                    <span class="soft small">{t(about)}</span>
                </span>
            </label>
        }
    });
    view! {
        <fieldset class="stack-tight">
            <legend class="field-label">{t(text::POLICY)}</legend>
            {choices}
            <p class="field-error" role="alert">
                {error}
            </p>
        </fieldset>
    }
}
