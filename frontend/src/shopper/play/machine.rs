//! The capsule machine. It only shows the outcome: what it is was decided before the capsule falls.

use app::yen::Yen;
use leptos::prelude::*;

use crate::markup::view;

use super::{
    show::{Act, Show},
    size::Size,
    text,
};
use crate::lang::t;

/// The drawing, layer upon layer: each that moves is an element of its own, so that the browser moves it without painting
/// it again.
const DRAWING: &str = include_str!("machine.html");

/// The class of every act, its size beside it.
const fn class_of(act: Act) -> &'static str {
    match act {
        Act::Still | Act::Over => "",
        Act::Turning => "machine-turning",
        Act::Falling => "machine-falling",
        Act::Near => "machine-near",
        Act::Opening => "machine-opening",
    }
}

const fn class_of_size(size: Size) -> &'static str {
    match size {
        Size::Blank => "machine-blank",
        Size::Small => "machine-small",
        Size::Middle => "machine-middle",
        Size::Big => "machine-big",
    }
}

/// The machine at work. A tap on it does what the button does; the button is there for everybody.
#[component]
pub fn Machine(
    show: Show,
    /// The colour of the capsule that comes next, 1 to 5: an ornament, chosen before anything is drawn.
    #[prop(into)]
    colour: Signal<u32>,
    /// What is written on the slip of paper.
    #[prop(into)]
    slip: Signal<Option<Yen>>,
    #[prop(into)] on_tap: Callback<()>,
) -> impl IntoView {
    let class = move || {
        format!(
            "machine capsule-{} {} {}",
            colour.get(),
            class_of(show.act.get()),
            class_of_size(show.size.get())
        )
    };
    view! {
        <div class=class role="img" aria-label=t(text::MACHINE) on:click=move |_| on_tap.run(())>
            <div class="machine-art" inner_html=DRAWING></div>
            <p class="reveal-slip" aria-hidden="true">
                {move || match slip.get() {
                    Some(value) if value.get() > 0 => value.to_string(),
                    Some(_) => t(text::BLANK)().to_owned(),
                    None => String::new(),
                }}
            </p>
        </div>
    }
}
