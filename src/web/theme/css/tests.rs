//! Our stylesheet held against its own rules, and hostile themes.
use super::*;

#[test]
fn every_role_reads_well_in_light_and_dark() {
    let rules = rules(OURS);
    for scheme in [Scheme::Light, Scheme::Dark] {
        let tokens = tokens(&rules, scheme);
        for (front, behind, _) in PAIRS {
            for role in [front, behind] {
                let value = tokens.get(role).unwrap_or_else(|| panic!("no --{role}"));
                assert!(Colour::parse(value).is_some(), "--{role}: {value}");
            }
        }
        assert_eq!(weak_pairs(&tokens), Vec::<String>::new(), "{scheme:?}");
    }
}

#[test]
fn every_rule_reads_well_in_light_and_dark() {
    for css in [OURS, include_str!("../../assets/demo.css")] {
        let all: Vec<Rule> = rules(OURS).into_iter().chain(rules(css)).collect();
        for scheme in [Scheme::Light, Scheme::Dark] {
            let tokens = tokens(&all, scheme);
            for rule in all.iter().filter(|rule| rule.scheme() == Some(Scheme::Light)) {
                check(rule, &tokens);
            }
        }
    }
}

/// The text of a rule on the rule's own background, or on both grounds when it sets none.
fn check(rule: &Rule, tokens: &Tokens) {
    let value = |names: &[&str]| {
        let found = rule.declarations.iter().rev().find(|(name, _)| names.contains(&name.as_str()));
        found.and_then(|(_, value)| role(value)).map(str::to_owned)
    };
    let Some(front) = value(&["color"]) else { return };
    let own = value(&["background", "background-color"]);
    assert!(front != "accent-text" || own.is_some(), "{}: no ground of its own", rule.selector);
    let both = vec!["ground".to_owned(), "surface".to_owned()];
    for ground in &own.map_or(both, |ground| vec![ground]) {
        let (Some(one), Some(two)) = (colour(tokens, &front), colour(tokens, ground)) else {
            continue;
        };
        let contrast = one.contrast(two);
        assert!(contrast >= 4.5, "{}: {front} on {ground} is {contrast:.2}", rule.selector);
    }
}

fn role(value: &str) -> Option<&str> {
    value.strip_prefix("var(--")?.strip_suffix(')')
}

fn colour(tokens: &Tokens, role: &str) -> Option<Colour> {
    tokens.get(role).and_then(|value| Colour::parse(value))
}

#[test]
fn colours_stand_in_the_tokens_only() {
    for rule in rules(OURS).iter().filter(|rule| rule.selector != ":root") {
        for (name, value) in &rule.declarations {
            assert!(!value.contains('#'), "{} {name}: {value}", rule.selector);
        }
    }
}

#[test]
fn the_stylesheet_is_small() {
    assert!(OURS.len() <= 20 * 1024, "{} bytes", OURS.len());
}

#[test]
fn rules_know_their_lines_and_conditions() {
    let found = rules("/* a\n b */\na { b: c }\n@media print {\n  d { e: f; g: h }\n}\ni { j: k }");

    let lines: Vec<_> =
        found.iter().map(|r| (r.selector.as_str(), r.line, r.media.as_str())).collect();
    assert_eq!(lines, [("a", 3, ""), ("d", 5, "@media print"), ("i", 7, "")]);
    assert_eq!(found[1].declarations.len(), 2);
}

#[test]
fn a_theme_may_only_set_known_colours() {
    let mut findings = Vec::new();

    let css = tokens_only(
        ":root { --accent: #123456; --accent: url(//evil); --unknown: #000; --space: #000 }\n\
         body { display: none }\n@import url(//evil);\n@media (prefers-color-scheme: dark) {\n\
         :root { --accent: #cdeaff } }",
        &mut findings,
    );

    assert_eq!(
        css,
        "@media (prefers-color-scheme: light){:root{--accent:#123456;}}\n\
         @media (prefers-color-scheme: dark){:root{--accent:#cdeaff;}}\n"
    );
    assert!(findings.iter().all(|finding| finding.code == "W-THEME-CSS"), "{findings:?}");
}

#[test]
fn a_theme_that_cannot_be_read_is_reported() {
    let mut findings = Vec::new();

    tokens_only(":root { --text: #f0f0f0 }", &mut findings);

    assert!(findings.iter().any(|finding| finding.code == "W-THEME-CONTRAST"));
}
