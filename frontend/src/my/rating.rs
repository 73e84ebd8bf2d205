//! How was it? Asked about a coupon that was used, answered by one tap; a few words are welcome and not needed.

use app::{
    api::{
        path,
        reach::{RatingAsk, RatingInput, RatingQuestion},
    },
    lang::Text,
    rating::COMMENT,
};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    format,
    http::{self, HttpError},
    lang::{lang, t, tf},
    load::{Load, load},
    ui::{Button, ButtonKind, Field, Notice, ProblemNotice, Tone},
};

const fn words(ja: &'static str, en: &'static str) -> Text {
    Text::new(ja, en)
}

const ASK: Text = words("{} はいかがでしたか", "How was {}?");
const WHEN: Text = words(
    "{} にクーポンをお使いになりました。",
    "You used a coupon there on {}.",
);
const STARS: Text = words("5 点中 {} 点", "{} of 5");
const LATER: Text = words("答えない", "Not this time");
const THANKS: Text = words("ありがとうございます", "Thank you");
const MORE: Text = words("よろしければ、ひとことどうぞ", "A few words, if you like");
const MORE_HINT: Text = words(
    "500 文字まで。お店には、だれが書いたかは伝わりません。",
    "Up to 500 characters. The store does not learn who wrote them.",
);
const SEND: Text = words("送る", "Send");
const SENT: Text = words("お店に届けます", "The store will read it");

/// How far the answer is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Asked,
    Rated(u8),
    Written,
    Gone,
}

/// The question, if there is one; otherwise nothing. What cannot be asked is not worth a word.
#[component]
pub(super) fn Rating() -> impl IntoView {
    let asked = load(|| http::post_empty::<RatingAsk>(path::RATING_QUESTION));
    let stage = RwSignal::new(Stage::Asked);
    // Once it is answered there is none to be had; it stays for the words.
    let question = RwSignal::new(None::<RatingQuestion>);
    Effect::new(move |_| {
        if let Load::Ready(RatingAsk {
            question: Some(one),
        }) = asked.state.get()
            && stage.get_untracked() == Stage::Asked
        {
            question.set(Some(one));
        }
    });
    move || {
        question
            .get()
            .map(|one| view! { <Ask question=one stage=stage /> })
    }
}

#[component]
fn Ask(question: RatingQuestion, stage: RwSignal<Stage>) -> impl IntoView {
    let address = StoredValue::new(path::fill(
        path::RATING,
        &[
            &question.retailer_id.to_string(),
            &question.redemption_id.to_string(),
        ],
    ));
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<HttpError>);
    let said = RwSignal::new(String::new());
    let send = move |stars: u8, comment: Option<String>, then: Stage| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            let input = RatingInput { stars, comment };
            let answer = http::put::<()>(&address.get_value(), &input).await;
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    stage.try_set(then);
                }
                Err(error) => {
                    failed.try_set(Some(error));
                }
            }
        });
    };
    let dismiss = move |()| {
        stage.set(Stage::Gone);
        spawn_local(async {
            // Lost, it is asked once more.
            let _ = http::delete::<()>(path::RATING_QUESTION).await;
        });
    };
    let store = question.store_name;
    let at = question.redeemed_at;
    let stars = move || {
        (1_u8..=5)
            .map(|n| {
                let label = move || tf(STARS, &[&n.to_string()]);
                view! {
                    <button
                        type="button"
                        class="my-star"
                        aria-label=label
                        aria-busy=move || busy.get().then_some("true")
                        data-testid=format!("star-{n}")
                        on:click=move |_| send(n, None, Stage::Rated(n))
                    >
                        <span aria-hidden="true">"★"</span>
                        <span class="small" aria-hidden="true">
                            {n.to_string()}
                        </span>
                    </button>
                }
            })
            .collect_view()
    };
    let inside = move || match stage.get() {
        Stage::Gone => ().into_any(),
        Stage::Asked => {
            let store = store.clone();
            view! {
                <section class="card stack" data-testid="rating">
                    <h2 id="rating-ask">{move || tf(ASK, &[&store])}</h2>
                    <p class="small soft">{move || tf(WHEN, &[&format::day(at, lang())])}</p>
                    <div class="my-stars" role="group" aria-labelledby="rating-ask">
                        {stars()}
                    </div>
                    <Button
                        kind=ButtonKind::Quiet
                        on_press=Callback::new(dismiss)
                        testid="rating-dismiss"
                    >
                        {t(LATER)}
                    </Button>
                    {move || failed.get().map(|error| view! { <ProblemNotice error=error /> })}
                </section>
            }
            .into_any()
        }
        Stage::Rated(n) => view! {
            <section class="card stack" data-testid="rated">
                <h2>{t(THANKS)}</h2>
                <Field
                    id="rating-words"
                    label=Signal::derive(move || t(MORE)().to_owned())
                    hint=Signal::derive(move || t(MORE_HINT)().to_owned())
                    optional=true
                >
                    <textarea
                        class="input my-words"
                        id="rating-words"
                        rows="3"
                        maxlength=COMMENT.to_string()
                        aria-describedby="rating-words-note"
                        data-testid="rating-words"
                        prop:value=said
                        on:input=move |event| said.set(event_target_value(&event))
                    ></textarea>
                </Field>
                <Button
                    kind=ButtonKind::Secondary
                    busy=busy
                    disabled=Signal::derive(move || said.read().trim().is_empty())
                    on_press=Callback::new(move |()| {
                        send(n, Some(said.get_untracked()), Stage::Written);
                    })
                    testid="rating-send"
                >
                    {t(SEND)}
                </Button>
                {move || failed.get().map(|error| view! { <ProblemNotice error=error /> })}
            </section>
        }
        .into_any(),
        Stage::Written => view! {
            <Notice
                tone=Tone::Good
                title=Signal::derive(move || t(SENT)().to_owned())
                testid="rating-written"
            />
        }
        .into_any(),
    };
    view! { <div aria-live="polite">{inside}</div> }
}
