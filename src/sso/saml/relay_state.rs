//! RelayState of a sign-on that we start: where the person lands in the partner's house.
use super::attributes::RelayStateRule;
use crate::web::redirect::{Origins, Rule, Target};

/// Longest text that is not an address, bytes (SAML Bindings 3.4.3).
const MOST_OPAQUE: usize = 80;

/// The RelayState is refused: nothing is posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the RelayState is not allowed for this partner")]
pub struct RefusedRelayState;

/// A RelayState that may go to the partner, unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayState(String);

impl RelayState {
    /// Check what came as `RelayState`. `allowed` holds the origins of school portals, zone
    /// portals, the partner's own addresses and the configured list.
    pub fn parse(
        text: &str,
        rule: RelayStateRule,
        allowed: &Origins,
    ) -> Result<Self, RefusedRelayState> {
        let address = Target::parse(text, Rule::AllowedOrigin(allowed)).is_ok();
        let opaque = rule == RelayStateRule::Opaque && is_opaque(text);
        if address || opaque { Ok(Self(text.to_owned())) } else { Err(RefusedRelayState) }
    }

    /// The text, as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A short text that nobody could take for an address.
fn is_opaque(text: &str) -> bool {
    let starts_scheme = text.split_once(':').is_some_and(|(scheme, rest)| {
        scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
            && (rest.starts_with(['/', '\\']) || is_dangerous(scheme))
    });
    (1..=MOST_OPAQUE).contains(&text.len())
        && !text.contains(char::is_control)
        && text.trim() == text
        && !text.starts_with(['/', '\\'])
        && !text.contains("//")
        && !text.contains('\\')
        && !starts_scheme
}

/// Schemes that do something without slashes behind them.
fn is_dangerous(scheme: &str) -> bool {
    let known = ["javascript", "data", "vbscript", "http", "https", "file", "blob", "mailto"];
    known.iter().any(|name| scheme.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use RelayStateRule::{Address, Opaque};

    fn allowed() -> Origins {
        let mut origins = Origins::default();
        origins.allow("https://portail.ac.example", false);
        origins
    }

    #[test]
    fn the_origin_decides_not_the_beginning() {
        for (text, passes) in [
            ("https://portail.ac.example", true),
            ("https://portail.ac.example/", true),
            ("https://portail.ac.example/a?b=c&d=%26#e", true),
            ("https://portail.ac.example:443/x", true),
            ("https://portail.ac.example:8443/", false),
            ("http://portail.ac.example/", false),
            ("https://portail.ac.example.evil.test", false),
            ("https://portail.ac.example@evil.test", false),
            ("https://evil.test/?https://portail.ac.example", false),
            ("https:evil.test", false),
            ("//portail.ac.example/", false),
            ("javascript:alert(1)", false),
            ("\"><script>", false),
            ("ss:mem:0123", false),
            ("", false),
        ] {
            let read = RelayState::parse(text, Address, &allowed());
            assert_eq!(read.is_ok(), passes, "{text}");
        }
    }

    #[test]
    fn what_passes_is_unchanged() {
        let text = "https://portail.ac.example/é?a=b%20c";

        assert_eq!(RelayState::parse(text, Address, &allowed()).unwrap().as_str(), text);
    }

    #[test]
    fn an_opaque_text_is_short_and_no_address() {
        let long = "x".repeat(80);
        let longer = "x".repeat(81);
        for (text, passes) in [
            ("ss:mem:0123456789abcdef", true),
            ("cookie:1234_abcd", true),
            ("_8f3a", true),
            (&long, true),
            ("https://portail.ac.example/", true),
            (&longer, false),
            ("https://evil.test", false),
            ("HTTPS:evil.test", false),
            ("javascript:alert(1)", false),
            ("//evil.test", false),
            ("/path", false),
            ("\\evil", false),
            ("foo:/bar", false),
            ("a\tb", false),
            ("a\r\nb", false),
            (" x", false),
            ("", false),
        ] {
            let read = RelayState::parse(text, Opaque, &allowed());
            assert_eq!(read.is_ok(), passes, "{text}");
        }
    }

    #[test]
    fn none_of_the_hostile_targets_passes() {
        for text in crate::web::redirect::tests::HOSTILE {
            let text = text.replace("ok.example", "portail.ac.example");
            assert!(RelayState::parse(&text, Address, &allowed()).is_err(), "{text:?}");
        }
    }
}
