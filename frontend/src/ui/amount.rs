//! Yen that are read at a glance.

use app::yen::Yen;
use leptos::prelude::*;

use crate::markup::view;

/// An amount of yen whose digits carry the weight and whose sign steps back. It reads `¥1,200` to everybody and everything.
#[component]
pub fn Amount(
    /// How much.
    #[prop(into)]
    yen: Signal<Yen>,
) -> impl IntoView {
    let parts = move || {
        let written = yen.get().to_string();
        let digits = written.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
        let (sign, digits) = written.split_at(digits);
        (sign.to_owned(), digits.to_owned())
    };
    view! {
        <span class="amount">
            <span class="amount-sign">{move || parts().0}</span>
            {move || parts().1}
        </span>
    }
}
