//! What a page's first load takes over the wire, and what it may take.

use super::page::fetched;
use super::{NEAR, PAGES, Page, part};
use crate::places::Places;
use crate::process::say;
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::{Path, PathBuf};

/// Which page may take how much.
const BUDGET: &str = "frontend/budget.toml";

/// A file of a first load.
pub struct File {
    /// Below `dist/`.
    pub name: String,
    pub raw: u64,
    /// As it is sent to a browser that takes brotli: packed where that is smaller.
    pub sent: u64,
}

/// The files that a page's first load fetches.
pub struct Size {
    pub page: &'static str,
    pub files: Vec<File>,
}

impl Size {
    pub fn raw(&self) -> u64 {
        self.files.iter().map(|file| file.raw).sum()
    }

    pub fn sent(&self) -> u64 {
        self.files.iter().map(|file| file.sent).sum()
    }
}

/// Measures each page of a release build, the page itself and all that it names; and what the shopper's fetches later.
pub fn sizes(places: &Places) -> Result<Vec<Size>> {
    let dist = places.dist();
    let measured = |page: &Page, files: Vec<PathBuf>| {
        Ok(Size {
            page: page.name,
            files: files
                .iter()
                .map(|path| file(&dist, path))
                .collect::<Result<_>>()?,
        })
    };
    let mut sizes = PAGES
        .iter()
        .map(|page| measured(page, first_load(&dist, page)?))
        .collect::<Result<Vec<_>>>()?;
    let page = fs::read_to_string(dist.join("index.html"))?;
    let later = part::files(&page, NEAR.name)?;
    let later = later
        .iter()
        .map(|address| dist.join(address.trim_start_matches('/')));
    sizes.push(measured(&NEAR, later.collect())?);
    Ok(sizes)
}

fn first_load(dist: &Path, page: &Page) -> Result<Vec<PathBuf>> {
    let own = dist.join(page.folder).join("index.html");
    let html = fs::read_to_string(&own).with_context(|| own.display().to_string())?;
    let mut files = vec![own];
    for address in fetched(&html) {
        let name = address
            .strip_prefix('/')
            .with_context(|| format!("{}: {address} is not on this server", page.name))?;
        files.push(dist.join(name));
    }
    Ok(files)
}

fn file(dist: &Path, path: &Path) -> Result<File> {
    let length = |path: &Path| {
        fs::metadata(path)
            .map(|found| found.len())
            .with_context(|| path.display().to_string())
    };
    let packed = super::pack::packed(path);
    let raw = length(path)?;
    Ok(File {
        name: path
            .strip_prefix(dist)
            .unwrap_or(path)
            .to_string_lossy()
            .into_owned(),
        raw,
        sent: if packed.exists() {
            length(&packed)?
        } else {
            raw
        },
    })
}

/// The sizes as a table, in kB of 1,000 bytes.
pub fn print(sizes: &[Size]) {
    let kilo = |bytes: u64| format!("{:.1}", bytes as f64 / 1_000.0);
    say(format!(
        "{:<44}{:>10}{:>12}",
        "first load", "raw kB", "brotli kB"
    ));
    for size in sizes {
        say(format!(
            "{:<44}{:>10}{:>12}",
            size.page,
            kilo(size.raw()),
            kilo(size.sent())
        ));
        for file in &size.files {
            say(format!(
                "  {:<42}{:>10}{:>12}",
                file.name,
                kilo(file.raw),
                kilo(file.sent)
            ));
        }
    }
}

/// What each page may take, kB.
pub struct Budget(Vec<(String, f64)>);

impl Budget {
    pub fn read(places: &Places) -> Result<Self> {
        let path = places.root.join(BUDGET);
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        Self::parse(&text).context(BUDGET)
    }

    /// Lines of `page = kB`, comments and headings between them.
    fn parse(text: &str) -> Result<Self> {
        let mut limits = Vec::new();
        for line in text.lines() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() || line.starts_with('[') {
                continue;
            }
            let (page, limit) = line
                .split_once('=')
                .with_context(|| format!("not a limit: {line}"))?;
            let limit: f64 = limit.trim().parse().with_context(|| line.to_owned())?;
            limits.push((page.trim().to_owned(), limit));
        }
        Ok(Self(limits))
    }

    /// What the page may take.
    pub fn of(&self, page: &str) -> Result<f64> {
        self.0
            .iter()
            .find(|(known, _)| known == page)
            .map(|(_, limit)| *limit)
            .with_context(|| format!("{BUDGET} has no line for {page}"))
    }

    /// An error that names every page that takes more than it may.
    pub fn hold(&self, sizes: &[Size]) -> Result<()> {
        let mut over = Vec::new();
        for size in sizes {
            let (limit, sent) = (self.of(size.page)?, size.sent() as f64 / 1_000.0);
            if sent > limit {
                over.push(format!("{} takes {sent:.1} kB of {limit} kB", size.page));
            }
        }
        for (page, _) in &self.0 {
            ensure!(
                sizes.iter().any(|size| size.page == page),
                "{BUDGET} has a line for {page}, which is no page"
            );
        }
        if !over.is_empty() {
            bail!(
                "over budget: {} (docs/light.md says what costs what; the limits are in {BUDGET})",
                over.join(", ")
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Budget, File, Size};
    use anyhow::Result;

    fn size(page: &'static str, sent: u64) -> Size {
        Size {
            page,
            files: vec![
                File {
                    name: "index.html".into(),
                    raw: 3 * sent,
                    sent: 400,
                },
                File {
                    name: "a.wasm".into(),
                    raw: 3 * sent,
                    sent: sent - 400,
                },
            ],
        }
    }

    #[test]
    fn a_page_over_its_limit_is_named() -> Result<()> {
        let budget = Budget::parse("# kB\n[first-load]\nshopper = 10.5 # aim: 8\nstaff=20\n")?;
        budget.hold(&[size("shopper", 10_500), size("staff", 1_000)])?;
        let error = budget.hold(&[size("shopper", 10_501), size("staff", 1_000)]);
        assert!(error.is_err_and(|e| e.to_string().contains("shopper takes 10.5 kB")));
        Ok(())
    }

    #[test]
    fn every_page_has_a_limit_and_every_limit_a_page() -> Result<()> {
        let budget = Budget::parse("shopper = 10\nstaf = 20\n")?;
        assert!(
            budget
                .hold(&[size("shopper", 500), size("staff", 500)])
                .is_err()
        );
        assert!(budget.hold(&[size("shopper", 500)]).is_err());
        assert!(Budget::parse("shopper: 10").is_err());
        assert!(Budget::parse("shopper = ten").is_err());
        Ok(())
    }
}
