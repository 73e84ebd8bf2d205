//! The capsule machine. It only shows the outcome: what it is was decided before the capsule falls.

use leptos::prelude::*;

use super::text;
use crate::lang::t;

/// How far the show has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Waiting to be turned.
    Still,
    /// The knob turns; the answer is on its way.
    Turning,
    /// A capsule falls into the tray.
    Falling,
    /// The capsule opens.
    Opening,
    /// The outcome is shown.
    Over,
}

impl Act {
    const fn class(self, won: bool) -> &'static str {
        match (self, won) {
            (Self::Still, _) => "machine",
            (Self::Turning, _) => "machine machine-turning",
            (Self::Falling, _) => "machine machine-falling",
            (Self::Opening | Self::Over, false) => "machine machine-opening",
            (Self::Opening | Self::Over, true) => "machine machine-opening machine-won",
        }
    }
}

/// Capsules in the dome: place, tilt, colour; heaped by hand, the ones behind first.
const HEAP: [(i32, i32, i32, u8); 17] = [
    (62, 96, 20, 2),
    (98, 88, -35, 5),
    (136, 86, 60, 3),
    (176, 94, 15, 1),
    (80, 66, -10, 4),
    (120, 60, 30, 1),
    (158, 66, -50, 2),
    (48, 126, 40, 5),
    (80, 118, -60, 1),
    (116, 114, 12, 4),
    (152, 118, -20, 5),
    (190, 124, 70, 4),
    (64, 148, -25, 3),
    (98, 146, 50, 2),
    (132, 148, -8, 3),
    (166, 146, 35, 1),
    (192, 150, -40, 2),
];

/// One capsule of radius 20 about the origin.
fn capsule(colour: u8) -> impl IntoView {
    view! {
        <path class="capsule-shell" d="M-20 0a20 20 0 0 1 40 0z"></path>
        <path class=format!("capsule-{colour}") d="M-20 0a20 20 0 0 0 40 0z"></path>
        <path class="capsule-seam" d="M-20 0h40M20 0a20 20 0 0 1-40 0 20 20 0 0 1 40 0"></path>
        <path class="capsule-glint" d="M-12-8a14 14 0 0 1 8-6"></path>
    }
}

/// The machine at work.
#[component]
pub fn Machine(
    /// How far the show has come.
    act: RwSignal<Act>,
    /// Whether the capsule that falls holds a prize: the light when it opens.
    won: Signal<bool>,
) -> impl IntoView {
    let heap: Vec<_> = HEAP
        .iter()
        .enumerate()
        .map(|(i, (x, y, tilt, colour))| {
            view! {
                <g transform=format!("translate({x} {y}) rotate({tilt})")>
                    <g class=format!("machine-capsule machine-capsule-{}", i % 4)>{capsule(*colour)}</g>
                </g>
            }
        })
        .collect();
    view! {
        <div class=move || act.get().class(won.get())>
            <svg class="machine-picture" viewBox="0 0 240 330" role="img" aria-label=t(text::MACHINE)>
                <defs>
                    <clipPath id="machine-dome">
                        <path d="M28 172V108a92 92 0 0 1 184 0v64z"></path>
                    </clipPath>
                    <linearGradient id="machine-body" x1="0" x2="1" y1="0" y2="0">
                        <stop class="machine-stop-light" offset="0"></stop>
                        <stop class="machine-stop" offset="0.25"></stop>
                        <stop class="machine-stop" offset="0.75"></stop>
                        <stop class="machine-stop-dark" offset="1"></stop>
                    </linearGradient>
                </defs>
                <ellipse class="machine-shadow" cx="120" cy="318" rx="104" ry="9"></ellipse>
                <g class="machine-whole">
                    // The dome and what is in it.
                    <path class="machine-glass" d="M28 172V108a92 92 0 0 1 184 0v64z"></path>
                    <g clip-path="url(#machine-dome)">{heap}</g>
                    <path class="machine-glare" d="M44 116a76 76 0 0 1 34-60"></path>
                    <path class="machine-glare" d="M42 140v-8"></path>
                    <path class="machine-rim" d="M28 172V108a92 92 0 0 1 184 0v64"></path>
                    <path class="machine-lid" d="M92 26a14 14 0 0 1 14-14h28a14 14 0 0 1 14 14z"></path>
                    // The body, with a shop curtain under the dome.
                    <rect class="machine-body" x="16" y="166" width="208" height="146" rx="20"></rect>
                    <path
                        class="machine-noren"
                        d="M24 166h192v26h-35v-16h-4v16h-37v-16h-4v16h-36v-16h-4v16H63v-16h-4v16H24z"
                    ></path>
                    // The coin plate is a knob only: playing is free.
                    <circle class="machine-plate" cx="92" cy="246" r="41"></circle>
                    <g class="machine-knob">
                        <circle class="machine-knob-disc" cx="92" cy="246" r="30"></circle>
                        <rect class="machine-knob-bar" x="82" y="214" width="20" height="64" rx="10"></rect>
                        <circle class="machine-knob-dot" cx="92" cy="224" r="3.5"></circle>
                    </g>
                    // The chute.
                    <rect class="machine-chute" x="150" y="222" width="56" height="76" rx="14"></rect>
                    <g transform="translate(178 270)">
                        <g class="machine-prize">{capsule(1)}</g>
                    </g>
                    <path class="machine-flap" d="M150 250v-14a14 14 0 0 1 14-14h28a14 14 0 0 1 14 14v14z"></path>
                    <path class="machine-lip" d="M146 290h64v8a14 14 0 0 1-14 14h-36a14 14 0 0 1-14-14z"></path>
                </g>
            </svg>
            <svg class="machine-reveal" viewBox="-120 -120 240 240" aria-hidden="true">
                <g class="reveal-rays">
                    {(0..12)
                        .map(|i| {
                            view! {
                                <path
                                    class="reveal-ray"
                                    d="M-7-58 0-112 7-58z"
                                    transform=format!("rotate({})", i * 30)
                                ></path>
                            }
                        })
                        .collect::<Vec<_>>()}
                </g>
                <g class="reveal-capsule">
                    <g class="reveal-bottom">
                        <path class="capsule-1" d="M-54 0a54 54 0 0 0 108 0z"></path>
                        <path class="capsule-seam" d="M-54 0a54 54 0 0 0 108 0"></path>
                        <ellipse class="reveal-inside" cx="0" cy="0" rx="54" ry="12"></ellipse>
                    </g>
                    <g class="reveal-paper">
                        <rect x="-26" y="-34" width="52" height="40" rx="5"></rect>
                        <path d="M-16-22h32M-16-12h20"></path>
                    </g>
                    <g class="reveal-top">
                        <path class="capsule-shell" d="M-54 0a54 54 0 0 1 108 0z"></path>
                        <path class="capsule-glint" d="M-38-20a44 44 0 0 1 24-22"></path>
                        <path class="capsule-seam" d="M-54 0a54 54 0 0 1 108 0z"></path>
                    </g>
                </g>
            </svg>
        </div>
    }
}
