//! Holds every stylesheet to the tokens and to the list of pairs.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::{
    Colour, Need, PAIRS, Scheme, contrast,
    css::{Rule, rules, variables},
    tokens,
};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn files(folder: &Path, end: &str) -> std::io::Result<Vec<PathBuf>> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            out.extend(files(&path, end)?);
        } else if path.to_string_lossy().ends_with(end) {
            out.push(path);
        }
    }
    out.sort();
    Ok(out)
}

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every stylesheet but the tokens', by its path.
fn sheets() -> std::io::Result<Vec<(String, Vec<Rule>)>> {
    let mut paths = files(&here().join("src"), ".css")?;
    paths.push(here().join("styles/base.css"));
    paths
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(here()).unwrap_or(&path);
            Ok((
                name.display().to_string(),
                rules(&fs::read_to_string(&path)?),
            ))
        })
        .collect()
}

/// Words that are colours by themselves. `transparent`, `currentColor` and what a person's own scheme sets are none.
const WORDS: [&str; 15] = [
    "white", "black", "red", "green", "blue", "gray", "grey", "silver", "yellow", "orange", "gold",
    "pink", "purple", "brown", "navy",
];
const FUNCTIONS: [&str; 11] = [
    "rgb(",
    "rgba(",
    "hsl(",
    "hsla(",
    "hwb(",
    "lab(",
    "lch(",
    "oklab(",
    "oklch(",
    "color(",
    "color-mix(",
];

/// Whether a value writes a colour as such.
fn literal(value: &str) -> bool {
    let hex = value.split('#').skip(1).any(|rest| {
        let digits = rest.chars().take_while(char::is_ascii_hexdigit).count();
        let whole = rest
            .chars()
            .nth(digits)
            .is_none_or(|c| !c.is_alphanumeric() && c != '-');
        matches!(digits, 3 | 4 | 6 | 8) && whole
    });
    let plain = value.replace("var(--", "\u{0}");
    let words = plain
        .split(|c: char| !c.is_alphanumeric() && c != '\u{0}' && c != '-')
        .any(|word| WORDS.contains(&word));
    let functions = FUNCTIONS.iter().any(|f| {
        plain.match_indices(f).any(|(at, _)| {
            let before = plain[..at].chars().next_back();
            !before.is_some_and(|c| c.is_alphanumeric() || c == '-')
        })
    });
    hex || words || functions
}

/// What a property paints.
enum Paints {
    Text,
    Ground,
    Outline,
    Graphic,
    Nothing,
}

fn paints(property: &str) -> Paints {
    match property {
        "color" => Paints::Text,
        p if p.starts_with("background") => Paints::Ground,
        p if p.starts_with("border") || p.starts_with("outline") => Paints::Outline,
        "fill"
        | "stroke"
        | "stop-color"
        | "accent-color"
        | "box-shadow"
        | "text-decoration-color"
        | "caret-color" => Paints::Graphic,
        _ => Paints::Nothing,
    }
}

fn listed(fore: &str, needs: &[Need]) -> bool {
    PAIRS
        .iter()
        .any(|g| needs.contains(&g.need) && g.fore.contains(&fore))
}

fn text_on(fore: &str, ground: &str) -> bool {
    PAIRS.iter().any(|g| {
        matches!(g.need, Need::Text | Need::Large)
            && g.fore.contains(&fore)
            && g.grounds.contains(&ground)
    })
}

fn carries_text(ground: &str) -> bool {
    PAIRS
        .iter()
        .any(|g| matches!(g.need, Need::Text | Need::Large) && g.grounds.contains(&ground))
}

/// What a rule does that the list does not know, in words.
fn breaches(rule: &Rule, colours: &BTreeSet<String>) -> Vec<String> {
    let mut out = Vec::new();
    let (mut text, mut ground): (Option<&str>, Option<&str>) = (None, None);
    for (property, value) in &rule.declarations {
        if literal(value) && !matches!(paints(property), Paints::Nothing) {
            out.push(format!(
                "{property}: {value} is a colour as such, not a token"
            ));
        }
        for name in variables(value) {
            if !colours.contains(name) {
                continue;
            }
            let known = match paints(property) {
                Paints::Nothing => continue,
                Paints::Text => {
                    text = Some(name);
                    listed(name, &[Need::Text, Need::Large])
                }
                Paints::Ground => {
                    ground = Some(name);
                    carries_text(name) || listed(name, &[Need::None])
                }
                Paints::Outline => listed(name, &[Need::Outline, Need::Graphic, Need::None]),
                Paints::Graphic => listed(
                    name,
                    &[Need::Text, Need::Outline, Need::Graphic, Need::None],
                ),
            };
            if !known {
                out.push(format!("{property}: --{name} is not listed for that"));
            }
        }
    }
    if let (Some(text), Some(ground)) = (text, ground)
        && !text_on(text, ground)
    {
        out.push(format!(
            "--{text} on --{ground} is no listed pair of text and ground"
        ));
    }
    out
}

fn colour_names() -> BTreeSet<String> {
    tokens(Scheme::Light)
        .into_iter()
        .filter(|t| t.colour().is_some())
        .map(|t| t.name)
        .collect()
}

