//! The reader's language: from the browser at first, by hand from then on.

use app::lang::{Counted, Lang, Text};
use leptos::prelude::*;

use crate::{
    browser::{Keep, kept, set_kept},
    format::count,
};

const KEY: &str = "raiten.lang";

thread_local! {
    // Not a context: requests and event handlers outside of any component need it too.
    static LANG: ArcRwSignal<Lang> = ArcRwSignal::new(first());
}

fn first() -> Lang {
    if let Some(lang) = kept(Keep::Always, KEY).and_then(|tag| Lang::from_tag(&tag)) {
        return lang;
    }
    let Some(navigator) = web_sys::window().map(|w| w.navigator()) else {
        return Lang::default();
    };
    // The browser's list is ordered by preference, which is what the negotiation makes of weights that are left out.
    let wanted: Vec<String> = navigator
        .languages()
        .iter()
        .filter_map(|tag| tag.as_string())
        .collect();
    Lang::negotiate(&wanted.join(","))
}

/// The language; a view or effect that calls this runs again when it is changed.
#[must_use]
pub fn lang() -> Lang {
    LANG.with(Clone::clone).get()
}

/// The language, without following it.
#[must_use]
pub fn lang_now() -> Lang {
    LANG.with(Clone::clone).get_untracked()
}

/// Changes the language by hand and keeps it.
pub fn set_lang(lang: Lang) {
    set_kept(Keep::Always, KEY, Some(lang.tag()));
    LANG.with(Clone::clone).set(lang);
}

/// A sentence that follows the language: `{t(text::TITLE)}`.
pub fn t(text: Text) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    move || text.get(lang())
}

/// A sentence with `{}` replaced in order, in the language of the moment. Call it inside a closure to follow.
#[must_use]
pub fn tf(text: Text, values: &[&str]) -> String {
    fill(text.get(lang()), values)
}

/// A sentence about `n` things in the language of the moment: `tn(text::STORES_N, 1, &[])` is `1 store`. The first `{}` is
/// the number in groups of three, `more` fills the others. Call it inside a closure to follow.
#[must_use]
pub fn tn(text: Counted, n: u64, more: &[&str]) -> String {
    counted(text, n, more, lang())
}

fn counted(text: Counted, n: u64, more: &[&str], lang: Lang) -> String {
    let number = count(n);
    let values: Vec<&str> = std::iter::once(number.as_str())
        .chain(more.iter().copied())
        .collect();
    fill(text.of(n).get(lang), &values)
}

/// A sentence with `{}` replaced in order; what has no value is left out.
#[must_use]
pub fn fill(template: &str, values: &[&str]) -> String {
    let mut out = String::with_capacity(template.len() + 16);
    let mut values = values.iter();
    let mut parts = template.split("{}");
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        out.push_str(values.next().copied().unwrap_or_default());
        out.push_str(part);
    }
    out
}

/// The `lang` of a name that somebody gave: kana and kanji are Japanese on an English page too, and break and sound so.
#[must_use]
pub fn lang_of(name: &str) -> Option<&'static str> {
    name.chars()
        .any(|c| matches!(c, '\u{3040}'..='\u{9fff}'))
        .then_some("ja")
}

/// Keeps `<html lang>` right; call it once, in the program's outermost component.
pub fn follow_html_lang() {
    Effect::new(move |_| {
        let tag = lang().tag();
        if let Some(root) = web_sys::window()
            .and_then(|w| w.document())
            .and_then(|d| d.document_element())
        {
            let _ = root.set_attribute("lang", tag);
        }
    });
}

#[cfg(test)]
mod tests {
    use app::lang::{Counted, Lang};

    #[test]
    fn a_name_says_what_it_is_written_in() {
        for japanese in ["麦の穂 新宿店", "ラーメン", "さくら Café"] {
            assert_eq!(super::lang_of(japanese), Some("ja"));
        }
        for other in ["Mugi no Ho", "Café 24", ""] {
            assert_eq!(super::lang_of(other), None);
        }
    }

    #[test]
    fn counts_and_fills() {
        const GIVEN: Counted = Counted::new("{} 件・{}", "{} coupon, {}", "{} coupons, {}");
        let say = |n, lang| super::counted(GIVEN, n, &["¥500"], lang);
        assert_eq!(say(1, Lang::En), "1 coupon, ¥500");
        assert_eq!(say(0, Lang::En), "0 coupons, ¥500");
        assert_eq!(say(1_234, Lang::En), "1,234 coupons, ¥500");
        assert_eq!(say(1, Lang::Ja), "1 件・¥500");
    }

    #[test]
    fn fills_in_order_and_survives_missing_values() {
        assert_eq!(super::fill("a {} b {} c", &["1", "2"]), "a 1 b 2 c");
        assert_eq!(super::fill("{}!", &[]), "!");
    }
}
