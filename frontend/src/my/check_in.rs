//! Checking in by the code of a store's screen, which the phone's camera opened this page with.

use app::{
    api::{
        path,
        shopper::{CheckIn, CheckInRequest},
    },
    id::RetailerId,
    problem::ProblemKind,
};
use leptos::{prelude::*, task::spawn_local};

use super::{Trouble, text, title};
use crate::{
    format,
    http::{self, HttpError},
    lang::{lang, t, tf},
    load::Load,
    route,
    ui::{EmptyState, Icon, IconName, LinkButton, ProblemNotice, Spinner},
};

/// What the link says behind its hash sign.
fn said(fragment: &str) -> Option<CheckInRequest> {
    let (retailer_id, code) = fragment.split_once('.')?;
    Some(CheckInRequest {
        retailer_id: retailer_id.parse::<RetailerId>().ok()?,
        code: code.to_owned(),
    })
}

/// Whether the code itself is refused.
fn is_worthless(error: &HttpError) -> bool {
    matches!(
        error.kind(),
        Some(ProblemKind::UnknownCode | ProblemKind::CodeTooOld)
    )
}

/// The page.
#[component]
pub fn CheckInPage() -> impl IntoView {
    title(text::CHECK_IN);
    let asked = route::fragment().and_then(|fragment| said(&fragment));
    // Gone from the address, so that going back or sharing the page does nothing.
    route::redirect("/my/check-in");
    let Some(asked) = asked else {
        return view! {
            <h1 class="visually-hidden" tabindex="-1">
                {t(text::CHECK_IN)}
            </h1>
            <EmptyState
                icon=IconName::Scan
                title=Signal::derive(move || t(text::NO_CODE)().to_owned())
                testid="no-check-in"
            >
                <p>{t(text::NO_CODE_ADVICE)}</p>
                <LinkButton href="/my/">{t(text::TO_CARD)}</LinkButton>
            </EmptyState>
        }
        .into_any();
    };
    let state = RwSignal::new(Load::<CheckIn>::Loading);
    let send = move || {
        let asked = asked.clone();
        state.set(Load::Loading);
        spawn_local(async move {
            let answer = http::post::<CheckIn>(path::CHECK_INS, &asked).await;
            state.try_set(match answer {
                Ok(done) => Load::Ready(done),
                Err(error) => Load::Failed(error),
            });
        });
    };
    send();
    let send = Callback::new(move |()| send());
    view! {
        <div class="stack">
            <h1 class="visually-hidden" tabindex="-1">
                {t(text::CHECK_IN)}
            </h1>
            {move || match state.get() {
                Load::Loading => {
                    view! { <Spinner label=Signal::derive(move || t(text::CHECKING_IN)().to_owned()) /> }
                        .into_any()
                }
                // Sent again, the same code is refused again: the screen has another.
                Load::Failed(error) if is_worthless(&error) => view! { <ProblemNotice error=error /> }.into_any(),
                Load::Failed(error) => view! { <Trouble error=error on_retry=send /> }.into_any(),
                Load::Ready(done) => {
                    let at = format::day_time(done.at, lang());
                    view! {
                        <section class="card my-done" role="status" data-testid="checked-in">
                            <span class="my-sign">
                                <Icon name=IconName::Check />
                            </span>
                            <h2>{t(text::CHECKED_IN)}</h2>
                            <p>
                                <strong>{done.retailer_name} " " {done.store_name}</strong>
                            </p>
                            <p>{tf(text::CHECKED_IN_AT, &[&at])}</p>
                            {done.goes_on.then(|| view! { <p class="soft">{t(text::GOES_ON)}</p> })}
                            <p class="small soft">{t(text::FAIR)}</p>
                            <LinkButton href="/">{t(text::NEARBY)}</LinkButton>
                        </section>
                    }
                        .into_any()
                }
            }}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::said;

    #[test]
    fn a_link_names_retailer_and_code() {
        let id = "ret_01j0000000000000000000000a";
        let asked = said(&format!("{id}.SABC"));
        assert_eq!(
            asked.map(|a| (a.retailer_id.to_string(), a.code)),
            Some((id.to_owned(), "SABC".to_owned()))
        );
        for nothing in ["", "main", "ret_1.SABC", "."] {
            assert_eq!(said(nothing), None, "{nothing}");
        }
    }
}
