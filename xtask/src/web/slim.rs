//! Programs and scripts made smaller than trunk makes them; `xtask/npm/slim.mjs` says how. Their names carry a hash of what they
//! are afterwards, or a change of how they are made would hide behind a name that browsers keep for ever.

use super::page::tags;
use crate::fingerprint::Fingerprint;
use crate::places::Places;
use crate::process::{Job, program};
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// Makes what lies in a bundled page's folder smaller.
pub fn slim(places: &Places, folder: &Path) -> Result<()> {
    let script = places.cache.join("tools/npm/slim.mjs");
    Job::new(places, "make it smaller").run(program("node").arg(script).arg(folder))?;
    rename(folder)?;
    let page = folder.join("index.html");
    let html = fs::read_to_string(&page).with_context(|| page.display().to_string())?;
    fs::write(page, program_first(&squeezed(&html)))?;
    Ok(())
}

/// A page without comments and indentation: none of ours has text in which a line's beginning matters.
fn squeezed(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, comment)) = rest.split_once("<!--") {
        out.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    let lines = out.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// The page with what takes longest to come asked for first: it gets the connection that is open already, and all else is there
/// long before it.
fn program_first(html: &str) -> String {
    let tags = tags(html);
    let preload = tags.iter().find(|tag| tag.is_link("preload"));
    let head = html.find("<head>").map(|at| at + "<head>".len());
    match (preload, head) {
        (Some(tag), Some(head)) if head <= tag.start => {
            let link = &html[tag.start..tag.end];
            format!(
                "{}{link}{}{}",
                &html[..head],
                &html[head..tag.start],
                &html[tag.end..]
            )
        }
        _ => html.to_owned(),
    }
}

/// Names programs and scripts by what they are.
fn rename(folder: &Path) -> Result<()> {
    let page = folder.join("index.html");
    let mut html = fs::read_to_string(&page).with_context(|| page.display().to_string())?;
    let mut stems = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if let Some((stem, "js")) = name.rsplit_once('.') {
            stems.push(stem.to_owned());
        }
    }
    for stem in stems {
        // A program and the script that loads it share their name.
        let ends = [".js", "_bg.wasm"];
        let mut digest = Fingerprint::new();
        for end in ends {
            digest.add(&fs::read(folder.join(format!("{stem}{end}"))).unwrap_or_default());
        }
        let (plain, _) = stem
            .rsplit_once('-')
            .with_context(|| format!("{stem}.js has no hash in its name"))?;
        let named = format!("{plain}-{}", digest.text());
        for end in ends {
            let (from, to) = (format!("{stem}{end}"), format!("{named}{end}"));
            if folder.join(&from).is_file() {
                fs::rename(folder.join(&from), folder.join(&to))?;
                html = html.replace(&from, &to);
            }
        }
    }
    fs::write(page, html)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{program_first, rename, squeezed};
    use anyhow::Result;
    use std::fs;

    #[test]
    fn a_page_says_the_same_in_less_and_asks_for_the_program_first() {
        let html = "<!doctype html>\n<head>\n    <meta charset=\"utf-8\">\n\n  <!-- why\n this -->\n  <link rel=\"stylesheet\" href=\"/a.css\">\n\
            <link rel=\"preload\" href=\"/a.wasm\" as=\"fetch\"></head>\n<p>\n  one\n  two\n</p>";
        assert_eq!(
            program_first(&squeezed(html)),
            "<!doctype html>\n<head><link rel=\"preload\" href=\"/a.wasm\" as=\"fetch\">\n<meta charset=\"utf-8\">\n\
             <link rel=\"stylesheet\" href=\"/a.css\">\n</head>\n<p>\none\ntwo\n</p>"
        );
        assert_eq!(program_first("<head></head>"), "<head></head>");
    }

    #[test]
    fn what_changes_gets_another_name() -> Result<()> {
        let name_of = |program: &str| -> Result<String> {
            let folder = std::env::temp_dir().join(format!("raiten-slim-{}", std::process::id()));
            fs::create_dir_all(&folder)?;
            let at = |name: &str| folder.join(name);
            fs::write(at("page-0123456789abcdef.js"), "script")?;
            fs::write(at("page-0123456789abcdef_bg.wasm"), program)?;
            fs::write(at("start-fedcba9876543210.js"), "start")?;
            fs::write(
                at("index.html"),
                "<a href=/page-0123456789abcdef.js><a href=/page-0123456789abcdef_bg.wasm><a href=/start-fedcba9876543210.js>",
            )?;
            rename(&folder)?;
            let html = fs::read_to_string(at("index.html"))?;
            for address in html.split("<a href=/").skip(1) {
                assert!(at(address.trim_end_matches('>')).is_file(), "{address}");
            }
            assert_eq!(fs::read_dir(&folder)?.count(), 4);
            fs::remove_dir_all(&folder)?;
            Ok(html)
        };
        let (one, same, other) = (name_of("a")?, name_of("a")?, name_of("b")?);
        assert!(one == same && one != other, "{one} {other}");
        Ok(())
    }
}
