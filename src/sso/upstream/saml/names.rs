//! Names of attributes: providers write the short one or the object identifier behind it.
use crate::identity::Attributes;
use serde_json::{Map, Value};

const PREFIX: &str = "urn:oid:";
/// EduConnect's own (`dispatch.md` 4.5).
const EDUCONNECT: &str = "1.3.6.1.4.1.20326.10.999.1.";
const EDUCONNECT_NAMES: [(&str, &str); 7] = [
    ("5", "FrEduUrlRetour"),
    ("7", "FrEduCtPersonAffiliation"),
    ("57", "FrEduCtId"),
    ("64", "FrEduCtEleveINEHash"),
    ("67", "FrEduCtDateNaissance"),
    ("72", "FrEduCtEleveUAI"),
    ("73", "FrEduCtEleveNiveau"),
];
/// Of X.520, inetOrgPerson, eduPerson and SUPANN.
const USUAL_NAMES: [(&str, &str); 11] = [
    ("0.9.2342.19200300.100.1.1", "uid"),
    ("0.9.2342.19200300.100.1.3", "mail"),
    ("2.5.4.3", "cn"),
    ("2.5.4.4", "sn"),
    ("2.5.4.42", "givenName"),
    ("2.16.840.1.113730.3.1.241", "displayName"),
    ("1.3.6.1.4.1.5923.1.1.1.1", "eduPersonAffiliation"),
    ("1.3.6.1.4.1.5923.1.1.1.5", "eduPersonPrimaryAffiliation"),
    ("1.3.6.1.4.1.5923.1.1.1.6", "eduPersonPrincipalName"),
    ("1.3.6.1.4.1.5923.1.1.1.9", "eduPersonScopedAffiliation"),
    ("1.3.6.1.4.1.7135.1.2.1.14", "supannEtablissement"),
];

/// Attributes by the names that we know, in lower case, values of both spellings together.
pub(super) fn claims(attributes: &Attributes) -> Map<String, Value> {
    let mut claims = Map::new();
    for (name, values) in attributes.iter() {
        let name = usual_name(name).to_lowercase();
        let entry = claims.entry(name).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(all) = entry {
            all.extend(values.iter().cloned().map(Value::String));
        }
    }
    claims
}

fn usual_name(name: &str) -> &str {
    let number = name.strip_prefix(PREFIX).unwrap_or(name);
    let known = match number.strip_prefix(EDUCONNECT) {
        Some(last) => EDUCONNECT_NAMES.iter().find(|(number, _)| *number == last),
        None => USUAL_NAMES.iter().find(|(known, _)| *known == number),
    };
    known.map_or(name, |(_, usual)| usual)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn object_identifiers_have_names() {
        let told = [
            ("urn:oid:2.5.4.42", "Marie"),
            ("urn:oid:1.3.6.1.4.1.20326.10.999.1.72", "9749802L"),
            ("FrEduCtEleveUAI", "9740091F"),
            ("urn:oid:1.2.3", "x"),
        ];
        let claims = claims(&told.into_iter().collect());
        assert_eq!(claims["givenname"], serde_json::json!(["Marie"]));
        assert_eq!(claims["urn:oid:1.2.3"], serde_json::json!(["x"]));
        assert_eq!(
            claims["frEducteleveuai".to_lowercase().as_str()],
            serde_json::json!(["9740091F", "9749802L"]),
            "both spellings"
        );
    }
}
