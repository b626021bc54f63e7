//! What an OpenID provider claims, as attributes (OpenID Connect Core 5.1).
use crate::identity::Attributes;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

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
/// Our names of standard claims.
const USUAL: [(&str, &str); 5] = [
    ("uid", "preferred_username"),
    ("displayName", "name"),
    ("givenName", "given_name"),
    ("sn", "family_name"),
    ("mail", "email"),
];
/// Values of one attribute, at most (D26).
const MOST_VALUES: usize = 2_000;
/// Bytes of one value, at most (SEC-58).
const LONGEST: usize = 8 * 1024;

/// More than anybody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a claim has too many values, or one that is too long")]
pub(super) struct TooMuch;

/// Attributes out of claims: each under its own name, and the usual ones, or those that `renamed`
/// names, under ours. An address that nobody verified is no address.
pub(super) fn attributes(
    claims: &Map<String, Value>,
    renamed: &BTreeMap<String, String>,
) -> Result<Attributes, TooMuch> {
    let mut attributes = Attributes::default();
    let is_doubtful = claims.get("email_verified") == Some(&Value::Bool(false));
    let is_usable = |name: &str| {
        let is_doubted = is_doubtful && name == "email";
        !is_doubted && !PROTOCOL.contains(&name)
    };
    let ours = USUAL.iter().map(|(ours, theirs)| (*ours, *theirs));
    let ours = ours.filter(|(ours, _)| !renamed.contains_key(&ours.to_lowercase()));
    let renamed = renamed.iter().map(|(ours, theirs)| (ours.as_str(), theirs.as_str()));
    let named: Vec<(&str, &str)> = ours.chain(renamed).collect();
    let is_ours = |name: &str| named.iter().any(|(ours, _)| ours.eq_ignore_ascii_case(name));
    let own = claims.keys().map(|name| (name.as_str(), name.as_str()));
    let own = own.filter(|(name, _)| !is_ours(name));
    for (name, claim) in named.iter().copied().chain(own).filter(|(_, claim)| is_usable(claim)) {
        let values = claims.get(claim).map(values).unwrap_or_default();
        if values.len() > MOST_VALUES || values.iter().any(|value| value.len() > LONGEST) {
            return Err(TooMuch);
        }
        for value in values {
            attributes.add(name, value);
        }
    }
    Ok(attributes.without_secrets())
}

/// A text, a number, a switch, or a list of them; anything else says nothing to us.
fn values(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) if text.is_empty() => Vec::new(),
        Value::String(text) => vec![text.clone()],
        Value::Number(number) => vec![number.to_string()],
        Value::Bool(switch) => vec![switch.to_string()],
        Value::Array(list) => list.iter().filter(|it| !it.is_array()).flat_map(values).collect(),
        Value::Null | Value::Object(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(claims: &Value, renamed: &[(&str, &str)]) -> Result<Attributes, TooMuch> {
        let pair = |(ours, theirs): &(&str, &str)| ((*ours).to_owned(), (*theirs).to_owned());
        attributes(claims.as_object().unwrap(), &renamed.iter().map(pair).collect())
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
    fn an_unverified_address_is_none() {
        let claims = json!({ "email": "boss@ac.example", "email_verified": false });
        let read = read(&claims, &[]).unwrap();
        assert!(read.all("mail").is_empty() && read.all("email").is_empty());
    }

    #[test]
    fn floods_are_refused() {
        let many: Vec<String> = (0..=MOST_VALUES).map(|n| n.to_string()).collect();
        assert_eq!(read(&json!({ "FrEduRne": many }), &[]), Err(TooMuch));
        assert_eq!(read(&json!({ "x": "x".repeat(LONGEST + 1) }), &[]), Err(TooMuch));
    }
}
