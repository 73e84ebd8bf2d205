//! The policy of `deny.toml` without cargo-deny, whose own compilation takes longer than all the rest of lint: every library
//! comes from crates.io, under a licence that the policy allows, and is not one that it bans.

use crate::places::Places;
use crate::process::{capture, cargo};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::fs;

/// What `deny.toml` says.
struct Policy {
    licences: Vec<String>,
    banned: Vec<String>,
}

/// Checks every package of the lock file; returns how many.
pub fn check(places: &Places) -> Result<usize> {
    let policy = Policy::read(&fs::read_to_string(places.root.join("deny.toml"))?)?;
    let said = capture(cargo(places).args(["metadata", "--format-version", "1", "--locked"]))
        .context("Cargo.lock must be up to date: run cargo check and commit it")?;
    let metadata: Value = serde_json::from_str(&said)?;
    let packages = metadata["packages"]
        .as_array()
        .context("cargo metadata lists packages")?;
    let mut complaints = Vec::new();
    let mut libraries = 0;
    for package in packages {
        // Our own have no source.
        if let Some(source) = package["source"].as_str() {
            libraries += 1;
            let name = package["name"].as_str().unwrap_or_default();
            let version = package["version"].as_str().unwrap_or_default();
            let complaint = policy.complaint(name, source, package["license"].as_str());
            complaints.extend(complaint.map(|what| format!("{name} {version}: {what}")));
        }
    }
    if !complaints.is_empty() {
        bail!("deny.toml does not allow:\n  {}", complaints.join("\n  "));
    }
    Ok(libraries)
}

impl Policy {
    /// Reads `allow` of `[licenses]` and `deny` of `[bans]`: all that is needed of TOML here is quoted words in a list.
    fn read(toml: &str) -> Result<Self> {
        let licences = list(toml, "licenses", "allow");
        let banned = list(toml, "bans", "deny");
        if licences.is_empty() {
            bail!("deny.toml has no list [licenses] allow");
        }
        Ok(Self { licences, banned })
    }

    fn complaint(&self, name: &str, source: &str, licence: Option<&str>) -> Option<String> {
        if self.banned.iter().any(|banned| banned == name) {
            return Some("banned".into());
        }
        if !(source.starts_with("registry+") && source.ends_with("/crates.io-index")) {
            return Some(format!("not from crates.io but from {source}"));
        }
        let Some(licence) = licence else {
            return Some("names no licence".into());
        };
        (!allows(&self.licences, licence)).then(|| format!("licence {licence}"))
    }
}

/// The quoted words of a list in a section, comments left out.
fn list(toml: &str, section: &str, key: &str) -> Vec<String> {
    let header = format!("[{section}]");
    let opening = format!("{key} = [");
    toml.lines()
        .map(str::trim)
        .skip_while(|line| *line != header)
        .skip(1)
        .take_while(|line| !(line.starts_with('[') && line.ends_with(']')))
        .skip_while(|line| *line != opening)
        .skip(1)
        .take_while(|line| *line != "]")
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split('"').nth(1).map(str::to_owned))
        .collect()
}

/// Whether an SPDX expression can be met with the allowed licences alone. AND binds tighter than OR; `/` is the old OR.
fn allows(allowed: &[String], expression: &str) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader {
        words: &words,
        allowed,
    };
    let result = reader.either();
    result && reader.words.is_empty()
}

struct Reader<'a> {
    words: &'a [&'a str],
    allowed: &'a [String],
}

impl<'a> Reader<'a> {
    fn take(&mut self) -> Option<&'a str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    fn takes(&mut self, word: &str) -> bool {
        let there = self.words.first() == Some(&word);
        if there {
            self.take();
        }
        there
    }

    fn either(&mut self) -> bool {
        let mut good = self.both();
        while self.takes("OR") {
            // Read in any case: what follows must be consumed.
            let other = self.both();
            good |= other;
        }
        good
    }

    fn both(&mut self) -> bool {
        let mut good = self.one();
        while self.takes("AND") {
            let other = self.one();
            good &= other;
        }
        good
    }

    fn one(&mut self) -> bool {
        if self.takes("(") {
            let good = self.either();
            return self.takes(")") && good;
        }
        let Some(mut name) = self.take().map(str::to_owned) else {
            return false;
        };
        if self.takes("WITH") {
            name = format!("{name} WITH {}", self.take().unwrap_or_default());
        }
        self.allowed.contains(&name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DENY: &str = "[licenses]\n# all\nallow = [\n  \"MIT\", # \"GPL-3.0\"\n  # \"MPL-2.0\",\n  \"Unicode-3.0\",\n]\n\
                        [bans]\ndeny = [\n  { crate = \"openssl\" },\n]\n";

    fn policy() -> Result<Policy> {
        Policy::read(DENY)
    }

    #[test]
    fn the_policy_is_read_without_its_comments() -> Result<()> {
        let policy = policy()?;
        assert_eq!(policy.licences, ["MIT", "Unicode-3.0"]);
        assert_eq!(policy.banned, ["openssl"]);
        assert!(Policy::read("[bans]\n").is_err());
        Ok(())
    }

    #[test]
    fn expressions_follow_spdx() -> Result<()> {
        let allowed = policy()?.licences;
        for (expression, expected) in [
            ("MIT", true),
            ("GPL-3.0", false),
            ("GPL-3.0 OR MIT", true),
            ("MIT/GPL-3.0", true),
            ("MIT AND GPL-3.0", false),
            ("(MIT OR GPL-3.0) AND Unicode-3.0", true),
            ("GPL-3.0 OR MIT AND Unicode-3.0", true),
            ("MIT OR GPL-3.0 AND Unicode-3.0", true),
            ("MIT WITH LLVM-exception", false),
            ("(MIT", false),
            ("MIT MIT", false),
            ("", false),
        ] {
            assert_eq!(allows(&allowed, expression), expected, "{expression}");
        }
        Ok(())
    }

    #[test]
    fn each_reason_is_told() -> Result<()> {
        let policy = policy()?;
        let index = "registry+https://example.test/crates.io-index";
        assert_eq!(policy.complaint("serde", index, Some("MIT")), None);
        let complaint =
            |name, source, licence| policy.complaint(name, source, licence).unwrap_or_default();
        assert_eq!(complaint("openssl", index, Some("MIT")), "banned");
        assert!(
            complaint("x", "git+https://example.test/x", Some("MIT"))
                .contains("not from crates.io")
        );
        assert_eq!(complaint("x", index, None), "names no licence");
        assert_eq!(complaint("x", index, Some("GPL-3.0")), "licence GPL-3.0");
        Ok(())
    }
}
