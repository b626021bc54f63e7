//! What an identity provider claims about somebody, as attributes.
use super::scope::Scope;
use crate::config::Word;
use crate::identity::Attributes;
use serde_json::{Map, Value};

/// Claims of the protocol, which say nothing about the person.
const PROTOCOL: [&str; 12] = [
    "iss",
    "aud",
    "exp",
    "iat",
    "nbf",
    "nonce",
    "azp",
    "at_hash",
    "c_hash",
    "sid",
    "jti",
    "auth_time",
];
/// Values of one attribute, at most (D26).
const MOST_VALUES: usize = 2_000;
/// Bytes of one value, at most (SEC-58).
const LONGEST: usize = 8 * 1024;
/// Bytes of all values together.
const MOST_BYTES: usize = 512 * 1024;

/// More than anybody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a claim has too many values, or one that is too long")]
pub(super) struct TooMuch;

/// Attributes out of claims: each under its own name, and the `usual` ones, or those that the
/// settings name, under ours; only what the provider may say (SEC-57).
pub(super) fn attributes(
    claims: &Map<String, Value>,
    word: &Word,
    usual: &[(&str, &str)],
) -> Result<Attributes, TooMuch> {
    let mut attributes = Attributes::default();
    let scope = Scope::of(word, claims);
    let mut bytes = 0;
    let ours = usual.iter().copied();
    let ours = ours.filter(|(ours, _)| !word.renamed.contains_key(&ours.to_lowercase()));
    let renamed = word.renamed.iter().map(|(ours, theirs)| (ours.as_str(), theirs.as_str()));
    let named: Vec<(&str, &str)> = ours.chain(renamed).collect();
    let is_ours = |name: &str| named.iter().any(|(ours, _)| ours.eq_ignore_ascii_case(name));
    let own = claims.keys().map(|name| (name.as_str(), name.as_str()));
    let own = own.filter(|(name, _)| !is_ours(name) && !PROTOCOL.contains(name));
    for (name, claim) in named.iter().copied().chain(own) {
        let values = find(claims, claim).map(values).unwrap_or_default();
        bytes += values.iter().map(String::len).sum::<usize>();
        let is_long = values.iter().any(|value| value.len() > LONGEST);
        if values.len() > MOST_VALUES || is_long || bytes > MOST_BYTES {
            return Err(TooMuch);
        }
        for value in values.into_iter().filter(|value| scope.holds((name, claim), value)) {
            attributes.add(name, value);
        }
    }
    Ok(attributes.without_secrets())
}

/// A claim; SAML attributes are found whatever their case.
fn find<'c>(claims: &'c Map<String, Value>, name: &str) -> Option<&'c Value> {
    let like = || claims.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    claims.get(name).or_else(|| Some(like()?.1))
}

/// A text, a number, a switch, or a list of them; anything else says nothing to us.
fn values(value: &Value) -> Vec<String> {
    match value {
        // PostgreSQL has no text with a zero in it.
        Value::String(text) if text.is_empty() || text.contains('\0') => Vec::new(),
        Value::String(text) => vec![text.clone()],
        Value::Number(number) => vec![number.to_string()],
        Value::Bool(switch) => vec![switch.to_string()],
        Value::Array(list) => list.iter().filter(|it| !it.is_array()).flat_map(values).collect(),
        Value::Null | Value::Object(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::oidc::USUAL;
    use super::*;
    use serde_json::json;

    fn read(claims: &Value, renamed: &[(&str, &str)]) -> Result<Attributes, TooMuch> {
        let pair = |(ours, theirs): &(&str, &str)| ((*ours).to_owned(), (*theirs).to_owned());
        let renamed = renamed.iter().map(pair).collect();
        believe(claims, &Word { renamed, ..Word::default() })
    }

    fn believe(claims: &Value, word: &Word) -> Result<Attributes, TooMuch> {
        attributes(claims.as_object().unwrap(), word, &USUAL)
    }

    #[test]
    fn standard_claims_have_our_names_and_others_keep_theirs() {
        let claims = json!({
            "sub": "42", "iss": "https://idp.example", "aud": "us", "preferred_username": "mdupont",
            "name": "Marie Dupont", "email": "m@ac.example", "email_verified": true,
            "FrEduRne": ["0740001A$x", "", null, 7], "title": "ENS", "deep": { "a": 1 },
            "userPassword": "secret",
        });
        let read = read(&claims, &[]).unwrap();
        assert_eq!(read.first("uid"), Some("mdupont"));
        assert_eq!(
            (read.first("displayName"), read.first("mail")),
            (Some("Marie Dupont"), Some("m@ac.example"))
        );
        assert_eq!(read.all("FrEduRne"), ["0740001A$x", "7"]);
        for absent in ["iss", "aud", "deep", "userPassword"] {
            assert!(read.all(absent).is_empty(), "{absent}");
        }
        assert_eq!(read.first("sub"), Some("42"));
    }

    #[test]
    fn settings_name_other_claims() {
        let claims = json!({ "upn": "m@x", "preferred_username": "other", "uid": "forged" });
        let read = read(&claims, &[("uid", "upn")]).unwrap();
        assert_eq!(read.all("uid"), ["m@x"], "only what the settings name");
    }

    #[test]
    fn an_address_that_nobody_verified_is_none() {
        for verified in [json!(false), json!(null), json!("yes")] {
            let claims =
                json!({ "email": "boss@ac.example", "mail": "b@x", "email_verified": verified });
            let read = read(&claims, &[]).unwrap();
            assert!(read.all("mail").is_empty() && read.all("email").is_empty(), "{verified}");
        }
        let claims = json!({ "email": "boss@ac.example" });
        let read = believe(&claims, &Word { mail: true, ..Word::default() }).unwrap();
        assert_eq!(read.first("mail"), Some("boss@ac.example"));
    }

    #[test]
    fn floods_are_refused() {
        let many: Vec<String> = (0..=MOST_VALUES).map(|n| n.to_string()).collect();
        assert_eq!(read(&json!({ "FrEduRne": many }), &[]), Err(TooMuch));
        assert_eq!(read(&json!({ "x": "x".repeat(LONGEST + 1) }), &[]), Err(TooMuch));
        let heavy: Vec<String> = (0..100).map(|_| "x".repeat(LONGEST)).collect();
        assert_eq!(read(&json!({ "x": heavy }), &[]), Err(TooMuch));
        assert!(read(&json!({ "x": "a\0b" }), &[]).unwrap().all("x").is_empty());
    }
}
