//! What forms share: errors at their fields, a confirmation, a message that survives the change of page.

use app::{campaign::FieldProblem, lang::Lang, problem::FieldError};
use leptos::{html, prelude::*};

use super::text;
use crate::{
    http::HttpError,
    lang::{lang, t},
    route,
    ui::{Button, ButtonKind, Notice, Tone},
};

/// The errors of a form by the paths of its fields (`prizes[2].value`).
#[derive(Clone, Copy)]
pub struct Wrong {
    fields: RwSignal<Vec<FieldProblem>>,
    /// The answer that could not be put to fields.
    pub rest: RwSignal<Option<HttpError>>,
}

impl Wrong {
    /// Nothing wrong yet.
    #[must_use]
    pub fn none() -> Self {
        Self {
            fields: RwSignal::new(Vec::new()),
            rest: RwSignal::new(None),
        }
    }

    /// What is wrong with one field.
    #[must_use]
    pub fn at(self, field: impl Into<String>) -> Signal<Option<String>> {
        let field = field.into();
        Signal::derive(move || {
            let lang = lang();
            self.fields.with(|all| {
                let found: Vec<String> = all
                    .iter()
                    .filter(|p| p.field == field)
                    .map(|p| p.in_lang(lang).reason)
                    .collect();
                (!found.is_empty()).then(|| found.join(" "))
            })
        })
    }

    /// Whether any field is wrong.
    #[must_use]
    pub fn any(self) -> bool {
        self.fields.with(|all| !all.is_empty())
    }

    /// Starts over.
    pub fn clear(self) {
        self.fields.set(Vec::new());
        self.rest.set(None);
    }

    /// Shows what the program itself found; the first wrong control takes the focus.
    pub fn show(self, problems: Vec<FieldProblem>) {
        self.rest.set(None);
        self.fields.set(problems);
        request_animation_frame(|| {
            crate::browser::focus(
                "[aria-invalid=\"true\"], .field-wrong button, .field-wrong input",
            );
        });
    }

    /// Shows what the server found. Its sentences are in one language, the reader's at that moment.
    pub fn answer(self, error: HttpError) {
        let at_fields = match &error {
            HttpError::Problem(problem) => problem.errors.iter().map(one_language).collect(),
            HttpError::Offline | HttpError::Unexpected(_) => Vec::new(),
        };
        self.show(at_fields);
        self.rest.set(Some(error));
    }
}

fn one_language(error: &FieldError) -> FieldProblem {
    FieldProblem::with(
        error.field.clone(),
        error.reason.clone(),
        error.reason.clone(),
    )
}

/// Sentences for a text that is no number or no day.
#[must_use]
pub fn not_a(field: &str, what: app::lang::Text) -> FieldProblem {
    FieldProblem::with(field, what.get(Lang::Ja), what.get(Lang::En))
}

/// The heading of a page whose own heading is not known yet, or never will be: for screen readers, and to take the focus.
pub(super) fn heading(words: app::lang::Text) -> impl IntoView {
    view! {
        <h1 class="visually-hidden" tabindex="-1">
            {t(words)}
        </h1>
    }
}

/// The general message above a form that could not be saved.
#[component]
pub fn FormProblem(
    /// The form's errors.
    wrong: Wrong,
) -> impl IntoView {
    move || {
        if let Some(error) = wrong.rest.get() {
            return view! { <crate::ui::ProblemNotice error=error /> }.into_any();
        }
        wrong
            .any()
            .then(|| {
                view! {
                    <Notice
                        tone=Tone::Bad
                        title=Signal::derive(move || t(text::FIX_FIELDS)().to_owned())
                        testid="form-problem"
                    >
                        <p>{t(text::FIX_FIELDS_ADVICE)}</p>
                    </Notice>
                }
            })
            .into_any()
    }
}

/// A message for the page that a person is led to, such as that something was saved. A context of the console.
#[derive(Clone, Copy)]
pub struct Flash(RwSignal<Option<(String, app::lang::Text)>>);

impl Flash {
    /// Makes it known to the pages.
    pub fn provide() -> Self {
        let flash = Self(RwSignal::new(None));
        provide_context(flash);
        flash
    }

    /// Goes to a page and says something there. The message comes in as an argument, since contexts are out of reach after an
    /// answer.
    pub fn go_with(flash: Option<Self>, path: &str, words: app::lang::Text) {
        if let Some(flash) = flash {
            flash.0.set(Some((path.to_owned(), words)));
        }
        route::navigate(path);
    }
}

/// Where a [`Flash`] is shown.
#[component]
pub fn FlashNotice(
    /// The message.
    flash: Flash,
) -> impl IntoView {
    move || {
        let path = route::path();
        flash
            .0
            .get()
            .filter(|(to, _)| *to == path)
            .map(|(_, words)| {
                view! {
                    <Notice
                        tone=Tone::Good
                        title=Signal::derive(move || t(words)().to_owned())
                        testid="saved"
                    />
                }
            })
    }
}

/// A question before something that others see at once. The browser's own dialog: it holds the focus and Escape closes it.
#[component]
pub fn Confirm(
    /// Whether it is asked.
    open: RwSignal<bool>,
    /// The question.
    title: app::lang::Text,
    /// The word on the button that goes on.
    yes: app::lang::Text,
    /// What going on does.
    on_yes: Callback<()>,
    /// What will happen.
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if open.get() {
            // Already open: nothing to do.
            let _ = dialog.show_modal();
        } else {
            dialog.close();
        }
    });
    view! {
        <dialog
            class="confirm"
            node_ref=dialog
            aria-labelledby="confirm-title"
            data-testid="confirm"
            on:close=move |_| open.set(false)
        >
            <div class="stack">
                <h2 id="confirm-title">{t(title)}</h2>
                {children()}
                <div class="form-actions">
                    <Button
                        on_press=Callback::new(move |()| {
                            open.set(false);
                            on_yes.run(());
                        })
                        testid="confirm-yes"
                    >
                        {t(yes)}
                    </Button>
                    <Button
                        kind=ButtonKind::Quiet
                        on_press=Callback::new(move |()| open.set(false))
                        testid="confirm-no"
                    >
                        {t(text::CANCEL)}
                    </Button>
                </div>
            </div>
        </dialog>
    }
}
