//! The prize table's editor.

use leptos::prelude::*;

use super::{
    draft::{Draft, Row},
    text,
};
use crate::{
    console::{form::Wrong, text as shared},
    lang::{t, tf},
    ui::{Button, ButtonKind, IconName, TextField},
};

/// One row per prize; rows can be added and removed.
#[component]
pub(super) fn PrizeEditor(draft: Draft, wrong: Wrong) -> impl IntoView {
    let table_wrong = wrong.at("prizes");
    // The place of each row decides the paths of its fields, so places are part of the key.
    let placed = move || {
        draft
            .rows
            .get()
            .into_iter()
            .enumerate()
            .collect::<Vec<(usize, Row)>>()
    };
    view! {
        <div class="stack">
            <p class="field-hint">{t(text::PRIZES_HINT)}</p>
            <ol class="prizes">
                <For each=placed key=|(i, row)| (*i, row.key) let:placed>
                    <PrizeRow place=placed.0 row=placed.1 draft=draft wrong=wrong />
                </For>
            </ol>
            <p class="field-error" role="alert">
                {table_wrong}
            </p>
            <div class="row">
                <Button
                    kind=ButtonKind::Secondary
                    on_press=Callback::new(move |()| draft.add("", "", "", "10"))
                    testid="prize-add"
                >
                    {t(text::ADD_PRIZE)}
                </Button>
                <Button
                    kind=ButtonKind::Quiet
                    on_press=Callback::new(move |()| {
                        draft.add(text::BLANK.ja, text::BLANK.en, "0", "50");
                    })
                    testid="prize-add-blank"
                >
                    {t(text::ADD_BLANK)}
                </Button>
            </div>
        </div>
    }
}

#[component]
fn PrizeRow(place: usize, row: Row, draft: Draft, wrong: Wrong) -> impl IntoView {
    let path = |field: &str| format!("prizes[{place}].{field}");
    let number = (place + 1).to_string();
    let remove_label = {
        let number = number.clone();
        move || format!("{}: {}", tf(text::PRIZE_N, &[&number]), t(text::REMOVE)())
    };
    view! {
        <li class="prize" data-testid="prize-row">
            <div class="prize-head">
                <h3>{move || tf(text::PRIZE_N, &[&number])}</h3>
                <Button
                    kind=ButtonKind::Quiet
                    icon=IconName::Cross
                    on_press=Callback::new(move |()| draft.remove(row.key))
                    testid="prize-remove"
                >
                    <span aria-hidden="true">{t(text::REMOVE)}</span>
                    <span class="visually-hidden">{remove_label}</span>
                </Button>
            </div>
            <div class="prize-fields">
                <div class="prize-name">
                    <TextField
                        id=path("name")
                        label=Signal::derive(move || t(text::PRIZE_NAME)().to_owned())
                        value=row.name
                        error=wrong.at(path("name"))
                    />
                </div>
                <div class="prize-name">
                    <TextField
                        id=path("name_en")
                        label=Signal::derive(move || t(text::PRIZE_NAME_EN)().to_owned())
                        value=row.name_en
                        optional=true
                        error=wrong.at(path("name_en"))
                    />
                </div>
                <TextField
                    id=path("value")
                    label=Signal::derive(move || t(text::VALUE)().to_owned())
                    value=row.value
                    inputmode="numeric"
                    unit=Signal::derive(move || t(shared::YEN_UNIT)().to_owned())
                    error=wrong.at(path("value"))
                />
                <TextField
                    id=path("weight")
                    label=Signal::derive(move || t(text::WEIGHT)().to_owned())
                    value=row.weight
                    inputmode="numeric"
                    error=wrong.at(path("weight"))
                />
                <TextField
                    id=path("stock")
                    label=Signal::derive(move || t(text::STOCK)().to_owned())
                    value=row.stock
                    inputmode="numeric"
                    optional=true
                    error=wrong.at(path("stock"))
                />
            </div>
        </li>
    }
}
