//! Reads stylesheets just well enough to check colours: rules, declarations, `@media`.
use super::colour::Colour;
use crate::finding::Finding;
use std::collections::BTreeMap;
use std::fmt::Write;

/// `selector { … }`, with the condition around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// `@media …` around the rule, empty when there is none.
    pub media: String,
    /// What the rule is about.
    pub selector: String,
    /// Line of the selector, counted from 1.
    pub line: u32,
    /// Properties and values in their order.
    pub declarations: Vec<(String, String)>,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scheme {
    /// The default.
    Light,
    /// Under `prefers-color-scheme: dark`.
    Dark,
}

/// Values of the custom properties by name (without `--`), in one scheme.
pub type Tokens = BTreeMap<String, String>;

/// All rules of a stylesheet, at most one level inside an `@media`.
pub fn rules(css: &str) -> Vec<Rule> {
    let css = without_comments(css);
    let mut found = Vec::new();
    let (mut media, mut rest, mut line) = (String::new(), css.as_str(), 1);
    while let Some(at) = rest.find(['{', '}']) {
        let (before, after) = rest.split_at(at);
        let selector = before.rsplit(';').next().unwrap_or_default().trim();
        let start = line + newlines(&before[..before.len() - before.trim_start().len()]);
        line += newlines(before);
        if let Some(behind) = after.strip_prefix('}') {
            media.clear();
            rest = behind;
        } else if selector.starts_with('@') {
            selector.clone_into(&mut media);
            rest = &after[1..];
        } else {
            let body = after[1..].split('}').next().unwrap_or_default();
            found.push(Rule {
                media: media.clone(),
                selector: selector.to_owned(),
                line: start,
                declarations: declarations(body),
            });
            line += newlines(body);
            rest = after.get(body.len() + 2..).unwrap_or_default();
        }
    }
    found
}

fn newlines(text: &str) -> u32 {
    u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX)
}

/// Comments replaced by their line ends, so that lines keep their numbers.
fn without_comments(css: &str) -> String {
    let mut clean = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        let (comment, behind) = after.split_once("*/").unwrap_or((after, ""));
        clean.push_str(before);
        clean.extend(comment.matches('\n'));
        rest = behind;
    }
    clean + rest
}

fn declarations(body: &str) -> Vec<(String, String)> {
    body.split(';')
        .filter_map(|part| part.split_once(':'))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        .collect()
}

/// The custom properties of `:root` in a scheme; dark starts from light.
pub fn tokens(rules: &[Rule], scheme: Scheme) -> Tokens {
    let mut tokens = set_by(rules, Scheme::Light);
    if scheme == Scheme::Dark {
        tokens.extend(set_by(rules, Scheme::Dark));
    }
    tokens
}

/// Those that stand in the block of this scheme.
fn set_by(rules: &[Rule], scheme: Scheme) -> Tokens {
    let of_scheme =
        rules.iter().filter(|rule| rule.selector == ":root" && rule.scheme() == Some(scheme));
    let declarations = of_scheme.flat_map(|rule| &rule.declarations);
    declarations
        .filter_map(|(name, value)| Some((name.strip_prefix("--")?.to_owned(), value.clone())))
        .collect()
}

impl Rule {
    /// The scheme the rule is for; none under other conditions, such as print.
    pub fn scheme(&self) -> Option<Scheme> {
        match self.media.as_str() {
            "" => Some(Scheme::Light),
            media if media.contains("prefers-color-scheme: dark") => Some(Scheme::Dark),
            _ => None,
        }
    }
}

/// Role of a text or part, role of what is behind it, contrast it needs there.
pub const PAIRS: [(&str, &str, f64); 14] = [
    ("text", "ground", 4.5),
    ("text", "surface", 4.5),
    ("text", "tint", 4.5),
    ("text-soft", "ground", 4.5),
    ("text-soft", "surface", 4.5),
    ("accent", "ground", 4.5),
    ("accent", "surface", 4.5),
    ("accent", "tint", 4.5),
    ("accent-text", "accent", 4.5),
    ("accent-text", "accent-strong", 4.5),
    ("edge", "surface", 3.0),
    ("edge", "ground", 3.0),
    ("focus", "ground", 3.0),
    ("focus", "surface", 3.0),
];

/// Our own stylesheet: what a theme's colours are laid over.
const OURS: &str = include_str!("../assets/app.css");

/// What may be kept of an organisation's stylesheet: known colours of `:root`, written anew.
pub fn tokens_only(css: &str, findings: &mut Vec<Finding>) -> String {
    let ours = rules(OURS);
    let known = tokens(&ours, Scheme::Light);
    let mut kept = Vec::new();
    for mut rule in rules(css) {
        let line = rule.line;
        let mut drop =
            |what: &str| findings.push(Finding::at("W-THEME-CSS", "theme.css", line, what));
        if rule.selector != ":root" || rule.scheme().is_none() {
            drop(&rule.selector);
            continue;
        }
        rule.declarations.retain(|(name, value)| {
            let colour = |value: &str| Colour::parse(value).is_some();
            let ours = name.strip_prefix("--").and_then(|name| known.get(name));
            let fits = ours.is_some_and(|ours| colour(ours)) && colour(value);
            if !fits {
                drop(name);
            }
            fits
        });
        kept.push(rule);
    }
    for scheme in [Scheme::Light, Scheme::Dark] {
        let mut all = tokens(&ours, scheme);
        all.extend(set_by(&kept, scheme));
        findings.extend(weak_pairs(&all).into_iter().map(|pair| {
            Finding::about("W-THEME-CONTRAST", pair).detail(format!("{scheme:?}").to_lowercase())
        }));
    }
    written(&kept)
}

/// A theme that sets light colours only leaves ours in the dark.
fn written(rules: &[Rule]) -> String {
    let mut css = String::new();
    for rule in rules {
        let scheme = if rule.scheme() == Some(Scheme::Dark) { "dark" } else { "light" };
        let _ = write!(css, "@media (prefers-color-scheme: {scheme}){{:root{{");
        for (name, value) in &rule.declarations {
            let _ = write!(css, "{name}:{value};");
        }
        css.push_str(
            "}}
",
        );
    }
    css
}

/// The pairs of [`PAIRS`] that cannot be read well enough, as `text on ground: 3.9`.
pub fn weak_pairs(tokens: &Tokens) -> Vec<String> {
    let colour = |role: &str| tokens.get(role).and_then(|value| Colour::parse(value));
    PAIRS
        .into_iter()
        .filter_map(|(front, behind, least)| {
            let contrast = colour(front)?.contrast(colour(behind)?);
            (contrast < least).then(|| format!("{front} on {behind}: {contrast:.1}"))
        })
        .collect()
}

#[cfg(test)]
mod tests;
