//! The shopper's worker (`/sw.js`): its text with the list of the files that it keeps, so that a new version comes in whole or not
//! at all.

use crate::fingerprint::{Fingerprint, files};
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::Path;

/// Writes `sw.js` into the shopper's bundled folder. `others` are the folders in it that belong to other programs.
pub fn write(source: &Path, folder: &Path, others: &[&str]) -> Result<()> {
    let text = fs::read_to_string(source).with_context(|| source.display().to_string())?;
    let mut names = Vec::new();
    let mut version = Fingerprint::new();
    version.add(text.as_bytes());
    version.add(&fs::read(folder.join("index.html")).context("the shopper's page")?);
    for path in files(folder)? {
        let name = path
            .strip_prefix(folder)?
            .to_str()
            .context("a file name that is no text")?
            .replace('\\', "/");
        let is_others = others
            .iter()
            .any(|other| name.split('/').next() == Some(other));
        if is_others || !is_hashed(&name) {
            continue;
        }
        version.add(name.as_bytes());
        names.push(format!("\"/{name}\""));
    }
    ensure!(
        names.iter().any(|name| name.ends_with(".wasm\"")),
        "no program among the shopper's files"
    );
    let build = format!(
        "const BUILD = {{\"version\":\"{}\",\"files\":[{}]}};\n",
        version.text(),
        names.join(",")
    );
    fs::write(folder.join("sw.js"), build + &text)?;
    Ok(())
}

/// Whether the bundler put a hash into the name, as the server and the worker understand it; what is packed for the wire has the
/// name of what it was made from.
fn is_hashed(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or_default();
    !last.ends_with(".br")
        && last.split(['-', '_', '.']).skip(1).any(|part| {
            (12..=16).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_hexdigit())
        })
}

#[cfg(test)]
mod tests {
    use super::{is_hashed, write};
    use anyhow::Result;
    use std::fs;
    use std::path::Path;

    #[test]
    fn keeps_what_has_a_hash() {
        assert!(is_hashed("shopper-9f86d081884c7d65_bg.wasm"));
        assert!(is_hashed("field-d882c502f15d96.css"));
        assert!(!is_hashed("icons/icon-192.png"));
        assert!(!is_hashed("index.html"));
        assert!(!is_hashed("styles-9f86d081884c7d65.css.br"));
    }

    fn written(folder: &Path) -> Result<String> {
        write(&folder.join("source.js"), &folder.join("dist"), &["staff"])?;
        Ok(fs::read_to_string(folder.join("dist/sw.js"))?)
    }

    #[test]
    fn lists_its_own_files_and_has_a_version_of_all_that_it_is_made_of() -> Result<()> {
        let folder = std::env::temp_dir().join(format!("raiten-worker-{}", std::process::id()));
        let dist = folder.join("dist");
        fs::create_dir_all(dist.join("staff"))?;
        for (name, text) in [
            ("index.html", "page"),
            ("shopper-9f86d081884c7d65_bg.wasm", ""),
            ("styles-d882c502f15d96ab.css", ""),
            ("manifest.webmanifest", "{}"),
            ("staff/staff-9f86d081884c7d65.js", ""),
        ] {
            fs::write(dist.join(name), text)?;
        }
        fs::write(folder.join("source.js"), "work();\n")?;
        let first = written(&folder)?;
        assert!(
            first.starts_with("const BUILD = {\"version\":\""),
            "{first}"
        );
        assert!(
            first.ends_with(
                "\"files\":[\"/shopper-9f86d081884c7d65_bg.wasm\",\"/styles-d882c502f15d96ab.css\"]};\nwork();\n"
            ),
            "{first}"
        );
        assert_eq!(written(&folder)?, first);
        fs::write(dist.join("index.html"), "another page")?;
        let second = written(&folder)?;
        assert_ne!(second, first);
        fs::write(folder.join("source.js"), "work(2);\n")?;
        assert_ne!(written(&folder)?[..60], second[..60]);
        fs::remove_file(dist.join("shopper-9f86d081884c7d65_bg.wasm"))?;
        assert!(written(&folder).is_err());
        fs::remove_dir_all(folder)?;
        Ok(())
    }
}
