//! Which colour may lie on which ground, how far it must stand out, and why it is there at all. A stylesheet that uses another
//! pair fails the tests of [`super`] until the pair stands here and stands out.

/// How far a colour must stand out from its ground (WCAG 2.2, 1.4.3 and 1.4.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Text: 4.5:1.
    Text,
    /// Text of 24 px, or of 18.7 px and bold: 3:1.
    Large,
    /// The outline of a control, or of what has the focus: 3:1.
    Outline,
    /// What must be seen to understand a picture: 3:1.
    Graphic,
    /// Nothing hangs on it: it decorates, or it repeats what is told otherwise.
    None,
}

impl Need {
    /// The least contrast.
    #[must_use]
    pub const fn least(self) -> f64 {
        match self {
            Self::Text => 4.5,
            Self::Large | Self::Outline | Self::Graphic => 3.0,
            Self::None => 1.0,
        }
    }
}

/// Colours that may each lie on each of some grounds. Names are those of tokens.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// What lies on top.
    pub fore: &'static [&'static str],
    /// What it lies on; empty for what decorates anywhere.
    pub grounds: &'static [&'static str],
    /// How far it must stand out.
    pub need: Need,
    /// Where it is met.
    pub why: &'static str,
}

const fn group(
    need: Need,
    fore: &'static [&'static str],
    grounds: &'static [&'static str],
    why: &'static str,
) -> Group {
    Group {
        fore,
        grounds,
        need,
        why,
    }
}

/// Page, card, hollow: where most things lie.
const PLAIN: &[&str] = &["paper", "surface", "sunken"];

/// All of them.
pub const PAIRS: &[Group] = &[
    group(
        Need::Text,
        &["ink"],
        &[
            "paper",
            "surface",
            "sunken",
            "accent-soft",
            "second-soft",
            "good-soft",
            "warn-soft",
            "bad-soft",
        ],
        "what is read, also in notices and in what is chosen",
    ),
    group(
        Need::Text,
        &["ink-soft"],
        &[
            "paper",
            "surface",
            "sunken",
            "accent-soft",
            "second-soft",
            "bad-soft",
        ],
        "what is read second: hints, a chosen policy's hint, a problem's id, a button that is off",
    ),
    group(
        Need::Text,
        &["accent"],
        &["paper", "surface", "sunken", "accent-soft"],
        "links, quiet buttons and their hover, the page one is on",
    ),
    group(
        Need::Text,
        &["on-accent"],
        &["accent", "accent-press"],
        "primary buttons, tickets",
    ),
    group(
        Need::Text,
        &["second"],
        &["surface", "second-soft"],
        "distances, notices that inform, drafts",
    ),
    group(
        Need::Text,
        &["good"],
        &["surface", "good-soft"],
        "what went well",
    ),
    group(
        Need::Text,
        &["warn"],
        &["surface", "warn-soft"],
        "what needs care",
    ),
    group(
        Need::Text,
        &["bad"],
        &["paper", "surface", "bad-soft"],
        "errors at their fields, buttons that take away, what ends soon",
    ),
    group(
        Need::Text,
        &["paper"],
        &["ink"],
        "the chosen language, the link that skips to the content",
    ),
    group(
        Need::Text,
        &[
            "pass-ink",
            "pass-ink-soft",
            "pass-over",
            "pass-good",
            "pass-bad",
        ],
        &["pass", "pass-over-soft"],
        "the coupon, also when it is over",
    ),
    group(
        Need::Graphic,
        &["pass"],
        &["pass-over", "pass-good", "pass-bad"],
        "the sign of what became of a coupon",
    ),
    group(
        Need::Text,
        &["slip-ink", "slip-ink-soft"],
        &["slip"],
        "the slip of paper in a capsule",
    ),
    group(
        Need::Text,
        &["pass-on-head"],
        &["pass-head", "pass-over"],
        "the coupon's head, also when it is over",
    ),
    group(
        Need::Text,
        &["on-verdict"],
        &["yes", "no", "unsure", "undone"],
        "the till's verdicts and its button that redeems",
    ),
    group(
        Need::Text,
        &["on-lens"],
        &["lens", "lens-veil"],
        "words on the camera's picture",
    ),
    group(
        Need::Outline,
        &["line-strong"],
        PLAIN,
        "fields, secondary buttons, choices, the switch of languages",
    ),
    group(
        Need::Outline,
        &["accent"],
        &["paper", "surface", "accent-soft"],
        "what is chosen or pointed at",
    ),
    group(
        Need::Outline,
        &["bad"],
        &["surface"],
        "a wrong field, a button that takes away",
    ),
    group(
        Need::Outline,
        &["focus"],
        &[
            "paper",
            "surface",
            "sunken",
            "accent-soft",
            "second-soft",
            "warn-soft",
            "bad-soft",
        ],
        "where the keyboard is",
    ),
    group(
        Need::Graphic,
        &["plot", "plot-quiet", "plot-warm", "accent"],
        &["surface", "sunken"],
        "bars, dots and meters",
    ),
    group(
        Need::Graphic,
        &["plot"],
        &["second-soft"],
        "a line in its band",
    ),
    group(
        Need::Graphic,
        &["second", "line-strong", "ink", "ink-soft", "bad"],
        &["sunken"],
        "marks on a map",
    ),
    group(
        Need::None,
        &["line", "gold", "pass-line"],
        &[],
        "lines that part what space parts already, a frame around a win",
    ),
    group(
        Need::None,
        &[
            "surface",
            "sunken",
            "paper",
            "second",
            "second-soft",
            "glass",
        ],
        &[],
        "halos, tracks, perforations, the column pointed at, the key beside a map",
    ),
    group(
        Need::None,
        &[
            "machine",
            "machine-dark",
            "machine-light",
            "machine-shadow",
            "steel",
            "steel-dark",
            "capsule-1",
            "capsule-2",
            "capsule-3",
            "capsule-4",
            "capsule-5",
            "capsule-shell",
            "door",
            "chute",
            "glare",
            "capsule-shade",
            "capsule-line",
            "slip-line",
        ],
        &[],
        "the mark and the machine are pictures; what they mean is said in words",
    ),
    group(
        Need::None,
        &["veil"],
        &[],
        "what lies behind a question, dimmed",
    ),
];
