//! Line icons, drawn on a grid of 24.

use leptos::prelude::*;

use crate::markup::view;

/// Which icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IconName {
    /// Scanning a code.
    Scan,
    /// Taken back.
    Undo,
    /// Settings.
    Gear,
    /// Figures as bars.
    Chart,
    /// People.
    People,
    /// A place.
    Pin,
    /// The wallet's ticket.
    Ticket,
    /// Shops near.
    Shop,
    /// About, hints.
    Info,
    /// Something needs attention.
    Warn,
    /// Done.
    Check,
    /// Back.
    Back,
    /// Onwards.
    Forward,
    /// The way to somewhere.
    Route,
    /// A clock: until when.
    Clock,
    /// No connection.
    Offline,
    /// Search.
    Search,
    /// A position being found.
    Locate,
    /// Privacy.
    Lock,
    /// Light.
    Sun,
    /// A capsule.
    Capsule,
    /// Close, no.
    Cross,
    /// Handing on to another program, as iPhones draw it.
    Share,
    /// Something put onto the home screen.
    Add,
    /// A copy.
    Copy,
    /// Out of here, into a window of its own.
    Outside,
    /// Sound is on.
    Sound,
    /// Sound is off.
    Silent,
}

impl IconName {
    /// All of them.
    #[cfg(feature = "gallery")]
    pub const ALL: [Self; 22] = [
        Self::Scan,
        Self::Undo,
        Self::Gear,
        Self::Chart,
        Self::People,
        Self::Pin,
        Self::Ticket,
        Self::Shop,
        Self::Info,
        Self::Warn,
        Self::Check,
        Self::Back,
        Self::Forward,
        Self::Route,
        Self::Clock,
        Self::Offline,
        Self::Search,
        Self::Locate,
        Self::Lock,
        Self::Sun,
        Self::Capsule,
        Self::Cross,
    ];

    /// Its lines.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Scan => "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M4 12h16",
            Self::Undo => "M4 9h10.5a5.5 5.5 0 0 1 0 11H8M4 9l4.5-4.5M4 9l4.5 4.5",
            Self::Gear => {
                "M12 15.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4ZM12 2.5v3M12 18.5v3M2.5 12h3M18.5 12h3M5.3 5.3l2.1 2.1M16.6 16.6l2.1 2.1M18.7 5.3l-2.1 2.1M7.4 16.6l-2.1 2.1"
            }
            Self::Chart => "M4 20h16M6.5 16.5V11M12 16.5V5M17.5 16.5V8.5",
            Self::People => {
                "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20a6.5 6.5 0 0 1 13 0M16 4.3a3.5 3.5 0 0 1 0 6.4M18 14.5a6.5 6.5 0 0 1 3.5 5.5"
            }
            Self::Pin => {
                "M12 21s-7-6.2-7-11.5a7 7 0 0 1 14 0C19 14.8 12 21 12 21ZM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z"
            }
            Self::Ticket => {
                "M3 7h18v3.5a1.5 1.5 0 0 0 0 3V17H3v-3.5a1.5 1.5 0 0 0 0-3ZM14.5 7v2M14.5 11v2M14.5 15v2"
            }
            Self::Shop => {
                "M4 10v10h16V10M3 6l1.5-2h15L21 6v2.5a2.5 2.5 0 0 1-4.5 1.5 3 3 0 0 1-4.5 0 3 3 0 0 1-4.5 0A2.5 2.5 0 0 1 3 8.5ZM10 20v-5h4v5"
            }
            Self::Info => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 11v5.5M12 7.5v.01",
            Self::Warn => "M12 4 2.8 20h18.4ZM12 10v4.5M12 17.2v.01",
            Self::Check => "m4.5 12.5 5 5 10-11",
            Self::Back => "m14.5 5-7 7 7 7",
            Self::Forward => "m9.5 5 7 7-7 7",
            Self::Route => "M12 3 20.5 11.5 12 20 3.5 11.5ZM9 14v-2.5h5.5M12.5 9l2.5 2.5-2.5 2.5",
            Self::Clock => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3.5 2",
            Self::Offline => {
                "M3 3l18 18M5 12.5a10 10 0 0 1 4.5-2.6M19 12.5a10 10 0 0 0-5-2.7M8.5 16a5 5 0 0 1 7 0M2 9a15 15 0 0 1 4.5-2.9M22 9a15 15 0 0 0-11.5-3.9M12 19.5v.01"
            }
            Self::Search => "M10.5 17.5a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM15.5 15.5l5 5",
            Self::Locate => "M12 18a6 6 0 1 0 0-12 6 6 0 0 0 0 12ZM12 2v4M12 18v4M2 12h4M18 12h4",
            Self::Lock => "M5 11h14v10H5ZM8 11V7.5a4 4 0 0 1 8 0V11M12 15v2",
            Self::Sun => {
                "M12 16.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM12 2v2.5M12 19.5V22M2 12h2.5M19.5 12H22M5 5l1.7 1.7M17.3 17.3 19 19M19 5l-1.7 1.7M6.7 17.3 5 19"
            }
            Self::Capsule => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM3 12h18M8 8.5a5 5 0 0 1 3-2.3",
            Self::Cross => "M5.5 5.5l13 13M18.5 5.5l-13 13",
            Self::Share => "M12 15V3M8 6.5 12 3l4 3.5M8 10H5v11h14V10h-3",
            Self::Add => "M4 4h16v16H4ZM12 8v8M8 12h8",
            Self::Copy => "M9 9h11v12H9ZM15 9V3H4v12h5",
            Self::Outside => "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
            Self::Sound => {
                "M4 9.5v5h3.5L12 19V5L7.5 9.5ZM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11"
            }
            Self::Silent => "M4 9.5v5h3.5L12 19V5L7.5 9.5ZM16 9.5l5 5M21 9.5l-5 5",
        }
    }
}

/// A decorative icon: what it says is said in words beside it. Its lines are drawn by `icon.css`.
#[component]
pub fn Icon(
    /// Which.
    name: IconName,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=name.path()></path>
        </svg>
    }
}
