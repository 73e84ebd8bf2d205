//! House rules, looked for in the text of every tracked file.

use crate::places::Places;
use crate::process::{capture, program, say};
use anyhow::{Result, bail};
use std::fs;

/// A rule: what may not stand where, and why.
struct Rule {
    /// Put together from parts, so that this very file does not break it.
    words: &'static [&'static str],
    /// In which files: the beginning or the end of the path; none means all.
    files: &'static [&'static str],
    reason: &'static str,
}

const RULES: [Rule; 6] = [
    Rule {
        words: &[
            concat!("TO", "DO"),
            concat!("FIX", "ME"),
            concat!("XX", "X:"),
        ],
        files: &[],
        reason: "finish it or open an issue",
    },
    Rule {
        words: &[
            concat!("/wo", "rk/"),
            concat!("/ro", "ot/"),
            concat!("/Us", "ers/"),
        ],
        files: &[],
        reason: "a path of one machine",
    },
    Rule {
        words: &[
            concat!("registry.npm", "js"),
            concat!("static.", "crates.io"),
            concat!("index.", "crates.io"),
            concat!("deb.", "debian.org"),
        ],
        files: &[],
        reason: "which registry is used is the machine's business",
    },
    Rule {
        words: &[concat!("'unsafe-", "inline'"), concat!("'unsafe-", "eval'")],
        files: &["server/src/"],
        reason: "the content security policy allows neither",
    },
    Rule {
        words: &["<script>", "<style", " style=\"", " onclick=", " onload="],
        files: &[".html"],
        reason: "the content security policy allows nothing inline",
    },
    Rule {
        words: &[concat!("into_", "tuple"), concat!("_by_", "index")],
        files: &["server/src/db/"],
        reason: "rows are read by name: on SQLite their columns come in the order of the names",
    },
];

/// A file past this usually holds two nouns: worth a note, not a failure.
const LONG: usize = 400;

/// Reads all tracked files; says which break a rule.
pub fn check(places: &Places) -> Result<Option<String>> {
    let listed = capture(
        program("git")
            .current_dir(&places.root)
            .args(["ls-files", "-z"]),
    )?;
    let (mut complaints, mut long, mut count) = (Vec::new(), Vec::new(), 0);
    for path in listed.split('\0').filter(|path| !path.is_empty()) {
        // Pictures and the like, and files that were removed but not yet committed.
        let Ok(text) = fs::read_to_string(places.root.join(path)) else {
            continue;
        };
        count += 1;
        complaints.extend(breaches(path, &text));
        let lines = text.lines().count();
        if path.ends_with(".rs") && lines > LONG {
            long.push(format!("{path} ({lines})"));
        }
    }
    if !complaints.is_empty() {
        bail!("\n  {}", complaints.join("\n  "));
    }
    if !long.is_empty() {
        say(format!(
            "  longer than {LONG} lines, two nouns perhaps: {}",
            long.join(", ")
        ));
    }
    Ok(Some(format!("{count} files")))
}

/// What a file's text breaks, with the line.
fn breaches(path: &str, text: &str) -> Vec<String> {
    let rules: Vec<&Rule> = RULES.iter().filter(|rule| rule.applies(path)).collect();
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for rule in &rules {
            for word in rule.words.iter().filter(|word| contains_word(line, word)) {
                found.push(format!("{path}:{}: {word}: {}", number + 1, rule.reason));
            }
        }
    }
    found
}

impl Rule {
    fn applies(&self, path: &str) -> bool {
        self.files.is_empty()
            || self
                .files
                .iter()
                .any(|part| path.starts_with(part) || path.ends_with(part))
    }
}

/// Whether a word stands in a line by itself and not as the middle of a longer one. The path of a URL or of a module is not a
/// path of a machine.
fn contains_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let joins = |edge: Option<char>, next: Option<char>| {
            edge.is_some_and(char::is_alphanumeric)
                && next.is_some_and(|next| next.is_alphanumeric() || next == '_')
        };
        let path_goes_on = word.starts_with('/')
            && before.is_some_and(|before| before.is_alphanumeric() || ".-_}".contains(before));
        !joins(word.chars().next(), before)
            && !joins(word.chars().next_back(), after)
            && !path_goes_on
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_count_and_parts_of_words_do_not() {
        let todo = RULES[0].words[0];
        assert!(contains_word(&format!("// {todo}: later"), todo));
        assert!(!contains_word(&format!("MAS{todo}N"), todo));
        let machine = RULES[1].words[1];
        assert!(contains_word(&format!("cd {machine}x"), machine));
        assert!(!contains_word(
            &format!("https://example.test{machine}x"),
            machine
        ));
    }

    #[test]
    fn rules_keep_to_their_files() {
        let inline = format!("script-src {}", RULES[3].words[0]);
        assert_eq!(breaches("server/src/http.rs", &inline).len(), 1);
        assert!(
            breaches("tests/src/csp.rs", &inline).is_empty(),
            "a test may look for it"
        );
        assert_eq!(breaches("frontend/staff.html", "<p style=\"x\">").len(), 1);
        assert!(breaches("frontend/start.js", "<p style=\"x\">").is_empty());
    }
}
