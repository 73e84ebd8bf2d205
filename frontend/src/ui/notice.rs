//! A message on the page.

use leptos::prelude::*;

use crate::markup::view;

use super::{Icon, IconName};

/// What kind of message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    Info,
    /// It worked.
    Good,
    /// Take care.
    Warn,
    /// It failed.
    Bad,
}

/// A message with a heading. `Warn` and `Bad` are read out at once, the others when the reader pauses.
#[component]
pub fn Notice(
    /// What kind of message.
    tone: Tone,
    /// In a few words.
    #[prop(into)]
    title: Signal<String>,
    /// A stable name for journeys.
    #[prop(optional, into)]
    testid: Option<String>,
    /// The rest.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let (class, icon, role) = match tone {
        Tone::Info => ("notice notice-info", IconName::Info, "status"),
        Tone::Good => ("notice notice-good", IconName::Check, "status"),
        Tone::Warn => ("notice notice-warn", IconName::Warn, "alert"),
        Tone::Bad => ("notice notice-bad", IconName::Warn, "alert"),
    };
    view! {
        <div class=class role=role data-testid=testid>
            <Icon name=icon />
            <div class="notice-body">
                <p class="notice-title">{title}</p>
                {children.map(|children| children())}
            </div>
        </div>
    }
}
