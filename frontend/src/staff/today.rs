//! What was redeemed at this store today, with the undo of slips.

use app::{
    api::{account::StoreRef, till::TillRedemption},
    yen::Yen,
};
use leptos::prelude::*;

use super::{
    text,
    till::{UndoButton, today},
};
use crate::{
    account::Account,
    format,
    lang::{t, tf, tn},
    load::{Load, load},
    ui::{Button, ButtonKind, EmptyState, IconName, ProblemNotice, Skeleton},
};

/// Today's list of a store.
#[component]
pub fn TodayPage(
    /// The store.
    store: StoreRef,
) -> impl IntoView {
    let account = Account::here();
    let list = load(move || {
        let store = store.clone();
        async move { account.watch(today(store).await) }
    });
    let reload = Callback::new(move |()| list.retry());
    view! {
        <div class="stack today" data-testid="till-today">
            <div class="page-head">
                <h1 tabindex="-1">{t(text::TODAY)}</h1>
                <Button kind=ButtonKind::Secondary on_press=reload>
                    {t(text::RELOAD)}
                </Button>
            </div>
            {move || match list.state.get() {
                Load::Loading => view! { <Skeleton blocks=4 /> }.into_any(),
                Load::Failed(error) => {
                    view! { <ProblemNotice error=error on_retry=reload /> }.into_any()
                }
                Load::Ready(items) if items.is_empty() => {
                    view! {
                        <EmptyState
                            icon=IconName::Ticket
                            title=Signal::derive(move || t(text::TODAY_NONE)().to_owned())
                            testid="till-today-empty"
                        >
                            <p>{t(text::TODAY_NONE_ADVICE)}</p>
                        </EmptyState>
                    }
                        .into_any()
                }
                Load::Ready(items) => view! { <List items=items on_undone=reload /> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn List(items: Vec<TillRedemption>, on_undone: Callback<()>) -> impl IntoView {
    let kept = items.iter().filter(|r| r.reversed_at.is_none());
    let count = kept.clone().count() as u64;
    let sum = Yen::checked_sum(kept.map(|r| r.cost))
        .unwrap_or_default()
        .to_string();
    let now = crate::browser::now_ms();
    view! {
        <p class="today-sum number">{move || tn(text::TODAY_SUM, count, &[&sum])}</p>
        <ul class="today-list">
            {items
                .into_iter()
                .map(|r| {
                    let undo = (r.reversed_at.is_none() && r.undo_until > now)
                        .then(|| {
                            view! {
                                <UndoButton
                                    redemption=r.clone()
                                    on_undone=Callback::new(move |_| on_undone.run(()))
                                />
                            }
                        });
                    let tail = r.code_tail.clone();
                    view! {
                        <li class="today-item card" class:is-reversed=r.reversed_at.is_some()>
                            <div class="today-line">
                                <span class="today-time number">{format::time(r.redeemed_at)}</span>
                                <span class="today-prize">{r.prize_name}</span>
                                <strong class="today-cost number">{r.cost.to_string()}</strong>
                            </div>
                            <p class="small soft">
                                {move || tf(text::CODE_ENDS, &[&tail])} " · " {r.staff_name}
                            </p>
                            {r
                                .reversed_at
                                .map(|at| {
                                    view! {
                                        <p class="small today-reversed">
                                            {move || tf(text::REVERSED, &[&format::time(at)])}
                                        </p>
                                    }
                                })}
                            {undo}
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
}
