//! What can be filled in: a label, a hint, the control, and what is wrong with it.

use leptos::prelude::*;

use crate::markup::view;

use super::text;
use crate::lang::t;

/// The frame of a control. The control inside must carry `id=id` and, with a hint or an error,
/// `aria-describedby="{id}-note"`; [`TextField`] does both.
#[component]
pub fn Field(
    /// The control's id, unique on the page.
    #[prop(into)]
    id: String,
    /// What it is.
    #[prop(into)]
    label: Signal<String>,
    /// How to fill it in.
    #[prop(optional, into)]
    hint: Option<Signal<String>>,
    /// What is wrong.
    #[prop(optional, into)]
    error: Option<Signal<Option<String>>>,
    /// May be left empty: said beside the label.
    #[prop(optional)]
    optional: bool,
    /// The control.
    children: Children,
) -> impl IntoView {
    let note = format!("{id}-note");
    let wrong = move || error.and_then(|e| e.get());
    view! {
        <div class="field" class:field-wrong=move || wrong().is_some()>
            <label class="field-label" for=id>
                {label}
                {optional.then(|| view! { <span class="field-optional">{t(text::OPTIONAL)}</span> })}
            </label>
            {children()}
            <div id=note class="field-note">
                {hint.map(|hint| view! { <p class="field-hint">{hint}</p> })}
                <p class="field-error" role="alert">
                    {wrong}
                </p>
            </div>
        </div>
    }
}

/// A field of one line of text.
#[component]
pub fn TextField(
    /// The control's id, unique on the page; also its name.
    #[prop(into)]
    id: String,
    /// What it is.
    #[prop(into)]
    label: Signal<String>,
    /// What is in it.
    value: RwSignal<String>,
    /// How to fill it in.
    #[prop(optional, into)]
    hint: Option<Signal<String>>,
    /// What is wrong.
    #[prop(optional, into)]
    error: Option<Signal<Option<String>>>,
    /// May be left empty.
    #[prop(optional)]
    optional: bool,
    /// `text`, `email`, `password`, `number`, `date`, `datetime-local`, `search`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in, as `username`.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// The keyboard, as `numeric`.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    /// What is written after it, as `円`.
    #[prop(optional, into)]
    unit: Option<Signal<String>>,
    /// A stable name for journeys.
    #[prop(optional, into)]
    testid: Option<String>,
) -> impl IntoView {
    let note = format!("{id}-note");
    let wrong = move || error.and_then(|e| e.get()).is_some().then_some("true");
    let control = {
        let id = id.clone();
        view! {
            <span class="field-control">
                <input
                    class="input"
                    id=id.clone()
                    name=id
                    type=kind
                    inputmode=inputmode
                    autocomplete=autocomplete
                    data-testid=testid
                    required=!optional
                    aria-describedby=note
                    aria-invalid=wrong
                    prop:value=value
                    on:input=move |event| value.set(event_target_value(&event))
                />
                {unit.map(|unit| view! { <span class="field-unit">{unit}</span> })}
            </span>
        }
    };
    // The optional properties are handed on as they came.
    let hint = hint.unwrap_or_else(|| Signal::stored(String::new()));
    let error = error.unwrap_or_else(|| Signal::stored(None));
    view! {
        <Field id=id label=label hint=hint error=error optional=optional && kind != "search">
            {control}
        </Field>
    }
}
