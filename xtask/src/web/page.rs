//! What a bundled page names: its styles, scripts, program, icons.

/// A tag as it stands in the page.
pub struct Tag<'a> {
    /// `link`, `script`; as written.
    pub name: &'a str,
    /// From `<` to behind `>`.
    pub start: usize,
    pub end: usize,
    attributes: Vec<(&'a str, &'a str)>,
}

impl<'a> Tag<'a> {
    /// The value of an attribute; an attribute without one has an empty value.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.attributes
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }

    /// Whether it is a link of this kind.
    pub fn is_link(&self, kind: &str) -> bool {
        self.name.eq_ignore_ascii_case("link")
            && self.get("rel").is_some_and(|kinds| {
                kinds
                    .split_ascii_whitespace()
                    .any(|one| one.eq_ignore_ascii_case(kind))
            })
    }
}

/// The opening tags of a page of ours, without those in comments. Not a parser for other people's pages.
pub fn tags(html: &str) -> Vec<Tag<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = html[at..].find('<').map(|i| at + i) {
        let rest = &html[start + 1..];
        if rest.starts_with("!--") {
            at = rest
                .find("-->")
                .map_or(html.len(), |i| start + 1 + i + "-->".len());
            continue;
        }
        let length = rest
            .bytes()
            .take_while(|b| b.is_ascii_alphanumeric() || *b == b'-')
            .count();
        if length == 0 {
            at = start + 1;
            continue;
        }
        let (attributes, end) = attributes(html, start + 1 + length);
        found.push(Tag {
            name: &rest[..length],
            start,
            end,
            attributes,
        });
        at = end;
    }
    found
}

/// The attributes from a place on, and where the tag ends.
fn attributes(html: &str, mut at: usize) -> (Vec<(&str, &str)>, usize) {
    let bytes = html.as_bytes();
    let skip = |mut at: usize, what: fn(u8) -> bool| {
        while bytes.get(at).is_some_and(|b| what(*b)) {
            at += 1;
        }
        at
    };
    let mut found = Vec::new();
    loop {
        at = skip(at, |b| b.is_ascii_whitespace() || b == b'/');
        match bytes.get(at) {
            None => return (found, html.len()),
            Some(b'>') => return (found, at + 1),
            Some(_) => {}
        }
        let name_end = skip(at, |b| {
            !b.is_ascii_whitespace() && !matches!(b, b'=' | b'>' | b'/')
        })
        .max(at + 1);
        let name = html.get(at..name_end).unwrap_or_default();
        at = skip(name_end, |b| b.is_ascii_whitespace());
        let mut value = "";
        if bytes.get(at) == Some(&b'=') {
            at = skip(at + 1, |b| b.is_ascii_whitespace());
            let quote = bytes.get(at).copied().filter(|b| matches!(b, b'"' | b'\''));
            let from = at + usize::from(quote.is_some());
            let to = match quote {
                Some(quote) => html[from..]
                    .find(char::from(quote))
                    .map_or(html.len(), |i| from + i),
                None => skip(from, |b| !b.is_ascii_whitespace() && b != b'>'),
            };
            value = &html[from..to];
            at = (to + usize::from(quote.is_some())).min(html.len());
        }
        found.push((name, value));
    }
}

/// Addresses that a browser fetches on its own when it opens the page, each once, in the order of the page. An icon for the
/// home screen is not among them: it is fetched when somebody puts the page there.
pub fn fetched(html: &str) -> Vec<&str> {
    const LINKS: [&str; 5] = ["stylesheet", "modulepreload", "preload", "icon", "manifest"];
    let mut found = Vec::new();
    for tag in tags(html) {
        let address = if LINKS.iter().any(|kind| tag.is_link(kind)) {
            tag.get("href")
        } else if ["script", "img"]
            .iter()
            .any(|name| tag.name.eq_ignore_ascii_case(name))
        {
            tag.get("src")
        } else {
            None
        };
        if let Some(address) = address.filter(|address| !address.starts_with("data:"))
            && !found.contains(&address)
        {
            found.push(address);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{fetched, tags};

    #[test]
    fn what_a_browser_fetches_by_itself() {
        let html = "<!doctype html><html lang=ja><!-- <script src='/no.js'> --><head>\
            <LINK rel=\"modulepreload\" href=\"/a.js\" crossorigin/><link rel='preload' as=fetch href=/a.wasm >\
            <link rel=stylesheet href=\"/a.css\"><link rel=\"shortcut icon\" href='/i.svg'><link rel=manifest href=/m.json>\
            <link rel=\"apple-touch-icon\" href=\"/big.png\"><script type=module src=\"/start.js\"></script>\
            <script>inline('<img src=x>')</script></head><a href=\"/wallet\">1 < 2</a><img alt='a > b' src=/p.svg>\
            <img src='data:image/svg+xml,x'><link rel=preload href=/a.wasm>";
        assert_eq!(
            fetched(html),
            [
                "/a.js",
                "/a.wasm",
                "/a.css",
                "/i.svg",
                "/m.json",
                "/start.js",
                "x",
                "/p.svg"
            ]
        );
    }

    #[test]
    fn tags_know_where_they_stand() {
        let html = "a<b c='d>e' f>g</b><br/>";
        let found: Vec<_> = tags(html)
            .iter()
            .map(|tag| (&html[tag.start..tag.end], tag.get("c"), tag.get("F")))
            .collect();
        assert_eq!(
            found,
            [
                ("<b c='d>e' f>", Some("d>e"), Some("")),
                ("<br/>", None, None)
            ]
        );
        assert_eq!(tags("<p a='never ends").len(), 1);
    }
}
