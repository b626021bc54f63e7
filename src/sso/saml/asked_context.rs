//! Whether the way somebody signed in is the way that a partner asked for (SAML Core 3.3.2.2.1).
use super::request::AuthnRequest;
use super::vocabulary::context_class;

const PASSWORD_WITHOUT_TLS: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password";

impl AuthnRequest {
    /// Whether `done`, one of [`context_class`], satisfies what was asked for. A request that asks
    /// for nothing in particular, or for `unspecified`, takes everything.
    pub fn accepts_context(&self, done: &str) -> bool {
        let asked = &self.context_classes;
        if asked.is_empty() || asked.iter().any(|class| class == context_class::UNSPECIFIED) {
            return true;
        }
        let ranks = || asked.iter().filter_map(|class| rank(class));
        let Some(done_rank) = rank(done) else { return asked.iter().any(|class| class == done) };
        match self.comparison.as_deref() {
            Some("minimum") => ranks().any(|rank| done_rank >= rank),
            Some("better") => ranks().max().is_some_and(|rank| done_rank > rank),
            Some("maximum") => ranks().any(|rank| done_rank <= rank),
            _ => asked.iter().any(|class| class == done),
        }
    }
}

/// How strong a way of signing in is, for the comparisons other than `exact`.
fn rank(class: &str) -> Option<u8> {
    match class {
        context_class::UNSPECIFIED => Some(0),
        PASSWORD_WITHOUT_TLS => Some(1),
        context_class::PASSWORD | context_class::KERBEROS => Some(2),
        context_class::CERTIFICATE => Some(3),
        context_class::MULTI_FACTOR => Some(4),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sso::saml::Acs;
    use context_class::{MULTI_FACTOR, PASSWORD, UNSPECIFIED};

    fn asking(classes: &[&str], comparison: Option<&str>) -> AuthnRequest {
        let acs = Acs { index: 0, binding: String::new(), url: String::new(), is_default: None };
        AuthnRequest {
            id: String::new(),
            partner: String::new(),
            acs,
            issue_instant: chrono::DateTime::UNIX_EPOCH,
            is_passive: false,
            force_authn: false,
            name_id_format: None,
            context_classes: classes.iter().map(ToString::to_string).collect(),
            comparison: comparison.map(str::to_owned),
            subject: None,
            is_signed: false,
            relay_state: None,
        }
    }

    #[test]
    fn what_was_done_is_compared_as_asked() {
        for (classes, comparison, done, accepted) in [
            (&[][..], None, PASSWORD, true),
            (&[UNSPECIFIED], None, PASSWORD, true),
            (&[PASSWORD], None, PASSWORD, true),
            (&[PASSWORD], Some("exact"), MULTI_FACTOR, false),
            (&[MULTI_FACTOR, PASSWORD], Some("exact"), PASSWORD, true),
            (&[MULTI_FACTOR], None, PASSWORD, false),
            (&[PASSWORD_WITHOUT_TLS], Some("minimum"), PASSWORD, true),
            (&[PASSWORD], Some("minimum"), MULTI_FACTOR, true),
            (&[MULTI_FACTOR], Some("minimum"), PASSWORD, false),
            (&[PASSWORD], Some("better"), PASSWORD, false),
            (&[PASSWORD], Some("better"), MULTI_FACTOR, true),
            (&[PASSWORD], Some("maximum"), MULTI_FACTOR, false),
            (&["urn:x:own"], Some("minimum"), PASSWORD, false),
            (&["urn:x:own"], Some("minimum"), "urn:x:own", true),
        ] {
            let request = asking(classes, comparison);
            assert_eq!(
                request.accepts_context(done),
                accepted,
                "{classes:?} {comparison:?} {done}"
            );
        }
    }
}
