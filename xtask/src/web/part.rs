//! A program that is no page of its own: another page names its files, and fetches them when it needs them.

use super::Page;
use super::page::tags;
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// Writes a part's files into the shopper's page, `<meta name="raiten-…" content="program wasm style">`, in the place of the part's own page.
pub fn name(staged: &Path, part: &Page) -> Result<()> {
    let own = staged.join(part.folder).join("index.html");
    let html = fs::read_to_string(&own).with_context(|| own.display().to_string())?;
    let around = staged.join("index.html");
    let page = fs::read_to_string(&around).with_context(|| around.display().to_string())?;
    fs::write(&around, named(&page, part.name, &html)?)?;
    fs::remove_file(&own)?;
    Ok(())
}

/// The page with the files that the part's own page names.
fn named(page: &str, name: &str, part: &str) -> Result<String> {
    let tags = tags(part);
    let of = |kind: &str| {
        let tag = tags.iter().find(|tag| tag.is_link(kind));
        tag.and_then(|tag| tag.get("href"))
            .with_context(|| format!("{name} names no {kind}"))
    };
    let files = [of("modulepreload")?, of("preload")?, of("stylesheet")?].join(" ");
    let (before, after) = page
        .split_once("</head>")
        .context("the shopper's page has no head")?;
    Ok(format!(
        "{before}<meta name=\"raiten-{name}\" content=\"{files}\"></head>{after}"
    ))
}

/// The files of a part that a page names.
pub fn files<'a>(page: &'a str, name: &str) -> Result<Vec<&'a str>> {
    let wanted = format!("raiten-{name}");
    let tags = tags(page);
    let meta = tags
        .iter()
        .find(|tag| tag.name == "meta" && tag.get("name") == Some(&wanted));
    let content = meta
        .and_then(|tag| tag.get("content"))
        .with_context(|| format!("the shopper's page names no {name}"))?;
    Ok(content.split(' ').collect())
}

#[cfg(test)]
mod tests {
    use super::{files, named};

    #[test]
    fn a_page_names_the_files_of_its_part() -> anyhow::Result<()> {
        let part = "<head><link rel=\"preload\" href=\"/near/n_bg.wasm\"><link rel=\"modulepreload\" href=\"/near/n.js\">\
            <link rel=\"stylesheet\" href=\"/near/s.css\"></head>";
        let page = named(
            "<html><head><title>T</title></head><body></body>",
            "near",
            part,
        )?;
        assert_eq!(
            files(&page, "near")?,
            ["/near/n.js", "/near/n_bg.wasm", "/near/s.css"]
        );
        assert!(named("<head></head>", "near", "<head></head>").is_err());
        assert!(files("<head></head>", "near").is_err());
        Ok(())
    }
}
