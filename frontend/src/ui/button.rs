//! What can be pressed.

use leptos::prelude::*;

use crate::markup::view;

use super::{Icon, IconName};

/// How much it asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one thing to do on a page.
    #[default]
    Primary,
    /// Another thing to do.
    Secondary,
    /// A thing on the side.
    Quiet,
    /// Takes something away.
    Danger,
}

impl ButtonKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button-primary",
            Self::Secondary => "button button-secondary",
            Self::Quiet => "button button-quiet",
            Self::Danger => "button button-danger",
        }
    }
}

/// A button. While `busy` it keeps its place and its focus, and presses do nothing.
#[component]
pub fn Button(
    /// How much it asks for.
    #[prop(optional)]
    kind: ButtonKind,
    /// What a press does; a button without it submits its form.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
    /// Cannot be pressed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// At work on the last press.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// An icon before the words.
    #[prop(optional, into)]
    icon: Option<IconName>,
    /// As wide as its column.
    #[prop(optional)]
    wide: bool,
    /// A stable name for journeys.
    #[prop(optional, into)]
    testid: Option<String>,
    /// The words.
    children: Children,
) -> impl IntoView {
    let kind_of = if on_press.is_some() {
        "button"
    } else {
        "submit"
    };
    view! {
        <button
            type=kind_of
            class=kind.class()
            class:button-wide=wide
            data-testid=testid
            disabled=disabled
            aria-disabled=move || busy.get().then_some("true")
            aria-busy=move || busy.get().then_some("true")
            on:click=move |event| {
                if busy.get_untracked() {
                    event.prevent_default();
                } else if let Some(on_press) = on_press {
                    on_press.run(());
                }
            }
        >
            {icon.map(|name| view! { <Icon name=name /> })}
            {children()}
        </button>
    }
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    /// Where to.
    #[prop(into)]
    href: Signal<String>,
    /// How much it asks for.
    #[prop(optional)]
    kind: ButtonKind,
    /// An icon before the words.
    #[prop(optional, into)]
    icon: Option<IconName>,
    /// As wide as its column.
    #[prop(optional)]
    wide: bool,
    /// Opens outside of this program.
    #[prop(optional)]
    outside: bool,
    /// A stable name for journeys.
    #[prop(optional, into)]
    testid: Option<String>,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <a
            href=move || href.get()
            class=kind.class()
            class:button-wide=wide
            data-testid=testid
            target=outside.then_some("_blank")
            rel=outside.then_some("noopener noreferrer")
        >
            {icon.map(|name| view! { <Icon name=name /> })}
            {children()}
        </a>
    }
}
