//! What `styles/tokens.css` says.

use super::{Colour, css};

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// By day.
    Light,
    /// By night.
    Dark,
}

/// A design token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its name without the dashes: `ink-soft`.
    pub name: String,
    /// Its value, other tokens in it resolved.
    pub value: String,
}

impl Token {
    /// The colour, if it is one.
    #[must_use]
    pub fn colour(&self) -> Option<Colour> {
        Colour::parse(&self.value)
    }
}

/// All tokens of a scheme in the order of the file.
#[must_use]
pub fn tokens(scheme: Scheme) -> Vec<Token> {
    read(include_str!("../../styles/tokens.css"), scheme)
}

fn read(text: &str, scheme: Scheme) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::new();
    for rule in css::rules(text) {
        let dark = rule.within.iter().any(|at| at.contains("dark"));
        if rule.selector != ":root" || (dark && scheme == Scheme::Light) {
            continue;
        }
        for (name, value) in rule.declarations {
            let Some(name) = name.strip_prefix("--") else {
                continue;
            };
            match out.iter_mut().find(|t| t.name == name) {
                Some(token) => token.value = value,
                None => out.push(Token {
                    name: name.to_owned(),
                    value,
                }),
            }
        }
    }
    // One level deep is as deep as they go.
    let plain = out.clone();
    for token in &mut out {
        for other in &plain {
            let used = format!("var(--{})", other.name);
            if token.value.contains(&used) {
                token.value = token.value.replace(&used, &other.value);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Scheme, read};

    #[test]
    fn dark_overrides_light_and_values_are_resolved() {
        let text = ":root { --a: 1 2 3; --b: rgb(var(--a) / 0.5); } \
            @media (prefers-color-scheme: dark) { :root { --a: 9 9 9; } }";
        let value = |scheme, name: &str| {
            read(text, scheme)
                .into_iter()
                .find(|t| t.name == name)
                .map(|t| t.value)
        };
        assert_eq!(
            value(Scheme::Light, "b").as_deref(),
            Some("rgb(1 2 3 / 0.5)")
        );
        assert_eq!(
            value(Scheme::Dark, "b").as_deref(),
            Some("rgb(9 9 9 / 0.5)")
        );
        assert_eq!(read(text, Scheme::Dark).len(), 2);
    }
}
