//! The one place where text becomes part of an LDAP filter (SEC-32).
use ldap3::{ldap_escape, parse_filter};

/// A filter with one place for a value, such as `(uid={login})`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template {
    text: String,
    place: &'static str,
}

impl Template {
    /// A template whose `{place}` occurs at least once and which is a filter once it is filled.
    /// Outer parentheses may be left out.
    pub(super) fn parse(text: &str, place: &'static str) -> Option<Self> {
        let text = text.trim();
        let has_parentheses = text.starts_with('(');
        let text = if has_parentheses { text.to_owned() } else { format!("({text})") };
        let template = Self { text, place };
        // A star is a value but no attribute name: the place must be on the right of `=`.
        let is_filter = parse_filter(template.fill("*")).is_ok();
        (template.text.contains(place) && is_filter).then_some(template)
    }

    /// The filter for one value.
    pub(super) fn fill(&self, value: &str) -> String {
        self.text.replace(self.place, &ldap_escape(value))
    }

    /// The filter for any of several values.
    pub(super) fn fill_any(&self, values: &[String]) -> String {
        let filters: String = values.iter().map(|value| self.fill(value)).collect();
        format!("(|{filters})")
    }
}

/// Entries where `attribute` is exactly `value`; none for what is no attribute name.
pub(super) fn equals(attribute: &str, value: &str) -> Option<String> {
    is_attribute_name(attribute).then(|| format!("({attribute}={})", ldap_escape(value)))
}

/// Entries of a filter of the configuration where `attribute` is `value` or comes behind it.
pub(super) fn and_at_least(filter: &str, attribute: &str, value: &str) -> String {
    let filter = filter.trim();
    let outer = if filter.starts_with('(') { filter.to_owned() } else { format!("({filter})") };
    format!("(&{outer}({attribute}>={}))", ldap_escape(value))
}

/// Whether a text may stand as a filter in the configuration.
pub(super) fn is_filter(text: &str) -> bool {
    parse_filter(text.trim()).is_ok()
}

/// Whether a text is a plain attribute name: no object identifier, no option behind `;`, so that
/// one attribute has one spelling and a secret cannot be asked for under another.
pub(super) fn is_attribute_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn login() -> Template {
        Template::parse("(&(objectClass=person)(uid={login}))", "{login}").expect("a filter")
    }

    #[test]
    fn what_was_typed_stays_a_value() {
        for (typed, uid) in [
            ("mdupont", "mdupont"),
            ("*", "\\2a"),
            ("*)(uid=*", "\\2a\\29\\28uid=\\2a"),
            ("a)(|(objectClass=*)", "a\\29\\28|\\28objectClass=\\2a\\29"),
            ("\\2a", "\\5c2a"),
            ("a\0b", "a\\00b"),
            ("{login}", "{login}"),
            ("zoé", "zoé"),
        ] {
            let expected = format!("(&(objectClass=person)(uid={uid}))");
            assert_eq!(login().fill(typed), expected, "{typed:?}");
        }
    }

    #[test]
    fn a_template_needs_its_place_and_must_be_a_filter() {
        for text in
            ["(uid=mdupont)", "(uid={login}", "uid={login})", "", "(&(a=b)({login})", "({login}=x)"]
        {
            assert_eq!(Template::parse(text, "{login}"), None, "{text}");
        }
    }

    #[test]
    fn several_values_are_joined() {
        let template = Template::parse("a={key}", "{key}").expect("a filter");

        assert_eq!(template.fill_any(&["1".into(), "2)".into()]), "(|(a=1)(a=2\\29))");
    }

    #[test]
    fn odd_attribute_names_are_not_searched() {
        for name in ["", "a=b", "uid)(x", "2.5.4.35", "cn;lang-fr", "a b", "é"] {
            assert_eq!(equals(name, "x"), None, "{name}");
        }
        assert_eq!(equals("supannEtuId", "(1)").as_deref(), Some("(supannEtuId=\\281\\29)"));
    }

    proptest! {
        #[test]
        fn any_value_gives_a_filter_of_the_same_shape(value in any::<String>()) {
            let filter = login().fill(&value);

            prop_assert!(is_filter(&filter));
            prop_assert_eq!(filter.matches('(').count(), 3);
            prop_assert!(!filter.contains('*') && !filter.contains('\0'));
        }
    }
}
