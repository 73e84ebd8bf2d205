//! An act that is asked about once more, at the place of its button, because it cannot be taken back.

use app::lang::Text;
use leptos::{prelude::*, task::spawn_local};

use super::text;
use crate::{
    account::Account,
    http::HttpError,
    lang::t,
    ui::{Button, ButtonKind, ProblemNotice},
};

/// An act that is asked twice, done, and told where it fails.
#[component]
pub fn Twice<F>(
    /// The act, before it is asked.
    act: Text,
    /// What it does.
    what: Text,
    /// The act, once it was asked.
    really: Text,
    /// Does it.
    run: impl Fn() -> F + Clone + Send + Sync + 'static,
    /// It is done.
    on_done: Callback<()>,
    /// How much the act asks for.
    #[prop(default = ButtonKind::Quiet)]
    kind: ButtonKind,
    /// Of the first button; the second's begins with `really-`.
    testid: &'static str,
) -> impl IntoView
where
    F: Future<Output = Result<(), HttpError>> + 'static,
{
    let account = Account::here();
    let asked = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<HttpError>);
    let press = Callback::new(move |()| {
        let answer = run();
        busy.set(true);
        spawn_local(async move {
            let answer = account.watch(answer.await);
            busy.try_set(false);
            match answer {
                Ok(()) => on_done.run(()),
                Err(error) => {
                    failed.try_set(Some(error));
                }
            }
        });
    });
    view! {
        {move || {
            if !asked.get() {
                return view! {
                    <Button
                        kind=kind
                        on_press=Callback::new(move |()| asked.set(true))
                        testid=testid
                    >
                        {t(act)}
                    </Button>
                }
                    .into_any();
            }
            view! {
                <div class="stack-tight">
                    <p class="small">{t(what)}</p>
                    <div class="row">
                        <Button
                            kind=if kind == ButtonKind::Primary { kind } else { ButtonKind::Danger }
                            busy=busy
                            on_press=press
                            testid=format!("really-{testid}")
                        >
                            {t(really)}
                        </Button>
                        <Button
                            kind=ButtonKind::Quiet
                            on_press=Callback::new(move |()| asked.set(false))
                        >
                            {t(text::KEEP)}
                        </Button>
                    </div>
                </div>
            }
                .into_any()
        }}
        {move || failed.get().map(|error| view! { <ProblemNotice error=error /> })}
    }
}