#[test]
fn stylesheets_keep_to_the_tokens_and_to_the_pairs() -> Outcome {
    let colours = colour_names();
    let mut found = Vec::new();
    let sheets = sheets()?;
    assert!(sheets.len() > 15, "the stylesheets are found");
    for (name, rules) in &sheets {
        for rule in rules {
            found.extend(
                breaches(rule, &colours)
                    .into_iter()
                    .map(|b| format!("{name}: {} {{ {b} }}", rule.selector)),
            );
        }
    }
    assert!(
        found.is_empty(),
        "list a pair with its reason in src/design/pairs.rs, or use a token that is listed:\n  {}",
        found.join("\n  ")
    );
    Ok(())
}

#[test]
fn every_listed_pair_stands_out_in_both_schemes() {
    let mut found = Vec::new();
    for scheme in [Scheme::Light, Scheme::Dark] {
        let tokens = tokens(scheme);
        let colour = |name: &str| {
            tokens
                .iter()
                .find(|t| t.name == name)
                .and_then(super::Token::colour)
        };
        for group in PAIRS {
            for fore in group.fore {
                let Some(top) = colour(fore) else {
                    found.push(format!("{scheme:?}: there is no colour --{fore}"));
                    continue;
                };
                for ground in group.grounds {
                    let Some(below) = colour(ground) else {
                        found.push(format!("{scheme:?}: there is no colour --{ground}"));
                        continue;
                    };
                    // What shines through is unknown: the worst of both ends counts.
                    let ratio = [Colour::WHITE, Colour::BLACK]
                        .map(|behind| {
                            let below = below.over(behind);
                            contrast(top.over(below), below)
                        })
                        .into_iter()
                        .fold(f64::MAX, f64::min);
                    if ratio < group.need.least() {
                        found.push(format!(
                            "{scheme:?}: --{fore} on --{ground} has {ratio:.2}, needs {}: {}",
                            group.need.least(),
                            group.why
                        ));
                    }
                }
            }
        }
    }
    assert!(found.is_empty(), "\n  {}", found.join("\n  "));
}

#[test]
fn nothing_is_listed_defined_or_used_in_vain() -> Outcome {
    let sheets = sheets()?;
    let used: BTreeSet<&str> = sheets
        .iter()
        .flat_map(|(_, rules)| rules)
        .flat_map(|rule| &rule.declarations)
        .flat_map(|(_, value)| variables(value))
        .collect();
    let tokens = tokens(Scheme::Light);
    let own = include_str!("../../styles/tokens.css");
    let inside: BTreeSet<&str> = variables(own).into_iter().collect();
    let defined: BTreeSet<&str> = tokens.iter().map(|t| t.name.as_str()).collect();
    let local: BTreeSet<&str> = sheets
        .iter()
        .flat_map(|(_, rules)| rules)
        .flat_map(|rule| &rule.declarations)
        .filter_map(|(name, _)| name.strip_prefix("--"))
        .collect();
    let unknown: Vec<_> = used
        .iter()
        .filter(|name| !defined.contains(*name) && !local.contains(*name))
        .collect();
    assert!(unknown.is_empty(), "used, but no token: {unknown:?}");
    let idle: Vec<_> = defined
        .iter()
        .filter(|name| !used.contains(*name) && !inside.contains(*name))
        .collect();
    assert!(idle.is_empty(), "tokens that nothing uses: {idle:?}");
    let idle: Vec<_> = PAIRS
        .iter()
        .flat_map(|g| g.fore.iter().chain(g.grounds))
        .filter(|name| !used.contains(**name))
        .collect();
    assert!(idle.is_empty(), "listed, but nothing uses them: {idle:?}");
    Ok(())
}

#[test]
fn each_page_tells_the_browser_its_own_paper() -> Outcome {
    let paper = |scheme| {
        tokens(scheme)
            .into_iter()
            .find(|t| t.name == "paper")
            .map(|t| t.value)
            .unwrap_or_default()
    };
    let pages = files(here(), ".html")?
        .into_iter()
        // What names the files of a part is shown to nobody.
        .filter(|path| path.parent() == Some(here()) && !path.ends_with("near.html"));
    for page in pages {
        let text = fs::read_to_string(&page)?;
        for (scheme, media) in [(Scheme::Light, "light"), (Scheme::Dark, "dark")] {
            let wanted = format!(
                "name=\"theme-color\" content=\"{}\" media=\"(prefers-color-scheme: {media})\"",
                paper(scheme)
            );
            assert!(text.contains(&wanted), "{}: {wanted}", page.display());
        }
    }
    Ok(())
}

/// The checks can fail: bad rules are told from good ones.
#[test]
fn bad_rules_are_caught() {
    let colours = colour_names();
    let told = |text: &str| {
        rules(text)
            .iter()
            .flat_map(|r| breaches(r, &colours))
            .count()
    };
    for good in [
        "a { color: var(--ink); background: var(--paper) }",
        "a { border: 1px solid transparent; white-space: nowrap }",
        "a { color: inherit; fill: url(#machine-body); background: none }",
        "a { background: linear-gradient(transparent, var(--paper) 1rem) }",
    ] {
        assert_eq!(told(good), 0, "{good}");
    }
    for bad in [
        "a { color: #777 }",
        "a { fill: rgb(1 2 3 / 0.5) }",
        "a { border: 1px solid white }",
        "a { background: color-mix(in oklab, var(--ink) 50%, var(--paper)) }",
        "a { color: var(--line) }",
        "a { color: var(--gold); background: var(--surface) }",
        "a { color: var(--good); background: var(--bad-soft) }",
        "@media print { a { stroke: var(--lens) } }",
    ] {
        assert!(told(bad) > 0, "{bad}");
    }
}
