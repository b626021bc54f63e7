//! What a directory or an identity provider told us about somebody.
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// Attribute values by name. Names are compared without regard to case, values keep their order.
///
/// `Debug` shows names and how many values each has, never a value: these are people's data.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Attributes(BTreeMap<String, Vec<String>>);

impl Attributes {
    /// All values of `name`, none when it is absent.
    pub fn all(&self, name: &str) -> &[String] {
        self.0.get(&name.to_ascii_lowercase()).map_or(&[], Vec::as_slice)
    }

    /// The first value of `name`.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.all(name).first().map(String::as_str)
    }

    /// The given name, if it is said apart.
    pub fn given_name(&self) -> Option<&str> {
        self.first("givenName").or_else(|| self.first("ctfn"))
    }

    /// The surname, likewise.
    pub fn surname(&self) -> Option<&str> {
        self.first("sn").or_else(|| self.first("ctln"))
    }

    /// Add a value behind those that `name` has already.
    pub fn add(&mut self, name: &str, value: impl Into<String>) {
        self.0.entry(name.to_ascii_lowercase()).or_default().push(value.into());
    }

    /// Names (lower case) and values, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(name, values)| (name.as_str(), values.as_slice()))
    }

    /// Forget an attribute.
    pub fn remove(&mut self, name: &str) {
        self.0.remove(&name.to_ascii_lowercase());
    }

    /// Keep only the values for which `keep(name, place, value)` holds; names left without any go.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, usize, &str) -> bool) {
        self.0.retain(|name, values| {
            let mut place = 0;
            values.retain(|value| {
                place += 1;
                keep(name, place - 1, value)
            });
            !values.is_empty()
        });
    }

    /// The same without what may never be passed on ([`is_secret`]).
    #[must_use]
    pub fn without_secrets(mut self) -> Self {
        self.0.retain(|name, _| !is_secret(name));
        self
    }
}

impl<N: AsRef<str>, V: Into<String>> FromIterator<(N, V)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut attributes = Self::default();
        for (name, value) in pairs {
            attributes.add(name.as_ref(), value);
        }
        attributes
    }
}

impl fmt::Debug for Attributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.iter().map(|(name, values)| (name, values.len()))).finish()
    }
}

/// Names of attributes that never leave the house: NUMEN, passwords, keys (`dispatch.md` 4.3, 5.3).
const SECRET_NAMES: [&str; 13] = [
    "employeenumber",
    "numen",
    "unicodepwd",
    "dbcspwd",
    "pwdhistory",
    "krbprincipalkey",
    "krbextradata",
    "userpkcs12",
    "supplementalcredentials",
    "urn:oid:2.16.840.1.113730.3.1.3",
    "2.16.840.1.113730.3.1.3",
    "urn:oid:2.5.4.35",
    "2.5.4.35",
];

/// What the name of every password attribute holds, in English or French.
const SECRET_PARTS: [&str; 5] = ["password", "passwd", "motdepasse", "secret", "privatekey"];

/// Whether an attribute may never be passed on, shown or logged, whatever a filter file says:
/// `employeeNumber` holds the NUMEN of the staff, and no password or key is anybody's business.
pub fn is_secret(name: &str) -> bool {
    let name = name.trim().to_ascii_lowercase();
    // LDAP options stand behind the name: `userPassword;binary`.
    let bare = name.split(';').next().unwrap_or_default();
    SECRET_NAMES.contains(&bare) || SECRET_PARTS.iter().any(|part| bare.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_regard_to_case_and_values_keep_their_order() {
        let attributes: Attributes = [("Mail", "b@x"), ("mail", "a@x")].into_iter().collect();

        assert_eq!(attributes.all("MAIL"), ["b@x", "a@x"]);
        assert_eq!(attributes.first("mail"), Some("b@x"));
        assert_eq!(attributes.all("absent"), [] as [&str; 0]);
    }

    #[test]
    fn the_numen_passwords_and_keys_are_secret() {
        let secrets = [
            "employeeNumber",
            "EMPLOYEENUMBER",
            "employeeNumber;x-numen",
            "urn:oid:2.16.840.1.113730.3.1.3",
            "NUMEN",
            "userPassword",
            "userPassword;binary",
            "urn:oid:2.5.4.35",
            "sambaNTPassword",
            "sambaLMPassword",
            "sambaPasswordHistory",
            "unicodePwd",
            "krbPrincipalKey",
            "motDePasse",
            "totpSecret",
        ];
        for name in secrets {
            assert!(is_secret(name), "{name}");
        }
    }

    #[test]
    fn other_attributes_are_not_secret() {
        for name in ["uid", "FrEduRne", "supannEmpId", "employeeType", "mail", "title"] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn secrets_are_left_behind() {
        let told: Attributes =
            [("uid", "mdupont"), ("employeeNumber", "12E3456789ABC"), ("userPassword", "x")]
                .into_iter()
                .collect();

        let passed_on = told.without_secrets();

        assert_eq!(passed_on.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["uid"]);
    }

    #[test]
    fn debug_output_holds_no_values() {
        let told: Attributes = [("employeeNumber", "12E3456789ABC")].into_iter().collect();

        assert_eq!(format!("{told:?}"), r#"{"employeenumber": 1}"#);
    }

    #[test]
    fn retain_sees_places_and_drops_names_without_values() {
        let mut told: Attributes = [("a", "1"), ("a", "2"), ("b", "1")].into_iter().collect();

        told.retain(|name, place, _| name == "a" && place == 1);

        assert_eq!(told, [("a", "2")].into_iter().collect());
    }
}
