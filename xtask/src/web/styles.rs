//! One style sheet for a page: components keep theirs beside them, a browser fetches one file.

use super::page::{Tag, tags};
use crate::fingerprint;
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// Puts all style sheets that a bundled page names into one, smaller, with a hash in its name, in the place of the first.
pub fn join(folder: &Path, public_url: &str) -> Result<()> {
    let page = folder.join("index.html");
    let html = fs::read_to_string(&page).with_context(|| page.display().to_string())?;
    let tags = tags(&html);
    let links: Vec<&Tag<'_>> = tags
        .iter()
        .filter(|tag| tag.is_link("stylesheet"))
        .collect();
    let mut sheet = String::new();
    let mut files = Vec::new();
    for link in &links {
        let address = link.get("href").context("a style sheet without href")?;
        let name = address
            .strip_prefix(public_url)
            .with_context(|| format!("{address} is not below {public_url}"))?;
        let path = folder.join(name);
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        sheet += &minified(&text).with_context(|| path.display().to_string())?;
        files.push(path);
    }
    if files.is_empty() {
        return Ok(());
    }
    let sheet = without_unused(sheet);
    let name = format!("styles-{}.css", fingerprint::of_bytes(sheet.as_bytes()));
    let mut joined = String::with_capacity(html.len());
    let mut at = 0;
    for (i, link) in links.iter().enumerate() {
        // The lines that they leave behind them are empty.
        joined += if i > 1 {
            html[at..link.start].trim_start()
        } else {
            &html[at..link.start]
        };
        if i == 0 {
            joined += &format!("<link rel=\"stylesheet\" href=\"{public_url}{name}\">");
        }
        at = link.end;
    }
    joined += &html[at..];
    for path in files {
        // A sheet that two links name is gone the second time.
        let _ = fs::remove_file(path);
    }
    fs::write(folder.join(name), sheet)?;
    fs::write(page, joined)?;
    Ok(())
}

/// A style sheet without comments and idle white space. It changes nothing else: whether a rule is needed, or could be written
/// shorter, is not its business.
fn minified(css: &str) -> Result<String> {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    // White space was left out here; whether a single space takes its place is known by what comes next.
    let mut space = false;
    while let Some(c) = rest.chars().next() {
        if rest.starts_with("/*") {
            let end = rest.find("*/").context("a comment that does not end")?;
            rest = &rest[end + 2..];
            space = true;
        } else if c.is_ascii_whitespace() {
            rest = &rest[1..];
            space = true;
        } else {
            let length = if matches!(c, '"' | '\'') {
                string(rest).context("a string that does not end")?
            } else {
                c.len_utf8()
            };
            if space && counts(&out, c) {
                out.push(' ');
            }
            space = false;
            if c == '}' && out.ends_with(';') {
                out.pop();
            }
            out += &rest[..length];
            rest = &rest[length..];
        }
    }
    Ok(out)
}

/// Without the custom properties that nothing on this page reads: one file has the colours and measures of all pages.
fn without_unused(mut sheet: String) -> String {
    // One may be read by another that goes itself.
    loop {
        let mut kept = String::with_capacity(sheet.len());
        let mut rest = sheet.as_str();
        while let Some(at) = rest.find("--") {
            let begins =
                rest[..at].ends_with(['{', ';']) || (at == 0 && kept.ends_with(['{', ';']));
            let name = &rest[at..];
            let name = &name[..name
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
                .unwrap_or(name.len())];
            let after = &rest[at + name.len()..];
            let reads = |next: char| sheet.contains(&format!("var({name}{next}"));
            if begins && after.starts_with(':') && !reads(')') && !reads(',') {
                kept += &rest[..at];
                let end = after.find([';', '}']).unwrap_or(after.len());
                // The semicolon goes with it; the last of a rule has none.
                rest = after[end..].strip_prefix(';').unwrap_or(&after[end..]);
            } else {
                let to = at + name.len();
                kept += &rest[..to];
                rest = &rest[to..];
            }
        }
        kept += rest;
        // What stood before a last one that went.
        let kept = kept.replace(";}", "}");
        if kept == sheet {
            return kept;
        }
        sheet = kept;
    }
}

