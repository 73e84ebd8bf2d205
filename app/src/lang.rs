//! Japanese and English: every sentence that a person reads exists in both, or the program does not compile. A sentence with a
//! number in it is [`Counted`]: one store, two stores.

use serde::{Deserialize, Serialize};

/// A language the product speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// 日本語, the default: the market is Japan first.
    #[default]
    Ja,
    /// English.
    En,
}

impl Lang {
    /// The BCP 47 tag, as in `<html lang>` and `Content-Language`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }

    /// The language of a single tag such as `en-GB` or `ja`, if we speak it.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("ja") {
            Some(Self::Ja)
        } else if primary.eq_ignore_ascii_case("en") {
            Some(Self::En)
        } else {
            None
        }
    }

    /// The best language for an `Accept-Language` header (RFC 9110 §12.5.4): the highest weight among those we speak, the
    /// earlier one on a tie. Nothing we speak, but something asked for: English; nothing asked for: Japanese.
    #[must_use]
    pub fn negotiate(accept_language: &str) -> Self {
        let mut best: Option<(u16, Self)> = None;
        let mut asked = false;
        for part in accept_language.split(',') {
            let mut fields = part.split(';');
            let tag = fields.next().unwrap_or_default().trim();
            if tag.is_empty() {
                continue;
            }
            asked = asked || tag != "*";
            let weight = fields
                .find_map(|f| f.trim().strip_prefix("q="))
                .map_or(1000, parse_weight);
            if let Some(lang) = Self::from_tag(tag)
                && weight > 0
                && best.is_none_or(|(w, _)| weight > w)
            {
                best = Some((weight, lang));
            }
        }
        match best {
            Some((_, lang)) => lang,
            None if asked => Self::En,
            None => Self::Ja,
        }
    }
}

/// A quality value as thousandths; anything malformed counts as zero.
fn parse_weight(q: &str) -> u16 {
    let mut digits = q.trim().splitn(2, '.');
    let whole: u16 = match digits.next() {
        Some("0") => 0,
        Some("1") => return 1000,
        _ => return 0,
    };
    let fraction = digits.next().unwrap_or_default();
    if fraction.len() > 3 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return 0;
    }
    whole * 1000 + format!("{fraction:0<3}").parse::<u16>().unwrap_or(0)
}

/// One fixed sentence in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// 日本語.
    pub ja: &'static str,
    /// English.
    pub en: &'static str,
}

impl Text {
    /// A sentence in both languages; leaving one out does not compile.
    #[must_use]
    pub const fn new(ja: &'static str, en: &'static str) -> Self {
        Self { ja, en }
    }

    /// The sentence in one language.
    #[must_use]
    pub const fn get(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Ja => self.ja,
            Lang::En => self.en,
        }
    }
}

/// A sentence about a number of things. English tells one from many; Japanese does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    one: Text,
    many: Text,
}

impl Counted {
    /// Japanese for any number, English for exactly one, English for every other number, 0 included.
    #[must_use]
    pub const fn new(ja: &'static str, one: &'static str, many: &'static str) -> Self {
        Self {
            one: Text::new(ja, one),
            many: Text::new(ja, many),
        }
    }

    /// The sentence for so many things; the number itself is not written into it.
    #[must_use]
    pub const fn of(self, n: u64) -> Text {
        if n == 1 { self.one } else { self.many }
    }
}

#[cfg(test)]
mod tests {
    use super::{Counted, Lang};

    #[test]
    fn english_has_one_and_many() {
        const STORES: Counted = Counted::new("{} 店舗", "{} store", "{} stores");
        let english: Vec<&str> = [0, 1, 2, 21, 101, u64::MAX]
            .map(|n| STORES.of(n).get(Lang::En))
            .to_vec();
        assert_eq!(
            english,
            [
                "{} stores",
                "{} store",
                "{} stores",
                "{} stores",
                "{} stores",
                "{} stores"
            ]
        );
        assert!([0, 1, 2].map(|n| STORES.of(n).get(Lang::Ja)) == ["{} 店舗"; 3]);
    }

    #[test]
    fn negotiates_by_weight_then_order() {
        assert_eq!(Lang::negotiate("en-GB,en;q=0.9,ja;q=0.8"), Lang::En);
        assert_eq!(Lang::negotiate("en;q=0.5, ja"), Lang::Ja);
        assert_eq!(Lang::negotiate("fr, ja;q=0.2, en;q=0.20"), Lang::Ja);
        assert_eq!(Lang::negotiate("de"), Lang::En);
        assert_eq!(Lang::negotiate("*"), Lang::Ja);
        assert_eq!(Lang::negotiate(""), Lang::Ja);
        assert_eq!(Lang::negotiate("ja;q=0, en;q=0.001"), Lang::En);
        assert_eq!(Lang::negotiate("ja;q=nonsense, en;q=0.1"), Lang::En);
    }
}
