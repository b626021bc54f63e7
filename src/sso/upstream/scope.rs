//! What an identity provider may say about people (SEC-57): nobody speaks for the addresses and the
//! schools of others.
use crate::config::Word;
use crate::identity::Rne;
use serde_json::{Map, Value};

/// Names of a mail address.
const MAIL: [&str; 2] = ["mail", "email"];
/// Scoped to a domain as addresses are.
const SCOPED: [&str; 2] = ["eduPersonPrincipalName", "eppn"];

/// What is believed of one answer.
pub(super) struct Scope<'a> {
    word: &'a Word,
    /// Whether the provider says that it verified the address in `email`; `None`: it does not say.
    is_verified: Option<bool>,
}

impl<'a> Scope<'a> {
    pub(super) fn of(word: &'a Word, claims: &Map<String, Value>) -> Self {
        let said = claims.get("email_verified");
        Self { word, is_verified: said.map(|said| *said == Value::Bool(true)) }
    }

    /// Whether a value counts that stands under one of these names, ours and its own.
    pub(super) fn holds(&self, (ours, theirs): (&str, &str), value: &str) -> bool {
        let is_any = |names: &[&str]| {
            names.iter().any(|it| it.eq_ignore_ascii_case(ours) || it.eq_ignore_ascii_case(theirs))
        };
        if is_any(&MAIL) && !self.speaks_for_mail(theirs, value) {
            return false;
        }
        if is_any(&SCOPED) && !self.is_in_a_domain(value) {
            return false;
        }
        speaks_for_schools(self.word, value)
    }

    /// An address that the provider calls unverified counts nowhere; one of which it says nothing,
    /// in its own domains.
    fn speaks_for_mail(&self, claim: &str, address: &str) -> bool {
        let is_in_place = self.word.domains.is_empty() || self.is_in_a_domain(address);
        let is_about = claim.eq_ignore_ascii_case("email") || self.is_verified == Some(false);
        let is_sure = match self.is_verified.filter(|_| is_about) {
            Some(is_verified) => is_verified,
            None => !self.word.domains.is_empty(),
        };
        is_in_place && (is_sure || self.word.mail)
    }

    fn is_in_a_domain(&self, text: &str) -> bool {
        let domain = text.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
        domain.is_some_and(|domain| self.word.domains.contains(&domain))
    }
}

/// Whether every school that a value names is one of those for which the provider speaks.
pub(super) fn speaks_for_schools(word: &Word, value: &str) -> bool {
    if word.schools.is_empty() {
        return true;
    }
    let words = value.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|text| Rne::is_national(text)).all(|code| {
        let code = code.to_ascii_uppercase();
        word.schools.iter().any(|start| code.starts_with(start.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn holds(word: &Word, name: &str, value: &str) -> bool {
        said(word, &json!({}), name, value)
    }

    fn said(word: &Word, claims: &Value, name: &str, value: &str) -> bool {
        let scope = Scope::of(word, claims.as_object().expect("an object"));
        scope.holds((name, name), value)
    }

    #[test]
    fn nobody_speaks_for_the_domains_of_others() {
        let word = Word { domains: vec!["ac-reunion.example".to_owned()], ..Word::default() };
        for name in ["mail", "EMAIL", "eduPersonPrincipalName", "eppn"] {
            assert!(holds(&word, name, "a@ac-reunion.example"), "{name}");
            assert!(holds(&word, name, "a@AC-Reunion.example"), "{name}");
            for foreign in ["admin@ac-paris.example", "a@x.ac-reunion.example", "a@", "a"] {
                assert!(!holds(&word, name, foreign), "{name} {foreign}");
            }
        }
        let silent = Word::default();
        assert!(!holds(&silent, "eppn", "a@anywhere.example"), "nobody gave it a domain");
    }

    #[test]
    fn an_unverified_address_counts_in_no_domain() {
        let own = Word { domains: vec!["ac.example".to_owned()], ..Word::default() };
        let sure = Word { mail: true, ..Word::default() };
        let any = Word::default();
        let (yes, no, odd) = (json!(true), json!(false), json!("true"));
        for (word, verified, claim, counts) in [
            (&own, Some(&yes), "email", true),
            (&own, Some(&no), "email", false),
            (&own, Some(&odd), "email", false),
            (&own, Some(&no), "mail", false),
            (&own, None, "mail", true),
            (&any, Some(&yes), "email", true),
            // It verified another claim than that.
            (&any, Some(&yes), "upn-as-mail", false),
            (&any, None, "email", false),
            (&sure, Some(&no), "email", true),
        ] {
            let claims = verified.map_or(json!({}), |it| json!({ "email_verified": it }));
            let scope = Scope::of(word, claims.as_object().expect("an object"));
            let told = scope.holds(("mail", claim), "boss@ac.example");
            assert_eq!(told, counts, "{word:?} {verified:?} {claim}");
        }
    }

    #[test]
    fn nobody_speaks_for_the_schools_of_others() {
        let schools = vec!["974".to_owned(), "0750654D".to_owned()];
        let word = Word { schools, ..Word::default() };
        for own in ["9740091F$UAJ$PU$ENS$9740091F", "2|H|J|812345|9749801k", "0750654D", "Paris"] {
            assert!(holds(&word, "FrEduRne", own), "{own}");
        }
        for foreign in ["0750655E$UAJ", "9740091F$UAJ$PU$ENS$0590121L", "{UAI}0590121l"] {
            assert!(!holds(&word, "FrEduRne", foreign), "{foreign}");
        }
        assert!(holds(&Word::default(), "FrEduRne", "0590121L"));
    }
}