/// Whether white space between what was written and what comes means anything. Around `+`, `-`, `*` and before `(`, `:`, `.`,
/// `#`, `[` it does (in `calc`, in selectors, in `@media`), so it stays there.
fn counts(before: &str, next: char) -> bool {
    let ends = |c: char| matches!(c, '{' | '}' | ';' | ',' | '>');
    let last = before.chars().next_back();
    // Behind a colon only in a declaration or a media feature, where a blank never means anything; in a selector none follows one.
    last.is_some_and(|last| !ends(last) && !matches!(last, ':' | '(')) && !ends(next) && next != ')'
}

/// The length of a string in quotes, with both quotes.
fn string(text: &str) -> Option<usize> {
    let quote = text.chars().next()?;
    let mut escaped = false;
    for (i, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' => return None,
            c if c == quote => return Some(i + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{join, minified, without_unused};
    use anyhow::Result;
    use std::fs;

    #[test]
    fn idle_space_goes_and_the_rest_stays() -> Result<()> {
        for (css, expected) in [
            ("a {\n  color : red;\n}\n", "a{color :red}"),
            ("a , b > c{}", "a,b>c{}"),
            // A comment may be all that keeps two words apart.
            ("a/* x */b{}", "a b{}"),
            // A blank means "within": it stays.
            ("a :is(b, c) .d [e] #f{}", "a :is(b,c) .d [e] #f{}"),
            (":lang(ja) p{}", ":lang(ja) p{}"),
            (
                "@media (min-width: 60rem) and (hover: hover) {\n  a { b: c; }\n}",
                "@media (min-width:60rem) and (hover:hover){a{b:c}}",
            ),
            (
                "a { width: calc(100% - (2 * var(--x) + 1px)); margin: 0 -1px; }",
                "a{width:calc(100% - (2 * var(--x) + 1px));margin:0 -1px}",
            ),
            (
                "a::before { content: \" /* ; } \\\" \"; }",
                "a::before{content:\" /* ; } \\\" \"}",
            ),
            ("a { b: c !important; }", "a{b:c !important}"),
            (
                "a { font: 400 1rem / 1.7 var(--f); }",
                "a{font:400 1rem / 1.7 var(--f)}",
            ),
            ("@keyframes k { to { b: c } }", "@keyframes k{to{b:c}}"),
            ("a { content: \"日本\"; }", "a{content:\"日本\"}"),
        ] {
            assert_eq!(minified(css)?, expected, "{css}");
        }
        assert!(minified("a { /* never ends").is_err());
        assert!(minified("a { content: \"never ends\n }").is_err());
        Ok(())
    }

    #[test]
    fn custom_properties_that_nothing_reads_go() {
        let of = |css: &str| without_unused(css.to_owned());
        assert_eq!(
            of(":root{--a:1px;--b:calc(var(--c) * 2);--c:2px;--d:var(--a)}x{y:var(--a,3px)}"),
            ":root{--a:1px}x{y:var(--a,3px)}"
        );
        assert_eq!(of("a{--x:1}b{c:d}"), "a{}b{c:d}");
        assert_eq!(
            of("a{b:var(--x-y)}:root{--x:1;--x-y:2}"),
            "a{b:var(--x-y)}:root{--x-y:2}"
        );
        assert_eq!(of("a--b{c:d--e}"), "a--b{c:d--e}");
    }

    #[test]
    fn a_page_gets_one_sheet_in_their_order() -> Result<()> {
        let folder = std::env::temp_dir().join(format!("raiten-styles-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("one-1.css"), "a { b: c; }\n")?;
        fs::write(folder.join("two-2.css"), "d { e: f; }\n")?;
        fs::write(
            folder.join("index.html"),
            "<head><link rel=\"stylesheet\" href=\"/x/one-1.css\"/><script src=a></script>\
             <link rel=\"stylesheet\" href=\"/x/two-2.css\"/></head>",
        )?;
        let made = join(&folder, "/x/").and_then(|()| {
            let mut names: Vec<String> = fs::read_dir(&folder)?
                .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
                .collect();
            names.sort();
            let html = fs::read_to_string(folder.join("index.html"))?;
            let sheet = fs::read_to_string(folder.join(&names[1]))?;
            Ok((names, html, sheet))
        });
        let _ = fs::remove_dir_all(&folder);
        let (names, html, sheet) = made?;
        assert_eq!(sheet, "a{b:c}d{e:f}");
        assert_eq!(names.len(), 2, "{names:?}");
        assert_eq!(
            html,
            format!(
                "<head><link rel=\"stylesheet\" href=\"/x/{}\"><script src=a></script></head>",
                names[1]
            )
        );
        Ok(())
    }
}
