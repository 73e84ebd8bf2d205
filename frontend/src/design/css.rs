//! Stylesheets, as far as colours are concerned: rules and their declarations.

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The at-rules around it, outermost first: `@media (prefers-color-scheme: dark)`.
    pub within: Vec<String>,
    /// The selector.
    pub selector: String,
    /// Properties and values in order.
    pub declarations: Vec<(String, String)>,
}

fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    out
}

/// The rules of a stylesheet in order. Strings with braces or semicolons in them are not expected, and there are none.
#[must_use]
pub fn rules(text: &str) -> Vec<Rule> {
    let text = without_comments(text);
    let mut out: Vec<Rule> = Vec::new();
    // At-rules and selectors that are open.
    let mut open: Vec<String> = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        match c {
            '{' => {
                open.push(squeeze(&word));
                word.clear();
                if let Some((selector, within)) = open.split_last()
                    && !selector.starts_with('@')
                {
                    out.push(Rule {
                        within: within.to_vec(),
                        selector: selector.clone(),
                        declarations: Vec::new(),
                    });
                }
            }
            ';' | '}' => {
                if let (Some((name, value)), Some(rule)) = (word.split_once(':'), out.last_mut()) {
                    rule.declarations
                        .push((name.trim().to_owned(), squeeze(value)));
                }
                word.clear();
                if c == '}' {
                    open.pop();
                }
            }
            c => word.push(c),
        }
    }
    out
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The custom properties that a value uses: `0 1px var(--line)` → `line`.
#[cfg(test)]
#[must_use]
pub fn variables(value: &str) -> Vec<&str> {
    value
        .split("var(--")
        .skip(1)
        .filter_map(|rest| rest.split([')', ',']).next())
        .map(str::trim)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{rules, variables};

    #[test]
    fn reads_rules_within_at_rules() {
        let found =
            rules("a { color: red; /* { */ top: 0 } @media (x: y) { :root { --b: #fff; } } p{}");
        assert_eq!(found.len(), 3);
        assert_eq!(found[0].declarations.len(), 2);
        assert_eq!(found[1].within, ["@media (x: y)"]);
        assert_eq!(found[1].declarations, [("--b".into(), "#fff".into())]);
        assert!(found[2].declarations.is_empty());
    }

    #[test]
    fn finds_the_variables_of_a_value() {
        assert_eq!(
            variables("linear-gradient(transparent, var(--paper) 1rem, var(--a, 1px))"),
            ["paper", "a"]
        );
        assert!(variables("none").is_empty());
    }
}
